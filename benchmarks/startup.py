"""How long the program takes to start: `python benchmarks/startup.py [--rounds 25]`.

Prints what `restore --help`, a rerun of a seed that the cache answers, and the first offline edit
cost, each beside `python -c "import typer"` of the same rounds. The cache is filled by a server of
its own on loopback, and the rerun is checked to make no call. Each time is the least of all rounds,
taken in turns, so that other work on the machine weighs on all alike. Exits with 1 over a limit.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.server import serve  # noqa: E402  # the tests' server is no installed package

SEED = next(ROOT.glob("seeds/*.txt"))
_PYTHON = sys.executable
_RESTORE = str(Path(sys.executable).with_name("restore"))
_FIRST_EDIT = (
    "from restore import offline; from restore.article import Article, Block;"
    "t = 'The law implementation office.';"
    "a = Article('a', t, 'utf-8', b'', (Block(0, len(t), 'paragraph', t),));"
    "assert offline.restore(a)"
)
COMMANDS: dict[str, tuple[Sequence[str], float]] = {
    "import typer": ((_PYTHON, "-c", "import typer"), 1.0),
    "restore --help": ((_RESTORE, "--help"), 1.5),
    "cached rerun of the seed": (
        (_RESTORE, "run", str(SEED), "--prompt", "restore@1"),
        4.0,
    ),
}
"""What is timed, and how many times `import typer` it may take."""
_OFFLINE_LIMIT_S = 0.3


def main() -> int:
    """Measure, print, and return 1 if a limit is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home, serve() as server:
        environ = {
            "HOME": home,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "OPENAI_BASE_URL": server.base_url,
        }
        commands = {name: command for name, (command, _) in COMMANDS.items()}
        commands["first offline edit"] = (_PYTHON, "-c", _FIRST_EDIT)
        for command in commands.values():
            _time(command, environ)
        asked = len(server.requests)
        best = _least(commands, environ, rounds=rounds)
        calls = len(server.requests) - asked
    return _print(best) or _print_calls(asked, calls)


def _least(
    commands: Mapping[str, Sequence[str]], environ: Mapping[str, str], *, rounds: int
) -> dict[str, float]:
    """Return the least time of each command, in seconds."""
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(rounds):
        for name, command in commands.items():
            best[name] = min(best[name], _time(command, environ))
    return best


def _time(command: Sequence[str], environ: Mapping[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environ)
    return time.perf_counter() - begin


def _print(best: Mapping[str, float]) -> int:
    unit = best["import typer"]
    worst = 0.0
    for name, (_, limit) in COMMANDS.items():
        ratio = best[name] / unit
        worst = max(worst, ratio / limit)
        print(f"{name:26} {best[name]:.3f} s  {ratio:.2f} x (at most {limit:.1f})")
    first = best["first offline edit"]
    print(f"{'first offline edit':26} {first:.3f} s  (at most {_OFFLINE_LIMIT_S})")
    return int(max(worst, first / _OFFLINE_LIMIT_S) > 1.0)


def _print_calls(asked: int, calls: int) -> int:
    print(f"{asked} calls filled the cache, {calls} in the timed reruns")
    return int(not asked or calls > 0)


if __name__ == "__main__":
    sys.exit(main())

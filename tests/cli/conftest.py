"""The program as its user starts it: a process of its own, in an empty home, on real files."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = ROOT / "seeds" / "000_f955d42d19f43a5c.txt"

MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
"""What makes a process report to the coverage of this one."""


@dataclass(frozen=True)
class Result:
    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8")


Restore = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def restore(tmp_path: Path, home: Path) -> Restore:
    """Run `restore ARGUMENTS…` in `tmp_path`, with an environment that holds nothing else."""

    def run(*arguments: object, stdin: bytes = b"", **environ: str) -> Result:
        process = subprocess.run(
            [sys.executable, "-m", "restore", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={"HOME": str(home), "PATH": os.environ["PATH"], "COLUMNS": "100"}
            | MEASURED
            | environ,
            timeout=60,
            check=False,
        )
        return Result(process.returncode, process.stdout, process.stderr.decode("utf-8"))

    return run


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[list[str]]:
    """Give the start of a tmux command that talks to a server of its own."""
    command = ["tmux", "-S", str(tmp_path / "socket"), "-f", "/dev/null"]
    yield command
    subprocess.run([*command, "kill-server"], capture_output=True, check=False)

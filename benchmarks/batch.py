"""How fast many calls are made: `python -m benchmarks.batch [--rounds 3]`.

A server of its own on loopback answers each call after 200 ms. Whole processes are timed, start and
imports included, and printed beside the ideal: the calls one after the other on as many places, 200
ms each. A plain loop over AsyncOpenAI makes the same number of calls in the same rounds, but sends
one line where the program sends its prompt, and does nothing with the answers. The least time of
all rounds counts. What a call costs the program itself is for `benchmarks.own_cpu` to say, which
runs at the end. `llm` and `bespokelabs-curator` are not compared.
"""

import argparse
import asyncio
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
_RESTORE = str(Path(sys.executable).with_name("restore"))
_DELAY_S = 0.2
PIECE = re.compile(r"<piece-(\d+)-([0-9a-f]+)>\n(.*?)\n</piece-\1-\2>", re.DOTALL)
_PARAGRAPH = (
    "In the {n}th year of the plan the law implementation office used facial acknowledgment in {n} "
    "cities, and people who live there had known about it since quite a while ago, as the office "
    "said in a letter to the council that was read on Tuesday."
)
"""Its numbers make every one another."""
_WORDS = 46
"""Of a paragraph."""
_SHORT, _LONG = 1, 16
"""Paragraphs of an article. At the default --chunk-words no more of them make one call each."""
_MEASURED = (
    (200, _SHORT, 50, "2.8x"),
    (200, _LONG, 50, "none"),
    (1000, _SHORT, 200, "3.5x"),
)
_PLAIN = """
import asyncio, sys
from openai import AsyncOpenAI
async def main(url, calls, at_once):
    client = AsyncOpenAI(base_url=url, api_key="none", max_retries=0)
    places = asyncio.Semaphore(at_once)
    async def one(n):
        async with places:
            said = [{"role": "user", "content": f"<piece-1-ab>\\n{n}\\n</piece-1-ab>"}]
            await client.chat.completions.create(model="m", messages=said)
    await asyncio.gather(*(one(n) for n in range(calls)))
asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        _serve()
        return
    with _running() as url, tempfile.TemporaryDirectory() as name:
        _measure(url, Path(name), options.rounds)


def _measure(url: str, home: Path, rounds: int) -> None:
    print(f"a call takes {_DELAY_S:g} s; x: times the ideal")
    for calls, paragraphs, at_once, goal in _MEASURED:
        folder = home / f"in{calls}x{paragraphs}"
        write_articles(folder, calls, paragraphs)
        ideal = math.ceil(calls / at_once) * _DELAY_S
        restore = _Restore(url, home, at_once)
        plain = [sys.executable, "-c", _PLAIN, url, str(calls), str(at_once)]
        ours, peer = math.inf, math.inf
        for _ in range(rounds):
            ours = min(ours, restore.time(folder, "--no-cache"))
            peer = min(peer, _time(plain, restore.environ))
        print(
            f"{calls} calls of {paragraphs * _WORDS} words, {at_once} at once, ideal {ideal:.2f} s:"
        )
        print(f"  restore run        {ours:.2f} s  {ours / ideal:.2f}x (goal: {goal})")
        print(f"  plain AsyncOpenAI  {peer:.2f} s  {peer / ideal:.2f}x")
    _measure_reruns(url, home, rounds)
    sys.stdout.flush()
    own = [sys.executable, "-m", "benchmarks.own_cpu", "--rounds", str(rounds)]
    subprocess.run(own, cwd=ROOT, check=True)


def _measure_reruns(url: str, home: Path, rounds: int) -> None:
    folder = home / f"in200x{_SHORT}"
    restore = _Restore(url, home, 50)
    restore.time(folder)
    asked = _count(url)
    again = min(restore.time(folder) for _ in range(rounds))
    print(f"cached rerun of 200: {again:.2f} s (goal 0.6 s), {_count(url) - asked} calls")
    print(f"  imports the SDK: {'yes' if restore.imports_sdk(folder) else 'no'}")
    article = folder / "0100.txt"
    article.write_text(
        article.read_text() + "\n\nOne more law implementation paragraph stands here."
    )
    asked = _count(url)
    restore.time(folder)
    print(f"one article of 200 edited: {_count(url) - asked} calls (goal 1, at most 2)")


class _Restore:
    """Runs the program over a folder into a new one."""

    def __init__(self, url: str, home: Path, at_once: int) -> None:
        self.home = home
        self.environ = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "OPENAI_BASE_URL": url,
            "RESTORE_CONCURRENCY": str(at_once),
        }

    def time(self, folder: Path, *arguments: str) -> float:
        """Return the seconds a run takes."""
        return _time(self._command(folder, *arguments), self.environ)

    def imports_sdk(self, folder: Path) -> bool:
        """Tell whether a run imports openai."""
        command = [sys.executable, "-X", "importtime", "-m", "restore", *self._command(folder)[1:]]
        process = subprocess.run(command, env=self.environ, capture_output=True, check=True)
        return b"| openai\n" in process.stderr

    def _command(self, folder: Path, *arguments: str) -> list[str]:
        output = self.home / f"out-{time.perf_counter_ns()}"
        return [_RESTORE, "run", str(folder), "-o", str(output), "-q", *arguments]


def _time(command: list[str], environ: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, env=environ, cwd=environ["HOME"], check=True, capture_output=True)
    return time.perf_counter() - started


def write_articles(folder: Path, articles: int, paragraphs: int = _SHORT) -> None:
    """Write articles of so many paragraphs each."""
    folder.mkdir()
    for number in range(articles):
        own = range(number * paragraphs, (number + 1) * paragraphs)
        text = "\n\n".join(_PARAGRAPH.format(n=n) for n in own)
        (folder / f"{number:04}.txt").write_text(text)


@contextmanager
def _running() -> Iterator[str]:
    """Run the server in a process of its own, so that its work is not taken for ours."""
    command = [sys.executable, "-m", "benchmarks.batch", "--serve"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def _count(url: str) -> int:
    with urlopen(url.replace("/v1", "/count")) as response:
        return int(response.read())


def _serve() -> None:
    from aiohttp import web  # noqa: PLC0415  # comes with openai[aiohttp]

    asked = 0

    async def complete(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        question = await request.json()
        pieces = PIECE.findall(question["messages"][-1]["content"])
        text = "\n".join(f"<piece-{n}-{m}>\n{t}\n</piece-{n}-{m}>" for n, m, t in pieces)
        await asyncio.sleep(_DELAY_S)
        message = {"role": "assistant", "content": text.replace("implementation", "enforcement")}
        body = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": question["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        return web.Response(text=json.dumps(body), content_type="application/json")

    async def count(_: web.Request) -> web.Response:
        return web.Response(text=str(asked))

    async def run() -> None:
        app = web.Application()
        app.add_routes([web.post("/v1/chat/completions", complete), web.get("/count", count)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        port = runner.addresses[0][1]
        print(f"http://127.0.0.1:{port}/v1", flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


if __name__ == "__main__":
    main()

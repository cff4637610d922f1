"""CPU that a call costs outside the SDK and verification: `python -m benchmarks.own_cpu`.

The program runs in this process over 1,000 articles of 46 words, 200 at once, with an engine
that waits 200 ms and answers from memory, so that nothing of the SDK or of HTTP runs. Verifying
and diffing the replies is timed where it happens, by the thread's CPU clock: of every tenth reply,
as reading that clock costs, too. What is left of the process's CPU time, over the calls, is
finding, reading, asking, keeping the record, writing, and asyncio itself. A run over 200 articles
before that does the imports. The least of all rounds counts.
"""

import argparse
import asyncio
import os
import tempfile
import time
from itertools import count
from pathlib import Path

from benchmarks.batch import PIECE, write_articles
from restore import pipeline
from restore.article import Article
from restore.chunks import Piece
from restore.cli import main as restore
from restore.engines.interface import Reply, Request, Usage
from restore.engines.openai import OpenAIEngine
from restore.pieces import Attempt, attempt

_DELAY_S = 0.2
_CALLS = 1000
_TIMED = 10
"""Of so many replies one is timed."""
_verified = count()
_verifying_s = 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    _stand_in()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        os.environ |= {"HOME": name, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
        os.environ["RESTORE_CONCURRENCY"] = "200"
        for calls in (200, _CALLS):
            write_articles(Path(f"in{calls}"), calls)
        _run(200)
        own, verifying = min(_run(_CALLS) for _ in range(rounds))
    print(f"own CPU per call: {own:.2f} ms (goal 0.5 ms); verification: {verifying:.2f} ms")


def _run(calls: int) -> tuple[float, float]:
    """Return what a call costs, and what verifying its reply costs, in ms of CPU."""
    verified_s, started_s = _verifying_s, time.process_time()
    output = f"out-{time.perf_counter_ns()}"
    code = restore(["run", f"in{calls}", "-o", output, "-q", "--no-cache"])
    spent_s = time.process_time() - started_s
    assert code == 0
    assert len(list(Path(output).iterdir())) >= calls
    verifying_s = _verifying_s - verified_s
    return (spent_s - verifying_s) / calls * 1000, verifying_s / calls * 1000


def _stand_in() -> None:
    """Put the engine that answers from memory, and the clock, in their places."""

    async def answer(_: OpenAIEngine, request: Request) -> Reply:
        await asyncio.sleep(_DELAY_S)
        pieces = PIECE.findall(request.messages[-1]["content"])
        text = "\n".join(f"<piece-{n}-{m}>\n{t}\n</piece-{n}-{m}>" for n, m, t in pieces)
        text = text.replace("implementation", "enforcement")
        return Reply(text, "stop", Usage(1, 0, 1), request.model, None)

    def timed(article: Article, piece: Piece, restored: str, *, engine: str) -> Attempt:
        global _verifying_s  # noqa: PLW0603  # one process, one measurement
        if next(_verified) % _TIMED:
            return attempt(article, piece, restored, engine=engine)
        started_s = time.thread_time()
        made = attempt(article, piece, restored, engine=engine)
        _verifying_s += _TIMED * (time.thread_time() - started_s)
        return made

    # As the docstring says; that other names of parameters do is not mypy's to know.
    OpenAIEngine.answer = answer  # type: ignore[method-assign,assignment]
    pipeline.attempt = timed  # type: ignore[attr-defined,assignment]


if __name__ == "__main__":
    main()

"""Every fault of an endpoint, mixed at random over hundreds of calls of one run.

What goes wrong with a request is drawn from the seed and the request alone, so that a run can be
had again: `CHAOS_SEED=… pytest tests/test_chaos.py`. `TEST_ALL=1` makes 2,000 calls of the 300.
"""

import json
import os
import random
import re
import threading
from collections import Counter
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import Any

import pytest

from restore.notes import one_line
from tests.cli.conftest import Result
from tests.program import LOCK, run
from tests.server import (
    INVALID,
    Fault,
    ModelServer,
    completion,
    cut,
    drip,
    hang,
    honest,
    not_http,
    reply,
    reset,
    rewrite,
    status,
)

CALLS = 2000 if os.environ.get("TEST_ALL") else 300
SEED = os.environ.get("CHAOS_SEED") or str(random.SystemRandom().randrange(10**6))
SUBSTITUTE = "a-cheaper-model"

_QUICK = {"RESTORE_TIMEOUT_S": "1", "RESTORE_ATTEMPTS": "3", "RESTORE_CHUNK_WORDS": "20"}
_PIECE = re.compile(r"<piece-\d+-[0-9a-f]+>\n(.*?)\n</piece-", re.DOTALL)


def busy_until_a_date(handler: Any, text: str) -> None:
    """Answer 429 with the next second as an HTTP date."""
    status(429, retry_after=formatdate(time() + 1, usegmt=True))(handler, text)


def without_numbers(text: str) -> dict[str, Any]:
    """Lose what only the checks of the restored text notice: the number in "office 12"."""
    return completion(re.sub(r"office \d+", "office", text))


TRANSIENT: dict[str, tuple[float, Fault]] = {
    "429": (2, status(429)),
    "429, seconds": (2, status(429, retry_after="0.1")),
    "429, date": (0.5, busy_until_a_date),
    "500": (3, status(500)),
    "503": (2, status(503)),
    "529": (2, status(529)),
    "hang": (0.4, hang),
    "drip": (0.4, drip),
    "cut": (3, cut),
    "reset": (3, reset),
    "not HTTP": (2, not_http),
}
"""Weight in per cent, and what brings no answer at all."""
DISTORTED: dict[str, tuple[float, Fault]] = {
    "another model": (2, reply(lambda text: completion(text) | {"model": SUBSTITUTE})),
    "a lost number": (4, reply(without_numbers)),
    **{name: (0.9, fault) for name, fault in INVALID.items()},
    "endless": (0.3, INVALID["endless"]),
}
FAULTS = TRANSIENT | DISTORTED


class Chaos:
    """A response to every request, drawn from the seed, the request and how often it came."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, handler: Any, text: str) -> None:
        with self._lock:
            self._asked[text] += 1
            drawn = random.Random(f"{SEED} {self._asked[text]} {text}")
            weights = [weight for weight, _ in FAULTS.values()]
            names = [*FAULTS, "honest"]
            name = drawn.choices(names, [*weights, 100 - sum(weights)])[0]
            self.done[name] += 1
        (FAULTS[name][1] if name in FAULTS else honest)(handler, text)


def write_articles(folder: Path, *, paragraphs: int) -> dict[str, list[str]]:
    """Write articles of one to three paragraphs that all differ; return these by file name."""
    drawn = random.Random(SEED)
    articles: dict[str, list[str]] = {}
    folder.mkdir()
    texts = [
        f"The law implementation office {number} has since quite a while ago asked for more money "
        "to hire people here and in the next town."
        for number in range(paragraphs)
    ]
    while texts:
        most = drawn.randint(1, 3)
        name = f"{len(articles):04}.txt"
        articles[name], texts = texts[:most], texts[most:]
        (folder / name).write_text("\n\n".join(articles[name]) + "\n")
    return articles


def check(article: dict[str, Any], source: list[str], target: Path, result: Result) -> list[str]:
    """Return which paragraphs are restored; fail where one is neither that nor its original."""
    about = f"CHAOS_SEED={SEED}: {article['locator']}"
    if article["status"] == "failed":
        assert one_line(article["error"]) in result.err, about
        assert not target.exists(), about
        return []
    written = target.read_text().removesuffix("\n").split("\n\n")
    kept = [was for was, now in zip(source, written, strict=True) if now == was]
    restored = [was for was, now in zip(source, written, strict=True) if now == rewrite(was)]
    assert len(kept) + len(restored) == len(source), f"{about}: {written}"
    assert article["status"] == ("partial" if kept else "restored"), about
    assert len(article["problems"]) == len(kept), about
    assert all(one_line(problem) in result.err for problem in article["problems"]), about
    return restored


def check_all(
    articles: dict[str, list[str]], folder: Path, result: Result
) -> tuple[set[str], Counter[str]]:
    """Return the restored paragraphs of a run and its outcomes, each checked."""
    assert "Traceback" not in result.err, f"CHAOS_SEED={SEED}: {result.err}"
    found = json.loads(result.text)["articles"]
    assert [Path(one["locator"]).name for one in found] == list(articles), f"CHAOS_SEED={SEED}"
    restored: set[str] = set()
    for one in found:
        name = Path(one["locator"]).name
        restored.update(check(one, articles[name], folder / name, result))
    statuses = Counter(one["status"] for one in found)
    written = len(found) - statuses["failed"]
    assert sum(path.name != LOCK for path in folder.iterdir()) == written, (
        f"CHAOS_SEED={SEED}: left behind"
    )
    expected = 3 if statuses["failed"] else 1 if statuses["partial"] else 0
    assert result.code == expected, f"CHAOS_SEED={SEED}: {statuses}"
    return restored, statuses


@pytest.mark.slow
def test_every_article_ends_restored_or_as_its_original_with_a_reason(
    server: ModelServer, tmp_path: Path
) -> None:
    articles = write_articles(tmp_path / "in", paragraphs=CALLS * 3 // 4)
    server.always = chaos = Chaos()
    settings = {"OPENAI_BASE_URL": server.base_url, **_QUICK}
    arguments = ("run", "in", "--format", "json", "--concurrency", "32", "-o")

    first = run(*arguments, "out", folder=tmp_path, seconds=300, environ=settings)
    asked = len(server.requests)
    server.always = None
    second = run(*arguments, "again", folder=tmp_path, seconds=300, environ=settings)

    restored, statuses = check_all(articles, tmp_path / "out", first)
    again, later = check_all(articles, tmp_path / "again", second)
    about = f"CHAOS_SEED={SEED}: {asked} calls, {statuses}, then {later}; {chaos.done}"
    print(about)  # noqa: T201  # shown on failure, and with -s
    assert asked >= CALLS, about
    assert f"'{SUBSTITUTE}' answered" in first.err, about
    assert later["failed"] == 0, about
    assert restored <= again, about
    paid = [piece for piece in asked_pieces(server.requests[asked:]) if piece in restored]
    assert paid == [], f"{about}: paid twice"


def asked_pieces(requests: list[dict[str, Any]]) -> list[str]:
    return [piece for one in requests for piece in _PIECE.findall(one["messages"][-1]["content"])]

"""`kill -9` at any moment: the run goes on, and only the calls under way are made again."""

import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.stopped import AT_ONCE, count_calls, make_texts, start, wait_for
from tests.server import ModelServer, rewrite, serve

MOMENTS, ARTICLES = (20, 130) if os.environ.get("TEST_ALL") else (4, 25)
"""`make test-all` has 20 moments and over 500 calls."""
TEXTS = make_texts(ARTICLES)
CALLS = count_calls(TEXTS)


@dataclass
class Run:
    """A run that is killed, and gone on with."""

    folder: Path
    server: ModelServer
    random: random.Random
    under_way: list[int] = field(default_factory=list)
    """Calls without a reply in the journal, for each time that it was killed."""

    def kill_after(self, calls: int, *arguments: str) -> None:
        """Start the program and kill it within a moment after it has made so many calls."""
        asked, kept = len(self.server.requests), self.kept()
        process = start(self.folder, self.server, *arguments)
        wait_for(self.server, asked + calls, process)
        time.sleep(self.random.uniform(0, 2 * self.server.delay_s))
        process.kill()
        said = process.communicate()[1]
        assert process.returncode == -9, said
        while self.server.under_way:
            time.sleep(0.01)
        self.under_way.append(len(self.server.requests) - asked - (self.kept() - kept))

    def finish(self) -> None:
        """Go on with the run to its end."""
        process = start(self.folder, self.server, "resume")
        said = process.communicate(timeout=60)[1]
        assert process.returncode == 0, said

    def kept(self) -> int:
        """Count the replies in the journal, whole lines alone."""
        journals = (self.folder / ".restore" / "runs").glob("*/events.jsonl")
        raw = [line for path in journals for line in path.read_bytes().splitlines(keepends=True)]
        return sum(line.endswith(b"\n") and b'"event":"reply"' in line for line in raw)

    def totals(self) -> dict[str, object]:
        [manifest] = (self.folder / ".restore" / "runs").glob("*/manifest.json")
        totals: dict[str, object] = json.loads(manifest.read_bytes())["totals"]
        return totals


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serve() as running:
        running.delay_s = 0.02
        yield running


@pytest.fixture
def run(tmp_path: Path, server: ModelServer, request: pytest.FixtureRequest) -> Run:
    """Write a folder of articles to run over."""
    (tmp_path / "in").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    return Run(tmp_path, server, random.Random(request.node.name))


def check(run: Run) -> None:
    """Check that a run which was killed and then finished is as if it had not been disturbed."""
    out = {path.name: path.read_bytes() for path in (run.folder / "out").iterdir()}
    del out[".restore.lock"]
    assert out == {name: rewrite(text).encode() for name, text in TEXTS.items()}
    assert max(run.under_way) <= AT_ONCE
    assert len(run.server.requests) == CALLS + sum(run.under_way)
    totals = run.totals()
    assert totals["calls"] == CALLS  # so that none was made again whose reply had come
    assert totals["input_tokens"] == 100 * CALLS  # what the server says of each
    assert totals["outcomes"] == {"restored": ARTICLES}


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_killed_run_asks_again_only_what_was_under_way(run: Run, moment: int) -> None:
    run.kill_after(run.random.randrange(1, CALLS), "run", "in", "-o", "out")

    run.finish()

    check(run)


@pytest.mark.slow
def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(run: Run) -> None:
    most = 2 * CALLS // (MOMENTS + 2)
    run.kill_after(run.random.randrange(1, most), "run", "in", "-o", "out", "--no-cache")
    for _ in range(MOMENTS - 1):
        run.kill_after(run.random.randrange(1, most), "resume")

    run.finish()

    check(run)

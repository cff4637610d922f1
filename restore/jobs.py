"""Many inputs, one run: each is read, restored and written before the next ones need room."""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from restore import pipeline
from restore.article import Article
from restore.documents.files import Input, read
from restore.documents.reading import Reading
from restore.errors import UnreadableArticle, UnwritableOutput
from restore.runs import (
    HAVE_EDITS,
    Outcome,
    Row,
    as_row,
    check_free,
    encode_output,
    keep_copy,
    write_bytes,
)
from restore.runs.history import Made
from restore.runs.record import Record
from restore.stopping import Stop

Finished = Callable[[Row, Outcome], None]
"""Takes what became of an input, the moment it is known."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a run over many inputs needs."""

    inputs: Sequence[tuple[int, Input]]
    """Each with its index among the inputs of the run."""
    restore: Callable[[Article], Awaitable[Outcome]]
    stop: Stop
    targets: Mapping[str, Path]
    """Where restored texts go, by locator; empty: nowhere."""
    force: bool
    """Replace outputs that exist."""
    in_place: bool
    """The outputs are the articles' own files."""
    made: Mapping[Path, Made]
    """How the outputs that exist were made, where a run of this project made them."""
    begun: Collection[Path]
    """Outputs that this run was about to write when it was killed: they may be replaced."""
    settings_digest: str
    """Of what changes an answer: an output made otherwise is not the one that is wanted."""
    backup: str | None
    """Suffix under which an article is kept that is replaced."""
    reading: Reading
    record: Record | None
    at_once: int


async def carry_out(job: Job, finished: Finished) -> None:
    """Restore one input after the other until there is none left or the job is stopped."""
    work = takewhile(lambda _: job.stop.error is None, job.inputs)
    outcomes = pipeline.work_through(work, lambda one: _restore(job, *one), at_once=job.at_once)
    async with aclosing(outcomes):
        async for index, outcome in outcomes:
            finished(as_row(outcome, index), outcome)


def list_rows(inputs: Iterable[tuple[int, Input]], rows: Mapping[int, Row]) -> list[Row]:
    """Return a row for every input, in their order; what was not begun is `not started`."""
    return [
        rows.get(index) or as_row(pipeline.not_started(item.locator), index)
        for index, item in inputs
    ]


async def _restore(job: Job, index: int, item: Input) -> tuple[int, Outcome]:
    """Take one input from its file to its output; every trouble is the outcome's."""
    try:
        [article] = read(item, job.reading)
    except UnreadableArticle as exc:
        return index, _note(job, index, pipeline.unread(item.locator, exc))
    target = job.targets.get(item.locator)
    try:
        run = find_done(job, article, target)
    except UnreadableArticle as exc:
        return index, _note(job, index, pipeline.failed(article, exc))
    if run is not None:
        return index, _note(job, index, pipeline.skipped(article, f"done in run {run}"))
    outcome = await job.restore(article)
    if outcome.error is not None and outcome.error is job.stop.error:
        outcome = replace(outcome, status="not started")
    content: bytes | None = None
    if target is not None and outcome.status in HAVE_EDITS:
        try:
            content = encode_output(outcome.article, outcome.edits, target)
            if job.record is not None:
                job.record.writing(index, article, target, content)
            await asyncio.to_thread(_write, outcome, target, content, job.backup)
        except UnwritableOutput as exc:
            outcome, content = replace(outcome, status="failed", error=exc), None
    return index, _note(job, index, outcome, None if content is None else target, content)


def find_done(job: Job, article: Article, target: Path | None) -> str | None:
    """Return the id of the run that made the output of `article` which lies there, or None.

    Raises:
        UnreadableArticle: another output lies there, and it must not be replaced.
    """
    if target is None or not target.exists():
        return None
    earlier = job.made.get(target)
    if earlier is not None and earlier.settings_digest == job.settings_digest:
        source = _digest(article.content)
        wanted = (
            (source,) if job.in_place else (earlier.source_sha256, _digest(target.read_bytes()))
        )
        made = (earlier.output_sha256,) if job.in_place else (source, earlier.output_sha256)
        if wanted == made:
            return earlier.run
    if not job.in_place and not job.force and target not in job.begun:
        check_free(target)
    return None


def _write(outcome: Outcome, target: Path, content: bytes, backup: str | None) -> None:
    """Write a restored text, and before that a copy of what it replaces, if that is wanted.

    An article that is its own output and did not change is left untouched.
    """
    if outcome.status == "unchanged" and outcome.article.locator == os.fspath(target):
        return
    if backup:
        keep_copy(target, suffix=backup)
    write_bytes(target, content)


def _note(
    job: Job,
    index: int,
    outcome: Outcome,
    output: Path | None = None,
    output_bytes: bytes | None = None,
) -> Outcome:
    """Record an outcome, unless the article is still to be done."""
    if job.record is not None and outcome.status != "not started":
        job.record.outcome(index, outcome, output=output, output_bytes=output_bytes)
    return outcome


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

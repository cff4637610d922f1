"""What the record of a run says, whole lines alone: who killed it left at most one unfinished."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from restore.article import Edit
from restore.documents.files import Input
from restore.engines.interface import Usage
from restore.errors import RestoreError, UsageProblem
from restore.runs import lines
from restore.runs.lines import EVENTS, INPUTS, OUTCOMES
from restore.runs.outcome import Row, Status

SOURCES = "sources.gz"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one article, as its line in a record says."""

    index: int
    locator: str
    status: str
    source_sha256: str
    """Of the article's bytes."""
    output: str | None
    """The file that was written, absolute."""
    output_sha256: str | None
    edits: tuple[Edit, ...]
    problems: tuple[str, ...]
    source_at: tuple[int, int]
    """Offset and length of the article's bytes in the record's sources, compressed."""


@dataclass(frozen=True, slots=True)
class Written:
    """That an output was written, as a line of a record says."""

    output: str
    """Absolute."""
    source_sha256: str
    output_sha256: str


def read_inputs(folder: Path) -> list[tuple[int, Input]]:
    """Return the inputs of a run with their indices.

    Raises:
        UsageProblem: a line is damaged.
    """
    try:
        return [_read_input(json.loads(line)) for line in lines.read_raw(folder / INPUTS)]
    except (ValueError, KeyError, TypeError) as exc:  # an article must not be left out unseen
        raise UsageProblem(
            f"'{folder / INPUTS}' is damaged", hint="run the articles anew instead"
        ) from exc


def read_outcomes(folder: Path) -> dict[int, Done]:
    """Return what became of each article that the run came to, by index."""
    return {done.index: done for done in lines.parse(lines.read(folder / OUTCOMES), parse_done)}


def read_rows(folder: Path) -> dict[int, Row]:
    """Return the same without edits, so that those of 100,000 articles fit in memory."""
    return {row.index: row for row in lines.parse(lines.read(folder / OUTCOMES), parse_row)}


def read_written(folder: Path) -> Iterator[Written]:
    """Yield the outputs that the run wrote, in their order."""
    for _, written in lines.parse(lines.read(folder / OUTCOMES), _read_written):
        if written.output:
            yield written


def read_begun(folder: Path) -> dict[int, Written]:
    """Return the outputs that the run was about to write, or wrote, by the article's index."""
    writing = (line for line in lines.read(folder / EVENTS) if line.get("event") == "writing")
    return dict(lines.parse(writing, _read_written))


def read_replies(folder: Path) -> dict[str, str]:
    """Return the complete replies that the run paid for, by cache key."""
    complete = (
        line
        for line in lines.read(folder / EVENTS)
        if line.get("event") == "reply" and line.get("finish") == "stop"
    )
    return dict(lines.parse(complete, lambda line: (str(line["key"]), str(line["text"]))))


def read_source(folder: Path, done: Done) -> bytes:
    """Return the bytes that an article had when it was restored.

    Raises:
        UsageProblem: the record has lost them.
    """
    start, length = done.source_at
    try:
        with (folder / SOURCES).open("rb") as file:
            file.seek(start)
            source = gzip.decompress(file.read(length))
    except (OSError, EOFError, zlib.error):
        source = None
    if source is None or digest(source) != done.source_sha256:
        raise UsageProblem(f"'{folder / SOURCES}' is damaged: '{done.locator}' is lost")
    return source


def digest(content: bytes) -> str:
    """Return the SHA-256 that a record has of it."""
    return hashlib.sha256(content).hexdigest()


# The JSON edge: a line may hold anything.
def parse_done(line: Mapping[str, Any]) -> Done:
    """Return what a line of a record says became of an article."""
    start, length = line["source_at"]
    return Done(
        index=int(line["index"]),
        locator=line["locator"],
        status=line["status"],
        source_sha256=line["source_sha256"],
        output=line["output"],
        output_sha256=line["output_sha256"],
        edits=tuple(Edit(**edit) for edit in line["edits"]),
        problems=tuple(line["problems"]),
        source_at=(start, length),
    )


def parse_row(line: Mapping[str, Any]) -> Row:
    """Return the same without edits."""
    if line["status"] not in get_args(Status):
        raise ValueError("no status")
    cost, error = line["cost_usd"], line["error"]
    return Row(
        index=int(line["index"]),
        locator=str(line["locator"]),
        status=line["status"],
        words=int(line["words"]),
        edits=len(line["edits"]),
        problems=tuple(map(str, line["problems"])),
        usage=Usage(**{name: int(count) for name, count in line["usage"].items()}),
        cost_usd=None if cost is None else Decimal(cost),
        calls=int(line["calls"]),
        cached=int(line["cached"]),
        served=tuple(map(str, line["served"])),
        error=None if error is None else RestoreError(str(error)),
    )


def _read_input(line: Mapping[str, Any]) -> tuple[int, Input]:
    path = None if line["path"] == "-" else Path(line["path"])
    return int(line["index"]), Input(path, Path(line["relative"]))


def _read_written(line: Mapping[str, Any]) -> tuple[int, Written]:
    written = Written(line["output"], line["source_sha256"], line["output_sha256"])
    return int(line["index"]), written

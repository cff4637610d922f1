"""What became of every article of a run, from its record, in the order of the inputs.

Rows are held, and of the texts only where they stand: they are read one at a time.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from restore.article import Article, Edit
from restore.engines.interface import NO_USAGE
from restore.errors import UnreadableArticle, UsageProblem
from restore.runs import lines
from restore.runs.history import Run
from restore.runs.lines import OUTCOMES
from restore.runs.outcome import Row
from restore.runs.reading import parse_done, parse_row, read_inputs
from restore.runs.reviewable import load


@dataclass(frozen=True, slots=True)
class Results:
    """A run's articles."""

    rows: Sequence[Row]
    """One for every input; those that the run did not come to are `not started`."""
    texts: Iterator[tuple[Article, tuple[Edit, ...]]]
    """For each row the article and its edits, in order of place. The source is empty where the
    article was not read, or the record has lost it."""


def read_results(run: Run) -> Results:
    """Return what became of each input of a run.

    Raises:
        UsageProblem: the record does not say what the inputs were, or cannot be read.
    """
    found = _find_rows(run.folder / OUTCOMES)
    rows: list[Row] = []
    places: list[int | None] = []
    for index, item in read_inputs(run.folder):
        row, place = found.get(index, (_not_started(index, item.locator), None))
        rows.append(row)
        places.append(place)
    return Results(rows, _read_texts(run, rows, places))


def _find_rows(path: Path) -> dict[int, tuple[Row, int]]:
    """Return the last row of each article, and where its line begins."""
    found: dict[int, tuple[Row, int]] = {}
    at = 0
    for raw in lines.read_raw(path):
        row = _parse(raw)
        if row is not None:
            found[row.index] = row, at
        at += len(raw)
    return found


def _parse(raw: bytes) -> Row | None:
    """Return what a line says, or None if it is damaged."""
    try:
        line = json.loads(raw)
        parse_done(line)
        return parse_row(line)
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        return None


def _read_texts(
    run: Run, rows: Sequence[Row], places: Sequence[int | None]
) -> Iterator[tuple[Article, tuple[Edit, ...]]]:
    for row, place in zip(rows, places, strict=True):
        if place is None:
            yield _without_text(row)
            continue
        with (run.folder / OUTCOMES).open("rb") as file:
            file.seek(place)
            done = parse_done(json.loads(file.readline()))
        try:
            recorded = load(run, done)
        except (UsageProblem, UnreadableArticle):
            yield _without_text(row)
        else:
            yield recorded.article, recorded.edits


def _without_text(row: Row) -> tuple[Article, tuple[Edit, ...]]:
    return Article(row.locator, "", "utf-8", b"", ()), ()


def _not_started(index: int, locator: str) -> Row:
    nothing = Decimal(0)
    return Row(index, locator, "not started", 0, 0, (), NO_USAGE, nothing, 0, 0, (), None)

"""From reviewed articles to gold passages, so that engines are measured on the user's own texts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from restore.article import Edit, apply
from restore.review.decisions import Review, resulting
from restore.review.store import FILE, read_review
from restore.runs.history import list_runs
from restore.runs.reviewable import Recorded, load, read_finished


def find_reviewed(root: Path) -> tuple[dict[str, str], int]:
    """Return a gold line for each article of which every edit was decided, by its id.

    Of an article that was reviewed in several runs the newest counts. The number is that of
    articles left out, as some of their edits are undecided.

    Args:
        root: folder of the records.

    Raises:
        UsageProblem: a review or a record is damaged.
    """
    lines: dict[str, str] = {}
    seen: set[str] = set()
    undecided = 0
    for run in list_runs(root):
        if not (run.folder / FILE).exists():
            continue
        review = read_review(run.folder).review
        for done in read_finished(run):
            decided = [review.of((done.index, edit.id)) is not None for edit in done.edits]
            if not any(decided) or done.source_sha256 in seen:
                continue
            if not all(decided):
                undecided += 1
                continue
            seen.add(done.source_sha256)
            recorded = load(run, done)
            name = f"{run.folder.name}/{recorded.article.locator}"
            lines[name] = as_gold(name, recorded, review)
    return lines, undecided


def as_gold(name: str, recorded: Recorded, review: Review) -> str:
    """Return one gold passage as a line of JSON: what stands after the review is what is right.

    Accepted edits are spans whose wording is accepted, reworded ones have the editor's; where an
    edit was rejected nothing is to be done.
    """
    source = recorded.article.source
    edits = resulting(recorded, review)
    passage = {
        "id": name,
        "kind": "spun" if edits else "clean",
        "source": "reviewed with restore review",
        "text": source,
        "edits": list(_spans(source, edits)),
        "reference": apply(source, edits),
    }
    return json.dumps(passage)


def _spans(source: str, edits: Sequence[Edit]) -> Iterator[Mapping[str, object]]:
    for edit in edits:
        start, stop = _widen(source, edit.start, edit.stop)
        spun = source[start:stop]
        if not spun.strip():
            continue
        restored = source[start : edit.start] + edit.after + source[edit.stop : stop]
        yield {"spun": spun, "restored": [restored], "occurrence": _occurrence(source, spun, start)}


def _widen(source: str, start: int, stop: int) -> tuple[int, int]:
    """Take in a neighbour's word where an edit only puts words in: a span needs some."""
    if source[start:stop].strip():
        return start, stop
    while start and source[start - 1].isspace():
        start -= 1
    while start and not source[start - 1].isspace():
        start -= 1
    return start, stop


def _occurrence(source: str, spun: str, start: int) -> int:
    """Count from 1 which occurrence of its words a span is, overlapping ones included."""
    count, at = 0, -1
    while at < start:
        at = source.find(spun, at + 1)
        count += 1
    return count

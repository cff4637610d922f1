"""From decisions to files: each output of a run becomes its source with the edits that stand."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from restore.article import Edit
from restore.documents.keeping import drop_breaking
from restore.errors import UnwritableOutput
from restore.review.decisions import resulting
from restore.review.store import Store
from restore.runs import encode_output, write_bytes
from restore.runs.reviewable import Recorded


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the files of a review."""

    written: tuple[Path, ...]
    same: int
    """Files that hold already what was decided."""
    refused: tuple[UnwritableOutput, ...]
    """Why files were left alone."""


def write_files(articles: Iterable[Recorded], store: Store, *, force: bool = False) -> Result:
    """Write what was decided, file by file, each whole or not at all.

    A file that neither the run nor a review wrote as it is now was changed by somebody, and is
    left alone but with `force`.
    """
    written: list[Path] = []
    refused: list[UnwritableOutput] = []
    same = 0
    for recorded in articles:
        if recorded.output is None:
            continue
        try:
            changed = _write(recorded, recorded.output, store, force=force)
        except UnwritableOutput as exc:
            refused.append(exc)
            continue
        if changed:
            written.append(recorded.output)
        same += not changed
    if written:
        store.save()
    return Result(tuple(written), same, tuple(refused))


def _write(recorded: Recorded, output: Path, store: Store, *, force: bool) -> bool:
    """Write one file if it is not yet as decided; tell whether it was written."""
    edits = resulting(recorded, store.review)
    _check_markup(recorded, edits, output)
    content = encode_output(recorded.article, edits, output)
    there = _digest_of(output)
    digest = hashlib.sha256(content).hexdigest()
    if there == digest:
        return False
    known = {recorded.output_sha256, store.written.get(recorded.index)} - {None}
    if not force and there not in known:
        what = "is gone" if there is None else "was changed since it was restored"
        raise UnwritableOutput(f"'{output}' {what}", hint="--force writes it all the same")
    write_bytes(output, content)
    store.written[recorded.index] = digest
    return True


def _check_markup(recorded: Recorded, edits: Sequence[Edit], output: Path) -> None:
    """Refuse decisions that would change what is no text of a document."""
    kept = {edit.id for edit in drop_breaking(recorded.article, edits)}
    broken = next((edit for edit in edits if edit.id not in kept), None)
    if broken is not None:
        line, _ = recorded.article.place(broken.start)
        raise UnwritableOutput(
            f"'{output}' would not keep its markup with '{broken.after}' for "
            f"'{broken.before}' in line {line}",
            hint="reject that edit, or word it otherwise",
        )


def _digest_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise UnwritableOutput(
            f"cannot read '{path}': {exc.strerror}", hint="may you read it?"
        ) from exc

"""`review.json` in a run's record: every decision, on disk the moment it is made."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from restore.errors import UnwritableOutput, UsageProblem
from restore.review.decisions import Change, Choice, Decision, Key, Review
from restore.runs import locks, write_bytes

if TYPE_CHECKING:
    from filelock import FileLock

FILE, LOCK = "review.json", "review.lock"
_SCHEMA = "restore.review/1"


@dataclass
class Store:
    """A run's review, and the file that holds it. One process at a time has it."""

    folder: Path
    review: Review
    place: Key | None
    """The edit that was looked at last."""
    written: dict[int, str]
    """SHA-256 of each file that a review wrote, by the article's index."""
    _lock: "FileLock | None" = field(default=None, repr=False)

    def save(self) -> None:
        """Write the file anew, whole.

        Raises:
            UnwritableOutput: it cannot be written.
        """
        document = {
            "schema": _SCHEMA,
            "made": self.review.made,
            "place": self.place,
            "written": {str(index): digest for index, digest in self.written.items()},
            "steps": [[_as_list(change) for change in step.changes] for step in self.review.steps],
        }
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        write_bytes(self.folder / FILE, text.encode("utf-8", "surrogatepass") + b"\n")

    def close(self) -> None:
        """Let others review the run."""
        if self._lock is not None:
            self._lock.release()


def open_review(folder: Path) -> Store:
    """Return a run's review, as it was left.

    Raises:
        UsageProblem: another process reviews the run, or its file is damaged.
        UnwritableOutput: the record cannot be written to.
    """
    try:
        lock = locks.take(folder / LOCK)
    except locks.Held as held:
        raise UsageProblem(
            f"run '{folder.name}' is under review elsewhere{held.process}",
            hint="end that one first",
        ) from None
    except OSError as exc:
        raise UnwritableOutput(
            f"cannot write to '{folder}': {exc.strerror}", hint="may you write there?"
        ) from exc
    try:
        store = read_review(folder)
    except BaseException:
        lock.release()
        raise
    store._lock = lock  # noqa: SLF001  # its own module
    return store


def read_review(folder: Path) -> Store:
    """Return a run's review to look at; nobody is kept out.

    Raises:
        UsageProblem: its file is damaged.
    """
    path = folder / FILE
    try:
        return _parse(folder, json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Store(folder, Review(), None, {})
    except OSError as exc:
        raise UsageProblem(f"cannot read '{path}': {exc.strerror}", hint="may you?") from exc
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise UsageProblem(
            f"'{path}' is damaged", hint="move it away to begin the review anew"
        ) from exc


# The JSON edge: a document may hold anything.
def _parse(folder: Path, document: Mapping[str, Any]) -> Store:
    if document["schema"] != _SCHEMA:
        raise UsageProblem(
            f"'{folder / FILE}' is of another version ({document['schema']})",
            hint="use the version of restore that wrote it, or move it away",
        )
    steps = [[_as_change(*change) for change in step] for step in document["steps"]]
    place = document["place"]
    return Store(
        folder,
        Review.replay(steps, int(document["made"])),
        None if place is None else (int(place[0]), str(place[1])),
        {int(index): str(digest) for index, digest in document["written"].items()},
    )


def _as_list(change: Change) -> Sequence[object]:
    (index, edit), decision = change
    if decision is None:
        return [index, edit, None]
    return [index, edit, decision.choice, *[decision.after] * (decision.choice == "changed")]


def _as_change(index: int, edit: str, choice: Choice | None, after: str = "") -> Change:
    if choice is not None and choice not in get_args(Choice):
        raise ValueError(choice)
    return (int(index), str(edit)), None if choice is None else Decision(choice, str(after))

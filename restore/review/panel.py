"""What the review says of one edit, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from restore.article import Edit
from restore.notes import one_line, plural
from restore.review.context import facts_touched
from restore.review.decisions import Decision
from restore.runs.reviewable import Recorded

KEYS = (
    "? help  y accept  n reject  e edit  a rest  A same  u undo  / search  w write  q quit"
    "  j/k move  f filter  g rule"
)
"""The line at the foot; what does not fit stands in the help."""


@dataclass(frozen=True, slots=True)
class About:
    """One edit, and what is known about it."""

    recorded: Recorded
    edit: Edit
    decision: Decision | None
    elsewhere: int
    """Other places of the run with the same change."""
    halves: int
    """Edits that are decided together with it, itself included."""


def describe(about: About) -> Text:
    """Return the panel: the decision, then a row for each thing that is known."""
    text = Text()
    text.append(f"{_decided(about.decision)}\n\n", Style(bold=True))
    for name, value in _rows(about):
        text.append(f"{name:<7}", Style(dim=True)).append(f"{value}\n")
    return text


def _rows(about: About) -> Iterator[tuple[str, str]]:
    edit = about.edit
    yield "before", one_line(edit.before) or "(nothing)"
    yield "after", one_line(edit.after) or "(nothing)"
    yield "why", one_line(edit.reason) or "not said"
    yield "sure", "not said" if edit.confidence is None else f"{edit.confidence:.0%}"
    yield "kind", f"{edit.kind}, by {one_line(edit.engine)}"
    yield "facts", _facts(edit)
    count = about.elsewhere
    yield "also", f"{plural(count, 'other place')} (A accepts all)" if count else "nowhere else"
    if about.halves > 1:
        yield "moved", "decided together with its other place"
    if about.recorded.status == "partial":
        yield "note", "some pieces of this article kept their original"


def _decided(decision: Decision | None) -> str:
    if decision is None:
        return "undecided"
    if decision.choice == "changed":
        return f"worded: {one_line(decision.after) or '(nothing)'}"
    return decision.choice


def _facts(edit: Edit) -> str:
    before, after = facts_touched(edit)
    if not before and not after:
        return "none touched"
    names = [", ".join(one_line(f.text) for f in facts) or "none" for facts in (before, after)]
    return f"{names[0]} → {names[1]}"

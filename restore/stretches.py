"""A source cut at its lines, each with the edits in it: what every view of a diff is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from restore.article import Edit, apply, shift


@dataclass(frozen=True, slots=True)
class Stretch:
    """One line of a source, or the few that an edit joins, with its line end and its edits."""

    line: int
    """Number of its first line, from 0."""
    start: int
    text: str
    edits: tuple[Edit, ...]

    @property
    def restored(self) -> str:
        """The text after the edits."""
        return apply(self.text, self.local)

    @property
    def local(self) -> tuple[Edit, ...]:
        """The edits, with places counted from the start of the text."""
        return tuple(shift(edit, -self.start) for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Fold:
    """Unchanged lines that a view leaves out."""

    lines: int


def cut(source: str, edits: Sequence[Edit]) -> Iterator[Stretch]:
    r"""Yield the lines of `source` in order, nothing left over; `\n` alone ends one.

    Lines are one stretch where an edit reaches over their end, so that before and after differ in
    whole lines. `edits` are in order of place.
    """
    at = line = 0
    waiting = list(reversed(edits))
    while at < len(source) or waiting:
        stop = _line_end(source, at)
        mine: list[Edit] = []
        while waiting and _begins_before(waiting[-1], stop, source):
            edit = waiting.pop()
            mine.append(edit)
            stop = max(stop, _reach(source, edit))
        yield Stretch(line, at, source[at:stop], tuple(mine))
        line += source.count("\n", at, stop)
        at = stop


def fold(stretches: Sequence[Stretch], context: int | None) -> Iterator[Stretch | Fold]:
    """Yield the stretches with `context` lines about each change, and folds for the rest.

    Lines without a word do not count as context, so that paragraphs show beside a change. None
    folds nothing.
    """
    if context is None:
        yield from stretches
        return
    near = _near(stretches, context)
    for shown, group in groupby(zip(near, stretches, strict=True), key=lambda pair: pair[0]):
        hidden = [stretch for _, stretch in group]
        if shown or not any(stretch.text.strip() for stretch in hidden):
            yield from hidden
        else:
            yield Fold(len(hidden))


def _near(stretches: Sequence[Stretch], context: int) -> list[bool]:
    """Tell of each stretch whether it is changed, or within `context` lines of one that is."""
    near = [False] * len(stretches)
    for order in (range(len(stretches)), reversed(range(len(stretches)))):
        left = 0
        for at in order:
            changed = bool(stretches[at].edits)
            left = context if changed else left
            near[at] |= changed or left > 0
            left -= not changed and bool(stretches[at].text.strip())
    return near


def _line_end(source: str, at: int) -> int:
    return source.find("\n", at) + 1 or len(source)


def _begins_before(edit: Edit, stop: int, source: str) -> bool:
    """Tell whether an edit begins on the line that ends at `stop`: the last has no line after."""
    return edit.start < stop or stop == len(source)


def _reach(source: str, edit: Edit) -> int:
    """Return the end of the line on which an edit ends, before and after."""
    ends_lines = edit.before.endswith("\n") and edit.after.endswith("\n")
    return edit.stop if ends_lines else _line_end(source, edit.stop)

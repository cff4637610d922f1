"""An article as lines of a screen: its stretches wrapped, each edit marked by what was decided.

Stretches are wrapped when they come in sight, and kept, so that a decision costs a paragraph,
however long the article is and however many edits were decided at once.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from rich.console import Console
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from restore.article import Edit, readable
from restore.review.decisions import Decision
from restore.runs.reviewable import Recorded
from restore.stretches import Stretch, cut

_GONE, _COME = Style.parse("red strike"), Style.parse("green bold")
_DIM = Style.parse("dim")
_CHOICES = {
    "accepted": ("✓", Style.parse("green")),
    "rejected": ("✗", Style.parse("red")),
    "changed": ("✎", Style.parse("yellow bold")),
}
_CURRENT = Style.parse("reverse")
META = "edit"
"""Key of a style's meta data that names the edit under the mouse."""


class Page:
    """One article, wrapped to a width."""

    def __init__(self, recorded: Recorded, decide: Callable[[Edit], Decision | None]) -> None:
        self.recorded = recorded
        self._decide = decide
        self._stretches: Sequence[Stretch] = list(cut(recorded.article.source, recorded.edits))
        self._place = {edit.id: at for at, one in enumerate(self._stretches) for edit in one.edits}
        self._width = 0
        self._console = Console(width=80, markup=False, emoji=False, highlight=False)
        self._lines: list[list[Strip] | None] = []
        """The lines of each stretch; None until they come in sight."""
        self._heights: list[int] = []
        """Lines of each stretch, estimated where it was not wrapped yet."""
        self._tops: list[int] = [0]
        self._current: str | None = None

    @property
    def height(self) -> int:
        """Lines in all; an estimate until all have been in sight."""
        return self._tops[-1]

    def fit(self, width: int) -> None:
        """Wrap to `width` cells."""
        if width != self._width:
            self._width = width
            self._lines = [None] * len(self._stretches)
            self._heights = [_estimate(one, width) for one in self._stretches]
            self._tops = [0, *accumulate(self._heights)]

    def mark(self, current: str | None) -> None:
        """Mark one edit as the one that is looked at."""
        old, self._current = self._current, current
        self.refresh([edit for edit in (old, current) if edit is not None])

    def refresh(self, edits: Iterable[str]) -> None:
        """Draw some edits anew when they are in sight, as something was decided about them."""
        if self._lines:
            for at in {self._place[edit] for edit in edits if edit in self._place}:
                self._lines[at] = None

    def line(self, y: int) -> Strip:
        """Return a line; empty ones stand after the last."""
        while 0 <= y < self.height:
            at = bisect_right(self._tops, y) - 1
            lines = self._wrapped(at)
            if y - self._tops[at] < len(lines):
                return lines[y - self._tops[at]]
        return Strip.blank(self._width)

    def top_of(self, edit: str) -> int:
        """Return the line on which an edit begins."""
        at = self._place[edit]
        for y, strip in enumerate(self._wrapped(at)):
            if any(segment.style and segment.style.meta.get(META) == edit for segment in strip):
                return self._tops[at] + y
        return self._tops[at]

    def _wrapped(self, at: int) -> list[Strip]:
        """Return the lines of a stretch, and measure it by them."""
        lines = self._lines[at]
        if lines is None:
            lines = self._lines[at] = self._wrap(self._stretches[at])
            if len(lines) != self._heights[at]:
                self._heights[at] = len(lines)
                self._tops = [0, *accumulate(self._heights)]
        return lines

    def _wrap(self, stretch: Stretch) -> list[Strip]:
        text = self._marked(stretch)
        text.rstrip()
        text.expand_tabs(4)
        lines: list[Strip] = []
        for line in text.split("\n", allow_blank=True):
            wrapped = (
                line.wrap(self._console, self._width, overflow="fold") if line.plain else [line]
            )
            lines += (
                Strip(one.render(self._console, end="")).adjust_cell_length(self._width)
                for one in wrapped
            )
        return lines

    def _marked(self, stretch: Stretch) -> Text:
        text = Text()
        at = 0
        for edit in stretch.local:
            text.append(readable(stretch.text[at : edit.start]))
            text.append_text(self._change(edit))
            at = edit.stop
        text.append(readable(stretch.text[at:]))
        return text

    def _change(self, edit: Edit) -> Text:
        decision = self._decide(edit)
        if decision is None:
            text = Text.assemble(
                *[("[-", _DIM), (readable(edit.before), _GONE), ("-]", _DIM)] * bool(edit.before),
                *[("{+", _DIM), (readable(edit.after), _COME), ("+}", _DIM)] * bool(edit.after),
            )
        else:
            mark, style = _CHOICES[decision.choice]
            stands = {"accepted": edit.after, "rejected": edit.before}
            text = Text(mark + readable(stands.get(decision.choice, decision.after)), style)
        text.stylize(Style(meta={META: edit.id}))
        if edit.id == self._current:
            text.stylize(_CURRENT)
        return text


def _estimate(stretch: Stretch, width: int) -> int:
    marked = sum(len(edit.after) + 4 for edit in stretch.edits)
    return stretch.text.rstrip("\n").count("\n") + 1 + (len(stretch.text) + marked) // width

"""A diff on a terminal: inline, side by side, and as a patch in colour.

The marks `[-removed-]` and `{+added+}` stand in colour too: they copy, and they read on every
terminal and for every eye.
"""

import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from restore.article import Article, Edit, readable, visible
from restore.config import DiffStyle
from restore.glossary import ENGINE as GLOSSARY
from restore.moves import find_moves
from restore.notes import one_line, plural
from restore.reports import patch
from restore.stretches import Fold, Stretch, cut, fold

REMOVED = "red strike"
ADDED = "bold green"
_MARK = "dim"
_FOLDED = "dim"
_LEAST_WIDTH = 36
"""Cells that two columns get at least."""
_GUTTERS = {"same": "   ", "changed": " | ", "removed": " < ", "added": " > "}
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
"""First strong isolate (Unicode UAX 9): keeps text that runs from the right in its column."""
_PATCH_STYLES = {"-": "red", "+": "green", "@": "cyan"}


def draw_diff(
    console: Console,
    article: Article,
    edits: Sequence[Edit],
    style: DiffStyle,
    *,
    context: int | None = None,
) -> None:
    """Draw what was done to an article, under a line that names it.

    Args:
        console: where to.
        article: the article.
        edits: in order of place.
        style: how.
        context: lines shown about each change; None shows all, in a patch three.
    """
    if style == "unified":
        _draw_patch(console, article, edits, context)
        return
    count = plural(len(edits), "edit")
    moved = find_moves(edits)
    count += f", {plural(len(moved) // 2, 'move')} among them" if moved else ""
    console.print(Text.assemble((one_line(article.locator), "bold"), (f"  {count}", "dim")))
    console.print()
    draw = _draw_side if style == "side" else _draw_inline
    for part in fold(list(cut(article.source, edits)), context):
        if isinstance(part, Fold):
            console.print(Text(f"… {plural(part.lines, 'unchanged line')} …", _FOLDED))
        else:
            draw(console, part, moved)


def _draw_patch(
    console: Console, article: Article, edits: Sequence[Edit], context: int | None
) -> None:
    body = patch.body_text(article, edits, context=patch.CONTEXT if context is None else context)
    if not body:
        return
    for line in patch.head_text(article).splitlines():
        console.print(Text(visible(line), "bold"), soft_wrap=True)
    for line in body.split("\n")[:-1]:
        console.print(Text(visible(line), _PATCH_STYLES.get(line[0], "")), soft_wrap=True)


def inline_diff(source: str, edits: Iterable[Edit], moved: Collection[str] = ()) -> Text:
    """Return the source with each edit in place as `[-removed-]{+added+}`, coloured.

    Edits with an id in `moved` say so, and those of the user's own rules.
    """
    text = Text()
    at = 0
    for edit in sorted(edits, key=lambda e: e.start):
        text.append(readable(source[at : edit.start]))
        append_change(text, edit.before, edit.after, label=_label(edit, moved))
        at = edit.stop
    text.append(readable(source[at:]))
    return text


def append_change(text: Text, before: str, after: str, *, label: str = "") -> None:
    """Add what goes and what comes in its place."""
    if before:
        _append_marked(text, f"[-{'' if after else label}", before, "-]", REMOVED)
    if after:
        _append_marked(text, f"{{+{label}", after, "+}", ADDED)


def _label(edit: Edit, moved: Collection[str]) -> str:
    """Say of an edit what is not seen by its words: whence it moved, or whose rule it follows."""
    return "moved: " if edit.id in moved else "glossary: " if edit.engine == GLOSSARY else ""


def side_by_side(stretch: Stretch, moved: Collection[str] = ()) -> tuple[Text, Text]:
    """Return a stretch before and after, with what goes and what comes marked."""
    left, right = Text(), Text()
    at = 0
    for edit in stretch.local:
        same = readable(stretch.text[at : edit.start])
        left.append(same)
        right.append(same)
        append_change(left, edit.before, "", label=_label(edit, moved))
        append_change(right, "", edit.after, label=_label(edit, moved))
        at = edit.stop
    rest = readable(stretch.text[at:])
    left.append(rest)
    right.append(rest)
    return left, right


def _draw_inline(console: Console, stretch: Stretch, moved: Collection[str]) -> None:
    console.print(inline_diff(stretch.text, stretch.local, moved), end="")
    if not stretch.text.endswith("\n") or not stretch.restored.endswith("\n"):
        console.print()


def _draw_side(console: Console, stretch: Stretch, moved: Collection[str]) -> None:
    whole = min(console.width, shutil.get_terminal_size().columns)
    width = max(_LEAST_WIDTH, whole - 3) // 2
    left, right = (_wrap(console, text, width) for text in side_by_side(stretch, moved))
    gutter = _GUTTERS[_what(stretch)]
    for one, other in zip_longest(left, right, fillvalue=Text()):
        line = _isolate(one)
        line.append(" " * (width - cell_len(one.plain)))
        line.append(gutter, _MARK if gutter.isspace() else "bold")
        line.append_text(_isolate(other))
        line.rstrip()
        console.print(line, no_wrap=True, overflow="ignore", crop=False)


def _what(stretch: Stretch) -> str:
    if not stretch.edits:
        return "same"
    if not stretch.restored.strip():
        return "removed"
    return "changed" if stretch.text.strip() else "added"


def _wrap(console: Console, text: Text, width: int) -> list[Text]:
    """Cut a text into lines of at most `width` cells, at spaces where there are some."""
    text.rstrip()
    text.expand_tabs(8)
    lines: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        lines += line.wrap(console, width, overflow="fold") if line.plain else [Text()]
    return lines


def _isolate(line: Text) -> Text:
    if not _RIGHT_TO_LEFT.search(line.plain):
        return line.copy()
    return Text.assemble(_ISOLATE, line, _END_ISOLATE)


def _append_marked(text: Text, opening: str, words: str, closing: str, style: str) -> None:
    text.append(opening, _MARK).append(readable(words), style).append(closing, _MARK)

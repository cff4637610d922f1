"""Markdown: the text of its paragraphs, headings, items and quotations, and where each stands.

markdown-it-py finds the blocks, `inline` what is markup within them. Code and tables are in the
text for people, and fixed; front matter, HTML blocks, comments, definitions and the imports of MDX
are not in it. What may be either is fixed: an edit that is lost costs less than a broken document.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import accumulate

from restore.article import Article
from restore.documents import contents
from restore.documents.building import Builder
from restore.documents.inline import Mark, Tangled, scan
from restore.documents.leaves import Leaf, find_leaves
from restore.documents.text import MOST_BYTES, check_length, decode
from restore.errors import UnreadableArticle

_NEWLINES = ("\n", "\r\n", "\r")


def read_markdown(
    raw: bytes, locator: str, encoding: str | None = None, *, is_mdx: bool = False
) -> Iterator[Article]:
    """Yield the one article of a Markdown file.

    Args:
        raw: the file's bytes.
        locator: where they came from, for messages and ids.
        encoding: the codec to use; None finds it (`text.decode`).
        is_mdx: whether it may hold JSX.

    Raises:
        UnreadableArticle: too large, binary, not in that encoding, or without any text.
    """
    contents.check_size(locator, len(raw), most=MOST_BYTES)
    source, codec, mark = decode(raw, locator, encoding)
    check_length(source, locator)
    article = parse(source, locator, codec, mark, is_mdx=is_mdx)
    if not article.source.strip():
        raise UnreadableArticle(
            f"cannot read '{locator}': {'it has no text' if source.strip() else 'it is empty'}",
            hint="leave it out; there is nothing to restore",
        )
    yield article


read_mdx = partial(read_markdown, is_mdx=True)
"""Read Markdown that may hold JSX, imports and exports."""


def parse(source: str, locator: str, encoding: str, bom: bytes, *, is_mdx: bool) -> Article:
    """Return the article of a decoded file, which may have no text."""
    builder = Builder(source)
    leaves, labels = find_leaves(source, is_mdx=is_mdx)
    for leaf in leaves:
        _add(builder, leaf, source, labels, is_mdx=is_mdx)
    return builder.article(locator, encoding, bom, "markdown")


def _add(
    builder: Builder, leaf: Leaf, source: str, labels: Collection[str], *, is_mdx: bool
) -> None:
    text = "\n".join(source[start:stop] for start, stop in leaf.lines)
    kind = leaf.kind
    if kind == "hidden":
        return
    marks: Sequence[Mark] = ()
    if kind == "verbatim":
        marks = [Mark(0, len(text), "fixed")]
    else:
        try:
            marks = scan(text, labels=labels, is_mdx=is_mdx)
        except Tangled:
            kind, marks = "verbatim", [Mark(0, len(text), "fixed")]
    if not _is_seen(text, marks):
        return
    if builder.length:
        builder.layout("\n\n")
    with builder.block(kind):
        _add_text(builder, leaf, source, text, marks)


def _is_seen(text: str, marks: Sequence[Mark]) -> bool:
    """Tell whether anything but white space is left of a text without what is hidden."""
    at = 0
    for mark in marks:
        if text[at : mark.start].strip() or (mark.role != "hidden" and mark.start < mark.stop):
            return True
        at = mark.stop
    return bool(text[at:].strip())


def _add_text(builder: Builder, leaf: Leaf, source: str, text: str, marks: Sequence[Mark]) -> None:
    lines = _Lines(builder, leaf, source)
    at = 0
    for mark in marks:
        lines.add(at, mark.start)
        if mark.role == "fixed":
            lines.add(mark.start, mark.stop, fixed=True)
        elif mark.role == "decoded":
            start = lines.place(mark.start)
            builder.decoded(mark.text, start, start + mark.stop - mark.start)
        else:
            builder.layout(mark.text)
        at = mark.stop
    lines.add(at, len(text))


class _Lines:
    """The lines of a leaf, by places in the text that they make up."""

    def __init__(self, builder: Builder, leaf: Leaf, source: str) -> None:
        self._builder = builder
        self._lines = leaf.lines
        self._source = source
        lengths = (stop - start + 1 for start, stop in leaf.lines)
        self._starts = list(accumulate(lengths, initial=0))[:-1]

    def place(self, at: int) -> int:
        """Return where in the document a place stands."""
        line = bisect_right(self._starts, at) - 1
        return self._lines[line][0] + at - self._starts[line]

    def add(self, start: int, stop: int, *, fixed: bool = False) -> None:
        """Add a stretch of text, line by line."""
        line = bisect_right(self._starts, start) - 1
        while start < stop:
            begin, end = self._lines[line]
            first = begin + start - self._starts[line]
            last = min(end, first + stop - start)
            self._builder.literal(first, last, fixed=fixed)
            start += last - first
            if start < stop:
                self._break(line, fixed=fixed)
                start, line = start + 1, line + 1

    def _break(self, line: int, *, fixed: bool) -> None:
        """Add the end of a line; where more than that lies before the next, it is layout."""
        stop, start = self._lines[line][1], self._lines[line + 1][0]
        if self._source[stop:start] in _NEWLINES:
            self._builder.literal(stop, start, fixed=fixed)
        else:
            self._builder.layout("\n")

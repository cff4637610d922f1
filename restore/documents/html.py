"""HTML and XHTML: the text that people read, block by block, and where each stretch of it stands.

Inline tags do not end a block, the others do. Scripts, styles, drawings, fields of forms, comments,
attributes and the title are not in the text.
"""

import html
import html.entities
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from restore.article import Article, BlockKind
from restore.documents import contents
from restore.documents.building import Builder
from restore.documents.declared import find_encoding
from restore.documents.flow import Flow, Piece
from restore.documents.tags import RAW, Tag, find_end, find_tag
from restore.documents.text import MOST_BYTES, decode
from restore.errors import UnreadableArticle

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_KINDS: dict[str, BlockKind] = {
    "h1": "heading",
    **dict.fromkeys("li dd dt td th".split(), "item"),
    "blockquote": "quote",
    **dict.fromkeys("pre listing".split(), "verbatim"),
}
"""Of the elements whose blocks have a kind of their own; others have that of what is around."""
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center col colgroup dd details dialog dir"
    " div dl dt fieldset figcaption figure footer form frameset h1 head header hgroup html legend"
    " li listing main menu nav ol optgroup option p pre search section summary table tbody td tfoot"
    " th thead tr ul".split()
)
_SKIPPED = frozenset("audio canvas datalist math object select svg template video".split())
"""Elements whose content is not shown, or is no prose."""
_DRAWN = frozenset(["math", "svg"])
_CODE = frozenset("code kbd samp tt".split())

_ENDS = re.compile(
    rf"</(noscript|{'|'.join(sorted(_SKIPPED))})(?=[ \t\n\f\r/>])", re.ASCII | re.IGNORECASE
)
"""Without an end later on, none of these hides the rest of a page."""
_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,64}+(?![0-9]);?|#[xX][0-9a-fA-F]{1,64}+(?![0-9a-fA-F]);?"
    r"|[a-zA-Z][a-zA-Z0-9]{0,31};?)"
)


def read_html(raw: bytes, locator: str, encoding: str | None = None) -> Iterator[Article]:
    """Yield the one article of an HTML file.

    Raises:
        UnreadableArticle: too large, without text, binary, or not in its encoding.
    """
    yield _read(raw, locator, encoding, xml=False)


def read_xhtml(raw: bytes, locator: str, encoding: str | None = None) -> Iterator[Article]:
    """Yield the one article of an XHTML file, where `<p/>` is closed and CDATA is text.

    Raises:
        UnreadableArticle: too large, without text, binary, or not in its encoding.
    """
    yield _read(raw, locator, encoding, xml=True)


def _read(raw: bytes, locator: str, encoding: str | None, *, xml: bool) -> Article:
    contents.check_size(locator, len(raw), most=MOST_BYTES)
    text, codec, mark = decode(raw, locator, encoding or find_encoding(raw, locator))
    builder = Builder(text)
    _Page(text, builder, xml=xml).read()
    if not builder.length:
        raise UnreadableArticle(
            f"cannot read '{locator}': it has no text",
            hint="leave it out; if a script fills the page in, save it from a browser first",
        )
    return builder.article(locator, codec, mark, "html")


@dataclass(frozen=True, slots=True)
class _Element:
    """An open element that makes blocks."""

    name: str
    kind: BlockKind
    code: int
    """How many elements for code were open where it begins."""


class _Page:
    """Goes over a page once; nothing that is open is searched, however much there is of it."""

    def __init__(self, raw: str, builder: Builder, *, xml: bool) -> None:
        self._raw = raw
        self._xml = xml
        self._flow = Flow(builder)
        self._open: list[_Element] = []
        self._counts: Counter[str] = Counter()
        """Of the open elements, by name."""
        self._code = 0
        self._skipped: tuple[str, int] | None = None
        """The name of the element that is left out now, and how many of them are open."""
        self._last_ends = {match[1].lower(): match.start() for match in _ENDS.finditer(raw)}

    def read(self) -> None:
        """Find the text and its blocks."""
        at = 0
        while tag := find_tag(self._raw, at, xml=self._xml):
            self._add_text(at, tag.start)
            at = self._pass(tag)
        self._add_text(at, len(self._raw))
        self._flow.end()

    def _pass(self, tag: Tag) -> int:
        """Take note of a tag; return from where on there is text again."""
        drawn = self._skipped is not None and self._skipped[0] in _DRAWN
        is_closed = tag.is_empty and (self._xml or drawn or tag.name in _DRAWN)
        is_raw = tag.name in RAW and (tag.name != "noscript" or self._ends_later(tag))
        if is_raw and not (tag.closes or is_closed or drawn):
            return find_end(self._raw, tag.stop, tag.name)
        if self._skipped:
            self._skip(*self._skipped, tag, is_closed=is_closed)
        elif tag.cdata:
            self._add_literal(*tag.cdata, fixed=True)
        elif tag.closes:
            self._end(tag)
        elif tag.name:
            self._begin(tag, is_closed=is_closed)
        return tag.stop

    def _ends_later(self, tag: Tag) -> bool:
        return tag.start < self._last_ends.get(tag.name, 0)

    def _skip(self, name: str, depth: int, tag: Tag, *, is_closed: bool) -> None:
        if tag.name == name and not is_closed:
            depth += -1 if tag.closes else 1
            self._skipped = (name, depth) if depth else None

    def _begin(self, tag: Tag, *, is_closed: bool) -> None:
        name = _plain(tag.name)
        if name == "br":
            self._flow.add(Piece("\n", tag.start, tag.start))
        elif name == "hr":
            self._flow.end()
        elif name in _BLOCKS:
            self._flow.end()
            if not is_closed:
                self._push(name)
        elif name in _CODE and not is_closed:
            self._code += 1
        elif name in _SKIPPED and self._ends_later(tag) and not is_closed:
            self._skipped = (name, 1)

    def _end(self, tag: Tag) -> None:
        name = _plain(tag.name)
        if name == "br":  # as browsers take it
            self._flow.add(Piece("\n", tag.start, tag.start))
        elif name in _CODE:
            self._code = max(0, self._code - 1)
        elif self._counts[name]:
            self._flow.end()
            self._pop(name)
        elif name == "p":
            self._flow.end()

    def _push(self, name: str) -> None:
        kind = self._flow.kind
        kind = kind if kind == "verbatim" else _KINDS.get(name, kind)
        self._open.append(_Element(name, kind, self._code))
        self._counts[name] += 1
        self._flow.kind = kind

    def _pop(self, name: str) -> None:
        """Close the innermost element of a name, and those that were left open in it."""
        element = None
        while element is None or element.name != name:
            element = self._open.pop()
            self._counts[element.name] -= 1
        self._code = min(self._code, element.code)
        self._flow.kind = self._open[-1].kind if self._open else "paragraph"

    def _add_text(self, start: int, stop: int) -> None:
        if self._skipped:
            return
        fixed = self._code > 0 or self._flow.kind == "verbatim"
        at = start
        for match in _REFERENCE.finditer(self._raw, start, stop):
            text, length = _resolve(match[0])
            if length:
                self._add_literal(at, match.start(), fixed=fixed)
                at = match.start() + length
                self._flow.add(Piece(text, match.start(), at, fixed))
        self._add_literal(at, stop, fixed=fixed)

    def _add_literal(self, start: int, stop: int, *, fixed: bool) -> None:
        if start < stop:
            self._flow.add(Piece(self._raw[start:stop], start, stop, fixed))


def _plain(name: str) -> str:
    """Take headings for one: browsers let the end of any of them close any other."""
    return "h1" if name in _HEADINGS else name


def _resolve(reference: str) -> tuple[str, int]:
    """Return what a character reference stands for, and how much of it does.

    >>> _resolve("&notit;"), _resolve("&#8217;"), _resolve("&foo;")
    (('¬', 4), ('’', 7), ('', 0))
    """
    if reference[1] == "#":
        return html.unescape(reference), len(reference)
    for length in range(len(reference), 2, -1):
        text = html.entities.html5.get(reference[1:length])
        if text:
            return text, length
    return "", 0

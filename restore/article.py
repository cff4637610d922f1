"""The central types: what an article, a block, an edit and a fact are, and how edits are applied.

An article's `source` is its text as people read it. Where its file is not that text itself (HTML,
Markdown, JSON lines), `document` knows the file and where in it each stretch of the text stands.

Everything people see (restored text, diffs, reports, patches) is derived from edits on a source.
Offsets are code points of `Article.source`, half-open, throughout the program.
"""

import gzip
import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from restore.errors import RestoreError

BlockKind = Literal["heading", "paragraph", "item", "quote", "verbatim", "boilerplate"]
"""What a block is. `verbatim` (tables, code) and `boilerplate` never go to an engine."""

EditKind = Literal["term", "idiom", "grammar", "encoding", "other"]

FactKind = Literal[
    "number", "date", "name", "quote", "link", "code", "negation", "direction", "vague"
]
"""What a fact is. `direction`: more or less, before or after, must or may. `vague`: what is said
without a number or a "not" ("an hour", "avoid"); it can stand in for one, and is not missed."""

Problem = Literal[
    "truncated",
    "refused",
    "empty",
    "numbering",
    "leaked",
    "omitted",
    "inserted",
    "length",
    "repeated",
    "language",
]
"""What can be wrong with the shape of a reply, before any fact is compared."""

_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""C0 and C1 controls but tab and newline, bidi controls (Unicode UAX 9), lone surrogates."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item, quotation, table or code: one range of the source."""

    start: int
    stop: int
    kind: BlockKind
    text: str
    """The block as read: what an engine sees."""
    reason: str = ""
    """Why a block is boilerplate (the name of the rule), else empty."""


Syntax = Literal["markdown", "html", "json"]
"""How words are escaped that are put into a document."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an article's text, and the stretch of its document that it was read from.

    It is literal where both are the same characters, else one decoded thing, an entity or an
    escape, which no edit can cut.
    """

    start: int
    stop: int
    raw_start: int
    raw_stop: int
    fixed: bool = False
    """Whether no edit may touch it, as with code."""


@dataclass(frozen=True, slots=True)
class Document:
    """The file behind an article's text."""

    raw: str
    """The decoded file, with its own newlines and without its byte order mark."""
    segments: tuple[Segment, ...]
    """In order of place in both, not overlapping. Text between two segments is layout that stands
    for markup and has nothing in the file."""
    syntax: Syntax


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an article's text that is an article of its own: a record of a file."""

    start: int
    stop: int
    name: str


@dataclass(frozen=True, slots=True)
class Article:
    """One document to restore."""

    locator: str
    """Where it came from: a path, or a path and a record."""
    source: str
    """The text as people read it, with its own newlines and without its byte order mark."""
    encoding: str
    """The codec that turns `raw` back into the bytes that were read."""
    bom: bytes
    """The byte order mark that stood before the text, or nothing."""
    blocks: tuple[Block, ...]
    """In order of `start`, not overlapping; what lies between them is layout."""
    document: Document | None = field(default=None, repr=False)
    """The file where it is not the text itself."""
    parts: tuple[Part, ...] = ()
    """In order: what is restored apart. Empty where it is one article."""
    packed: bool = False
    """Whether the file is packed by gzip."""
    id: str = field(init=False)
    """16 hexadecimal digits of the SHA-256 of locator and source."""

    def __post_init__(self) -> None:
        """Derive `id`."""
        object.__setattr__(self, "id", _digest(self.locator, self.source))

    @property
    def prose(self) -> tuple[Block, ...]:
        """The blocks that an engine may see."""
        return tuple(b for b in self.blocks if b.kind not in ("verbatim", "boilerplate"))

    @property
    def raw(self) -> str:
        """The decoded file: the text itself where there is no document behind it."""
        return self.document.raw if self.document else self.source

    @property
    def content(self) -> bytes:
        """The bytes that were read."""
        return self.encode(self.raw)

    @property
    def articles(self) -> "tuple[Article, ...]":
        """What is restored apart: its parts as articles of their own, or itself."""
        return tuple(self._cut_out(part) for part in self.parts) or (self,)

    def _cut_out(self, part: Part) -> "Article":
        first, last = (
            bisect_left(self.blocks, place, key=lambda block: block.start)
            for place in (part.start, part.stop)
        )
        blocks = tuple(
            replace(block, start=block.start - part.start, stop=block.stop - part.start)
            for block in self.blocks[first:last]
        )
        name = f"{self.locator}, {part.name}"
        return Article(name, self.source[part.start : part.stop], self.encoding, b"", blocks)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column, from 1, at which an offset of the text stands in the file."""
        if self.document:
            segments = self.document.segments
            at = max(0, bisect_right(segments, offset, key=lambda segment: segment.start) - 1)
            inside = min(offset, segments[at].stop) - segments[at].start if segments else 0
            offset = segments[at].raw_start + inside if segments else 0
        return self.raw.count("\n", 0, offset) + 1, offset - self.raw.rfind("\n", 0, offset)

    def encode(self, text: str) -> bytes:
        """Turn a text made from `raw` into bytes of the article's own encoding."""
        content = self.bom + text.encode(self.encoding, errors="surrogateescape")
        return gzip.compress(content, mtime=0) if self.packed else content


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in the source of one article."""

    id: str
    """16 hexadecimal digits, the same for the same replacement at the same place."""
    start: int
    stop: int
    before: str
    after: str
    kind: EditKind
    confidence: float | None
    """Posterior probability 0-1 (offline), or None (a model gives none)."""
    engine: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing that must survive restoration."""

    kind: FactKind
    text: str
    """As written."""
    norm: str
    """As compared: equal facts have equal norms."""
    start: int
    """Code point offset in the text it was extracted from."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of one restored block."""

    kept: tuple[Fact, ...] = ()
    missing: tuple[Fact, ...] = ()
    added: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is missing, added or malformed."""
        return not (self.missing or self.added or self.problems)


class EditsOverlap(RestoreError):
    """Two edits claim the same characters: a bug of whoever made them."""

    exit_code = 70


def make_edit(
    locator: str,
    start: int,
    stop: int,
    *,
    before: str,
    after: str,
    engine: str,
    reason: str,
    kind: EditKind = "term",
    confidence: float | None = None,
) -> Edit:
    """Build an edit with its stable id."""
    identity = _digest(locator, str(start), str(stop), after)
    return Edit(identity, start, stop, before, after, kind, confidence, engine, reason)


def apply(source: str, edits: Iterable[Edit]) -> str:
    """Return `source` with `edits` made: the one way that output comes into being.

    >>> fix = make_edit("a.txt", 4, 18, before="implementation", after="enforcement",
    ...                 engine="offline", reason="example")
    >>> apply("law implementation.", [fix])
    'law enforcement.'

    Raises:
        EditsOverlap: two edits overlap, or one lies outside `source` or does not match it.
    """
    out: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.stop)):
        if edit.start < at or source[edit.start : edit.stop] != edit.before:
            raise EditsOverlap(f"edit {edit.id} at {edit.start} does not fit the source")
        out += source[at : edit.start], edit.after
        at = edit.stop
    out.append(source[at:])
    return "".join(out)


def shift(edit: Edit, by: int) -> Edit:
    """Return an edit of the same text with `by` characters more before it."""
    return replace(edit, start=edit.start + by, stop=edit.stop + by)


def apply_within(source: str, start: int, stop: int, edits: Iterable[Edit]) -> str:
    """Return a range of `source` with the edits made that lie in it.

    Raises:
        EditsOverlap: as `apply`; one of them lies elsewhere.
    """
    return apply(source[start:stop], (shift(edit, -start) for edit in edits))


def visible(text: str) -> str:
    r"""Return `text` safe to draw: control characters become the replacement character.

    Tabs and newlines stay. Everything that reaches a terminal goes through here.

    >>> visible("a\x1b[31mb\u202ec")
    'a\ufffd[31mb\ufffdc'
    """
    return _CONTROLS.sub("\ufffd", text)


def with_plain_newlines(text: str) -> str:
    r"""Return `text` with `\n` for every line end, as prompts and replies have it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def readable(text: str) -> str:
    r"""Return text in which every line ends with `\n` and no control has an effect."""
    return visible(with_plain_newlines(text))


def find_controls(text: str) -> set[str]:
    r"""Return the characters of untrusted text that `visible` would replace.

    >>> sorted(find_controls("a\x1b[31mb\u202ec"))
    ['\x1b', '\u202e']
    """
    return set(_CONTROLS.findall(text))


def _digest(*parts: str) -> str:
    joined = "\x00".join(parts).encode("utf-8", errors="surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:16]

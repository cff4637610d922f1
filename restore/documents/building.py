"""From a document to an article: its text is put together, stretch by stretch, in order."""

from collections.abc import Iterator
from contextlib import contextmanager

from restore import boilerplate
from restore.article import Article, Block, BlockKind, Document, Segment, Syntax


class Builder:
    """Collects the text of an article, and where each stretch of it stands in the document."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._parts: list[str] = []
        self._length = 0
        self._segments: list[Segment] = []
        self._is_open = False
        """Whether the last segment is literal, and may be continued."""
        self._blocks: list[tuple[int, int, BlockKind]] = []

    @property
    def length(self) -> int:
        """Characters of text so far."""
        return self._length

    def literal(self, raw_start: int, raw_stop: int, *, fixed: bool = False) -> None:
        """Add a stretch of the document as it stands; with the one before it where they adjoin."""
        if raw_start == raw_stop:
            return
        start = self._add(self._raw[raw_start:raw_stop])
        last = self._segments[-1] if self._is_open else None
        if last and (last.stop, last.raw_stop, last.fixed) == (start, raw_start, fixed):
            self._segments[-1] = Segment(last.start, self._length, last.raw_start, raw_stop, fixed)
        else:
            self._segments.append(Segment(start, self._length, raw_start, raw_stop, fixed))
        self._is_open = True

    def decoded(self, text: str, raw_start: int, raw_stop: int, *, fixed: bool = False) -> None:
        """Add what an entity or an escape stands for."""
        if text == self._raw[raw_start:raw_stop]:
            self.literal(raw_start, raw_stop, fixed=fixed)
        elif text:
            start = self._add(text)
            self._segments.append(Segment(start, self._length, raw_start, raw_stop, fixed))
            self._is_open = False

    def layout(self, text: str) -> None:
        """Add layout that stands for markup and has nothing in the document."""
        self._add(text)

    @contextmanager
    def block(self, kind: BlockKind) -> Iterator[None]:
        """Make what is added meanwhile a block, without the white space around it."""
        start = self._length
        yield
        self.mark(start, self._length, kind)

    def mark(self, start: int, stop: int, kind: BlockKind) -> None:
        """Make a range of the text a block, without the white space around it."""
        self._blocks.append((start, stop, kind))

    def finish(self, syntax: Syntax) -> tuple[str, Document]:
        """Return the text, and the document that it was read from."""
        return "".join(self._parts), Document(self._raw, tuple(self._segments), syntax)

    def article(self, locator: str, encoding: str, bom: bytes, syntax: Syntax) -> Article:
        """Return the article, its boilerplate marked."""
        source, document = self.finish(syntax)
        blocks = boilerplate.mark(tuple(self._trimmed(source)))
        return Article(locator, source, encoding, bom, blocks, document)

    def _trimmed(self, source: str) -> Iterator[Block]:
        for start, stop, kind in self._blocks:
            text = source[start:stop]
            if text.strip():
                begin = start + len(text) - len(text.lstrip())
                yield Block(begin, begin + len(text.strip()), kind, text.strip())

    def _add(self, text: str) -> int:
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start

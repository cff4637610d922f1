"""From stretches of text, line breaks and ends of blocks to blocks without white space around."""

import re
from dataclasses import dataclass, field

from restore.article import BlockKind
from restore.documents.building import Builder

_FEED = re.compile(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the document, and the text that it stands for."""

    text: str
    start: int
    stop: int
    """As `start` where it stands for a tag: a line break."""
    fixed: bool = False

    @property
    def is_break(self) -> bool:
        """Whether it is a line break that has no text in the document."""
        return self.start == self.stop


@dataclass(slots=True)
class Flow:
    """Puts pieces together to blocks."""

    builder: Builder
    kind: BlockKind = "paragraph"
    """Of the block that is open, else of the next."""
    _start: int | None = None
    """Where the open block begins in the text."""
    _held: list[Piece] = field(default_factory=list)
    """White space and breaks in a block, as long as no other text has come after them."""

    def add(self, piece: Piece) -> None:
        """Add text to the open block, or begin one with it where it is more than white space."""
        text = piece.text
        if not text.strip():
            if self._start is not None:
                self._held.append(piece)
            return
        if piece.stop - piece.start != len(text):  # an entity
            self._release()
            self._put(piece)
            return
        first = piece.start + len(text) - len(text.lstrip())
        last = piece.start + len(text.rstrip())
        if self._start is not None and first > piece.start:
            self._held.append(_part(piece, piece.start, first))
        self._release()
        self._put(_part(piece, first, last))
        if last < piece.stop:
            self._held.append(_part(piece, last, piece.stop))

    def end(self) -> None:
        """End the open block, if any."""
        if self._start is not None:
            self.builder.mark(self._start, self.builder.length, self.kind)
        self._start = None
        self._held.clear()

    def _release(self) -> None:
        """Make ready for text: put what is held, or begin a block.

        Two breaks with nothing between them are what old pages have for the end of a paragraph.
        """
        is_text = self.kind != "verbatim"
        if is_text and sum(piece.is_break for piece in self._held) > 1:
            self.end()
        if self._start is None:
            self.builder.layout("\n\n" if self.builder.length else "")
            self._start = self.builder.length
            return
        has_feed = is_text and any(_FEED.search(p.text) for p in self._held if not p.is_break)
        for piece in self._held:
            if not (has_feed and piece.is_break):
                self._put(piece)
        self._held.clear()

    def _put(self, piece: Piece) -> None:
        if piece.is_break:
            self.builder.layout(piece.text)
        else:
            self.builder.decoded(piece.text, piece.start, piece.stop, fixed=piece.fixed)


def _part(piece: Piece, start: int, stop: int) -> Piece:
    text = piece.text[start - piece.start : stop - piece.start]
    return Piece(text, start, stop, piece.fixed)

"""Cut an article into chunks: consecutive prose blocks that go to an engine in one call.

Boundaries are content-defined, so that an inserted paragraph moves no far boundary and the
chunks after it stay the same calls.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from restore.article import Article, Block
from restore.sentences import sentences

DEFAULT_WORDS = 350
"""Words a chunk carries, about: its instructions cost less than it, and a lost reply little."""
_RANKED_WORDS = 8
"""Fewer are often the same in two paragraphs; more are edited more often."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or a run of sentences of a block that is over the limit."""

    start: int
    """Code point offset in `Article.source`, half-open with `stop`."""
    stop: int
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one call restores."""

    index: int
    pieces: tuple[Piece, ...]
    before: str
    """The text of the block before, which the model may read and not restore; may be empty."""
    words: int


def split(article: Article, *, target_words: int = DEFAULT_WORDS) -> tuple[Chunk, ...]:
    """Cut an article's prose into chunks of about `target_words`, at most twice that.

    A chunk ends behind a piece whose hash is the least of all pieces within half the target to
    either side; a piece before a heading counts as less than any other. The rule looks at nothing
    farther away, so an edit changes the chunk it lies in and at most the next, but where its piece
    was the least and the windows to both sides now have their own: about one edit in a hundred,
    one rewritten block in twenty. A block longer than the target is cut into runs of sentences.
    """
    pieces = [p for block in article.prose for p in _pieces(block, target_words)]
    headings = {block.start for block in article.prose if block.kind == "heading"}
    ends = _ends(pieces, headings, target_words / 2)
    chunks: list[Chunk] = []
    taken: list[Piece] = []
    before = ""
    for index, piece in enumerate(pieces):
        taken.append(piece)
        words = sum(map(_count, taken))
        following = _count(pieces[index + 1]) if index + 1 < len(pieces) else 0
        if index in ends or words + following > 2 * target_words or index + 1 == len(pieces):
            chunks.append(Chunk(len(chunks), tuple(taken), before, words))
            before, taken = piece.text, []
    return tuple(chunks)


def _pieces(block: Block, most_words: int) -> Iterator[Piece]:
    """Yield a block whole, or cut at sentences so that no part has more words than asked."""
    if len(block.text.split()) <= most_words:
        yield Piece(block.start, block.stop, block.text)
        return
    start, words = 0, 0
    for begin, end in sentences(block.text):
        count = len(block.text[begin:end].split())
        if words and words + count > most_words:
            yield _cut(block, start, begin)
            start, words = begin, 0
        words += count
    yield _cut(block, start, len(block.text))


def _cut(block: Block, start: int, stop: int) -> Piece:
    text = block.text[start:stop].rstrip()
    return Piece(block.start + start, block.start + start + len(text), text)


def _ends(pieces: Sequence[Piece], headings: set[int], radius: float) -> set[int]:
    """Return the indices of the pieces behind which a chunk ends."""
    ranks = [_rank(piece) for piece in pieces]
    for index, piece in enumerate(pieces[1:]):
        if piece.start in headings:
            ranks[index] = b"\0" + ranks[index]
    return {i for i in range(len(pieces)) if _is_least(i, ranks, pieces, radius)}


def _is_least(at: int, ranks: Sequence[bytes], pieces: Sequence[Piece], radius: float) -> bool:
    for step in (-1, 1):
        words, other = 0, at + step
        while 0 <= other < len(pieces) and words < radius:
            if ranks[other] < ranks[at]:
                return False
            words += _count(pieces[other])
            other += step
    return True


def _count(piece: Piece) -> int:
    return len(piece.text.split())


def _rank(piece: Piece) -> bytes:
    # By its first words alone: most edits come after them and then move no boundary.
    first = " ".join(piece.text.split(maxsplit=_RANKED_WORDS)[:_RANKED_WORDS])
    return hashlib.sha256(first.encode("utf-8", errors="surrogatepass")).digest()

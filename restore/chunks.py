"""Cut an article into chunks: consecutive prose blocks that go to an engine in one call.

Boundaries are content-defined, so that an inserted paragraph moves no far boundary and the
chunks after it stay the same calls.
"""

from dataclasses import dataclass


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

"""Cut an article into chunks: consecutive prose blocks that go to an engine in one call.

Boundaries are content-defined, so that an inserted paragraph moves no far boundary and the
chunks after it stay the same calls. A unit (a block, or a sentence of a block that is over the
limit) is a candidate by its own first words, and a candidate is a boundary by its distance from
the candidate before it. So an edit changes two decisions, its own and the next candidate's, which
make two chunks new. A rule that compares all units of a window (local minima) made three of 2.5 %
of edits; this one of 0.1 %: where a section or an unbroken run crosses its limit.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from restore.article import Article, Block
from restore.sentences import sentences

DEFAULT_WORDS = 1200
"""Words a chunk carries, about. The prompt then adds less than half of the text's tokens (at 800
words 70 %, at 350 words 140 %), most articles are one call, which keeps their terms consistent, and
a reply is still far from any model's limit. What a wrong reply costs depends little on it: only
wrong pieces are asked again."""
_RADIUS_SHARE = 0.43
"""Of the target: words within which a candidate silences the next. Candidates come as often, for
then sizes vary least (a dead-time counter that pauses count prolong, at its maximum)."""
_MOST_SHARE = 4
"""Of the target: a longer run without a boundary, one in five hundred, is cut nevertheless."""
_HEADING_CHANCE = 0.75
"""That the end of a section counts; if all did, short sections would silence each other."""
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
    """The block before, or its last sentence where it was cut, which the model may read and not
    restore; may be empty."""
    words: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is never cut: a block, or a sentence of a long one."""

    block: Block
    start: int
    """Code point offset in the text of the block, half-open with `stop`."""
    stop: int
    words: int
    rank: float
    """0-1, drawn from the first words: the least are candidates."""

    @property
    def text(self) -> str:
        return self.block.text[self.start : self.stop]


def split(article: Article, *, target_words: int = DEFAULT_WORDS) -> tuple[Chunk, ...]:
    """Cut an article's prose into chunks of about `target_words`, at most four times that.

    Only a sentence that is longer still makes a longer chunk. Editing, inserting or deleting one
    block makes one or two chunks new, in one case of a thousand three.
    """
    units = [unit for block in article.prose for unit in _units(block, target_words)]
    radius = _RADIUS_SHARE * target_words
    runs = [
        part
        for run in _runs(units, _boundaries(units, radius))
        for part in _limit(run, radius, _MOST_SHARE * target_words)
    ]
    befores = ["", *(run[-1].text for run in runs)]
    return tuple(
        Chunk(index, tuple(_pieces(run)), before, sum(unit.words for unit in run))
        for index, (run, before) in enumerate(zip(runs, befores, strict=False))
    )


def _units(block: Block, most_words: int) -> Iterator[_Unit]:
    whole = _unit(block, 0, len(block.text))
    if whole.words <= most_words:
        yield whole
        return
    for start, stop in sentences(block.text):
        yield _unit(block, start, start + len(block.text[start:stop].rstrip()))


def _unit(block: Block, start: int, stop: int) -> _Unit:
    words = block.text[start:stop].split()
    first = " ".join(words[:_RANKED_WORDS]).encode("utf-8", errors="surrogatepass")
    rank = int.from_bytes(hashlib.sha256(first).digest()[:8]) / 2**64
    return _Unit(block, start, stop, len(words), rank)


def _boundaries(units: Sequence[_Unit], radius: float) -> list[int]:
    """Return the indices of the units that chunks begin with, but the first.

    The end of a section is silenced by that of another alone, any other candidate by all.
    """
    ends = list(accumulate(unit.words for unit in units))
    pairs = list(pairwise(units))
    found: list[int] = []
    last = last_section = 0
    for index, (at, (unit, following)) in enumerate(zip(ends, pairs, strict=False), start=1):
        if _ends_section(unit, following):
            since = at - last_section
            last = last_section = at
        elif _is_candidate(unit, radius):
            since = at - last
            last = at
        else:
            continue
        if since > radius and ends[-1] - at >= radius / 2:
            found.append(index)
    return found


def _ends_section(unit: _Unit, following: _Unit) -> bool:
    return (
        following.block.kind == "heading"
        and unit.block.kind != "heading"
        and unit.rank < _HEADING_CHANCE
    )


def _is_candidate(unit: _Unit, radius: float) -> bool:
    """Tell whether a chunk may end behind a unit: the likelier, the more words it has."""
    return unit.block.kind != "heading" and unit.rank < 1 - math.exp(-unit.words / radius)


def _runs(units: Sequence[_Unit], boundaries: Sequence[int]) -> Iterator[Sequence[_Unit]]:
    for start, stop in pairwise([0, *boundaries, len(units)]):
        if start < stop:
            yield units[start:stop]


def _limit(units: Sequence[_Unit], radius: float, most_words: float) -> Iterator[Sequence[_Unit]]:
    """Cut a run that is over the limit behind its least unit that leaves enough to both sides."""
    ends = list(accumulate(unit.words for unit in units))
    if ends[-1] <= most_words or len(units) == 1:
        yield units
        return
    places = [i for i, end in enumerate(ends) if radius <= end <= ends[-1] - radius]
    at = 1 + min(
        places or range(len(units) - 1),
        key=lambda i: (units[i].rank, abs(ends[i] - ends[-1] / 2)),
    )
    yield from _limit(units[:at], radius, most_words)
    yield from _limit(units[at:], radius, most_words)


def _pieces(units: Sequence[_Unit]) -> Iterator[Piece]:
    """Yield what the units of a chunk are of each block."""
    for _, group in groupby(units, key=lambda unit: unit.block.start):
        own = list(group)
        block, start, stop = own[0].block, own[0].start, own[-1].stop
        yield Piece(block.start + start, block.start + stop, block.text[start:stop])

"""What the scanner suspects in a chunk, as hints for a prompt that asks for them.

Hints come from the chunk's own text alone, so that the same chunk in another article is the same
call; what the scanner learns of a whole article would make it another.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from restore.article import Article, Block
from restore.chunks import Chunk

if TYPE_CHECKING:
    from restore.offline.evidence import Choice

_MOST_HINTS = 12
"""In a chunk: on spun text the scanner suspects a word in ten, and every hint costs ten tokens."""
_MOST_CANDIDATES = 3
_LIKELY = 0.05
"""Probability that a candidate must have to be named beside the likeliest."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A phrase that may be spun, and what may have stood there."""

    text: str
    candidates: tuple[str, ...]
    """The likeliest first, three at most."""


@dataclass(slots=True)
class _Phrase:
    """One phrase over all its places in a chunk."""

    start: int
    """Offset of the first place."""
    text: str
    strength: float = 0.0
    """Sum of the probabilities of being spun: a phrase that occurs often is worth more."""


def find_hints(chunk: Chunk) -> tuple[Hint, ...]:
    """Return the strongest suspects of a chunk, a dozen at most, in order of first place.

    Takes about 0.2 s for 1,000 words; safe in threads.
    """
    from restore import offline  # noqa: PLC0415  # only where a prompt wants hints
    from restore.offline.decoder import load  # noqa: PLC0415  # as above

    article = _as_article(chunk)
    phrases: dict[str, _Phrase] = {}
    candidates: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for place in _places(load().decode(article)):
        first = place[0]
        if first.spun < offline.SUSPECTED_FROM:
            continue
        start, text = _span(article, first)
        found = phrases.setdefault(text.lower(), _Phrase(start, text))
        found.strength += first.spun
        if start < found.start:
            found.start, found.text = start, text
        _collect(candidates[text.lower()], article, place)
    strongest = sorted(phrases.items(), key=lambda item: (-item[1].strength, item[1].start))
    return tuple(
        Hint(phrase.text, tuple(candidates[name].values())[:_MOST_CANDIDATES])
        for name, phrase in sorted(strongest[:_MOST_HINTS], key=lambda item: item[1].start)
    )


def _as_article(chunk: Chunk) -> Article:
    blocks: list[Block] = []
    at = 0
    for piece in chunk.pieces:
        blocks.append(Block(at, at + len(piece.text), "paragraph", piece.text))
        at += len(piece.text) + 2
    source = "\n\n".join(piece.text for piece in chunk.pieces)
    return Article("", source, "utf-8", b"", tuple(blocks))


def _places(choices: Iterable["Choice"]) -> Iterable[list["Choice"]]:
    """Group choices by their place, the likeliest place first, none overlapping one before it."""
    places: dict[tuple[int, int], list[Choice]] = {}
    for choice in choices:
        span = choice.tokens[choice.first].start, choice.tokens[choice.arc.stop - 1].stop
        places.setdefault(span, []).append(choice)
    taken: set[int] = set()
    for span, group in places.items():
        if taken.isdisjoint(range(*span)):
            taken.update(range(*span))
            yield group


def _span(article: Article, choice: "Choice") -> tuple[int, str]:
    start = choice.tokens[choice.first].start
    stop = choice.tokens[choice.arc.stop - 1].stop
    return start, " ".join(article.source[start:stop].split())


def _collect(candidates: dict[str, str], article: Article, place: Iterable["Choice"]) -> None:
    """Add what may have stood at a place, the likeliest first."""
    from restore.offline.edits import restored_words  # noqa: PLC0415  # as above

    for choice in place:
        after = restored_words(article, choice)
        if after and (not candidates or choice.probability >= _LIKELY):
            candidates.setdefault(after.lower(), after)

"""What one look at an article says of every replacement in it: how spun it is, where, and by what.

Each piece of evidence is a number that a fitted weight multiplies (`Weights`). Spinners leave
traces beyond the words they change: they treat a whole article alike, so that its density of sure
edits, and of places that are a little suspect, speaks for or against all others; a spinner draws
on some files of the lexicon and not on others; an original that is sure elsewhere, or stands in
the text because it was left alone once, is the likelier one here; and spun words have spun
neighbours.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from restore.offline.lattice import AGREEMENT, Arc, Lattice
from restore.offline.tokens import Token

_FEW_WORDS = 60
"""A shorter article counts as one of this length: one edit in five words is no density."""
_SMOOTHING = 0.3
"""Edits per 100 words, or of one file, that every article is taken to have."""
_SURE_CENTRE = 1.5
"""Sure edits per 100 words at which they say nothing."""
_EXPECTED_CENTRE = 3.0
"""The same of all edits, each counted as its probability."""
_MOST_REPEATS = 2.0
_MOST_ELSEWHERE = 4.0
"""Further occurrences say no more."""
_ELSEWHERE_SCALE = 3.0
_SHORT = 3
"""Words up to this length stand in every article."""
_NEARBY_CENTRE = 3.0
_NEARBY_EDITS = 0.3
_NEARBY_TOKENS = 10
"""What every sentence is taken to have besides its own: a short one says little."""


class Sentence(NamedTuple):
    """The tokens of one sentence that has candidates, and its lattice."""

    tokens: list[Token]
    lattice: Lattice
    ranges: list[tuple[int, int]] | None = None
    """Of tokens that are still worth a look; None: all that have candidates."""


class Choice(NamedTuple):
    """One replacement that the decoder considers, with what it thinks of it."""

    tokens: list[Token]
    """Of the whole sentence."""
    first: int
    """Index of the first token it replaces."""
    arc: Arc
    probability: float
    """Posterior of exactly this replacement."""
    spun: float
    """Posterior that what it replaces is spun at all; at least `probability`."""
    confidence: float
    """`probability`, or `spun` where any restoration that the lexicon lists will do."""

    @property
    def pair(self) -> tuple[str, str]:
        """What is replaced by what, in lower case."""
        return self.arc.before, original_of(self.arc)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an article after one look; `about` gives it for one replacement."""

    density: float
    """ln of the sure edits per 100 words, over the centre."""
    expected: float
    """ln of the expected edits per 100 words, over the centre."""
    repeats: Mapping[tuple[str, str], float]
    """Sure pairs, and how often besides the first time."""
    originals: Mapping[str, float]
    """Expected number of places that each original was spun in."""
    own: Mapping[tuple[int, str], float]
    """The same of one place alone, by the offset of its first token."""
    families: Mapping[str, float]
    """By file of the lexicon, ln of its share of the expected edits."""
    any_family: float
    """The same of a file that has none."""
    covered: Mapping[int, float]
    """By offset of a token, the expected edits that cover it."""
    in_sentence: Mapping[int, float]
    """By offset of a sentence's first token, its expected edits."""
    standing: Mapping[str, int]
    """How often each word stands in the article's sentences that have candidates."""

    def about(self, sentence: Sentence, first: int, arc: Arc) -> Iterator[tuple[str, float]]:
        """Yield the names of weights, and what each is to be multiplied with."""
        original = original_of(arc)
        yield ("prior_below" if self.density < 0 else "prior_above"), self.density
        yield ("expected_below" if self.expected < 0 else "expected_above"), self.expected
        if repeats := self.repeats.get((arc.before, original)):
            yield "bonus", repeats
        if elsewhere := self._elsewhere(sentence.tokens[first].start, original):
            yield "original", elsewhere
        if standing := self._standing(original):
            yield "standing", standing
        name = arc.source.name if arc.source else ""
        yield "family", self.families.get(name, self.any_family)
        yield "nearby", self._nearby(sentence.tokens, first, arc.stop)

    def _elsewhere(self, place: int, original: str) -> float:
        times = self.originals.get(original, 0.0) - self.own.get((place, original), 0.0)
        return math.log1p(_ELSEWHERE_SCALE * max(0.0, min(times, _MOST_ELSEWHERE)))

    def _standing(self, original: str) -> float:
        times = [self.standing.get(word, 0) for word in original.split() if len(word) > _SHORT]
        return math.log1p(min(_MOST_ELSEWHERE, *times)) if times else 0.0

    def _nearby(self, tokens: list[Token], first: int, stop: int) -> float:
        own = max(self.covered.get(token.start, 0.0) for token in tokens[first:stop])
        rest = max(0.0, self.in_sentence.get(tokens[0].start, 0.0) - own)
        expected = 100 * (rest + _NEARBY_EDITS) / (len(tokens) + _NEARBY_TOKENS)
        return math.log(expected / _NEARBY_CENTRE)


def gather(
    choices: Iterable[Choice], standing: Mapping[str, int], words: int, *, sure_from: float
) -> Evidence:
    """Return what the choices of one look say.

    Args:
        choices: every replacement considered.
        standing: how often each word stands in the article (`count_words`).
        words: in the whole article.
        sure_from: the probability from which on a replacement is sure.
    """
    pairs: defaultdict[tuple[str, str], float] = defaultdict(float)
    originals: defaultdict[str, float] = defaultdict(float)
    own: defaultdict[tuple[int, str], float] = defaultdict(float)
    families: defaultdict[str, float] = defaultdict(float)
    covered: defaultdict[int, float] = defaultdict(float)
    in_sentence: defaultdict[int, float] = defaultdict(float)
    for choice in choices:
        original, probability = original_of(choice.arc), choice.probability
        if probability > sure_from:
            pairs[choice.pair] += probability
        originals[original] += probability
        own[choice.tokens[choice.first].start, original] += probability
        families[choice.arc.source.name if choice.arc.source else ""] += probability
        in_sentence[choice.tokens[0].start] += probability
        for token in choice.tokens[choice.first : choice.arc.stop]:
            covered[token.start] += probability
    expected = sum(originals.values())
    per_100 = 100 / max(words, _FEW_WORDS)

    def share(edits: float) -> float:
        return math.log((edits + _SMOOTHING) / (expected + 1.0))

    return Evidence(
        math.log((per_100 * sum(pairs.values()) + _SMOOTHING) / _SURE_CENTRE),
        math.log((per_100 * expected + _SMOOTHING) / _EXPECTED_CENTRE),
        {p: min(_MOST_REPEATS, times - 1) for p, times in pairs.items() if times > 1},
        originals,
        own,
        {name: share(edits) for name, edits in families.items()},
        share(0.0),
        covered,
        in_sentence,
        standing,
    )


def count_words(sentences: Iterable[Sentence]) -> Mapping[str, int]:
    """Count the words of the sentences that have candidates."""
    return Counter(token.key for sentence in sentences for token in sentence.tokens)


def replaces(arc: Arc) -> bool:
    """Tell whether an arc is a restoration, not the words themselves or their agreement."""
    return arc.source is not None and arc.source is not AGREEMENT


def original_of(arc: Arc) -> str:
    """Return what an arc puts in, in lower case."""
    return (arc.after or "").lower()

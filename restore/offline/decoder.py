"""Reads an article twice and says of each spun-looking place what it was, and how surely.

A noisy channel: a spinner turned some words of a good article into others. The lexicon knows what
spinners write for what, the language model knows what good articles say, and the lattice holds
every reading. The first pass measures how spun the article is; the second expects as much of every
place, and expects a pair that was sure in one place in the others too. On labelled passages that
second pass is worth more than any other part (nine points of recall at the same precision), and
it is what keeps clean articles clean.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from restore.article import Article
from restore.offline.language_model import LanguageModel
from restore.offline.lattice import AGREEMENT, Arc, Builder, Lattice
from restore.offline.lexicon import Lexicon
from restore.offline.posteriors import find_ranges, posteriors
from restore.offline.tokens import Token, split_sentences, tokenize
from restore.offline.weights import DEFAULT_WEIGHTS, Weights

_DATA = Path(__file__).parent / "data"
_FEW_WORDS = 60
"""A shorter article counts as one of this length: one edit in five words is no density."""
_PRIOR_SMOOTHING = 0.3
"""Edits per 100 words that every article is taken to have."""

_WORTH_ANOTHER_LOOK = 0.03
"""A part of a sentence in which nothing can keep these odds of being spun is not read again."""
_NEGLIGIBLE = 0.02
"""Less probable replacements are not worth an object: they are most of the lattice."""


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
        return self.arc.before, (self.arc.after or "").lower()


class Examination(NamedTuple):
    """What the decoder found in one article."""

    choices: list[Choice]
    """Every replacement considered, the likeliest first."""
    first_look: list[Choice]
    """The same before the article as a whole was taken into account."""
    sentences: list[list[Token]]
    words: int
    rivals: int
    """Tokens that may be read otherwise."""


class Prior(NamedTuple):
    """What is expected of every replacement before looking at its sentence."""

    shift: float
    bonus: Mapping[tuple[str, str], float]
    """Pairs that were sure elsewhere in the article."""

    def rise(self, other: "Prior") -> float:
        """Return the most that any replacement is now expected above `other`."""
        return self.shift + max(self.bonus.values(), default=0.0) - other.shift

    def of(self, arc: Arc) -> float:
        """Return what to add to an arc's score."""
        if not _replaces(arc):
            return 0.0
        return self.shift + self.bonus.get((arc.before, (arc.after or "").lower()), 0.0)


class Decoder:
    """Decodes articles. It holds no state of an article: safe to share between threads."""

    def __init__(
        self, lexicon: Lexicon, model: LanguageModel, weights: Weights = DEFAULT_WEIGHTS
    ) -> None:
        self.model = model
        self._weights = weights
        self._builder = Builder(lexicon, model, weights)

    def decode(self, article: Article) -> list[Choice]:
        """Return every replacement considered in an article's prose, the likeliest first."""
        return self.examine(article).choices

    def examine(self, article: Article) -> Examination:
        """Return those, and what they were chosen by."""
        texts = list(_read_sentences(article))
        words = sum(token.is_word for tokens in texts for token in tokens)
        lattices = [(tokens, self._builder.build(tokens)) for tokens in texts]
        sentences = [Sentence(tokens, lattice) for tokens, lattice in lattices if lattice]
        rivals = sum(len(arcs) > 1 for sentence in sentences for arcs in sentence.lattice)
        first_look, choices = self._read_through(sentences, words)
        return Examination(choices, first_look, texts, words, rivals)

    def _read_through(
        self, sentences: list[Sentence], words: int
    ) -> tuple[list[Choice], list[Choice]]:
        """Return what the first and what the last look finds."""
        weights = self._weights
        prior = Prior(weights.first_pass, {})
        first = choices = self._judge(sentences, prior, weights.first_states)
        for look in range(weights.looks):
            if look:
                choices = self._judge(sentences, prior, weights.first_states)
            last, prior = prior, self._learn(choices, words)
            rise = prior.rise(last)
            if rise <= 0:
                sentences = list(_drop_unlikely(sentences, choices, rise))
        return first, self._judge(sentences, prior, weights.states)

    def _judge(self, sentences: Iterable[Sentence], prior: Prior, states: int) -> list[Choice]:
        choices = [choice for s in sentences for choice in self._judge_sentence(s, prior, states)]
        return sorted(choices, key=lambda choice: -choice.probability)

    def _judge_sentence(self, sentence: Sentence, prior: Prior, states: int) -> Iterator[Choice]:
        tokens, lattice, ranges = sentence
        for start, stop in find_ranges(lattice) if ranges is None else ranges:
            arcs = lattice[start:stop]
            found = self._weigh(lattice, start, arcs, prior, states)
            spun = _spun(start, arcs, found)
            for first, here in enumerate(arcs, start):
                for arc, probability in zip(here, found[first - start], strict=True):
                    if probability > _NEGLIGIBLE and _replaces(arc):
                        covered = min(spun[first - start : arc.stop - start])
                        confidence = self._confidence(arc, probability, covered)
                        yield Choice(tokens, first, arc, probability, covered, confidence)

    def _weigh(
        self, lattice: Lattice, start: int, arcs: Lattice, prior: Prior, states: int
    ) -> list[list[float]]:
        scores = [[arc.score + prior.of(arc) for arc in here] for here in arcs]
        exponent = self._weights.language_model
        return posteriors(lattice, start, scores, self.model, exponent=exponent, states=states)

    def _confidence(self, arc: Arc, probability: float, spun: float) -> float:
        weights = self._weights
        sure = spun >= weights.phrase_spun and probability >= weights.phrase_best
        if sure and arc.source is not None and arc.source.set_phrase:
            return spun
        return probability

    def _learn(self, choices: Iterable[Choice], words: int) -> Prior:
        """Return what the replacements that are sure without a prior say of all others."""
        weights = self._weights
        sure: defaultdict[tuple[str, str], float] = defaultdict(float)
        for choice in choices:
            if choice.probability > weights.counted:
                sure[choice.pair] += choice.probability
        density = 100 * sum(sure.values()) / max(words, _FEW_WORDS)
        odds = math.log((density + _PRIOR_SMOOTHING) / weights.prior_centre)
        shift = odds * (weights.prior_below if odds < 0 else weights.prior_above)
        repeated = {pair: min(weights.bonus_times, times - 1) for pair, times in sure.items()}
        bonus = {pair: weights.bonus * times for pair, times in repeated.items() if times > 0}
        return Prior(shift, bonus)


def choose(choices: Iterable[Choice], threshold: float) -> Iterator[Choice]:
    """Yield the choices whose confidence reaches `threshold`, none overlapping one before it."""
    taken: set[int] = set()
    for choice in choices:
        if choice.confidence < threshold:
            continue
        places = {token.start for token in choice.tokens[choice.first : choice.arc.stop]}
        if taken.isdisjoint(places):
            taken |= places
            yield choice


@cache
def load() -> Decoder:
    """Return the decoder over the data that ships in the package, opened once per process."""
    lexicon = Lexicon(_DATA / "lexicon.bin")
    return Decoder(lexicon, LanguageModel(_DATA / "language_model.bin"))


def _read_sentences(article: Article) -> Iterator[list[Token]]:
    for block in article.prose:
        tokens = tokenize(article.source, start=block.start, stop=block.stop)
        yield from split_sentences(article.source, tokens)


def _drop_unlikely(
    sentences: Iterable[Sentence], choices: Iterable[Choice], rise: float
) -> Iterator[Sentence]:
    """Yield the sentences that are worth another look, without the parts that are not.

    With less to expect, the odds of every replacement fall at least by the factor exp(`rise`).
    """
    odds = _WORTH_ANOTHER_LOOK * math.exp(-rise)
    least = odds / (1 + odds)
    worth_it: defaultdict[int, set[int]] = defaultdict(set)
    for choice in choices:
        if choice.spun > least:
            worth_it[id(choice.tokens)].add(choice.first)
    for tokens, lattice, ranges in sentences:
        places = worth_it.get(id(tokens))
        if places:
            kept = [
                (start, stop)
                for start, stop in (find_ranges(lattice) if ranges is None else ranges)
                if not places.isdisjoint(range(start, stop))
            ]
            yield Sentence(tokens, lattice, kept)


def _replaces(arc: Arc) -> bool:
    """Tell whether an arc is a restoration, not the words themselves or their agreement."""
    return arc.source is not None and arc.source is not AGREEMENT


def _spun(start: int, lattice: Lattice, found: list[list[float]]) -> list[float]:
    """Return for each token of a range the probability that some replacement covers it."""
    spun = [0.0] * len(lattice)
    for first, arcs in enumerate(lattice):
        for arc, probability in zip(arcs, found[first], strict=True):
            if _replaces(arc):
                for index in range(first, arc.stop - start):
                    spun[index] += probability
    return [min(1.0, p) for p in spun]

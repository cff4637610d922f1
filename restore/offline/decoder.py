"""Reads an article twice and says of each spun-looking place what it was, and how surely.

A noisy channel: a spinner turned some words of a good article into others. The lexicon knows what
spinners write for what, the language model knows what good articles say, and the lattice holds
every reading. The first pass measures how spun the article is, and by what; the second expects as
much of every place (`evidence`). On labelled passages that second pass is worth more than any
other part, and it is what keeps clean articles clean.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from restore.article import Article
from restore.facts.marks import find_code, find_links
from restore.offline.evidence import Choice, Evidence, Sentence, count_words, gather, replaces
from restore.offline.language_model import LanguageModel
from restore.offline.lattice import Arc, Builder, Lattice
from restore.offline.lexicon import Lexicon
from restore.offline.posteriors import Scores, find_ranges, posteriors
from restore.offline.tokens import Token, split_sentences, tokenize
from restore.offline.weights import DEFAULT_WEIGHTS, Weights

_DATA = Path(__file__).parent / "data"
_WORTH_ANOTHER_LOOK = 0.1
"""A part of a sentence in which nothing is spun with more than this is not read again with less to
expect."""
_MARKED = "<mark>"
"""The key of a word in code or in a link; neither the lexicon nor the language model has it."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_FULL = 0.5
"""Of the longest line."""
_NEGLIGIBLE = 0.02
"""Less probable replacements are not worth an object: they are most of the lattice."""


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
        sentences = [
            Sentence(t, lattice, find_ranges(lattice)) for t, lattice in lattices if lattice
        ]
        rivals = sum(len(arcs) > 1 for sentence in sentences for arcs in sentence.lattice)
        first_look, choices = self._read_through(sentences, words)
        return Examination(choices, first_look, texts, words, rivals)

    def _read_through(
        self, sentences: list[Sentence], words: int
    ) -> tuple[list[Choice], list[Choice]]:
        """Return what the first and what the last look finds."""
        weights = self._weights
        standing = count_words(sentences)
        first = choices = self._judge(sentences, None, weights.first_states)
        evidence = gather(choices, standing, words, sure_from=weights.counted)
        if self._lowers(evidence):
            sentences = list(_drop_unlikely(sentences, choices))
        if evidence.density < 0:  # what remains under less expectation lets clean text sink
            choices = self._judge(sentences, evidence, weights.first_states)
            evidence = gather(choices, standing, words, sure_from=weights.counted)
            sentences = list(_drop_unlikely(sentences, choices))
        return first, self._judge(sentences, evidence, weights.states)

    def _judge(
        self, sentences: Iterable[Sentence], evidence: Evidence | None, states: int
    ) -> list[Choice]:
        choices = [c for s in sentences for c in self._judge_sentence(s, evidence, states)]
        return sorted(choices, key=lambda choice: -choice.probability)

    def _judge_sentence(
        self, sentence: Sentence, evidence: Evidence | None, states: int
    ) -> Iterator[Choice]:
        lattice, exponent = sentence.lattice, self._weights.language_model
        for start, stop in _ranges(sentence):
            arcs = lattice[start:stop]
            scores = self._score(sentence, start, arcs, evidence)
            found = posteriors(lattice, start, scores, self.model, exponent=exponent, states=states)
            spun = _spun(start, arcs, found)
            for first, here in enumerate(arcs, start):
                for arc, probability in zip(here, found[first - start], strict=True):
                    if probability > _NEGLIGIBLE and replaces(arc):
                        covered = min(spun[first - start : arc.stop - start])
                        confidence = self._confidence(arc, probability, covered)
                        yield Choice(sentence.tokens, first, arc, probability, covered, confidence)

    def _score(
        self, sentence: Sentence, start: int, arcs: Lattice, evidence: Evidence | None
    ) -> Scores:
        """Return the scores of a range's arcs, with what the article says of them."""
        weights = self._weights
        scores = [[arc.score for arc in here] for here in arcs]
        for at, here in enumerate(arcs):
            for index, arc in enumerate(here[1:], 1):
                if not replaces(arc):
                    continue
                if evidence is None:
                    scores[at][index] += weights.first_pass
                    continue
                for name, value in evidence.about(sentence, start + at, arc):
                    scores[at][index] += getattr(weights, name) * value
        return scores

    def _lowers(self, evidence: Evidence) -> bool:
        """Tell whether an article is so clean that nothing in it is expected as much as before."""
        weights = self._weights
        below = min(0.0, evidence.density) * weights.prior_below
        below += min(0.0, evidence.expected) * weights.expected_below
        return below < weights.first_pass

    def _confidence(self, arc: Arc, probability: float, spun: float) -> float:
        weights = self._weights
        sure = spun >= weights.phrase_spun and probability >= weights.phrase_best
        if sure and arc.source is not None and arc.source.set_phrase:
            return spun
        return probability


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
    lines = _unwrap(article)
    for block in article.prose:
        tokens = tokenize(article.source, start=block.start, stop=block.stop)
        marked = _hide_marks(block.text, block.start, tokens)
        yield from split_sentences(lines, _join_dashes(marked))


def _unwrap(article: Article) -> str:
    """Return the source with a space for each line end of a block inside a sentence.

    A line of a block that is nearly as long as its longest was wrapped, whatever the next begins
    with; a shorter one may be a title or a verse.
    """
    parts: list[str] = []
    at = 0
    for block in article.prose:
        lines = _LINE.findall(block.text)
        full = _FULL * max(map(len, lines))
        parts.append(article.source[at : block.start])
        parts += [
            line.rstrip("\r\n").ljust(len(line)) if len(line) >= full else line for line in lines
        ]
        at = block.stop
    return "".join([*parts, article.source[at:]])


def _join_dashes(tokens: list[Token]) -> list[Token]:
    """Make the hyphens that stand for a dash ("word--word") one token, as dashes are."""
    joined: list[Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if token.text == "-" and last and last.key == "-" and last.stop == token.start:
            joined[-1] = last._replace(stop=token.stop, text=last.text + token.text)
        else:
            joined.append(token)
    return joined


def _hide_marks(text: str, start: int, tokens: list[Token]) -> list[Token]:
    """Make code, links and addresses words that nobody knows: none of them is spun."""
    facts = [*find_code(text), *find_links(text)]
    hidden = {at for f in facts for at in range(start + f.start, start + f.start + len(f.text))}
    if not hidden:
        return tokens
    return [t._replace(key=_MARKED) if t.is_word and t.start in hidden else t for t in tokens]


def _ranges(sentence: Sentence) -> list[tuple[int, int]]:
    return find_ranges(sentence.lattice) if sentence.ranges is None else sentence.ranges


def _drop_unlikely(sentences: Iterable[Sentence], choices: Iterable[Choice]) -> Iterator[Sentence]:
    """Yield the sentences that are worth another look, without the parts that are not."""
    worth_it: defaultdict[int, set[int]] = defaultdict(set)
    for choice in choices:
        if choice.spun > _WORTH_ANOTHER_LOOK:
            worth_it[id(choice.tokens)].add(choice.first)
    for sentence in sentences:
        places = worth_it.get(id(sentence.tokens))
        if places:
            kept = [(a, b) for a, b in _ranges(sentence) if not places.isdisjoint(range(a, b))]
            yield Sentence(sentence.tokens, sentence.lattice, kept)


def _spun(start: int, lattice: Lattice, found: list[list[float]]) -> list[float]:
    """Return for each token of a range the probability that some replacement covers it."""
    spun = [0.0] * len(lattice)
    for first, arcs in enumerate(lattice):
        for arc, probability in zip(arcs[1:], found[first][1:], strict=True):
            if replaces(arc):
                for index in range(first, arc.stop - start):
                    spun[index] += probability
    return [min(1.0, p) for p in spun]

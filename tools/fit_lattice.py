"""The lattices that the weights are fitted on: the engine's own, with the features of each arc.

The engine's builder and first look make them, so that what is fitted is what runs. An arc names
the lexicon's row that it stands for; the row's features, the document prior and the bonus make
its score. Gold spans say which arcs a reading may use: inside a span those that spell an accepted
wording together, elsewhere none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from compile_lexicon import Row, collect
from fit_numbers import (
    ARTICLE,
    SHARED,
    WEIGHTS,
    Numbers,
    to_weights,
    weigh,
)
from lexicon_text import Source, read_sources
from row_features import Fans, Features, Key, count_fans, describe

from restore.evaluate import Passage, Span
from restore.offline import lexicon as compiled
from restore.offline.decoder import Decoder
from restore.offline.evidence import Choice, Evidence, Sentence, count_words, gather
from restore.offline.language_model import LanguageModel
from restore.offline.lattice import AGREEMENT, Arc, Lattice
from restore.offline.lexicon import Entry, Lexicon, Phrase
from restore.offline.tokens import Token, keys, split_sentences, tokenize


@dataclass(frozen=True)
class Knowledge:
    """The rows of some sources of the lexicon, not yet weighed."""

    sources: list[Source]
    heads: Mapping[str, list[tuple[Key, Row]]]
    """By the first token of the spun form."""
    fans: Fans


class Text(NamedTuple):
    """A passage as the engine reads it."""

    words: int
    sentences: list[Sentence]
    """Those that have candidates."""


class Labelled(NamedTuple):
    """One sentence to learn from."""

    lattice: Lattice
    features: list[list[Features]]
    """Of each arc of the lattice, in the same order."""
    allowed: list[set[int]]
    """By token, the indices of the arcs that agree with the gold spans."""


class _Place(NamedTuple):
    """The characters of one gold span, and what they may become."""

    start: int
    stop: int
    wordings: frozenset[tuple[int, ...]] | None
    """As the language model numbers their words; None: anything, the span is optional."""


def read_knowledge(texts: Path, *, withheld: Iterable[str] = ()) -> Knowledge:
    """Read a folder of lexicon texts, without the sources named in `withheld`.

    Raises:
        BadRow: a line is not in the lexicon's format.
    """
    hidden = frozenset(withheld)
    sources = [source for source in read_sources(texts) if source.name not in hidden]
    rows = collect(texts, sources)
    heads: defaultdict[str, list[tuple[Key, Row]]] = defaultdict(list)
    for key, row in rows.items():
        heads[key.spun[0]].append((key, row))
    return Knowledge(sources, heads, count_fans(rows))


Rest = tuple[str, ...]
"""The tokens of a spun form after the first."""


class RowLexicon(Lexicon):
    """A lexicon that is weighed as it is read, in memory.

    The source of each entry bears the number of its row as its reason. The lattice hands sources
    on to its arcs, so that an arc's features are found without a change to the engine.
    """

    def __init__(self, knowledge: Knowledge, model: LanguageModel, numbers: Numbers) -> None:
        """Nothing is opened, so the constructor of a compiled lexicon is not called."""
        self._knowledge = knowledge
        self._model = model
        self._numbers = numbers
        self._features: list[Features] = []
        self._rows = lru_cache(maxsize=None)(self._read_rows)

    def features(self, source: compiled.Source) -> Features:
        """Return the features of the row that an arc's source stands for."""
        return self._features[int(source.reason)]

    def words(self, key: str) -> tuple[Entry, ...]:
        """Return the restorations of the token `key` alone."""
        return self._rows(key).get((), ())

    def phrases(self, keys: Sequence[str], start: int) -> Iterator[Phrase]:
        """Yield the phrases that begin at one token of a text, shorter ones first."""
        rows = self._rows(keys[start])
        for stop in range(
            start + 2, min(start + 1 + max(map(len, rows), default=0), len(keys)) + 1
        ):
            if entries := rows.get(tuple(keys[start + 1 : stop])):
                yield Phrase(stop, entries)

    def _read_rows(self, key: str) -> Mapping[Rest, tuple[Entry, ...]]:
        found: defaultdict[Rest, list[Entry]] = defaultdict(list)
        for row_key, row in self._knowledge.heads.get(key, ()):
            found[row_key.spun[1:]].append(self._weigh(row_key, row))
        return {rest: tuple(entries) for rest, entries in found.items()}

    def _weigh(self, key: Key, row: Row) -> Entry:
        best = min(row.ranks)
        about = self._knowledge.sources[best]
        described = describe(
            key,
            rank=row.ranks[best],
            sources=len(row.ranks),
            is_plain=row.is_plain,
            fans=self._knowledge.fans,
            model=self._model,
        )
        features = {f"features.{name}": value for name, value in described.items()}
        features |= {SHARED: 1.0, f"sources.{about.name}": 1.0}
        number = str(len(self._features))
        self._features.append(features)
        source = compiled.Source(
            about.name, number, about.kind, about.set_phrase, about.in_fragments
        )
        return Entry(key.original, weigh(features, self._numbers), source)


class Reader(Decoder):
    """The engine up to the evidence of its first look."""

    def __init__(self, knowledge: Knowledge, model: LanguageModel, numbers: Numbers) -> None:
        self.lexicon = RowLexicon(knowledge, model, numbers)
        super().__init__(self.lexicon, model, to_weights(numbers))

    def read(self, text: str) -> Text:
        """Build the lattices of a text, taken as one block of prose."""
        words = 0
        sentences = []
        for tokens in split_sentences(text, tokenize(text)):
            words += sum(token.is_word for token in tokens)
            lattice = self._builder.build(tokens)
            if lattice:
                sentences.append(Sentence(tokens, lattice))
        return Text(words, sentences)

    def count_edits(self, text: Text, first_pass: float) -> float:
        """Return how many sure edits the first look counts, if it expects `first_pass` of each."""
        self._weights = replace(self._weights, first_pass=first_pass)
        found = (choice.probability for choice in self._look(text))
        return sum(probability for probability in found if probability > self._weights.counted)

    def gather(self, text: Text) -> Evidence:
        """Return what the first look says of the article."""
        choices = self._look(text)
        standing = count_words(text.sentences)
        return gather(choices, standing, text.words, sure_from=self._weights.counted)

    def _look(self, text: Text) -> list[Choice]:
        return self._judge(text.sentences, None, self._weights.first_states)


def label(passage: Passage, reader: Reader, model: LanguageModel) -> Iterator[Labelled]:
    """Yield the sentences of a passage that have candidates, with what gold says of them."""
    text = reader.read(passage.text)
    evidence = reader.gather(text)
    places = _find_places(passage, model)
    for sentence in text.sentences:
        tokens, lattice = sentence.tokens, sentence.lattice
        features = [
            [
                _describe_arc(arc, evidence.about(sentence, first, arc), reader.lexicon)
                for arc in arcs
            ]
            for first, arcs in enumerate(lattice)
        ]
        yield Labelled(lattice, features, _allow(tokens, lattice, places))


def _describe_arc(arc: Arc, evidence: Iterator[tuple[str, float]], lexicon: RowLexicon) -> Features:
    if arc.source is None:
        return {}
    if arc.source is AGREEMENT:
        return {ARTICLE: 1.0}
    return {**lexicon.features(arc.source), **{f"{WEIGHTS}{name}": v for name, v in evidence}}


def _find_places(passage: Passage, model: LanguageModel) -> list[_Place]:
    places = []
    for span in passage.spans:
        start = _find_span(passage.text, span)
        wordings = (tuple(map(model.word_id, keys(wording))) for wording in span.restored)
        places.append(_Place(start, start + len(span.spun), frozenset(wordings)))
    for span in passage.optional:
        start = _find_span(passage.text, span)
        places.append(_Place(start, start + len(span.spun), None))
    return places


def _find_span(text: str, span: Span) -> int:
    # Looking ahead, so that occurrences that overlap count as `load_gold` counts them.
    starts = [match.start() for match in re.finditer(f"(?={re.escape(span.spun)})", text)]
    return starts[span.occurrence - 1]


def _allow(tokens: list[Token], lattice: Lattice, places: Iterable[_Place]) -> list[set[int]]:
    """Return by token which arcs agree with gold; the first of each leaves the word alone."""
    allowed = [{0} for _ in lattice]
    for place in places:
        inside = [i for i, t in enumerate(tokens) if t.start < place.stop and place.start < t.stop]
        if not inside:
            continue
        first, stop = inside[0], inside[-1] + 1
        if place.wordings is None:
            found = _within(lattice, first, stop)
        else:
            found = _spelling(lattice, first, stop, place.wordings)
        for at, arcs in found.items():
            allowed[at] = arcs
    return allowed


def _within(lattice: Lattice, first: int, stop: int) -> dict[int, set[int]]:
    """Return all arcs that do not lead out of a range of tokens."""
    return {
        at: {index for index, arc in enumerate(lattice[at]) if arc.stop <= stop}
        for at in range(first, stop)
    }


def _spelling(
    lattice: Lattice, first: int, stop: int, wordings: frozenset[tuple[int, ...]]
) -> dict[int, set[int]]:
    """Return the arcs of all paths that spell a wording; none if the lexicon cannot spell any.

    Arcs of different paths may combine. Keeping the paths apart would take a lattice of its own
    for each span, and accepted wordings seldom have more than two steps.
    """
    prefixes = {wording[:size] for wording in wordings for size in range(len(wording) + 1)}
    found: defaultdict[int, set[int]] = defaultdict(set)

    @cache
    def leads_on(at: int, read: tuple[int, ...]) -> bool:
        if at == stop:
            return read in wordings
        good = {
            index
            for index, arc in enumerate(lattice[at])
            if arc.stop <= stop
            and read + arc.ids in prefixes
            and leads_on(arc.stop, read + arc.ids)
        }
        found[at] |= good
        return bool(good)

    return {at: arcs for at, arcs in found.items() if arcs} if leads_on(first, ()) else {}

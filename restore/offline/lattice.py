"""The lattice of one sentence: at each word, every way to go on reading it.

An arc leads from one token to a later one, either over the word as it stands or over a spun form,
replaced by what it may have been. A path from the first token to behind the last is one reading
of the sentence; the decoder weighs them against each other.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from restore.offline.language_model import SENTENCE_START, SENTENCE_STOP, UNKNOWN, LanguageModel
from restore.offline.lexicon import Entry, Lexicon, Phrase, Source
from restore.offline.tokens import Token, keys
from restore.offline.weights import Weights

AGREEMENT = Source("agreement", "agreement", "grammar", set_phrase=False, in_fragments=True)
"""The source of arcs between a and an, which no lexicon lists."""

_OTHER_ARTICLE = {"a": "an", "an": "a"}
_FRAGMENT_TOKENS = 6
"""A sentence shorter than this without a full stop is a heading or a menu item."""
_TITLE_TOKENS = 4
"""Longer sentences with more capitals than not are titles; shorter ones may be names."""
_SHORT_WORD = 3
"""Unknown words up to this length are codes and abbreviations, whatever the lexicon says."""
_CACHED_TEXTS = 1 << 13
_CACHED_KEYS = 1 << 13


class Arc(NamedTuple):
    """One step of a reading."""

    stop: int
    """Index of the token after it."""
    ids: tuple[int, ...]
    """The words it reads, as the language model numbers them."""
    score: float
    """ln of the channel's odds against leaving the words alone."""
    before: str
    """The keys of the tokens it covers; empty where they stay."""
    after: str | None
    """What replaces them, in the lexicon's spelling; None where they stay."""
    source: Source | None


Lattice = list[list[Arc]]
"""By index of the token at which the arcs start; the first arc of each leaves it alone."""


class _Draft:
    """A lattice in the making, which keeps one arc for each distinct reading of a place."""

    def __init__(self, tokens: list[Token], model: LanguageModel) -> None:
        self.tokens = tokens
        self.keys = [token.key for token in tokens]
        self.ids = ids = list(map(model.word_id, self.keys))
        self.arcs: Lattice = [[Arc(i, (w,), 0.0, "", None, None)] for i, w in enumerate(ids, 1)]
        self._places: dict[tuple[int, int, tuple[int, ...]], int] = {}

    @property
    def is_certain(self) -> bool:
        """Whether there is but one reading."""
        return not self._places

    def add(self, start: int, stop: int, ids: tuple[int, ...], entry: Entry) -> None:
        """Add an arc without the words it shares with the source at either end.

        Otherwise equal readings would stand on several arcs and share their probability.
        """
        words = entry.after.split()
        if len(words) == len(ids):
            while len(words) > 1 and stop - start > 1 and self._stands(start, words[0]):
                ids, words, start = ids[1:], words[1:], start + 1
            while len(words) > 1 and stop - start > 1 and self._stands(stop - 1, words[-1]):
                ids, words, stop = ids[:-1], words[:-1], stop - 1
        before = " ".join(self.keys[start:stop])
        after = " ".join(words)
        self._put(start, Arc(stop, ids, entry.log_weight, before, after, entry.source))

    def _stands(self, at: int, word: str) -> bool:
        """Tell whether a token already is a word; the capitals of a name have to be there too."""
        token = self.tokens[at]
        return word in (token.text, token.key)

    def _put(self, start: int, arc: Arc) -> None:
        arcs = self.arcs[start]
        place = self._places.setdefault((start, arc.stop, arc.ids), len(arcs))
        if place == len(arcs):
            arcs.append(arc)
        elif arc.score > arcs[place].score:
            arcs[place] = arc


class _Candidate(NamedTuple):
    """A restoration of one word, with what its place in every sentence asks for."""

    log_weight: float
    log_single: float
    """Of its first word."""
    last: int
    """Id of its last word."""
    ids: tuple[int, ...]
    entry: Entry


class _Candidates(NamedTuple):
    """All restorations of one word."""

    firsts: tuple[int, ...]
    """Ids of their first words."""
    each: tuple[_Candidate, ...]


class Builder:
    """Builds lattices from a lexicon and a language model. Safe to share between threads."""

    def __init__(self, lexicon: Lexicon, model: LanguageModel, weights: Weights) -> None:
        self._lexicon = lexicon
        self._model = model
        self._weights = weights
        self._read = lru_cache(_CACHED_TEXTS)(self._ids_of)
        self._candidates = lru_cache(_CACHED_KEYS)(self._find_candidates)

    def build(self, tokens: list[Token]) -> Lattice | None:
        """Return the lattice of one sentence, or None if no word of it has a candidate."""
        draft = _Draft(tokens, self._model)
        fragment = len(tokens) < _FRAGMENT_TOKENS and tokens[-1].text not in (".", "?", "!")
        names = _mark_names(tokens)
        for start, token in enumerate(tokens):
            if token.is_word:
                for phrase in self._lexicon.phrases(draft.keys, start):
                    self._add_phrase(draft, start, phrase, names, fragment=fragment)
                if not names[start]:
                    self._add_words(draft, start, fragment=fragment)
        if draft.is_certain:
            return None
        self._add_articles(draft)
        return draft.arcs

    def _add_phrase(
        self, draft: _Draft, start: int, phrase: Phrase, names: list[bool], *, fragment: bool
    ) -> None:
        stop = phrase.stop
        for entry in phrase.entries:
            if fragment and not entry.source.in_fragments:
                continue
            if _keeps_names(entry, draft.tokens[start:stop], names[start:stop]):
                draft.add(start, stop, self._read(entry.after), entry)

    def _add_words(self, draft: _Draft, start: int, *, fragment: bool) -> None:
        if draft.ids[start] == UNKNOWN and len(draft.tokens[start].text) <= _SHORT_WORD:
            return
        candidates = self._candidates(draft.keys[start])
        if fragment and candidates.each:
            candidates = _list_candidates(c for c in candidates.each if c.entry.source.in_fragments)
        if candidates.each:
            for candidate in self._likeliest(candidates, draft.ids, start):
                draft.add(start, start + 1, candidate.ids, candidate.entry)

    def _likeliest(self, candidates: _Candidates, ids: list[int], at: int) -> Iterator[_Candidate]:
        """Return the candidates worth a place in the lattice, judged by the word's neighbours.

        Most words of clean text have none: that is what makes it quick to read.
        """
        pair, exponent = self._model.pair, self._weights.language_model
        left = ids[at - 1] if at else SENTENCE_START
        right = ids[at + 1] if at + 1 < len(ids) else SENTENCE_STOP
        stays = pair(left, ids[at])[1] + pair(ids[at], right)[1]
        alone = self._model.log_single(right)
        least = self._weights.least_promise + exponent * stays
        pairs = self._model.log_pairs(left, candidates.firsts)
        promising: list[tuple[float, int]] = []
        for index, (log_weight, single, last, _, _) in enumerate(candidates.each):
            promise = log_weight + exponent * max(single, pairs[index])
            if promise > least:  # what follows can only take from it
                promise += exponent * max(alone, pair(last, right)[1])
                if promise > least:
                    promising.append((-promise, index))
        promising.sort()
        return (candidates.each[index] for _, index in promising[: self._weights.candidates])

    def _add_articles(self, draft: _Draft) -> None:
        """Let a become an, and back, before every word that may be replaced."""
        for start, key in enumerate(draft.keys[:-1]):
            other = _OTHER_ARTICLE.get(key)
            if other and len(draft.arcs[start + 1]) > 1:
                entry = Entry(other, self._weights.article, AGREEMENT)
                draft.add(start, start + 1, self._read(other), entry)

    def _find_candidates(self, key: str) -> _Candidates:
        found: list[_Candidate] = []
        for entry in self._lexicon.words(key):
            ids = self._read(entry.after)
            if UNKNOWN not in ids:
                single = self._model.log_single(ids[0])
                found.append(_Candidate(entry.log_weight, single, ids[-1], ids, entry))
        return _list_candidates(found)

    def _ids_of(self, text: str) -> tuple[int, ...]:
        return tuple(self._model.word_id(key) for key in keys(text))


def _list_candidates(found: Iterable[_Candidate]) -> _Candidates:
    each = tuple(found)
    return _Candidates(tuple(candidate.ids[0] for candidate in each), each)


def _keeps_names(entry: Entry, tokens: list[Token], names: list[bool]) -> bool:
    """Tell whether a phrase's names stand in its restoration, or all of it is one spun name."""
    if not any(names):
        return True
    words = entry.after.split()
    if all(token.is_capital for token in tokens):
        return all(word[0].isupper() for word in words)
    return all(t.text in words for t, is_name in zip(tokens, names, strict=True) if is_name)


def _mark_names(tokens: list[Token]) -> list[bool]:
    """Tell for each token whether its capitals make it a name or an acronym, which stand.

    In a title capitals say nothing, and neither do they in a line that has nothing else; an
    acronym in a mixed line stays one.
    """
    words = [token for token in tokens if token.is_word]
    capitals = sum(token.is_capital for token in words)
    if len(tokens) > _TITLE_TOKENS and words and all(_is_upper(token) for token in words):
        return [False] * len(tokens)
    title = len(tokens) > _TITLE_TOKENS and capitals > len(words) - capitals
    first = next((i for i, token in enumerate(tokens) if token.text[0].isalnum()), 0)
    return [
        _is_acronym(token) or (token.is_capital and not title and index != first)
        for index, token in enumerate(tokens)
    ]


def _is_upper(token: Token) -> bool:
    return token.text == token.text.upper()


def _is_acronym(token: Token) -> bool:
    return len(token.text) > 1 and token.text.isupper()

"""The lattice of one sentence: at each word, every way to go on reading it.

An arc leads from one token to a later one, either over the word as it stands or over a spun form,
replaced by what it may have been. A path from the first token to behind the last is one reading
of the sentence; the decoder weighs them against each other.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from restore.offline.language_model import SENTENCE_START, SENTENCE_STOP, UNKNOWN, LanguageModel
from restore.offline.lexicon import Entry, Lexicon, Source
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

    def __init__(self, tokens: list[Token], ids: list[int]) -> None:
        self.tokens = tokens
        self.keys = [token.key for token in tokens]
        self.ids = ids
        self.arcs: Lattice = [[Arc(i + 1, (w,), 0.0, "", None, None)] for i, w in enumerate(ids)]
        self._places: dict[tuple[int, int, tuple[int, ...]], int] = {}

    def add(self, start: int, stop: int, ids: tuple[int, ...], score: float, entry: Entry) -> None:
        """Add an arc without the words it shares with the source at either end.

        Otherwise equal readings would stand on several arcs and share their probability.
        """
        words = entry.after.split()
        if len(words) == len(ids):
            while len(words) > 1 and stop - start > 1 and self._stands(start, words[0]):
                ids, words, start = ids[1:], words[1:], start + 1
            while len(words) > 1 and stop - start > 1 and self._stands(stop - 1, words[-1]):
                ids, words, stop = ids[:-1], words[:-1], stop - 1
        before = " ".join(token.key for token in self.tokens[start:stop])
        self._put(start, Arc(stop, ids, score, before, " ".join(words), entry.source))

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
    first: int
    """Id of its first word."""
    last: int
    log_single: float
    """Of the first word."""
    ids: tuple[int, ...]
    entry: Entry


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
        draft = _Draft(tokens, [self._model.word_id(token.key) for token in tokens])
        fragment = len(tokens) < _FRAGMENT_TOKENS and tokens[-1].text not in (".", "?", "!")
        names = _mark_names(tokens)
        for start, token in enumerate(tokens):
            if token.is_word:
                self._add_phrases(draft, start, names, fragment=fragment)
                if not names[start]:
                    self._add_words(draft, start, fragment=fragment)
        if all(len(arcs) == 1 for arcs in draft.arcs):
            return None
        self._add_articles(draft)
        return draft.arcs

    def _add_phrases(self, draft: _Draft, start: int, names: list[bool], *, fragment: bool) -> None:
        tokens = draft.tokens
        for stop, entries in self._lexicon.phrases(draft.keys, start):
            for entry in _allowed(entries, fragment=fragment):
                if _keeps_names(entry, tokens[start:stop], names[start:stop]):
                    draft.add(start, stop, self._read(entry.after), entry.log_weight, entry)

    def _add_words(self, draft: _Draft, start: int, *, fragment: bool) -> None:
        token, word = draft.tokens[start], draft.ids[start]
        if word == UNKNOWN and len(token.text) <= _SHORT_WORD:
            return
        candidates = self._candidates(token.key)
        if fragment:
            candidates = [c for c in candidates if c.entry.source.in_fragments]
        if candidates:
            for _, _, _, _, ids, entry in self._likeliest(candidates, draft.ids, start):
                draft.add(start, start + 1, ids, entry.log_weight, entry)

    def _likeliest(self, candidates: list[_Candidate], ids: list[int], at: int) -> list[_Candidate]:
        """Return the candidates worth a place in the lattice, judged by the word's neighbours.

        Most words of clean text have none: that is what makes it quick to read.
        """
        model, exponent = self._model, self._weights.language_model
        left = ids[at - 1] if at else SENTENCE_START
        right = ids[at + 1] if at + 1 < len(ids) else SENTENCE_STOP
        stays = model.log_pair(left, ids[at]) + model.log_pair(ids[at], right)
        alone = model.log_single(right)
        least = self._weights.least_promise + exponent * stays
        promising: list[tuple[float, int]] = []
        pairs = model.log_pairs(left, [candidate.first for candidate in candidates])
        for index, (log_weight, _, last, single, _, _) in enumerate(candidates):
            pair = pairs[index]
            promise = log_weight + exponent * (max(single, pair))
            if promise > least:  # what follows can only take from it
                pair = model.log_pair(last, right)
                promise += exponent * (max(alone, pair))
                if promise > least:
                    promising.append((-promise, index))
        promising.sort()
        return [candidates[index] for _, index in promising[: self._weights.candidates]]

    def _add_articles(self, draft: _Draft) -> None:
        """Let a become an, and back, before every word that may be replaced."""
        for start, token in enumerate(draft.tokens[:-1]):
            other = _OTHER_ARTICLE.get(token.key)
            if other and len(draft.arcs[start + 1]) > 1:
                entry = Entry(other, self._weights.article, AGREEMENT)
                draft.add(start, start + 1, self._read(other), entry.log_weight, entry)

    def _find_candidates(self, key: str) -> list[_Candidate]:
        found: list[_Candidate] = []
        for entry in self._lexicon.words(key):
            ids = self._read(entry.after)
            if UNKNOWN not in ids:
                single = self._model.log_single(ids[0])
                found.append(_Candidate(entry.log_weight, ids[0], ids[-1], single, ids, entry))
        return found

    def _ids_of(self, text: str) -> tuple[int, ...]:
        return tuple(self._model.word_id(key) for key in keys(text))


def _allowed(entries: tuple[Entry, ...], *, fragment: bool) -> Iterator[Entry]:
    return (entry for entry in entries if entry.source.in_fragments or not fragment)


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

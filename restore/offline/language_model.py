"""The trigram language model: how likely a word is after the two words before it.

Interpolated absolute discounting with back-off, pruned and quantised, in a flat trie over sorted
arrays (see `mapped`): `w2[off1[v]:off1[v + 1]]` are the words seen after `v`, and
`w3[off2[b]:off2[b + 1]]` those seen after the pair at index `b`. Probabilities are stored as
negative decimal logarithms: 4096ths in 16 bits for single words, 32nds in 8 bits for the rest.
"""

import math
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path

from restore.offline.mapped import Mapped

UNKNOWN = 0
SENTENCE_START = 1
SENTENCE_STOP = 2
NOTHING = -1
"""Stands for the word before the sentence's start."""

_LN10 = math.log(10)
_FINE = _LN10 / 4096
_COARSE = tuple(-code * _LN10 / 32 for code in range(256))
_CACHED_TRIGRAMS = 1 << 16
_CACHED_PAIRS = 1 << 15


class LanguageModel:
    """An open model; natural logarithms throughout. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Map the model's file; the vocabulary is the only part that is read."""
        mapped = Mapped(path, magic=b"NGLM")
        words = mapped.text("vocab").decode().split("\n")
        self._ids = dict(zip(words, range(len(words)), strict=True))
        self._single = mapped.array("p1")
        self._backoff_single = mapped.array("bo1")
        self._pair_start = mapped.array("off1")
        self._pair_word = mapped.array("w2")
        self._pair = mapped.array("p2")
        self._backoff_pair = mapped.array("bo2")
        self._triple_start = mapped.array("off2")
        self._triple_word = mapped.array("w3")
        self._triple = mapped.array("p3")
        self._find_pair = lru_cache(_CACHED_PAIRS)(self._search_pair)
        self.log_prob = lru_cache(_CACHED_TRIGRAMS)(self._log_prob)

    def word_id(self, key: str) -> int:
        """Return the id of a token's key, or `UNKNOWN`."""
        return self._ids.get(key, UNKNOWN)

    def log_single(self, word: int) -> float:
        """Return ln P(word), whatever stands before it."""
        return -self._single[word] * _FINE

    def log_pair(self, before: int, word: int) -> float:
        """Return ln P(word | before)."""
        at = self._find_pair(before, word)
        if at >= 0:
            return _COARSE[self._pair[at]]
        return _COARSE[self._backoff_single[before]] + self.log_single(word)

    def _log_prob(self, first: int, second: int, word: int) -> float:
        """Return ln P(word | first second); `first` is `NOTHING` at a sentence's start."""
        pair = self._find_pair(first, second) if first >= 0 else NOTHING
        if pair < 0:
            return self.log_pair(second, word)
        start, stop = self._triple_start[pair], self._triple_start[pair + 1]
        at = bisect_left(self._triple_word, word, start, stop)
        if at < stop and self._triple_word[at] == word:
            return _COARSE[self._triple[at]]
        return _COARSE[self._backoff_pair[pair]] + self.log_pair(second, word)

    def _search_pair(self, first: int, second: int) -> int:
        """Return the index of a pair, or a negative number if it was not kept."""
        start, stop = self._pair_start[first], self._pair_start[first + 1]
        at = bisect_left(self._pair_word, second, start, stop)
        return at if at < stop and self._pair_word[at] == second else NOTHING

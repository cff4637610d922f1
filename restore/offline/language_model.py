"""The trigram language model: how likely a word is after the two words before it.

Kneser-Ney smoothing, pruned by entropy, counted by tools/build_language_model.py. The file holds
sorted arrays (see `mapped`). Words are numbered in order of their UTF-8 bytes, so that a word is
found by bisection and nothing is parsed on opening. Pairs that begin a stored triple are *heads*,
all others *tails*; both are sorted by their first word, then their second:

- `head_word[head_start[v]:head_start[v + 1]]`: words kept after `v` in heads; so for tails
- `head_prob`, `tail_prob`: of the second word, given the first; `head_backoff`
- `triple_word[a:b]`: words kept after head `i`, where `a` is
  `triple_base[i >> 4] + triple_offset[i]`, and `b` the same for `i + 1`; `triple_prob`
- by word: `backoff`, `single_prob` (what pairs back off to) and `frequency` (of plain counts)

A stored probability is final; one that is not stored is the longer context's back-off times the
shorter context's probability. All are negative decimal logarithms: 4096ths where 16 bits hold
them, 32nds where 8 bits do.
"""

import math
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path

from restore.offline.mapped import Mapped

UNKNOWN = 0
SENTENCE_START = 1
SENTENCE_STOP = 2
SPECIAL = ("<unk>", "<s>", "</s>", "<num>", "<year>")
"""The first words of every vocabulary, in this order; all others follow sorted."""
NOTHING = -1
"""Stands for the word before the sentence's start, and for a pair that is not a head."""
MAGIC = b"NGL2"
BASE_SHIFT = 4
"""Every 16th head has the place of its first triple in 32 bits, the others an offset in 16."""

_LN10 = math.log(10)
_FINE = _LN10 / 4096
_COARSE = tuple(-code * _LN10 / 32 for code in range(256))
_CACHED_TRIGRAMS = 1 << 13
_CACHED_PAIRS = 1 << 14
_CACHED_LISTS = 1 << 12
_CACHED_WORDS = 1 << 14


class LanguageModel:
    """An open model; natural logarithms throughout. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Map the model's file; nothing is read."""
        mapped = Mapped(path, magic=MAGIC)
        self._text = mapped.array("text")
        self._text_start = mapped.array("text_start")
        self._frequency = mapped.array("frequency")
        self._single = mapped.array("single_prob")
        self._backoff = mapped.array("backoff")
        self._head_start = mapped.array("head_start")
        self._head_word = mapped.array("head_word")
        self._head = mapped.array("head_prob")
        self._head_backoff = mapped.array("head_backoff")
        self._tail_start = mapped.array("tail_start")
        self._tail_word = mapped.array("tail_word")
        self._tail = mapped.array("tail_prob")
        self._base = mapped.array("triple_base")
        self._offset = mapped.array("triple_offset")
        self._triple_word = mapped.array("triple_word")
        self._triple = mapped.array("triple_prob")
        # Bound per instance: a cache on the class would keep closed models alive.
        self.word_id = lru_cache(_CACHED_WORDS)(self._search_word)
        self.pair = lru_cache(_CACHED_PAIRS)(self._search_pair)
        self.log_pairs = lru_cache(_CACHED_LISTS)(self._search_pairs)
        self.log_prob = lru_cache(_CACHED_TRIGRAMS)(self._log_prob)

    def __len__(self) -> int:
        """Return the number of words, the special ones included."""
        return len(self._frequency)

    def word(self, word_id: int) -> str:
        """Return the key of the word with this number."""
        return self._bytes(word_id).decode()

    def log_single(self, word: int) -> float:
        """Return ln P(word) by how often it was counted, whatever stands before it."""
        return -self._frequency[word] * _FINE

    def log_pair(self, before: int, word: int) -> float:
        """Return ln P(word | before)."""
        return self.pair(before, word)[1]

    def _log_prob(self, first: int, second: int, word: int) -> float:
        """Return ln P(word | first second); `first` is `NOTHING` at a sentence's start."""
        head = self.pair(first, second)[0] if first >= 0 else NOTHING
        if head < 0:
            return self.pair(second, word)[1]
        base, offset, after = self._base, self._offset, head + 1
        start = base[head >> BASE_SHIFT] + offset[head]
        stop = base[after >> BASE_SHIFT] + offset[after]
        at = bisect_left(self._triple_word, word, start, stop)
        if at < stop and self._triple_word[at] == word:
            return _COARSE[self._triple[at]]
        return _COARSE[self._head_backoff[head]] + self.pair(second, word)[1]

    def _search_pair(self, first: int, second: int) -> tuple[int, float]:
        """Return the index of a head, or `NOTHING`, and ln P(second | first)."""
        start, stop = self._head_start[first], self._head_start[first + 1]
        at = bisect_left(self._head_word, second, start, stop)
        if at < stop and self._head_word[at] == second:
            return at, _COARSE[self._head[at]]
        start, stop = self._tail_start[first], self._tail_start[first + 1]
        at = bisect_left(self._tail_word, second, start, stop)
        if at < stop and self._tail_word[at] == second:
            return NOTHING, _COARSE[self._tail[at]]
        return NOTHING, _COARSE[self._backoff[first]] - self._single[second] * _FINE

    def _search_pairs(self, before: int, words: tuple[int, ...]) -> list[float]:
        """Return ln P(word | before) of several words: quicker than one by one."""
        head_word, tail_word = self._head_word, self._tail_word
        head_start, head_stop = self._head_start[before], self._head_start[before + 1]
        tail_start, tail_stop = self._tail_start[before], self._tail_start[before + 1]
        backoff = _COARSE[self._backoff[before]]
        found: list[float] = []
        for word in words:
            at = bisect_left(head_word, word, head_start, head_stop)
            if at < head_stop and head_word[at] == word:
                found.append(_COARSE[self._head[at]])
                continue
            at = bisect_left(tail_word, word, tail_start, tail_stop)
            if at < tail_stop and tail_word[at] == word:
                found.append(_COARSE[self._tail[at]])
            else:
                found.append(backoff - self._single[word] * _FINE)
        return found

    def _search_word(self, key: str) -> int:
        """Return the id of a token's key, or `UNKNOWN`."""
        if key in SPECIAL:
            return SPECIAL.index(key)
        wanted = key.encode(errors="surrogatepass")  # broken text has no such word, but is no error
        at = bisect_left(range(len(self)), wanted, lo=len(SPECIAL), key=self._bytes)
        return at if at < len(self) and self._bytes(at) == wanted else UNKNOWN

    def _bytes(self, word_id: int) -> bytes:
        return bytes(self._text[self._text_start[word_id] : self._text_start[word_id + 1]])

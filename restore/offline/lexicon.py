"""The compiled lexicon: what a spun form may have been, found by its first two words.

`lexicon/` holds the knowledge as text and `tools/compile_lexicon.py` compiles it. Nothing is
parsed at the start: texts, first words and the rows of each are sorted, so that all are found by
bisection in the map, and a row is read when an article has its words.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from restore.article import EditKind
from restore.offline.mapped import Mapped

MAGIC = b"RSLX"
WEIGHT_STEPS = 1000
MOST_WEIGHT = 8.0
"""Log weights are stored as their distance from this, in thousandths of a nat."""
_CACHED_WORDS = 1 << 13
_CACHED_PHRASES = 1 << 11


class Source(NamedTuple):
    """Where a row comes from, as `lexicon/sources.toml` says it."""

    name: str
    reason: str
    """What an edit made from it is explained with."""
    kind: EditKind
    set_phrase: bool
    """Whether any of the restorations listed for a spun form will do."""
    in_fragments: bool
    """Whether it is sure enough for headings and menu items, which give little context."""


class Entry(NamedTuple):
    """One restoration of one spun form."""

    after: str
    """The original wording."""
    log_weight: float
    """ln of the channel's odds that the spun form was written for it."""
    source: Source


class Phrase(NamedTuple):
    """A spun form of several words that a text has."""

    stop: int
    """Index of the token after it."""
    entries: tuple[Entry, ...]


class Lexicon:
    """An open lexicon. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Map the compiled file."""
        mapped = Mapped(path, magic=MAGIC)
        self.digest: str = mapped.meta["digest"]
        """SHA-256 of what it was compiled from."""
        self._sources = tuple(Source(**source) for source in mapped.meta["sources"])
        self._texts = mapped.array("texts")
        self._text_start = mapped.array("text_start")
        self._head_text = mapped.array("head_text")
        self._head_row = mapped.array("head_row")
        self._row_rest = mapped.array("row_rest")
        self._row_after = mapped.array("row_after")
        self._row_weight = mapped.array("row_weight")
        self._row_source = mapped.array("row_source")
        self._text_at = lru_cache(_CACHED_WORDS)(self._search_text)
        self._rows_of = lru_cache(_CACHED_WORDS)(self._search_rows)
        self._entries = lru_cache(_CACHED_PHRASES)(self._read_entries)
        self._first_phrase = bisect_right(self._text_start, 0) - 1
        """The first text that is not empty: a word's rows have an empty rest."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._row_after)

    def words(self, key: str) -> tuple[Entry, ...]:
        """Return the restorations of the token `key` alone."""
        start, stop = self._rows_of(key)
        stop = bisect_left(self._row_rest, self._first_phrase, start, stop)
        return self._read_entries(start, stop)

    def phrases(self, keys: Sequence[str], start: int) -> Iterator[Phrase]:
        """Yield the phrases that begin at one token of a text, shorter ones first.

        Most pairs of tokens begin none, and that is found without reading a text.
        """
        row, stop = self._rows_of(keys[start])
        if row == stop or start + 1 == len(keys):
            return
        rest = _encode(keys[start + 1])
        row = bisect_left(self._row_rest, self._text_at(keys[start + 1]), row, stop)
        for end in range(start + 2, len(keys) + 1):
            if row == stop or not self._bytes(self._row_rest[row]).startswith(rest):
                return
            if self._bytes(self._row_rest[row]) == rest:
                same = bisect_right(self._row_rest, self._row_rest[row], row, stop)
                yield Phrase(end, self._entries(row, same))
            if end < len(keys):
                rest += b" " + _encode(keys[end])
                row = bisect_left(self._row_rest, rest, row, stop, key=self._bytes)

    def _search_rows(self, key: str) -> tuple[int, int]:
        """Return the half-open range of the rows whose spun form begins with the token `key`."""
        head = bisect_left(self._head_text, self._text_at(key))
        if head == len(self._head_text) or self._bytes(self._head_text[head]) != _encode(key):
            return 0, 0
        return self._head_row[head], self._head_row[head + 1]

    def _search_text(self, key: str) -> int:
        """Return the first text, of all that are sorted, that does not come before `key`."""
        return bisect_left(range(len(self._text_start) - 1), _encode(key), key=self._bytes)

    def _read_entries(self, start: int, stop: int) -> tuple[Entry, ...]:
        return tuple(self._entry(row) for row in range(start, stop))

    def _entry(self, row: int) -> Entry:
        return Entry(
            self._text(self._row_after[row]),
            MOST_WEIGHT - self._row_weight[row] / WEIGHT_STEPS,
            self._sources[self._row_source[row]],
        )

    def _bytes(self, text: int) -> bytes:
        return bytes(self._texts[self._text_start[text] : self._text_start[text + 1]])

    def _text(self, text: int) -> str:
        return self._bytes(text).decode()


def _encode(key: str) -> bytes:
    return key.encode(errors="surrogatepass")  # broken text has no such word, but is no error


def encode_weight(log_weight: float) -> int:
    """Return the stored form of a row's log weight.

    >>> encode_weight(MOST_WEIGHT), encode_weight(-1.5)
    (0, 9500)
    """
    return max(0, min(round((MOST_WEIGHT - log_weight) * WEIGHT_STEPS), 0xFFFF))

"""The compiled lexicon: what a spun form may have been, found by its first word.

`lexicon/` holds the knowledge as text and `tools/compile_lexicon.py` compiles it. Nothing is
parsed at the start: the first words form a sorted table that is searched in the map, and the rows
of a first word are read when an article first has it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from restore.article import EditKind
from restore.offline.mapped import Mapped

MAGIC = b"RSLX"
WEIGHT_STEPS = 1000
MOST_WEIGHT = 8.0
"""Log weights are stored as their distance from this, in thousandths of a nat."""
_CACHED_HEADS = 1 << 11


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


class Head(NamedTuple):
    """All that is known of spun forms that begin with one word."""

    words: tuple[Entry, ...]
    """Restorations of the word alone."""
    phrases: Mapping[tuple[str, ...], tuple[Entry, ...]]
    """The keys of the words after the first -> restorations."""
    longest: int
    """Tokens in the longest spun form, the first word included."""


class _Phrases(Mapping[tuple[str, ...], tuple[Entry, ...]]):
    """The phrases of one head; their restorations are read when an article first has one."""

    def __init__(
        self,
        rows: dict[tuple[str, ...], range],
        read: Callable[[range], tuple[Entry, ...]],
    ) -> None:
        self._rows = rows
        self._read = read
        self._known: dict[tuple[str, ...], tuple[Entry, ...]] = {}

    def __getitem__(self, rest: tuple[str, ...]) -> tuple[Entry, ...]:
        known = self._known.get(rest)
        if known is None:
            known = self._known[rest] = self._read(self._rows[rest])
        return known

    def __contains__(self, rest: object) -> bool:
        return rest in self._rows

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


_NOTHING = Head((), {}, 1)


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
        self.find = lru_cache(_CACHED_HEADS)(self._find)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._row_after)

    def _find(self, key: str) -> Head:
        """Return what is known of spun forms that begin with the token `key`."""
        wanted = key.encode(errors="surrogatepass")
        at = bisect_left(self._head_text, wanted, key=self._bytes)
        if at == len(self._head_text) or self._bytes(self._head_text[at]) != wanted:
            return _NOTHING
        rows = range(self._head_row[at], self._head_row[at + 1])
        phrases = {
            tuple(self._text(rest).split()): range(rows.start + first, rows.start + stop)
            for rest, first, stop in _runs(self._row_rest[rows.start : rows.stop])
        }
        words = self._entries(phrases.pop((), range(0)))
        longest = 1 + max(map(len, phrases), default=0)
        return Head(words, _Phrases(phrases, self._entries), longest)

    def _entries(self, rows: range) -> tuple[Entry, ...]:
        return tuple(self._entry(row) for row in rows)

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


def _runs(rests: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield each value of a sorted column with the half-open range of its places."""
    first = 0
    for at in range(1, len(rests) + 1):
        if at == len(rests) or rests[at] != rests[first]:
            yield rests[first], first, at
            first = at


def encode_weight(log_weight: float) -> int:
    """Return the stored form of a row's log weight.

    >>> encode_weight(MOST_WEIGHT), encode_weight(-1.5)
    (0, 9500)
    """
    return max(0, min(round((MOST_WEIGHT - log_weight) * WEIGHT_STEPS), 0xFFFF))

"""Corpora as one array of word numbers: reading, holding out, choosing the vocabulary."""

import lzma
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from restore.offline.language_model import SENTENCE_START, SENTENCE_STOP, SPECIAL, UNKNOWN
from restore.offline.tokens import keys, split_sentences, tokenize

VOCABULARY = 65_000
"""Words, the special ones included; 16 bits number them."""
HELD_OUT_WORDS = 31_000
"""Words of clean prose held out of each source that holds any out."""
NGRAM = 8
"""A sentence that shares so many tokens in a row with an unseen text is not counted: long enough
that the chance to lose an honest sentence is small, short enough to catch a quotation."""

_SHORTEST_SENTENCE = 4
_LEAST_COUNT_OF_INFLECTION = 4
_CLEAN_WORDS = 20
_CLEAN_LETTERS = 0.94

_GAP = re.compile(
    r'\s[,.](?:\s|$)|\(\s|\(\)|\(,|,\s*,|^,|""'
    r"|\b(?:the|of|a) (?:of|and)\b|\b(?:the|a) (?:the|in|is|was)\b(?!-)|\bof (?:for|by)\b"
    r"|\bfrom the to\b|\b(?:in|by|the|of),|\b(?:the|of)\."
)
"""Where a template or a link's text was lost when the page was made plain text."""
_CODE = re.compile(r"[{}<>\\|=\[\]$~]|https?:|\.\.\.|--")

Ids = npt.NDArray[np.int32]
Words16 = npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Source:
    """One corpus, `NAME.txt.xz`."""

    name: str
    weight: int
    """How often each of its sentences counts, 1-3."""
    held_out_blocks: int = 0
    """Over how many places, evenly spread and always at the end, the held-out lines are taken."""


@dataclass(frozen=True)
class Tokens:
    """All corpora, sentence after sentence, each between `SENTENCE_START` and `SENTENCE_STOP`."""

    ids: Words16
    weights: npt.NDArray[np.uint8]
    """Of each token, 1-3."""
    vocabulary: list[str]
    """By id: `SPECIAL`, then sorted by UTF-8 bytes."""
    decided: npt.NDArray[np.bool_]
    """By id: whether it is a word of the lexicon or an inflection of one, which the engine may have
    to judge."""


@dataclass(frozen=True)
class _Stream:
    source: Source
    ids: Ids
    """Indices into the list of all keys."""


class _Numbering:
    """Every key of every corpus, numbered as they come."""

    def __init__(self) -> None:
        self.names = list(SPECIAL)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def number(self, key: str) -> int:
        if key not in self._numbers:
            self._numbers[key] = len(self.names)
            self.names.append(key)
        return self._numbers[key]

    def known(self, key: str) -> int:
        return self._numbers.get(key, -1)


def load_tokens(
    folder: Path,
    sources: Sequence[Source],
    *,
    wanted: str,
    unseen: Iterable[str],
    held_out: Path | None,
) -> Tokens:
    """Read all sources, without what is held out or shares an n-gram with an unseen text.

    All words of the text `wanted`, and their inflections that occur, are in the vocabulary.
    """
    numbering = _Numbering()
    hidden = list(unseen)
    streams: list[_Stream] = []
    for source in sources:
        lines = _read(folder, source)
        kept, clean = _hold_out(lines, source)
        hidden += clean
        if held_out and clean:
            held_out.mkdir(parents=True, exist_ok=True)
            (held_out / f"{source.name}.txt").write_text("\n".join(clean) + "\n", encoding="utf-8")
        streams.append(_Stream(source, _number(kept, numbering)))
    streams = _without(streams, _hashes_of_texts(hidden, numbering))
    listed = {key for key in keys(wanted) if key[0].isalpha()}
    inflected = _inflections(listed)
    vocabulary = _choose_vocabulary(streams, numbering, listed, inflected)
    return _renumber(streams, vocabulary, numbering, decided=listed | inflected)


def _read(folder: Path, source: Source) -> list[str]:
    with lzma.open(folder / f"{source.name}.txt.xz", "rt", encoding="utf-8", errors="replace") as f:
        return f.read().split("\n")


def _hold_out(lines: list[str], source: Source) -> tuple[list[str], list[str]]:
    """Return the lines to count, each once, and the held-out ones that are clean prose.

    A block is the lines before its end that have its share of clean words; the lines between
    those are held out with them, because they belong to the same articles.
    """
    blocks = source.held_out_blocks
    taken: set[int] = set()
    clean: list[str] = []
    for block in range(1, blocks + 1):
        words, index, found = 0, len(lines) * block // blocks, list[str]()
        while words < HELD_OUT_WORDS // blocks:
            index -= 1
            taken.add(index)
            if _is_clean(lines[index]):
                found.append(lines[index])
                words += len(lines[index].split())
        clean += reversed(found)
    kept = dict.fromkeys(line for index, line in enumerate(lines) if line and index not in taken)
    return list(kept), clean


def _is_clean(line: str) -> bool:
    if len(line.split()) < _CLEAN_WORDS or not line[0].isupper() or line[-1] not in '.?!"”':
        return False
    letters = sum(char.isalpha() or char in " ,.'" for char in line)
    return letters / len(line) > _CLEAN_LETTERS and not _GAP.search(line) and not _CODE.search(line)


def _number(lines: Iterable[str], numbering: _Numbering) -> Ids:
    ids = array("i")
    for line in lines:
        for sentence in split_sentences(line, tokenize(line)):
            if len(sentence) < _SHORTEST_SENTENCE:
                continue
            if _GAP.search(line[sentence[0].start : sentence[-1].stop]):
                continue
            ids.append(SENTENCE_START)
            ids.extend(numbering.number(token.key) for token in sentence)
            ids.append(SENTENCE_STOP)
    return np.frombuffer(ids, np.int32)


def _hashes(ids: npt.NDArray[np.integer]) -> npt.NDArray[np.uint64]:
    """Return one number for each run of `NGRAM` ids; equal runs have equal numbers."""
    total = np.zeros(max(len(ids) - NGRAM + 1, 0), np.uint64)
    for place in range(NGRAM):
        part = ids[place : place + len(total)].astype(np.uint64)
        # Fibonacci hashing, mixed between places so that the order of the words matters.
        total = (total ^ (part + np.uint64(1))) * np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return total


def _hashes_of_texts(texts: Iterable[str], numbering: _Numbering) -> npt.NDArray[np.uint64]:
    runs = [np.array([numbering.known(key) for key in keys(text)], np.int32) for text in texts]
    return np.unique(np.concatenate([_hashes(run) for run in runs] or [np.zeros(0, np.uint64)]))


def _without(streams: list[_Stream], forbidden: npt.NDArray[np.uint64]) -> list[_Stream]:
    if not len(forbidden):
        return streams
    return [_Stream(stream.source, _drop(stream.ids, forbidden)) for stream in streams]


def _drop(ids: Ids, forbidden: npt.NDArray[np.uint64]) -> Ids:
    """Return the ids without sentences that hold a forbidden run."""
    hashes = _hashes(ids)
    places = np.searchsorted(forbidden, hashes) % len(forbidden)
    starts = np.flatnonzero(ids == SENTENCE_START)
    hits = np.searchsorted(starts, np.flatnonzero(forbidden[places] == hashes), side="right") - 1
    keep = np.ones(len(starts), np.bool_)
    keep[hits] = False
    return ids[np.repeat(keep, np.diff(np.append(starts, len(ids))))]


def _choose_vocabulary(
    streams: list[_Stream], numbering: _Numbering, listed: set[str], inflected: set[str]
) -> list[str]:
    """Return `SPECIAL` and, sorted, the listed words that occur and the commonest others."""
    counted = np.zeros(len(numbering.names), np.int64)
    for stream in streams:
        counted += stream.source.weight * np.bincount(stream.ids, minlength=len(counted))
    chosen = {word for word in listed if numbering.known(word) >= 0}
    for word in sorted(inflected):
        number = numbering.known(word)
        if number >= 0 and counted[number] >= _LEAST_COUNT_OF_INFLECTION:
            chosen.add(word)
    for number in np.argsort(-counted, kind="stable"):
        if len(chosen) >= VOCABULARY - len(SPECIAL):
            break
        if number >= len(SPECIAL):
            chosen.add(numbering.names[number])
    return [*SPECIAL, *sorted(chosen - set(SPECIAL), key=str.encode)]


def _inflections(words: Iterable[str]) -> set[str]:
    """Return all that regular rules may make of the words; most of it is no English."""
    found: set[str] = set()
    for word in words:
        stem = word[:-1] if word[-1] in "ey" else word
        vowels = ("es", "ed", "ing", "er", "est", "ies", "ied", "ier", "iest")
        found.update(base + end for base in (stem, word, word + word[-1]) for end in vowels)
        found.update((word + "s", word + "ly"))
    return found


def _renumber(
    streams: list[_Stream], vocabulary: list[str], numbering: _Numbering, *, decided: set[str]
) -> Tokens:
    final = {word: number for number, word in enumerate(vocabulary)}
    table = np.array([final.get(name, UNKNOWN) for name in numbering.names], np.uint16)
    return Tokens(
        ids=np.concatenate([table[stream.ids] for stream in streams]),
        weights=np.concatenate(
            [np.full(len(stream.ids), stream.source.weight, np.uint8) for stream in streams]
        ),
        vocabulary=vocabulary,
        decided=np.array([word in decided for word in vocabulary]),
    )

"""The lexicon's text format: its files, its rows, and their inflections (lexicon/README.md)."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from restore.offline.tokens import keys

_ROW = re.compile(r"(?P<pos>[nvjrx]) (?P<left>[^<>|*]+) (?P<arrow>[<>]) (?P<right>[^<>]+)")
_COUNTED = re.compile(r"(?P<text>[^*]+?)(?: \*(?P<count>\d+))?")
_TAGS = {
    "n": ("NN", "NNS"),
    "v": ("VB", "VBZ", "VBD", "VBG", "VBN"),
    "j": ("JJ", "JJR", "JJS"),
}
_PLAIN_TAGS = frozenset(("NN", "VB", "JJ"))
_DEGREES = {"JJR": "more", "JJS": "most"}
_AFTER_HEAD = frozenset("about as at between by for from in into of on over to with".split())
"""Prepositions: in "set of rules" the word before one is the head and takes the plural."""


@dataclass(frozen=True)
class Source:
    """One table of sources.toml, which names a file of rows."""

    name: str
    reason: str
    kind: Literal["term", "idiom"]
    weight: float
    """ln of the channel's odds for its rows, before their features."""
    in_fragments: bool = False
    set_phrase: bool = False


class Pair(NamedTuple):
    """One restoration, before inflection."""

    pos: str
    spun: str
    original: str
    rank: int
    seen: int | None
    """In how many texts or phrases the row was found, where that was counted."""


class Form(NamedTuple):
    """One inflection of a pair."""

    spun: str
    original: str
    is_plain: bool
    """Whether both are base forms, or words that are not inflected."""


class BadRow(Exception):
    """A line that is not in the lexicon's format."""


def read_sources(texts: Path) -> list[Source]:
    """Return the tables of sources.toml in their order, the surest first."""
    tables = tomllib.loads((texts / "sources.toml").read_text(encoding="utf-8"))
    return [Source(name=name, **table) for name, table in tables.items()]


def read_pairs(texts: Path, source: Source) -> Iterator[Pair]:
    """Yield the pairs of a source's file.

    Raises:
        BadRow: a line is not in the format; names file and line.
    """
    path = texts / f"{source.name}.txt"
    try:
        yield from parse(path.read_text(encoding="utf-8"))
    except BadRow as exc:
        raise BadRow(f"{path.name}, {exc}") from exc


def parse(text: str) -> Iterator[Pair]:
    """Yield the pairs of one lexicon file.

    >>> list(parse("n recognition > acknowledgment"))
    [Pair(pos='n', spun='acknowledgment', original='recognition', rank=0, seen=None)]
    >>> [(pair.original, pair.rank) for pair in parse("n framework < system | structure")]
    [('system', 0), ('structure', 1)]

    Raises:
        BadRow: a line is not in the format.
    """
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _ROW.fullmatch(line)
        if not match:
            raise BadRow(f"line {number}: {line!r} is not 'POS spun < original | ...'")
        yield from _pairs(match, number)


def _pairs(match: re.Match[str], number: int) -> Iterator[Pair]:
    pos, left = match["pos"], match["left"]
    for rank, item in enumerate(match["right"].split(" | ")):
        parts = _COUNTED.fullmatch(item)
        if not parts or not keys(parts["text"]) or not keys(left):
            raise BadRow(f"line {number}: {item!r} is not a wording, or 'wording *count'")
        seen = int(parts["count"]) if parts["count"] else None
        spun, original = (left, parts["text"])[:: 1 if match["arrow"] == "<" else -1]
        yield Pair(pos, spun, original, rank, seen)


def inflect(pair: Pair) -> Iterator[Form]:
    """Yield a pair in every inflection that both its sides have."""
    spun = pair.spun.lower()
    if pair.pos not in _TAGS:
        yield Form(spun, pair.original, is_plain=True)
        return
    for tag in _TAGS[pair.pos]:
        originals = _forms(pair.original, tag)
        for variant in _forms(spun, tag)[: 2 if pair.pos != "n" else 1] if originals else ():
            yield Form(variant, originals[0], is_plain=tag in _PLAIN_TAGS)


def _forms(wording: str, tag: str) -> list[str]:
    """Return the forms of a wording: verbs inflect their first word, nouns their head."""
    if tag in _PLAIN_TAGS:
        return [wording]
    words = wording.split()
    if tag in _DEGREES:
        plain = [f"{_DEGREES[tag]} {wording}"]
        return plain if len(words) > 1 else [*_compared(wording, tag), *plain]
    at = _head(words) if tag == "NNS" else 0
    forms = []
    for form in _inflections(words[at], tag):
        words[at] = form
        forms.append(" ".join(words))
    return forms


def _compared(word: str, tag: str) -> list[str]:
    return [form for form in _inflections(word, tag)[:1] if form != word]


def _head(words: list[str]) -> int:
    after = (at for at, word in enumerate(words) if at and word in _AFTER_HEAD)
    return next(after, len(words)) - 1


@cache
def _inflections(word: str, tag: str) -> tuple[str, ...]:
    from lemminflect import getInflection  # noqa: PLC0415  # 0.5 s that `--check` does without

    return tuple(getInflection(word, tag=tag, inflect_oov=True))

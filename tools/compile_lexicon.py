"""Compile lexicon/ into restore/offline/data/lexicon.bin: `compile_lexicon.py [--check]`.

Inflects every row, weighs it, merges equal rows and writes sorted tables that the engine maps into
memory. Equal sources give equal bytes. `--check` compares the digest in the compiled file with
the sources and exits 1 if it is stale. lexicon/README.md describes the text format.
"""

import argparse
import hashlib
import re
import sys
import tomllib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from restore.errors import RestoreError
from restore.offline.language_model import NOTHING, UNKNOWN, LanguageModel
from restore.offline.lexicon import MAGIC, Lexicon, encode_weight
from restore.offline.mapped import pack
from restore.offline.tokens import keys

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "lexicon"
DATA = ROOT / "restore" / "offline" / "data"
COMPILED = DATA / "lexicon.bin"
MODEL = DATA / "language_model.bin"

LEAST_WEIGHT = 0.002
"""A listed phrase is never less likely than this, however common it is in good English."""
COMMONEST_WORD = 0.3
"""What is left of a set phrase's weight where the spun form is a single word."""

_ROW = re.compile(r"(?P<pos>[nvjrx]) (?P<left>[^<>|*]+) (?P<arrow>[<>]) (?P<right>[^<>]+)")
_COUNTED = re.compile(r"(?P<text>[^*]+?)(?: \*(?P<count>\d+))?")
_TAGS = {"n": ("NN", "NNS"), "v": ("VB", "VBZ", "VBD", "VBG", "VBN")}
_PLAIN_TAGS = frozenset(("NN", "VB"))


@dataclass(frozen=True)
class Source:
    """One table of sources.toml."""

    name: str
    reason: str
    kind: Literal["term", "idiom"]
    weights: list[float]
    """By rank in the row; the last one counts for all further ranks."""
    in_fragments: bool = False
    set_phrase: bool = False
    per_count: float | None = None
    """Weight for each count, up to the one of the rank."""
    rare_below: float | None = None
    """Weights fall as the spun form is commoner than this in good English, per million words."""
    yields_to: list[str] = field(default_factory=list)
    """Sources whose spun forms are left to them."""


class Pair(NamedTuple):
    """One restoration, before inflection."""

    pos: str
    spun: str
    original: str
    rank: int
    seen: int | None
    """In how many texts or phrases the row was found, where that was counted."""


class Key(NamedTuple):
    """What must be equal for two rows to be one."""

    spun: tuple[str, ...]
    original: str


Rows = dict[Key, tuple[float, int]]
"""Weight, and the source's index."""


class BadRow(Exception):
    """A line that is not in the lexicon's format."""


def main(arguments: list[str] | None = None) -> int:
    """Compile, or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say whether it is stale")
    if parser.parse_args(arguments).check:
        return _check()
    try:
        compiled = compile_lexicon(TEXTS, MODEL)
    except (BadRow, RestoreError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    COMPILED.write_bytes(compiled)
    print(f"{COMPILED.relative_to(ROOT)}: {len(Lexicon(COMPILED)):,} rows, {len(compiled):,} bytes")
    return 0


def compile_lexicon(texts: Path, model_path: Path) -> bytes:
    """Return the compiled form of a folder of lexicon texts.

    Raises:
        BadRow: a line is not in the format; says which.
    """
    sources = _read_sources(texts)
    model = LanguageModel(model_path)
    rows: Rows = {}
    known: dict[str, set[tuple[str, ...]]] = {}
    for index, source in enumerate(sources):
        others = set().union(*(known[name] for name in source.yields_to))
        mine = {k: w for k, w in _weigh_all(texts, source, model) if k.spun not in others}
        known[source.name] = {key.spun for key in mine}
        for key, weight in mine.items():
            if weight > rows.get(key, (0.0, 0))[0]:
                rows[key] = weight, index
    return _write(rows, sources, digest(texts, model_path))


def digest(texts: Path, model_path: Path) -> str:
    """Return the SHA-256 of everything that a compiled lexicon is made from."""
    paths = [Path(__file__), model_path, *sorted(texts.glob("*.t*"))]
    hashed = hashlib.sha256()
    for path in paths:
        hashed.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


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


def _read_sources(texts: Path) -> list[Source]:
    tables = tomllib.loads((texts / "sources.toml").read_text(encoding="utf-8"))
    return [Source(name=name, **table) for name, table in tables.items()]


def _weigh_all(texts: Path, source: Source, model: LanguageModel) -> Iterator[tuple[Key, float]]:
    """Yield the inflected rows of a source with their weights, the heaviest of equal ones last."""
    path = texts / f"{source.name}.txt"
    found: dict[Key, float] = {}
    try:
        for pair in parse(path.read_text(encoding="utf-8")):
            for spun, original in _inflect(pair):
                key = Key(keys(spun), original)
                if key.spun != keys(original):
                    weight = _weigh(source, pair, key, model)
                    found[key] = max(weight, found.get(key, 0.0))
    except BadRow as exc:
        raise BadRow(f"{path.name}, {exc}") from exc
    yield from found.items()


def _weigh(source: Source, pair: Pair, key: Key, model: LanguageModel) -> float:
    weight = source.weights[min(pair.rank, len(source.weights) - 1)]
    if source.per_count is not None:
        weight = min(weight, source.per_count * (pair.seen or 1))
    if source.rare_below is None:
        return weight
    most = 1.0 if len(key.spun) > 1 else COMMONEST_WORD
    rarity = min(most, source.rare_below / (0.5 + _rate(key.spun, model)))
    return max(LEAST_WEIGHT, weight * rarity)


def _rate(words: tuple[str, ...], model: LanguageModel) -> float:
    """Return how often good English says this, per million words, by the language model."""
    ids = [model.word_id(word) for word in words]
    if UNKNOWN in ids:
        return 0.0
    log_rate = model.log_single(ids[0])
    first, second = NOTHING, ids[0]
    for word in ids[1:]:
        log_rate += model.log_prob(first, second, word)
        first, second = second, word
    return float(1e6 * 2.718281828459045**log_rate)


def _inflect(pair: Pair) -> Iterator[tuple[str, str]]:
    """Yield the spun form and its original in every inflection that both have."""
    spun = pair.spun.lower()
    if pair.pos not in _TAGS:
        yield spun, pair.original
        return
    for tag in _TAGS[pair.pos]:
        originals = _forms(pair.original, tag)
        variants = _forms(spun, tag)[: 2 if pair.pos == "v" else 1]
        for variant in variants if originals else ():
            yield variant, originals[0]


def _forms(wording: str, tag: str) -> list[str]:
    """Return the inflected forms of a wording: of its last word (nouns) or its first (verbs)."""
    from lemminflect import getInflection  # noqa: PLC0415  # 0.5 s that `--check` does without

    if tag in _PLAIN_TAGS:
        return [wording]
    words = wording.split()
    at = -1 if tag == "NNS" else 0
    forms = []
    for form in getInflection(words[at], tag=tag, inflect_oov=True):
        words[at] = form
        forms.append(" ".join(words))
    return forms


def _write(rows: Rows, sources: list[Source], sources_digest: str) -> bytes:
    """Return the tables: texts, first words, and per first word the rows, heaviest first."""
    order = sorted(rows, key=lambda key: (key.spun[0].encode(), key.spun[1:], -rows[key][0], key))
    texts = _Texts(text for key in order for text in (key.spun[0], _rest(key), key.original))
    head_text, head_row = array("I"), array("I")
    for at, key in enumerate(order):
        if not at or order[at - 1].spun[0] != key.spun[0]:
            head_text.append(texts[key.spun[0]])
            head_row.append(at)
    head_row.append(len(order))
    arrays: dict[str, bytes | memoryview] = {
        "texts": texts.joined,
        "text_start": memoryview(texts.starts),
        "head_text": memoryview(head_text),
        "head_row": memoryview(head_row),
        "row_rest": memoryview(array("I", [texts[_rest(key)] for key in order])),
        "row_after": memoryview(array("I", [texts[key.original] for key in order])),
        "row_weight": memoryview(array("H", [encode_weight(rows[key][0]) for key in order])),
        "row_source": bytes(rows[key][1] for key in order),
    }
    about = [
        {k: getattr(s, k) for k in ("name", "reason", "kind", "set_phrase", "in_fragments")}
        for s in sources
    ]
    return pack(MAGIC, arrays, meta={"digest": sources_digest, "sources": about})


class _Texts:
    """All distinct texts, each stored once."""

    def __init__(self, texts: Iterable[str]) -> None:
        distinct = sorted(set(texts))
        encoded = [text.encode() for text in distinct]
        self.joined = b"".join(encoded)
        self.starts = array("I", [0])
        for item in encoded:
            self.starts.append(self.starts[-1] + len(item))
        self._index = {text: index for index, text in enumerate(distinct)}

    def __getitem__(self, text: str) -> int:
        return self._index[text]


def _rest(key: Key) -> str:
    return " ".join(key.spun[1:])


def _check() -> int:
    try:
        fresh = Lexicon(COMPILED).digest == digest(TEXTS, MODEL)
    except RestoreError:
        fresh = False
    if not fresh:
        print("error: the compiled lexicon is stale\nhint: run 'make lexicon'", file=sys.stderr)
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main())

"""Compile lexicon/ into restore/offline/data/lexicon.bin: `compile_lexicon.py [--check]`.

Inflects every row, merges equal ones, weighs them and writes sorted tables that the engine maps
into memory. Equal sources give equal bytes. `--check` compares the digest in the compiled file
with the sources and exits 1 if it is stale. lexicon/README.md describes the text format.
"""

import argparse
import hashlib
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lexicon_text import BadRow, Source, inflect, read_pairs, read_sources
from row_features import Features, Key, count_fans, describe, read_weights

from restore.errors import RestoreError
from restore.offline.language_model import LanguageModel
from restore.offline.lexicon import MAGIC, Lexicon, encode_weight
from restore.offline.mapped import pack
from restore.offline.tokens import keys

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "lexicon"
DATA = ROOT / "restore" / "offline" / "data"
COMPILED = DATA / "lexicon.bin"
MODEL = DATA / "language_model.bin"

_SCRIPTS = ("compile_lexicon.py", "lexicon_text.py", "row_features.py")
_COUNTED_ENOUGH = 10
"""A row found this often ranks as the first of its line."""


@dataclass
class Row:
    """What the sources say of one row."""

    ranks: dict[int, int]
    """Best rank in each source that has it, by the source's index."""
    is_plain: bool = False
    """Whether a source has it uninflected."""


Rows = dict[Key, Row]
Weighed = dict[Key, tuple[float, int]]
"""ln of the channel's odds, and the index of the surest source."""


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
    sources = read_sources(texts)
    model = LanguageModel(model_path)
    weighed = weigh(collect(texts, sources), sources, read_weights(texts), model)
    return _write(weighed, sources, digest(texts, model_path))


def collect(texts: Path, sources: list[Source]) -> Rows:
    """Return every inflected row of every source, equal ones merged."""
    rows: Rows = {}
    for index, source in enumerate(sources):
        for pair in read_pairs(texts, source):
            rank = pair.rank if pair.seen is None else max(0, _COUNTED_ENOUGH - pair.seen)
            for form in inflect(pair):
                key = Key(keys(form.spun), form.original)
                if key.spun == keys(form.original):
                    continue
                row = rows.setdefault(key, Row({}))
                row.ranks[index] = min(rank, row.ranks.get(index, rank))
                row.is_plain |= form.is_plain
    return rows


def weigh(rows: Rows, sources: list[Source], weights: Features, model: LanguageModel) -> Weighed:
    """Weigh each row by its surest source and its features."""
    fans = count_fans(rows)
    weighed: Weighed = {}
    for key, row in rows.items():
        best = min(row.ranks)
        found = describe(
            key,
            rank=row.ranks[best],
            sources=len(row.ranks),
            is_plain=row.is_plain,
            fans=fans,
            model=model,
        )
        score = sources[best].weight
        score += sum(weights.get(name, 0.0) * value for name, value in found.items())
        weighed[key] = score, best
    return weighed


def digest(texts: Path, model_path: Path) -> str:
    """Return the SHA-256 of everything that a compiled lexicon is made from."""
    tools = Path(__file__).parent
    scripts = [tools / name for name in _SCRIPTS]
    paths = [*scripts, model_path, *sorted(texts.glob("*.t*"))]
    hashed = hashlib.sha256()
    for path in paths:
        hashed.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return hashed.hexdigest()


def _write(rows: Weighed, sources: list[Source], sources_digest: str) -> bytes:
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

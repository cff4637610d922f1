"""What is known of a row besides where it stands, as numbers that a fitted weight multiplies."""

import math
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from restore.offline.language_model import NOTHING, UNKNOWN, LanguageModel
from restore.offline.tokens import keys

_LOG10_MILLION = 6.0
_LN10 = math.log(10)
_UNSEEN = -4.0
"""log10 of the rate of a wording with a word that the language model does not know."""
_LENGTHS = {3: "three_tokens", 4: "four_tokens"}

Features = Mapping[str, float]


class Key(NamedTuple):
    """What must be equal for two rows to be one."""

    spun: tuple[str, ...]
    """The keys of its tokens."""
    original: str


class Fans(NamedTuple):
    """How many rows share a side."""

    spun: Mapping[tuple[str, ...], int]
    original: Mapping[str, int]


def count_fans(rows: Iterable[Key]) -> Fans:
    """Count the originals of each spun form, and the spun forms of each original."""
    rows = list(rows)
    return Fans(Counter(row.spun for row in rows), Counter(row.original for row in rows))


def describe(
    key: Key, *, rank: int, sources: int, is_plain: bool, fans: Fans, model: LanguageModel
) -> dict[str, float]:
    """Return the features of a row, zeros left out.

    Rates are log10 of occurrences per million words in good English, by the language model.

    Args:
        key: the row.
        rank: its place in the line of its surest source, from 0.
        sources: number of sources that have it.
        is_plain: whether a source has it uninflected.
        fans: of all rows.
        model: gives the rates.
    """
    original = keys(key.original)
    is_phrase = len(key.spun) > 1 or len(original) > 1
    found = {
        "phrase_rank" if is_phrase else "word_rank": math.log(1 + rank),
        "two_sources": float(sources == 2),
        "three_sources": float(sources > 2),
        "inflected": float(not is_plain),
        "same_length": float(len(key.spun) == len(original)),
        "original_rate": min(4.0, max(-3.0, _rate(original, model))),
        "spun_fan": math.log(fans.spun[key.spun]),
        "original_fan": math.log(fans.original[key.original]),
    }
    rate = _rate(key.spun, model)
    if len(key.spun) == 1:
        found |= {"spun_rate": max(-2.0, rate), "spun_common": max(0.0, rate - 2.0)}
        found["word_to_phrase"] = float(len(original) > 1)
    else:
        found |= {"phrase": 1.0, "phrase_rate": min(3.0, max(_UNSEEN, rate))}
        found[_LENGTHS.get(len(key.spun), "more_tokens" if len(key.spun) > 4 else "phrase")] = 1.0
    return {name: value for name, value in found.items() if value}


def read_weights(texts: Path) -> Features:
    """Return the fitted weight of each feature."""
    path = texts / "features.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _rate(words: tuple[str, ...], model: LanguageModel) -> float:
    ids = [model.word_id(word) for word in words]
    if UNKNOWN in ids:
        return _UNSEEN
    log_rate = model.log_single(ids[0])
    first, second = NOTHING, ids[0]
    for word in ids[1:]:
        log_rate += model.log_prob(first, second, word)
        first, second = second, word
    return _LOG10_MILLION + log_rate / _LN10

"""The language model's file, as `restore.offline.language_model` reads it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from ngram_counts import Counts
from ngram_estimate import Model

from restore.offline.language_model import BASE_SHIFT, MAGIC
from restore.offline.mapped import pack


def write(path: Path, vocabulary: list[str], counts: Counts, model: Model) -> int:
    """Write the model's stored part; return the number of bytes."""
    arrays = _words(vocabulary, model) | _pairs(counts, model) | _triples(counts, model)
    packed = pack(MAGIC, {name: values.data for name, values in arrays.items()}, meta={})
    return path.write_bytes(packed)


Array = npt.NDArray[np.unsignedinteger]


def _words(vocabulary: list[str], model: Model) -> dict[str, Array]:
    texts = [word.encode() for word in vocabulary]
    return {
        "text": np.frombuffer(b"".join(texts), np.uint8),
        "text_start": np.cumsum([0, *map(len, texts)]).astype(np.uint32),
        "frequency": _fine(model.frequency),
        "single_prob": _fine(model.single_prob),
        "backoff": _coarse(model.backoff),
    }


def _pairs(counts: Counts, model: Model) -> dict[str, Array]:
    words = np.arange(len(model.backoff) + 1)
    arrays: dict[str, Array] = {"head_backoff": _coarse(model.pair_backoff[model.heads])}
    for name, chosen in (("head", model.heads), ("tail", model.pairs & ~model.heads)):
        starts = np.searchsorted(counts.first[chosen], words)
        arrays[f"{name}_start"] = starts.astype(np.uint32)
        arrays[f"{name}_word"] = counts.second[chosen].astype(np.uint16)
        arrays[f"{name}_prob"] = _coarse(model.pair_prob[chosen])
    return arrays


def _triples(counts: Counts, model: Model) -> dict[str, Array]:
    head_number = np.cumsum(model.heads) - 1
    heads = head_number[counts.head[model.triples]]
    starts = np.searchsorted(heads, np.arange(head_number[-1] + 2))
    base = starts[:: 1 << BASE_SHIFT]
    offset = starts - np.repeat(base, 1 << BASE_SHIFT)[: len(starts)]
    if offset.max() > np.iinfo(np.uint16).max:
        raise OverflowError("16 neighbouring heads have more than 65,535 triples: prune harder")
    return {
        "triple_base": base.astype(np.uint32),
        "triple_offset": offset.astype(np.uint16),
        "triple_word": counts.second[counts.tail[model.triples]].astype(np.uint16),
        "triple_prob": _coarse(model.triple_prob[model.triples]),
    }


def _fine(probability: npt.NDArray[np.float64]) -> npt.NDArray[np.uint16]:
    codes = np.clip(np.rint(-np.log10(probability) * 4096), 0, 65_535)
    return np.asarray(codes, np.uint16)


def _coarse(probability: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    codes = np.clip(np.rint(-np.log10(probability) * 32), 0, 255)
    return np.asarray(codes, np.uint8)

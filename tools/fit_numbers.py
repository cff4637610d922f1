"""The numbers that are fitted: what they are called, where they begin, and where they belong."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lexicon_text import read_sources
from row_features import Features, read_weights

from restore.offline.weights import DEFAULT_WEIGHTS, Weights

Numbers = Mapping[str, float]
"""What is fitted, by name: `sources.NAME`, `features.NAME`, `weights.FIELD`, and `SHARED`."""

SHARED = "sources"
"""A weight of every row. Without it, a source with few rows in the passages would stay where it
began while all others move."""
EXPONENT = "weights.language_model"
FIRST_PASS = "weights.first_pass"
"""Found by calibration; no arc has it as a feature."""
ARTICLE = "weights.article"
WEIGHTS = "weights."
_FITTED_WEIGHTS = (
    "language_model",
    "article",
    "first_pass",
    "prior_below",
    "prior_above",
    "expected_below",
    "expected_above",
    "bonus",
    "original",
    "standing",
    "family",
    "nearby",
)
"""Fields of `Weights`."""

_GUESSES: Numbers = {
    SHARED: -2.5,
    "sources.spun-words": 1.0,
    "sources.phrases": 1.0,
    "sources.original-words": 0.5,
    "sources.phrases-connectives": 0.5,
    "sources.phrases-life": 0.5,
    "sources.phrases-public": 0.5,
    "sources.phrases-technology": 0.5,
    "sources.phrases-verbs": 0.5,
    "sources.expressions": 0.5,
    "sources.compounds": 0.5,
    "sources.tortured-phrases": 0.3,
    "sources.tortured-words": -0.5,
    "sources.spun-words-weak": -0.7,
    "features.word_rank": -0.7,
    "features.phrase_rank": -0.3,
    "features.two_sources": 0.5,
    "features.three_sources": 0.8,
    "features.spun_rate": -0.5,
    "features.phrase_rate": -0.5,
    EXPONENT: 0.45,
    ARTICLE: -0.5,
    FIRST_PASS: -1.5,
    "weights.prior_below": 2.5,
    "weights.prior_above": 1.0,
    "weights.bonus": 0.5,
}
"""Set by hand, before any fit; numbers not named begin at 0."""


def read_numbers(texts: Path) -> Numbers:
    """Return the numbers that are in use: those of a lexicon folder and `DEFAULT_WEIGHTS`."""
    numbers = {SHARED: 0.0}
    numbers |= {f"sources.{source.name}": source.weight for source in read_sources(texts)}
    numbers |= {f"features.{name}": weight for name, weight in read_weights(texts).items()}
    return numbers | {f"{WEIGHTS}{n}": getattr(DEFAULT_WEIGHTS, n) for n in _FITTED_WEIGHTS}


def to_weights(numbers: Numbers) -> Weights:
    """Return the decoder's weights with the fitted ones in their places."""
    fitted: dict[str, Any] = {name: numbers[f"{WEIGHTS}{name}"] for name in _FITTED_WEIGHTS}
    return replace(DEFAULT_WEIGHTS, **fitted)


def guess_numbers(texts: Path) -> Numbers:
    """Return where a fit begins.

    Not at the numbers in use: they know the passages that they were fitted on, so a second fit
    would drift, and cross-validation would flatter itself.
    """
    return {name: _GUESSES.get(name, 0.0) for name in read_numbers(texts)}


def weigh(features: Features, numbers: Numbers) -> float:
    """Return the sum of all features times their numbers; a number not given is 0."""
    return sum(numbers.get(name, 0.0) * value for name, value in features.items())


def as_toml(numbers: Numbers, before: Numbers) -> Iterator[str]:
    """Yield the numbers in the form and order of the files that they belong to, and what was."""
    yield "# lexicon/sources.toml"
    for name, weight in _part(numbers, "sources."):
        yield f"[{name}]"
        was = before[SHARED] + before[f"sources.{name}"]
        yield f"weight = {numbers[SHARED] + weight:.3f}  # was {was:.3f}"
    for path, prefix in (
        ("lexicon/features.toml", "features."),
        ("restore/offline/weights.py", "weights."),
    ):
        yield f"# {path}"
        for name, weight in _part(numbers, prefix):
            yield f"{name} = {weight:.3f}  # was {before[prefix + name]:.3f}"


def write_numbers(numbers: Numbers, texts: Path, weights: Path) -> None:
    """Put the numbers in their places in a lexicon folder and in weights.py.

    Comments and what is not fitted stay as they are.
    """
    for path, prefix in ((texts / "features.toml", "features."), (weights, WEIGHTS)):
        text = path.read_text(encoding="utf-8")
        for name, number in _part(numbers, prefix):
            text = _renew(text, name, number)
        path.write_text(text, encoding="utf-8")
    path = texts / "sources.toml"
    before, *tables = re.split(r"(?m)^(?=\[)", path.read_text(encoding="utf-8"))
    for at, table in enumerate(tables):
        own = numbers[f"sources.{table[1 : table.index(']')]}"]
        tables[at] = _renew(table, "weight", numbers[SHARED] + own)
    path.write_text("".join((before, *tables)), encoding="utf-8")


def _renew(text: str, name: str, number: float) -> str:
    """Return a text with another number behind `name =`."""
    return re.sub(rf"(?m)^( *{name}(?:: float)? = )[-\d.]+", rf"\g<1>{number:.3f}", text)


def _part(numbers: Numbers, prefix: str) -> Iterable[tuple[str, float]]:
    return (
        (name.removeprefix(prefix), n) for name, n in numbers.items() if name.startswith(prefix)
    )

"""The numbers that are fitted: what they are called, where they begin, and where they belong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

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
PRIOR_BELOW = "weights.prior_below"
PRIOR_ABOVE = "weights.prior_above"
BONUS = "weights.bonus"

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
    PRIOR_BELOW: 2.5,
    PRIOR_ABOVE: 1.0,
    BONUS: 0.5,
}
"""Set by hand, before any fit; numbers not named begin at 0."""


def read_numbers(texts: Path) -> Numbers:
    """Return the numbers that are in use: those of a lexicon folder and `DEFAULT_WEIGHTS`."""
    numbers = {SHARED: 0.0}
    numbers |= {f"sources.{source.name}": source.weight for source in read_sources(texts)}
    numbers |= {f"features.{name}": weight for name, weight in read_weights(texts).items()}
    return numbers | {
        EXPONENT: DEFAULT_WEIGHTS.language_model,
        ARTICLE: DEFAULT_WEIGHTS.article,
        FIRST_PASS: DEFAULT_WEIGHTS.first_pass,
        PRIOR_BELOW: DEFAULT_WEIGHTS.prior_below,
        PRIOR_ABOVE: DEFAULT_WEIGHTS.prior_above,
        BONUS: DEFAULT_WEIGHTS.bonus,
    }


def to_weights(numbers: Numbers) -> Weights:
    """Return the decoder's weights with the fitted ones in their places."""
    return replace(
        DEFAULT_WEIGHTS,
        language_model=numbers[EXPONENT],
        article=numbers[ARTICLE],
        first_pass=numbers[FIRST_PASS],
        prior_below=numbers[PRIOR_BELOW],
        prior_above=numbers[PRIOR_ABOVE],
        bonus=numbers[BONUS],
    )


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


def _part(numbers: Numbers, prefix: str) -> Iterable[tuple[str, float]]:
    return (
        (name.removeprefix(prefix), n) for name, n in numbers.items() if name.startswith(prefix)
    )

"""Every number of the decoder, in one place, so that they can be fitted together.

Fitted on labelled spun passages and clean news; natural logarithms unless a unit is named.
"""

from dataclasses import dataclass

DEFAULT_THRESHOLD = 0.35
"""Posterior an edit must reach: right in three edits of four or better on unseen spun text, and
well under half an edit per 1,000 words of clean text (docs/offline.md)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the decoder multiplies, adds and compares."""

    language_model: float = 0.452
    """Exponent on the language model: n-grams overlap, so their evidence counts too often at 1."""
    article: float = -1.230
    """A changing to an or back, without which no edit after it could win."""
    candidates: int = 14
    """A word's candidates that enter the lattice."""
    least_promise: float = -4.0
    """Score, by its neighbours as they stand, from which on a word's candidate is looked at."""
    states: int = 24
    """Histories that survive at one place of the lattice."""
    first_states: int = 6
    """The same in the first pass, which only counts what is sure."""

    phrase_spun: float = 0.85
    """Probability of being spun from which on any listed restoration of a set phrase will do …"""
    phrase_best: float = 0.3
    """… that has at least this posterior itself."""

    first_pass: float = -0.287
    """The document prior before anything is known: clean text then has a quarter of an edit per
    100 words."""
    counted: float = 0.5
    """Posterior from which on an edit of the first pass is sure, and counts as its posterior."""
    prior_below: float = 2.614
    """What every e-fold of fewer sure edits takes from the score of every edit …"""
    prior_above: float = 0.842
    """… and every e-fold of more adds to it."""
    expected_below: float = 0.626
    """The same for all edits that are expected, sure or not."""
    expected_above: float = 1.049
    bonus: float = 0.255
    """For a pair that is sure elsewhere in the article, each time."""
    original: float = 0.359
    """For an original that is expected elsewhere, by the logarithm of how often …"""
    standing: float = 0.348
    """… and for one whose words stand elsewhere as they are."""
    family: float = 0.827
    """For the logarithm of the share that a row's file has in the edits expected."""
    nearby: float = 0.378
    """For every e-fold of edits expected in the rest of the sentence."""


DEFAULT_WEIGHTS = Weights()

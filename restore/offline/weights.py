"""Every number of the decoder, in one place, so that they can be fitted together.

Fitted on labelled spun passages and clean news; natural logarithms unless a unit is named.
"""

from dataclasses import dataclass

DEFAULT_THRESHOLD = 0.5
"""Posterior an edit must reach: right in three edits of four, and 0.4 edits per 1,000 words of
clean text (docs/offline.md)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the decoder multiplies, adds and compares."""

    language_model: float = 0.487
    """Exponent on the language model: n-grams overlap, so their evidence counts too often at 1."""
    article: float = -1.758
    """A changing to an or back, without which no edit after it could win."""
    candidates: int = 14
    """A word's candidates that enter the lattice."""
    least_promise: float = -4.0
    """Score, by its neighbours as they stand, from which on a word's candidate is looked at."""
    states: int = 24
    """Histories that survive at one place of the lattice."""
    first_states: int = 12
    """The same in the first pass, which only counts what is sure."""

    phrase_spun: float = 0.85
    """Probability of being spun from which on any listed restoration of a set phrase will do …"""
    phrase_best: float = 0.3
    """… that has at least this posterior itself."""

    first_pass: float = -0.234
    """The document prior before anything is known: clean text then has a quarter of an edit per
    100 words."""
    looks: int = 2
    """How often the article is read for its density before edits are chosen: with the second look
    clean text sinks and spun text rises."""
    counted: float = 0.5
    """Posterior from which on an edit of the first pass is evidence, as much as its posterior."""
    prior_centre: float = 1.5
    """Edits counted per 100 words at which the document prior is zero."""
    prior_below: float = 3.826
    """What every e-fold of fewer counted edits takes from the score of every edit …"""
    prior_above: float = 1.230
    """… and every e-fold of more adds to it."""
    bonus: float = 0.684
    """For a pair that is sure elsewhere in the article, each time, up to `bonus_times`."""
    bonus_times: float = 2.0


DEFAULT_WEIGHTS = Weights()

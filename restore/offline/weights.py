"""Every number of the decoder, in one place, so that they can be fitted together.

Fitted on labelled spun passages and clean news; natural logarithms unless a unit is named.
"""

import math
from dataclasses import dataclass

DEFAULT_THRESHOLD = 0.55
"""Posterior an edit must reach: right in five edits of six, and next to none in clean text."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the decoder multiplies, adds and compares."""

    language_model: float = 0.45
    """Exponent on the language model: n-grams overlap, so their evidence counts too often at 1."""
    kept: float = math.log(0.7)
    """A word that has candidates, left alone."""
    rare: float = 0.5
    """Taken from candidates of a rare word, per power of ten below `common_rate`: rare words are
    names, terms and deliberate choices more often than a spinner's."""
    common_rate: float = 1.7
    """log10 of occurrences per million words from which on a word is not rare."""
    article: float = -0.5
    """A changing to an or back, without which no edit after it could win."""
    candidates: int = 10
    """A word's candidates that enter the lattice."""
    states: int = 24
    """Histories that survive at one place of the lattice."""

    phrase_spun: float = 0.75
    """Probability of being spun from which on any listed restoration of a set phrase will do …"""
    phrase_best: float = 0.3
    """… that has at least this posterior itself."""

    first_pass: float = -1.0
    """The document prior before anything is known."""
    counted: float = 0.62
    """Probability of being spun from which on an edit of the first pass counts as evidence."""
    prior_slope: float = 4.0
    prior_centre: float = 4.0
    """Counted edits per 100 words at which the prior is zero; clean text has under 2, spun 5-22."""
    prior_least: float = -6.0
    prior_most: float = 1.5
    bonus: float = 0.8
    """For a pair counted elsewhere in the article, each time …"""
    bonus_most: float = 1.5
    """… up to this."""


DEFAULT_WEIGHTS = Weights()

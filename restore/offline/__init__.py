"""The embedded engine: a noisy-channel decoder that needs no key and no network.

Its data are opened at the first article, not at import.
"""

from restore.article import Article, Edit
from restore.offline.decoder import choose, load
from restore.offline.edits import make_edits
from restore.offline.suspects import SUSPECTED_FROM, Findings, Suspect, scan
from restore.offline.weights import DEFAULT_THRESHOLD

__all__ = ["DEFAULT_THRESHOLD", "SUSPECTED_FROM", "Findings", "Suspect", "restore", "scan"]


def restore(article: Article, *, threshold: float = DEFAULT_THRESHOLD) -> tuple[Edit, ...]:
    """Return the edits that restore an article's prose, in order of place, none overlapping.

    Each has a confidence of at least `threshold` (0-1): the probability that it is right. Lower
    thresholds restore more and err more. The same article and threshold give the same edits.

    Raises:
        RestoreError: the engine's data are missing or damaged.
    """
    return make_edits(article, choose(load().decode(article), threshold))

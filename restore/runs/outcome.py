"""What became of each article, and what a run's exit code makes of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from restore.article import Article, Edit, Verdict
from restore.config import FailOn
from restore.engines.interface import NO_USAGE, Usage
from restore.errors import RestoreError, UnreadableArticle

Status = Literal["restored", "unchanged", "partial", "failed", "skipped", "not started"]
"""`skipped`: nothing was to be done; `not started`: the run ended before the article was done."""
HAVE_EDITS: tuple[Status, ...] = ("restored", "unchanged", "partial")
"""Of articles that were read to their end: there is an output to write, a diff to look at."""

_MEETS: dict[FailOn, tuple[Status, ...]] = {
    "never": (),
    "failed": (),
    "partial": ("partial",),
    "changed": ("partial", "restored"),
}
"""Which outcomes make exit code 1. Failures have a code of their own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article."""

    status: Status
    """`partial`: some pieces kept as they were, for the reasons in `problems`."""
    article: Article
    restored: str
    """The whole text after the edits; the source where nothing could be done."""
    edits: tuple[Edit, ...]
    verdicts: tuple[Verdict, ...]
    """One per piece that was restored or tried, in the order of the text."""
    problems: tuple[str, ...] = ()
    """Why pieces kept their original, a line each."""
    usage: Usage = NO_USAGE
    cost_usd: Decimal | None = Decimal(0)
    """None when a call had no known price."""
    calls: int = 0
    cached: int = 0
    """Requests that the cache answered."""
    prompts: tuple[tuple[str, str], ...] = ()
    """Version and digest of each prompt that was asked with: `restore@2`, then the repair's."""
    served: tuple[str, ...] = ()
    """The models that answered, by their endpoint's word; sorted."""
    error: RestoreError | None = None
    """Why a failed article failed."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of an outcome once its article is written: small, as a run may have 100,000."""

    index: int
    """Place of the article among the inputs, from 0."""
    locator: str
    status: Status
    words: int
    """Of the source, counted at white space."""
    edits: int
    problems: tuple[str, ...]
    usage: Usage
    cost_usd: Decimal | None
    calls: int
    cached: int
    served: tuple[str, ...]
    error: RestoreError | None


def as_row(outcome: Outcome, index: int) -> Row:
    """Return what is kept of the outcome of the article at `index`."""
    return Row(
        index,
        outcome.article.locator,
        outcome.status,
        len(outcome.article.source.split()),
        len(outcome.edits),
        outcome.problems,
        outcome.usage,
        outcome.cost_usd,
        outcome.calls,
        outcome.cached,
        outcome.served,
        outcome.error,
    )


def exit_code(outcomes: Sequence[Outcome | Row], fail_on: FailOn) -> int:
    """Return the exit code of a finished run: the first of 4, 5, 3, 1 that holds, else 0.

    Where no article could even be read nothing was started: 2.
    """
    codes = {o.error.exit_code if o.error else 3 for o in outcomes if o.status == "failed"}
    for code in (4, 5):
        if code in codes:
            return code
    if codes:
        return 2 if all(isinstance(o.error, UnreadableArticle) for o in outcomes) else 3
    return int(any(o.status in _MEETS[fail_on] for o in outcomes))


def tally(outcomes: Iterable[Outcome | Row]) -> Counter[Status]:
    """Count outcomes by status."""
    return Counter(o.status for o in outcomes)

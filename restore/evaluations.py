"""Systems side by side: the scores of each on the same passages, and what each cost."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from restore.engines.interface import NO_USAGE, Usage
from restore.evaluate import Passage, Score, score, total
from restore.prices import sum_costs
from restore.runs import Outcome

Figure = Callable[[Score], float]

FIGURES: Mapping[str, Figure] = {
    "recall": lambda score: score.recall,
    "changed": lambda score: score.change_rate,
    "precision": lambda score: score.precision,
    "right": lambda score: score.right_rate,
    "closed": lambda score: score.closed,
    "false_per_1000": lambda score: score.false_per_1000,
    "facts": lambda score: score.kept_rate,
}
"""The figures that are compared, by the names they are reported under."""

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Account:
    """What restoring the passages took."""

    calls: int = 0
    cached: int = 0
    """Chunks that the cache answered."""
    usage: Usage = NO_USAGE
    """Tokens of the calls made now."""
    cost_usd: Decimal | None = Decimal(0)
    """None where a call had no known price."""
    partial: int = 0
    """Pieces that kept their original because no good restoration was to be had."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One system's scores on every passage, in their order."""

    name: str
    passages: tuple[Passage, ...]
    scores: tuple[Score, ...]
    account: Account = Account()
    prompt: str | None = None
    """Name and version, or None where the system asks no model."""
    digest: str | None = None
    """Of the prompt."""

    def total(self, kind: str) -> Score:
        """Sum the scores of the passages of one kind, `spun` or `clean`."""
        both = zip(self.passages, self.scores, strict=True)
        return total(score for passage, score in both if passage.kind == kind)

    def paired(self, other: "Evaluation") -> list[tuple[Score, Score]]:
        """Return the scores of the same spun passages by both systems."""
        rows = zip(self.passages, self.scores, other.scores, strict=True)
        return [(one, two) for passage, one, two in rows if passage.kind == "spun"]


def evaluate(name: str, passages: Sequence[Passage], outputs: Sequence[str]) -> Evaluation:
    """Score the outputs of one system, one per passage."""
    scores = tuple(score(p, output) for p, output in zip(passages, outputs, strict=True))
    return Evaluation(name, tuple(passages), scores)


def sum_up(outcomes: Sequence[Outcome]) -> Account:
    """Add up what outcomes took."""
    return Account(
        calls=sum(outcome.calls for outcome in outcomes),
        cached=sum(outcome.cached for outcome in outcomes),
        usage=sum((outcome.usage for outcome in outcomes), NO_USAGE),
        cost_usd=sum_costs(outcome.cost_usd for outcome in outcomes),
        partial=sum(len(outcome.problems) for outcome in outcomes),
    )


def difference_intervals(
    pairs: Sequence[tuple[Score, Score]], figures: Mapping[str, Figure], *, seed: int = 0
) -> dict[str, tuple[float, float]]:
    """Return the 95 % bootstrap interval of each figure of the second system minus the first.

    Passages are resampled, both systems' scores of a passage together; the seed makes the
    intervals repeatable. Without a pair there is no difference.
    """
    draw = random.Random(seed)  # noqa: S311  # resampling, not secrets
    found: dict[str, list[float]] = {name: [] for name in figures}
    for _ in range(_RESAMPLES):
        sample = draw.choices(pairs, k=len(pairs)) if pairs else []
        first, second = total(a for a, _ in sample), total(b for _, b in sample)
        for name, figure in figures.items():
            found[name].append(figure(second) - figure(first))
    return {name: _middle(sorted(values)) for name, values in found.items()}


def _middle(ascending: Sequence[float]) -> tuple[float, float]:
    return ascending[int(0.025 * _RESAMPLES)], ascending[int(0.975 * _RESAMPLES) - 1]

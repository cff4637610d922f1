"""Evaluations as JSON, for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from restore.baseline import Comparison, Difference
from restore.evaluations import FIGURES, Account, Evaluation, difference_intervals

SCHEMA = "restore.eval/1"


def render(evaluations: Sequence[Evaluation], comparisons: Sequence[Comparison]) -> str:
    """Return one JSON document: every system's figures, account and counts per passage.

    `comparisons` with a baseline stand under `against`, where there are any.
    """
    first = evaluations[0]
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "systems": [_system(evaluation, first) for evaluation in evaluations],
    }
    if comparisons:
        document["against"] = [_comparison(comparison) for comparison in comparisons]
    return json.dumps(document, indent=2) + "\n"


# The JSON edge: what json.dumps takes cannot be typed more narrowly than Any.
def _system(evaluation: Evaluation, first: Evaluation) -> dict[str, Any]:
    both = zip(evaluation.passages, evaluation.scores, strict=True)
    intervals: Mapping[str, tuple[float, float]] = {}
    if evaluation is not first:
        intervals = difference_intervals(first.paired(evaluation), FIGURES)
    return {
        "name": evaluation.name,
        "prompt": evaluation.prompt,
        "digest": evaluation.digest,
        **{kind: _figures(evaluation, kind) for kind in ("spun", "clean")},
        "account": _account(evaluation.account),
        "differences": {name: list(interval) for name, interval in intervals.items()},
        "passages": {passage.id: asdict(score) for passage, score in both},
    }


def _figures(evaluation: Evaluation, kind: str) -> dict[str, float]:
    score = evaluation.total(kind)
    counts = {"spans": score.spans, "kept": score.kept, "protected": score.protected}
    return counts | {name: figure(score) for name, figure in FIGURES.items()}


def _account(account: Account) -> dict[str, Any]:
    return {
        "calls": account.calls,
        "cached": account.cached,
        "input_tokens": account.usage.input_tokens,
        "output_tokens": account.usage.output_tokens,
        "cost_usd": None if account.cost_usd is None else str(account.cost_usd),
        "partial": account.partial,
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "name": comparison.name,
        "baseline": comparison.baseline,
        "worse": comparison.worse,
        "compared": comparison.compared,
        "left_out": list(comparison.left_out),
        "differences": [_difference(difference) for difference in comparison.differences],
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "figure": difference.figure,
        "kind": difference.kind,
        "before": difference.before,
        "after": difference.after,
        "interval": [difference.low, difference.high],
        "worse": difference.worse,
        "improved": difference.improved,
    }

"""Scores that were good enough, kept in a file, and whether today's are worse beyond noise."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from restore.errors import UsageProblem
from restore.evaluate import Passage, Score, total
from restore.evaluations import FIGURES, Evaluation, difference_intervals
from restore.runs import write_bytes

SCHEMA = "restore.baseline/1"
_HINT = "--bless FILE writes one"
_OTHER_GOLD = "was it blessed on another gold file?"

_KINDS: Mapping[str, tuple[str, ...]] = {
    "spun": ("spun",),
    "clean": ("clean",),
    "all": ("spun", "clean"),
}
_WATCHED: tuple[tuple[str, str, int], ...] = (
    ("recall", "spun", 1),
    ("right", "spun", 1),
    ("closed", "spun", 1),
    ("false_per_1000", "spun", -1),
    ("false_per_1000", "clean", -1),
    ("facts", "all", 1),
)
"""Figure, passages, and the direction that is better."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """One system's scores as they were blessed."""

    name: str
    digest: str | None
    """Of its prompt."""
    passages: Mapping[str, tuple[str, Score]]
    """Kind and score by id."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure now and then."""

    figure: str
    kind: str
    """Passages counted: `spun`, `clean` or `all`."""
    before: float
    after: float
    low: float
    """Of the 95 % interval of the difference, after minus before."""
    high: float
    better: int
    """1 where more is better, -1 where less is."""

    @property
    def worse(self) -> bool:
        """Whether the interval lies wholly on the worse side."""
        return self.high < 0 if self.better > 0 else self.low > 0

    @property
    def improved(self) -> bool:
        """Whether the interval lies wholly on the better side."""
        return self.low > 0 if self.better > 0 else self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """One system against a baseline."""

    name: str
    baseline: str
    differences: tuple[Difference, ...]
    compared: int
    """Passages that both have."""
    left_out: tuple[str, ...]
    """Ids of scored passages that the baseline lacks, or that were labelled otherwise then."""

    @property
    def worse(self) -> bool:
        """Whether any figure is worse beyond noise."""
        return any(difference.worse for difference in self.differences)


def check_replaceable(path: Path) -> None:
    """Refuse to write a baseline over anything else, before anything is paid for.

    Raises:
        UsageProblem: `path` exists and holds no baseline.
    """
    if path.exists():
        load(path)


def store(path: Path, evaluations: Sequence[Evaluation]) -> None:
    """Write the scores of systems as a baseline; replaces one.

    Raises:
        UnwritableOutput: the file cannot be written.
    """
    systems = [
        {
            "name": evaluation.name,
            "prompt": evaluation.prompt,
            "digest": evaluation.digest,
            "passages": {
                passage.id: {"kind": passage.kind, **asdict(score)}
                for passage, score in zip(evaluation.passages, evaluation.scores, strict=True)
            },
        }
        for evaluation in evaluations
    ]
    document = json.dumps({"schema": SCHEMA, "systems": systems}, ensure_ascii=False, indent=1)
    write_bytes(path, f"{document}\n".encode())


def load(path: Path) -> tuple[Baseline, ...]:
    """Read a baseline.

    Raises:
        UsageProblem: it cannot be read, or is none.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        systems = document["systems"] if document["schema"] == SCHEMA else ()
        found = tuple(_system(record) for record in systems)
    except OSError as exc:
        raise UsageProblem(f"cannot read '{path}': {exc.strerror}", hint=_HINT) from exc
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        reason = f"no {exc}" if isinstance(exc, KeyError) else str(exc)
        raise UsageProblem(f"'{path}' is no baseline ({reason})", hint=_HINT) from exc
    if not found:
        raise UsageProblem(
            f"'{path}' is no baseline (it holds no system of '{SCHEMA}')", hint=_HINT
        )
    return found


def check_common(baselines: Sequence[Baseline], passages: Sequence[Passage]) -> None:
    """Refuse passages of which none is in any of the baselines, before anything is paid for.

    Raises:
        UsageProblem: there is nothing to compare.
    """
    known = {name for baseline in baselines for name in baseline.passages}
    if not any(passage.id in known for passage in passages):
        raise UsageProblem("the baseline has none of these passages", hint=_OTHER_GOLD)


# The JSON edge: what json.loads gives cannot be typed more narrowly than Any.
def _system(record: Mapping[str, Any]) -> Baseline:
    passages = {
        str(name): (str(row["kind"]), _score(row)) for name, row in record["passages"].items()
    }
    return Baseline(str(record["name"]), record["digest"], passages)


def _score(row: Mapping[str, Any]) -> Score:
    counts = {name: int(value) for name, value in row.items() if name != "kind"}
    return Score(**counts)


def compare(evaluation: Evaluation, baselines: Sequence[Baseline]) -> Comparison:
    """Compare a system with the baseline of its name, or with the first where there is none.

    Raises:
        UsageProblem: they have no passage in common.
    """
    baseline = next((b for b in baselines if b.name == evaluation.name), baselines[0])
    rows: list[tuple[str, Score, Score]] = []
    left_out: list[str] = []
    for passage, score in zip(evaluation.passages, evaluation.scores, strict=True):
        kind, before = baseline.passages.get(passage.id, ("", Score()))
        if kind == passage.kind and _labels(before) == _labels(score):
            rows.append((kind, before, score))
        else:
            left_out.append(passage.id)
    if not rows:
        raise UsageProblem(
            f"the baseline of '{baseline.name}' has none of these passages",
            hint=_OTHER_GOLD,
        )
    differences = tuple(d for kind in _KINDS for d in _differences(rows, kind))
    order = [(figure, kind) for figure, kind, _ in _WATCHED]
    ordered = sorted(differences, key=lambda d: order.index((d.figure, d.kind)))
    return Comparison(evaluation.name, baseline.name, tuple(ordered), len(rows), tuple(left_out))


def _labels(score: Score) -> tuple[int, ...]:
    """Return what a passage's labels alone decide: other ones make other figures."""
    return score.words, score.spans, score.protected, score.distance_before


def _differences(rows: Iterable[tuple[str, Score, Score]], kind: str) -> Iterable[Difference]:
    pairs = [(before, after) for of, before, after in rows if of in _KINDS[kind]]
    watched = {figure: better for figure, of, better in _WATCHED if of == kind}
    if not pairs:
        return
    figures = {name: FIGURES[name] for name in watched}
    before, after = total(one for one, _ in pairs), total(two for _, two in pairs)
    for name, (low, high) in difference_intervals(pairs, figures).items():
        figure = figures[name]
        yield Difference(name, kind, figure(before), figure(after), low, high, watched[name])

"""Evaluations on a terminal: tables of figures, with names above them on narrow screens."""

from collections.abc import Sequence

from rich.columns import Columns
from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.text import Text

from restore.baseline import Comparison, Difference
from restore.evaluate import Score
from restore.evaluations import FIGURES, Evaluation, difference_intervals
from restore.notes import one_line, plural
from restore.screen import UNBOUNDED, make_table

_SCORE = ("spans", "recall", "changed", "edits", "right", "facts", "closed", "false/1k")
_SYSTEM = ("recall", "right", "false/1k", "clean/1k", "facts")
_ACCOUNT = ("calls", "cached", "tokens", "cost", "partial")
_AGAINST = ("before", "now", "from", "to", "verdict")

_Row = tuple[str, Sequence[str]]


def draw_evaluations(console: Console, evaluations: Sequence[Evaluation]) -> None:
    """Draw the first system passage by passage, then every system's sums, costs, differences."""
    first = evaluations[0]
    both = zip(first.passages, first.scores, strict=True)
    _draw_figures(console, "passage", _SCORE, [(p.id, _score_cells(score)) for p, score in both])
    console.print()
    totals = [
        (f"{kind}: {evaluation.name}", _score_cells(evaluation.total(kind)))
        for evaluation in evaluations
        for kind in ("spun", "clean")
        if evaluation.total(kind).words
    ]
    _draw_figures(console, "in all", _SCORE, totals)
    console.print()
    systems = [(evaluation.name, _system_cells(evaluation)) for evaluation in evaluations]
    _draw_figures(console, "system", (*_SYSTEM, *_ACCOUNT), systems)
    for other in evaluations[1:]:
        console.print(
            Text(f"\n{one_line(other.name)} minus {one_line(first.name)}, 95 % interval:")
        )
        for name, (low, high) in difference_intervals(first.paired(other), FIGURES).items():
            console.print(f"  {name:15} {low:+.3f} to {high:+.3f}")


def draw_against(console: Console, comparison: Comparison) -> None:
    """Draw each watched figure of a system against its baseline, and the verdict on it."""
    title = f"{one_line(comparison.name)} against the baseline of {one_line(comparison.baseline)}"
    console.print(Text(f"\n{title}, {plural(comparison.compared, 'passage')}:"))
    rows = [(f"{d.figure}, {d.kind}", _difference_cells(d)) for d in comparison.differences]
    _draw_figures(console, "figure", _AGAINST, rows)
    if comparison.left_out:
        count = plural(len(comparison.left_out), "passage")
        shown = ", ".join(one_line(name) for name in comparison.left_out[:5])
        more = ", …" if len(comparison.left_out) > 5 else ""
        console.print(
            Text(f"left out, not in the baseline or labelled anew: {count}: {shown}{more}")
        )


def _draw_figures(
    console: Console, title: str, headings: Sequence[str], rows: Sequence[_Row]
) -> None:
    """Draw a row per name or, where the screen is too narrow, its name above its figures."""
    table = make_table()
    table.add_column(title, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, cells in rows:
        table.add_row(Text(one_line(name)), *cells)
    if Measurement.get(console, console.options.update(width=UNBOUNDED), table).maximum <= (
        console.width
    ):
        console.print(table)
        return
    for name, cells in rows:
        console.print(Text(one_line(name), "bold"), soft_wrap=True)
        texts = [f"{heading} {cell}" for heading, cell in zip(headings, cells, strict=True)]
        columns = Columns([Text(text) for text in texts], width=max(map(len, texts)))
        console.print(Padding(columns, (0, 0, 0, 2)))


def _score_cells(score: Score) -> list[str]:
    share = [f"{score.recall:.1%}", f"{score.change_rate:.1%}"] if score.spans else ["-", "-"]
    right = f"{score.right_rate:.1%}" if score.edited else "-"
    facts = f"{score.kept}/{score.protected}"
    return [
        str(score.spans),
        *share,
        str(score.edited),
        right,
        facts,
        f"{score.closed:.3f}",
        f"{score.false_per_1000:.2f}",
    ]


def _system_cells(evaluation: Evaluation) -> list[str]:
    spun, clean = evaluation.total("spun"), evaluation.total("clean")
    account = evaluation.account
    tokens = account.usage.input_tokens + account.usage.output_tokens
    return [
        f"{spun.recall:.1%}" if spun.spans else "-",
        f"{spun.right_rate:.1%}" if spun.edited else "-",
        f"{spun.false_per_1000:.2f}" if spun.words else "-",
        f"{clean.false_per_1000:.2f}" if clean.words else "-",
        f"{spun.kept + clean.kept}/{spun.protected + clean.protected}",
        f"{account.calls:,}",
        f"{account.cached:,}",
        f"{tokens:,}",
        "unpriced" if account.cost_usd is None else f"${account.cost_usd:.2f}",
        f"{account.partial:,}",
    ]


def _difference_cells(difference: Difference) -> list[str]:
    verdict = "worse" if difference.worse else "better" if difference.improved else "within noise"
    figures = [f"{difference.before:.3f}", f"{difference.after:.3f}"]
    return [*figures, f"{difference.low:+.3f}", f"{difference.high:+.3f}", verdict]

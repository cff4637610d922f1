"""Everything drawn on a terminal; the only place that imports rich.

Articles, file names and messages are hostile here: they pass through `visible` and become `Text`,
never markup, so that neither terminal escapes nor `[tags]` in them do anything.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Literal

from rich.console import Console
from rich.text import Text

from restore.article import Edit, visible
from restore.errors import RestoreError
from restore.notes import one_line, plural
from restore.runs import Outcome

if TYPE_CHECKING:
    from rich.table import Table

    from restore.evaluate import Evaluation, Score
    from restore.reports.suspects import Scan

Color = Literal["auto", "always", "never"]

_REMOVED = "red strike"
_ADDED = "bold green"
_MARK = "dim"
_UNBOUNDED = 10_000
"""Columns where there is no screen: what reads a pipe wants a row a line."""
_FIGURE_COLUMNS = 14
"""Columns that a named figure takes, as in `changed 100.0%`."""


def make_console(file: IO[str] | None = None, *, color: Color = "auto") -> Console:
    """Return a console that draws text as it is: no markup, no emoji codes, no highlighting.

    `auto` colours a terminal only, and respects `NO_COLOR` and `FORCE_COLOR`.
    """
    file = file or sys.stdout
    return _Console(
        file=file,
        width=None if file.isatty() else _UNBOUNDED,
        markup=False,
        emoji=False,
        highlight=False,
        force_terminal=True if color == "always" else None,
        no_color=True if color == "never" else None,
        color_system=None if color == "never" else "auto",
        soft_wrap=False,
    )


class _Console(Console):
    """A console that leaves it to `restore.cli` what a reader who went away means."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def inline_diff(source: str, edits: Iterable[Edit]) -> Text:
    """Return the source with each edit in place as `[-removed-]{+added+}`, coloured.

    The marks stay in colour too: they copy, and they read on every terminal and for every eye.
    """
    text = Text()
    at = 0
    for edit in sorted(edits, key=lambda e: e.start):
        text.append(_drawable(source[at : edit.start]))
        if edit.before:
            _append_marked(text, "[-", edit.before, "-]", _REMOVED)
        if edit.after:
            _append_marked(text, "{+", edit.after, "+}", _ADDED)
        at = edit.stop
    text.append(_drawable(source[at:]))
    return text


def draw_diff(console: Console, outcome: Outcome) -> None:
    """Draw one article's inline diff under a line that names it."""
    count = len(outcome.edits)
    name = one_line(outcome.article.locator)
    console.print(Text.assemble((name, "bold"), (f"  {plural(count, 'edit')}", "dim")))
    console.print()
    console.print(inline_diff(outcome.article.source, outcome.edits))


def draw_outcomes(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Draw a table of articles, for runs that write files."""
    table = _make_table()
    table.add_column("article", overflow="fold")
    table.add_column("outcome")
    table.add_column("edits", justify="right")
    table.add_column("words", justify="right")
    for outcome in outcomes:
        table.add_row(
            Text(one_line(outcome.article.locator)),
            outcome.status,
            str(len(outcome.edits)),
            f"{len(outcome.article.source.split()):,}",
        )
    console.print(table)


def draw_scan(console: Console, scan: Scan) -> None:
    """Draw an article's spin score and a table of its suspects."""
    from restore.reports.suspects import place  # noqa: PLC0415  # brings the offline engine

    count = plural(len(scan.suspects), "suspect")
    name = one_line(scan.article.locator)
    console.print(Text.assemble((name, "bold"), f"  spin score {scan.score:.1f}, {count}"))
    if not scan.suspects:
        return
    table = _make_table()
    for heading in ("place", "text", "likely", "sure"):
        table.add_column(heading, overflow="fold")
    for suspect in scan.suspects:
        line, column = place(scan.article, suspect.start)
        table.add_row(
            f"{line}:{column}",
            Text(one_line(suspect.text), _REMOVED),
            Text(one_line(suspect.likely), _ADDED),
            f"{suspect.probability:.0%}",
        )
    console.print(table)


def draw_evaluations(console: Console, evaluations: Sequence[Evaluation]) -> None:
    """Draw the first system passage by passage, then every system's sums and differences."""
    from restore.evaluate import FIGURES, difference_interval  # noqa: PLC0415  # not for `run`

    first = evaluations[0]
    ids = [passage.id for passage in first.passages]
    _draw_scores(console, "passage", list(zip(ids, first.scores, strict=True)))
    console.print()
    totals = [
        (f"{kind}: {evaluation.name}", evaluation.total(kind))
        for evaluation in evaluations
        for kind in ("spun", "clean")
        if evaluation.total(kind).words
    ]
    _draw_scores(console, "in all", totals)
    for other in evaluations[1:]:
        console.print(
            Text(f"\n{one_line(other.name)} minus {one_line(first.name)}, 95 % interval:")
        )
        for name, figure in FIGURES.items():
            low, high = difference_interval(first.paired(other), figure)
            console.print(f"  {name:15} {low:+.3f} to {high:+.3f}")


def _make_table() -> Table:
    from rich.table import Table  # noqa: PLC0415  # 10 ms that a run of one article does not need

    return Table(box=None, pad_edge=False, header_style="bold")


_HEADINGS = ("spans", "recall", "changed", "edits", "right", "facts", "closed", "false/1k")


def _draw_scores(console: Console, title: str, rows: Sequence[tuple[str, Score]]) -> None:
    """Draw a row per score or, where the screen is too narrow, its name above its figures."""
    from rich.columns import Columns  # noqa: PLC0415  # not for `run`
    from rich.measure import Measurement  # noqa: PLC0415
    from rich.padding import Padding  # noqa: PLC0415

    table = _make_table()
    table.add_column(title, no_wrap=True)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for name, score in rows:
        table.add_row(Text(one_line(name)), *_score_cells(score))
    if Measurement.get(console, console.options.update(width=_UNBOUNDED), table).maximum <= (
        console.width
    ):
        console.print(table)
        return
    for name, score in rows:
        console.print(Text(one_line(name), "bold"), soft_wrap=True)
        pairs = zip(_HEADINGS, _score_cells(score), strict=True)
        cells = [Text(f"{heading} {cell}") for heading, cell in pairs]
        console.print(Padding(Columns(cells, width=_FIGURE_COLUMNS), (0, 0, 0, 2)))


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


def draw_settings(console: Console, rows: Iterable[tuple[str, str, str]]) -> None:
    """Draw name, value and origin of each setting."""
    table = _make_table()
    for heading in ("setting", "value", "from"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    console.print(table)


def draw_problems(console: Console, outcome: Outcome) -> None:
    """Say which pieces kept their original and why, or why the article failed."""
    name = one_line(outcome.article.locator)
    for problem in outcome.problems:
        console.print(Text(f"kept: '{name}': {one_line(problem)}"), soft_wrap=True)
    if outcome.error is not None:
        draw_error(console, outcome.error)


def draw_error(console: Console, error: RestoreError) -> None:
    """Draw one `error:` line and, where there is one, a `hint:` line."""
    _draw_labelled(console, "error: ", "bold red", error.message)
    if error.hint:
        _draw_labelled(console, "hint: ", "bold", error.hint)


def _append_marked(text: Text, opening: str, words: str, closing: str, style: str) -> None:
    text.append(opening, _MARK).append(_drawable(words), style).append(closing, _MARK)


def _draw_labelled(console: Console, label: str, style: str, message: str) -> None:
    console.print(Text.assemble((label, style), one_line(message)), soft_wrap=True)


def _drawable(text: str) -> str:
    """Make every newline style a line feed before the other controls are taken out."""
    return visible(text.replace("\r\n", "\n").replace("\r", "\n"))

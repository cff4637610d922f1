"""Everything drawn on a terminal; the only place that imports rich.

Articles, file names and messages are hostile here: they pass through `visible` and become `Text`,
never markup, so that neither terminal escapes nor `[tags]` in them do anything.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
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
    from restore.paragraphs import Comparison, Paragraph
    from restore.releases import Version
    from restore.reports.suspects import Scan

Color = Literal["auto", "always", "never"]

_REMOVED = "red strike"
_ADDED = "bold green"
_MARK = "dim"
_FACT = "reverse"
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


def draw_verdicts(console: Console, comparison: Comparison, *, verbose: bool) -> None:
    """Draw a table of what is missing, added or malformed, and with `verbose` of what is kept."""
    table = _make_table()
    for heading in ("original", "restored"):
        table.add_column(heading, justify="right")
    for heading in ("what", "kind", "text"):
        table.add_column(heading, overflow="fold")
    for paragraph in comparison.paragraphs:
        for cells in _verdict_rows(paragraph, verbose=verbose):
            table.add_row(*cells)
    if table.row_count:
        console.print(table)


def _verdict_rows(paragraph: Paragraph, *, verbose: bool) -> Iterator[tuple[str | Text, ...]]:
    """Yield rows with the lines in both texts; "-" where a text has nothing of the paragraph."""
    from restore.reports.comparison import PROBLEMS  # noqa: PLC0415  # not for `run`

    verdict = paragraph.verdict
    original = str(paragraph.original_line + 1) if paragraph.original else "-"
    restored = str(paragraph.restored_line + 1) if paragraph.restored else "-"
    for problem in verdict.problems:
        yield original, restored, "wrong", problem, PROBLEMS[problem]
    for what, style, facts in (
        ("missing", _REMOVED, verdict.missing),
        ("kept", "", verdict.kept if verbose else ()),
    ):
        for fact in facts:
            line = str(paragraph.line_of_missing(fact) + 1)
            yield line, restored, what, fact.kind, Text(one_line(fact.text), style)
    for fact in verdict.added:
        line = str(paragraph.line_of_added(fact) + 1)
        yield original, line, "added", fact.kind, Text(one_line(fact.text), _ADDED)


def draw_what_is_wrong(console: Console, comparison: Comparison) -> None:
    """Draw the inline diff of each paragraph that is not ok, its facts marked in place."""
    for paragraph in comparison.paragraphs:
        if paragraph.verdict.ok:
            continue
        places = [
            f"line {line + 1} of the {name}"
            for name, text, line in (
                ("original", paragraph.original, paragraph.original_line),
                ("restored text", paragraph.restored, paragraph.restored_line),
            )
            if text
        ]
        console.print(Text(f"\n{', '.join(places)}:", "bold"))
        console.print(marked_diff(paragraph))
    if not comparison.ok:
        console.print()


def marked_diff(paragraph: Paragraph) -> Text:
    """Return the inline diff of a paragraph with its missing and added facts reversed."""
    from restore.diff import diff  # noqa: PLC0415  # not for `config show`

    edits = diff(paragraph.original, paragraph.restored, locator="", engine="")
    text = inline_diff(paragraph.original, edits)
    for place, facts in (
        (_place_missing, paragraph.verdict.missing),
        (_place_added, paragraph.verdict.added),
    ):
        for fact in facts:
            last = fact.start + len(fact.text) - 1
            text.stylize(_FACT, place(fact.start, edits), place(last, edits) + 1)
    return text


def _drawn(edit: Edit) -> int:
    """Return the characters that an edit takes in an inline diff."""
    return sum(len(words) + 4 for words in (edit.before, edit.after) if words)


def _place_missing(at: int, edits: Sequence[Edit]) -> int:
    """Return where an offset of the original stands in the inline diff."""
    inside = any(edit.start <= at < edit.stop for edit in edits)
    done = (edit for edit in edits if edit.stop <= at)
    return at + sum(_drawn(edit) - len(edit.before) for edit in done) + 2 * inside


def _place_added(at: int, edits: Sequence[Edit]) -> int:
    """Return where an offset of the restored text stands in the inline diff."""
    shift = grown = 0
    for edit in edits:
        begin = edit.start + grown
        if at < begin + len(edit.after):
            inside = begin <= at
            return at + shift + inside * (_drawn(edit) - len(edit.after) - 2)
        shift += _drawn(edit) - len(edit.after)
        grown += len(edit.after) - len(edit.before)
    return at + shift


def draw_comparison_sum(console: Console, comparison: Comparison) -> None:
    """Sum a comparison up in one line."""
    wrong = sum(not paragraph.verdict.ok for paragraph in comparison.paragraphs)
    console.print(
        f"{plural(len(comparison.paragraphs), 'paragraph')}, {wrong or 'none'} wrong: "
        f"{plural(comparison.kept, 'fact')} kept, {comparison.missing} missing, "
        f"{comparison.added} added, {plural(comparison.problems, 'problem')}"
    )


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


def draw_prompts(console: Console, versions: Iterable[Version]) -> None:
    """Draw name, origin, state, digest and description of each prompt."""
    table = _make_table()
    for heading in ("prompt", "from", "state", "digest"):
        table.add_column(heading, no_wrap=True)
    table.add_column("description", overflow="fold")
    for version in versions:
        prompt = version.prompt
        origin = "built-in" if version.built_in else str(version.path.parent.parent)
        cells = [version.name, origin, version.state, prompt.digest[:12] if prompt else "-"]
        cells.append(prompt.description if prompt else version.problem)
        table.add_row(*(Text(one_line(cell)) for cell in cells))
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

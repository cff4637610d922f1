"""Everything drawn on a terminal; this package alone imports rich.

Articles, file names and messages are hostile here: they pass through `visible` and become `Text`,
never markup, so that neither terminal escapes nor `[tags]` in them do anything.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import IO, TYPE_CHECKING, Literal

from rich.console import Console
from rich.text import Text

from restore.errors import RestoreError
from restore.notes import one_line, plural
from restore.runs import Row
from restore.screen import diffs

if TYPE_CHECKING:
    from rich.table import Table

    from restore.releases import Version
    from restore.reports.suspects import Scan

Color = Literal["auto", "always", "never"]

_ALL_SHOWN, MOST_SHOWN = 100, 500
"""Up to so many articles a table lists each; of more, those that need a look, up to so many."""
_NEED_A_LOOK = ("partial", "failed")
UNBOUNDED = 10_000
"""Columns where there is no screen: what reads a pipe wants a row a line."""


def make_console(
    file: IO[str] | None = None, *, color: Color = "auto", on_terminal: bool | None = None
) -> Console:
    """Return a console that draws text as it is: no markup, no emoji codes, no highlighting.

    `auto` colours a terminal only, and respects `NO_COLOR` and `FORCE_COLOR`. `on_terminal` says
    so of a file that is none itself but leads to one, as a pager does.
    """
    file = file or sys.stdout
    on_terminal = file.isatty() if on_terminal is None else on_terminal
    return _Console(
        file=file,
        width=None if on_terminal else UNBOUNDED,
        markup=False,
        emoji=False,
        highlight=False,
        force_terminal=True if color == "always" or on_terminal else None,
        no_color=True if color == "never" else None,
        color_system=None if color == "never" else "auto",
        soft_wrap=False,
    )


class _Console(Console):
    """A console that leaves it to `restore.cli` what a reader who went away means."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def draw_rows(console: Console, rows: Sequence[Row]) -> None:
    """Draw a table of articles; of a long run, of those alone that need a look."""
    shown = rows if len(rows) <= _ALL_SHOWN else [row for row in rows if row.status in _NEED_A_LOOK]
    if not shown:
        return
    table = make_table()
    table.add_column("article", overflow="fold")
    table.add_column("outcome")
    table.add_column("edits", justify="right")
    table.add_column("words", justify="right")
    for row in shown[:MOST_SHOWN]:
        table.add_row(Text(one_line(row.locator)), row.status, f"{row.edits:,}", f"{row.words:,}")
    console.print(table)
    if len(shown) > MOST_SHOWN:
        console.print(Text(f"… and {len(shown) - MOST_SHOWN:,} more", "dim"))


def draw_scan(console: Console, scan: Scan) -> None:
    """Draw an article's spin score and a table of its suspects."""
    count = plural(len(scan.suspects), "suspect")
    name = one_line(scan.article.locator)
    console.print(Text.assemble((name, "bold"), f"  spin score {scan.score:.1f}, {count}"))
    if not scan.suspects:
        return
    table = make_table()
    for heading in ("place", "text", "likely", "sure"):
        table.add_column(heading, overflow="fold")
    for suspect in scan.suspects:
        line, column = scan.article.place(suspect.start)
        table.add_row(
            f"{line}:{column}",
            Text(one_line(suspect.text), diffs.REMOVED),
            Text(one_line(suspect.likely), diffs.ADDED),
            f"{suspect.probability:.0%}",
        )
    console.print(table)


def make_table() -> Table:
    """Return an empty table in the program's style."""
    from rich.table import Table  # noqa: PLC0415  # 10 ms that a run of one article does not need

    return Table(box=None, pad_edge=False, header_style="bold")


def draw_settings(console: Console, rows: Iterable[tuple[str, str, str]]) -> None:
    """Draw name, value and origin of each setting."""
    table = make_table()
    for heading in ("setting", "value", "from"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    console.print(table)


def draw_prompts(console: Console, versions: Iterable[Version]) -> None:
    """Draw name, origin, state, digest and description of each prompt."""
    table = make_table()
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


def draw_problems(console: Console, row: Row) -> None:
    """Say which pieces of an article kept their original and why, or why it failed."""
    name = one_line(row.locator)
    for problem in row.problems:
        console.print(Text(f"kept: '{name}': {one_line(problem)}"), soft_wrap=True)
    if row.error is not None:
        draw_error(console, row.error)


def draw_error(console: Console, error: RestoreError) -> None:
    """Draw one `error:` line and, where there is one, a `hint:` line."""
    _draw_labelled(console, "error: ", "bold red", error.message)
    if error.hint:
        _draw_labelled(console, "hint: ", "bold", error.hint)


def _draw_labelled(console: Console, label: str, style: str, message: str) -> None:
    console.print(Text.assemble((label, style), one_line(message)), soft_wrap=True)

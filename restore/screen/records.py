"""The records of runs, drawn on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from restore.notes import one_line, plural
from restore.runs import Row, tally
from restore.screen import MOST_SHOWN, draw_problems, draw_rows, make_table

if TYPE_CHECKING:
    from rich.console import Console

    from restore.runs.history import Run


def draw_runs(console: Console, runs: Sequence[Run]) -> None:
    """Draw a row for each run: id, begin, state, exit code, articles, what restored, where to."""
    table = make_table()
    for heading in ("run", "started", "state", "exit", "articles", "by", "output"):
        table.add_column(heading, overflow="fold")
    for run in runs:
        manifest = run.manifest
        articles = (manifest.totals or {}).get("articles", "")
        code = "" if manifest.exit_code is None else str(manifest.exit_code)
        cells = (
            run.folder.name, manifest.started[:19] + "Z", run.state, code,
            str(articles), _engine(run), manifest.output or "in place",
        )  # fmt: skip
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    console.print(table)


def draw_run(console: Console, run: Run, rows: Sequence[Row]) -> None:
    """Draw one run: what it was asked, how far it came, its articles as at the end of a run."""
    draw_runs(console, [run])
    for name, setting in run.manifest.settings.items():
        if setting["origin"] != "built-in":
            line = f"{name} = {setting['value']}  ({setting['origin']})"
            console.print(Text(one_line(line), "dim"), soft_wrap=True)
    parts = ", ".join(f"{count:,} {status}" for status, count in tally(rows).items())
    console.print(Text(f"{plural(len(rows), 'article')}: {parts}"))
    draw_rows(console, rows)
    troubled = [row for row in rows if row.status != "skipped" and (row.problems or row.error)]
    for row in troubled[:MOST_SHOWN]:
        draw_problems(console, row)
    if len(troubled) > MOST_SHOWN:
        console.print(Text(f"… and of {len(troubled) - MOST_SHOWN:,} articles more", "dim"))


def _engine(run: Run) -> str:
    if run.manifest.endpoint is None:
        return "offline"
    model = run.manifest.settings["model"]["value"]
    return f"{model}, {run.manifest.prompts[0][0]}"

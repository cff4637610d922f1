"""The records of runs, drawn on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from restore.notes import one_line, plural
from restore.screen import make_table

if TYPE_CHECKING:
    from rich.console import Console

    from restore.documents.files import Input
    from restore.runs.history import Run
    from restore.runs.reading import Done


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


def draw_run(
    console: Console,
    run: Run,
    inputs: Sequence[tuple[int, Input]],
    outcomes: Mapping[int, Done],
) -> None:
    """Draw one run: what it was asked, how far it came, a row for each of its articles."""
    manifest = run.manifest
    draw_runs(console, [run])
    for name, setting in manifest.settings.items():
        if setting["origin"] != "built-in":
            line = f"{name} = {setting['value']}  ({setting['origin']})"
            console.print(Text(one_line(line), "dim"), soft_wrap=True)
    statuses = Counter(
        outcomes[index].status if index in outcomes else "not started" for index, _ in inputs
    )
    parts = ", ".join(f"{count:,} {status}" for status, count in statuses.items())
    console.print(Text(f"{plural(len(inputs), 'article')}: {parts}"))
    table = make_table()
    for heading in ("article", "outcome", "edits", "output"):
        table.add_column(heading, overflow="fold")
    for index, item in inputs:
        done = outcomes.get(index)
        cells = (
            item.locator,
            done.status if done else "not started",
            str(len(done.edits)) if done else "",
            (done.output or "") if done else "",
        )
        table.add_row(*(Text(one_line(cell)) for cell in cells))
        for problem in done.problems if done else ():
            table.add_row(Text(f"  {one_line(problem)}", "dim"))
    console.print(table)


def _engine(run: Run) -> str:
    if run.manifest.endpoint is None:
        return "offline"
    model = run.manifest.settings["model"]["value"]
    return f"{model}, {run.manifest.prompts[0][0]}"

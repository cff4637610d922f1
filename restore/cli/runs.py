"""`restore runs`: list, show and remove the records of runs."""

from typing import Annotated

import typer

from restore.cli.config import show_help_without_command

app = typer.Typer(help="Look at the records of runs.", rich_markup_mode=None)
app.callback(invoke_without_command=True)(show_help_without_command)

_Run = Annotated[
    str | None, typer.Argument(help="The run's id, or its begin. [default: the newest]")
]


@app.command("list")
def list_runs() -> None:
    """List the runs of this project, the newest first."""
    from restore.cli import records  # noqa: PLC0415  # --help needs none of it

    records.list_all()


@app.command("show")
def show(run: _Run = None) -> None:
    """Show what a run was asked to do and what became of its articles."""
    from restore.cli import records  # noqa: PLC0415  # as above

    records.show(run)


@app.command("rm")
def remove(
    runs: Annotated[
        list[str], typer.Argument(help="Ids of runs, or their begins.", metavar="RUN…")
    ],
) -> None:
    """Remove the records of runs. Outputs stay."""
    from restore.cli import records  # noqa: PLC0415  # as above

    records.remove(runs)


@app.command("prune")
def prune(
    *,
    older_than: Annotated[
        str, typer.Option(help="Remove records of runs that began so long ago: 12h, 30d, 8w.")
    ],
) -> None:
    """Remove the records of old runs. Outputs stay."""
    from restore.cli import records  # noqa: PLC0415  # as above

    records.prune(older_than)

"""`restore config show`: every setting, its value, and where it came from."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Look at the settings.", rich_markup_mode=None)


@app.command()
def show(
    *,
    config: Annotated[
        Path | None, typer.Option(help="Read this file instead of the nearest restore.toml.")
    ] = None,
) -> None:
    """Print each setting with its value and where it came from; keys stay hidden."""
    from restore import config as settings  # noqa: PLC0415
    from restore import screen  # noqa: PLC0415

    loaded = settings.load({}, config_file=config, trust_project=True)
    screen.draw_settings(screen.make_console(), settings.show(loaded))


@app.callback(invoke_without_command=True)
def show_help_without_command(ctx: typer.Context) -> None:
    """Print the help on stderr and exit with 2 where no command was named."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help(), err=True)
        raise typer.Exit(2)

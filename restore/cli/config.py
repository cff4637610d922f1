"""`restore config show`: every setting, its value, and where it came from."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Look at the settings.", no_args_is_help=True, rich_markup_mode=None)


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


@app.callback()
def _group() -> None:
    pass

"""`restore prompts`: list, show, compare and check versions of the instructions to a model."""

from pathlib import Path
from typing import Annotated

import typer

from restore.cli.config import show_help_without_command

app = typer.Typer(help="Look at the prompts.", rich_markup_mode=None)
app.callback(invoke_without_command=True)(show_help_without_command)

_Folder = Annotated[
    str | None, typer.Option("--prompts", help="Look for prompts in this folder first.")
]
_Config = Annotated[
    Path | None,
    typer.Option("--config", help="Read this file instead of the nearest restore.toml."),
]
_Name = Annotated[
    str,
    typer.Argument(help="A prompt, as restore@1; without a version the highest.", metavar="NAME"),
]


@app.command("list")
def list_prompts(*, prompts: _Folder = None, config: _Config = None) -> None:
    """Print each prompt's id, origin, state, digest and description."""
    from restore.cli import prompting  # noqa: PLC0415  # --help needs none of it

    prompting.list_versions(prompting.find_folder(prompts, config))


@app.command()
def show(
    name: _Name,
    *,
    rendered: Annotated[
        bool, typer.Option("--rendered", help="Fill it in with a sample, as a model gets it.")
    ] = False,
    prompts: _Folder = None,
    config: _Config = None,
) -> None:
    """Print the whole text of a prompt."""
    from restore.cli import prompting  # noqa: PLC0415

    show_it = prompting.show_rendered if rendered else prompting.show
    show_it(name, prompting.find_folder(prompts, config))


@app.command()
def diff(first: _Name, second: _Name, *, prompts: _Folder = None, config: _Config = None) -> None:
    """Print what differs between two prompts, as a unified diff."""
    from restore.cli import prompting  # noqa: PLC0415

    prompting.diff(first, second, prompting.find_folder(prompts, config))


@app.command()
def check(*, prompts: _Folder = None, config: _Config = None) -> int:
    """Read and fill in every prompt, and compare with SHA256SUMS; exit with 1 on any fault."""
    from restore.cli import prompting  # noqa: PLC0415

    return prompting.check(prompting.find_folder(prompts, config))

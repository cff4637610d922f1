"""`restore resume`: go on with a run that was stopped, or try again what failed in it."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from restore.cli.run import Color

Only = Literal["failed", "partial"]


def resume(
    run: Annotated[
        str | None, typer.Argument(help="The run's id, or its begin. [default: the newest]")
    ] = None,
    *,
    only: Annotated[
        Only | None,
        typer.Option(
            help="Do only what failed; or ask again for what was kept back. "
            "[default: what failed and what was not started]"
        ),
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option(help="Make at most this many calls at once. [default: 16]")
    ] = None,
    rpm: Annotated[int | None, typer.Option(help="Make at most this many calls a minute.")] = None,
    tpm: Annotated[int | None, typer.Option(help="Use at most this many tokens a minute.")] = None,
    timeout_s: Annotated[
        float | None, typer.Option("--timeout-s", help="Give up a call after so many seconds.")
    ] = None,
    max_cost: Annotated[
        str | None, typer.Option(metavar="USD", help="Never pay more than this from now on.")
    ] = None,
    max_minutes: Annotated[
        float | None, typer.Option(help="Start nothing more after so many minutes.")
    ] = None,
    grace: Annotated[
        float,
        typer.Option(min=0, help="When interrupted, wait so many seconds for calls under way."),
    ] = 10.0,
    config: Annotated[
        Path | None, typer.Option(help="Read this file instead of the nearest restore.toml.")
    ] = None,
    color: Annotated[Color, typer.Option(help="Colour output: auto, always or never.")] = "auto",
    log_file: Annotated[
        Path | None, typer.Option(help="Append a JSON line for every article to this file.")
    ] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print errors and results, nothing else.")
    ] = False,
) -> int:
    """Go on with a run from its record: what is done stays, what was paid for is used."""
    from restore.cli import resuming  # noqa: PLC0415  # --help needs none of it
    from restore.cli.product import View  # noqa: PLC0415

    return resuming.resume(
        run,
        only=only,
        view=View("text", "none", color, quiet, log_file),
        flags={
            "concurrency": concurrency,
            "rpm": rpm,
            "tpm": tpm,
            "timeout_s": timeout_s,
            "max_cost": max_cost,
            "max_minutes": max_minutes,
        },
        config_file=config,
        grace_s=grace,
    )

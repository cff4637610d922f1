"""`restore resume`: go on with a run that was stopped, or try again what failed in it."""

from typing import Annotated, Literal

import typer

from restore.cli import options

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
    concurrency: options.Concurrency = None,
    rpm: options.Rpm = None,
    tpm: options.Tpm = None,
    tier: options.ServiceTier = None,
    timeout_s: options.TimeoutS = None,
    max_cost: Annotated[
        str | None, typer.Option(metavar="USD", help="Never pay more than this from now on.")
    ] = None,
    max_minutes: options.MaxMinutes = None,
    grace: options.Grace = 10.0,
    config: options.ConfigFile = None,
    trust_project: options.TrustProject = False,
    color: options.ColorChoice = "auto",
    log_file: options.LogFile = None,
    report: options.ReportFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a report that exists.")] = False,
    quiet: options.Quiet = False,
) -> int:
    """Go on with a run from its record: what is done stays, what was paid for is used."""
    from restore.cli import reporting, resuming  # noqa: PLC0415  # --help needs none of it
    from restore.cli.product import View  # noqa: PLC0415

    planned = reporting.plan(report, force=force, quiet=quiet)
    return resuming.resume(
        run,
        only=only,
        view=View("text", "none", color, quiet, log_file and log_file.absolute(), planned),
        flags={
            "concurrency": concurrency,
            "rpm": rpm,
            "tpm": tpm,
            "tier": tier,
            "timeout_s": timeout_s,
            "max_cost": max_cost,
            "max_minutes": max_minutes,
        },
        config_file=config,
        trust_project=trust_project,
        grace_s=grace,
    )

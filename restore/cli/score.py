"""`restore eval`: score engines, prompts or thresholds on labelled passages."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from restore.config import EngineChoice

EvalFormat = Literal["table", "json"]


def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold passages, one JSON object a line.")],
    *,
    engine: Annotated[
        EngineChoice | None, typer.Option(help="Score this engine. [default: auto]")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Ask for this model.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Use the endpoint at this address (up to /v1).")
    ] = None,
    prompt: Annotated[str | None, typer.Option(help="Use this prompt version.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Edit offline from this posterior probability on.")
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            help="Score another system too, like the first but for SETTING=VALUE[,…], and give "
            "the 95 % bootstrap interval of each difference. May be repeated.",
            metavar="SETTING=VALUE",
        ),
    ] = None,
    format: Annotated[EvalFormat, typer.Option(help="Print a table or json.")] = "table",
    config: Annotated[
        Path | None, typer.Option(help="Read this file instead of the nearest restore.toml.")
    ] = None,
    trust_project: Annotated[
        bool,
        typer.Option("--trust-project", help="Let this project's base URL receive your key."),
    ] = False,
) -> int:
    """Score restorations: recall, right, changed, closed, false edits, facts kept."""
    from restore.cli import evaluation  # noqa: PLC0415  # --help needs none of it

    return evaluation.evaluate_systems(
        gold,
        flags={
            "engine": engine,
            "model": model,
            "base_url": base_url,
            "prompt": prompt,
            "threshold": threshold,
        },
        others=compare or [],
        format=format,
        config_file=config,
        trust_project=trust_project,
    )

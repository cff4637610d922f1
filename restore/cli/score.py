"""`restore eval`: score engines, prompts or thresholds on labelled passages."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from restore.cli import options

EvalFormat = Literal["table", "json"]


def evaluate(
    gold: Annotated[
        Path | None,
        typer.Argument(help="Gold passages, one JSON object a line.", show_default=False),
    ] = None,
    *,
    from_reviews: Annotated[
        bool,
        typer.Option(
            "--from-reviews",
            help="Take the articles whose every edit was decided in a review as gold.",
        ),
    ] = False,
    write_gold: Annotated[
        Path | None,
        typer.Option(help="With --from-reviews, write the passages to this file.", metavar="FILE"),
    ] = None,
    engine: Annotated[
        list[str] | None,
        typer.Option(help="Score this engine, openai or offline; may be repeated. [default: auto]"),
    ] = None,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    prompt: Annotated[
        list[str] | None, typer.Option(help="Use this prompt version; may be repeated.")
    ] = None,
    prompts: options.PromptsFolder = None,
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
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Score the passages whose id is like this (* and ? stand for others); may be "
            "repeated.",
            metavar="PATTERN",
        ),
    ] = None,
    bless: Annotated[
        Path | None,
        typer.Option(help="Store the scores as the baseline in this file.", metavar="FILE"),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            help="Exit with 1 where a figure is worse than this baseline beyond noise.",
            metavar="FILE",
        ),
    ] = None,
    format: Annotated[EvalFormat, typer.Option(help="Print a table or json.")] = "table",
    config: options.ConfigFile = None,
    trust_project: options.TrustProject = False,
) -> int:
    """Score restorations: recall, right, changed, closed, false edits, facts kept, cost.

    Several engines and prompts are scored side by side. Replies come from the cache, or go there.
    """
    from restore.cli import evaluation  # noqa: PLC0415  # --help needs none of it

    return evaluation.evaluate_systems(
        evaluation.Gold(gold, from_reviews, write_gold),
        flags={
            "model": model,
            "base_url": base_url,
            "prompts": prompts,
            "threshold": threshold,
        },
        line_up=evaluation.LineUp(engine or [], prompt or [], compare or []),
        only=only or [],
        baselines=evaluation.Baselines(bless, against),
        format=format,
        config_file=config,
        trust_project=trust_project,
    )

"""`restore review`: decide on the edits of a run, one by one or by rule."""

from pathlib import Path
from typing import Annotated

import typer

from restore.cli import options


def review(
    target: Annotated[
        str | None,
        typer.Argument(
            help="A run, an article of one, or its output. [default: the newest run]",
            metavar="[RUN | FILE]",
        ),
    ] = None,
    *,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="Accept the undecided edits that this holds of; may be repeated."),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option(help="Reject the undecided edits that this holds of, whatever --accept says."),
    ] = None,
    filter: Annotated[str, typer.Option(help="Look only at the edits that this holds of.")] = "",
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the files as decided, and ask nothing.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Write files too that were changed since, and replace a report."
        ),
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="Write what was decided to this file: .html, .md or .json."),
    ] = None,
    glossary: options.Glossary = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Ask in plain lines instead of a full screen.")
    ] = False,
) -> int:
    """Accept, reject or reword edits; undecided ones stand as the run made them.

    Decisions are kept in the run's record at once; --apply (or w on the screen) writes the files.
    Rules: 'confidence>=0.9 and kind=grammar'.
    """
    from restore.cli import reviewing  # noqa: PLC0415  # --help needs none of it

    return reviewing.review(
        target,
        reviewing.Rules(tuple(accept or ()), tuple(reject or ()), filter),
        report=report,
        glossary=glossary,
        write=apply,
        force=force,
        plain=plain,
    )

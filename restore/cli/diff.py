"""`restore diff`: show what was done to articles, or how two texts differ."""

from typing import Annotated, Literal

import typer

from restore.cli import options
from restore.cli.options import Color

DiffFormat = Literal["text", "json", "criticmarkup"]
ShownStyle = Literal["inline", "side", "unified"]


def diff(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="Two texts (- is stdin); or a run, an article of one, or its output. "
            "[default: the newest run]",
            metavar="[A B | RUN | FILE]",
        ),
    ] = None,
    *,
    style: Annotated[
        ShownStyle, typer.Option("--diff", help="Draw it inline, side by side, or as a patch.")
    ] = "inline",
    format: Annotated[
        DiffFormat, typer.Option(help="Print as text, json or criticmarkup.")
    ] = "text",
    context: Annotated[
        int | None,
        typer.Option(
            "-U",
            "--context",
            min=0,
            help="Show so many unchanged lines about each change. [default: 2; patches 3]",
        ),
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Leave no unchanged line out.")] = False,
    report: options.ReportFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a report that exists.")] = False,
    encoding: Annotated[
        str | None, typer.Option(help="Read both texts in this encoding. [default: detect]")
    ] = None,
    color: Annotated[Color, typer.Option(help="Colour output: auto, always or never.")] = "auto",
) -> int:
    """Show the edits between two texts, or those that a run made; exit with 1 if there are any.

    Long output goes through a pager on a terminal. --diff unified is a patch for git apply.
    """
    from restore.cli import diffing  # noqa: PLC0415  # --help needs none of it

    view = diffing.View(style, format, context, whole, color, report, force)
    return diffing.show(what or [], view, encoding=encoding)

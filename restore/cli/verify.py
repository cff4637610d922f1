"""`restore verify`: compare a restored text with its original, without a model."""

from typing import Annotated, Literal

import typer

from restore.cli.options import Color

VerifyFormat = Literal["text", "json"]
VerifyDiff = Literal["inline", "none"]


def verify(
    original: Annotated[str, typer.Argument(help="The text before, or - for stdin.")],
    restored: Annotated[str, typer.Argument(help="The text after, or - for stdin.")],
    *,
    format: Annotated[VerifyFormat, typer.Option(help="Print as text or json.")] = "text",
    diff: Annotated[
        VerifyDiff | None,
        typer.Option(
            help="Draw the diff of what is wrong inline or not at all. "
            "[default: inline on a terminal]"
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="List the facts that are kept, too.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option(help="Read both texts in this encoding. [default: detect]")
    ] = None,
    color: Annotated[Color, typer.Option(help="Colour output: auto, always or never.")] = "auto",
) -> int:
    """Check that no fact or sentence was lost, added or changed; exit with 1 if one was.

    Numbers, dates, names, quotations, links, code and negations are compared, and the shape of
    each paragraph. No engine is asked.
    """
    from restore.cli import verifying  # noqa: PLC0415  # --help needs none of it

    view = verifying.View(format, diff, color, verbose)
    return verifying.verify_texts(original, restored, view, encoding=encoding)

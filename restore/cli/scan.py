"""`restore scan`: list what looks spun, and how spun each article is."""

from pathlib import Path
from typing import Annotated, Literal

import typer

ScanFormat = Literal["text", "json", "sarif", "github"]


def scan(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders, patterns, or - for stdin.", metavar="PATH…")
    ],
    *,
    format: Annotated[
        ScanFormat, typer.Option(help="Print as text, json, sarif or github annotations.")
    ] = "text",
    fail_above: Annotated[
        float | None,
        typer.Option(help="Exit with 1 if an article has more suspects per 100 words than this."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Read the articles in this encoding. [default: detect]")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Read this file instead of the nearest restore.toml.")
    ] = None,
) -> int:
    """List suspects with the likely original, probability and place, and each spin score.

    The spin score is the number of suspects per 100 words of prose.
    """
    from restore.cli import scanning  # noqa: PLC0415  # --help needs none of it

    return scanning.scan_paths(
        paths,
        format=format,
        fail_above=fail_above,
        flags={"encoding": encoding},
        config_file=config,
    )

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
        typer.Option(help="Exit with 1 if the spin score of an article is over this."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Read the articles in this encoding. [default: detect]")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Read this file instead of the nearest restore.toml.")
    ] = None,
) -> int:
    """List suspects with the likely original, probability and place, and each spin score.

    The spin score estimates the spun places per 100 words of prose, those that no suspect names
    included: clean articles have about 0.3, spun ones mostly over 3.
    """
    from restore.cli import scanning  # noqa: PLC0415  # --help needs none of it

    return scanning.scan_paths(
        paths,
        format=format,
        fail_above=fail_above,
        flags={"encoding": encoding},
        config_file=config,
    )

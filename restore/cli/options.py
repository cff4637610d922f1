"""Options that several commands take, worded once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from restore.config import Tier

Color = Literal["auto", "always", "never"]

FilesFrom = Annotated[
    str | None,
    typer.Option(help="Restore the files that this file lists too, one a line; - is stdin."),
]
Include = Annotated[
    list[str] | None,
    typer.Option(help="Take only files like this pattern; may be repeated."),
]
Exclude = Annotated[
    list[str] | None, typer.Option(help="Leave out files like this pattern; may be repeated.")
]
Limit = Annotated[int | None, typer.Option(min=1, help="Take so many files at most.")]
Concurrency = Annotated[
    int | None, typer.Option(help="Make at most this many calls at once. [default: 16]")
]
Rpm = Annotated[int | None, typer.Option(help="Make at most this many calls a minute.")]
Tpm = Annotated[int | None, typer.Option(help="Use at most this many tokens a minute.")]
ServiceTier = Annotated[
    Tier | None, typer.Option(help="Ask for this service tier, where the endpoint has some.")
]
TimeoutS = Annotated[
    float | None, typer.Option("--timeout-s", help="Give up a call after so many seconds.")
]
MaxCost = Annotated[
    str | None, typer.Option(help="Never pay more than this in all.", metavar="USD")
]
MaxMinutes = Annotated[float | None, typer.Option(help="Start nothing more after so many minutes.")]
Grace = Annotated[
    float,
    typer.Option(min=0, help="When interrupted, wait so many seconds for calls under way."),
]
ConfigFile = Annotated[
    Path | None, typer.Option(help="Read this file instead of the nearest restore.toml.")
]
ColorChoice = Annotated[Color, typer.Option(help="Colour output: auto, always or never.")]
LogFile = Annotated[
    Path | None, typer.Option(help="Append a JSON line for every article to this file.")
]
ReportFile = Annotated[
    Path | None,
    typer.Option(help="Write a report of the run to this file: .html, .md or .json."),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Print errors and results, nothing else.")
]
TrustProject = Annotated[
    bool,
    typer.Option("--trust-project", help="Let this project's base URL receive your key."),
]
Model = Annotated[str | None, typer.Option(help="Ask for this model.")]
BaseUrl = Annotated[str | None, typer.Option(help="Use the endpoint at this address (up to /v1).")]
InputFormat = Annotated[
    str | None,
    typer.Option(help="Read files as if they ended so: txt, html, md, jsonl. [default: by name]"),
]
Field = Annotated[
    str | None, typer.Option(help="Of JSON lines, restore this field. [default: text]")
]
IdField = Annotated[
    str | None, typer.Option(help="Of JSON lines, call records by this field. [default: by line]")
]
TitleField = Annotated[
    str | None, typer.Option(help="Of JSON lines, restore this field too, as the heading.")
]
Glossary = Annotated[
    str | None,
    typer.Option(help="Obey the rules in this file. [default: the project's glossary.toml]"),
]
PromptsFolder = Annotated[str | None, typer.Option(help="Look for prompts in this folder first.")]
PromptVersion = Annotated[
    str | None, typer.Option(help="Use this prompt version. [default: restore@3]")
]
Temperature = Annotated[
    float | None, typer.Option(help="Sample at this temperature. [default: the model's own]")
]
ChunkWords = Annotated[
    int | None,
    typer.Option(
        help="Send about this many words a call, at most 4 times as many. [default: 1200]"
    ),
]
Encoding = Annotated[
    str | None, typer.Option(help="Read the articles in this encoding. [default: detect]")
]
StripBoilerplate = Annotated[
    bool,
    typer.Option(
        "--strip-boilerplate", help="Take out menus, share buttons and other junk of a page."
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")
]

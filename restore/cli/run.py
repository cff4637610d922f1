"""`restore run`: restore articles and show or write what came of it."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from restore.cli import options
from restore.config import CAREFUL_THRESHOLD, DiffStyle, EngineChoice, FailOn
from restore.errors import UsageProblem

Format = Literal["text", "json", "jsonl"]


def run(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, patterns, or - for stdin.", metavar="PATH…"),
    ] = None,
    *,
    files_from: options.FilesFrom = None,
    include: options.Include = None,
    exclude: options.Exclude = None,
    limit: options.Limit = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write the restored files under this folder."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Replace the articles by their restored text.")
    ] = False,
    backup: Annotated[
        str | None,
        typer.Option(help="With --in-place, keep each original under its name with this suffix."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace outputs, and a report, that exist.")
    ] = False,
    format: Annotated[Format, typer.Option(help="Print as text, json or jsonl.")] = "text",
    diff: Annotated[
        DiffStyle | None,
        typer.Option(
            help="Draw the diff inline, side by side, unified (a patch) or not at all. "
            "[default: inline on a terminal]"
        ),
    ] = None,
    engine: Annotated[
        EngineChoice | None, typer.Option(help="Restore with this engine. [default: auto]")
    ] = None,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    prompt: options.PromptVersion = None,
    prompts: options.PromptsFolder = None,
    glossary: options.Glossary = None,
    temperature: options.Temperature = None,
    concurrency: options.Concurrency = None,
    rpm: options.Rpm = None,
    tpm: options.Tpm = None,
    tier: options.ServiceTier = None,
    timeout_s: options.TimeoutS = None,
    chunk_words: options.ChunkWords = None,
    threshold: Annotated[
        float | None,
        typer.Option(help="Edit offline from this posterior probability on. [default: 0.35]"),
    ] = None,
    careful: Annotated[
        bool, typer.Option("--careful", help="Edit offline only what is nearly certain.")
    ] = False,
    encoding: options.Encoding = None,
    strip_boilerplate: options.StripBoilerplate = False,
    input_format: options.InputFormat = None,
    field: options.Field = None,
    id_field: options.IdField = None,
    title_field: options.TitleField = None,
    stdin_filename: Annotated[
        str | None, typer.Option(help="Read stdin as if it were this file. [default: stdin.txt]")
    ] = None,
    extract: Annotated[
        bool,
        typer.Option("--extract", help="Take the main text of pages alone, and write Markdown."),
    ] = False,
    repair_text: Annotated[
        bool, typer.Option("--repair-text", help="Mend garbled text, such as donâ€™t for don’t.")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither read nor write cached replies.")
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask again and replace cached replies.")
    ] = False,
    cached_only: Annotated[
        bool, typer.Option("--cached-only", help="Make no call; a reply not cached is an error.")
    ] = False,
    max_cost: options.MaxCost = None,
    max_minutes: options.MaxMinutes = None,
    dry_run: options.DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before many calls.")] = False,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="Exit with 1 on this outcome. [default: partial]")
    ] = None,
    trust_project: options.TrustProject = False,
    config: options.ConfigFile = None,
    grace: options.Grace = 10.0,
    color: options.ColorChoice = "auto",
    log_file: options.LogFile = None,
    report: options.ReportFile = None,
    quiet: options.Quiet = False,
) -> int:
    """Restore articles: show the diff, print the text, or write files.

    One article and no -o: the diff on a terminal, the restored text alone in a pipe.
    """
    from restore.cli import product, recording, reporting, session  # noqa: PLC0415  # --help needs none of it
    from restore.documents.files import Selection  # noqa: PLC0415

    target = recording.Target(output, in_place, backup, force)
    drawn = not target.writes and (sys.stdout.isatty() or color == "always")
    planned = reporting.plan(report, force=force, quiet=quiet)
    return session.run(
        session.Sources(
            paths or (), files_from, Selection(include or (), exclude or (), limit), stdin_filename
        ),
        target,
        product.View(
            format, diff or ("inline" if drawn else "none"), color, quiet, log_file, planned
        ),
        flags={
            "engine": engine,
            "model": model,
            "base_url": base_url,
            "prompt": prompt,
            "prompts": prompts,
            "glossary": glossary,
            "temperature": temperature,
            "concurrency": concurrency,
            "rpm": rpm,
            "tpm": tpm,
            "tier": tier,
            "timeout_s": timeout_s,
            "chunk_words": chunk_words,
            "threshold": CAREFUL_THRESHOLD if careful else threshold,
            "encoding": encoding,
            "strip_boilerplate": strip_boilerplate or None,
            "input_format": input_format,
            "field": field,
            "id_field": id_field,
            "title_field": title_field,
            "extract": extract or None,
            "repair_text": repair_text or None,
            "fail_on": fail_on,
            "max_cost": max_cost,
            "max_minutes": max_minutes,
        },
        config_file=config,
        trust_project=trust_project,
        cache=_cache_policy(no_cache=no_cache, refresh=refresh, cached_only=cached_only),
        consent=session.Consent(dry_run=dry_run, yes=yes),
        grace_s=grace,
    )


def _cache_policy(
    *, no_cache: bool, refresh: bool, cached_only: bool
) -> Literal["use", "off", "refresh", "only"]:
    if no_cache + refresh + cached_only > 1:
        raise UsageProblem(
            "--no-cache, --refresh and --cached-only exclude each other", hint="pass one of them"
        )
    return "off" if no_cache else "refresh" if refresh else "only" if cached_only else "use"

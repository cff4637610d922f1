"""What `restore run` does once its options are known: read, announce, restore, write, show."""

import asyncio
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from restore import __version__, notes, pipeline
from restore import config as settings
from restore.article import Article
from restore.caller import CachePolicy
from restore.cli import wiring
from restore.cli.run import Color, DiffStyle, Format
from restore.config import Config
from restore.documents import READERS
from restore.documents.files import Input, find_inputs, read
from restore.errors import UnreadableArticle, UnwritableOutput, UsageProblem
from restore.questions import ModelPath, plan
from restore.reports import json as json_report
from restore.runs import Outcome, check_folder, check_free, exit_code, plan_outputs, write_output

_ASK_ABOVE_CALLS = 20
"""With `--engine auto` on a terminal, more calls than this are announced and asked for."""


@dataclass(frozen=True, slots=True)
class View:
    """How results are shown."""

    format: Format
    diff: DiffStyle
    color: Color
    quiet: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """What may be sent without asking."""

    dry_run: bool
    yes: bool


def run(
    paths: Sequence[str],
    view: View,
    *,
    flags: Mapping[str, object],
    config_file: Path | None,
    trust_project: bool,
    output: Path | None,
    force: bool,
    cache: CachePolicy,
    consent: Consent,
) -> int:
    """Restore the articles that `paths` name and return the exit code.

    Raises:
        UsageProblem: nothing was started, for the reason it gives.
    """
    config = settings.load(flags, config_file=config_file, trust_project=trust_project)
    inputs = find_inputs(paths, suffixes=READERS)
    wiring.announce_stdin(inputs)
    _check_several(inputs, view, output)
    targets = _plan_outputs(inputs, output)
    path = wiring.model_path(config, cache=cache)
    articles, unread = _read_all(inputs, {} if force else targets, config)
    if consent.dry_run:
        return _announce(articles, path)
    _name_engine(path, config, view)
    _confirm(articles, path, config, consent)
    started = time.perf_counter()
    outcomes = unread + _restore_all(articles, path, config, targets)
    order = {item.locator: i for i, item in enumerate(inputs)}
    outcomes.sort(key=lambda o: order[o.article.locator])
    _print_product(outcomes, view, config, to_files=output is not None)
    _print_account(outcomes, view, config, seconds=time.perf_counter() - started)
    return exit_code(outcomes, config.fail_on)


def _plan_outputs(inputs: Sequence[Input], output: Path | None) -> dict[str, Path]:
    if output is None:
        return {}
    check_folder(output)
    return plan_outputs(inputs, output)


def _check_several(inputs: Sequence[Input], view: View, output: Path | None) -> None:
    if len(inputs) > 1 and output is None and view.format == "text" and view.diff == "none":
        raise UsageProblem(
            f"{len(inputs)} articles cannot be told apart in a pipe",
            hint="pass -o DIR to write files, or --format jsonl",
        )


def _read_all(
    inputs: Sequence[Input], targets: Mapping[str, Path], config: Config
) -> tuple[list[Article], list[Outcome]]:
    """Read every article; what cannot be read, or not be written later, is an outcome already."""
    articles: list[Article] = []
    unread: list[Outcome] = []
    for item in inputs:
        try:
            if item.locator in targets:
                check_free(targets[item.locator])
            articles += read(item, encoding=config.encoding)
        except UnreadableArticle as exc:
            unread.append(pipeline.unread(item.locator, exc))
    return articles, unread


def _announce(articles: Sequence[Article], path: ModelPath | None) -> int:
    """Print what a run would send, for `--dry-run`."""
    words = sum(len(a.source.split()) for a in articles)
    about = f"dry run: {notes.plural(len(articles), 'article')}, {notes.plural(words, 'word')}"
    calls = "the offline engine makes no calls" if path is None else _plan(articles, path)
    notes.say(sys.stdout, f"{about}; {calls}; nothing was sent")
    return 0


def _plan(articles: Sequence[Article], path: ModelPath) -> str:
    planned = plan(articles, path)
    return (
        f"{notes.plural(planned.chunks, 'chunk')}: {notes.plural(planned.calls, 'call')} "
        f"to {path.model}, {planned.cached} from cache; "
        f"about {planned.input_tokens:,} tokens in and {planned.output_tokens:,} out, unpriced; "
        f"{path.prompt.id} adds {planned.added_per_1000:,} tokens per 1,000 words "
        f"({planned.overhead:.0%})"
    )


def _name_engine(path: ModelPath | None, config: Config, view: View) -> None:
    """Say which engine `auto` chose, and why."""
    if config.engine != "auto" or view.quiet:
        return
    reason = "neither a key nor a base URL is set"
    if path is not None:
        reason = f"{config.origins['api_key' if config.api_key else 'base_url'].where} is set"
    name = f"openai, model {path.model}" if path else "offline"
    notes.say(sys.stderr, f"engine: {name} ({reason})")


def _confirm(
    articles: Sequence[Article], path: ModelPath | None, config: Config, consent: Consent
) -> None:
    """Ask before many calls to an engine that nobody asked for by name."""
    if path is None or config.engine != "auto" or consent.yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    if plan(articles, path).calls > _ASK_ABOVE_CALLS:
        typer.confirm(f"{_plan(articles, path)}; go on?", abort=True, err=True)


def _restore_all(
    articles: Sequence[Article],
    path: ModelPath | None,
    config: Config,
    targets: Mapping[str, Path],
) -> list[Outcome]:
    """Restore every article and write each as soon as it is done."""
    if path is None:
        restored = (pipeline.restore_offline(a, threshold=config.threshold) for a in articles)
        return [_settle(outcome, targets) for outcome in restored]

    async def restore(article: Article) -> Outcome:
        return _settle(await pipeline.restore_with_model(article, path), targets)

    async def restore_and_close() -> list[Outcome]:
        try:
            return await pipeline.restore_articles(articles, restore, at_once=config.concurrency)
        finally:
            await path.caller.close()

    return asyncio.run(restore_and_close())


def _settle(outcome: Outcome, targets: Mapping[str, Path]) -> Outcome:
    """Write an outcome's text where it belongs; a failed write is the article's failure."""
    target = targets.get(outcome.article.locator)
    if target is None or outcome.status == "failed":
        return outcome
    try:
        write_output(outcome, target)
    except UnwritableOutput as exc:
        return replace(outcome, status="failed", error=exc)
    return outcome


def _print_product(
    outcomes: Sequence[Outcome], view: View, config: Config, *, to_files: bool
) -> None:
    """Print what was asked for on stdout: JSON, a diff, or the restored text alone."""
    done = [o for o in outcomes if o.status != "failed"]
    if view.format != "text":
        _write(_as_json(outcomes, view, config).encode("utf-8", "backslashreplace"))
    elif view.diff == "inline":
        from restore import screen  # noqa: PLC0415  # rich takes 25 ms, which a pipe is spared

        console = screen.make_console(color=view.color)
        for outcome in done:
            screen.draw_diff(console, outcome)
    elif not to_files:
        for outcome in done:
            _write(outcome.article.encode(outcome.restored))


def _print_account(
    outcomes: Sequence[Outcome], view: View, config: Config, *, seconds: float
) -> None:
    """Print what went wrong, and the sum of it all, on stderr."""
    troubled = [outcome for outcome in outcomes if outcome.problems or outcome.error]
    listed = outcomes if len(outcomes) > 1 and not view.quiet else ()
    if listed or troubled:
        _draw_account(listed, troubled, view)
    others = {served for o in outcomes for served in o.served if _differs(served, config.model)}
    for served in sorted(others):
        notes.say(sys.stderr, f"warning: asked for '{config.model}', but '{served}' answered")
    if not view.quiet:
        engine = config.model if config.chosen_engine == "openai" else "the offline engine"
        notes.say(sys.stderr, notes.summary(outcomes, engine=engine, seconds=seconds))


def _draw_account(listed: Sequence[Outcome], troubled: Sequence[Outcome], view: View) -> None:
    from restore import screen  # noqa: PLC0415  # as above

    console = screen.make_console(sys.stderr, color=view.color)
    if listed:
        screen.draw_outcomes(console, listed)
    for outcome in troubled:
        screen.draw_problems(console, outcome)


def _differs(served: str, asked: str) -> bool:
    """Tell a substituted model from the one asked for under its dated name or its tag."""
    return not re.fullmatch(rf"{re.escape(asked)}(?:-[\d-]+|:latest)?", served)


def _as_json(outcomes: Sequence[Outcome], view: View, config: Config) -> str:
    model = config.chosen_engine == "openai"
    about: dict[str, object] = {
        "version": __version__,
        "engine": config.chosen_engine,
        "model": config.model if model else None,
        "prompt": config.prompt if model else None,
        "exit_code": exit_code(outcomes, config.fail_on),
    }
    render = json_report.render if view.format == "json" else json_report.render_lines
    return render(outcomes, about=about)


def _write(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()

"""What `restore run` does once its options are known: find, announce, hand over to the work."""

import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import typer

from restore import config as settings
from restore import notes
from restore.article import Article
from restore.caller import CachePolicy
from restore.cli import batch_account, reporting, wiring, working
from restore.cli.product import View
from restore.cli.recording import Target, digest_settings, recording
from restore.config import Config
from restore.documents import SUFFIXES, extracting, mojibake
from restore.documents.files import Input, Selection, find_inputs, read, read_list
from restore.documents.reading import suffix_of
from restore.errors import UnreadableArticle, UsageProblem
from restore.jobs import Job, find_done
from restore.questions import ModelPath, Plan, plan
from restore.runs import check_folder, plan_in_place, plan_outputs
from restore.runs.history import find_made, records_root
from restore.stopping import Stop

_ASK_ABOVE_CALLS = 20
"""With `--engine auto` on a terminal, more calls than this are announced and asked for."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Which files hold the articles."""

    paths: Sequence[str]
    files_from: str | None
    """A file that lists more paths; `-` is stdin."""
    selection: Selection
    stdin_name: str | None = None
    """What stdin is read as, and its output is called."""

    def find(self) -> tuple[Input, ...]:
        """Find the inputs.

        Raises:
            UsageProblem: there are none, or stdin is to be two things at once.
        """
        if not self.paths and self.files_from is None:
            raise UsageProblem("nothing to restore", hint="name files, folders or patterns")
        if self.files_from == "-" and "-" in self.paths:
            raise UsageProblem("stdin is the list of files and an article", hint="leave one out")
        listed = read_list(self.files_from) if self.files_from is not None else ()
        found = find_inputs(self.paths, suffixes=SUFFIXES, listed=listed, selection=self.selection)
        if self.stdin_name is None:
            return found
        name = Path(Path(self.stdin_name).name)
        return tuple(replace(one, relative=name) if one.path is None else one for one in found)


@dataclass(frozen=True, slots=True)
class Consent:
    """What may be sent without asking."""

    dry_run: bool
    yes: bool


def run(
    sources: Sources,
    target: Target,
    view: View,
    *,
    flags: Mapping[str, object],
    config_file: Path | None,
    trust_project: bool,
    cache: CachePolicy,
    consent: Consent,
    grace_s: float,
) -> int:
    """Restore the articles that `sources` name and return the exit code.

    Raises:
        UsageProblem: nothing was started, for the reason it gives.
        RestoreError: the run was stopped before its end; what was done is kept.
    """
    config = settings.load(flags, config_file=config_file, trust_project=trust_project)
    inputs = _rename_extracted(sources.find(), config, target)
    wiring.announce_stdin(inputs)
    _check_several(inputs, view, target)
    targets = _plan_targets(target, inputs)
    reporting.keep_apart(view.report, [*targets.values(), *(i.path for i in inputs if i.path)])
    stop = Stop()
    rules = wiring.find_rules(config)
    path = wiring.model_path(config, cache=cache, stop=stop, rules=rules)
    existing = {p for p in targets.values() if p.exists()} if not target.force else ()
    made = find_made(records_root(Path.cwd()), existing)
    with working.restoring(config, path, len(inputs), rules, stop=stop) as (restore, at_once):
        job = Job(
            inputs=tuple(enumerate(inputs)),
            restore=restore,
            stop=stop,
            targets=targets,
            force=target.force,
            in_place=target.in_place,
            backup=target.backup,
            made=made,
            begun=(),
            settings_digest=digest_settings(config, path, rules),
            reading=wiring.reading(config),
            record=None,
            at_once=at_once,
        )
        if consent.dry_run:
            return _announce(job, config, path)
        _name_engine(path, config, view)
        _confirm(job, path, config, consent)
        if path is not None and cache != "only":
            batch_account.warn_of_open(config)
        with recording(target, inputs, config, path, rules, cache=cache) as record:
            job = replace(job, record=record)
            return working.work(job, view, config, path, grace_s=grace_s)


def _rename_extracted(
    inputs: tuple[Input, ...], config: Config, target: Target
) -> tuple[Input, ...]:
    """Call the outputs of pages whose main text is extracted what they are.

    Raises:
        UsageProblem: they would take the pages' place, or nothing can extract it.
    """
    if not config.extract:
        return inputs
    extracting.check_installed()
    if target.in_place:
        raise UsageProblem("--extract writes Markdown, not pages", hint="pass -o DIR instead")
    return tuple(
        replace(one, relative=one.relative.with_suffix(extracting.WRITTEN_AS))
        if (config.input_format or suffix_of(one.relative)) in extracting.PAGES
        else one
        for one in inputs
    )


def _plan_targets(target: Target, inputs: Sequence[Input]) -> dict[str, Path]:
    """Say where each input's output goes, by locator.

    Raises:
        UsageProblem: it can go nowhere, or two go to one place.
    """
    if target.in_place:
        if target.folder is not None:
            raise UsageProblem("-o and --in-place exclude each other", hint="pass one of them")
        return plan_in_place(inputs)
    if target.backup is not None:
        raise UsageProblem("--backup is for --in-place", hint="pass both, or neither")
    if target.folder is None:
        return {}
    check_folder(target.folder)
    return plan_outputs(inputs, target.folder)


def _check_several(inputs: Sequence[Input], view: View, target: Target) -> None:
    if len(inputs) > 1 and not target.writes and view.format == "text" and view.diff == "none":
        raise UsageProblem(
            f"{len(inputs):,} articles cannot be told apart in a pipe",
            hint="pass -o DIR to write files, or --format jsonl",
        )


def _find_work(job: Job, config: Config) -> Iterator[Article]:
    """Yield the articles that the job would restore, as an engine sees them."""
    for _, item in job.inputs:
        with suppress(UnreadableArticle):
            for article in read(item, job.reading):
                if find_done(job, article, job.targets.get(item.locator)) is None:
                    yield mojibake.mended(article) if config.repair_text else article


def _announce(job: Job, config: Config, path: ModelPath | None) -> int:
    """Print what a run would send, for `--dry-run`."""
    articles = words = 0

    def counted() -> Iterator[Article]:
        nonlocal articles, words
        for article in _find_work(job, config):
            articles += 1
            words += len(article.source.split())
            yield article

    calls = "the offline engine makes no calls"
    if path is None:
        deque(counted(), maxlen=0)
    else:
        calls = _describe(plan(counted(), path), path)
    about = f"dry run: {notes.plural(articles, 'article')}, {notes.plural(words, 'word')}"
    notes.say(sys.stdout, f"{about}; {calls}; nothing was sent")
    return 0


def _describe(planned: Plan, path: ModelPath) -> str:
    return (
        f"{notes.plural(planned.chunks, 'chunk')}: {notes.plural(planned.calls, 'call')} "
        f"to {path.model}, {planned.cached} from cache; "
        f"about {planned.input_tokens:,} tokens in and {planned.output_tokens:,} out, "
        f"{_range(planned.cost_usd)}; "
        f"{path.prompt.id} adds {planned.added_per_1000:,} tokens per 1,000 words "
        f"({planned.overhead:.0%})"
    )


def _range(cost_usd: tuple[Decimal, Decimal] | None) -> str:
    if cost_usd is None:
        return "unpriced"
    low, high = map(notes.dollars, cost_usd)
    return low if low == high else f"{low} to {high}"


def _name_engine(path: ModelPath | None, config: Config, view: View) -> None:
    """Say which engine `auto` chose, and why."""
    if config.engine != "auto" or view.quiet:
        return
    reason = "neither a key nor a base URL is set"
    if path is not None:
        reason = f"{config.origins['api_key' if config.api_key else 'base_url'].where} is set"
    name = f"openai, model {path.model}" if path else "offline"
    notes.say(sys.stderr, f"engine: {name} ({reason})")


def _confirm(job: Job, path: ModelPath | None, config: Config, consent: Consent) -> None:
    """Ask before many calls to an engine that nobody asked for by name."""
    if path is None or config.engine != "auto" or consent.yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return
    if any(item.path is None or item.path.is_fifo() for _, item in job.inputs):
        return  # what is typed, or comes out of a pipe, can be read but once
    planned = plan(_find_work(job, config), path)
    if planned.calls > _ASK_ABOVE_CALLS:
        typer.confirm(f"{_describe(planned, path)}; go on?", abort=True, err=True)

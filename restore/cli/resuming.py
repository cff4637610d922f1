"""What `restore resume` does once its options are known."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from restore import config as settings
from restore import notes
from restore.caller import CachePolicy
from restore.cli import reporting, wiring, working
from restore.cli.product import View
from restore.cli.recording import recorded_flags
from restore.cli.resume import Only
from restore.config import Config
from restore.documents.files import Input
from restore.engines.openai import OPENAI_URL
from restore.errors import UsageProblem
from restore.jobs import Job
from restore.runs import (
    Row,
    Status,
    clear_temporaries,
    exit_code,
    hold,
    plan_in_place,
    plan_outputs,
)
from restore.runs.history import Made, Run, find_run, records_root
from restore.runs.manifest import Manifest
from restore.runs.reading import read_begun, read_inputs, read_replies, read_rows
from restore.runs.record import Record
from restore.stopping import Stop


def resume(
    name: str | None,
    *,
    only: Only | None,
    view: View,
    flags: Mapping[str, object],
    config_file: Path | None,
    trust_project: bool,
    grace_s: float,
) -> int:
    """Go on with a run and return the exit code.

    Raises:
        UsageProblem: there is no such run, it is under way, or its endpoint is another one now.
        RestoreError: the run was stopped before its end; what was done is kept.
    """
    root = records_root(Path.cwd())
    run = find_run(root, name)
    _go_where_it_ran(run.manifest)
    config = _configure(run.manifest, flags, config_file, trust_project=trust_project)
    record = Record.reopen(run.folder)  # before it is read: another one may go on with it
    try:
        rest = _find_rest(record, only)
        if not rest.inputs:
            notes.say(sys.stderr, f"nothing is left to do in run {run.folder.name}")
            code = _end(record, config, rest.done) if only is None else 0
            if view.report is not None:
                view.report.write_record(Run(record.folder, record.manifest))
            return code
        return _go_on(record, rest, config, only=only, root=root, view=view, grace_s=grace_s)
    finally:
        record.close()


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left of a run."""

    everything: Sequence[Input]
    """That the run was given."""
    inputs: Sequence[tuple[int, Input]]
    """What is to be done."""
    done: Sequence[Row]
    """What stays as it is."""
    begun: Mapping[Path, Made]
    """What the run was about to write when it was killed."""


def _find_rest(record: Record, only: Only | None) -> _Rest:
    inputs, rows = read_inputs(record.folder), read_rows(record.folder)
    wanted = ("failed", None) if only is None else (only,)
    left = {index: item for index, item in inputs if _status(rows.get(index)) in wanted}
    begun = {
        Path(written.output): Made(
            record.manifest.id,
            record.manifest.settings_digest,
            written.source_sha256,
            written.output_sha256,
        )
        for index, written in read_begun(record.folder).items()
        if index not in rows
    }
    done = [row for index, row in rows.items() if index not in left]
    return _Rest([item for _, item in inputs], list(left.items()), done, begun)


def _status(row: Row | None) -> Status | None:
    return row.status if row else None


def _end(record: Record, config: Config, rows: Sequence[Row]) -> int:
    """Finish the record of a run that was killed when all was done but that."""
    code = exit_code(rows, config.fail_on)
    if record.manifest.ended is None:
        record.finish(code)
    return code


def _go_on(
    record: Record,
    rest: _Rest,
    config: Config,
    *,
    only: Only | None,
    root: Path,
    view: View,
    grace_s: float,
) -> int:
    """Do what is left of a run."""
    manifest = record.manifest
    output = Path(manifest.output) if manifest.output else None
    targets = plan_outputs(rest.everything, output) if output else plan_in_place(rest.everything)
    paths = [item.path for item in rest.everything if item.path]
    reporting.keep_apart(view.report, [*targets.values(), *paths])
    stop = Stop()
    policy = cast("CachePolicy", "again" if only == "partial" else manifest.cache)
    known = {} if only == "partial" else read_replies(record.folder)
    rules = wiring.find_rules(config)
    path = wiring.model_path(config, cache=policy, stop=stop, known=known, rules=rules)
    with (
        hold(output or root.parent) as tell,
        working.restoring(config, path, len(rest.inputs), rules, stop=stop) as (restore, at_once),
    ):
        tell(record.folder.name)
        for half_written in rest.begun:
            clear_temporaries(half_written)
        record.go_on()
        job = Job(
            inputs=rest.inputs,
            restore=restore,
            stop=stop,
            targets=targets,
            force=manifest.force or only == "partial",
            in_place=manifest.in_place,
            backup=manifest.backup,
            made=rest.begun if manifest.in_place else {},
            begun=rest.begun,
            settings_digest=manifest.settings_digest,
            reading=wiring.reading(config),
            record=record,
            at_once=at_once,
        )
        return working.work(job, view, config, path, grace_s=grace_s, earlier=rest.done)


def _go_where_it_ran(manifest: Manifest) -> None:
    try:
        os.chdir(manifest.working_directory)
    except OSError as exc:
        raise UsageProblem(
            f"the run was started in '{manifest.working_directory}': {exc.strerror}",
            hint="its paths are relative to that folder",
        ) from exc


def _configure(
    manifest: Manifest,
    flags: Mapping[str, object],
    config_file: Path | None,
    *,
    trust_project: bool,
) -> Config:
    """Return the run's settings, with what changes no answer taken anew.

    The endpoint must be set as it was: a record that came with a project must not say where a
    key is sent.
    """
    flags = {**flags, **recorded_flags(manifest)}
    config = settings.load(flags, config_file=config_file, trust_project=trust_project)
    endpoint = config.base_url or OPENAI_URL
    if manifest.endpoint is None or manifest.endpoint == endpoint:
        return config
    if config.api_key is None:
        flags["base_url"] = manifest.endpoint
        return settings.load(flags, config_file=config_file, trust_project=trust_project)
    raise UsageProblem(
        f"run '{manifest.id}' used '{manifest.endpoint}', and now '{endpoint}' is set",
        hint=f"set OPENAI_BASE_URL={manifest.endpoint} if it may have your key",
    )

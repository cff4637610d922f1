"""What `restore resume` does once its options are known."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from restore import config as settings
from restore import notes
from restore.caller import CachePolicy
from restore.cli import wiring, working
from restore.cli.product import View
from restore.cli.recording import recorded_flags
from restore.cli.resume import Only
from restore.config import Config
from restore.documents.files import Input
from restore.engines.openai import OPENAI_URL
from restore.errors import UsageProblem
from restore.jobs import Job
from restore.runs import clear_temporaries, hold, plan_in_place, plan_outputs
from restore.runs.history import Made, find_run, records_root
from restore.runs.manifest import Manifest
from restore.runs.reading import Done, read_begun, read_inputs, read_outcomes, read_replies
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
    folder, manifest = run.folder, run.manifest
    _go_where_it_ran(manifest)
    config = _configure(manifest, flags, config_file, trust_project=trust_project)
    inputs = read_inputs(folder)
    outcomes = read_outcomes(folder)
    left = _select(inputs, outcomes, only)
    if not left:
        notes.say(sys.stderr, f"nothing is left to do in run {folder.name}")
        return 0
    record = Record.reopen(folder)
    everything = [item for _, item in inputs]
    output = Path(manifest.output) if manifest.output else None
    targets = plan_outputs(everything, output) if output else plan_in_place(everything)
    begun = {
        Path(written.output): Made(
            manifest.id, manifest.settings_digest, written.source_sha256, written.output_sha256
        )
        for index, written in read_begun(folder).items()
        if index not in outcomes
    }
    for half_written in begun:
        clear_temporaries(half_written)
    stop = Stop()
    policy = cast("CachePolicy", "again" if only == "partial" else manifest.cache)
    known = {} if only == "partial" else read_replies(folder)
    rules = wiring.find_rules(config)
    path = wiring.model_path(config, cache=policy, stop=stop, known=known, rules=rules)
    with (
        hold(output or root.parent),
        working.restoring(config, path, len(left), rules) as (restore, at_once),
    ):
        job = Job(
            inputs=left,
            restore=restore,
            stop=stop,
            targets=targets,
            force=manifest.force or only == "partial",
            in_place=manifest.in_place,
            backup=manifest.backup,
            made=begun if manifest.in_place else {},
            begun=begun,
            settings_digest=manifest.settings_digest,
            encoding=config.encoding,
            record=record,
            at_once=at_once,
        )
        return working.work(job, view, config, path, grace_s=grace_s, resumed=True)


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


def _select(
    inputs: list[tuple[int, Input]], outcomes: Mapping[int, Done], only: Only | None
) -> list[tuple[int, Input]]:
    wanted = ("failed", None) if only is None else (only,)
    return [one for one in inputs if _status(outcomes.get(one[0])) in wanted]


def _status(done: Done | None) -> str | None:
    return done.status if done else None

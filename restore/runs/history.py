"""The records of all runs of a project: which there are, and what they made before."""

import difflib
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from restore.config import find_project_file
from restore.errors import UsageProblem
from restore.runs.manifest import MANIFEST, Manifest, read_manifest
from restore.runs.reading import Written, read_begun, read_written
from restore.runs.record import is_under_way

RunState = Literal["under way", "ended", "killed"]
"""`ended` says nothing of success: the exit code does."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a project."""

    folder: Path
    manifest: Manifest

    @property
    def state(self) -> RunState:
        """Whether it goes on, came to an end of its own, or was killed."""
        if is_under_way(self.folder):
            return "under way"
        return "ended" if self.manifest.ended else "killed"


@dataclass(frozen=True, slots=True)
class Made:
    """An output that a run wrote."""

    run: str
    settings_digest: str
    source_sha256: str
    output_sha256: str


def records_root(directory: Path) -> Path:
    """Return the folder of a project's records: beside `restore.toml`, else in `directory`."""
    project = find_project_file(directory)
    return (project.parent if project else directory) / ".restore" / "runs"


def list_runs(root: Path) -> list[Run]:
    """Return the runs under `root`, newest first; what is no record is left out."""
    found = []
    for path in root.glob(f"*/{MANIFEST}"):
        with suppress(UsageProblem):
            found.append(Run(path.parent, read_manifest(path.parent)))
    return sorted(found, key=lambda run: run.manifest.started, reverse=True)


def find_run(root: Path, name: str | None) -> Run:
    """Return the run whose id is `name` or begins so; None is the newest.

    Raises:
        UsageProblem: there is none, or more than one.
    """
    runs = list_runs(root)
    if not runs:
        raise UsageProblem(
            f"no run is recorded in '{root}'", hint="runs that write files (-o) leave a record"
        )
    if name is None:
        return runs[0]
    exact = [run for run in runs if run.folder.name == name]
    found = exact or [run for run in runs if run.folder.name.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(run.folder.name for run in found[:3])
        raise UsageProblem(f"'{name}' may be {several} …", hint="write more of the id")
    near = difflib.get_close_matches(name, [run.folder.name for run in runs], n=1, cutoff=0.4)
    raise UsageProblem(
        f"no run is called '{name}'", hint=f"did you mean '{(near or [runs[0].folder.name])[0]}'?"
    )


def remove_run(run: Run) -> None:
    """Remove a run's record; its outputs stay.

    Raises:
        UsageProblem: it is under way, or cannot be removed.
    """
    if run.state == "under way":
        raise UsageProblem(f"run '{run.folder.name}' is under way", hint="stop it first")
    try:
        shutil.rmtree(run.folder)
    except OSError as exc:
        raise UsageProblem(
            f"cannot remove '{run.folder}': {exc.strerror}", hint="may you write there?"
        ) from exc


def find_older(root: Path, age: timedelta) -> list[Run]:
    """Return the runs that began more than `age` ago and are not under way."""
    limit = datetime.now(UTC) - age
    return [
        run
        for run in list_runs(root)
        if datetime.fromisoformat(run.manifest.started) < limit and run.state != "under way"
    ]


def find_made(root: Path, outputs: Collection[Path]) -> dict[Path, Made]:
    """Say of those of `outputs` that a run of this project wrote how they were made last.

    Reads records newest first, and no more of them once all are found.
    """
    wanted = {str(path.absolute()): path for path in outputs}
    found: dict[Path, Made] = {}
    for run in list_runs(root) if wanted else ():
        newest: dict[Path, Made] = {}
        for written in _find_written(run):
            path = wanted.get(written.output)
            if path is not None and path not in found:
                newest[path] = Made(
                    run.folder.name,
                    run.manifest.settings_digest,
                    written.source_sha256,
                    written.output_sha256,
                )
        found |= newest
        if len(found) == len(wanted):
            break
    return found


def _find_written(run: Run) -> Iterator[Written]:
    """Yield what a run wrote; one that was killed may have written what it had announced."""
    if run.manifest.ended is None:
        yield from read_begun(run.folder).values()
    yield from read_written(run.folder)

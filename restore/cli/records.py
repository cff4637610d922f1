"""What `restore runs` does once its options are known."""

import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from restore import notes, screen
from restore.errors import UsageProblem
from restore.jobs import list_rows
from restore.runs.history import Run, find_older, find_run, list_runs, records_root, remove_run
from restore.runs.reading import read_inputs, read_rows
from restore.screen import records as drawings

_AGE = re.compile(r"(\d{1,6})\s*([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def list_all() -> None:
    """Print a row for every run, the newest first."""
    runs = list_runs(_root())
    if not runs:
        notes.say(sys.stderr, f"no run is recorded in '{_root()}'")
        return
    drawings.draw_runs(screen.make_console(), runs)


def show(name: str | None) -> None:
    """Print what a run was asked to do and what became of its articles."""
    run = find_run(_root(), name)
    rows = list_rows(read_inputs(run.folder), read_rows(run.folder))
    drawings.draw_run(screen.make_console(), run, rows)


def remove(names: Sequence[str]) -> None:
    """Remove records, all or none of them known by name."""
    for run in [find_run(_root(), name) for name in names]:
        _remove(run)


def prune(older_than: str) -> None:
    """Remove the records of runs that began longer ago."""
    match = _AGE.fullmatch(older_than.strip())
    if match is None:
        raise UsageProblem(
            f"--older-than must be a number of hours, days or weeks, not '{older_than}'",
            hint="for example --older-than 30d",
        )
    for run in find_older(_root(), timedelta(**{_UNITS[match[2]]: int(match[1])})):
        _remove(run)


def _remove(run: Run) -> None:
    remove_run(run)
    notes.say(sys.stdout, f"removed {run.folder.name}")


def _root() -> Path:
    return records_root(Path.cwd())

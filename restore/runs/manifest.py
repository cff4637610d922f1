"""What a run was asked to do, and how it went: `manifest.json` of its record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from restore.errors import UsageProblem
from restore.runs.outputs import write_bytes

SCHEMA = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run was asked to do, and in the end how it went."""

    settings: Mapping[str, Mapping[str, object]]
    """Value and origin of every setting but secrets."""
    settings_digest: str
    """SHA-256 of what changes an answer; equal for runs that would make the same outputs."""
    endpoint: str | None
    prompts: Sequence[tuple[str, str]]
    """Version and digest of the prompts that are asked with."""
    cache: str
    """How the cache was used."""
    working_directory: str
    """Where the paths of the inputs are relative to."""
    output: str | None
    """The folder of the outputs, absolute; None where articles are replaced in place."""
    in_place: bool
    backup: str | None
    force: bool
    version: str
    """Of this program."""
    id: str = ""
    started: str = ""
    """UTC, ISO 8601."""
    ended: str | None = None
    """None while the run is under way, and for ever if it was killed."""
    exit_code: int | None = None
    totals: Mapping[str, object] | None = None
    schema: int = SCHEMA


def read_manifest(folder: Path) -> Manifest:
    """Return a run's manifest.

    Raises:
        UsageProblem: there is none, or it is of a later version of this program.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_bytes())
        known = {name: fields[name] for name in Manifest.__slots__ if name in fields}
        manifest = Manifest(**known)
        _check_types(manifest)
    except (OSError, ValueError, TypeError, RecursionError) as exc:
        raise UsageProblem(
            f"'{folder}' is no record of a run", hint="'restore runs list' names those there are"
        ) from exc
    if manifest.schema > SCHEMA:
        raise UsageProblem(
            f"'{folder}' was written by version {manifest.version}", hint="update restore"
        )
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a run's manifest, whole or not at all.

    Raises:
        UnwritableOutput: it cannot be written.
    """
    text = json.dumps(asdict(manifest), indent=1, default=str) + "\n"
    write_bytes(folder / MANIFEST, text.encode("utf-8", "backslashreplace"))


def amend(manifest: Manifest, **changes: object) -> Manifest:
    """Return the manifest with other values of these fields."""
    return Manifest(**{**asdict(manifest), **changes})


def _check_types(manifest: Manifest) -> None:
    """Raise ValueError or TypeError where a file that is named as a manifest is something else."""
    if datetime.fromisoformat(manifest.started).tzinfo is None:
        raise ValueError("a time without a zone")
    if not (type(manifest.schema) is int and type(manifest.settings) is dict):
        raise TypeError("no manifest")

"""Which prompts there are, where each comes from, and whether it is as it was released.

A folder with a SHA256SUMS locks its files: each has a line there, and is what the line says.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from restore import prompts
from restore.errors import UsageProblem
from restore.prompts import Prompt

State = Literal["released", "not released", "changed", "broken"]
"""`changed`: other than its line in SHA256SUMS says. `broken`: no prompt can be read from it."""


@dataclass(frozen=True, slots=True)
class Version:
    """One file of a folder of prompts."""

    name: str
    """As its path says: `restore@1`."""
    path: Path
    built_in: bool
    state: State
    prompt: Prompt | None
    """None where it is broken."""
    problem: str = ""
    """Why it is broken."""


def list_versions(folder: Path | None = None) -> tuple[Version, ...]:
    """Return the prompts that names lead to, sorted: those of `folder` shadow the built-in ones."""
    return tuple(_judge(name, folder) for name in prompts.names(folder))


def latest(name: str, *, folder: Path | None = None) -> str:
    """Return the name with its highest version where it has none: `restore` -> `restore@2`."""
    versions = [known for known in prompts.names(folder) if known.rpartition("@")[0] == name]
    numbered = [known for known in versions if known.rpartition("@")[2].isdecimal()]
    return max(numbered, key=lambda known: int(known.rpartition("@")[2]), default=name)


def find_faults(folder: Path | None = None) -> tuple[str, ...]:
    """Return what is wrong with the built-in prompts and with those of `folder`, a line each.

    Every file must be read and filled in under the name that its path says, and be as released.
    """
    own = () if folder is None or folder.resolve() == prompts.built_in().resolve() else (folder,)
    return tuple(fault for root in (None, *own) for fault in _find_faults(root))


def _find_faults(folder: Path | None) -> list[str]:
    root = folder or prompts.built_in()
    names = sorted(f"{path.parent.name}@{path.stem[1:]}" for path in root.glob("*/v*.md"))
    faults = [version.problem for name in names if (version := _judge(name, folder)).problem]
    if folder is not None and not prompts.read_sums(folder):
        return faults  # nothing is released there
    return faults + [f"'{root / path}' differs from SHA256SUMS" for path in prompts.changed(root)]


def _judge(name: str, folder: Path | None) -> Version:
    stem, _, number = name.partition("@")
    own = folder is not None and (folder / stem / f"v{number}.md").is_file()
    root = folder if folder is not None and own else prompts.built_in()
    path = root / stem / f"v{number}.md"
    try:
        prompt = prompts.load(name, folder=folder)
    except UsageProblem as exc:
        problem = f"'{path}': {exc.message}" if str(path) not in exc.message else exc.message
        return Version(name, path, not own, "broken", None, problem)
    locked = prompts.read_sums(root).get(f"{stem}/v{number}.md")
    state: State = "not released" if locked is None else "released"
    if locked not in (None, prompt.digest):
        state = "changed"
    problem = "" if prompt.id == name else f"'{path}' calls itself '{prompt.id}', not '{name}'"
    return Version(name, path, not own, state, prompt, problem)

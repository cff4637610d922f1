"""Where restored texts go: planned before anything is paid for, written whole or not at all.

Files are written to a temporary name beside their target and moved over it, so that an output is
never half written.
"""

import errno
import glob
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from restore.article import Article, Edit
from restore.documents.files import Input
from restore.documents.rewriting import rewrite
from restore.errors import UnreadableArticle, UnwritableOutput, UsageProblem
from restore.runs import locks

_TEMPORARY = ".restore-tmp"
"""Suffix of a file that is being written."""
_LOCK = ".restore.lock"
"""Hidden, so that no run takes it for an article; it stays, as removing it would race."""


def plan_in_place(inputs: Sequence[Input]) -> dict[str, Path]:
    """Say, by locator, that each input is replaced by its output.

    Raises:
        UsageProblem: stdin is among them.
    """
    if any(item.path is None for item in inputs):
        raise UsageProblem("stdin cannot be restored in place", hint="leave out --in-place, or -")
    return {item.locator: item.path for item in inputs if item.path is not None}


def plan_outputs(inputs: Sequence[Input], folder: Path) -> dict[str, Path]:
    """Say, by locator, where each input's output goes; write nothing.

    Raises:
        UsageProblem: two inputs share an output, or an output would replace its own input.
    """
    planned: dict[str, Path] = {}
    taken: dict[Path, str] = {}
    for item in inputs:
        target = folder / item.relative
        if target in taken:
            raise UsageProblem(
                f"'{taken[target]}' and '{item.locator}' would both be written to '{target}'",
                hint="run them into separate folders",
            )
        # few outputs exist, and resolving takes a look at every folder above
        if item.path and target.exists() and target.resolve() == item.path.resolve():
            raise UsageProblem(
                f"'{target}' is the article itself", hint="choose another folder with -o"
            )
        taken[target] = item.locator
        planned[item.locator] = target
    return planned


def check_folder(folder: Path) -> None:
    """Refuse a folder that outputs cannot go to, before anything is paid for; makes nothing.

    Raises:
        UsageProblem: it, or what lies above it, is no folder or cannot be written to.
    """
    try:
        place = next(p for p in (folder, *folder.absolute().parents) if os.path.lexists(p))
        fits = not folder.exists() or folder.is_dir()
        wrong = None if fits and place.is_dir() else f"'{place}' is no folder"
        if wrong is None and not os.access(place, os.W_OK | os.X_OK, effective_ids=True):
            wrong = os.strerror(errno.EACCES)
    except OSError as exc:
        wrong = exc.strerror
    if wrong:
        raise UsageProblem(
            f"cannot write to '{folder}': {wrong}", hint="name a folder that you may write to"
        )


@contextmanager
def hold(folder: Path) -> Iterator[Callable[[str], None]]:
    """Keep other runs from writing under `folder` until the block ends.

    Yields what tells them, by its id, which run does so.

    Raises:
        UsageProblem: another run writes there now.
        UnwritableOutput: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = locks.take(folder / _LOCK)
    except locks.Held as held:
        raise UsageProblem(
            f"{_name(held.run)}{held.process} writes to '{folder}' now", hint=held.way_out
        ) from None
    except OSError as exc:
        raise _unwritable(folder, exc) from exc
    try:
        yield partial(locks.sign, folder / _LOCK)
    finally:
        lock.release()


def _name(run: str | None) -> str:
    return f"run '{run}'" if run else "another run"


def check_free(target: Path) -> None:
    """Refuse to replace a file, before anything is paid for what would replace it.

    Raises:
        UnreadableArticle: `target` exists.
    """
    if target.exists():
        raise UnreadableArticle(f"'{target}' exists already", hint="pass --force to replace it")


def keep_copy(path: Path, *, suffix: str) -> None:
    """Copy a file that is to be replaced to its name with `suffix`; an older copy stays.

    Raises:
        UnwritableOutput: the copy cannot be written.
    """
    copy = path.with_name(path.name + suffix)
    if not copy.exists():
        try:
            write_bytes(copy, path.read_bytes())
        except OSError as exc:
            raise _unwritable(copy, exc) from exc


def encode_output(article: Article, edits: Iterable[Edit], target: Path) -> bytes:
    """Return an article with some edits in its own encoding, as it will be written to `target`.

    Raises:
        UnwritableOutput: the encoding lacks a character.
    """
    try:
        return article.encode(rewrite(article, edits))
    except UnicodeEncodeError as exc:
        lacking = exc.object[exc.start : exc.end]
        raise UnwritableOutput(
            f"cannot write '{target}': {exc.encoding} has no character {lacking!r}",
            hint="save the article as UTF-8 first",
        ) from exc


def clear_temporaries(target: Path) -> None:
    """Remove what a killed process left of `target` half written."""
    for path in target.parent.glob(f"{glob.escape(_temporary_prefix(target))}*{_TEMPORARY}"):
        path.unlink(missing_ok=True)


def _temporary_prefix(target: Path) -> str:
    return f".{target.name[:40]}."


def write_bytes(target: Path, content: bytes) -> None:
    """Write `content` to a temporary file beside `target` and move it there.

    Raises:
        UnwritableOutput: the folder cannot be made or the file cannot be written.
    """
    write_parts(target, (content,))


def write_parts(target: Path, parts: Iterable[bytes]) -> None:
    """Do the same with a file that is never whole in memory; what `parts` raises leaves no file.

    Raises:
        UnwritableOutput: the folder cannot be made or the file cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=_temporary_prefix(target), suffix=_TEMPORARY
        )
    except OSError as exc:
        raise _unwritable(target, exc) from exc
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode_of(target))
        temporary.replace(target)
    except OSError as exc:
        raise _unwritable(target, exc) from exc
    finally:
        temporary.unlink(missing_ok=True)


def _unwritable(target: Path, exc: OSError) -> UnwritableOutput:
    hint = "is there room, and may you write there?"
    return UnwritableOutput(f"cannot write '{target}': {exc.strerror}", hint=hint)


def _mode_of(target: Path) -> int:
    """Keep the mode of a file that is replaced; give a new one what the umask allows."""
    return target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_UMASK


def _read_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_UMASK = _read_umask()
"""Read once, before there are threads: reading it sets it for a moment, for the whole process."""

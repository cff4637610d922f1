"""Which files a command line means."""

import difflib
import fnmatch
import glob
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from restore.article import Article
from restore.documents import read_bytes
from restore.documents.contents import read_whole
from restore.documents.reading import AS_FOUND, Reading, suffix_of
from restore.documents.text import MOST_BYTES
from restore.errors import UsageProblem

STDIN = "-"
_PERMISSIONS = "is it a file that you may read?"


@dataclass(frozen=True, slots=True)
class Input:
    """One file (or stdin) of a run, and what its output is called under the output folder."""

    path: Path | None
    """None is stdin."""
    relative: Path

    @property
    def locator(self) -> str:
        """Name it in messages and ids."""
        return STDIN if self.path is None else os.fspath(self.path)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the files that were found are taken."""

    include: Sequence[str] = ()
    """Patterns of which one must match, where there are any. A pattern without a slash is held
    against a file's name, one with a slash against its path under the folder that was named."""
    exclude: Sequence[str] = ()
    """Patterns of which none may match."""
    limit: int | None = None
    """Take so many at most."""

    def takes(self, item: Input) -> bool:
        """Tell whether a file is taken; stdin always is."""
        if item.path is None:
            return True
        included = not self.include or any(_matches(item, one) for one in self.include)
        return included and not any(_matches(item, one) for one in self.exclude)


ALL = Selection()


def find_inputs(
    arguments: Sequence[str],
    *,
    suffixes: Collection[str],
    listed: Sequence[str] = (),
    selection: Selection = ALL,
) -> tuple[Input, ...]:
    """Return the articles' files that `arguments` and then `listed` name, in order, each once.

    A file is taken whatever its suffix; a folder is searched downward, in sorted order, for files
    with one of `suffixes` (hidden ones and links to folders left out); a pattern that is no file
    is expanded; `-` is stdin. Outputs keep a file's path under the folder that was named, under
    the fixed part of a pattern, and that of a listed file under the working directory.

    Raises:
        UsageProblem: a path does not exist, a folder or pattern holds no article, or the selection
            leaves none.
    """
    found: dict[str, Input] = {}
    for argument in arguments:
        for item in _expand(argument, suffixes):
            found.setdefault(os.path.realpath(item.path) if item.path else STDIN, item)
    for name in listed:
        for item in _expand(name, suffixes):
            found.setdefault(os.path.realpath(item.path or name), _keep_path(item, name))
    taken = [item for item in found.values() if selection.takes(item)]
    if found and not taken:
        raise UsageProblem(
            f"--include and --exclude leave none of {len(found):,} files",
            hint="a pattern without a slash is held against names: --include '*.txt'",
        )
    return tuple(taken[: selection.limit])


def read_list(name: str) -> list[str]:
    """Return the paths in a file, or in stdin for `-`: a line each, or between NULs.

    Raises:
        UsageProblem: it cannot be read, or holds no path.
    """
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as exc:
        raise UsageProblem(f"cannot read '{name}': {exc.strerror}", hint=_PERMISSIONS) from exc
    lines = raw.split(b"\0") if b"\0" in raw else raw.splitlines()
    paths = [os.fsdecode(line) for line in lines if line.strip()]
    if not paths:
        raise UsageProblem(f"no paths in '{name}'", hint="write one path a line")
    return paths


def _matches(item: Input, pattern: str) -> bool:
    return fnmatch.fnmatchcase(
        item.relative.as_posix() if "/" in pattern else item.relative.name, pattern
    )


def read(item: Input, reading: Reading = AS_FOUND) -> tuple[Article, ...]:
    """Read the articles of one input.

    Raises:
        UnreadableArticle: they cannot be read, for the reason it gives.
    """
    if item.path is None:
        raw, suffix = sys.stdin.buffer.read(MOST_BYTES + 1), suffix_of(item.relative)
        return tuple(read_bytes(raw, STDIN, suffix=suffix, reading=reading))
    raw = read_whole(item.path, most=MOST_BYTES)
    return tuple(read_bytes(raw, item.locator, suffix=suffix_of(item.path), reading=reading))


def _expand(argument: str, suffixes: Collection[str]) -> Iterable[Input]:
    if argument == STDIN:
        return [Input(None, Path("stdin.txt"))]
    path = Path(argument)
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return _match(argument)
    except OSError as exc:
        raise UsageProblem(f"cannot read '{argument}': {exc.strerror}", hint=_PERMISSIONS) from exc
    if not argument or not path.exists():
        raise _missing(argument)
    if path.is_dir():
        inputs = [Input(file, file.relative_to(path)) for file in _walk(path, suffixes)]
        if not inputs:
            kinds = ", ".join(sorted(suffixes))
            raise UsageProblem(
                f"no articles in '{argument}'",
                hint=f"a folder is searched for files ending in {kinds}",
            )
        return inputs
    return [Input(path, Path(path.name))]


def _match(pattern: str) -> Iterable[Input]:
    """Expand a pattern, which the shell left alone."""
    # Path.glob takes no absolute pattern
    matches = sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else []  # noqa: PTH207
    files = [Path(match) for match in matches if Path(match).is_file()]
    if not files:
        raise _missing(pattern)
    fixed = Path(*takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts))
    return [Input(file, file.relative_to(fixed)) for file in files]


def _keep_path(item: Input, name: str) -> Input:
    path = Path(name)
    inside = not path.is_absolute() and ".." not in path.parts
    return replace(item, relative=path) if inside and item.path == path else item


def _missing(argument: str) -> UsageProblem:
    path = Path(argument)
    try:
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir()], n=1)
    except OSError:
        near = []
    hint = "name a file, a folder or a pattern such as 'articles/*.txt'; - is stdin"
    if near:
        hint = f"did you mean '{path.parent / near[0]}'?"
    return UsageProblem(f"cannot read '{argument}': no such file or folder", hint=hint)


def _walk(folder: Path, suffixes: Collection[str]) -> Iterator[Path]:
    def refuse(exc: OSError) -> None:
        # os.walk would leave the folder out without a word.
        raise UsageProblem(f"cannot read '{exc.filename}': {exc.strerror}", hint=_PERMISSIONS)

    for place, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and suffix_of(Path(name)) in suffixes:
                yield Path(place, name)

"""A file's bytes: whole, as they were at one time, and never more of them than an article has."""

import os
import select
import stat
from pathlib import Path
from typing import BinaryIO

from restore.errors import UnreadableArticle

_WAIT_S = 60.0
"""For the next bytes out of a pipe."""
_PART = 1 << 20
_PERMISSIONS = "is it a file that you may read?"


def read_whole(path: Path, *, most: int) -> bytes:
    """Return the bytes of a regular file, or of a pipe that somebody writes to.

    Never waits for what does not come, and never reads more than `most` bytes and one.

    Raises:
        UnreadableArticle: it cannot be read, is no file, too large, or does not keep still.
    """
    try:
        # without O_NONBLOCK, opening a pipe waits for whoever writes to it
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISREG(mode):
                return read_still(file, path, most=most)
            if stat.S_ISFIFO(mode):
                return _read_pipe(file, path, most=most)
    except OSError as exc:
        raise _unreadable(path, exc.strerror or "it cannot be read", _PERMISSIONS) from exc
    raise _unreadable(path, "it is no regular file", "name a text file, or pipe its text to -")


def read_still(file: BinaryIO, path: Path, *, most: int) -> bytes:
    """Return what a regular file holds, read once more if it changed meanwhile.

    Raises:
        UnreadableArticle: it is too large, or changed both times.
    """
    for _ in range(2):
        before = os.fstat(file.fileno())
        check_size(path, before.st_size, most=most)
        file.seek(0)
        content = _read(file, most=most)
        after = os.fstat(file.fileno())
        check_size(path, len(content), most=most)
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            return content
    raise _unreadable(
        path, "it changed while it was read", "run it again when nothing writes to it any more"
    )


def check_size(path: Path | str, size: int, *, most: int) -> None:
    """Refuse what is too large to be an article.

    Raises:
        UnreadableArticle: `size` is more than `most`, both in bytes.
    """
    if size > most:
        wrong = f"{size:,} bytes are more than {most:,}"
        raise _unreadable(path, wrong, "cut it into a file per article")


def _read(file: BinaryIO, *, most: int) -> bytes:
    parts: list[bytes] = []
    left = most + 1
    while left > 0 and (part := file.read(min(left, _PART))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _read_pipe(file: BinaryIO, path: Path, *, most: int) -> bytes:
    """Return what comes out of a pipe until its other end is closed."""
    parts: list[bytes] = []
    size = 0
    while True:
        part = file.read(_PART)  # None: somebody writes to it, but has not yet
        if part:
            parts.append(part)
            check_size(path, size := size + len(part), most=most)
        elif part is not None:
            break
        elif not select.select([file], [], [], _WAIT_S)[0]:
            wrong = f"nothing came out of the pipe for {_WAIT_S:g} s"
            raise _unreadable(path, wrong, "is what writes to it still at work?")
    if not parts:
        raise _unreadable(
            path, "nothing writes to this pipe", "start what writes to it first, or pipe it to -"
        )
    return b"".join(parts)


def _unreadable(path: Path | str, wrong: str, hint: str) -> UnreadableArticle:
    return UnreadableArticle(f"cannot read '{os.fspath(path)}': {wrong}", hint=hint)

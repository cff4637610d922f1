"""Long output through the user's pager, as git does it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from restore.errors import UsageProblem

_DEFAULT = "less"
_LESS = "FRX"
"""Quit where one screen holds it all, keep colours, leave the text on the screen."""

_NOT_FOUND = 127
"""What a shell exits with where it finds no such command (POSIX)."""


@contextmanager
def paged() -> Iterator[IO[str]]:
    """Yield what to write to: the pager where stdout is a terminal, else stdout.

    `PAGER` names it (a shell command; empty or `cat`: none), else `less` is taken if there is one.
    A reader who leaves early is no error.

    Raises:
        UsageProblem: there is no such pager.
    """
    command = os.environ.get("PAGER", _DEFAULT if shutil.which(_DEFAULT) else "")
    if not sys.stdout.isatty() or command in ("", "cat") or os.environ.get("TERM") == "dumb":
        yield sys.stdout
        return
    sys.stdout.flush()
    process = subprocess.Popen(  # noqa: S602  # the user's own command, with its options
        command,
        shell=True,
        stdin=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="backslashreplace",
        env={"LESS": _LESS, **os.environ},
    )
    assert process.stdin is not None  # noqa: S101  # it was asked for
    with suppress(BrokenPipeError):
        yield process.stdin
    with suppress(BrokenPipeError):
        process.stdin.close()
    if process.wait() == _NOT_FOUND:
        raise UsageProblem(f"cannot run the pager '{command}'", hint="set PAGER to one, or to cat")

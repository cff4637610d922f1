"""One process at a time: lock files that say who holds them."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock


class Held(Exception):
    """Another process holds a lock."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder
        """` (pid 1234)`, or empty where the lock does not say."""


def take(path: Path, *, patience_s: float = 0) -> "FileLock":
    """Take the lock and note this process in its file, which stays: removing it would race.

    Raises:
        Held: another process has it.
        OSError: the file cannot be made.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  # 15 ms that stdout does not need

    lock = FileLock(path, timeout=patience_s)
    try:
        lock.acquire()
    except Timeout:
        raise Held(_read_holder(path)) from None
    with suppress(OSError):  # it only serves a message
        path.write_text(f"{os.getpid()}\n", encoding="ascii")
    return lock


def is_held(path: Path) -> bool:
    """Tell whether a process has the lock now; it is left as it was."""
    from filelock import FileLock, Timeout  # noqa: PLC0415  # as in `take`

    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # who may not write there cannot have left it running
        return False


def _read_holder(path: Path) -> str:
    with suppress(OSError, ValueError):
        return f" (pid {int(path.read_bytes()[:20])})"
    return ""

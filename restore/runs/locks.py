"""One process at a time: lock files that say who holds them."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock


_SIGNED = re.compile(rb"(\d{1,10}) ?([\w-]{0,40})\n", re.ASCII)


class Held(Exception):
    """Another process holds a lock."""

    def __init__(self, pid: int | None, run: str | None) -> None:
        super().__init__(pid, run)
        self.pid = pid
        """None where the lock does not say, as in the next."""
        self.run = run
        """The id of the run that it is held for."""

    @property
    def process(self) -> str:
        """Return ` (pid 1234)`, or nothing where that is not known."""
        return "" if self.pid is None else f" (pid {self.pid})"

    @property
    def way_out(self) -> str:
        """Say what may be done about it."""
        stop = "" if self.pid is None else f" with 'kill {self.pid}'"
        return f"wait for its end, or stop it{stop}: what it has done stays"


def take(path: Path, *, patience_s: float = 0) -> "FileLock":
    """Take the lock and sign it. Its file stays: removing it would race.

    Raises:
        Held: another process has it.
        OSError: the file cannot be made.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  # 15 ms that stdout does not need

    lock = FileLock(path, timeout=patience_s)
    try:
        lock.acquire()
    except Timeout:
        raise Held(*_read_holder(path)) from None
    sign(path)
    return lock


def sign(path: Path, run: str = "") -> None:
    """Note in the file of a lock that this process holds it, and for which run."""
    with suppress(OSError):  # it only serves a message
        path.write_text(f"{os.getpid()} {run}\n", encoding="ascii")


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


def _read_holder(path: Path) -> tuple[int | None, str | None]:
    """Return process and run as far as a lock names them; its file may hold anything."""
    with suppress(OSError):
        if match := _SIGNED.match(path.read_bytes()[:80]):
            return int(match[1]), match[2].decode("ascii") or None
    return None, None

"""Replies on disk, so that nothing is paid for twice; the one owner of diskcache.

diskcache unpickles what a row says is pickled, whatever Disk class wrote it (CVE-2025-69872), and
opens and removes whatever file a row names. So rows here are texts inside the database, and a row
that is anything else is a miss.
"""

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Protocol

from restore.engines.interface import Request

SCHEMA = 1
"""Raised when what a key covers changes, so that old replies are not mistaken for new ones."""
_LIMIT_BYTES = 4 * 1024**3
_BUSY_S = 10
"""How long a write waits for another process's."""


class Store(Protocol):
    """Keeps texts by key."""

    def get(self, key: str) -> str | None:
        """Return the text, or None."""
        ...

    def put(self, key: str, text: str) -> None:
        """Keep a text."""
        ...


class NoCache:
    """Keeps nothing."""

    def get(self, key: str) -> str | None:  # noqa: ARG002  # the protocol's
        """Return None."""
        return None

    def put(self, key: str, text: str) -> None:
        """Forget the text."""


class Cache:
    """Texts by key in a folder. Trouble with it is said once, and the run goes on without."""

    def __init__(self, folder: Path, *, warn: Callable[[str], None]) -> None:
        """Open or make the cache.

        Args:
            folder: made with mode 0700 where it does not exist.
            warn: takes one message, once, if the cache cannot be used.
        """
        self._folder = folder
        self._warn = warn
        self._rows: Any = None
        try:
            self._rows = self._open()
        except (sqlite3.Error, OSError) as exc:
            self._give_up(exc)

    def get(self, key: str) -> str | None:
        """Return the text kept under `key`, or None; a row of any other kind is None too."""
        found = self._try(lambda rows: rows.get(key))
        return found if isinstance(found, str) else None

    def put(self, key: str, text: str) -> None:
        """Keep `text` under `key`, for good; not a text that UTF-8 cannot hold."""
        # diskcache's retry=True would try for ever where the file is locked or read-only.
        with suppress(UnicodeEncodeError):  # a lone surrogate, which an escape in JSON can bring
            self._try(lambda rows: rows.set(key, text))

    def close(self) -> None:
        """Close the database."""
        self._try(lambda rows: rows.close())

    def _open(self) -> Any:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            _read_header(self._folder)
            return _open_rows(self._folder)
        except sqlite3.DatabaseError as exc:
            if isinstance(exc, sqlite3.OperationalError):
                raise
            aside = self._folder / f"cache.db.corrupt-{time.time_ns()}"
            (self._folder / "cache.db").replace(aside)
            self._warn(f"the cache was corrupt; its file is kept as '{aside}', a new one begun")
            return _open_rows(self._folder)

    def _try(self, work: Callable[[Any], Any]) -> Any:
        from diskcache import Timeout  # noqa: PLC0415

        if self._rows is None:
            return None
        try:
            return work(self._rows)
        except (sqlite3.Error, OSError, Timeout) as exc:
            rows, self._rows = self._rows, None
            rows.close()
            self._give_up(exc)
            return None

    def _give_up(self, exc: BaseException) -> None:
        reason = str(exc) or "it is locked or read-only"  # of which a Timeout says nothing
        self._warn(f"going on without the cache in '{self._folder}': {reason}")


def key(request: Request, endpoint: str) -> str:
    """Return the key of a request: everything that changes its answer, and nothing else."""
    covered = {
        "schema": SCHEMA,
        "endpoint": endpoint,
        "model": request.model,
        "messages": [dict(message) for message in request.messages],
        "params": dict(request.params),
        "round": request.round,
    }
    canonical = json.dumps(covered, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _read_header(folder: Path) -> None:
    """Raise sqlite3.DatabaseError for a file that is none, which diskcache would leave open."""
    with closing(sqlite3.connect(folder / "cache.db", timeout=_BUSY_S)) as connection:
        connection.execute("PRAGMA schema_version")


def _open_rows(folder: Path) -> Any:
    import diskcache  # noqa: PLC0415  # with SQLite, 20 ms that --help and offline do not need

    return diskcache.Cache(
        str(folder),
        timeout=_BUSY_S,
        disk=_text_disk(),
        size_limit=_LIMIT_BYTES,
        eviction_policy="none",
        cull_limit=0,
        statistics=0,
    )


def _text_disk() -> Any:
    """Return a Disk class that stores and fetches texts inside the database alone."""
    import diskcache  # noqa: PLC0415

    class TextDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache ships no types
        """Raises OSError, which diskcache takes for a miss, at rows that are not plain texts."""

        def __init__(self, directory: str, **_foreign: object) -> None:
            super().__init__(directory)  # diskcache passes on whatever settings the file holds

        def put(self, key: object) -> tuple[str, bool]:
            return _text(key, "keys"), True

        def get(self, key: object, raw: object) -> str:
            if not isinstance(key, str) or not raw:
                raise OSError("a foreign key")
            return key

        def store(self, value: object, read: bool, key: object = None) -> tuple[Any, ...]:  # noqa: ARG002
            return 0, diskcache.core.MODE_RAW, None, _text(value, "values")

        def fetch(self, mode: int, filename: object, value: object, read: bool) -> str:  # noqa: ARG002
            if (
                mode != diskcache.core.MODE_RAW
                or filename is not None
                or not isinstance(value, str)
            ):
                raise OSError("a foreign row")
            return value

        def remove(self, file_path: str) -> None:
            """Remove nothing: no row of ours names a file."""

    return TextDisk


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} are texts")
    return value

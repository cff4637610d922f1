"""The record of one run on disk: what it was asked, every paid reply, what became of each article.

A folder with `manifest.json`, `inputs.jsonl` and three files that only grow: `events.jsonl` (each
reply the moment it arrives), `outcomes.jsonl` (an article a line; the last line of an article
counts) and `sources.gz` (a gzip member per article). A run that is killed leaves at most a last
line unfinished, which reading ignores and going on cuts off. Fields are only ever added.
"""

import gzip
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from restore.article import Article
from restore.documents.files import Input
from restore.engines.interface import Reply, Request
from restore.errors import UnwritableOutput, UsageProblem
from restore.runs import lines, locks
from restore.runs.lines import EVENTS, INPUTS, OUTCOMES
from restore.runs.manifest import Manifest, amend, read_manifest, write_manifest
from restore.runs.outcome import Outcome
from restore.runs.reading import SOURCES, Written, digest
from restore.runs.totals import sum_up

if TYPE_CHECKING:
    from filelock import FileLock

LOCK = "lock"
_PATIENCE_S = 0.2
"""Listing runs holds each lock for an instant to see whether it is free: that refuses nobody."""


class Record:
    """A run's record that is being written. One process at a time has it."""

    def __init__(self, folder: Path, manifest: Manifest, lock: "FileLock") -> None:
        """Use `create` and `reopen`."""
        self.folder = folder
        self.manifest = manifest
        self._lock = lock
        with ExitStack() as opened:
            self._events = opened.enter_context(lines.append_to(folder / EVENTS))
            self._outcomes = opened.enter_context(lines.append_to(folder / OUTCOMES))
            self._sources = opened.enter_context((folder / SOURCES).open("ab"))
            opened.pop_all()

    @classmethod
    def create(cls, root: Path, manifest: Manifest, inputs: Sequence[Input]) -> "Record":
        """Begin a record in a new folder under `root`.

        Raises:
            UnwritableOutput: the folder cannot be made or written to.
        """
        now = datetime.now(UTC)
        about = json.dumps(asdict(manifest), sort_keys=True, default=str).encode() + os.urandom(8)
        name = f"{now:%Y%m%dT%H%M%SZ}-{hashlib.sha256(about).hexdigest()[:8]}"
        folder = root / name
        try:
            folder.mkdir(mode=0o700, parents=True)
            lock = _take_lock(folder)
            rows = (
                {"index": i, "path": item.locator, "relative": item.relative.as_posix()}
                for i, item in enumerate(inputs)
            )
            with (folder / INPUTS).open("wb") as file:
                file.writelines(lines.encode(row) for row in rows)
            begun = amend(manifest, id=name, started=now.isoformat(timespec="milliseconds"))
            write_manifest(folder, begun)
            return cls(folder, begun, lock)
        except UnwritableOutput:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        except OSError as exc:
            shutil.rmtree(folder, ignore_errors=True)
            raise _unwritable(folder, exc) from exc

    @classmethod
    def reopen(cls, folder: Path) -> "Record":
        """Take a run's record: what is read of it from now on no other process changes.

        Raises:
            UsageProblem: the run is under way, or the folder is no record.
            UnwritableOutput: the folder cannot be written to.
        """
        read_manifest(folder)  # first, as taking the lock makes the folder
        try:
            lock = _take_lock(folder)
            with _released_on_failure(lock):
                return cls(folder, read_manifest(folder), lock)
        except OSError as exc:
            raise _unwritable(folder, exc) from exc

    def go_on(self) -> None:
        """Note that the run goes on."""
        self.event("resumed")
        self.manifest = amend(self.manifest, ended=None, exit_code=None)
        write_manifest(self.folder, self.manifest)

    def event(self, kind: str, **fields: object) -> None:
        """Note that something happened; on disk when this returns."""
        self._append(self._events, {"event": kind, "at": round(time.time(), 3), **fields})

    def reply(self, key: str, request: Request, reply: Reply, cost_usd: Decimal | None) -> None:
        """Keep a reply under its cache key, before anything else is done with it."""
        self.event(
            "reply",
            key=key,
            round=request.round,
            finish=reply.finish,
            model=reply.model,
            request_id=reply.request_id,
            usage=asdict(reply.usage),
            cost_usd=None if cost_usd is None else str(cost_usd),
            text=reply.text,
        )

    def writing(self, index: int, article: Article, output: Path, content: bytes) -> None:
        """Note that an output is about to be written, so that what is killed now is known."""
        source = article.content
        self.event("writing", index=index, **asdict(_written(output, source, content)))

    def outcome(
        self, index: int, outcome: Outcome, *, output: Path | None, output_bytes: bytes | None
    ) -> None:
        """Keep what became of an article, with its source, after its output was written."""
        article = outcome.article
        source = article.content
        packed = gzip.compress(source, compresslevel=1, mtime=0)
        start = self._sources.tell()
        try:
            self._sources.write(packed)
            self._sources.flush()
        except OSError as exc:
            raise _unwritable(self.folder, exc) from exc
        row: dict[str, object] = {
            "index": index,
            "locator": article.locator,
            "id": article.id,
            "status": outcome.status,
            "source_sha256": digest(source),
            "source_at": [start, len(packed)],
            "output": None if output is None else str(output.absolute()),
            "output_sha256": None if output_bytes is None else digest(output_bytes),
            "words": len(article.source.split()),
            "calls": outcome.calls,
            "cached": outcome.cached,
            "usage": asdict(outcome.usage),
            "cost_usd": None if outcome.cost_usd is None else str(outcome.cost_usd),
            "served": outcome.served,
            "problems": outcome.problems,
            "error": outcome.error and outcome.error.message,
            "edits": [asdict(edit) for edit in outcome.edits],
        }
        self._append(self._outcomes, row)

    def finish(self, exit_code: int) -> None:
        """Say in the manifest how the run went, and let go of the record."""
        totals = sum_up(self.folder)
        ended = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.event("ended", exit_code=exit_code)
        self.manifest = amend(self.manifest, ended=ended, exit_code=exit_code, totals=totals)
        write_manifest(self.folder, self.manifest)
        self.close()

    def close(self) -> None:
        """Let go of the record."""
        for file in (self._events, self._outcomes, self._sources):
            with suppress(
                OSError
            ):  # what a full disk could not take was an error when it was written
                file.close()
        self._lock.release()

    def _append(self, file: BinaryIO, fields: Mapping[str, object]) -> None:
        try:
            file.write(lines.encode(fields))
            file.flush()
        except OSError as exc:
            raise _unwritable(self.folder, exc) from exc


def is_under_way(folder: Path) -> bool:
    """Tell whether a process has the record now."""
    return locks.is_held(folder / LOCK)


def _written(output: Path, source: bytes, content: bytes) -> Written:
    return Written(
        str(output.absolute()),
        digest(source),
        digest(content),
    )


@contextmanager
def _released_on_failure(lock: "FileLock") -> Iterator[None]:
    try:
        yield
    except BaseException:
        lock.release()
        raise


def _take_lock(folder: Path) -> "FileLock":
    try:
        return locks.take(folder / LOCK, patience_s=_PATIENCE_S)
    except locks.Held as held:
        raise UsageProblem(
            f"run '{folder.name}' is under way{held.process}", hint=held.way_out
        ) from None


def _unwritable(folder: Path, exc: OSError) -> UnwritableOutput:
    return UnwritableOutput(
        f"cannot keep the run's record in '{folder}': {exc.strerror}",
        hint="is there room, and may you write there?",
    )

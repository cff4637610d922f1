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
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from restore.article import Article, Edit
from restore.documents.files import Input
from restore.engines.interface import Reply, Request
from restore.errors import UnwritableOutput, UsageProblem
from restore.runs.outcome import Outcome
from restore.runs.outputs import write_bytes

SCHEMA = 1
MANIFEST, INPUTS, EVENTS, OUTCOMES, SOURCES, LOCK = (
    "manifest.json", "inputs.jsonl", "events.jsonl", "outcomes.jsonl", "sources.gz", "lock",
)  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one article, as its line in a record says."""

    index: int
    locator: str
    status: str
    source_sha256: str
    """Of the article's bytes."""
    output: str | None
    """The file that was written, absolute."""
    output_sha256: str | None
    edits: tuple[Edit, ...]
    problems: tuple[str, ...]
    source_at: tuple[int, int]
    """Offset and length of the article's bytes in the record's sources, compressed."""


@dataclass(frozen=True, slots=True)
class Written:
    """That an output was written, as a line of a record says."""

    output: str
    """Absolute."""
    source_sha256: str
    output_sha256: str


class Record:
    """A run's record that is being written. One process at a time has it."""

    def __init__(self, folder: Path, manifest: Manifest, lock: FileLock) -> None:
        """Use `create` and `reopen`."""
        self.folder = folder
        self.manifest = manifest
        self._lock = lock
        self._events = _append_to(folder / EVENTS)
        self._outcomes = _append_to(folder / OUTCOMES)
        self._sources = (folder / SOURCES).open("ab")

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
            lines = (
                {"index": i, "path": item.locator, "relative": item.relative.as_posix()}
                for i, item in enumerate(inputs)
            )
            with (folder / INPUTS).open("wb") as file:
                file.writelines(_line(line) for line in lines)
            begun = _replace(manifest, id=name, started=now.isoformat(timespec="milliseconds"))
            _write_manifest(folder, begun)
            return cls(folder, begun, lock)
        except OSError as exc:
            raise _unwritable(folder, exc) from exc

    @classmethod
    def reopen(cls, folder: Path) -> "Record":
        """Go on with a run's record.

        Raises:
            UsageProblem: the run is under way, or the folder is no record.
            UnwritableOutput: the folder cannot be written to.
        """
        try:
            lock = _take_lock(folder)
            record = cls(folder, read_manifest(folder), lock)
        except OSError as exc:
            raise _unwritable(folder, exc) from exc
        record.event("resumed")
        return record

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
        source = article.encode(article.source)
        self.event("writing", index=index, **asdict(_written(output, source, content)))

    def outcome(
        self, index: int, outcome: Outcome, *, output: Path | None, output_bytes: bytes | None
    ) -> None:
        """Keep what became of an article, with its source, after its output was written."""
        article = outcome.article
        source = article.encode(article.source)
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
            "source_sha256": hashlib.sha256(source).hexdigest(),
            "source_at": [start, len(packed)],
            "output": None if output is None else str(output.absolute()),
            "output_sha256": output_bytes and hashlib.sha256(output_bytes).hexdigest(),
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
        self.manifest = _replace(self.manifest, ended=ended, exit_code=exit_code, totals=totals)
        _write_manifest(self.folder, self.manifest)
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
            file.write(_line(fields))
            file.flush()
        except OSError as exc:
            raise _unwritable(self.folder, exc) from exc


def read_manifest(folder: Path) -> Manifest:
    """Return a run's manifest.

    Raises:
        UsageProblem: there is none, or it is of a later version of this program.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_bytes())
        known = {name: fields[name] for name in Manifest.__slots__ if name in fields}
        manifest = Manifest(**known)
    except (OSError, ValueError, TypeError) as exc:
        raise UsageProblem(
            f"'{folder}' is no record of a run", hint="'restore runs list' names those there are"
        ) from exc
    if manifest.schema > SCHEMA:
        raise UsageProblem(
            f"'{folder}' was written by version {manifest.version}", hint="update restore"
        )
    return manifest


def read_inputs(folder: Path) -> list[tuple[int, Input]]:
    """Return the inputs of a run with their indices."""
    found = []
    for line in _lines(folder / INPUTS):
        path = None if line["path"] == "-" else Path(line["path"])
        found.append((int(line["index"]), Input(path, Path(line["relative"]))))
    return found


def read_outcomes(folder: Path) -> dict[int, Done]:
    """Return what became of each article that the run came to, by index."""
    return {done.index: done for done in map(_read_done, _lines(folder / OUTCOMES))}


def read_written(folder: Path) -> Iterator[Written]:
    """Yield the outputs that the run wrote, in their order."""
    for line in _lines(folder / OUTCOMES):
        if line["output"]:
            yield Written(line["output"], line["source_sha256"], line["output_sha256"])


def read_begun(folder: Path) -> dict[int, Written]:
    """Return the outputs that the run was about to write, or wrote, by the article's index."""
    return {
        int(line["index"]): Written(line["output"], line["source_sha256"], line["output_sha256"])
        for line in _lines(folder / EVENTS)
        if line.get("event") == "writing"
    }


def read_replies(folder: Path) -> dict[str, str]:
    """Return the complete replies that the run paid for, by cache key."""
    return {
        line["key"]: line["text"]
        for line in _lines(folder / EVENTS)
        if line.get("event") == "reply" and line.get("finish") == "stop"
    }


def sum_up(folder: Path) -> dict[str, object]:
    """Return what a run did in all, however often it was resumed.

    Calls, tokens and cost are those of the replies, also of those that were not used. Little of a
    line is kept, as a run may have 100,000.
    """
    rows = {
        line["index"]: (line["status"], line["words"], len(line["edits"]))
        for line in _lines(folder / OUTCOMES)
    }
    calls = input_tokens = output_tokens = 0
    cost: Decimal | None = Decimal(0)
    for line in _lines(folder / EVENTS):
        if line["event"] == "reply":
            calls += 1
            input_tokens += line["usage"]["input_tokens"]
            output_tokens += line["usage"]["output_tokens"]
            paid = line["cost_usd"]
            cost = None if cost is None or paid is None else cost + Decimal(paid)
    return {
        "articles": sum(1 for _ in _lines(folder / INPUTS)),
        "outcomes": dict(Counter(status for status, _, _ in rows.values())),
        "words": sum(words for _, words, _ in rows.values()),
        "edits": sum(edits for _, _, edits in rows.values()),
        "calls": calls,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cost_usd": None if cost is None else str(cost),
    }


def read_source(folder: Path, done: Done) -> bytes:
    """Return the bytes that an article had when it was restored."""
    start, length = done.source_at
    with (folder / SOURCES).open("rb") as file:
        file.seek(start)
        return gzip.decompress(file.read(length))


def is_under_way(folder: Path) -> bool:
    """Tell whether a process has the record now."""
    if not (folder / LOCK).exists():
        return False
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except (Timeout, OSError):
        return True


# The JSON edge: a line may hold anything.
def _read_done(line: Mapping[str, Any]) -> Done:
    start, length = line["source_at"]
    return Done(
        index=int(line["index"]),
        locator=line["locator"],
        status=line["status"],
        source_sha256=line["source_sha256"],
        output=line["output"],
        output_sha256=line["output_sha256"],
        edits=tuple(Edit(**edit) for edit in line["edits"]),
        problems=tuple(line["problems"]),
        source_at=(start, length),
    )


def _written(output: Path, source: bytes, content: bytes) -> Written:
    return Written(
        str(output.absolute()),
        hashlib.sha256(source).hexdigest(),
        hashlib.sha256(content).hexdigest(),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the complete lines of a file; none where there is no file."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        for raw in file:
            if raw.endswith(b"\n"):
                yield json.loads(raw)


def _line(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def _append_to(path: Path) -> BinaryIO:
    """Open a file of lines at its end, without the line that a killed run left unfinished."""
    file = path.open("a+b")
    size = file.seek(0, os.SEEK_END)
    at = size
    while at:
        start = max(0, at - 65536)
        file.seek(start)
        end = file.read(at - start).rfind(b"\n")
        at = start + end + 1 if end >= 0 else start
        if end >= 0:
            break
    if at < size:
        file.truncate(at)
    file.seek(0, os.SEEK_END)
    return file


def _take_lock(folder: Path) -> FileLock:
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise UsageProblem(
            f"run '{folder.name}' is under way", hint="wait for its end, or stop it"
        ) from None
    return lock


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), indent=1, default=str) + "\n"
    write_bytes(folder / MANIFEST, text.encode("utf-8", "backslashreplace"))


def _replace(manifest: Manifest, **changes: object) -> Manifest:
    return Manifest(**{**asdict(manifest), **changes})


def _unwritable(folder: Path, exc: OSError) -> UnwritableOutput:
    return UnwritableOutput(
        f"cannot keep the run's record in '{folder}': {exc.strerror}",
        hint="is there room, and may you write there?",
    )

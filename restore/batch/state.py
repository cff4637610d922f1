"""What is known of a batch on disk, so that nothing is handed in twice, whenever we are killed.

`ID.json` says what was handed in and how far it got; it is replaced as a whole before and after
each step at the endpoint. `ID.jsonl` holds a request a line, with what is needed to check its
reply without the article; it goes once every reply is fetched. A batch here may be several at the
endpoint, which limits the size of each: its parts.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from restore.chunks import Chunk, Piece
from restore.engines.interface import NO_USAGE, Request, Usage
from restore.errors import UnwritableOutput, UsageProblem
from restore.runs import lines, locks, write_bytes
from restore.runs.history import records_root

SCHEMA = 1
NOT_SENT, CREATING = "not sent", "creating"
"""What a part's status says before the endpoint has a word for it."""
_PATIENCE_S = 1.0
_DAMAGED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Results:
    """What the replies of a part came to. All but `unknown` add up to its requests."""

    valid: int = 0
    invalid: int = 0
    """Replies that are no restoration; they were paid."""
    failed: int = 0
    """Requests that the endpoint answered with an error."""
    missing: int = 0
    """Requests of which the endpoint said nothing."""
    unknown: int = 0
    """Lines that cannot be read, or answer what was never asked."""
    usage: Usage = NO_USAGE
    cost_usd: Decimal | None = Decimal(0)
    """At the price of a batch; None where nobody knew one."""
    served: tuple[str, ...] = ()
    """The models that answered, by their endpoint's word; sorted."""
    reasons: tuple[str, ...] = ()
    """Some of why requests brought no valid reply."""


@dataclass(frozen=True, slots=True)
class Part:
    """One batch at the endpoint."""

    requests: int
    status: str = NOT_SENT
    """The endpoint's word, but for the first two."""
    file_id: str | None = None
    batch_id: str | None = None
    completed: int = 0
    failed: int = 0
    expires: str | None = None
    """UTC, ISO 8601, as `ended`."""
    ended: str | None = None
    results: Results | None = None
    """Set once its replies are in the cache."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one `batch submit` handed in."""

    id: str
    created: str
    """UTC, ISO 8601."""
    endpoint: str
    model: str
    prompt: tuple[str, str]
    """Version and digest."""
    articles: int
    parts: tuple[Part, ...]
    schema: int = SCHEMA

    @property
    def is_open(self) -> bool:
        """Whether replies are still to be fetched."""
        return any(part.results is None for part in self.parts)

    @property
    def is_sent(self) -> bool:
        """Whether the endpoint has all of it."""
        return all(part.batch_id or part.results for part in self.parts)

    @property
    def requests(self) -> int:
        """Requests of all parts."""
        return sum(part.requests for part in self.parts)

    def with_part(self, number: int, **changes: object) -> "Batch":
        """Return the batch with one part, counted from 0, changed."""
        part = replace(self.parts[number], **changes)  # type: ignore[arg-type]  # names its fields
        return replace(self, parts=(*self.parts[:number], part, *self.parts[number + 1 :]))


def batches_folder(directory: Path) -> Path:
    """Return where a project keeps its batches: beside the records of its runs."""
    return records_root(directory).parent / "batches"


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep other processes from handing in or fetching until the block ends.

    Raises:
        UsageProblem: another process does so.
        UnwritableOutput: the folder cannot be made or written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = locks.take(folder / "lock", patience_s=_PATIENCE_S)
    except locks.Held as held:
        raise UsageProblem(
            f"another process works on the batches in '{folder}'{held.process}",
            hint=held.way_out,
        ) from None
    except OSError as exc:
        raise UnwritableOutput(
            f"cannot write to '{folder}': {exc.strerror}", hint="may you write there?"
        ) from exc
    try:
        yield
    except BrokenPipeError:  # stdout's
        raise
    except OSError as exc:
        raise UnwritableOutput(
            f"cannot write to '{folder}': {exc.strerror}", hint="make room there"
        ) from exc
    finally:
        lock.release()


def save(folder: Path, batch: Batch) -> None:
    """Keep what is known of a batch; on disk when this returns."""
    content = json.dumps(asdict(batch), indent=1, default=str).encode("ascii")
    write_bytes(folder / f"{batch.id}.json", content)


def forget(folder: Path, batch: Batch) -> None:
    """Remove a batch of which the endpoint has nothing."""
    (folder / f"{batch.id}.json").unlink(missing_ok=True)
    rows_file(folder, batch.id).unlink(missing_ok=True)


def list_batches(folder: Path) -> list[Batch]:
    """Return the batches of a project, newest first.

    Raises:
        UsageProblem: the file of one is damaged: what it handed in must not be paid for twice.
    """
    found = [_load(path) for path in folder.glob("*.json")]
    return sorted(found, key=lambda batch: batch.id, reverse=True)


def find_batch(folder: Path, name: str) -> Batch:
    """Return the batch whose id is `name` or begins so.

    Raises:
        UsageProblem: there is none, or more than one.
    """
    batches = {batch.id: batch for batch in list_batches(folder)}
    found = [name] if name in batches else [one for one in batches if one.startswith(name)]
    if len(found) == 1:
        return batches[found[0]]
    if found:
        raise UsageProblem(f"'{name}' may be {', '.join(found[:3])} …", hint="write more of the id")
    near = difflib.get_close_matches(name, batches, n=1, cutoff=0.4)
    hint = f"did you mean '{near[0]}'?" if near else "'restore batch status' lists them"
    raise UsageProblem(f"no batch is called '{name}'", hint=hint)


def rows_file(folder: Path, name: str) -> Path:
    """Return the file of a batch's requests."""
    return folder / f"{name}.jsonl"


def encode_row(key: str, chunk: Chunk, body: Mapping[str, object], *, part: int) -> bytes:
    """Return the line of a request."""
    pieces = [piece.text for piece in chunk.pieces]
    row = {"key": key, "part": part, "before": chunk.before, "pieces": pieces, "body": body}
    return lines.encode(row)


def read_rows(path: Path, *, part: int | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the requests of one part, or of all, each with its place in the file."""
    place = 0
    for raw in lines.read_raw(path):
        row = json.loads(raw)
        if part is None or row["part"] == part:
            yield place, row
        place += len(raw)


def as_chunk(row: Mapping[str, Any]) -> Chunk:
    """Return what a reply is checked against: the places in the article are not known."""
    return Chunk(0, tuple(Piece(0, 0, text) for text in row["pieces"]), row["before"], 0)


def as_request(row: Mapping[str, Any]) -> Request:
    """Return what was asked, as far as its worst case depends on it."""
    body = row["body"]
    most = body.get("max_completion_tokens") or body.get("max_tokens") or 0
    return Request(body["messages"], body["model"], {}, most, 0)


def _load(path: Path) -> Batch:
    try:
        fields = json.loads(path.read_bytes())
        if fields["schema"] > SCHEMA:
            raise UsageProblem(
                f"'{path}' was written by a later version", hint="use that version of restore"
            )
        parts = tuple(_load_part(part) for part in fields.pop("parts"))
        known = {name: fields[name] for name in Batch.__slots__ if name in fields}
        return Batch(**known | {"prompt": tuple(fields["prompt"])}, parts=parts)
    except (OSError, RecursionError, *_DAMAGED) as exc:
        raise UsageProblem(
            f"'{path}' is damaged", hint="move it away; what it handed in may be paid for again"
        ) from exc


def _load_part(fields: Mapping[str, Any]) -> Part:
    known = {name: fields[name] for name in Part.__slots__ if name in fields}
    if (results := known.get("results")) is not None:
        cost = results["cost_usd"]
        typed = {
            "usage": Usage(**results["usage"]),
            "cost_usd": None if cost is None else Decimal(cost),
            "served": tuple(results["served"]),
            "reasons": tuple(results["reasons"]),
        }
        known["results"] = Results(**results | typed)
    return Part(**known)

"""What is done with batches: prepared, handed in, fetched, cancelled.

State is saved before and after each step that costs something. A step that may have been taken
without our knowing is looked for at the endpoint before it is taken again.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from restore.batch.endpoint import ENDED, Endpoint, Remote
from restore.batch.requests import encode_request
from restore.batch.results import Intake
from restore.batch.state import (
    CREATING,
    Batch,
    Results,
    forget,
    list_batches,
    read_rows,
    rows_file,
    save,
)
from restore.budget import Budget
from restore.cache import Store
from restore.errors import RestoreError, TransientFailure, UnwritableOutput

_CREATED = 3
"""How often a batch is begun that the endpoint, when looked at, does not have."""


@dataclass(frozen=True, slots=True)
class Till:
    """Where replies go."""

    store: Store
    budget: Budget
    """Knows what a reply would have cost by a call of its own."""


def send(batch: Batch, endpoint: Endpoint, folder: Path) -> Batch:
    """Hand in every part that the endpoint does not have yet.

    Raises:
        RestoreError: one could not be; `send` goes on with it. If none could, all is forgotten.
    """
    try:
        for number, part in enumerate(batch.parts):
            if part.batch_id is None and part.results is None:
                batch = _send_part(batch, number, endpoint, folder)
    except TransientFailure:
        raise
    except RestoreError:
        known = next((one for one in list_batches(folder) if one.id == batch.id), batch)
        if all(part.batch_id is None and part.status != CREATING for part in known.parts):
            forget(folder, known)
        raise
    return batch


def look(batch: Batch, endpoint: Endpoint) -> Batch:
    """Return the batch as the endpoint tells it now; nothing is saved."""
    for number, part in enumerate(batch.parts):
        if part.batch_id is not None and part.results is None:
            batch = _with_remote(batch, number, endpoint.retrieve(part.batch_id))
    return batch


def fetch(batch: Batch, endpoint: Endpoint, folder: Path, till: Till) -> Batch:
    """Take the replies of every part that has ended into the cache."""
    for number, part in enumerate(batch.parts):
        if part.results is not None:
            continue
        remote = _find_remote(batch, number, endpoint)
        if remote is None:
            continue
        batch = _with_remote(batch, number, remote)
        if remote.status in ENDED:
            intake = _open_intake(batch, number, folder, till)
            _collect(remote, endpoint, intake, folder)
            batch = batch.with_part(number, results=intake.results())
        save(folder, batch)
    if not batch.is_open:
        rows_file(folder, batch.id).unlink(missing_ok=True)
    return batch


def cancel(batch: Batch, endpoint: Endpoint, folder: Path) -> Batch:
    """Have the parts stopped that go on; what was not handed in is given up."""
    for number, part in enumerate(batch.parts):
        if part.results is not None:
            continue
        remote = _find_remote(batch, number, endpoint)
        if remote is None:
            given_up = Results(missing=part.requests)
            batch = batch.with_part(number, status="cancelled", results=given_up)
        else:
            if remote.status not in (*ENDED, "cancelling"):
                remote = endpoint.cancel(remote.id)
            batch = _with_remote(batch, number, remote)
        save(folder, batch)
    return batch


def _send_part(batch: Batch, number: int, endpoint: Endpoint, folder: Path) -> Batch:
    part = batch.parts[number]
    file_id = part.file_id
    if file_id is None:
        file_id = _upload(batch, number, endpoint, folder)
        batch = batch.with_part(number, file_id=file_id)
        save(folder, batch)
    remote = _find_remote(batch, number, endpoint)
    if remote is None:
        save(folder, batch.with_part(number, status=CREATING))
        remote = _create(file_id, batch, number, endpoint, folder)
    batch = _with_remote(batch, number, remote)
    save(folder, batch)
    return batch


def _upload(batch: Batch, number: int, endpoint: Endpoint, folder: Path) -> str:
    with tempfile.TemporaryFile(dir=folder) as file:
        for _, row in read_rows(rows_file(folder, batch.id), part=number):
            file.write(encode_request(row["key"], row["body"]))
        file.seek(0)
        return endpoint.upload(file, f"restore-{batch.id}-{number + 1}.jsonl")


def _create(file_id: str, batch: Batch, number: int, endpoint: Endpoint, folder: Path) -> Remote:
    """Begin a batch; where it is not known whether it was begun, look before trying again."""
    for tried in range(1, _CREATED + 1):
        try:
            return endpoint.create(file_id, batch=batch.id, part=number)
        except TransientFailure:
            time.sleep(tried)
            found = endpoint.find(batch=batch.id, part=number, created=batch.created)
            if found is not None:
                return found
            if tried == _CREATED:
                raise
        except RestoreError:
            if tried == 1:  # else one that was begun before may yet appear
                save(folder, batch)
            raise
    raise AssertionError  # the last try returns or raises


def _find_remote(batch: Batch, number: int, endpoint: Endpoint) -> Remote | None:
    """Return a part as its endpoint tells it; None where it was never begun."""
    part = batch.parts[number]
    if part.batch_id is not None:
        return endpoint.retrieve(part.batch_id)
    if part.status == CREATING:  # killed before the answer came
        return endpoint.find(batch=batch.id, part=number, created=batch.created)
    return None


def _with_remote(batch: Batch, number: int, remote: Remote) -> Batch:
    return batch.with_part(
        number,
        batch_id=remote.id,
        status=remote.status,
        completed=remote.completed,
        failed=remote.failed,
        expires=remote.expires,
        ended=remote.ended,
    )


def _open_intake(batch: Batch, number: int, folder: Path, till: Till) -> Intake:
    path = rows_file(folder, batch.id)
    places = {row["key"]: place for place, row in read_rows(path, part=number)}
    if len(places) != batch.parts[number].requests:
        raise UnwritableOutput(
            f"'{path}' is damaged: replies cannot be checked", hint="run the articles instead"
        )
    return Intake(places, path, till.store, till.budget, batch.model)


def _collect(remote: Remote, endpoint: Endpoint, intake: Intake, folder: Path) -> None:
    """Check what came back of a part and keep what is valid."""
    with tempfile.TemporaryDirectory(dir=folder) as apart:
        landing = Path(apart, "replies")
        for file_id in (remote.output_file_id, remote.error_file_id):
            if file_id:
                endpoint.download(file_id, landing)
                intake.take(landing)
    for error in remote.errors:
        intake.note(error)

"""A server on loopback with the Batch API: files and batches, and chat completions beside them.

It does as OpenAI's reference says: a file of requests is handed in, a batch is begun over it, and
what it answered and what it did not are two more files. Nothing ends by itself: a test calls `end`.
"""

import email.parser
import email.policy
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.server import ModelServer, _Handler, completion, listen

Line = dict[str, Any]
ENDED = ("completed", "failed", "expired", "cancelled")


@dataclass
class BatchServer(ModelServer):
    """What it was handed in, and what came of it."""

    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    """Method and path of every request that is no completion."""
    refusal: tuple[int, str] | None = None
    """Status and message with which every such request is refused."""
    looks_left: int | None = None
    """The batches end when one was looked at so often; None: when `end` is called."""
    refused_after: int | None = None
    """So many such requests are taken, and then the key is refused."""
    nonsense: bytes | None = None
    """Answers every such request, with status 200."""
    holds_creates: bool = False
    """Batches are begun and no answer comes before `let_go`."""
    let_go: threading.Event = field(default_factory=threading.Event)
    create_faults: list[bytes] = field(default_factory=list)
    """Answers to the first batches that are begun; where one is empty the connection is closed."""
    hidden: bool = False
    """The key is refused where batches are listed."""

    def end(
        self,
        status: str = "completed",
        *,
        change: Callable[[list[Line]], list[Line]] = lambda lines: lines,
        done: int | None = None,
        fail: Callable[[int], dict[str, Any] | None] = lambda number: None,
        garbage: bytes = b"",
    ) -> None:
        """End every batch that goes on.

        Args:
            status: the one they end with.
            change: what the lines of the output become.
            done: so many requests are answered, the others end in the file of errors.
            fail: says what is the error's response of a request, by its number.
            garbage: stands at the begin and at the end of the output.
        """
        for batch in self.batches.values():
            if batch["status"] in ENDED:
                continue
            asked = self.asked(batch["input_file_id"])
            answers, errors = list[Line](), list[Line]()
            for number, line in enumerate(asked):
                name = {"id": f"req-{number}", "custom_id": line["custom_id"]}
                if done is not None and number >= done:
                    error = {"code": f"batch_{status}", "message": "not executed in time"}
                    errors.append(name | {"response": None, "error": error})
                elif failed := fail(number):
                    errors.append(name | {"response": failed, "error": None})
                else:
                    answers.append(name | {"response": self.respond(line), "error": None})
            output = garbage + _encode(change(answers)) + garbage
            batch |= {
                "status": status,
                f"{status}_at": int(time.time()),
                "output_file_id": self.keep(output) if output else None,
                "error_file_id": self.keep(_encode(errors)) if errors else None,
                "request_counts": _counts(len(asked), len(answers), len(errors)),
            }

    def look(self) -> None:
        """Note that a batch is looked at."""
        if self.looks_left is not None:
            self.looks_left -= 1
            if not self.looks_left:
                self.end()

    def asked(self, file_id: str) -> list[Line]:
        """Return the requests of a file."""
        return [json.loads(line) for line in self.files[file_id].splitlines()]

    def respond(self, line: Line) -> Line:
        """Answer a request honestly."""
        body = completion(self.answer(line["body"])) | {
            "model": self.served or line["body"]["model"]
        }
        return {"status_code": 200, "request_id": "r", "body": body}

    def keep(self, content: bytes) -> str:
        """Keep a file and return its id."""
        name = f"file-{len(self.files) + 1}"
        self.files[name] = content
        return name

    def begin(self, told: dict[str, Any]) -> dict[str, Any]:
        """Begin a batch."""
        asked = self.asked(told["input_file_id"])
        name = f"batch_{len(self.batches) + 1}"
        now = int(time.time())
        batch = self.batches[name] = {
            "id": name,
            "object": "batch",
            "endpoint": told["endpoint"],
            "input_file_id": told["input_file_id"],
            "completion_window": told["completion_window"],
            "status": "in_progress",
            "created_at": now,
            "expires_at": now + 24 * 3600,
            "request_counts": _counts(len(asked), 0, 0),
            "metadata": told.get("metadata"),
        }
        return batch


def error(status: int, message: str) -> dict[str, Any]:
    """Return the response of a request that an error answered."""
    return {"status_code": status, "request_id": "r", "body": {"error": {"message": message}}}


@contextmanager
def serve_batches() -> Iterator[BatchServer]:
    """Run a server on loopback until the block ends."""
    model = BatchServer()
    with listen(model, _BatchHandler):
        yield model


class _BatchHandler(_Handler):
    model: BatchServer

    def do_POST(self) -> None:  # noqa: N802  # as its base
        if self.path == "/v1/chat/completions":
            super().do_POST()
            return
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self._refused():
            self._post(content)

    def do_GET(self) -> None:  # noqa: N802  # as its base
        if self._refused():
            return
        path = self.path.partition("?")[0].removeprefix("/v1/").split("/")
        match path:
            case ["batches"] if self.model.hidden:
                self.send_json(401, {"error": {"message": "may not list"}})
            case ["batches"]:
                found = list(reversed(self.model.batches.values()))
                self.send_json(200, {"object": "list", "data": found, "has_more": False})
            case ["batches", name] if name in self.model.batches:
                self.model.look()
                self.send_json(200, self.model.batches[name])
            case ["files", name, "content"] if name in self.model.files:
                self.send(200, self.model.files[name], "application/octet-stream")
            case _:
                self.send_json(404, {"error": {"message": "no such thing"}})

    def _post(self, content: bytes) -> None:
        path = self.path.removeprefix("/v1/").split("/")
        match path:
            case ["files"]:
                told = _read_form(self.headers["Content-Type"], content)
                assert told["purpose"] == b"batch"
                name = self.model.keep(told["file"])
                self.send_json(200, {"id": name, "object": "file", "purpose": "batch"})
            case ["batches"]:
                self._begin(json.loads(content))
            case ["batches", name, "cancel"] if name in self.model.batches:
                batch = self.model.batches[name]
                batch["status"] = "cancelling"
                self.send_json(200, batch)
            case _:
                self.send_json(404, {"error": {"message": "no such thing"}})

    def _begin(self, told: dict[str, Any]) -> None:
        batch = self.model.begin(told)
        if self.model.holds_creates:
            self.model.let_go.wait(60)
            self.close_connection = True
            return
        if self.model.create_faults:
            if answer := self.model.create_faults.pop(0):
                self.send(200, answer, "text/html")
            self.close_connection = True
            return
        self.send_json(200, batch)

    def _refused(self) -> bool:
        self.model.calls.append(f"{self.command} {self.path.partition('?')[0]}")
        model = self.model
        if model.nonsense is not None:
            self.send(200, model.nonsense, "application/json")
        elif model.refused_after is not None and len(model.calls) > model.refused_after:
            self.send_json(403, {"error": {"message": "no more"}})
        elif model.refusal is not None:
            status, message = model.refusal
            self.send_json(status, {"error": {"message": message}})
        else:
            return False
        return True


def _counts(total: int, completed: int, failed: int) -> dict[str, int]:
    return {"total": total, "completed": completed, "failed": failed}


def _encode(lines: list[Line]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _read_form(kind: str, content: bytes) -> dict[str, bytes]:
    """Read a form with a file, by the name of its fields."""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    form = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + content)
    return {
        str(part.get_param("name", header="content-disposition")): bytes(
            part.get_payload(decode=True)
        )
        for part in form.iter_parts()
    }

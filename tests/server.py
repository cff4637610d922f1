"""A chat-completions server on loopback that misbehaves on request.

It stands for the far side of the process: everything between the program and its socket is real.
Start it by hand with `python -m tests.server --port 8123` to try the program in a terminal.
"""

import argparse
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PIECE = re.compile(r"<piece-(\d+)-([0-9a-f]+)>\n(.*?)\n</piece-\1-\2>", re.DOTALL)
_RESTORED = {
    "facial acknowledgment": "facial recognition",
    "law implementation": "law enforcement",
    "law authorization": "law enforcement",
    "since quite a while ago": "long",
}

Fault = Callable[["_Handler", str], None]
"""Writes one response; the text is what an honest server would have said."""


def rewrite(text: str) -> str:
    """Restore a few phrases, as a model would."""
    for spun, restored in _RESTORED.items():
        text = text.replace(spun, restored)
    return text


@dataclass
class ModelServer:
    """What the server does, and what it was asked."""

    script: list[Fault] = field(default_factory=list)
    """One response each for the first requests; after that it is honest."""
    always: Fault | None = None
    """The response to every request that the script does not cover."""
    rewrite: Callable[[str], str] = rewrite
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    served: str | None = None
    """The model that an honest answer names; None: the one asked for."""
    base_url: str = ""
    delay_s: float = 0.0
    places: threading.Semaphore | None = None
    """Requests worked on at once; the others wait, and are never told so. None: all."""
    under_way: int = 0
    loads: list[int] = field(default_factory=list)
    """Requests under way, one number for each that came."""

    def answer(self, body: dict[str, Any]) -> str:
        """Restore the pieces of a request, in the tags it asks for."""
        pieces = _PIECE.findall(body["messages"][-1]["content"])
        return "\n".join(
            f"<piece-{number}-{mark}>\n{self.rewrite(text)}\n</piece-{number}-{mark}>"
            for number, mark, text in pieces
        )


def completion(text: str | None, **changes: object) -> dict[str, Any]:
    """Build a chat completion; `changes` go into its choice."""
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "stop",
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "served-model",
        "choices": [choice | changes],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


def honest(handler: "_Handler", text: str) -> None:
    named = {"model": handler.model.served or handler.model.requests[-1]["model"]}
    handler.send_json(200, completion(text) | named)


def status(number: int, *, retry_after: str | None = None, **error: str) -> Fault:
    """Answer with an error status."""
    head = {"Retry-After": retry_after} if retry_after else {}

    def fault(handler: "_Handler", text: str) -> None:
        handler.send_json(number, {"error": {"message": f"status {number}", **error}}, head)

    return fault


def with_headers(**head: str) -> Fault:
    """Answer honestly, with these headers; `_` stands for a hyphen."""
    named = {name.replace("_", "-"): value for name, value in head.items()}
    return lambda handler, text: handler.send_json(200, completion(text), named)


def body(content: bytes, *, kind: str = "application/json") -> Fault:
    """Answer with status 200 and this body."""
    return lambda handler, text: handler.send(200, content, kind)


def reply(change: Callable[[str], dict[str, Any]]) -> Fault:
    """Answer with a completion made from the honest text."""
    return lambda handler, text: handler.send_json(200, change(text))


def hang(handler: "_Handler", text: str) -> None:
    time.sleep(5)


def drip(handler: "_Handler", text: str) -> None:
    """Send one byte every tenth of a second: no read ever times out."""
    content = json.dumps(completion(text)).encode()
    handler.send_head(200, len(content), "application/json")
    for byte in content[:50]:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.1)


def cut(handler: "_Handler", text: str) -> None:
    """Close the connection in the middle of the body."""
    content = json.dumps(completion(text)).encode()
    handler.send_head(200, len(content), "application/json")
    handler.wfile.write(content[: len(content) // 2])
    handler.close_connection = True


def reset(handler: "_Handler", text: str) -> None:
    """Take the request and reset the connection."""
    at_once = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    handler.connection.close()
    handler.close_connection = True


def not_http(handler: "_Handler", text: str) -> None:
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    handler.close_connection = True


def endless(code: int, sent: list[int]) -> Fault:
    """Answer with a body of 64 MiB; `sent` gets the size of each part that went out."""

    def fault(handler: "_Handler", text: str) -> None:
        handler.send_head(code, 1 << 26, "application/json")
        for _ in range(64):
            handler.wfile.write(b" " * (1 << 20))
            sent.append(1 << 20)

    return fault


def misnumbered(text: str) -> dict[str, Any]:
    return completion(text.replace("piece-1-", "piece-7-"))


def duplicated(text: str) -> dict[str, Any]:
    return completion(f"{text}\n{text}")


def halved(text: str) -> dict[str, Any]:
    """Claim to be complete and stop in the middle of a piece."""
    return completion(text[: len(text) // 2])


def with_preamble(text: str) -> dict[str, Any]:
    return completion(f"Here is the restored text:\n\n{text}\n\nLet me know if you need more!")


INVALID: dict[str, Fault] = {
    "html with 200": body(b"<html><body>gateway</body></html>", kind="text/html"),
    "invalid json": body(b'{"choices": ['),
    "choices null": body(b'{"choices": null}'),
    "no choices": body(b'{"choices": []}'),
    "error body with 200": body(b'{"error": {"message": "overloaded"}}'),
    "a list": body(b"[]"),
    "nested without end": body(b'{"choices":' + b"[" * 100_000),
    "not UTF-8": body(b'{"choices": [{"message": {"content": "\xff"}}]}'),
    "message null": reply(lambda _: completion(None, message=None)),
    "content null": reply(lambda _: completion(None)),
    "empty content": reply(lambda _: completion(" \n")),
    "finish reason length": reply(lambda text: completion(text, finish_reason="length")),
    "content filter": reply(lambda text: completion(text, finish_reason="content_filter")),
    "refusal field": reply(
        lambda _: completion(None, message={"content": None, "refusal": "I cannot do that"})
    ),
    "refusal in words": reply(lambda _: completion("I'm sorry, but I can't help with that.")),
    "cut and called complete": reply(halved),
    "wrong numbers": reply(misnumbered),
    "duplicate numbers": reply(duplicated),
    "a number without end": reply(
        lambda text: completion(text.replace("piece-1-", f"piece-{'9' * 5000}-"))
    ),
    "terminal escape": reply(lambda text: completion(text.replace("office", "\x1boffice"))),
    "lone surrogate": reply(lambda text: completion(text.replace("office", "\ud800office"))),
    "endless": endless(200, []),
    "no tags": reply(lambda _: completion("The law enforcement office.")),
}
"""Answers that are no restoration, by what is wrong with them."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024  # with 5, many connections at once take a second longer each


@contextmanager
def serve(port: int = 0) -> Iterator[ModelServer]:
    """Run a server on loopback until the block ends."""
    model = ModelServer()
    with listen(model, _Handler, port=port):
        yield model


@contextmanager
def listen(model: ModelServer, handler: "type[_Handler]", *, port: int = 0) -> Iterator[None]:
    """Let a model answer through a handler on loopback until the block ends."""
    server = _Server(("127.0.0.1", port), type("Handler", (handler,), {"model": model}))
    server.daemon_threads = True
    model.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: ModelServer
    asked: dict[str, Any]
    _lock = threading.Lock()

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        asked = self.asked = json.loads(self.rfile.read(size))
        with self._lock:
            self.model.requests.append(asked)
            self.model.headers.append({k.lower(): v for k, v in self.headers.items()})
            fault = self.model.script.pop(0) if self.model.script else self.model.always
            self.model.under_way += 1
            self.model.loads.append(self.model.under_way)
        with self.model.places or nullcontext():
            time.sleep(self.model.delay_s)
        with self._lock:
            self.model.under_way -= 1
        try:
            (fault or honest)(self, self.model.answer(asked))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send_json(self, code: int, content: object, head: dict[str, str] | None = None) -> None:
        self.send(code, json.dumps(content).encode(), "application/json", head)

    def send(
        self, code: int, content: bytes, kind: str, head: dict[str, str] | None = None
    ) -> None:
        self.send_head(code, len(content), kind, head)
        self.wfile.write(content)

    def send_head(
        self, code: int, length: int, kind: str, head: dict[str, str] | None = None
    ) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        for name, value in (head or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8123)
    with serve(parser.parse_args().port) as running:
        print(running.base_url)  # noqa: T201
        threading.Event().wait()

"""Files of JSON, one object a line, that only grow and may end in the middle of a line."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from restore.errors import UsageProblem

T = TypeVar("T")
INPUTS, EVENTS, OUTCOMES = "inputs.jsonl", "events.jsonl", "outcomes.jsonl"
"""Those of a record."""


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what the lines of a file say, but damaged ones: what those told is done again."""
    for raw in read_raw(path):
        try:
            line = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict):
            yield line


def read_raw(path: Path) -> Iterator[bytes]:
    """Yield the complete lines of a file; none where there is no file."""
    try:
        with path.open("rb") as file:
            yield from (raw for raw in file if raw.endswith(b"\n"))
    except FileNotFoundError:
        return
    except OSError as exc:
        hint = "may you read it?"
        raise UsageProblem(f"cannot read '{path}': {exc.strerror}", hint=hint) from exc


def parse(
    told: Iterable[Mapping[str, Any]], convert: Callable[[Mapping[str, Any]], T]
) -> Iterator[T]:
    """Yield the converted lines, without those that lack something."""
    for line in told:
        try:
            parsed = convert(line)
        except (KeyError, TypeError, ValueError, ArithmeticError):
            continue
        yield parsed


def encode(fields: Mapping[str, object]) -> bytes:
    """Return a line. It is ASCII: paths may hold bytes that are no text."""
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def append_to(path: Path) -> BinaryIO:
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

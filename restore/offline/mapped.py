"""Files of named, typed arrays, read through a memory map: opening one costs no parsing.

Layout, little-endian: 4 bytes of magic, the length of the header and one number that the kind of
file may use (both 32 bits), the header as JSON, then the arrays, each padded to 8 bytes. The
header maps a name to `[offset, length, type]`, offsets counted from the header's end; `meta`, if
there, holds what is not an array.
"""

import json
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from restore.errors import RestoreError

_FRONT = struct.Struct("<4sII")
_FORMATS: dict[str, Literal["B", "H", "I"]] = {"|u1": "B", "<u2": "H", "<u4": "I"}
"""Array types as numpy spells them, and as `memoryview.cast` does."""
_ALIGNMENT = 8


class Mapped:
    """One open file; every array is a view into the map, shared by all threads and forks."""

    def __init__(self, path: Path, *, magic: bytes) -> None:
        """Map the file.

        Raises:
            RestoreError: it is missing, or not a file of this kind.
        """
        self._path = path
        self._view = memoryview(_map(path))
        if len(self._view) < _FRONT.size or bytes(self._view[:4]) != magic:
            raise _unusable(path, f"it does not start with {magic.decode()!r}")
        _, length, self.number = _FRONT.unpack_from(self._view)
        self._base = _FRONT.size + length
        try:
            header: dict[str, Any] = json.loads(bytes(self._view[_FRONT.size : self._base]))
        except ValueError as exc:
            raise _unusable(path, "its header is not JSON") from exc
        self.meta: Mapping[str, Any] = header.pop("meta", {})
        self._arrays = header

    def array(self, name: str) -> "memoryview[int]":
        """Return the array called `name`."""
        try:
            offset, length, kind = self._arrays[name]
            code = _FORMATS[kind]
        except KeyError as exc:
            raise _unusable(self._path, f"it has no readable array {name!r}") from exc
        start = self._base + offset
        return self._view[start : start + length * struct.calcsize(code)].cast(code)

    def text(self, name: str) -> bytes:
        """Return a copy of the byte array called `name`."""
        return self.array(name).tobytes()


def pack(
    magic: bytes, arrays: Mapping[str, bytes | memoryview], *, meta: Mapping[str, Any]
) -> bytes:
    """Return the bytes of such a file; equal arguments give equal bytes.

    `arrays` are `bytes`, or views of 8, 16 or 32 bit unsigned items in little-endian order.
    """
    header: dict[str, Any] = {"meta": dict(meta)}
    body = bytearray()
    kinds: dict[str, str] = {code: kind for kind, code in _FORMATS.items()}
    for name, values in arrays.items():
        view = memoryview(values)
        header[name] = [len(body), len(view), kinds[view.format]]
        body += view.tobytes()
        body += bytes(-len(body) % _ALIGNMENT)
    front = json.dumps(header, sort_keys=True, ensure_ascii=False).encode()
    front += b" " * (-(len(front) + _FRONT.size) % _ALIGNMENT)
    return _FRONT.pack(magic, len(front), 0) + front + bytes(body)


def _map(path: Path) -> mmap.mmap | bytes:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:
        return b""  # an empty file cannot be mapped; the check of its magic rejects it
    except OSError as exc:
        raise _unusable(path, exc.strerror or "it cannot be opened") from exc


def _unusable(path: Path, why: str) -> RestoreError:
    hint = "install restore again, or run 'make lexicon' in a clone"
    return RestoreError(f"cannot read the offline engine's file '{path.name}': {why}", hint=hint)

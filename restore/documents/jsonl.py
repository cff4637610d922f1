"""JSON lines: each record an article, read from one of its fields; all else stays byte for byte.

A file is one document with a part for each record, so that its edits, diffs and reviews are those
of one file; parts are restored apart, as the articles they are.
"""

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

from restore import boilerplate
from restore.article import Article, Block, Part
from restore.documents.building import Builder
from restore.documents.reading import Fields
from restore.documents.text import MOST_BYTES, decode, find_blocks
from restore.errors import UnreadableArticle

_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"')
_SPACE = re.compile(r"[ \t\r]*")
_BRACKET = re.compile(r'[\[\]{}"]')
_PIECE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+"
)
"""A pair of surrogates, an escape, or characters that stand for themselves."""
_GZIP = 16 + zlib.MAX_WBITS
_HINT = "name the field with --field; each line is one JSON object"


def read_jsonl(
    raw: bytes, locator: str, encoding: str | None, fields: Fields, *, packed: bool = False
) -> Iterator[Article]:
    """Yield one article with a part for each record that has text in its field.

    Raises:
        UnreadableArticle: a line is no JSON object, lacks the field, or no line has text in it.
    """
    text, codec, mark = decode(unpack(raw, locator) if packed else raw, locator, encoding)
    builder = Builder(text)
    parts: list[Part] = []
    at = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            start = builder.length
            name = _read_record(builder, line, at, fields, where=(locator, number))
            if builder.length > start:
                parts.append(Part(start, builder.length, name))
                builder.layout("\n\n")
        at += len(line) + 1
    source, document = builder.finish("json")
    if not parts:
        raise UnreadableArticle(f"cannot read '{locator}': no record has text", hint=_HINT)
    blocks = tuple(block for part in parts for block in _find_blocks(source, part))
    yield Article(locator, source, codec, mark, blocks, document, tuple(parts), packed=packed)


def unpack(raw: bytes, locator: str) -> bytes:
    """Return what gzip packed, however it was cut into members.

    Raises:
        UnreadableArticle: it is not gzip, is cut off, or would be too large.
    """
    out = bytearray()
    rest = raw
    while rest:
        unpacker = zlib.decompressobj(_GZIP)
        try:
            out += unpacker.decompress(rest, MOST_BYTES + 1 - len(out))
        except zlib.error as exc:
            raise UnreadableArticle(
                f"cannot read '{locator}': it is not gzip ({exc})", hint="is the download complete?"
            ) from exc
        if len(out) > MOST_BYTES:
            raise UnreadableArticle(
                f"cannot read '{locator}': unpacked it is over {MOST_BYTES:,} bytes",
                hint="cut it into smaller files",
            )
        if not unpacker.eof:
            raise UnreadableArticle(
                f"cannot read '{locator}': it is cut off", hint="is the download complete?"
            )
        rest = unpacker.unused_data
    return bytes(out)


def _read_record(
    builder: Builder, line: str, at: int, fields: Fields, *, where: tuple[str, int]
) -> str:
    """Add a record's title and text to the article, and return what the record is called."""
    place = f"line {where[1]} of '{where[0]}'"
    record = _parse(line, place)
    if fields.body not in record:
        has = ", ".join(sorted(record)[:8]) or "nothing"
        raise UnreadableArticle(
            f"{place} has no '{fields.body}'",
            hint=f"--field names the one to restore; it has {has}",
        )
    places, begin = dict(_strings(line)), builder.length
    for field in (fields.title, fields.body):
        if field in places and field is not None:
            start, stop = places[field]
            if builder.length > begin:
                builder.layout("\n\n")
            _add_string(builder, line, at, start + 1, stop - 1)
    name = record.get(fields.id) if fields.id else None
    return str(name) if isinstance(name, str | int) else f"line {where[1]}"


# The JSON edge: a record may hold anything.
def _parse(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as exc:
        reason = exc.msg if isinstance(exc, json.JSONDecodeError) else "it is nested too deep"
        raise UnreadableArticle(f"{where} is no JSON: {reason}", hint=_HINT) from exc
    if not isinstance(record, dict):
        raise UnreadableArticle(f"{where} is no JSON object", hint=_HINT)
    return record


def _strings(line: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the fields of a valid object that are strings, with the place of each, quotes included.

    Of a field that occurs twice the last counts, as JSON readers have it.
    """
    at = line.index("{") + 1
    while True:
        key = _STRING.search(line, at)
        if key is None:
            return
        at = _skip(line, line.index(":", key.end()) + 1)
        value = _STRING.match(line, at)
        if value:
            yield json.loads(key[0]), value.span()
            at = value.end()
        else:
            at = _end_of(line, at)
        if line[_skip(line, at)] == "}":
            return
        at = _skip(line, at) + 1


def _skip(line: str, at: int) -> int:
    match = _SPACE.match(line, at)
    return match.end() if match else at


def _end_of(line: str, at: int) -> int:
    """Return the end of a value that is no string: an array, an object, a number or a word."""
    if line[at] not in "[{":
        while line[at] not in ",}":
            at += 1
        return at
    depth = 0
    while True:
        match = _BRACKET.search(line, at)
        assert match is not None  # noqa: S101  # the line is valid
        at = match.end()
        if match[0] == '"':
            string = _STRING.match(line, match.start())
            at = string.end() if string else at
            continue
        depth += 1 if match[0] in "[{" else -1
        if not depth:
            return at


def _add_string(builder: Builder, line: str, at: int, start: int, stop: int) -> None:
    for match in _PIECE.finditer(line, start, stop):
        begin, end = at + match.start(), at + match.end()
        if match[0][0] != "\\":
            builder.literal(begin, end)
            continue
        text = json.loads(f'"{match[0]}"')
        lone = "\ud800" <= text <= "\udfff"
        builder.decoded("\ufffd" if lone else text, begin, end, fixed=lone)


def _find_blocks(source: str, part: Part) -> Iterator[Block]:
    for block in boilerplate.mark(find_blocks(source[part.start : part.stop])):
        start, stop = block.start + part.start, block.stop + part.start
        yield Block(start, stop, block.kind, block.text, block.reason)

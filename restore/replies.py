"""What came back: a reply is read by its tags, and is no reply where its shape is wrong.

The tags' mark is derived from the text of the chunk and cannot occur in it.
"""

import hashlib
import re
from collections.abc import Iterator

from restore.article import Problem, find_controls, with_plain_newlines
from restore.chunks import Chunk, Piece
from restore.errors import InvalidReply

_TAG = re.compile(r"<(/?)piece-(\d{1,6})-([0-9a-f]+)>")
_LEAK = re.compile(r"</?(?:(?:piece|attempt|wrong)-\d+|before)-[0-9a-f]+>")
_REFUSAL = re.compile(
    r"\W*(?:i(?:['’]m| am) (?:sorry|unable|not able)|sorry,|i (?:can(?:not|['’]t)|won['’]t)"
    r"|as an ai\b|i apologi[sz]e)",
    re.IGNORECASE,
)
_FEW_WORDS = 12
"""Shorter pieces may change their length more than any bound would allow."""
_SHORTEST, _LONGEST = 0.6, 1.6
"""Words of a restored piece per word of the piece: on labelled passages 0.8-1.2."""

_SHOWN = 12
"""Numbers of a wrongly numbered reply that are named."""


def parse(text: str, chunk: Chunk) -> tuple[str, ...]:
    """Return one restored text per piece of `chunk`, from the reply to its prompt.

    Raises:
        InvalidReply: the reply is no restoration of these pieces, for the problem it names.
    """
    if not text.strip():
        raise InvalidReply("empty", "the reply was empty")
    found = list(_tagged(text, mark_of(chunk)))
    if [number for number, _ in found] != list(range(1, len(chunk.pieces) + 1)):
        raise _misnumbered(text, [number for number, _ in found], chunk)
    return tuple(
        _check_piece(piece, restored)
        for piece, (_, restored) in zip(chunk.pieces, found, strict=True)
    )


def mark_of(chunk: Chunk) -> str:
    """Derive a mark from the chunk's text that does not occur in it."""
    text = "\n".join([chunk.before, *(piece.text for piece in chunk.pieces)])
    mark = text
    while mark in text:
        mark = hashlib.sha256(mark.encode("utf-8", errors="surrogatepass")).hexdigest()[:6]
    return mark


def _tagged(text: str, mark: str) -> Iterator[tuple[int, str]]:
    """Yield number and content of each piece whose tag is opened and closed."""
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        if tag[3] != mark:
            continue
        again = opened is not None and opened[2] == tag[2]
        if not tag[1]:
            opened = opened if again else tag  # what a piece begun twice said first is not dropped
        elif opened is not None and again:
            yield int(tag[2]), text[opened.end() : tag.start()].strip()
            opened = None


def _misnumbered(text: str, numbers: list[int], chunk: Chunk) -> InvalidReply:
    wanted, begun = len(chunk.pieces), f"-{mark_of(chunk)}>" in text
    if not numbers and _REFUSAL.match(text):
        return InvalidReply("refused", "the model refused")
    if begun and numbers == list(range(1, len(numbers) + 1)) and len(numbers) < wanted:
        return InvalidReply("truncated", f"the reply held {len(numbers)} of {wanted} pieces")
    shown = ", ".join(map(str, numbers[:_SHOWN])) + (" …" if len(numbers) > _SHOWN else "")
    return InvalidReply("numbering", f"the reply numbered its pieces [{shown}], not 1 to {wanted}")


def _check_piece(piece: Piece, restored: str) -> str:
    restored = with_plain_newlines(restored)
    problem = _problem(piece.text, restored)
    if problem is not None:
        raise InvalidReply(problem, f"a restored piece was {_SAID[problem]}")
    newline = "\r\n" if "\r\n" in piece.text else "\r" if "\r" in piece.text else "\n"
    return restored.replace("\n", newline) if newline != "\n" else restored


_SAID: dict[Problem, str] = {
    "empty": "empty",
    "leaked": "mixed with the prompt's own tags",
    "refused": "a refusal",
    "inserted": "mixed with control characters",
    "length": "out of proportion to its source",
}


def _problem(source: str, restored: str) -> Problem | None:
    if not restored:
        return "empty"
    if not set(_LEAK.findall(restored)) <= set(_LEAK.findall(source)):
        return "leaked"
    if not find_controls(restored) <= find_controls(source):
        return "inserted"
    if _REFUSAL.match(restored) and not _REFUSAL.match(source):
        return "refused"
    words, before = len(restored.split()), len(source.split())
    if before >= _FEW_WORDS and not _SHORTEST <= words / before <= _LONGEST:
        return "length"
    return None

"""Plain text: bytes to an article whose blocks are paragraphs, headings, items and quotations."""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from restore import boilerplate
from restore.article import Article, Block, BlockKind
from restore.documents import contents, encodings
from restore.errors import UnreadableArticle, UsageProblem

MOST_BYTES = 64 * 1024 * 1024
"""A larger file is no article; reading it would take gigabytes."""
MOST_CHARACTERS = 8_000_000
"""A longer article is none: the offline engine takes 140 bytes of memory a character. War and Peace
has 3.2 million."""

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXTS = (b"%PDF-", b"{\\rtf")
"""How files begin that may be free of NUL and are no plain text all the same."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_ITEM = re.compile(r"\s*(?:[•*+–-]|\d{1,3}[.)]|[a-z][)])\s+\S")
_QUOTE = re.compile(r"\s*>")
_SENTENCE_END = (".", "!", "?", "…", ":", ";", ".”", "!”", "?”", '."', '!"', '?"', ")")
_NO_CHARACTER_SETS = frozenset({"idna", "punycode", "undefined"})
"""Codecs between texts and bytes all the same."""
_HEADING_WORDS = 14
"""Longer lines without a full stop are prose that was cut."""
_FULL = 0.7
"""Of the longest line: wrapped lines but the last of a paragraph have as much, spun ones too."""
_WRAPPED = 100
"""Lines up to this many characters may be hard-wrapped; longer ones are whole paragraphs."""
_CUT = 40
"""A line of as many characters is no item of a list, and may be a sentence that was cut."""
_RAGGED = 25
"""The same of many lines, on average."""
_UNFINISHED = re.compile(
    r"(?:,|\b(?:a|an|the|of|to|in|on|at|by|for|from|with|and|or|but|that|which|who|as|than|its|their|"
    r"his|her|this|is|are|was|were|be|has|have|had|will|would|can|could))\Z"
)
"""How no sentence and no title ends."""


def read_text(raw: bytes, locator: str, encoding: str | None = None) -> Iterator[Article]:
    """Yield the one article of a text file.

    Args:
        raw: the file's bytes.
        locator: where they came from, for messages and ids.
        encoding: the codec to use; None finds it (`decode`).

    Raises:
        UnreadableArticle: too large, empty, binary, or not in that encoding.
    """
    contents.check_size(locator, len(raw), most=MOST_BYTES)
    source, codec, mark = decode(raw, locator, encoding)
    check_length(source, locator)
    if not source.strip():
        raise UnreadableArticle(
            f"cannot read '{locator}': it is empty",
            hint="leave it out; there is nothing to restore",
        )
    yield Article(locator, source, codec, mark, boilerplate.mark(find_blocks(source)))


def decode(raw: bytes, locator: str, encoding: str | None) -> tuple[str, str, bytes]:
    """Return text, codec and byte order mark; the three give back exactly `raw`.

    Without an encoding it is the byte order mark's, else UTF-8, else what is sure enough of what
    the bytes look like (`encodings.guess`).

    Raises:
        UnreadableArticle: the bytes are not text in that encoding.
        UsageProblem: there is no such encoding.
    """
    mark, codec = next(((m, c) for m, c in _MARKS if raw.startswith(m)), (b"", "utf-8"))
    if encoding is not None and not _same_codec(encoding, codec):
        mark, codec = b"", _codec(encoding)
    elif encoding is None and not mark and (found := encodings.guess(raw)):
        codec = found.codec
    body = raw[len(mark) :]
    has_nul = b"\x00" in body and not codec.startswith(("utf-16", "utf-32"))
    if has_nul or body.startswith(_NO_TEXTS):
        raise UnreadableArticle(
            f"cannot read '{locator}': it is binary", hint="save it as plain text first"
        )
    try:
        source = body.decode(codec)
    except UnicodeDecodeError as exc:
        raise _not_decodable(locator, raw, codec, exc, len(mark)) from exc
    if source.encode(codec) != body:
        raise UnreadableArticle(
            f"cannot read '{locator}': {codec} would not write it back byte for byte",
            hint="leave --encoding out, or name the encoding it was written in",
        )
    return source, codec, mark


def check_length(source: str, locator: str) -> None:
    """Refuse a text that no engine could work on with a bounded memory.

    Raises:
        UnreadableArticle: it is longer than any article.
    """
    if len(source) > MOST_CHARACTERS:
        raise UnreadableArticle(
            f"cannot read '{locator}': {len(source):,} characters are more than "
            f"{MOST_CHARACTERS:,}",
            hint="cut it into a file per article",
        )


def find_blocks(source: str) -> tuple[Block, ...]:
    """Cut a text into blocks: ranges without the white space around them, in order.

    Lines that follow each other are one paragraph (or item) where they look hard-wrapped; else
    each line is a block, as in text taken from a web page.
    """
    return tuple(
        _block(source, start, stop)
        for group in _groups(source)
        for run in _runs(source, group)
        for start, stop in _join_wrapped(source, run)
    )


def _same_codec(asked: str, marked: str) -> bool:
    """Tell whether a mark's codec is the one asked for, or its byte order where none was asked."""
    name = _codec(asked).removesuffix("-sig")
    return marked == name or marked in (f"{name}-le", f"{name}-be")


def _codec(asked: str) -> str:
    """Return the name of a codec that turns bytes to text and back.

    Raises:
        UsageProblem: there is none of that name.
    """
    hint = "pass a name that Python knows, such as cp1252, latin-1 or utf-16"
    unknown = UsageProblem(f"unknown encoding '{asked}'", hint=hint)
    try:
        name = codecs.lookup(asked).name
        if name in _NO_CHARACTER_SETS:
            raise unknown
        "".encode(name)  # refuses what is between texts ("rot13") or between bytes ("base64")
    except (LookupError, ValueError) as exc:
        raise unknown from exc
    return name


def _not_decodable(
    locator: str, raw: bytes, codec: str, exc: UnicodeDecodeError, skipped: int
) -> UnreadableArticle:
    at = exc.start
    problem = f"not {codec.upper()} (byte 0x{exc.object[at]:02x} at offset {at + skipped})"
    suggestion = encodings.suggest(raw, at)
    hint = f"save it as UTF-8, or pass --encoding {suggestion} if that is what it is"
    return UnreadableArticle(f"cannot read '{locator}': {problem}", hint=hint)


def _groups(source: str) -> Iterator[list[tuple[int, int]]]:
    """Yield runs of lines without a blank line between them, as stripped ranges."""
    group: list[tuple[int, int]] = []
    for match in _LINE.finditer(source):  # the last match is empty: it ends the last group
        line = match.group()
        if line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            group.append((start, start + len(line.strip())))
        elif group:
            yield group
            group = []


def _runs(source: str, group: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield the lines of a group such that an item or a quotation begins a run."""
    run: list[tuple[int, int]] = []
    for start, stop in group:
        line = source[start:stop]
        if run and (_ITEM.match(line) or _QUOTE.match(line)):
            yield run
            run = []
        run.append((start, stop))
    yield run


def _join_wrapped(source: str, run: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the run's lines, joined to one range where they are wrapped, but for a title."""
    if _begins_with_title(source, run):
        return [run[0], _join(run[1:])]
    return [_join(run)] if _is_wrapped(source, run) else list(_join_cut(source, run))


def _join_cut(source: str, run: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join lines of any length that break inside a sentence, as text copied from a PDF has them."""
    start, stop = run[0]
    last = start
    is_ragged = _is_ragged([source[begin:end] for begin, end in run])
    for begin, end in run[1:]:
        line = source[last:stop]
        goes_on = is_ragged and not line.endswith(_SENTENCE_END)
        if not goes_on and not _is_cut(line, source[begin:end]):
            yield start, stop
            start = begin
        last, stop = begin, end
    yield start, stop


def _is_ragged(lines: list[str]) -> bool:
    """Tell prose in lines of uneven length: about half go on in lower case, and few are short."""
    if len(lines) < 2:
        return False
    inner = lines[:-1]
    goes_on = sum(
        after[0].islower() and not line.endswith(_SENTENCE_END) for line, after in pairwise(lines)
    )
    return goes_on >= max(2, 0.4 * len(inner)) and sum(map(len, inner)) >= _RAGGED * len(inner)


def _is_cut(line: str, after: str) -> bool:
    """Tell whether a sentence goes on in the line after."""
    if len(line) < _CUT or line.endswith(_SENTENCE_END):
        return False
    return after[0].islower() or _UNFINISHED.search(line) is not None


def _begins_with_title(source: str, run: list[tuple[int, int]]) -> bool:
    """Tell whether a short line without an end stands right above wrapped prose."""
    if len(run) < 3 or not _is_wrapped(source, run[1:]):
        return False
    title, first = (source[start:stop] for start, stop in run[:2])
    return (
        len(title) < _FULL * len(first)
        and not title.endswith(_SENTENCE_END)
        and not first[0].islower()
    )


def _is_wrapped(source: str, group: list[tuple[int, int]]) -> bool:
    """Tell hard-wrapped prose from lines that are blocks of their own.

    Wrapped: no line is long, nearly every line but the last is nearly full, and some break inside
    a sentence, which goes on in lower case.
    """
    if len(group) < 2:
        return False
    lines = [source[start:stop] for start, stop in group]
    longest = max(map(len, lines))
    if longest > _WRAPPED:
        return False
    inner = lines[:-1]
    full = [line for line in inner if len(line) >= _FULL * longest]
    broken = [line for line in inner if not line.endswith(_SENTENCE_END)]
    goes_on = [line for line in lines[1:] if line[0].islower()]
    return len(full) >= 0.8 * len(inner) and bool(broken) and bool(goes_on)


def _join(group: Iterable[tuple[int, int]]) -> tuple[int, int]:
    ranges = list(group)
    return ranges[0][0], ranges[-1][1]


def _block(source: str, start: int, stop: int) -> Block:
    text = source[start:stop]
    return Block(start, stop, _kind(text), text)


def _kind(text: str) -> BlockKind:
    if _QUOTE.match(text):
        return "quote"
    if _ITEM.match(text):
        return "item"
    words = len(text.split(maxsplit=_HEADING_WORDS))  # of a long line no more are counted
    if words <= _HEADING_WORDS and not text.endswith(_SENTENCE_END):
        return "heading"
    return "paragraph"

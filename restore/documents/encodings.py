"""Which encoding bytes are in that are not UTF-8, and how sure that is.

English needs a rule of its own: it is nearly all ASCII, and statistics of languages take its few
curly quotes and accents for Central European. So the Western encodings are held against what stands
around each other character in English; only for other scripts is charset-normalizer asked. A wrong
guess shows wrong characters, but loses none: what is guessed gives back the bytes exactly.
"""

import codecs
import contextlib
import re
from itertools import islice
from typing import NamedTuple

from restore.documents import mojibake

SURE = 0.75
"""Confidence from which on a guess is followed."""
_WESTERN = ("cp1252", "mac_roman", "cp437", "cp850")
"""The likelier first: where two fit alike, it is taken."""
_FEWEST = 8
"""Characters: of fewer any two bytes may be one."""
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_MARKS = frozenset("…•·§©®™°£€¥¢½¼¾«»¿¡×±²³†‡‰")
_MOST_OTHERS = 0.2
"""Of the commonest letters: French has a third as many that are not ASCII, Czech more."""
_FEW_OTHERS = 0.05
"""The same; with fewer a text is English, or what else statistics would see is chance."""
_FOR_CP1252 = 0.9
"""How likely other Western encodings are beside it, where they fit as well."""
_ALWAYS = 3
"""Letters that are not ASCII with which a text may still be English, however short."""
_SLACK = 200
"""Characters behind the last of those that are still looked at."""
_COMMONEST = b"etaoinsrhld"
_COMMON_LETTER = re.compile(f"[{_COMMONEST.decode()}]")
_MOST_SEEN = 2000
"""Characters that are not ASCII after which no more are looked at."""
_AROUND = 10_000
"""Bytes to each side of the first that is not UTF-8 that statistics are made of."""
_FEWEST = 16
"""Bytes that are not ASCII: of fewer, statistics know no language."""
_OTHER = re.compile("[^\x00-\x7f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ORDINARY = re.compile("[\t\n\r -~\xa0-\u024f\u2010-\u203a]")


class Guess(NamedTuple):
    """An encoding that gives back the bytes exactly, and how likely it is the one."""

    codec: str
    confidence: float
    """0-1."""


def guess(raw: bytes) -> Guess | None:
    r"""Return what bytes without a byte order mark are in, or None: UTF-8, or too unsure.

    >>> guess("They don’t know the café.".encode("cp1252"))
    Guess(codec='cp1252', confidence=0.875)
    >>> guess("They don’t know the café.".encode("utf-8"))
    """
    if b"\x00" in raw:
        found = _guess_wide(raw)
    elif (at := _find_fault(raw)) is None:
        return None
    else:
        found = _guess_western(raw)
        if not _is_sure(found) and _share_of_others(raw) > _FEW_OTHERS:
            found = _ask_statistics(raw, at)
    return found if _is_sure(found) else None


def _is_sure(found: Guess | None) -> bool:
    return found is not None and found.confidence >= SURE


def suggest(raw: bytes, at: int) -> str:
    """Name the encoding that a person would try first where nothing is sure.

    Args:
        raw: the bytes.
        at: where they are not UTF-8.
    """
    if _decode(raw, "cp1252") is not None:
        return "cp1252"
    found = _ask_statistics(raw, at)
    return found.codec if found else "latin-1"


def _find_fault(raw: bytes) -> int | None:
    """Return where bytes stop being UTF-8."""
    if raw.isascii():
        return None
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as exc:
        return exc.start
    return None


def _guess_wide(raw: bytes) -> Guess | None:
    """Tell UTF-16 and UTF-32 by what their first characters are; anything else with NUL is binary.

    The confidence is the share of them that Western text is made of.
    """
    best: Guess | None = None
    for codec in _WIDE:
        width = 4 if codec.startswith("utf-32") else 2
        start = _decode(raw[: width * _MOST_SEEN], codec) if len(raw) % width == 0 else None
        if start and len(start) >= _FEWEST and not _CONTROL.search(start):
            share = len(_ORDINARY.findall(start)) / len(start)
            if best is None or share > best.confidence:
                best = Guess(codec, share)
    if best is None:
        return None
    text = _decode(raw, best.codec)
    return best if text is not None and "\x00" not in text else None


def _guess_western(raw: bytes) -> Guess | None:
    """Take bytes for English with a few other characters, in the encoding where those fit best."""
    found: list[Guess] = []
    for codec in _WESTERN:
        text = _decode(raw, codec)
        if text is not None and not _CONTROL.search(text) and not mojibake.find(text):
            sure = _fit(text)
            found.append(Guess(codec, sure if codec == "cp1252" else sure * _FOR_CP1252))
    return max(found, key=lambda one: one.confidence, default=None)


def _share_of_others(raw: bytes) -> float:
    """Return how many bytes are not ASCII for one of the commonest letters."""
    commonest = len(raw) - len(raw.translate(None, _COMMONEST))
    return _count_others(raw) / max(commonest, 1)


def _count_others(raw: bytes) -> int:
    return len(raw) - len(raw.translate(None, bytes(range(128, 256))))


def _fit(text: str) -> float:
    """Return how well a text's characters that are not ASCII fit into English, 0-1."""
    places = [match.start() for match in islice(_OTHER.finditer(text), _MOST_SEEN)]
    accented = sum(text[at].isalpha() for at in places)
    commonest = len(_COMMON_LETTER.findall(text, 0, places[-1] + _SLACK))
    if accented > _MOST_OTHERS * commonest + _ALWAYS:
        return 0.0
    fits = sum(_fits(text, at) for at in places) / len(places)
    return fits * (1 - 0.5 ** (len(places) + 1))  # one that fits may be chance, four are none


def _fits(text: str, at: int) -> bool:
    """Tell whether English has a character between such neighbours."""
    before, character, after = text[max(0, at - 1) : at], text[at], text[at + 1 : at + 2]
    if character in _MARKS:
        return not (before.isalpha() and after.isalpha())
    if character.isalpha():
        return _letter_fits(before, character, after)
    ends = bool(before) and not before.isspace()
    begins = bool(after) and not after.isspace()
    return {
        "’": ends or begins,
        "“": begins and not before.isalnum(),
        "‘": begins and not before.isalnum(),
        "„": begins and not before.isalnum(),
        "”": ends and not after.isalnum(),
    }.get(character, character in "–—\xa0")


def _letter_fits(before: str, character: str, after: str) -> bool:
    if character.isupper():
        in_capitals = before.isupper() and _is_plain(before)
        return in_capitals or (not before.islower() and _is_plain(after))
    if not character.islower() or character == "ÿ":  # the byte FF, in next to no word
        return False
    return not (_is_accented(before) and _is_accented(after))  # three are of another script


def _is_plain(character: str) -> bool:
    return character.isalpha() and character.isascii()


def _is_accented(character: str) -> bool:
    return character.isalpha() and not character.isascii()


def _ask_statistics(raw: bytes, at: int) -> Guess | None:
    """Ask charset-normalizer, whose confidence is the lack of mess in what it reads."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  # slow, and rarely needed

    sample = _cut_out(raw, at)
    if _count_others(sample) < _FEWEST:
        return None
    for match in from_bytes(sample):
        codec = codecs.lookup(match.encoding).name
        text = None if codec.startswith(("utf", "ascii")) else _decode(raw, codec)
        if text is not None and match.coherence > 0 and not _CONTROL.search(text):
            return Guess(codec, 1 - match.chaos)
    return None


def _cut_out(raw: bytes, at: int) -> bytes:
    """Return whole lines around a place, or what is near it where a line is endless."""
    first, last = max(0, at - _AROUND), at + _AROUND
    start = raw.find(b"\n", first, at) + 1 if first else 0
    stop = raw.rfind(b"\n", at, last) if last < len(raw) else len(raw)
    return raw[start or first : stop if stop > 0 else last]


def _decode(raw: bytes, codec: str) -> str | None:
    """Decode bytes, if that loses nothing."""
    with contextlib.suppress(UnicodeError):
        text = raw.decode(codec)
        if text.encode(codec) == raw:
            return text
    return None

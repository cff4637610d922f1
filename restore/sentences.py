"""Sentence offsets: the one owner of sentencex, whose rules know abbreviations and quotations."""

import re
from collections.abc import Iterator
from itertools import pairwise

_WIDE_SPACE = re.compile(r"[^\S \t\r\n]")
"""sentencex 1.0.32 panics where white space of several bytes follows an initial ("A\\u2028.")."""
_WINDOW = 20_000
"""Characters that sentencex sees at once, more only for a longer sentence: quotations left open
cost it the square of them."""


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    r"""Return half-open code point ranges that tile `text`, a sentence each with its white space.

    >>> sentences("Dr. Smith left. Why?")
    ((0, 16), (16, 20))
    """
    if not text:
        return ()
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        return ((0, len(text)),)  # not text: sentencex takes neither
    starts = sorted({0, *_starts(_WIDE_SPACE.sub(" ", text))})
    ranges = pairwise([s for s in starts if s < len(text)] + [len(text)])
    begins = [start for start, stop in ranges if start == 0 or not text[start:stop].isspace()]
    return tuple(pairwise([*begins, len(text)]))


def _starts(text: str) -> Iterator[int]:
    """Yield where sentences begin; the last of a window is looked at again in the next."""
    from sentencex import get_sentence_boundaries  # noqa: PLC0415  # a compiled library

    at, size = 0, _WINDOW
    while True:
        found = get_sentence_boundaries("en", text[at : at + size])
        starts = [at + boundary["start_index"] for boundary in found]
        if at + size >= len(text):
            yield from starts
            return
        if len(starts) > 1:
            yield from starts[:-1]
            at, size = starts[-1], _WINDOW
        else:
            size *= 2

"""Sentence offsets: the one owner of sentencex, whose rules know abbreviations and quotations."""

from itertools import pairwise


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    r"""Return half-open code point ranges that tile `text`, a sentence each with its white space.

    >>> sentences("Dr. Smith left. Why?")
    ((0, 16), (16, 20))
    """
    from sentencex import get_sentence_boundaries  # noqa: PLC0415  # a compiled library

    if not text:
        return ()
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        return ((0, len(text)),)  # not text: sentencex takes neither
    starts = sorted({0, *(found["start_index"] for found in get_sentence_boundaries("en", text))})
    return tuple(pairwise([s for s in starts if s < len(text)] + [len(text)]))

"""Which runs of `*`, `_` and `~` are emphasis: the delimiter algorithm of CommonMark 0.31."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Run:
    """A run of one delimiter; what is left of it shrinks as its characters find partners."""

    start: int
    count: int
    character: str
    can_open: bool
    can_close: bool
    length: int
    """How many characters it had at first."""


def find_run(text: str, start: int) -> Run:
    """Return the run of delimiters that begins at a place, and whether it can open and close."""
    character, stop = text[start], start
    while stop < len(text) and text[stop] == character:
        stop += 1
    before = text[start - 1] if start else " "
    after = text[stop] if stop < len(text) else " "
    left = not after.isspace() and (not _is_sign(after) or before.isspace() or _is_sign(before))
    right = not before.isspace() and (not _is_sign(before) or after.isspace() or _is_sign(after))
    can_open, can_close = left, right
    if character == "_":
        can_open = left and (not right or _is_sign(before))
        can_close = right and (not left or _is_sign(after))
    if character == "~" and stop - start > 2:
        can_open = can_close = False
    return Run(start, stop - start, character, can_open, can_close, stop - start)


def pair(runs: Sequence[Run]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the delimiters that are emphasis. Uses the runs up."""
    openers: list[Run] = []
    bottoms: dict[tuple[str, bool, int], int] = {}
    """By kind of closer, the place before which no opener for it is left: keeps time linear."""
    for closer in runs:
        while closer.can_close and closer.count:
            key = (closer.character, closer.can_open, closer.length % 3)
            at = _find_opener(openers, closer, bottoms.get(key, -1))
            if at is None:
                bottoms[key] = closer.start
                break
            del openers[at + 1 :]
            yield from _take(openers[at], closer)
            if not openers[at].count:
                openers.pop()
        if closer.can_open and closer.count:
            openers.append(closer)


def _find_opener(openers: Sequence[Run], closer: Run, bottom: int) -> int | None:
    for at in range(len(openers) - 1, -1, -1):
        if openers[at].start < bottom:
            return None
        if openers[at].character == closer.character and _fit(openers[at], closer):
            return at
    return None


def _fit(opener: Run, closer: Run) -> bool:
    if opener.character == "~":
        return opener.count == closer.count
    both_ways = opener.can_close or closer.can_open
    threefold = opener.length % 3 == 0 and closer.length % 3 == 0
    return not both_ways or (opener.length + closer.length) % 3 != 0 or threefold


def _take(opener: Run, closer: Run) -> Iterator[tuple[int, int]]:
    most = min(opener.count, closer.count)
    size = most if opener.character == "~" else min(2, most)
    opener.count -= size
    yield opener.start + opener.count, opener.start + opener.count + size
    yield closer.start, closer.start + size
    closer.start += size
    closer.count -= size


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"

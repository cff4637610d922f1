"""Which edits of a diff are one: a stretch that goes in one place and comes in another."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from restore.article import Edit

_LEAST_WORDS = 4
"""Fewer words come and go by chance."""


def find_moves(edits: Sequence[Edit]) -> Mapping[str, str]:
    """Return for each edit that is half of a move the id of its other half, both ways.

    A move is an edit that only takes words out and one that only puts the same words in, white
    space and case apart. Taking one without the other would lose the words, or double them.
    """
    gone: defaultdict[tuple[str, ...], list[Edit]] = defaultdict(list)
    for edit in edits:
        if not edit.after.strip():
            gone[_words(edit.before)].append(edit)
    moves: dict[str, str] = {}
    for edit in edits:
        words = _words(edit.after)
        if edit.before.strip() or len(words) < _LEAST_WORDS or not gone.get(words):
            continue
        other = gone[words].pop(0)
        moves |= {edit.id: other.id, other.id: edit.id}
    return moves


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.casefold().split())

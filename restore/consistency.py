"""One term, one restoration: what two chunks of an article restored differently is made the same.

Chunks are restored apart, so that the same chunk in another article is the same call; what that
costs in consistency is made good here, in code, and every edit says so.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from restore.article import Article, Edit, make_edit
from restore.pieces import Checked, judge
from restore.wording import recase

_TERM = re.compile(r"[^\W\d_]{5,}(?: [^\W\d_]+)*|[^\W\d_]+(?: [^\W\d_]+)+")
"""Words of letters alone; one of four letters or fewer ("make") is no term and has many senses."""
_ENDING = re.compile(r"(?:ing|ed|ly|s)$")
_INDEFINITE = re.compile(r"\ban? $", re.IGNORECASE)
_FEWEST = 2
"""Places at which the majority must be: one against one is none."""


@dataclass(frozen=True, slots=True)
class _Majority:
    """What most places of a term were restored to."""

    edits: tuple[Edit, ...]
    chunks: frozenset[int]


def make_consistent(
    article: Article, chunks: Sequence[Sequence[Checked]]
) -> list[tuple[Checked, ...]]:
    """Give each term that chunks restored differently the restoration of most of its places.

    Only where more than half of the places agree, the inflection is the same, the chunk does not
    itself tell two senses apart, and the checks still pass.
    """
    majorities = dict(_find_majorities(chunks))
    if not majorities:
        return [tuple(pieces) for pieces in chunks]
    return [
        tuple(_align(article, piece, _foreign(majorities, number)) for piece in pieces)
        for number, pieces in enumerate(chunks)
    ]


def _find_majorities(chunks: Sequence[Sequence[Checked]]) -> Iterator[tuple[str, _Majority]]:
    places: defaultdict[str, list[tuple[int, Edit]]] = defaultdict(list)
    for number, pieces in enumerate(chunks):
        for edit in (edit for piece in pieces for edit in piece.edits):
            if _TERM.fullmatch(edit.before) and _TERM.fullmatch(edit.after):
                places[edit.before.lower()].append((number, edit))
    for term, found in places.items():
        (after, times), *others = Counter(edit.after.lower() for _, edit in found).most_common()
        if others and times >= _FEWEST and 2 * times > len(found):
            same = [(number, edit) for number, edit in found if edit.after.lower() == after]
            yield (
                term,
                _Majority(tuple(e for _, e in same), frozenset(number for number, _ in same)),
            )


def _foreign(majorities: Mapping[str, _Majority], chunk: int) -> dict[str, _Majority]:
    """Return the majorities to which a chunk contributes nothing: else it tells senses apart."""
    return {term: found for term, found in majorities.items() if chunk not in found.chunks}


def _align(article: Article, checked: Checked, majorities: Mapping[str, _Majority]) -> Checked:
    edits = list(checked.edits)
    for number, edit in enumerate(checked.edits):
        other = _conform(article, edit, majorities.get(edit.before.lower()))
        if other is None:
            continue
        changed = [*edits[:number], other, *edits[number + 1 :]]
        if judge(article, checked.piece, changed).ok:
            edits = changed
    return replace(checked, edits=tuple(edits))


def _conform(article: Article, edit: Edit, majority: _Majority | None) -> Edit | None:
    """Return an edit as most others are, or None where it is, or where it should not be."""
    after = _in_case(edit, majority) if majority else None
    if after is None or after.lower() == edit.after.lower():
        return None
    if _ending(after) != _ending(edit.after) or _breaks_article(article, edit, after):
        return None
    return make_edit(
        article.locator,
        edit.start,
        edit.stop,
        before=edit.before,
        after=after,
        engine=edit.engine,
        reason=f"consistent with '{after}' elsewhere",
        kind=edit.kind,
        confidence=edit.confidence,
    )


def _in_case(edit: Edit, majority: _Majority) -> str | None:
    """Return the majority's words in the capitals of the edit's own place, where they are known."""
    for other in majority.edits:
        if other.before == edit.before:
            return other.after
    plain = (other.after for other in majority.edits if other.before.islower())
    after = next(plain, None)
    return None if after is None else recase(edit.before, after)


def _ending(text: str) -> str:
    found = _ENDING.search(text.lower())
    return found.group() if found else ""


def _breaks_article(article: Article, edit: Edit, after: str) -> bool:
    """Tell whether "a" or "an" stands before words of which one begins with a vowel, one not."""
    before = article.source[max(0, edit.start - 4) : edit.start]
    vowels = [text[0].lower() in "aeiou" for text in (after, edit.after)]
    return vowels[0] != vowels[1] and bool(_INDEFINITE.search(before))

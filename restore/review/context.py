"""What an editor wants to know of an edit: its sentence, its facts, where else it was made."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from restore.article import Article, Edit, Fact
from restore.facts import extract_facts
from restore.review.decisions import Key
from restore.sentences import sentences

Wording = tuple[str, str]
"""Before and after, as compared: without case, white space as one space."""


@dataclass(frozen=True, slots=True)
class Change:
    """One edit with its place in a run."""

    key: Key
    edit: Edit


def wording(edit: Edit) -> Wording:
    """Return what was put in place of what; equal for the same change elsewhere."""
    return " ".join(edit.before.casefold().split()), " ".join(edit.after.casefold().split())


def same_elsewhere(edits: Iterable[Change]) -> Mapping[Wording, tuple[Key, ...]]:
    """Return the places of each change, in the order given."""
    places: defaultdict[Wording, list[Key]] = defaultdict(list)
    for change in edits:
        places[wording(change.edit)].append(change.key)
    return {words: tuple(keys) for words, keys in places.items()}


def sentence_about(article: Article, edit: Edit) -> tuple[int, int]:
    """Return the half-open range of the source from the sentence of its first to its last word."""
    starts = _starts(article.source)
    first = starts[bisect_right(starts, edit.start) - 1]
    last = max(edit.start, edit.stop - 1)
    after = bisect_right(starts, last)
    return first, starts[after] if after < len(starts) else len(article.source)


@lru_cache(maxsize=8)
def _starts(source: str) -> tuple[int, ...]:
    return tuple(start for start, _ in sentences(source)) or (0,)


def facts_touched(edit: Edit) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Return the facts in the words before and in those after; negations and directions too."""
    return _facts(edit.before), _facts(edit.after)


def _facts(text: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in extract_facts(text) if fact.kind != "vague")

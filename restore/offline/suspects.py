"""The scanner: which phrases of an article look spun, and how spun it is as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from restore.article import Article
from restore.offline.decoder import Choice, load
from restore.offline.edits import restored_words
from restore.offline.tokens import tokenize

SUSPECTED_FROM = 0.5
"""Probability of being spun from which on a phrase is a suspect."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A phrase that the scanner takes for spun."""

    start: int
    """Code point offset in the article's source; half-open with `stop`."""
    stop: int
    text: str
    likely: str
    """The likeliest original wording."""
    probability: float
    """Of being spun at all, 0-1."""


def scan(article: Article) -> tuple[Suspect, ...]:
    """Return the suspects of an article's prose, in order of place, none overlapping."""
    found: dict[int, Suspect] = {}
    taken: set[int] = set()
    for choice in load().decode(article):
        places = range(_start(choice), _stop(choice))
        if choice.spun >= SUSPECTED_FROM and taken.isdisjoint(places):
            taken.update(places)
            found[places.start] = _suspect(article, choice)
    return tuple(found[start] for start in sorted(found))


def spin_score(article: Article, suspects: Sequence[Suspect]) -> float:
    """Return suspects per 100 words of the article's prose: under 2 is clean, over 5 is spun."""
    words = sum(
        token.is_word
        for block in article.prose
        for token in tokenize(article.source, start=block.start, stop=block.stop)
    )
    return 100 * len(suspects) / max(words, 1)


def _suspect(article: Article, choice: Choice) -> Suspect:
    start, stop = _start(choice), _stop(choice)
    likely = restored_words(article, choice)
    return Suspect(start, stop, article.source[start:stop], likely, choice.spun)


def _start(choice: Choice) -> int:
    return choice.tokens[choice.first].start


def _stop(choice: Choice) -> int:
    return choice.tokens[choice.arc.stop - 1].stop

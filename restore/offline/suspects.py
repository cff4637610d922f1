"""The scanner: which phrases of an article look spun, and how spun it is as a whole."""

from dataclasses import dataclass

from restore.article import Article
from restore.offline.decoder import load
from restore.offline.edits import restored_words
from restore.offline.evidence import Choice
from restore.offline.spin import read_signs, spin_score

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


@dataclass(frozen=True, slots=True)
class Findings:
    """What the scanner says of one article."""

    suspects: tuple[Suspect, ...]
    """In order of place, none overlapping."""
    score: float
    """Estimate of spun places per 100 words: under 1.5 is clean, over 3 is spun."""


def scan(article: Article) -> Findings:
    """Return the suspects of an article's prose, and how spun it is as a whole."""
    decoder = load()
    examination = decoder.examine(article)
    found: dict[int, Suspect] = {}
    taken: set[int] = set()
    for choice in examination.choices:
        places = range(_start(choice), _stop(choice))
        if choice.spun >= SUSPECTED_FROM and taken.isdisjoint(places):
            taken.update(places)
            found[places.start] = _suspect(article, choice)
    suspects = tuple(found[start] for start in sorted(found))
    if not examination.words:
        return Findings(suspects, 0.0)
    return Findings(suspects, spin_score(read_signs(examination, decoder.model)))


def _suspect(article: Article, choice: Choice) -> Suspect:
    start, stop = _start(choice), _stop(choice)
    likely = restored_words(article, choice)
    return Suspect(start, stop, article.source[start:stop], likely, choice.spun)


def _start(choice: Choice) -> int:
    return choice.tokens[choice.first].start


def _stop(choice: Choice) -> int:
    return choice.tokens[choice.arc.stop - 1].stop

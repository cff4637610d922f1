"""What must survive a restoration: numbers, dates, names, quotations, links, code, negations.

Rules only, no model. Every finder reads text from which the facts found before it are blanked
out, so that offsets stay true and a year inside a link is no date.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter

from restore.article import Fact
from restore.facts.dates import find_dates
from restore.facts.marks import find_code, find_links, find_quotes
from restore.facts.names import find_names
from restore.facts.numbers import find_numbers
from restore.facts.polarity import find_polarity

__all__ = ["extract_facts"]

_Finder = Callable[[str], Iterable[Fact]]

_EXCLUSIVE: tuple[_Finder, ...] = (find_code, find_links, find_dates, find_numbers)
"""Each takes its characters away from those after it."""

_SHARED: tuple[_Finder, ...] = (find_quotes, find_names, find_polarity)
"""These may overlap: a quotation holds names."""


def extract_facts(text: str) -> tuple[Fact, ...]:
    """Return the facts of `text` in order of `start`.

    `text[f.start : f.start + len(f.text)] == f.text` holds for every fact. Linear in the length.

    >>> [(f.kind, f.norm) for f in extract_facts("Brad Smith saw 1.2k units on June 11, 2020.")]
    [('name', 'brad smith'), ('number', '1200'), ('date', '2020-06-11')]
    """
    found: list[Fact] = []
    rest = text
    for find in _EXCLUSIVE:
        facts = list(find(rest))
        rest = _blank(rest, facts)
        found += facts
    for find in _SHARED:
        found += find(rest)
    # A finder saw blanks where an earlier one had found something: its text is cut anew.
    whole = (_cut(text, fact) if "\x00" in fact.text else fact for fact in found)
    return tuple(sorted(whole, key=attrgetter("start")))


def _cut(text: str, fact: Fact) -> Fact:
    return Fact(fact.kind, text[fact.start : fact.start + len(fact.text)], fact.norm, fact.start)


def _blank(text: str, facts: Iterable[Fact]) -> str:
    pieces: list[str] = []
    at = 0
    for fact in facts:
        stop = fact.start + len(fact.text)
        pieces += text[at : fact.start], "\x00" * len(fact.text)
        at = stop
    pieces.append(text[at:])
    return "".join(pieces)

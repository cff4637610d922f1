"""Which facts of one aligned piece are kept, missing or added: one rule for each kind."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from restore.article import Fact, FactKind
from restore.facts.names import fixed_words, is_common, loose_words, name_words

_COMPARING = frozenset(("amount", "size", "speed", "age", "order"))
"""Axes whose poles are seldom named side by side."""

_RESPELLED = 4
"""Letters from which on another spelling of a name is looked for."""
_MOST_WORDS = 2_000
"""In a piece, beyond which none is: it takes time in proportion to names and words."""

_Change = tuple[list[Fact], list[Fact]]
"""Missing facts of the source, added facts of the restored text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One side of an aligned pair: its text and the facts in it."""

    text: str
    facts: Sequence[Fact]

    def of(self, *kinds: FactKind) -> list[Fact]:
        """Return the facts of `kinds`, in order."""
        return [fact for fact in self.facts if fact.kind in kinds]


def compare_pieces(source: Piece, restored: Piece) -> _Change:
    """Return the facts that `restored` lacks and those that only it has."""
    if [f.norm for f in source.facts] == [f.norm for f in restored.facts]:
        return [], []
    missing: list[Fact] = []
    added: list[Fact] = []
    for rule in _RULES:
        lost, gained = rule(source, restored)
        missing += lost
        added += gained
    return missing, added


def _compare_quantities(source: Piece, restored: Piece) -> _Change:
    ours, theirs = source.of("number", "date"), restored.of("number", "date")
    missing, added = _difference(ours, theirs)
    if not missing and not added:
        return _out_of_order(ours, theirs)
    spare_ours, spare_theirs = _difference(source.of("vague"), restored.of("vague"))
    return _unexplained(missing, spare_theirs), _unexplained(added, spare_ours)


def _difference(ours: Sequence[Fact], theirs: Sequence[Fact]) -> _Change:
    """Return what each side has more of: the last ones of their norm."""
    if [fact.norm for fact in ours] == [fact.norm for fact in theirs]:
        return [], []
    return _surplus(ours, theirs), _surplus(theirs, ours)


def _surplus(facts: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    over = Counter(fact.norm for fact in facts) - Counter(fact.norm for fact in others)
    return _take(facts, over)


def _take(facts: Sequence[Fact], over: Counter[str]) -> list[Fact]:
    taken = []
    for fact in reversed(facts):
        if over[fact.norm] > 0:
            over[fact.norm] -= 1
            taken.append(fact)
    return taken[::-1]


def _out_of_order(ours: Sequence[Fact], theirs: Sequence[Fact]) -> _Change:
    """Return the facts that changed places: "12 of 40" is not "40 of 12"."""
    moved = [(a, b) for a, b in zip(ours, theirs, strict=True) if a.norm != b.norm]
    return [a for a, _ in moved], [b for _, b in moved]


def _unexplained(changed: list[Fact], spare: list[Fact]) -> list[Fact]:
    """Drop from `changed` what a vague fact on the other side says too ("an hour")."""
    left = Counter(fact.norm for fact in changed) - Counter(fact.norm for fact in spare)
    return _take(changed, left)


def _compare_exactly(kind: FactKind) -> Callable[[Piece, Piece], _Change]:
    def compare(source: Piece, restored: Piece) -> _Change:
        return _difference(source.of(kind), restored.of(kind))

    return compare


def _compare_negations(source: Piece, restored: Piece) -> _Change:
    missing, added = _difference(source.of("negation"), restored.of("negation"))
    if not missing and not added:
        return [], []
    gone, come = _difference(source.of("vague"), restored.of("vague"))
    return _unexplained(missing, come), _unexplained(added, gone)


def _compare_directions(source: Piece, restored: Piece) -> _Change:
    """Report a pole only where its opposite on the same axis takes its place."""
    ours, theirs = source.of("direction"), restored.of("direction")
    missing, added = _difference(ours, theirs)
    known = {fact.norm for fact in ours}
    # A pole that the source has not, on an axis that it has: the rest of the pole may have been
    # made up for elsewhere ("dramatic development" restored to "growth").
    there = {_axis(fact) for fact in ours} & _COMPARING
    gained = {_axis(fact) for fact in added if fact.norm not in known}
    axes = there & gained | {_axis(f) for f in missing} & {_axis(f) for f in added}
    return [f for f in missing if _axis(f) in axes], [f for f in added if _axis(f) in axes]


def _axis(fact: Fact) -> str:
    return fact.norm.partition(":")[0]


def _compare_names(source: Piece, restored: Piece) -> _Change:
    ours, theirs = source.of("name"), restored.of("name")
    if [f.norm for f in ours] == [f.norm for f in theirs]:
        return [], []
    our_words, their_words = _words(source), _words(restored)
    missing = _without_counterpart(ours, our_words, their_words)
    added = _without_counterpart(theirs, their_words, our_words)
    gone, come = _replaced(ours, our_words, their_words), _replaced(theirs, their_words, our_words)
    missing = [fact for fact in missing if not _is_expanded(fact, source, theirs)]
    if gone and not come:
        missing += [fact for fact in gone if fact not in missing]
    if come and not gone:
        added += [fact for fact in come if fact not in added]
    if not missing and not added:
        return _exchanged(ours, theirs)
    return missing, added


def _is_expanded(fact: Fact, source: Piece, theirs: Sequence[Fact]) -> bool:
    """Whether a name is half of a spun one: synonym lists know "Walt disney" for "Disney"."""
    if len(fact.norm.split()) > 1:
        return False
    after = re.search(rf"\b{re.escape(fact.text)} ([a-z]{{4,}})\b", source.text)
    return after is not None and any(after[1] in fixed_words(other) for other in theirs)


def _words(piece: Piece) -> list[str]:
    return [_singular(word) for word in name_words(piece.text)]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _without_counterpart(
    facts: Sequence[Fact], here: Sequence[str], there: Sequence[str]
) -> list[Fact]:
    """Return the names with a word that stands here more often than there."""
    over = Counter(here) - Counter(there)
    found = []
    for fact in reversed(facts):
        lost = [word for word in map(_singular, fixed_words(fact)) if over[word] > 0]
        lost = [word for word in lost if _spellings(word, there) < _spellings(word, here)]
        over.subtract(lost)
        if lost:
            found.append(fact)
    return found[::-1]


def _spellings(word: str, there: Sequence[str]) -> int:
    """Count `word` there, with other spaces or another ending too.

    Spinners lose and add spaces in names: "I phones", "Barcelonaafter", "VanceHe".
    """
    if len(word) < _RESPELLED or len(there) > _MOST_WORDS:
        return there.count(word)
    pairs = (one + other for one, other in pairwise(there))
    return sum(_is_spelling(word, other) for other in there) + sum(p == word for p in pairs)


def _is_spelling(word: str, other: str) -> bool:
    long, short = (word, other) if len(word) >= len(other) else (other, word)
    if len(short) < _RESPELLED or not long.startswith(short):
        return False
    # "Korea" and "Korean" are one name; "Council" and "councillors" are two words.
    return len(long) - len(short) <= 2 or not is_common(long)


def _replaced(facts: Sequence[Fact], here: Sequence[str], there: Sequence[str]) -> list[Fact]:
    """Return the names with replaceable words of which more than half of all words are gone."""
    over = Counter(here) - Counter(there)
    found = []
    for fact in facts:
        gone = [word for word in map(_singular, loose_words(fact)) if over[word] > 0]
        if 2 * len(gone) > len(_all_words(fact)):
            found.append(fact)
    return found


def _exchanged(ours: Sequence[Fact], theirs: Sequence[Fact]) -> _Change:
    """Return the names that changed places: who told whom is a fact too."""
    before = [(word, fact) for fact in ours for word in _all_words(fact)]
    after = [(word, fact) for fact in theirs for word in _all_words(fact)]
    counts, others = Counter(w for w, _ in before), Counter(w for w, _ in after)
    moved = [
        (a[1], b[1])
        for a, b in zip(
            (pair for pair in before if counts[pair[0]] == others[pair[0]]),
            (pair for pair in after if counts[pair[0]] == others[pair[0]]),
            strict=True,
        )
        if a[0] != b[0]
    ]
    return list(dict.fromkeys(a for a, _ in moved)), list(dict.fromkeys(b for _, b in moved))


def _all_words(fact: Fact) -> list[str]:
    return fact.norm.replace("~", "").split()


_RULES = (
    _compare_quantities,
    _compare_names,
    _compare_negations,
    _compare_directions,
    *(_compare_exactly(kind) for kind in ("quote", "link", "code")),
)

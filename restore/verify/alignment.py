"""Which sentences of a restored text answer to which of its source.

Gale and Church (1993) align translations by sentence length; here shared words count as well.
Sentences are cut roughly, by punctuation: both texts are cut alike, and pairs may join two.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

_BREAK = re.compile(r"(?<![.!?…])[.!?…]++[\"”’')\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9À-Þ])|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|vs|Inc|Ltd|Jr|Sr|Gov|Sen|Rep|Fig|(?:\w\.)+\w)$"
)
_WORD = re.compile(r"\w+")

_FUNCTION_WORDS = frozenset(
    """a about after all also an and are as at be been but by can could do for from had has have he
    her his i if in into is it its may more not of on one or our out she should so some such than
    that the their them there these they this to up was we were what when which who will with
    would you your""".split()
)
_FUNCTION_WEIGHT = 0.25
"""A shared "the" proves little; tried 0, 0.25 and 1 on pairs with a sentence taken out."""

_SKIP_COST = 0.5
"""Per word. A pair costs 0.5 x (1 - likeness) per word of both, so two sentences without a shared
word still pair: a spinner can replace every one."""
_JOIN_COST = 1.0
"""In words, so that two are joined only where the words ask for it."""
_JOIN_SHARE = 0.35
_PLAIN_LIKENESS = 0.35
"""Where all pairs in order are at least so alike, no other alignment is looked for."""
_SURE_LIKENESS = 0.97
"""Sentences so alike at both ends of the texts are paired before others are looked at."""
_MAX_CELLS = 100_000
"""Two seconds of work; what is longer and unlike from end to end is compared as one."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its place and its words."""

    start: int
    stop: int
    count: int
    """Words."""
    stems: frozenset[str]
    """The first six letters of its content words."""
    function: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Sentences `source[start:stop]` and the `restored[start:stop]` that answer to them."""

    source: slice
    restored: slice
    likeness: float
    """0 to 1: the share of words on both sides; 0 where one side is empty."""


def cut(text: str) -> list[Sentence]:
    """Cut `text` into sentences; those without a word are left out."""
    stops = [m.end() for m in _BREAK.finditer(text) if not _abbreviated(text, m)]
    bounds = pairwise([0, *stops, len(text)])
    found = (_sentence(text, start, stop) for start, stop in bounds)
    return [sentence for sentence in found if sentence.count]


def _abbreviated(text: str, match: re.Match[str]) -> bool:
    at = match.start()
    if text[at] == "\n":
        return False
    if text[at] != "." or not _ABBREVIATION.search(text, max(0, at - 8), at):
        return False
    # "Society B. It is": a function word begins a sentence, not the rest of a name.
    follower = _WORD.match(text, match.end())
    return follower is None or follower.group().lower() not in _FUNCTION_WORDS


def _sentence(text: str, start: int, stop: int) -> Sentence:
    words = _WORD.findall(text[start:stop].lower())
    kinds = set(words)
    content = frozenset(word[:6] for word in kinds - _FUNCTION_WORDS)
    return Sentence(start, stop, len(words), content, frozenset(kinds & _FUNCTION_WORDS))


def align(source: Sequence[Sentence], restored: Sequence[Sentence]) -> list[Pair]:
    """Pair sentences in order: one to one, two to one, one to two, or one to none.

    Costs time in proportion to the sentences and the difference in their numbers.
    """
    if len(source) == len(restored):
        plain = _in_order(source, restored)
        if len(plain) == 1 or all(pair.likeness >= _PLAIN_LIKENESS for pair in plain):
            return plain
    head = _count_sure(source, restored)
    tail = _count_sure(source[head:][::-1], restored[head:][::-1])
    first, last = len(source) - tail, len(restored) - tail
    middle = _align_unlike(source[head:first], restored[head:last])
    end = _in_order(source[first:], restored[last:])
    return [
        *_in_order(source[:head], restored[:head]),
        *(_shift(pair, head, head) for pair in middle),
        *(_shift(pair, first, last) for pair in end),
    ]


def _in_order(source: Sequence[Sentence], restored: Sequence[Sentence]) -> list[Pair]:
    ones = (slice(i, i + 1) for i in range(len(source)))
    return [_pair(source, restored, one, one) for one in ones]


def _count_sure(source: Sequence[Sentence], restored: Sequence[Sentence]) -> int:
    """Count the sentences at the start that plainly answer to each other."""
    return sum(1 for _ in takewhile(_is_sure, zip(source, restored, strict=False)))


def _is_sure(pair: tuple[Sentence, Sentence]) -> bool:
    return _likeness(pair[:1], pair[1:]) >= _SURE_LIKENESS


def _shift(pair: Pair, ours: int, theirs: int) -> Pair:
    source = slice(pair.source.start + ours, pair.source.stop + ours)
    restored = slice(pair.restored.start + theirs, pair.restored.stop + theirs)
    return Pair(source, restored, pair.likeness)


def _align_unlike(source: Sequence[Sentence], restored: Sequence[Sentence]) -> list[Pair]:
    band = abs(len(source) - len(restored)) + 8
    if not source or not restored or (len(source) + 1) * (2 * band + 1) > _MAX_CELLS:
        return [_pair(source, restored, slice(0, len(source)), slice(0, len(restored)))]
    return _cheapest(source, restored, band)


_MOVES = ((1, 1), (1, 0), (0, 1), (2, 1), (1, 2))


def _cheapest(source: Sequence[Sentence], restored: Sequence[Sentence], band: int) -> list[Pair]:
    slope = len(restored) / len(source)
    best: dict[tuple[int, int], tuple[float, Pair | None]] = {(0, 0): (0.0, None)}
    for i in range(len(source) + 1):
        middle = int(i * slope)
        for j in range(max(0, middle - band), min(len(restored), middle + band) + 1):
            steps = [
                (best[i - di, j - dj][0] + cost, pair)
                for di, dj in _MOVES
                if (i - di, j - dj) in best
                for cost, pair in [_step(source, restored, slice(i - di, i), slice(j - dj, j))]
            ]
            if steps:
                best[i, j] = min(steps, key=lambda step: step[0])
    return _trace(best, len(source), len(restored))


def _trace(best: dict[tuple[int, int], tuple[float, Pair | None]], i: int, j: int) -> list[Pair]:
    pairs = []
    while pair := best[i, j][1]:
        pairs.append(pair)
        i, j = pair.source.start, pair.restored.start
    return pairs[::-1]


def _step(
    source: Sequence[Sentence], restored: Sequence[Sentence], ours: slice, theirs: slice
) -> tuple[float, Pair]:
    pair = _pair(source, restored, ours, theirs)
    words = _words(source[ours]) + _words(restored[theirs])
    if not source[ours] or not restored[theirs]:
        return _SKIP_COST * words, pair
    cost = 0.5 * words * (1 - pair.likeness)
    return cost + _join_cost(source[ours], restored[theirs]), pair


def _join_cost(source: Sequence[Sentence], restored: Sequence[Sentence]) -> float:
    """Return what it costs, in words, to see one sentence in two.

    Each of the two must have its share of words in the one: else it is one that was lost or added.
    """
    if len(source) == len(restored):
        return 0.0
    one, two = (source[0], restored) if len(source) == 1 else (restored[0], source)
    strangers = (s.count for s in two if len(s.stems & one.stems) < _JOIN_SHARE * len(s.stems))
    return _JOIN_COST + sum(strangers)


def _words(sentences: Sequence[Sentence]) -> int:
    return sum(sentence.count for sentence in sentences)


def _pair(
    source: Sequence[Sentence], restored: Sequence[Sentence], ours: slice, theirs: slice
) -> Pair:
    return Pair(ours, theirs, _likeness(source[ours], restored[theirs]))


def _likeness(source: Sequence[Sentence], restored: Sequence[Sentence]) -> float:
    """Return the Dice coefficient of the words, function words weighted down."""
    if not source or not restored:
        return 0.0
    ours, our_rest = _join(source)
    theirs, their_rest = _join(restored)
    shared = len(ours & theirs) + _FUNCTION_WEIGHT * len(our_rest & their_rest)
    weight = len(ours) + len(theirs) + _FUNCTION_WEIGHT * (len(our_rest) + len(their_rest))
    return 2 * shared / weight


def _join(sentences: Sequence[Sentence]) -> tuple[frozenset[str], frozenset[str]]:
    if len(sentences) == 1:
        return sentences[0].stems, sentences[0].function
    stems = frozenset[str]().union(*(sentence.stems for sentence in sentences))
    return stems, frozenset[str]().union(*(sentence.function for sentence in sentences))

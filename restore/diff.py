"""Sentence-anchored word diff: two texts in, edits out, such that applying them gives the second.

Unique common sentences anchor the alignment, unique common words anchor what lies between
(patience diff, Bram Cohen 2010), repeated words are paired with the nearest of their kind, and
only small windows are searched closely, so that time grows with the length of the texts and not
with its square.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial

from restore.article import Edit, EditKind, make_edit
from restore.sentences import sentences

_MARK = "\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
"""Combining accents, zero-width joiner, variation selectors, skin tones: part of what they follow,
so that no edit cuts a letter or an emoji in two."""
_TOKEN = re.compile(
    r"(?:https?://|www\.)\S*[\w/]"
    rf"|\w[\w{_MARK}]*(?:(?:['’\-]|(?<=\d)[.,:](?=\d))\w[\w{_MARK}]*)*"
    rf"|[^\w\s][{_MARK}]*(?:(?<=\u200d)[^\w\s][{_MARK}]*)*"
)
"""An address, a word or number ("don’t", "10,000"), a sign."""
_CLOSE_SEARCH = 4_000
"""Product of the sizes of a window that is searched closely: 0.01 s at most."""
_ANCHOR_WORDS = (1, 2, 3)
"""Lengths of unique runs that are tried in turn: words repeat in long texts, pairs hardly."""
_ANCHOR_SENTENCE_WORDS = 4
"""Shorter sentences ("He left.") are too often the same by chance."""
_REPEATED_WORDS = (4, 2, 1)
"""Lengths of repeated runs that are tried then, the least ambiguous first."""
_MOST_JOINED = 8
"""Words of an edit that came of joining: a longer one is harder to judge than its parts."""
FUNCTION_WORDS = frozenset(
    "a an the of in on at to for by from with as and or but nor so that this these those it its"
    " is are was were be been being has have had do does did will would can could may might"
    " not no into onto over under than then".split()
)
"""Words that carry no term: changed alone they are grammar, unchanged they may be bridged."""

_Run = tuple[int, int, int]
"""First token of the one side, first of the other, number of equal tokens."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two texts as tokens; white space lies between them."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def between(self, start: int, stop: int) -> tuple[int, int]:
        """Return the characters from behind the token before `start` up to the token `stop`."""
        begin = self.spans[start - 1][1] if start else 0
        return begin, self.spans[stop][0] if stop < len(self.spans) else len(self.text)


@dataclass(frozen=True, slots=True)
class _Window:
    """Half-open token ranges of both sides that are matched with each other."""

    start: int
    stop: int
    other: int
    other_stop: int


@dataclass(frozen=True, slots=True)
class _Change:
    """Half-open token ranges that differ (or whose white space before them does)."""

    start: int
    stop: int
    other_start: int
    other_stop: int

    @property
    def is_swap(self) -> bool:
        """Whether as many words come as go."""
        return self.stop - self.start == self.other_stop - self.other_start

    @property
    def is_one_sided(self) -> bool:
        """Whether words only come, or only go."""
        return (self.start == self.stop) != (self.other_start == self.other_stop)

    @property
    def size(self) -> int:
        """Words of the longer side."""
        return max(self.stop - self.start, self.other_stop - self.other_start)

    @property
    def is_layout(self) -> bool:
        """Whether only white space changes."""
        return self.start == self.stop and self.other_start == self.other_stop

    def up_to(self, other: "_Change") -> "_Change":
        """Return the change from the start of this to the end of a later one."""
        return _Change(self.start, other.stop, self.other_start, other.other_stop)


def diff(
    source: str, restored: str, *, locator: str, engine: str, reason: str = "", start: int = 0
) -> tuple[Edit, ...]:
    """Return the edits that turn `source` into `restored`, in order of place.

    Edits cover whole words; two that one word keeps apart are one where words were added,
    dropped or moved. `apply(source, diff(source, restored, ...))` is `restored`, byte for byte.

    Args:
        source: the text before.
        restored: the text after.
        locator: of the article, part of the edits' ids.
        engine: which engine restored.
        reason: why, in words.
        start: offset of `source` in the article, added to the edits' places.
    """
    one, two = _tokenize(source), _tokenize(restored)
    edits = []
    for change in _bridge(_changes(_align(one, two), one, two), one):
        begin, end, after = _trim(change, one, two)
        before = source[begin:end]
        edits.append(
            make_edit(
                locator,
                start + begin,
                start + end,
                before=before,
                after=after,
                engine=engine,
                kind=_kind(before, after),
                reason=reason,
            )
        )
    return tuple(edits)


def _tokenize(text: str) -> _Side:
    matches = list(_TOKEN.finditer(text))
    return _Side(text, tuple(m.group() for m in matches), tuple(m.span() for m in matches))


def _align(one: _Side, two: _Side) -> list[_Run]:
    """Return runs of equal tokens, ascending on both sides."""
    whole = _Window(0, len(one.words), 0, len(two.words))
    windows = _cut(whole, _sentence_anchors(one, two))
    return [run for window in windows for run in _match(one.words, two.words, window)]


def _cut(window: _Window, anchors: Iterable[tuple[int, int]]) -> Iterator[_Window]:
    """Yield the windows between one anchor and the next."""
    start, other = window.start, window.other
    for stop, other_stop in [*anchors, (window.stop, window.other_stop)]:
        yield _Window(start, stop, other, other_stop)
        start, other = stop, other_stop


def _sentence_anchors(one: _Side, two: _Side) -> list[tuple[int, int]]:
    """Return token pairs at which a sentence that both texts hold once begins."""
    starts, others = _sentence_starts(one), _sentence_starts(two)
    pairs = sorted((starts[s], others[s]) for s in starts.keys() & others.keys())
    return _ascending(pairs)


def _sentence_starts(side: _Side) -> dict[str, int]:
    """Return the first token of each sentence that occurs once, by its text."""
    begins = [span[0] for span in side.spans]
    found: dict[str, int] = {}
    repeated: set[str] = set()
    for start, stop in sentences(side.text):
        text = side.text[start:stop].strip()
        if text in found:
            repeated.add(text)
        if len(text.split()) >= _ANCHOR_SENTENCE_WORDS:
            found[text] = bisect_left(begins, start)
    return {text: token for text, token in found.items() if text not in repeated}


def _match(one: Sequence[str], two: Sequence[str], window: _Window) -> list[_Run]:
    """Match a window: its equal ends, then what unique words anchor, then what is left."""
    size = min(window.stop - window.start, window.other_stop - window.other)
    head = 0
    while head < size and one[window.start + head] == two[window.other + head]:
        head += 1
    tail = 0
    while tail < size - head and one[window.stop - 1 - tail] == two[window.other_stop - 1 - tail]:
        tail += 1
    inner = _Window(
        window.start + head, window.stop - tail, window.other + head, window.other_stop - tail
    )
    return [
        (window.start, window.other, head),
        *_match_inside(one, two, inner),
        (inner.stop, inner.other_stop, tail),
    ]


def _match_inside(one: Sequence[str], two: Sequence[str], window: _Window) -> list[_Run]:
    left, right = one[window.start : window.stop], two[window.other : window.other_stop]
    if not left or not right:
        return []
    anchors = [(window.start + i, window.other + j) for i, j in _anchors(left, right)]
    if anchors:
        # No anchor is the window's beginning, whose words differ: the parts get smaller.
        return [run for part in _cut(window, anchors) for run in _match(one, two, part)]
    if len(left) * len(right) > _CLOSE_SEARCH:
        return []
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return [(window.start + i, window.other + j, size) for i, j, size in blocks]


def _anchors(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Return places to cut two unequal stretches at; none where they are small or share nothing."""
    tries = [partial(_unique, size=size) for size in _ANCHOR_WORDS]
    if len(left) * len(right) > _CLOSE_SEARCH:
        tries += [partial(_nearest, size=size) for size in _REPEATED_WORDS]
    return next(filter(None, (find(left, right) for find in tries)), [])


def _unique(left: Sequence[str], right: Sequence[str], size: int) -> list[tuple[int, int]]:
    """Return places of runs of `size` words that stand once on either side, ascending on both."""
    grams, others = _grams(left, size), _grams(right, size)
    counts, other_counts = Counter(grams), Counter(others)
    places = {gram: j for j, gram in enumerate(others) if other_counts[gram] == 1}
    return _ascending((i, places[g]) for i, g in enumerate(grams) if counts[g] == 1 and g in places)


def _nearest(left: Sequence[str], right: Sequence[str], size: int) -> list[tuple[int, int]]:
    """Return places of repeated runs, each with the like run nearest to where it would be.

    A text that repeats itself has no unique words; an edited copy of it drifts little.
    """
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for j, gram in enumerate(_grams(right, size)):
        places[gram].append(j)
    scale = len(right) / len(left)
    found = (
        (i, _closest(places[g], i * scale)) for i, g in enumerate(_grams(left, size)) if g in places
    )
    return _ascending(found)


def _closest(ascending: Sequence[int], to: float) -> int:
    at = bisect_left(ascending, to)
    return min(ascending[max(0, at - 1) : at + 1], key=lambda place: abs(place - to))


def _grams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[i:] for i in range(size)), strict=False))


def _ascending(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a longest run of pairs that ascends on the other side too (patience sorting)."""
    tops: list[int] = []
    piles: list[tuple[tuple[int, int], int]] = []
    links: list[int] = []
    for pair in pairs:
        pile = bisect_left(tops, pair[1])
        entry = (pair, links[pile - 1] if pile else -1)
        piles.append(entry)
        tops[pile : pile + 1] = [pair[1]]
        links[pile : pile + 1] = [len(piles) - 1]
    chain: list[tuple[int, int]] = []
    at = links[-1] if links else -1
    while at >= 0:
        pair, at = piles[at]
        chain.append(pair)
    return chain[::-1]


def _changes(runs: Iterable[_Run], one: _Side, two: _Side) -> Iterator[_Change]:
    """Yield what differs between one pair of equal tokens and the next."""
    at, other = 0, 0
    for start, other_start, size in [*runs, (len(one.words), len(two.words), 1)]:
        for step in range(size):
            change = _Change(at, start + step, other, other_start + step)
            if _text(one, at, start + step) != _text(two, other, other_start + step):
                yield change
            at, other = start + step + 1, other_start + step + 1


def _text(side: _Side, start: int, stop: int) -> str:
    begin, end = side.between(start, stop)
    return side.text[begin:end]


def _bridge(changes: Iterable[_Change], one: _Side) -> Iterator[_Change]:
    """Join changes that an editor would see as one."""
    last: _Change | None = None
    for change in changes:
        if last is not None and _reads_as_one(last, change, one):
            last = last.up_to(change)
            continue
        if last is not None:
            yield last
        last = change
    if last is not None:
        yield last


def _reads_as_one(first: _Change, second: _Change, one: _Side) -> bool:
    """Tell whether two changes are one thought: a word moved, or a phrase of another length.

    Two swaps of words are two decisions, whatever stands between. Where words only come or go
    ("put an end to" -> "end"), a word between may be any; else it must be a function word.
    """
    between = one.words[first.stop : second.start]
    if first.is_layout or second.is_layout or (first.is_swap and second.is_swap):
        return False
    if len(between) > 1 or first.up_to(second).size > _MOST_JOINED:
        return False
    one_sided = first.is_one_sided or second.is_one_sided
    return all(
        word.lower() in FUNCTION_WORDS or (one_sided and word[0].isalnum()) for word in between
    )


def _trim(change: _Change, one: _Side, two: _Side) -> tuple[int, int, str]:
    """Return the characters to replace and what replaces them, without shared white space."""
    begin, end = one.between(change.start, change.stop)
    other_begin, other_end = two.between(change.other_start, change.other_stop)
    before, after = one.text[begin:end], two.text[other_begin:other_end]
    head = 0
    while (
        head < min(len(before), len(after))
        and before[head] == after[head]
        and before[head].isspace()
    ):
        head += 1
    tail = 0
    while (
        tail < min(len(before), len(after)) - head
        and before[-1 - tail] == after[-1 - tail]
        and before[-1 - tail].isspace()
    ):
        tail += 1
    return begin + head, end - tail, after[head : len(after) - tail]


def _kind(before: str, after: str) -> EditKind:
    words = [word.lower() for word in _TOKEN.findall(f"{before} {after}")]
    if not words:
        return "other"
    if all(word in FUNCTION_WORDS or not word[0].isalnum() for word in words):
        return "grammar"
    return "idiom" if len(before.split()) > 1 or len(after.split()) > 1 else "term"

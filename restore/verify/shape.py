"""What is wrong with a reply whatever its facts: refused, leaked, too short, looping, translated.

A sign counts only where the source does not show it too: an article may speak of refusals.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from restore.article import Problem

_REFUSAL = re.compile(
    r"""^[^\w\n]{0,9}(?:
      (?:i(?:['’]?m|\ am)\ (?:so\ |very\ |really\ )?sorry|sorry|i\ apologi[sz]e|my\ apologies
        |unfortunately)\b[^.\n]{0,40}\b(?:can(?:['’]?t|not)|unable|not\ able|won['’]?t|but)\b
    | (?:as|i['’]?m|i\ am)\ an?\ (?:ai|large\ language|language)\b
    | i\ (?:can(?:['’]t|not)|am\ unable\ to|am\ not\ able\ to|won['’]t|must\ decline)\ (?:to\ )?
      (?:help|assist|comply|fulfil|provide|process|restore|rewrite|continue|do\ that|complete|edit)
    )""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)

_LEAK_AT_START = re.compile(
    r"""
      [^\w\n]{0,9}(?:sure|certainly|of\ course|absolutely|okay|great)\b[,!.:]?[^.\n]{0,40}
        \b(?:here|restored?|text|version|rewritten|help)\b
    | [^\w\n]{0,9}(?:here(?:['’]s|\ is|\ are)|below\ is|this\ is|the\ following\ is)\b
        [^.\n]{0,40}\b(?:restor|correct|rewrit|revis|edited|improved|cleaned|natural|original|polished)\w*\b
    | [^\w\n]{0,9}(?:restored|corrected|rewritten|revised|edited|original)[ ]
        (?:text|version|article|passage|paragraphs?)\W*:
    | [^\w\n]{0,9}(?:note|explanation|changes(?:\ made)?)\W*:\ [^\n]{0,60}
        \b(?:changed|replaced|restored|kept|corrected|edits?|i)\b
    | (?:system|user|assistant)\ ?: | ```
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""At the start of a line."""

_LEAK = re.compile(
    r"""
      \bi(?:['’]ve|\ have)?\ (?:have\ )?(?:restored|rewritten|corrected|replaced|made)[ ]
        (?:the|all|some|these)\ (?:\w+\ ){0,2}(?:text|article|passage|phrases?|words?|changes|edits)
    | \blet\ me\ know\ if\ you
    | <\|[a-z_]+\|>
    | \b(?:you\ are|act\ as)\ (?:an?\ )?(?:editor|assistant|language\ model|expert)\b
    | \bmachine-spun\b | \[\[/?\d+\]\] | </?(?:piece|block|article|text|paragraph)\b[^>\n]{0,60}>
    | <{3,}|>{3,}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LEAK_SIGNS = (
    "<", ">>>", "[[", "let me know", "you are a", "act as a", "machine-spun",
    "restored ", "rewritten ", "corrected ", "replaced ", "made ",
)  # fmt: skip
"""Without one of these in small letters there is none: looking for them is far cheaper."""

_MOST_LONGER, _LEAST_OF = 1.6, 0.5
"""Words of the restored text to those of the source; good restorations lie within 0.69 and 1.25."""
_FEW_WORDS = 12
"""Shorter texts have no telling length and no telling language."""

_COMMONEST = frozenset(
    "the of and to in a is that for it as was with be by on not he his but at are this have or an "
    "they she you we our their its if will would can could should has had been were which who what "
    "when there about because many more than into after during until also all some no did".split()
)
_LEAST_ENGLISH = 0.4
"""Share of the commonest words that must remain, against the source."""

_MARKUP = re.compile(r"\*\*|__|~~|\]\(|^\#{1,6} ", re.MULTILINE)
"""What makes text bold, struck out, a link or a heading in Markdown."""

_STRANGE = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "So"))
"""Categories of characters: controls, invisible ones, private ones, pictures."""

_WORD = re.compile(r"\w+")
_LOOP_WINDOW = 6
"""Words in a row whose return shows a loop."""

_MOST_PADDED = 1
"""Places of a text where content words may be slipped in between neighbours of the source, at most.
Restoring puts words in the place of others; of 264 good restorations one pads two places."""
_LONGEST_PADDING = 4
"""Words; what is longer shows as a sentence that is far too long."""


def find_problems(source: str, restored: str) -> list[Problem]:
    """Return what the shape of `restored` shows, apart from its sentences (see `alignment`)."""
    if not restored.strip():
        return ["empty"] if source.strip() else []
    ours, theirs = _WORD.findall(source.lower()), _WORD.findall(restored.lower())
    return [
        *_find_speech(source, restored),
        *_find_proportions(ours, theirs),
        *_find_strangers(source, restored),
    ]


def _find_strangers(source: str, restored: str) -> Iterator[Problem]:
    """Find new markup, and characters that are new and invisible, pictorial or look-alike.

    Restoring English brings in Latin letters with accents and typographic marks at most.
    """
    more = len(_MARKUP.findall(restored)) > len(_MARKUP.findall(source))
    if more or (not restored.isascii() and any(map(_is_strange, set(restored) - set(source)))):
        yield "inserted"


def _is_strange(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind[0] == "L":
        return not unicodedata.name(character, "").startswith("LATIN ")
    return kind in _STRANGE


def _find_speech(source: str, restored: str) -> Iterator[Problem]:
    if _only_in(restored, source, _find_refusals):
        yield "refused"
    if _only_in(restored, source, _find_leaks):
        yield "leaked"


def _only_in(restored: str, source: str, find: Callable[[str], Iterator[str]]) -> bool:
    found = Counter(find(restored))
    return bool(found and found - Counter(find(source)))


def _find_refusals(text: str) -> Iterator[str]:
    return (match.group().casefold() for match in _REFUSAL.finditer(text))


def _find_leaks(text: str) -> Iterator[str]:
    starts = filter(None, map(_LEAK_AT_START.match, text.splitlines()))
    yield from (match.group().casefold() for match in starts)
    lower = text.lower()
    if any(sign in lower for sign in _LEAK_SIGNS):
        yield from (match.group().casefold() for match in _LEAK.finditer(text))


def _find_proportions(ours: list[str], theirs: list[str]) -> Iterator[Problem]:
    if max(len(ours), len(theirs)) >= _FEW_WORDS:
        if not _LEAST_OF * len(ours) <= len(theirs) <= _MOST_LONGER * len(ours):
            yield "length"
        if _english(theirs) < _LEAST_ENGLISH * _english(ours):
            yield "language"
    loops = _loops(theirs)
    if loops and loops > _loops(ours):
        yield "repeated"
    if _is_padded(ours, theirs):
        yield "inserted"


def _is_padded(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether content words were slipped in, such as praise, and nothing taken out for them.

    The neighbours alone decide it for nearly every text; only the few others are aligned.
    """
    side_by_side, known = set(pairwise(ours)), set(ours) | _COMMONEST
    new = [i for i, word in enumerate(theirs) if word not in known]
    if sum(_may_pad(theirs, i, side_by_side) for i in new) <= _MOST_PADDED:
        return False
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    slipped_in = (theirs[j:k] for what, _, _, j, k in steps if what == "insert")
    return sum(not known.issuperset(words) for words in slipped_in) > _MOST_PADDED


def _may_pad(words: Sequence[str], at: int, side_by_side: set[tuple[str, str]]) -> bool:
    """Tell whether, without a few words about `at`, the rest would stand as in the source."""
    befores = range(max(at - _LONGEST_PADDING, 0), at)
    afters = range(at + 1, min(at + _LONGEST_PADDING, len(words) - 1) + 1)
    return any((words[i], words[j]) in side_by_side for i in befores for j in afters)


def _english(words: list[str]) -> float:
    return sum(word in _COMMONEST for word in words) / max(len(words), 1)


def _loops(words: list[str]) -> int:
    """Count how often six words in a row return."""
    if len(words) - len(set(pairwise(words))) < _LOOP_WINDOW:
        return 0  # a row of six that returns is five pairs that do, and the last word has none
    runs = Counter(zip(*(words[i:] for i in range(_LOOP_WINDOW)), strict=False))
    return sum(count - 1 for count in runs.values() if count > 1)

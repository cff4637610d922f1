"""Turns what the decoder chose into edits: capitals, agreement, and no word more than differs."""

import re
from collections.abc import Iterable, Iterator

from restore.article import Article, Edit, make_edit
from restore.offline.evidence import Choice
from restore.offline.tokens import Token
from restore.wording import indefinite, recase

ENGINE = "offline"

_WORD = re.compile(r"\S+")


def make_edits(article: Article, choices: Iterable[Choice]) -> tuple[Edit, ...]:
    """Return the edits of some choices that do not overlap, in order of place."""
    edits: list[Edit] = []
    taken = list(choices)
    ends = {choice.tokens[choice.arc.stop - 1].start for choice in taken}
    for choice in taken:
        edits.append(_replace(article, choice))
        article_word = choice.tokens[choice.first - 1] if choice.first else None
        if article_word and article_word.start not in ends:
            edits += _agree(article, article_word, choice)
    return tuple(sorted(edits, key=lambda edit: edit.start))


def restored_words(article: Article, choice: Choice) -> str:
    """Return what a choice puts in: the capitals of what it takes out, the article's quotes."""
    after = choice.arc.after or ""
    if "'" in after and "’" in article.source:
        after = after.replace("'", "’")
    return recase(_text(article, choice), after)


def trim(before: str, after: str) -> tuple[int, int, str]:
    """Return the part of `before` that changes, and what it becomes.

    Words that both share at either end are left out, and the layout between words stays where
    their number does. An insertion keeps one word of `before`, so that no edit is empty there.

    >>> trim("law implementation", "law enforcement")
    (4, 18, 'enforcement')
    >>> trim("quite a while", "a while")
    (0, 6, '')
    """
    old = list(_WORD.finditer(before))
    new = after.split()
    left, right = _shared(old, new)
    if left + right == len(old):  # an insertion
        left, right = (left - 1, right) if left else (left, right - 1)
    changed = old[left : len(old) - right]
    words = new[left : len(new) - right]
    start, stop = changed[0].start(), changed[-1].end()
    if not words:
        return _with_gap(old, left, right, start, stop)
    if len(words) == len(changed):
        return start, stop, _lay_out(before, changed, words)
    return start, stop, " ".join(words)


def _shared(old: list[re.Match[str]], new: list[str]) -> tuple[int, int]:
    """Return how many words are the same at the beginning and at the end."""
    most = min(len(old), len(new))
    left = 0
    while left < most and old[left].group() == new[left]:
        left += 1
    right = 0
    while right < most - left and old[-1 - right].group() == new[-1 - right]:
        right += 1
    return left, right


def _with_gap(
    old: list[re.Match[str]], left: int, right: int, start: int, stop: int
) -> tuple[int, int, str]:
    """Return a deletion with the space before or behind it, whichever lies inside."""
    if right:
        return start, old[-right].start(), ""
    return (old[left - 1].end() if left else start), stop, ""


def _lay_out(before: str, old: list[re.Match[str]], new: list[str]) -> str:
    parts = [new[0]]
    for index in range(1, len(new)):
        parts += before[old[index - 1].end() : old[index].start()], new[index]
    return "".join(parts)


def _replace(article: Article, choice: Choice) -> Edit:
    before = _text(article, choice)
    start, stop, after = trim(before, restored_words(article, choice))
    at = choice.tokens[choice.first].start
    source = choice.arc.source
    if source is None:  # pragma: no cover - the decoder offers only arcs that replace
        raise AssertionError
    return make_edit(
        article.locator,
        at + start,
        at + stop,
        before=before[start:stop],
        after=after,
        engine=ENGINE,
        reason=source.reason,
        kind=source.kind,
        confidence=choice.confidence,
    )


def _agree(article: Article, word: Token, choice: Choice) -> Iterator[Edit]:
    """Yield the edit that an a or an needs before what a choice puts in."""
    if word.key not in ("a", "an") or (word.text == "A" and choice.first > 1):
        return
    needed = indefinite((choice.arc.after or "").split()[0])
    if word.key != needed:
        yield make_edit(
            article.locator,
            word.start,
            word.stop,
            before=word.text,
            after=recase(word.text, needed),
            engine=ENGINE,
            reason="agreement",
            kind="grammar",
            confidence=choice.confidence,
        )


def _text(article: Article, choice: Choice) -> str:
    tokens = choice.tokens
    return article.source[tokens[choice.first].start : tokens[choice.arc.stop - 1].stop]

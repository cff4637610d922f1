"""UTF-8 that was once read in another encoding ("donâ€™t", "cafÃ©"): seen, and mended by ftfy.

It is mended before an engine sees the text, so that words beside it are restored as well, and the
engine's edits are then carried back to the text as it was read.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, takewhile
from typing import NamedTuple

from restore.article import Article, Edit, apply, apply_within, make_edit
from restore.documents.rewriting import drop_fixed
from restore.errors import UsageProblem
from restore.sentences import sentences

ENGINE = "repair"
REASON = "mojibake"

_LATER = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What the bytes 80 to BF are in cp1252 and in Latin-1."""
_GARBLED = re.compile(
    rf"""
      Ã[{_LATER}] | Â[\xa0-\xbf]                # é and £ read in cp1252, once or more often
    | â(?:[€\x80][{_LATER}] | [„\x84]¢ | [‚\x82]¬)   # ’ “ — … ™ €
    | ð[Ÿ\x9f][{_LATER}]                        # emoji
    | ‚Äô | ‚Äú | ‚Äù | ‚Äî | ‚Äì | √©            # the same in Mac OS Roman
    | ΓÇ[ÖÿÖ£¥öôªó] | ├⌐                        # and in cp437
    """,
    re.VERBOSE,
)
_WORD = re.compile(r"[^ \t\r\n]+")
"""Other white space may be half of a garbled character."""


def find(text: str) -> str | None:
    """Return the first word with letters that stand for others, or None; it needs no ftfy.

    >>> find("They donâ€™t know."), find("They don’t know the café.")
    ('donâ€™t', None)
    """
    match = _GARBLED.search(text)
    if match is None:
        return None
    before = re.search(r"\S*\Z", text[max(0, match.start() - 30) : match.start()])
    after = re.match(r"\S*", text[match.end() : match.end() + 30])
    return (before.group() if before else "") + match.group() + (after.group() if after else "")


def mended(article: Article) -> Article:
    """Return the article as it reads with all repairs made.

    Raises:
        UsageProblem: ftfy is not installed.
    """
    return mend(article, repair(article))


def check_installed() -> None:
    """Make sure that garbled text can be mended.

    Raises:
        UsageProblem: ftfy is not installed.
    """
    try:
        import ftfy  # noqa: F401, PLC0415  # an extra
    except ImportError:
        raise UsageProblem(
            "--repair-text needs ftfy, which is not installed",
            hint="pip install 'restore-cli[repair]'",
        ) from None


def repair(article: Article) -> tuple[Edit, ...]:
    """Return the edits that mend what is garbled, in order of place; code and tables stay.

    Each is a word where the words stay apart, else at most a sentence.

    Raises:
        UsageProblem: ftfy is not installed.
    """
    check_installed()
    found: list[Edit] = []
    for block in article.blocks:
        if block.kind == "verbatim" or block.text.isascii():
            continue
        for start, stop in sentences(block.text):
            found += _mend_sentence(article, block.start + start, block.start + stop)
    return drop_fixed(article, found)


def mend(article: Article, repairs: Sequence[Edit]) -> Article:
    """Return the article as it reads with its repairs made: what an engine sees."""
    if not repairs:
        return article
    source = apply(article.source, repairs)
    move = _Mover(repairs)
    blocks = []
    for block in article.blocks:
        start, stop = move.to(block.start), move.to(block.stop)
        blocks.append(replace(block, start=start, stop=stop, text=source[start:stop]))
    document = article.document
    if document:
        moved = [
            replace(one, start=move.to(one.start), stop=move.to(one.stop))
            for one in document.segments
        ]
        document = replace(document, segments=tuple(moved))
    parts = tuple(
        replace(part, start=move.to(part.start), stop=move.to(part.stop)) for part in article.parts
    )
    return replace(article, source=source, blocks=tuple(blocks), document=document, parts=parts)


def carry_back(
    article: Article, repairs: Sequence[Edit], edits: Iterable[Edit]
) -> tuple[Edit, ...]:
    """Return repairs and the edits of the mended text as edits of the article itself.

    Where an edit changes what was mended the two are one edit, which is the engine's.

    Args:
        article: as it was read.
        repairs: of that, in order of place.
        edits: of `mend(article, repairs)`, none overlapping.
    """
    mended = apply(article.source, repairs)
    move = _Mover(repairs)
    both = [_Placed(move.to(one.start), move.to(one.stop), one, None) for one in repairs]
    both += [_Placed(edit.start, edit.stop, None, edit) for edit in edits]
    out: list[Edit] = []
    shift = 0  # characters that the repairs so far took out
    for group in _clusters(sorted(both, key=lambda one: one[:2])):
        first, last = group[0].start, max(one.stop for one in group)
        start = first + shift
        shift += sum(len(one.repair.before) - (one.stop - one.start) for one in group if one.repair)
        mine = [one.edit for one in group if one.edit]
        if mine:
            after = apply_within(mended, first, last, mine)
            has_repairs = len(mine) < len(group)
            out.append(_put(article, start, last + shift, after, mine[0], mended=has_repairs))
        else:
            out += [one.repair for one in group if one.repair]
    return tuple(out)


class _Placed(NamedTuple):
    """A repair or an edit, by its place in the mended text."""

    start: int
    stop: int
    repair: Edit | None
    edit: Edit | None


class _Mover:
    """Says where a place of the text as it was read lies in the mended one."""

    def __init__(self, repairs: Sequence[Edit]) -> None:
        self._repairs = repairs
        grown = [len(one.after) - len(one.before) for one in repairs]
        self._shifts = [0, *accumulate(grown)]

    def to(self, place: int) -> int:
        """Return the place; one inside what was mended stays inside."""
        before = bisect_right(self._repairs, place, key=lambda one: one.stop)
        if before < len(self._repairs):
            inside = self._repairs[before]
            if place > inside.start:
                place = min(place, inside.start + len(inside.after))
        return place + self._shifts[before]


def _mend_sentence(article: Article, start: int, stop: int) -> Iterator[Edit]:
    before = article.source[start:stop]
    after = before if before.isascii() else _fix(before)
    if find(after):  # right and garbled in one sentence: ftfy decodes a text as a whole
        after = _WORD.sub(lambda word: _fix(word.group()), before)
    if after == before:
        return
    old, new = list(_WORD.finditer(before)), _WORD.findall(after)
    if len(old) == len(new):
        for match, word in zip(old, new, strict=True):
            if match.group() != word:
                yield _make(article, start + match.start(), start + match.end(), word)
        return
    left = _shared(before, after)
    right = _shared(before[left:][::-1], after[left:][::-1])
    yield _make(article, start + left, stop - right, after[left : len(after) - right])


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _fix(text: str) -> str:
    """Let ftfy undo wrong encodings, and nothing else that it could do."""
    from ftfy import TextFixerConfig, fix_encoding  # noqa: PLC0415  # an extra

    # a lossy sequence would become a replacement character: what is lost is for people to say
    return fix_encoding(text, TextFixerConfig(uncurl_quotes=False, replace_lossy_sequences=False))


def _make(article: Article, start: int, stop: int, after: str) -> Edit:
    return make_edit(
        article.locator,
        start,
        stop,
        before=article.source[start:stop],
        after=after,
        engine=ENGINE,
        reason=REASON,
        kind="encoding",
    )


def _clusters(ordered: Iterable[_Placed]) -> Iterator[list[_Placed]]:
    """Yield what overlaps together."""
    group: list[_Placed] = []
    for one in ordered:
        if group and one.start >= max(other.stop for other in group):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _put(article: Article, start: int, stop: int, after: str, edit: Edit, *, mended: bool) -> Edit:
    """Return an edit of the engine at its place in the text as it was read."""
    return make_edit(
        article.locator,
        start,
        stop,
        before=article.source[start:stop],
        after=after,
        engine=edit.engine,
        reason=f"{edit.reason}; {REASON}" if mended else edit.reason,
        kind=edit.kind,
        confidence=edit.confidence,
    )

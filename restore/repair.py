"""What is kept of a piece whose restoration is wrong: all but the smallest unit that is wrong."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from restore.article import Article, Edit, Verdict
from restore.chunks import Piece
from restore.pieces import Attempt, Checked, explain, judge, place
from restore.verify.alignment import cut

_WORD = re.compile(r"\w")
_WORDS_APART = 2
"""An edit with fewer words between it and the next is part of one rewording with it."""


def settle(article: Article, tried: Sequence[Attempt], *, note: str = "") -> Checked:
    """Keep what is right of the attempts at a piece, of which the last one counts where it is.

    Args:
        article: holds the piece.
        tried: the reply, then its repair, where there is one.
        note: why there is no repair of a wrong reply, to be told with what is wrong.
    """
    last = tried[-1]
    if last.verdict.ok:
        return Checked(last.piece, last.edits, last.verdict, _lacks(article, last))
    kept = max(
        (_salvage(article, one) for one in reversed(tried)), key=len
    )  # max takes the first of equals: the repair
    left = "the rest was kept" if kept else "the original stays"
    why = f"{explain(last.verdict)}{f' ({note})' if note else ''}; {left}"
    return Checked(last.piece, kept, last.verdict, f"{place(article, last.piece)}: {why}")


def drop_harmful(
    article: Article, piece: Piece, edits: tuple[Edit, ...]
) -> tuple[tuple[Edit, ...], Verdict]:
    """Return the edits of a piece that keep its facts, alone and together, and the verdict.

    For edits that are independent of each other, as the offline engine's are.
    """
    verdict = judge(article, piece, edits)
    if verdict.ok:
        return edits, verdict
    harmless = tuple(edit for edit in edits if judge(article, piece, (edit,)).ok)
    verdict = judge(article, piece, harmless)
    return (harmless, verdict) if verdict.ok else ((), judge(article, piece, ()))


def _salvage(article: Article, tried: Attempt) -> tuple[Edit, ...]:
    """Return the edits of an attempt without those of wrong sentences, if that sets it right.

    A sentence is wrong if its edits alone lose or add something. Where edits are wrong only
    together, or what is left is still wrong, nothing is kept.
    """
    kept: list[Edit] = []
    for group in _by_sentence(tried):
        if judge(article, tried.piece, group).ok:
            kept += group
        else:
            kept += _without_culprit(article, tried.piece, group)
    return tuple(kept) if judge(article, tried.piece, kept).ok else ()


def _without_culprit(article: Article, piece: Piece, group: Sequence[Edit]) -> Sequence[Edit]:
    """Return a wrong sentence's edits without the only harmful one, if it stands for itself.

    A wrong sentence to which words were added besides is no restoration: nothing of it is kept.
    """
    if any(_adds_words(edit) for edit in group):
        return ()
    harmful = [edit for edit in group if not judge(article, piece, (edit,)).ok]
    if len(harmful) != 1 or not _stands_apart(article, harmful[0], group):
        return ()
    rest = [edit for edit in group if edit is not harmful[0]]
    return rest if judge(article, piece, rest).ok else ()


def _adds_words(edit: Edit) -> bool:
    return not _WORD.search(edit.before) and bool(_WORD.search(edit.after))


def _stands_apart(article: Article, edit: Edit, group: Sequence[Edit]) -> bool:
    return all(
        len(article.source[one.stop : two.start].split()) >= _WORDS_APART
        for one, two in pairwise(group)
        if edit in (one, two)
    )


def _by_sentence(tried: Attempt) -> Iterator[list[Edit]]:
    """Group edits by the sentence of the source; one that reaches into the next joins the two."""
    ends = [tried.piece.start + sentence.stop for sentence in cut(tried.piece.text)]
    group: list[Edit] = []
    reach = 0
    for edit in tried.edits:
        if group and edit.start >= reach:
            yield group
            group = []
        group.append(edit)
        reach = max(reach, _end_of(edit, ends))
    yield group


def _end_of(edit: Edit, ends: Iterable[int]) -> int:
    """Return the end of the sentence in which an edit ends."""
    last = max(edit.start, edit.stop - 1)
    return next((end for end in ends if end > last), edit.stop)


def _lacks(article: Article, tried: Attempt) -> str:
    if not tried.lacking:
        return ""
    return f"{place(article, tried.piece)}: {article.encoding} has no character '{tried.lacking}'"

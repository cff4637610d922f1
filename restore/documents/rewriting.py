"""From edits of an article's text to its document: tags, escapes and all else stay as they are.

An edit that reaches over markup is dealt out: each stretch of text keeps its place among the tags
and gets its share of the words.
"""

import html
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from restore.article import Article, Document, Edit, Segment, Syntax, apply
from restore.documents.joins import keep_apart

_MARKDOWN = re.compile(r"[\\`*_\[\]<>]|&(?=#?\w+;)")
_WORD = re.compile(r"\S+\s*")


def rewrite(article: Article, edits: Iterable[Edit]) -> str:
    """Return the article's file with some edits made; without any it is as it was read."""
    return apply(article.raw, raw_edits(article, edits))


def raw_edits(article: Article, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return edits of the file that do what `edits` do to the text.

    Their places count code points of `article.raw`; they keep the ids of the edits they are of.
    An edit that touches what is fixed is none; see `drop_fixed`.
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.stop))
    if article.document is None:
        return tuple(ordered)
    document = article.document
    return tuple(part for edit in ordered for part in _carry_over(article.source, document, edit))


def drop_fixed(article: Article, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Leave out the edits that touch what must stay in the document: code, links written out."""
    if article.document is None:
        return tuple(edits)
    segments = article.document.segments
    return tuple(edit for edit in edits if not any(s.fixed for s in _touched(segments, edit)))


def _touched(segments: Sequence[Segment], edit: Edit) -> Sequence[Segment]:
    """Return the segments that an edit changes; of an insertion, the one it goes into."""
    if edit.start == edit.stop:
        at = _host(segments, edit.start)
        return segments[at : at + 1] if at is not None else ()
    first = bisect_right(segments, edit.start, key=lambda segment: segment.stop)
    last = bisect_left(segments, edit.stop, key=lambda segment: segment.start)
    return segments[first:last]


def _host(segments: Sequence[Segment], place: int) -> int | None:
    """Return which segment words go into that are put in at a place: the one before, if any."""
    at = bisect_left(segments, place, key=lambda segment: segment.stop)
    if at < len(segments) and segments[at].start <= place and not segments[at].fixed:
        return at
    after = bisect_left(segments, place, key=lambda segment: segment.start)
    if after < len(segments) and segments[after].start == place:
        return after
    return min(at, len(segments) - 1) if segments else None


def _carry_over(source: str, document: Document, edit: Edit) -> Iterator[Edit]:
    touched = _touched(document.segments, edit)
    if not touched:
        return
    if edit.start == edit.stop:
        yield _insert(document, touched[0], edit)
        return
    groups = list(_groups(touched))
    texts = [source[_clip(group, edit)[0] : _clip(group, edit)[1]] for group in groups]
    words = _without_layout(edit, touched)
    for group, before, after in zip(groups, texts, _deal_out(texts, words), strict=True):
        if before != after:
            start, stop = _raw_range(source, document, group, edit)
            yield _raw_edit(document, edit, start, stop, after)


def _without_layout(edit: Edit, touched: Sequence[Segment]) -> str:
    """Return an edit's words without white space in place of layout, which is in no document."""
    words = edit.after.lstrip() if edit.start < touched[0].start else edit.after
    return words.rstrip() if edit.stop > touched[-1].stop else words


def _groups(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Yield runs of segments between which the document has nothing."""
    run = [segments[0]]
    for one, other in pairwise(segments):
        if one.raw_stop != other.raw_start:
            yield run
            run = []
        run.append(other)
    yield run


def _clip(group: Sequence[Segment], edit: Edit) -> tuple[int, int]:
    """Return the part of an edit's range that lies in a group."""
    return max(edit.start, group[0].start), min(edit.stop, group[-1].stop)


def _deal_out(before: Sequence[str], after: str) -> list[str]:
    """Deal words out over stretches of text, in order, to each its share by the words it had.

    White space at a stretch's ends stays, but where all its words go.
    """
    if len(before) == 1:
        return [after]
    words = _WORD.findall(after.strip())
    had = list(accumulate(len(text.split()) for text in before))
    # in place of white space alone they all go to the first stretch
    ends = [round(len(words) * count / had[-1]) if had[-1] else len(words) for count in had]
    dealt = []
    for number, (text, start, stop) in enumerate(zip(before, [0, *ends], ends, strict=False)):
        following = before[number + 1][:1] if number + 1 < len(before) else " "
        dealt.append(_fill(text, "".join(words[start:stop]), spaced=following.isspace()))
    return dealt


def _fill(text: str, words: str, *, spaced: bool) -> str:
    """Put words in place of those of a stretch; `spaced` says that white space comes after it."""
    head = text[: len(text) - len(text.lstrip())]
    if not words:
        return head if text.strip() else text
    tail = text[len(text.rstrip()) :] if text.strip() else ""
    return f"{head}{words.rstrip() if tail or spaced else words}{tail}"


def _raw_range(
    source: str, document: Document, group: Sequence[Segment], edit: Edit
) -> tuple[int, int]:
    start, stop = _clip(group, edit)
    first, last = group[0], group[-1]
    raw_start, raw_stop = first.raw_start, last.raw_stop
    if _is_literal(source, document, first):
        raw_start += start - first.start
    if _is_literal(source, document, last):
        raw_stop -= last.stop - stop
    return raw_start, raw_stop


def _is_literal(source: str, document: Document, segment: Segment) -> bool:
    text = source[segment.start : segment.stop]
    return text == document.raw[segment.raw_start : segment.raw_stop]


def _insert(document: Document, host: Segment, edit: Edit) -> Edit:
    if host.raw_stop - host.raw_start == host.stop - host.start:
        at = host.raw_start + min(max(edit.start, host.start), host.stop) - host.start
    else:
        at = host.raw_start if edit.start <= host.start else host.raw_stop
    return _raw_edit(document, edit, at, at, edit.after)


def _raw_edit(document: Document, edit: Edit, start: int, stop: int, after: str) -> Edit:
    words = _escape(after, document.raw[start:stop], document)
    if document.syntax == "html":
        words = keep_apart(document.raw, start, stop, words)
    return replace(edit, start=start, stop=stop, before=document.raw[start:stop], after=words)


def _escape(text: str, before: str, document: Document) -> str:
    """Write words as the document's syntax has them; what stood there unescaped may stay so."""
    syntax: Syntax = document.syntax
    if syntax == "html":
        return html.escape(text, quote=False)
    if syntax == "markdown":
        return _MARKDOWN.sub(lambda m: m[0] if m[0] in before else f"\\{m[0]}", text)
    return json.dumps(text, ensure_ascii=document.raw.isascii())[1:-1]

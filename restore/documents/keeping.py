"""Which edits leave a document what it is: all that is not its text stays as it was.

Words can become markup where they are put in ("1. June" at the start of a line is a list in
Markdown), and markup can become words where they are taken out (`**` around nothing). So the
document is read again with the edits made, and an edit after which it says anything else is none.
"""

from collections.abc import Iterable, Iterator, Sequence

from restore.article import Article, Edit, apply
from restore.documents.markdown import parse
from restore.documents.rewriting import drop_fixed, rewrite

_MOST_READINGS = 64
"""How often a document is read again to find the edits that break it; the rest is dropped."""


def drop_breaking(article: Article, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Leave out the edits that would touch or change what is no text of the document."""
    allowed = drop_fixed(article, edits)
    if article.document is None or article.document.syntax != "markdown" or not allowed:
        return allowed
    return tuple(_Keeper(article).keep((), allowed))


class _Keeper:
    """Tries edits on a document, each time on top of those that are kept."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._skeleton = _skeleton(_read(article, article.raw))
        self._readings = 0

    def keep(self, kept: Sequence[Edit], edits: Sequence[Edit]) -> Sequence[Edit]:
        """Return the edits that break nothing; halves those that do."""
        self._readings += 1
        if self._readings > _MOST_READINGS:
            return ()
        if self._holds([*kept, *edits]):
            return edits
        if len(edits) == 1:
            return ()
        half = len(edits) // 2
        first = self.keep(kept, edits[:half])
        return [*first, *self.keep([*kept, *first], edits[half:])]

    def _holds(self, edits: Sequence[Edit]) -> bool:
        """Tell whether the document with the edits made is the same but for its text."""
        again = _read(self._article, rewrite(self._article, edits))
        text = apply(self._article.source, edits)
        return _skeleton(again) == self._skeleton and _letters(again.source) == _letters(text)


def _read(article: Article, raw: str) -> Article:
    is_mdx = article.locator.lower().endswith(".mdx")
    return parse(raw, article.locator, article.encoding, article.bom, is_mdx=is_mdx)


def _skeleton(article: Article) -> list[str]:
    """Return all of a document that is not its text, in the pieces that text parts it into."""
    return list(_bones(article))


def _bones(article: Article) -> Iterator[str]:
    segments = article.document.segments if article.document else ()
    at, gap, in_text = 0, "", False
    for segment in segments:
        gap += article.raw[at : segment.raw_start]
        if segment.fixed:
            gap += article.raw[segment.raw_start : segment.raw_stop]
        elif gap or not in_text:
            yield gap
            gap, in_text = "", True
        at = segment.raw_stop
    yield gap + article.raw[at:]


def _letters(text: str) -> str:
    """Return a text without white space, which markup may or may not stand for."""
    return "".join(text.split())

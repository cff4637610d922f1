"""Readers: bytes of a file in, articles out."""

from collections.abc import Callable, Iterator, Mapping

from restore.article import Article
from restore.documents.text import read_text

Reader = Callable[[bytes, str, str | None], Iterator[Article]]
"""Bytes, locator and encoding (None: detect) to any number of articles."""

READERS: Mapping[str, Reader] = {".txt": read_text, ".text": read_text}
"""By suffix in lower case. A file with another suffix, named as such, is read as text."""


def read_bytes(
    raw: bytes, locator: str, *, suffix: str, encoding: str | None = None
) -> Iterator[Article]:
    """Yield the articles in the bytes of one file.

    Raises:
        UnreadableArticle: they cannot be read, for the reason it gives.
    """
    return READERS.get(suffix.lower(), read_text)(raw, locator, encoding)

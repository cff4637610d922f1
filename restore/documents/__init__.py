"""Readers: bytes of a file in, articles out."""

from collections.abc import Callable, Iterator, Mapping

from restore.article import Article
from restore.documents import extracting
from restore.documents.html import read_html, read_xhtml
from restore.documents.jsonl import read_jsonl
from restore.documents.markdown import read_markdown, read_mdx
from restore.documents.reading import AS_FOUND, Reading
from restore.documents.text import check_length, read_text

Reader = Callable[[bytes, str, str | None], Iterator[Article]]
"""Bytes, locator and encoding (None: detect) to any number of articles."""

READERS: Mapping[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_xhtml,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".mdx": read_mdx,
}
"""By suffix in lower case. A file with another suffix, named as such, is read as text."""

JSON_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
"""Suffixes of files of records, whose fields are asked for."""
SUFFIXES = frozenset((*READERS, *JSON_LINES))
"""Which files of a folder are articles."""


def read_bytes(
    raw: bytes, locator: str, *, suffix: str, reading: Reading = AS_FOUND
) -> Iterator[Article]:
    """Yield the articles in the bytes of one file.

    Raises:
        UnreadableArticle: they cannot be read, for the reason it gives.
    """
    suffix = (reading.suffix or suffix).lower()
    for article in _read(raw, locator, suffix, reading):
        check_length(article.source, article.locator)
        yield article


def _read(raw: bytes, locator: str, suffix: str, reading: Reading) -> Iterator[Article]:
    if suffix in JSON_LINES:
        packed = suffix.endswith(".gz")
        return read_jsonl(raw, locator, reading.encoding, reading.fields, packed=packed)
    if reading.extract and suffix in extracting.PAGES:
        return read_markdown(extracting.extract(raw, locator, reading.encoding), locator, "utf-8")
    return READERS.get(suffix, read_text)(raw, locator, reading.encoding)

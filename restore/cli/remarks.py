"""What is worth a line on stderr about how an article was read."""

import sys
from collections.abc import Iterator

from restore import notes
from restore.article import Article
from restore.documents import encodings


def say_how_read(article: Article, *, encoding: str | None) -> None:
    """Print what was guessed about an article, a line each.

    Args:
        article: as it was read.
        encoding: the one that the user named; None: it was found.
    """
    for remark in _remarks(article, encoding):
        notes.say(sys.stderr, f"{article.locator}: {remark}")


def _remarks(article: Article, encoding: str | None) -> Iterator[str]:
    if encoding is None and not article.bom and article.encoding != "utf-8":
        found = encodings.guess(article.content)
        if found and found.codec == article.encoding:  # else the document says what it is in
            sure = min(round(100 * found.confidence), 99)
            yield f"read as {found.codec} ({sure}% sure); --encoding names another"

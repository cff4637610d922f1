"""What is worth a line on stderr about how an article was read."""

import sys

from restore import notes
from restore.article import Article
from restore.documents import encodings, mojibake


def say_encoding(article: Article, *, encoding: str | None) -> None:
    """Say in which encoding an article was read, where that was guessed.

    Args:
        article: as it was read.
        encoding: the one that the user named; None: it was found.
    """
    if encoding is not None or article.bom or article.encoding == "utf-8":
        return
    found = encodings.guess(article.content)
    if found and found.codec == article.encoding:  # else the document says what it is in
        sure = min(round(100 * found.confidence), 99)
        _say(article, f"read as {found.codec} ({sure}% sure); --encoding names another")


def say_mojibake(article: Article) -> None:
    """Say that an article holds garbled text, and what mends it."""
    if word := mojibake.find(article.source):
        _say(article, f"garbled text such as '{word}'; restore run --repair-text mends it")


def _say(article: Article, remark: str) -> None:
    notes.say(sys.stderr, f"{article.locator}: {remark}")

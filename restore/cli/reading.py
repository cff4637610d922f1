"""One text that a command line names."""

from restore.article import Article
from restore.cli.remarks import say_encoding
from restore.cli.wiring import announce_stdin
from restore.documents import SUFFIXES
from restore.documents.files import STDIN, find_inputs, read
from restore.documents.reading import Reading, suffix_of
from restore.errors import UnreadableArticle, UsageProblem

_AS_TEXT = (".md", ".markdown", ".mdx")
"""Suffixes of files that are compared as they stand: a link's target is part of them, too."""


def read_pair(first: str, second: str, *, encoding: str | None) -> tuple[Article, Article]:
    """Read two texts that are to be compared.

    Raises:
        UsageProblem: one of them cannot be read, or both are stdin.
    """
    if first == second == STDIN:
        raise UsageProblem(
            "only one of the two texts can come from stdin", hint="name a file for the other"
        )
    return _read(first, encoding), _read(second, encoding)


def _read(argument: str, encoding: str | None) -> Article:
    inputs = find_inputs([argument], suffixes=SUFFIXES)
    announce_stdin(inputs)
    if len(inputs) != 1:
        raise UsageProblem(
            f"'{argument}' names {len(inputs)} texts, not one", hint="name the file itself"
        )
    path = inputs[0].path
    suffix = ".txt" if path and suffix_of(path) in _AS_TEXT else None
    try:
        article = read(inputs[0], Reading(encoding, suffix))[0]
    except UnreadableArticle as exc:
        raise UsageProblem(exc.message, hint=exc.hint) from exc
    say_encoding(article, encoding=encoding)
    return article

"""One text that a command line names."""

from restore.article import Article
from restore.cli.remarks import say_encoding
from restore.cli.wiring import announce_stdin
from restore.documents import SUFFIXES
from restore.documents.files import STDIN, find_inputs, read
from restore.documents.reading import Reading
from restore.errors import UnreadableArticle, UsageProblem


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
    try:
        article = read(inputs[0], Reading(encoding))[0]
    except UnreadableArticle as exc:
        raise UsageProblem(exc.message, hint=exc.hint) from exc
    say_encoding(article, encoding=encoding)
    return article

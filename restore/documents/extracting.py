"""The main text of a page, without its menus and margins, as Markdown: trafilatura's part."""

from restore.documents.declared import find_encoding
from restore.documents.text import decode
from restore.errors import UnreadableArticle, UsageProblem

PAGES = (".html", ".htm", ".xhtml")
"""Suffixes of files that have a main text."""
WRITTEN_AS = ".md"


def extract(raw: bytes, locator: str, encoding: str | None) -> bytes:
    """Return a page's main text as Markdown in UTF-8.

    Raises:
        UnreadableArticle: it is not text, or no main text is found.
        UsageProblem: trafilatura is not installed.
    """
    check_installed()
    from trafilatura import extract as find_text  # noqa: PLC0415  # an extra, and 0.5 s

    text, _, _ = decode(raw, locator, encoding or find_encoding(raw, locator))
    found = find_text(
        text,
        output_format="markdown",
        include_comments=False,
        include_formatting=True,
        include_links=True,
        include_tables=True,
    )
    if not found:
        raise UnreadableArticle(
            f"cannot read '{locator}': no main text was found", hint="leave --extract out"
        )
    return f"{found.strip()}\n".encode("utf-8", "replace")


def check_installed() -> None:
    """Make sure that pages can be extracted.

    Raises:
        UsageProblem: trafilatura is not installed.
    """
    try:
        import trafilatura  # noqa: F401, PLC0415  # an extra
    except ImportError:
        raise UsageProblem(
            "--extract needs trafilatura, which is not installed",
            hint="pip install 'restore-cli[web]'",
        ) from None

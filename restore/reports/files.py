"""The reports that are files of their own: a new one is one file, and one line here."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from restore.reports import document, html, markdown
from restore.reports.reported import Reported, Summary

Render = Callable[[Summary, Iterable[Reported]], Iterator[str]]
"""Yields a file's text in parts, so that many articles need little memory."""

REPORTS: Mapping[str, Render] = {
    ".html": html.render,
    ".md": markdown.render,
    ".json": document.render,
}
"""By suffix in lower case."""

"""What `restore diff` does once its options are known."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from restore import screen
from restore.article import Article, Edit
from restore.cli import reporting
from restore.cli.diff import DiffFormat, ShownStyle
from restore.cli.options import Color
from restore.cli.product import write
from restore.cli.reading import read_pair
from restore.diff import diff
from restore.errors import UsageProblem
from restore.reports import criticmarkup, patch
from restore.reports import edits as edits_report
from restore.runs.history import records_root
from restore.runs.reviewable import load, select
from restore.screen import diffs
from restore.screen.pager import paged

_CONTEXT = 2
"""Lines (in prose: paragraphs) about each change."""

_Diffed = tuple[Article, Sequence[Edit]]


@dataclass(frozen=True, slots=True)
class View:
    """How differences are shown."""

    style: ShownStyle
    format: DiffFormat
    context: int | None
    whole: bool
    color: Color
    report: Path | None
    force: bool
    """Replace a report that exists."""

    @property
    def lines(self) -> int | None:
        """How many unchanged lines are drawn about each change; None is all."""
        if self.whole or (self.style == "unified" and self.context is None):
            return None
        return _CONTEXT if self.context is None else self.context


def show(arguments: Sequence[str], view: View, *, encoding: str | None) -> int:
    """Print what differs; return 1 if something does, else 0.

    Raises:
        UsageProblem: the arguments name no two texts, run or article of one.
    """
    if view.whole and view.style == "unified":
        raise UsageProblem("a patch is never whole", hint="pass --context N for more lines")
    if view.report is not None:
        return _report(arguments, view, encoding)
    articles, several = _find(arguments, encoding)
    if view.format == "json":
        kept = [(article.locator, edits) for article, edits in articles]
        text = edits_report.render(kept)
        write(text.encode("utf-8", "backslashreplace"))
        return int(any(edits for _, edits in kept))
    if view.format == "criticmarkup":
        return int(_write_marked(articles, titled=several))
    show_all = _draw
    if view.style == "unified" and not (sys.stdout.isatty() or view.color == "always"):
        show_all = _write_patches
    return int(show_all(articles, view))


def _report(arguments: Sequence[str], view: View, encoding: str | None) -> int:
    """Write a report instead of drawing the diff."""
    from restore.reports.articles import Told  # noqa: PLC0415  # 0.1 s that other diffs are spared

    report = reporting.plan(view.report, force=view.force, quiet=False)
    assert report is not None  # noqa: S101  # a file is named
    articles, _ = _find(arguments, encoding)
    told = [
        Told(article, tuple(edits), "different" if edits else "same") for article, edits in articles
    ]
    report.write_articles("Differences", told, {"compared": " → ".join(arguments) or "newest run"})
    return int(any(one.edits for one in told))


def _draw(articles: Iterable[_Diffed], view: View) -> bool:
    differs = False
    with paged() as file:
        on_terminal = sys.stdout.isatty()
        console = screen.make_console(file, color=view.color, on_terminal=on_terminal)
        for article, edits in articles:
            if edits:
                differs = True  # said first: a reader may leave while it is drawn
                diffs.draw_diff(console, article, edits, view.style, context=view.lines)
                console.print()
    return differs


def _write_marked(articles: Iterable[_Diffed], *, titled: bool) -> bool:
    differs = False
    for article, edits in articles:
        title = criticmarkup.comment(article.locator) + "\n\n" if titled else ""
        text = title + criticmarkup.render(article.source, edits)
        write(text.encode("utf-8", "backslashreplace"))
        differs |= bool(edits)
    return differs


def _write_patches(articles: Iterable[_Diffed], view: View) -> bool:
    differs = False
    for article, edits in articles:
        lines = patch.CONTEXT if view.context is None else view.context
        write(patch.render(article, edits, context=lines))
        differs |= bool(edits)
    return differs


def _find(arguments: Sequence[str], encoding: str | None) -> tuple[Iterator[_Diffed], bool]:
    """Return what the arguments name, and whether that is several articles."""
    if len(arguments) > 2:
        raise UsageProblem(
            f"two texts are compared, not {len(arguments)}",
            hint="name a run to see all its articles",
        )
    if len(arguments) == 2:
        return iter([_compare(*read_pair(*arguments, encoding=encoding))]), False
    selected = select(records_root(Path.cwd()), arguments[0] if arguments else None)
    loaded = (load(selected.run, done) for done in selected.done)
    return ((one.article, one.edits) for one in loaded), len(selected.done) > 1


def _compare(before: Article, after: Article) -> _Diffed:
    return before, diff(
        before.source, after.source, locator=before.locator, engine="", reason="differs"
    )

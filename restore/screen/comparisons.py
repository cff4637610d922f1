"""Two texts side by side on a terminal: what was lost, added or malformed, and where."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from restore.article import Edit
from restore.diff import diff
from restore.notes import one_line, plural
from restore.paragraphs import Comparison, Paragraph
from restore.reports.comparison import PROBLEMS
from restore.screen import make_table
from restore.screen.diffs import ADDED, REMOVED, inline_diff

_FACT = "reverse"


def draw_verdicts(console: Console, comparison: Comparison, *, verbose: bool) -> None:
    """Draw a table of what is missing, added or malformed, and with `verbose` of what is kept."""
    table = make_table()
    for heading in ("original", "restored"):
        table.add_column(heading, justify="right")
    for heading in ("what", "kind", "text"):
        table.add_column(heading, overflow="fold")
    for paragraph in comparison.paragraphs:
        for cells in _verdict_rows(paragraph, verbose=verbose):
            table.add_row(*cells)
    if table.row_count:
        console.print(table)


def _verdict_rows(paragraph: Paragraph, *, verbose: bool) -> Iterator[tuple[str | Text, ...]]:
    """Yield rows with the lines in both texts; "-" where a text has nothing of the paragraph."""
    verdict = paragraph.verdict
    original = str(paragraph.original_line + 1) if paragraph.original else "-"
    restored = str(paragraph.restored_line + 1) if paragraph.restored else "-"
    for problem in verdict.problems:
        yield original, restored, "wrong", problem, PROBLEMS[problem]
    for what, style, facts in (
        ("missing", REMOVED, verdict.missing),
        ("kept", "", verdict.kept if verbose else ()),
    ):
        for fact in facts:
            line = str(paragraph.line_of_missing(fact) + 1)
            yield line, restored, what, fact.kind, Text(one_line(fact.text), style)
    for fact in verdict.added:
        line = str(paragraph.line_of_added(fact) + 1)
        yield original, line, "added", fact.kind, Text(one_line(fact.text), ADDED)


def draw_what_is_wrong(console: Console, comparison: Comparison) -> None:
    """Draw the inline diff of each paragraph that is not ok, its facts marked in place."""
    for paragraph in comparison.paragraphs:
        if paragraph.verdict.ok:
            continue
        places = [
            f"line {line + 1} of the {name}"
            for name, text, line in (
                ("original", paragraph.original, paragraph.original_line),
                ("restored text", paragraph.restored, paragraph.restored_line),
            )
            if text
        ]
        console.print(Text(f"\n{', '.join(places)}:", "bold"))
        console.print(marked_diff(paragraph))
    if not comparison.ok:
        console.print()


def marked_diff(paragraph: Paragraph) -> Text:
    """Return the inline diff of a paragraph with its missing and added facts reversed."""
    edits = diff(paragraph.original, paragraph.restored, locator="", engine="")
    text = inline_diff(paragraph.original, edits)
    for place, facts in (
        (_place_missing, paragraph.verdict.missing),
        (_place_added, paragraph.verdict.added),
    ):
        for fact in facts:
            last = fact.start + len(fact.text) - 1
            text.stylize(_FACT, place(fact.start, edits), place(last, edits) + 1)
    return text


def _drawn(edit: Edit) -> int:
    """Return the characters that an edit takes in an inline diff."""
    return sum(len(words) + 4 for words in (edit.before, edit.after) if words)


def _place_missing(at: int, edits: Sequence[Edit]) -> int:
    """Return where an offset of the original stands in the inline diff."""
    inside = any(edit.start <= at < edit.stop for edit in edits)
    done = (edit for edit in edits if edit.stop <= at)
    return at + sum(_drawn(edit) - len(edit.before) for edit in done) + 2 * inside


def _place_added(at: int, edits: Sequence[Edit]) -> int:
    """Return where an offset of the restored text stands in the inline diff."""
    shift = grown = 0
    for edit in edits:
        begin = edit.start + grown
        if at < begin + len(edit.after):
            inside = begin <= at
            return at + shift + inside * (_drawn(edit) - len(edit.after) - 2)
        shift += _drawn(edit) - len(edit.after)
        grown += len(edit.after) - len(edit.before)
    return at + shift


def draw_sum(console: Console, comparison: Comparison) -> None:
    """Sum a comparison up in one line."""
    wrong = sum(not paragraph.verdict.ok for paragraph in comparison.paragraphs)
    console.print(
        f"{plural(len(comparison.paragraphs), 'paragraph')}, {wrong or 'none'} wrong: "
        f"{plural(comparison.kept, 'fact')} kept, {comparison.missing} missing, "
        f"{comparison.added} added, {plural(comparison.problems, 'problem')}"
    )

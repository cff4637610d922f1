"""What `restore verify` does once its options are known."""

import sys
from dataclasses import dataclass

from restore import paragraphs, screen
from restore.article import Article
from restore.cli import wiring
from restore.cli.options import Color
from restore.cli.run import DiffStyle
from restore.cli.verify import VerifyFormat
from restore.documents import READERS
from restore.documents.files import STDIN, find_inputs, read
from restore.errors import UnreadableArticle, UsageProblem
from restore.reports import comparison as report
from restore.screen import comparisons


@dataclass(frozen=True, slots=True)
class View:
    """How the comparison is shown."""

    format: VerifyFormat
    diff: DiffStyle | None
    color: Color
    verbose: bool


def verify_texts(original: str, restored: str, view: View, *, encoding: str | None) -> int:
    """Compare two texts, print what became of the first, return the exit code.

    Raises:
        UsageProblem: one of them cannot be read, or both are stdin.
    """
    if original == restored == STDIN:
        raise UsageProblem(
            "only one of the two texts can come from stdin", hint="name a file for the other"
        )
    before, after = (_read(argument, encoding) for argument in (original, restored))
    found = paragraphs.compare(before.source, after.source)
    if view.format == "json":
        text = report.render(found, original=before.locator, restored=after.locator)
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    else:
        console = screen.make_console(color=view.color)
        on_terminal = sys.stdout.isatty() or view.color == "always"
        comparisons.draw_verdicts(console, found, verbose=view.verbose)
        if (view.diff or ("inline" if on_terminal else "none")) == "inline":
            comparisons.draw_what_is_wrong(console, found)
        comparisons.draw_sum(console, found)
    return 0 if found.ok else 1


def _read(argument: str, encoding: str | None) -> Article:
    inputs = find_inputs([argument], suffixes=READERS)
    wiring.announce_stdin(inputs)
    if len(inputs) != 1:
        raise UsageProblem(
            f"'{argument}' names {len(inputs)} texts, not one", hint="name the file itself"
        )
    try:
        return read(inputs[0], encoding=encoding)[0]
    except UnreadableArticle as exc:
        raise UsageProblem(exc.message, hint=exc.hint) from exc

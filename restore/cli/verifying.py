"""What `restore verify` does once its options are known."""

import sys
from dataclasses import dataclass

from restore import paragraphs, screen
from restore.cli.options import Color
from restore.cli.reading import read_pair
from restore.cli.verify import VerifyDiff, VerifyFormat
from restore.reports import comparison as report
from restore.screen import comparisons


@dataclass(frozen=True, slots=True)
class View:
    """How the comparison is shown."""

    format: VerifyFormat
    diff: VerifyDiff | None
    color: Color
    verbose: bool


def verify_texts(original: str, restored: str, view: View, *, encoding: str | None) -> int:
    """Compare two texts, print what became of the first, return the exit code.

    Raises:
        UsageProblem: one of them cannot be read, or both are stdin.
    """
    before, after = read_pair(original, restored, encoding=encoding)
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

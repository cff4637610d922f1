"""What a run prints on stdout: diffs, restored texts or JSON, in the order of the inputs."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from restore.cli.options import Color
from restore.cli.reporting import Report
from restore.cli.run import Format
from restore.config import DiffStyle
from restore.documents.rewriting import rewrite
from restore.reports import json as json_report
from restore.runs import Outcome


@dataclass(frozen=True, slots=True)
class View:
    """How results are shown."""

    format: Format
    diff: DiffStyle
    color: Color
    quiet: bool
    log_file: Path | None = None
    """Gets a JSON line for every article, with the run's id."""
    report: Report | None = None
    """Is written when the run has ended."""


@dataclass
class Product:
    """Prints outcomes as soon as their turn comes."""

    view: View
    to_files: bool
    """Restored texts are written, and not printed as well."""
    about: Mapping[str, object]
    """What JSON says of the run."""
    order: Iterator[int]
    """Indices of the inputs, in the order of their output."""
    _waiting: dict[int, Outcome] = field(default_factory=dict)
    _next: int | None = None
    _kept: list[Outcome] = field(default_factory=list)
    """For the one JSON document, which says first how the run ended."""

    def __post_init__(self) -> None:
        self._next = next(self.order, None)

    def take(self, index: int, outcome: Outcome) -> None:
        """Print an outcome, and those that waited for it; or keep it until its turn comes."""
        if not self._prints:
            return
        self._waiting[index] = outcome
        while self._next is not None and self._next in self._waiting:
            self._print(self._waiting.pop(self._next))
            self._next = next(self.order, None)

    def finish(self, exit_code: int) -> None:
        """Print what is left, of a run that was stopped."""
        for _, outcome in sorted(self._waiting.items()):
            self._print(outcome)
        if self.view.format == "json":
            about = {**self.about, "exit_code": exit_code}
            _write_text(json_report.render(self._kept, about=about))

    @property
    def _prints(self) -> bool:
        return self.view.format != "text" or self.view.diff != "none" or not self.to_files

    def _print(self, outcome: Outcome) -> None:
        if self.view.format == "json":
            self._kept.append(outcome)
        elif self.view.format == "jsonl":
            _write_text(json_report.render_line(outcome, about=self.about))
        elif outcome.status in _NO_TEXT:
            return
        elif self.view.diff == "unified" and not _is_coloured(self.view.color):
            from restore.reports import patch  # noqa: PLC0415  # as below

            write(patch.render(outcome.article, outcome.edits))
        elif self.view.diff != "none":
            from restore import screen  # noqa: PLC0415  # 25 ms, which a pipe is spared

            console = screen.make_console(color=self.view.color)
            screen.diffs.draw_diff(console, outcome.article, outcome.edits, self.view.diff)
        else:
            write(outcome.article.encode(rewrite(outcome.article, outcome.edits)))


_NO_TEXT = ("failed", "skipped", "not started")


def _write_text(text: str) -> None:
    write(text.encode("utf-8", "backslashreplace"))


def _is_coloured(color: Color) -> bool:
    return sys.stdout.isatty() or color == "always"


def write(content: bytes) -> None:
    """Write bytes to stdout at once."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()

"""The report of a run that `--report FILE` asks for: checked before the run, written after it."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from restore import notes
from restore.budget import Receipt
from restore.errors import UsageProblem
from restore.runs import Outcome, Row, check_folder, write_parts
from restore.runs.history import Run

if TYPE_CHECKING:
    from restore.reports.articles import Told
    from restore.reports.reported import About
    from restore.reports.runs import Contents


@dataclass
class Report:
    """A report that is to be written."""

    file: Path
    """Absolute."""
    quiet: bool
    _kept: dict[int, Outcome] = field(default_factory=dict)
    """Of a run that leaves no record to read them from."""

    def take(self, index: int, outcome: Outcome) -> None:
        """Keep what became of an article until the report is written."""
        self._kept[index] = outcome

    def write_kept(
        self, rows: Sequence[Row], receipt: Receipt, about: Mapping[str, object]
    ) -> None:
        """Write the report of the outcomes that were kept.

        Raises:
            UnwritableOutput: it cannot be written.
        """
        from restore.reports.runs import from_outcomes  # noqa: PLC0415  # only where it is asked for

        said = {name: value for name, value in about.items() if isinstance(value, str | int)}
        self._write(from_outcomes(rows, self._kept, receipt, said))

    def write_record(self, run: Run) -> None:
        """Write the report of what a record tells.

        Raises:
            UnwritableOutput: it cannot be written.
            UsageProblem: the record is damaged.
        """
        from restore.reports.runs import from_record  # noqa: PLC0415  # as above

        self._write(from_record(run))

    def write_articles(self, title: str, told: Sequence["Told"], about: "About") -> None:
        """Write the report of a diff or a review.

        Raises:
            UnwritableOutput: it cannot be written.
        """
        from restore.reports.articles import from_articles  # noqa: PLC0415  # as above

        self._write(from_articles(title, told, about))

    def _write(self, contents: "Contents") -> None:
        from restore.reports.files import REPORTS  # noqa: PLC0415  # as above

        render = REPORTS[self.file.suffix.lower()]
        parts = render(*contents)
        write_parts(self.file, (part.encode("utf-8", "backslashreplace") for part in parts))
        if not self.quiet:
            notes.say(sys.stderr, f"report: {self.file}")


def plan(file: Path | None, *, force: bool, quiet: bool) -> Report | None:
    """Return the report that is asked for, if any; writes nothing.

    Raises:
        UsageProblem: its suffix says nothing, it exists, or its folder cannot be written to.
    """
    if file is None:
        return None
    from restore.reports.files import REPORTS  # noqa: PLC0415  # 0.1 s that other runs are spared

    if file.suffix.lower() not in REPORTS:
        raise UsageProblem(
            f"'{file}' does not say what kind of report it is to be",
            hint=f"end its name in {', '.join(REPORTS)}",
        )
    try:
        if file.is_dir():
            raise UsageProblem(f"'{file}' is a folder", hint="name a file")
        exists = file.exists()
    except OSError as exc:
        raise UsageProblem(f"cannot write '{file}': {exc.strerror}") from exc
    if exists and not force:
        raise UsageProblem(f"'{file}' exists already", hint="pass --force to replace it")
    check_folder(file.absolute().parent)
    return Report(file.absolute(), quiet)


def keep_apart(report: Report | None, articles: Iterable[Path]) -> None:
    """Refuse a report that would replace an article or an output of the run.

    Raises:
        UsageProblem: it would.
    """
    if report is None:
        return
    place = report.file.resolve()
    if any(path.name == place.name and path.resolve() == place for path in articles):
        raise UsageProblem(
            f"'{report.file}' is an article or an output of this run",
            hint="give the report another name",
        )

"""A log for machines: JSON lines with the run's id, for runs that nobody watches."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from restore.budget import Receipt
from restore.errors import UsageProblem
from restore.runs import Row, tally


class Log:
    """Appends lines to a file. It is opened for each, so that it may be moved away and rotated."""

    def __init__(self, path: Path, run: str) -> None:
        """Take the file and the id that every line names.

        Raises:
            UsageProblem: the file cannot be written to.
        """
        self._path = path
        self._run = run
        try:
            path.open("ab").close()
        except OSError as exc:
            raise UsageProblem(
                f"cannot write the log '{path}': {exc.strerror}",
                hint="name a file in a folder that exists, which you may write to",
            ) from exc

    def event(self, kind: str, **fields: object) -> None:
        """Append one line. A log that can no longer be written never stops a run."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": now, "run": self._run, "event": kind, **fields}) + "\n"
        try:
            with self._path.open("ab") as file:
                file.write(line.encode("ascii"))
        except OSError:
            return

    def article(self, row: Row) -> None:
        """Append what became of an article."""
        self.event(
            "article",
            locator=row.locator,
            status=row.status,
            words=row.words,
            edits=row.edits,
            calls=row.calls,
            cached=row.cached,
            cost_usd=None if row.cost_usd is None else str(row.cost_usd),
            problems=row.problems,
            error=row.error.message if row.error else None,
        )

    def end(self, code: int, rows: Sequence[Row], receipt: Receipt, seconds: float) -> None:
        """Append how the run ended and what it used."""
        self.event(
            "ended",
            exit_code=code,
            seconds=round(seconds, 3),
            outcomes=dict(tally(rows)),
            calls=receipt.calls,
            input_tokens=receipt.usage.input_tokens,
            output_tokens=receipt.usage.output_tokens,
            cost_usd=None if receipt.cost_usd is None else str(receipt.cost_usd),
        )

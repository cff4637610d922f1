"""How far a run is, in one line of plain text."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from restore.notes import plural
from restore.runs import Row

_TELLING_S = 2.0
"""A rate measured over less says nothing."""


@dataclass
class Meter:
    """Counts what is done. Seconds come from `clock`, which tests set."""

    total: int
    """Articles of the run."""
    limit: Callable[[], int | None] = lambda: None
    """Calls that may be under way at once now; None where there are no calls."""
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    failed: int = 0
    words: int = 0
    calls: int = 0
    cached: int = 0
    cost_usd: Decimal | None = Decimal(0)
    """None as soon as a call had no known price."""
    _started: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._started = self.clock()

    def take(self, row: Row) -> None:
        """Count an article that is done."""
        self.done += 1
        self.failed += row.status == "failed"
        self.calls += row.calls
        self.cached += row.cached
        if row.status != "skipped":
            self.words += row.words
        if self.cost_usd is not None:
            self.cost_usd = None if row.cost_usd is None else self.cost_usd + row.cost_usd

    def line(self) -> str:
        """Say how far the run is: articles, words a second, calls, cost, limit, time left."""
        seconds = self.clock() - self._started
        parts = [f"{self.done:,} of {plural(self.total, 'article')}"]
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if seconds >= _TELLING_S:
            parts.append(f"{self.words / seconds:,.0f} words/s")
        if self.calls or self.cached:
            parts.append(f"{plural(self.calls, 'call')}, {self.cached:,} from cache")
        if self.calls:
            parts.append("unpriced" if self.cost_usd is None else f"${self.cost_usd:.2f}")
        limit = self.limit()
        if limit is not None:
            parts.append(f"{limit} at once")
        if self.done and self.done < self.total and seconds >= _TELLING_S:
            parts.append(f"{_span(seconds / self.done * (self.total - self.done))} left")
        return ", ".join(parts)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}"

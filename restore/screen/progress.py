"""How far a run is, drawn on a terminal while it is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn

from restore.progress import Meter

if TYPE_CHECKING:
    from rich.console import Console


@contextmanager
def draw(console: Console, meter: Meter) -> Iterator[Callable[[], None]]:
    """Show a bar and the meter's line until the block ends; yield what redraws them."""
    columns = BarColumn(bar_width=20), TextColumn("{task.description}", markup=False)
    with Progress(*columns, console=console, transient=True, refresh_per_second=8) as bar:
        task = bar.add_task(meter.line(), total=meter.total)

        def redraw() -> None:
            bar.update(task, completed=meter.done, description=meter.line())

        yield redraw

"""Event loops whose time passes only when nothing is left to do: minutes take milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += max(timeout or 0.0, 1e-7)  # or what is due by a rounding error is never due
        return super().select(0)


class QuickLoop(asyncio.SelectorEventLoop):
    """Skips every wait; for what opens no connection and starts no thread."""

    def __init__(self) -> None:
        self._quick = _Selector()
        super().__init__(self._quick)

    def time(self) -> float:
        return self._quick.now


def run_quickly(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        return runner.run(main)


def now() -> float:
    return asyncio.get_running_loop().time()

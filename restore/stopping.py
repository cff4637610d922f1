"""Why no further work starts: a signal, a cap, an endpoint that refuses. What is under way goes on.

Belongs to one event loop.
"""

import asyncio
import signal
from collections.abc import Awaitable
from typing import Any, TypeVar

from restore.errors import RestoreError

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""Those that stop a run."""


class Stop:
    """Set at most once; whoever waits to start something is then told at once."""

    def __init__(self) -> None:
        self._error: RestoreError | None = None
        self._waits: set[asyncio.Future[Any]] = set()

    @property
    def error(self) -> RestoreError | None:
        """Why no further work starts, or None while it may."""
        return self._error

    def set(self, error: RestoreError) -> None:
        """Let nothing start any more; the first reason given stands."""
        if self._error is None:
            self._error = error
            for wait in self._waits:
                wait.cancel()

    def check(self) -> None:
        """Raise the reason, if there is one."""
        if self._error is not None:
            raise self._error

    async def until(self, waiting: Awaitable[T]) -> T:
        """Await what delays a start; it is cancelled, and the reason raised, once there is one."""
        wait = asyncio.ensure_future(waiting)
        self._waits.add(wait)
        try:
            if self._error is not None:
                wait.cancel()
            return await wait
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or not task.cancelling():  # else it is the caller who is cancelled
                self.check()
            raise
        finally:
            self._waits.discard(wait)

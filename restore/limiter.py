"""How many calls may be under way: adaptive, with one gate that a Retry-After closes for all.

Additive increase, multiplicative decrease (Chiu and Jain 1989): every round of successes admits
one call more, a busy endpoint halves them. The first call goes alone, so that a wrong key or model
costs one call.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager


class Limiter:
    """Admits calls. Belongs to one event loop."""

    def __init__(
        self,
        most: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Allow at most `most` calls at once; clock and sleep in seconds, for tests."""
        self._most = most
        self._clock = clock
        self._sleep = sleep
        self._limit = 1.0
        self._proven = False
        self._running = 0
        self._opens_at = 0.0
        self._freed = asyncio.Condition()

    @property
    def limit(self) -> int:
        """Calls admitted at once now."""
        return int(self._limit)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait until the gate is open and a call may start; hold its place until it ends."""
        async with self._freed:
            await self._freed.wait_for(lambda: self._running < self.limit)
            self._running += 1
        try:
            while (wait_s := self._opens_at - self._clock()) > 0:
                await self._sleep(wait_s)
            yield
        finally:
            async with self._freed:
                self._running -= 1
                self._freed.notify_all()

    def succeeded(self) -> None:
        """Admit a little more: all after the first success, then one for each round of them."""
        if not self._proven:
            self._proven, self._limit = True, float(self._most)
        self._limit = min(self._most, self._limit + 1 / self._limit)

    def overloaded(self, retry_after_s: float | None) -> None:
        """Admit half as many, and none at all until the endpoint's wait is over."""
        self._limit = max(1.0, self._limit / 2)
        if retry_after_s is not None:
            self._opens_at = max(self._opens_at, self._clock() + retry_after_s)

"""How many calls may be under way: adaptive, with one gate that a Retry-After closes for all.

Additive increase, multiplicative decrease (Chiu and Jain 1989): every round of successes admits
one call more, a busy endpoint halves them. One that slows down gets fewer, too (`latency`). The
first call goes alone, so that a wrong key or model costs one call.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from restore.engines.interface import Allowance
from restore.latency import Gradient
from restore.stopping import Stop

if TYPE_CHECKING:
    from aiolimiter import AsyncLimiter

_LONGEST_RESET_S = 60.0
"""A reset further away is that of a day's allowance; a call then shows whether it is spent."""


class Limiter:
    """Admits calls. Belongs to one event loop."""

    def __init__(
        self,
        most: int,
        *,
        rpm: int | None = None,
        tpm: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Allow at most `most` calls at once.

        Args:
            most: calls at once.
            rpm: calls in any minute, or None.
            tpm: tokens in any minute, or None. A call of more than a sixth of them is spread over
                the time they take.
            clock: tells the time in seconds; for tests.
            sleep: waits seconds; for tests.
        """
        self._most = most
        self._rpm, self._tpm = rpm, tpm
        self._requests: AsyncLimiter | None = None
        self._tokens: AsyncLimiter | None = None
        self._paying = asyncio.Lock()
        self._largest = 0
        self._gradient = Gradient(most)
        self._clock = clock
        self._sleep = sleep
        self._limit = 1.0
        self._proven = False
        self._running = 0
        self._opens_at = 0.0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """Calls admitted at once now."""
        return int(min(self._limit, self._gradient.limit))

    @asynccontextmanager
    async def slot(self, tokens: int = 0, *, stop: Stop | None = None) -> AsyncIterator[None]:
        """Wait until the gate is open and a call may start; hold its place until it ends.

        Args:
            tokens: what the call may come to, as the endpoint counts it.
            stop: ends the wait.

        Raises:
            RestoreError: the stop's, where it is set before the call may start.
        """
        stop = stop or Stop()
        await self._enter(tokens, stop)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, tokens: int, stop: Stop) -> None:
        """Take a place, and give it back where the limit fell while the gate was closed."""
        while True:
            await self._take_place(stop)
            try:
                waited = await self._pass_gate(stop)
                if not waited or self._running <= self.limit:
                    await self._pay(tokens, stop)
                    await self._pass_gate(stop)  # it may have been closed since
                    stop.check()
                    return
            except BaseException:
                self._leave()
                raise
            self._leave()

    async def _take_place(self, stop: Stop) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        self._admit()
        try:
            await stop.until(turn)
        except BaseException:
            if turn.done() and not turn.cancelled():  # its place came in the same moment
                self._leave()
            raise

    async def _pass_gate(self, stop: Stop) -> bool:
        """Tell whether it had to wait."""
        waited = False
        while (wait_s := self._opens_at - self._clock()) > 0:
            waited = True
            await stop.until(self._sleep(wait_s))
        return waited

    async def _pay(self, tokens: int, stop: Stop) -> None:
        """Wait until the calls and tokens of a minute allow for one more call."""
        self._largest = max(self._largest, tokens)
        if self._rpm is None and self._tpm is None:
            return
        async with self._paying:
            if self._rpm is not None:
                self._requests = self._requests or _bucket(self._rpm, max(1, self._rpm // 60))
                await stop.until(self._requests.acquire())
            if self._tpm is not None:
                self._tokens = self._tokens or _bucket(self._tpm, max(1, self._tpm // 6))
                await _acquire(self._tokens, tokens, stop)

    def _admit(self) -> None:
        """Let those go for whom there is a place, first come first."""
        while self._queue and self._running < self.limit:
            turn = self._queue.popleft()
            if not turn.done():
                self._running += 1
                turn.set_result(None)

    def _leave(self) -> None:
        self._running -= 1
        self._admit()

    def succeeded(self, seconds: float | None = None, *, size: int = 0) -> None:
        """Admit a little more: all after the first success, then one for each round of them.

        Args:
            seconds: what the call took; where calls take longer and longer, fewer are admitted.
            size: what it carried, in any unit.
        """
        if not self._proven:
            self._proven, self._limit = True, float(self._most)
        self._limit = min(self._most, self._limit + 1 / self._limit)
        if seconds is not None:
            self._gradient.observe(seconds, size=size, under_way=max(1, self._running))

    def overloaded(self, retry_after_s: float | None) -> None:
        """Admit half as many, and none at all until the endpoint's wait is over."""
        self._limit = max(1.0, self._limit / 2)
        if retry_after_s is not None:
            self._close(retry_after_s)

    def heed(self, allowance: Allowance | None) -> None:
        """Close the gate where the endpoint says that it would not take another call now."""
        if allowance is None:
            return
        for left, least, reset_s in (
            (allowance.requests, 1, allowance.requests_reset_s),
            (allowance.tokens, self._largest, allowance.tokens_reset_s),
        ):
            if left is not None and reset_s is not None and left < least:
                self._close(min(reset_s, _LONGEST_RESET_S))

    def _close(self, wait_s: float) -> None:
        self._opens_at = max(self._opens_at, self._clock() + wait_s)


def _bucket(per_minute: int, size: int) -> "AsyncLimiter":
    """Return a bucket that no minute takes more from than `per_minute`.

    A minute may begin with a bucketful, so the bucket refills by that much less. One that holds a
    single call needs no such allowance: whole calls, evenly spaced.
    """
    from aiolimiter import AsyncLimiter  # noqa: PLC0415  # where it is asked for

    rest = per_minute - size if size > 1 else per_minute
    return AsyncLimiter(size, 60 * size / rest)


async def _acquire(bucket: "AsyncLimiter", amount: float, stop: Stop) -> None:
    """Take more than a bucket holds in several goes."""
    while amount > 0:
        part = min(amount, bucket.max_rate)
        await stop.until(bucket.acquire(part))
        amount -= part

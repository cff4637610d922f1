"""What a run may cost and how long it may take, and what it has cost so far.

Before a call its worst case is set aside; after it what the endpoint says it used is taken, and the
rest is free again. So the cap holds however many calls are under way.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from restore.engines.interface import NO_USAGE, Reply, Request, Usage
from restore.errors import CallFailed, CapReached, EndpointRefused, TransientFailure
from restore.prices import Price

_NOTHING = Decimal(0)
_MINUTE_S = 60.0


def no_price() -> Price | None:
    """Know no price."""
    return None


@dataclass(slots=True)
class Call:
    """A call under way."""

    request: Request
    worst_usd: Decimal
    """Set aside for it."""
    reply: Reply | None = None
    """Given by whoever made the call, once it is there."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the calls of a run used, as the endpoint counted it, valid replies or not."""

    calls: int = 0
    """Those that an error status ended, which cost nothing, left out."""
    usage: Usage = NO_USAGE
    cost_usd: Decimal | None = _NOTHING
    """For that usage; None where calls had no known price."""
    unsure_usd: Decimal = _NOTHING
    """What calls may have cost at most that brought no usage: cut off, timed out."""


class Budget:
    """Admits calls and keeps account of them. Belongs to one event loop."""

    def __init__(
        self,
        find: Callable[[], Price | None] = no_price,
        *,
        max_cost: Decimal | None = None,
        max_minutes: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the clock of a run.

        Args:
            find: looks the price up; called before the first call, and not where there is none.
            max_cost: USD, which needs a price; None: any.
            max_minutes: after which no call starts; None: any.
            clock: seconds; for tests.
        """
        self._find = find
        self._max_cost = max_cost
        self._max_minutes = max_minutes
        self._clock = clock
        self._started = clock()
        self._open = 0
        self._held = _NOTHING
        self._spent = _NOTHING
        self._unsure = _NOTHING
        self._calls = 0
        self._usage = NO_USAGE
        self._full: CapReached | None = None
        self._settled = asyncio.Event()

    @cached_property
    def price(self) -> Price | None:
        """What the model costs, or None where nobody knows."""
        return self._find()

    @property
    def receipt(self) -> Receipt:
        """What was used so far."""
        unpriced = self._calls and self.price is None
        cost = None if unpriced else self._spent
        return Receipt(self._calls, self._usage, cost, self._unsure)

    def cost(self, request: Request, reply: Reply) -> Decimal | None:
        """Return USD for a reply: the worst case where the endpoint does not say what it used."""
        if self.price is None:
            return None
        return self.price.cost(reply.usage) if _tells(reply) else self.price.most(request)

    def check_time(self) -> None:
        """Refuse to start anything once the time is up.

        Raises:
            CapReached: it is.
        """
        if self._max_minutes is None:
            return
        if self._clock() - self._started >= self._max_minutes * _MINUTE_S:
            self._full = self._full or CapReached(
                f"the {self._max_minutes:g} minutes of --max-minutes are over",
                hint="run the same command again: what is done is cached",
            )
            raise self._full

    @asynccontextmanager
    async def admit(self, request: Request) -> AsyncIterator[Call]:
        """Wait until the worst case of a call fits, and settle it when the block ends.

        A call that an error status ended was free. One without an answer may have been paid for,
        so that what was set aside for it stays so.

        Raises:
            CapReached: it does not fit and nothing under way can make room, or the time is up.
        """
        call = Call(request, self.price.most(request) if self.price else _NOTHING)
        await self._make_room(call.worst_usd)
        free = False
        try:
            yield call
        except (CallFailed, EndpointRefused) as exc:
            free = not isinstance(exc, TransientFailure) or exc.was_free
            raise
        finally:
            self._open -= 1
            self._held -= call.worst_usd
            if not free:
                self._settle(call)
            self._settled.set()

    async def _make_room(self, worst_usd: Decimal) -> None:
        self.check_time()
        while self._max_cost is not None and not self._fits(worst_usd, self._max_cost):
            if self._full or not self._open:
                raise self._cap_reached(worst_usd, self._max_cost)
            self._settled.clear()
            await self._settled.wait()
            self.check_time()
        self._open += 1
        self._held += worst_usd

    def _fits(self, worst_usd: Decimal, most: Decimal) -> bool:
        taken = self._spent + self._unsure + self._held
        return self._full is None and taken + worst_usd <= most

    def _cap_reached(self, worst_usd: Decimal, most: Decimal) -> CapReached:
        """Once a call did not fit none does, so that a run has one end and says why once."""
        if self._full is None:
            taken = self._spent + self._unsure
            self._full = CapReached(
                f"the next call may cost ${worst_usd:.4f}, and ${taken:.4f} of the "
                f"${most:f} of --max-cost are spent",
                hint="run the same command again with a higher --max-cost: what is done is cached",
            )
        return self._full

    def _settle(self, call: Call) -> None:
        self._calls += 1
        if call.reply is not None:
            self._usage += call.reply.usage
        if call.reply is None or not _tells(call.reply):
            self._unsure += call.worst_usd
        elif self.price is not None:
            self._spent += self.price.cost(call.reply.usage)


def _tells(reply: Reply) -> bool:
    """Tell whether a reply says what it used: input always, output where there is text."""
    usage = reply.usage
    return bool(usage.input_tokens and (usage.output_tokens or not reply.text))

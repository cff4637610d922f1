import asyncio
import time
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from restore.limiter import Limiter


class Clock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        alarm = asyncio.Event()
        self._sleepers.append((self.now + seconds, alarm))
        await alarm.wait()

    async def advance_to(self, now: float) -> None:
        self.now = now
        for rings_at, alarm in self._sleepers:
            if rings_at <= now:
                alarm.set()
        await settle()


async def settle() -> None:
    """Let every call go as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


def limiter(most: int) -> tuple[Limiter, Clock]:
    clock = Clock()
    return Limiter(most, clock=clock, sleep=clock.sleep), clock


async def most_at_once(limit: Limiter, calls: int) -> int:
    running = highest = 0

    async def call() -> None:
        nonlocal running, highest
        async with limit.slot():
            running += 1
            highest = max(highest, running)
            await asyncio.sleep(0)
            running -= 1

    await asyncio.gather(*(call() for _ in range(calls)))
    return highest


async def fail(limit: Limiter) -> None:
    async with limit.slot():
        raise RuntimeError("the call failed")


def test_the_first_call_goes_alone() -> None:
    limit, _ = limiter(8)

    assert asyncio.run(most_at_once(limit, 5)) == 1


def test_after_a_success_all_may_go_but_no_more() -> None:
    limit, _ = limiter(8)
    limit.succeeded()

    assert asyncio.run(most_at_once(limit, 20)) == 8


def test_a_first_success_lets_the_waiting_calls_go() -> None:
    limit, _ = limiter(8)
    running: list[int] = []

    async def call(number: int) -> None:
        async with limit.slot():
            running.append(number)
            await settle()
            limit.succeeded()

    async def go() -> list[int]:
        calls = asyncio.gather(*(call(number) for number in range(5)))
        await asyncio.sleep(0)
        first = list(running)
        await calls
        return first

    first = asyncio.run(go())

    assert first == [0]
    assert running == [0, 1, 2, 3, 4]


def test_a_success_after_the_first_is_no_leap() -> None:
    limit, _ = limiter(64)
    limit.succeeded()
    limit.overloaded(None)

    limit.succeeded()

    assert limit.limit == 32


def test_a_busy_endpoint_halves_them() -> None:
    limit, _ = limiter(8)
    limit.succeeded()

    limit.overloaded(None)

    assert limit.limit == 4
    assert asyncio.run(most_at_once(limit, 20)) == 4


def test_a_busy_endpoint_before_any_success_leaves_one() -> None:
    limit, _ = limiter(8)

    limit.overloaded(None)

    assert limit.limit == 1


@pytest.mark.parametrize("most", [16, 40, 200])
def test_each_round_of_successes_brings_about_one_back(most: int) -> None:
    limit, _ = limiter(most)
    limit.succeeded()
    limit.overloaded(None)

    limits = [limit.limit]
    for _ in range(5):
        for _ in range(limit.limit):
            limit.succeeded()
        limits.append(limit.limit)

    assert limits[0] == most // 2
    assert 4 <= limits[-1] - limits[0] <= 5


@example(1, ["success"])
@example(8, ["success"] * 20)
@given(st.integers(1, 50), st.lists(st.sampled_from([None, 0.0, 5.0, "success"]), max_size=200))
def test_never_fewer_than_one_nor_more_than_the_most(
    most: int, happenings: list[float | str | None]
) -> None:
    limit, _ = limiter(most)
    limits = [limit.limit]

    for happening in happenings:
        if isinstance(happening, str):
            limit.succeeded()
        else:
            limit.overloaded(happening)
        limits.append(limit.limit)

    assert min(limits) >= 1
    assert max(limits) <= most


def starts(limit: Limiter, clock: Clock, ticks: list[float], *, calls: int) -> list[int]:
    """Return how many of `calls` had started after each tick of the clock."""

    async def go() -> list[int]:
        started = 0

        async def call() -> None:
            nonlocal started
            async with limit.slot():
                started += 1

        waiting = asyncio.gather(*(call() for _ in range(calls)))
        counts = []
        for tick in ticks:
            await clock.advance_to(tick)
            counts.append(started)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        return counts

    return asyncio.run(go())


def test_retry_after_closes_the_gate_for_every_call_until_it_opens() -> None:
    limit, clock = limiter(8)
    limit.succeeded()
    limit.overloaded(7)

    assert starts(limit, clock, [0, 6.9, 7], calls=9) == [0, 0, 9]


def test_a_shorter_retry_after_does_not_open_the_gate_earlier() -> None:
    limit, clock = limiter(8)
    limit.succeeded()
    limit.overloaded(7)
    limit.overloaded(3)

    assert starts(limit, clock, [3, 6.9, 7], calls=2) == [0, 0, 2]


def test_a_call_that_waits_at_the_gate_waits_on_when_it_is_closed_again() -> None:
    limit, clock = limiter(8)
    limit.succeeded()
    limit.overloaded(7)

    async def go() -> list[float]:
        started: list[float] = []

        async def call() -> None:
            async with limit.slot():
                started.append(clock.now)

        waiting = asyncio.gather(call(), call())
        await clock.advance_to(5)
        limit.overloaded(10)
        for now in (7, 14.9, 15):
            await clock.advance_to(now)
        await waiting
        return started

    assert asyncio.run(go()) == [15, 15]


def test_an_overload_without_retry_after_leaves_the_gate_open() -> None:
    limit, clock = limiter(8)
    limit.succeeded()
    limit.overloaded(None)

    assert starts(limit, clock, [0], calls=4) == [4]


def test_a_call_that_fails_frees_its_slot() -> None:
    limit, _ = limiter(1)

    with pytest.raises(RuntimeError, match="the call failed"):
        asyncio.run(fail(limit))

    assert asyncio.run(most_at_once(limit, 2)) == 1


def test_a_call_that_is_cancelled_at_the_gate_frees_its_slot() -> None:
    limit, clock = limiter(1)
    limit.overloaded(7)

    cancelled_before_it_started = starts(limit, clock, [0], calls=1)
    clock.now = 7

    assert cancelled_before_it_started == [0]
    assert asyncio.run(most_at_once(limit, 2)) == 1


def test_a_gate_in_real_time_opens() -> None:
    limit = Limiter(2)
    limit.overloaded(0.01)
    before = time.monotonic()

    asyncio.run(most_at_once(limit, 2))

    assert time.monotonic() - before >= 0.01

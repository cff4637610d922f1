"""Calls and tokens a minute, and what an endpoint says of them."""

import asyncio

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from restore.engines.interface import Allowance
from restore.errors import CapReached
from restore.limiter import Limiter
from restore.stopping import Stop
from tests.loops import now, run_quickly


def start_times(calls: list[int], *, rpm: int | None = None, tpm: int | None = None) -> list[float]:
    """Return when each call of so many tokens started, in seconds."""

    async def go() -> list[float]:
        limit = Limiter(8, rpm=rpm, tpm=tpm, clock=now)
        limit.succeeded()
        started: list[float] = []

        async def call(tokens: int) -> None:
            async with limit.slot(tokens):
                started.append(now())
                await asyncio.sleep(0.1)

        await asyncio.gather(*(call(tokens) for tokens in calls))
        return started

    return run_quickly(go())


def most_in_a_minute(times: list[float], amounts: list[int]) -> int:
    both = list(zip(times, amounts, strict=True))
    minute = 60 - 1e-3
    return max(sum(n for at, n in both if begin <= at < begin + minute) for begin in times)


@settings(deadline=None, max_examples=30)
@example(1, 3)
@example(60, 130)
@example(1000, 2100)
@given(st.integers(1, 500), st.integers(1, 400))
def test_no_minute_sees_more_calls_than_asked(rpm: int, calls: int) -> None:
    times = start_times([0] * calls, rpm=rpm)

    assert len(times) == calls
    assert most_in_a_minute(times, [1] * calls) <= rpm


@settings(deadline=None, max_examples=30)
@given(st.integers(600, 100_000), st.integers(1, 100), st.integers(1, 120))
def test_no_minute_sees_more_tokens_than_asked(tpm: int, percent: int, calls: int) -> None:
    tokens = max(1, tpm // 6 * percent // 100)

    times = start_times([tokens] * calls, tpm=tpm)

    assert most_in_a_minute(times, [tokens] * calls) <= tpm


def test_the_calls_a_minute_are_used() -> None:
    times = start_times([0] * 600, rpm=300)

    assert times[-1] <= 2.05 * 60


def test_a_call_of_more_tokens_than_a_minute_has_goes_all_the_same() -> None:
    times = start_times([3000, 3000], tpm=1000)

    assert len(times) == 2
    assert times[1] - times[0] >= 3 * 60


def test_where_nothing_is_asked_nothing_waits() -> None:
    assert max(start_times([5000] * 8)) < 0.001


def test_a_stop_ends_a_wait_for_the_next_minute() -> None:
    async def go() -> float:
        limit, stop = Limiter(8, rpm=1, clock=now), Stop()
        limit.succeeded()

        async def call() -> None:
            async with limit.slot(stop=stop):
                pass

        calls = [asyncio.create_task(call()) for _ in range(4)]
        await asyncio.sleep(5)
        stop.set(CapReached("over"))
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert ended == [None, stop.error, stop.error, stop.error]
        return now()

    assert run_quickly(go()) == pytest.approx(5, abs=0.001)


def wait_after(allowance: Allowance | None, *, tokens: int = 0) -> float:
    """Return the seconds that a second call waits after the first brought this allowance."""

    async def go() -> float:
        limit = Limiter(8, clock=now)
        for _ in range(2):
            async with limit.slot(tokens):
                before = now()
                limit.succeeded()
            limit.heed(allowance)
        return before

    return run_quickly(go())


@pytest.mark.parametrize(
    ("allowance", "wait_s"),
    [
        (None, 0),
        (Allowance(3, 20, None, None), 0),
        (Allowance(0, 20, None, None), 20),
        (Allowance(0, None, None, None), 0),
        (Allowance(9, 20, 499, 7), 7),
        (Allowance(9, 20, 500, 7), 0),
        (Allowance(0, 2, 0, 9), 9),
        (Allowance(0, 86_400, None, None), 60),
    ],
    ids=[
        "none",
        "requests are left",
        "no request is left",
        "no request is left and nobody says until when",
        "too few tokens are left",
        "just enough tokens are left",
        "the longer wait counts",
        "a day's allowance is asked for again in a minute",
    ],
)
def test_what_an_endpoint_will_not_take_is_not_sent(
    allowance: Allowance | None, wait_s: float
) -> None:
    assert wait_after(allowance, tokens=500) == pytest.approx(wait_s, abs=0.001)

import asyncio
import signal

import pytest

from restore.errors import CapReached, Interrupted
from restore.limiter import Limiter
from restore.stopping import Stop


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_exits_as_shells_say_it(signum: int, code: int) -> None:
    assert Interrupted(signum).exit_code == code


def test_the_first_reason_stands() -> None:
    stop, first = Stop(), CapReached("over")
    stop.check()

    stop.set(first)
    stop.set(Interrupted(signal.SIGINT))

    assert stop.error is first
    with pytest.raises(CapReached):
        stop.check()


def test_a_stop_before_a_wait_ends_it_too() -> None:
    stop = Stop()
    stop.set(CapReached("over"))

    with pytest.raises(CapReached):
        asyncio.run(stop.until(asyncio.sleep(60)))


def test_who_is_cancelled_while_he_waits_is_not_told_of_a_stop() -> None:
    stop = Stop()

    async def run() -> None:
        waiting = asyncio.create_task(stop.until(asyncio.sleep(60)))
        await asyncio.sleep(0)
        waiting.cancel()
        stop.set(CapReached("over"))
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())


async def enter(limiter: Limiter, stop: Stop) -> None:
    async with limiter.slot(stop=stop):
        await asyncio.sleep(0)


@pytest.mark.parametrize("gate_s", [None, 60.0], ids=["for a place", "at the gate"])
def test_a_stop_ends_a_wait_and_leaves_every_place_free(gate_s: float | None) -> None:
    stop, now = Stop(), 0.0

    async def run() -> None:
        nonlocal now
        limiter = Limiter(1, clock=lambda: now)
        if gate_s is not None:
            limiter.overloaded(gate_s)
        waiting = [asyncio.create_task(enter(limiter, stop)) for _ in range(3)]
        await asyncio.sleep(0)
        stop.set(CapReached("over"))
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert ended[1:] == [stop.error] * 2
        now = 61.0
        await enter(limiter, Stop())

    asyncio.run(run())

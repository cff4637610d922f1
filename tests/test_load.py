"""Many calls over a real connection, to servers that have too much to do."""

import asyncio
import random
import threading
import time

import pytest

from restore.cache import NoCache
from restore.caller import Answer, Caller
from restore.engines.interface import Request
from restore.engines.openai import OpenAIEngine
from restore.limiter import Limiter
from tests.server import Fault, ModelServer, honest, status

RETRY_AFTER_S = 0.05


def ask_many(server: ModelServer, calls: int, *, most: int) -> tuple[list[Answer], int]:
    """Return the answers, and how many calls the limiter would admit at once in the end."""

    async def go() -> tuple[list[Answer], int]:
        engine = OpenAIEngine(api_key=None, base_url=server.base_url, timeout_s=60)
        limiter = Limiter(most)
        caller = Caller(engine, NoCache(), limiter, attempts=2, policy="off")
        requests = (
            Request(({"role": "user", "content": f"call {n}"},), "m", {}, 100) for n in range(calls)
        )
        try:
            asked = (caller.ask(request, lambda text: (text,)) for request in requests)
            return list(await asyncio.gather(*asked)), limiter.limit
        finally:
            await caller.close()

    return asyncio.run(go())


def busy_at_random(share: float, early: list[str]) -> Fault:
    """Answer 429 to a share of calls; `early` gets those that come again before they may."""
    chance, lock, opens_at = random.Random(1), threading.Lock(), dict[str, float]()

    def fault(handler: object, text: str) -> None:
        name = handler.asked["messages"][-1]["content"]  # type: ignore[attr-defined]
        with lock:
            if time.monotonic() < opens_at.get(name, 0.0):
                early.append(name)
            busy = chance.random() < share
            opens_at[name] = time.monotonic() + RETRY_AFTER_S if busy else 0.0
        answer = status(429, retry_after=str(RETRY_AFTER_S)) if busy else honest
        answer(handler, text)  # type: ignore[arg-type]

    return fault


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_a_server_that_is_often_busy_loses_no_call_and_is_asked_none_early(
    server: ModelServer, share: float
) -> None:
    early: list[str] = []
    server.always = busy_at_random(share, early)

    answers, _ = ask_many(server, 60, most=16)

    assert all(answer.texts for answer in answers)
    assert len(server.requests) > 60
    assert early == []


def test_a_server_that_slows_down_without_a_word_is_not_overrun(server: ModelServer) -> None:
    server.delay_s, server.places = 0.1, threading.Semaphore(4)

    answers, limit = ask_many(server, 160, most=64)

    assert all(answer.texts for answer in answers)
    assert limit <= 32
    assert max(server.loads[-60:]) <= 32


def test_a_server_that_stays_as_quick_gets_all_calls_that_are_allowed(server: ModelServer) -> None:
    server.delay_s = 0.2

    _, limit = ask_many(server, 60, most=20)

    assert limit == 20

import asyncio
import signal
from collections.abc import Callable
from dataclasses import replace

import pytest

from restore.cache import key
from restore.caller import Answer, CachePolicy, Caller
from restore.engines.interface import Reply, Request, Usage
from restore.errors import (
    CallFailed,
    EndpointRefused,
    Interrupted,
    InvalidReply,
    NoCompletion,
    TransientFailure,
)
from restore.limiter import Limiter
from restore.stopping import Stop

Turn = Reply | Exception
GOOD = Reply("good", "stop", Usage(10, 0, 5), "m", None)
BAD = Reply("bad", "stop", Usage(10, 0, 5), "m", None)
REQUEST = Request(({"role": "user", "content": "x"},), "m", {}, 100)
OTHER = Request(({"role": "user", "content": "y"},), "m", {}, 100)


class Memory(dict[str, str]):
    """A store that lives as long as the test."""

    def put(self, key: str, text: str) -> None:
        self[key] = text


class Turns:
    """An engine that answers with one turn after the other."""

    name = "turns"
    endpoint = "turns"

    def __init__(self, *turns: Turn) -> None:
        self.turns = list(turns)
        self.calls = 0

    async def answer(self, request: Request) -> Reply:
        self.calls += 1
        await asyncio.sleep(0)
        turn = self.turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn

    async def close(self) -> None:
        self.turns.clear()


def parse(text: str) -> tuple[str, ...]:
    if text == "bad":
        raise InvalidReply("numbering", "wrong numbers")
    return (text,)


class Rig:
    """A caller over an engine of turns, with a store and waits that take no time."""

    def __init__(
        self,
        *turns: Turn,
        store: Memory | None = None,
        policy: CachePolicy = "use",
        known: dict[str, str] | None = None,
        stop: Stop | None = None,
    ) -> None:
        self.engine = Turns(*turns)
        self.store = Memory() if store is None else store
        self.waits: list[float] = []
        self.policy = policy
        self.known = known
        self.stop = stop
        self.arrived: list[tuple[str, Request, Reply]] = []

    def ask(self, *requests: Request) -> list[Answer | BaseException]:
        async def run() -> list[Answer | BaseException]:
            async def sleep(seconds: float) -> None:
                self.waits.append(seconds)

            limiter = Limiter(4, sleep=sleep, clock=lambda: sum(self.waits))
            caller = Caller(
                self.engine,
                self.store,
                limiter,
                attempts=3,
                policy=self.policy,
                known=self.known,
                stop=self.stop,
                sleep=sleep,
                clock=lambda: sum(self.waits),
            )
            caller.on_reply = lambda *reply: self.arrived.append(reply[:3])
            tasks = (caller.ask(request, parse) for request in requests)
            try:
                return await asyncio.gather(*tasks, return_exceptions=True)
            finally:
                await caller.close()

        return asyncio.run(run())

    def one(self) -> Answer:
        answer = self.ask(REQUEST)[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


def test_a_valid_reply_is_parsed_counted_and_kept() -> None:
    rig = Rig(GOOD)

    answer = rig.one()

    assert answer == Answer(("good",), None, Usage(10, 0, 5), 1, served="m", cost_usd=None)
    assert list(rig.store.values()) == ["good"]


def test_a_kept_reply_makes_no_call() -> None:
    store = Memory()
    Rig(GOOD, store=store).one()
    again = Rig(store=store)

    answer = again.one()

    assert (answer.texts, answer.cached, answer.calls) == (("good",), True, 0)
    assert again.engine.calls == 0


def test_a_kept_reply_that_is_no_longer_valid_is_bought_again() -> None:
    store = Memory()
    Rig(GOOD, store=store).one()
    store[next(iter(store))] = "bad"

    assert Rig(GOOD, store=store).one().calls == 1


def test_an_invalid_reply_is_asked_again_once() -> None:
    answer = Rig(BAD, GOOD).one()

    assert (answer.texts, answer.calls, answer.usage) == (("good",), 2, Usage(20, 0, 10))


def test_what_stays_invalid_is_said_and_not_bought_again() -> None:
    store = Memory()

    first = Rig(BAD, BAD, store=store).one()
    second = Rig(store=store).one()

    assert first.texts is None
    assert first.calls == 2
    assert second.texts is None
    assert (second.calls, second.cached) == (0, True)
    assert second.problem is not None
    assert (second.problem.problem, second.problem.message) == ("numbering", "wrong numbers")


def test_refresh_asks_again_what_was_invalid_and_what_was_known() -> None:
    store = Memory()
    Rig(BAD, BAD, store=store).one()

    refreshed = Rig(GOOD, store=store, policy="refresh").one()

    assert refreshed.texts == ("good",)
    assert Rig(store=store).one().texts == ("good",)


def test_without_a_cache_nothing_is_read_or_kept() -> None:
    store = Memory()
    Rig(GOOD, store=store).one()

    rig = Rig(GOOD, store=store, policy="off")

    assert rig.one().calls == 1
    assert len(store) == 1


def test_cached_only_makes_a_miss_an_error() -> None:
    rig = Rig(GOOD, policy="only")

    with pytest.raises(CallFailed, match="not in the cache"):
        rig.one()

    assert rig.engine.calls == 0


@pytest.mark.parametrize("finish", ["length", "filter", "refusal"])
def test_a_finish_other_than_stop_is_invalid_whatever_the_text_says(finish: str) -> None:
    cut = Reply("good", finish, Usage(), "m", None)  # type: ignore[arg-type]  # parametrised

    assert Rig(cut, cut).one().texts is None


def test_an_answer_that_is_no_completion_is_asked_again() -> None:
    assert Rig(InvalidReply("empty", "no completion"), GOOD).one().texts == ("good",)


def test_a_transient_failure_is_retried_with_growing_waits() -> None:
    rig = Rig(TransientFailure("500"), TransientFailure("500"), GOOD)

    assert rig.one().texts == ("good",)
    assert len(rig.waits) == 2
    assert all(0 <= wait <= 30 for wait in rig.waits)


def test_retries_are_bounded() -> None:
    rig = Rig(*[TransientFailure("500")] * 9)

    with pytest.raises(TransientFailure):
        rig.one()

    assert rig.engine.calls == 3


def test_retry_after_is_obeyed() -> None:
    rig = Rig(TransientFailure("429", busy=True, retry_after_s=7), GOOD)

    rig.one()

    assert sum(rig.waits) == 7


def test_retry_after_is_obeyed_whatever_the_status() -> None:
    rig = Rig(TransientFailure("500", retry_after_s=7), GOOD)

    rig.one()

    assert sum(rig.waits) == 7


def test_a_retry_after_of_nothing_is_waited_for_all_the_same() -> None:
    rig = Rig(TransientFailure("429", busy=True, retry_after_s=0.0), GOOD)

    rig.one()

    assert sum(rig.waits) > 0


def test_what_no_model_said_is_asked_again_and_not_remembered() -> None:
    rig = Rig(NoCompletion("a web page"), NoCompletion("a web page"))

    answer = rig.one()

    assert (answer.texts, answer.calls) == (None, 2)
    assert not rig.store


def test_a_kept_reply_that_stays_invalid_when_bought_again_is_remembered() -> None:
    store = Memory()
    store[key(REQUEST, "turns")] = "bad"
    first = Rig(BAD, BAD, store=store).one()

    again = Rig(store=store).one()

    assert (first.texts, first.calls) == (None, 2)
    assert (again.texts, again.calls, again.cached) == (None, 0, True)


def test_a_remembered_problem_that_is_none_of_ours_is_a_miss() -> None:
    store = Memory()
    store[key(REQUEST, "turns") + "/invalid"] = "\x1b[31m\nanything"

    assert Rig(GOOD, store=store).one().texts == ("good",)


def test_a_failure_that_will_not_pass_is_not_retried() -> None:
    rig = Rig(CallFailed("400"), GOOD)

    with pytest.raises(CallFailed):
        rig.one()

    assert rig.engine.calls == 1


def test_a_refusing_endpoint_is_asked_no_more() -> None:
    rig = Rig(EndpointRefused("401"), GOOD)

    answers = rig.ask(REQUEST, OTHER)

    assert all(isinstance(answer, EndpointRefused) for answer in answers)
    assert rig.engine.calls == 1


def test_identical_requests_under_way_are_asked_once() -> None:
    rig = Rig(GOOD)

    first, second = rig.ask(REQUEST, REQUEST)

    assert rig.engine.calls == 1
    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert (first.calls, second.calls) == (1, 0)
    assert second.texts == ("good",)


def test_different_requests_are_asked_each() -> None:
    rig = Rig(GOOD, GOOD)

    rig.ask(REQUEST, OTHER)

    assert rig.engine.calls == 2


@pytest.mark.parametrize("policy", ["use", "off", "refresh", "only", "again"])
def test_what_a_run_knows_is_used_whatever_the_policy(policy: CachePolicy) -> None:
    rig = Rig(policy=policy, known={key(REQUEST, "turns"): "good"})

    assert (rig.one().texts, rig.engine.calls) == (("good",), 0)


def test_what_a_run_knows_is_checked_like_a_fresh_reply() -> None:
    rig = Rig(GOOD, known={key(REQUEST, "turns"): "bad"})

    assert (rig.one().texts, rig.engine.calls) == (("good",), 1)


def test_again_uses_valid_replies() -> None:
    store = Memory()
    Rig(GOOD, store=store).one()

    assert Rig(store=store, policy="again").one().cached


def test_again_asks_again_what_was_invalid_and_keeps_what_comes() -> None:
    store = Memory()
    Rig(BAD, BAD, store=store).one()

    assert Rig(GOOD, store=store, policy="again").one().calls == 1
    assert Rig(store=store).one().texts == ("good",)


def test_again_asks_again_for_every_repair() -> None:
    store = Memory()
    repair = replace(REQUEST, round=1)
    Rig(GOOD, store=store).ask(repair)
    rig = Rig(GOOD, store=store, policy="again")

    rig.ask(repair)

    assert rig.engine.calls == 1


def test_every_reply_is_told_of_even_an_invalid_one_before_a_failure() -> None:
    rig = Rig(BAD, CallFailed("400"))

    rig.ask(REQUEST)

    assert rig.arrived == [(key(REQUEST, "turns"), REQUEST, BAD)]


def test_busy_answers_use_up_no_attempts() -> None:
    rig = Rig(*[TransientFailure("429", busy=True)] * 12, GOOD)

    assert rig.one().texts == ("good",)


def test_busy_answers_and_failures_are_counted_apart() -> None:
    busy, failure = TransientFailure("429", busy=True), TransientFailure("500")
    rig = Rig(busy, failure, busy, failure, busy, failure, GOOD)

    with pytest.raises(TransientFailure, match="500"):
        rig.one()


def test_an_endpoint_that_stays_busy_is_given_up_after_ten_minutes() -> None:
    rig = Rig(*[TransientFailure("429", busy=True, retry_after_s=60)] * 20)

    with pytest.raises(TransientFailure, match="429"):
        rig.one()

    assert sum(rig.waits) == 600


def test_nothing_is_asked_after_a_stop_but_what_is_known_is_used() -> None:
    stop = Stop()
    stop.set(Interrupted(signal.SIGINT))
    rig = Rig(GOOD, known={key(OTHER, "turns"): "good"}, stop=stop)

    first, second = rig.ask(REQUEST, OTHER)

    assert first is stop.error
    assert isinstance(second, Answer)
    assert rig.engine.calls == 0


class Slow(Turns):
    """An engine whose answers come when the test says so."""

    def __init__(self, *turns: Turn) -> None:
        super().__init__(*turns)
        self.ready = asyncio.Event()

    async def answer(self, request: Request) -> Reply:
        reply = await super().answer(request)
        await self.ready.wait()
        return reply


def test_a_stop_lets_calls_under_way_end_and_those_that_wait_not_begin() -> None:
    stop, engine = Stop(), Slow(GOOD, GOOD)

    async def run() -> tuple[Answer, Answer | BaseException]:
        caller = Caller(engine, Memory(), Limiter(4), attempts=1, stop=stop)
        under_way = asyncio.create_task(caller.ask(REQUEST, parse))
        await asyncio.sleep(0.01)
        waiting = asyncio.gather(caller.ask(OTHER, parse), return_exceptions=True)
        await asyncio.sleep(0.01)
        stop.set(Interrupted(signal.SIGTERM))
        (refused,) = await waiting
        engine.ready.set()
        return await under_way, refused

    answer, refused = asyncio.run(run())

    assert answer.texts == ("good",)
    assert refused is stop.error


def test_a_stop_ends_a_wait_between_attempts_at_once() -> None:
    stop = Stop()

    async def run() -> None:
        forever = asyncio.Event()

        async def sleep(_: float) -> None:
            stop.set(Interrupted(signal.SIGINT))
            await forever.wait()

        engine = Turns(TransientFailure("500"), GOOD)
        caller = Caller(engine, Memory(), Limiter(4), attempts=3, stop=stop, sleep=sleep)
        await caller.ask(REQUEST, parse)

    with pytest.raises(Interrupted):
        asyncio.run(run())


def test_what_is_known_is_known_before_asking() -> None:
    store = Memory()
    Rig(GOOD, store=store).one()
    never: Callable[..., Caller] = Caller

    caller = never(Turns(), store, Limiter(1), attempts=1)

    assert caller.is_known(REQUEST, parse)
    assert not caller.is_known(OTHER, parse)

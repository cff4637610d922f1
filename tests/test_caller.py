import asyncio
from collections.abc import Callable

import pytest

from restore.cache import key
from restore.caller import Answer, CachePolicy, Caller
from restore.engines.interface import Reply, Request, Usage
from restore.errors import (
    CallFailed,
    EndpointRefused,
    InvalidReply,
    NoCompletion,
    TransientFailure,
)
from restore.limiter import Limiter

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
        self, *turns: Turn, store: Memory | None = None, policy: CachePolicy = "use"
    ) -> None:
        self.engine = Turns(*turns)
        self.store = Memory() if store is None else store
        self.waits: list[float] = []
        self.policy = policy

    def ask(self, *requests: Request) -> list[Answer | BaseException]:
        async def run() -> list[Answer | BaseException]:
            async def sleep(seconds: float) -> None:
                self.waits.append(seconds)

            limiter = Limiter(4, sleep=sleep, clock=lambda: sum(self.waits))
            caller = Caller(
                self.engine, self.store, limiter, attempts=3, policy=self.policy, sleep=sleep
            )
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


def test_what_is_known_is_known_before_asking() -> None:
    store = Memory()
    Rig(GOOD, store=store).one()
    never: Callable[..., Caller] = Caller

    caller = never(Turns(), store, Limiter(1), attempts=1)

    assert caller.is_known(REQUEST, parse)
    assert not caller.is_known(OTHER, parse)

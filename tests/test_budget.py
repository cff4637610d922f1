import asyncio
import random
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.budget import Budget, Receipt
from restore.cache import NoCache
from restore.caller import Caller
from restore.engines.interface import Reply, Request, Usage
from restore.engines.openai import OpenAIEngine
from restore.errors import (
    CallFailed,
    CapReached,
    EndpointRefused,
    InvalidReply,
    NoCompletion,
    TransientFailure,
)
from restore.limiter import Limiter
from restore.prices import Price, count_at_most
from tests.server import Fault, ModelServer, completion, cut, reply, status

PRICE = Price(Decimal(2), Decimal(1), Decimal(4))
REQUEST = Request(({"role": "user", "content": "x" * 84},), "m", {}, 100)
WORST = Decimal("0.0006")
"""Of REQUEST: (84 + 16) tokens in and 100 out."""
REPLY = Reply("text", "stop", Usage(50, 0, 25), "m", None)
COST = Decimal("0.0002")


def budget(max_cost: Decimal | None = None) -> Budget:
    return Budget(lambda: PRICE, max_cost=max_cost)


async def call(budget: Budget, end: Reply | Exception | asyncio.CancelledError) -> None:
    async with budget.admit(REQUEST) as under_way:
        await asyncio.sleep(0)
        if not isinstance(end, Reply):
            raise end
        under_way.reply = end


def after(*ends: Reply | Exception, max_cost: Decimal | None = None) -> Receipt:
    async def run() -> Receipt:
        one = budget(max_cost)
        for end in ends:
            await asyncio.gather(call(one, end), return_exceptions=True)
        return one.receipt

    return asyncio.run(run())


def test_a_reply_costs_what_it_used() -> None:
    assert after(REPLY, REPLY) == Receipt(2, Usage(100, 0, 50), 2 * COST)


@pytest.mark.parametrize(
    "error",
    [
        TransientFailure("429", busy=True, was_free=True),
        CallFailed("400"),
        EndpointRefused("401"),
    ],
    ids=["busy", "a bad request", "refused"],
)
def test_an_error_status_costs_nothing(error: Exception) -> None:
    assert after(error) == Receipt()


@pytest.mark.parametrize(
    "error",
    [
        TransientFailure("no answer within 3 s"),
        InvalidReply("length", "too long"),
        NoCompletion("a web page"),
        RuntimeError("a bug"),
    ],
    ids=["timed out", "too long", "no completion", "a bug"],
)
def test_a_call_without_usage_may_have_cost_its_worst(error: Exception) -> None:
    assert after(error) == Receipt(1, Usage(), Decimal(0), WORST)


@pytest.mark.parametrize("usage", [Usage(), Usage(10, 0, 0), Usage(0, 0, 10)])
def test_a_reply_that_does_not_say_what_it_used_counts_as_the_worst(usage: Usage) -> None:
    reply = Reply("text", "stop", usage, "m", None)

    assert after(reply).unsure_usd == WORST
    assert budget().cost(REQUEST, reply) == WORST


def test_without_a_price_there_is_no_cost() -> None:
    async def run() -> Receipt:
        unpriced = Budget()
        await call(unpriced, REPLY)
        return unpriced.receipt

    assert asyncio.run(run()) == Receipt(1, Usage(50, 0, 25), None)


def test_a_price_is_looked_up_before_the_first_call_and_not_earlier() -> None:
    looked: list[int] = []

    def find() -> Price:
        looked.append(1)
        return PRICE

    async def run() -> list[int]:
        one = Budget(find)
        before = len(looked), len(looked) + one.receipt.calls
        await call(one, REPLY)
        await call(one, REPLY)
        return [*before, len(looked)]

    assert asyncio.run(run()) == [0, 0, 1]


def test_a_call_waits_for_what_others_leave() -> None:
    async def run() -> tuple[int, Receipt]:
        one = budget(WORST + COST)
        ends = await asyncio.gather(*(call(one, REPLY) for _ in range(2)), return_exceptions=True)
        return sum(end is None for end in ends), one.receipt

    done, receipt = asyncio.run(run())

    assert (done, receipt.cost_usd) == (2, 2 * COST)


def test_what_fits_no_more_ends_it_for_all_that_follow() -> None:
    async def run() -> list[BaseException | None]:
        one = budget(WORST)
        await call(one, REPLY)
        return await asyncio.gather(*(call(one, REPLY) for _ in range(3)), return_exceptions=True)

    ends = asyncio.run(run())

    assert [type(end) for end in ends] == [CapReached] * 3
    assert "the next call may cost $0.0006, and $0.0002 of the $0.0006" in str(ends[0])


def test_a_waiter_that_is_cancelled_holds_nothing() -> None:
    async def run() -> Receipt:
        one = budget(WORST + COST)
        async with one.admit(REQUEST) as first:
            waiting = asyncio.create_task(call(one, REPLY))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            first.reply = REPLY
        await call(one, REPLY)
        return one.receipt

    assert asyncio.run(run()) == Receipt(2, Usage(100, 0, 50), 2 * COST)


def test_after_its_minutes_nothing_starts_and_what_waited_gives_up() -> None:
    now = [0.0]

    async def run() -> list[BaseException | None]:
        one = Budget(lambda: PRICE, max_cost=WORST, max_minutes=2, clock=lambda: now[0])
        async with one.admit(REQUEST) as first:
            waiting = asyncio.create_task(call(one, REPLY))
            await asyncio.sleep(0)
            now[0] = 120.0
            first.reply = REPLY
        return list(await asyncio.gather(waiting, call(one, REPLY), return_exceptions=True))

    for end in asyncio.run(run()):
        assert isinstance(end, CapReached)
        assert "the 2 minutes of --max-minutes are over" in end.message


ENDS = st.one_of(
    st.builds(
        lambda sent, cached, written: Reply("t", "stop", Usage(sent, cached, written), "m", None),
        st.integers(0, count_at_most(REQUEST)),
        st.integers(0, 200),
        st.integers(0, REQUEST.max_output_tokens),
    ),
    st.sampled_from(
        [TransientFailure("cut"), TransientFailure("busy", was_free=True), NoCompletion("html")]
    ),
)


@given(
    ends=st.lists(ENDS, max_size=30),
    cap=st.decimals("0.0001", "0.01", places=4),
    at_once=st.integers(1, 8),
)
def test_no_order_of_ends_takes_more_than_the_cap(
    ends: Sequence[Reply | Exception], cap: Decimal, at_once: int
) -> None:
    async def run() -> tuple[Receipt, int]:
        one = budget(cap)
        places = asyncio.Semaphore(at_once)

        async def placed(end: Reply | Exception) -> None:
            async with places:
                await call(one, end)

        got = await asyncio.gather(*map(placed, ends), return_exceptions=True)
        return one.receipt, sum(isinstance(end, CapReached) for end in got)

    receipt, refused = asyncio.run(run())

    assert receipt.cost_usd is not None
    assert receipt.cost_usd + receipt.unsure_usd <= cap
    assert not refused or receipt.cost_usd + receipt.unsure_usd + WORST > cap


class Till:
    """What the server's owner would ask for: answered calls, and those that were cut off."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.reported: list[Usage] = []
        self.cut: list[Usage] = []

    def serve(self, faults: Sequence[Fault] = ()) -> Fault:
        def fault(handler: object, text: str) -> None:
            if faults and self.dice.random() < 0.2:
                chosen = self.dice.choice(faults)
                if chosen is cut:
                    self.cut.append(self.roll())
                chosen(handler, text)  # type: ignore[arg-type]  # the handler's class is private
                return
            used = self.roll()
            self.reported.append(used)
            usage = {
                "prompt_tokens": used.input_tokens,
                "completion_tokens": used.output_tokens,
                "prompt_tokens_details": {"cached_tokens": used.cached_input_tokens},
            }
            said = "bad" if self.dice.random() < 0.2 else "good"
            handler.send_json(200, completion(said) | {"usage": usage})  # type: ignore[attr-defined]

        return fault

    def roll(self) -> Usage:
        sent = self.dice.randint(1, 100)
        return Usage(sent, self.dice.randint(0, sent), self.dice.randint(1, 100))

    def bill(self) -> Decimal:
        return sum((PRICE.cost(used) for used in (*self.reported, *self.cut)), Decimal(0))


def parse(text: str) -> tuple[str, ...]:
    if text == "bad":
        raise InvalidReply("numbering", "wrong numbers")
    return (text,)


def ask_many(server: ModelServer, count: int, one: Budget) -> list[BaseException | object]:
    async def run() -> list[BaseException | object]:
        async def no_wait(seconds: float) -> None:
            await asyncio.sleep(0)

        engine = OpenAIEngine(api_key=None, base_url=server.base_url, timeout_s=10)
        limiter = Limiter(64)
        caller = Caller(engine, NoCache(), limiter, attempts=4, budget=one, sleep=no_wait)
        messages = ({"role": "user", "content": f"{i:084}"} for i in range(count))
        asked = (Request((message,), "m", {}, 100) for message in messages)
        try:
            return list(
                await asyncio.gather(*(caller.ask(r, parse) for r in asked), return_exceptions=True)
            )
        finally:
            await caller.close()

    return asyncio.run(run())


def test_64_calls_at_once_never_cost_more_than_the_cap(server: ModelServer) -> None:
    till = Till(1)
    server.always = till.serve([cut, status(500)])
    one = budget(Decimal("0.05"))

    ends = ask_many(server, 300, one)

    assert any(isinstance(end, CapReached) for end in ends)
    assert Decimal("0.035") < till.bill() <= Decimal("0.05")


def test_64_calls_at_once_that_cost_their_worst_use_the_cap_up_and_no_more(
    server: ModelServer,
) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 100}
    server.always = reply(lambda _: completion("good") | {"usage": usage})
    server.delay_s = 0.5  # calls that were let through too many are here before the first ends

    ends = ask_many(server, 65, budget(40 * WORST))

    assert len(server.requests) == 40
    assert sum(isinstance(end, CapReached) for end in ends) == 25


def test_the_receipt_adds_up_to_what_the_server_reported(server: ModelServer) -> None:
    till = Till(2)
    server.always = till.serve([cut, status(500), status(400)])
    one = budget()

    ends = ask_many(server, 150, one)

    assert any(isinstance(end, CallFailed) for end in ends)
    assert one.receipt.usage == sum(till.reported, Usage())
    assert one.receipt.cost_usd == sum(map(PRICE.cost, till.reported), Decimal(0))
    assert one.receipt.unsure_usd == len(till.cut) * WORST
    assert one.receipt.calls == len(till.reported) + len(till.cut)

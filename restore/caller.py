"""One call to an engine: cache, limiter, retries, engine, validation, store.

The one place where a call is repeated, and the one owner of tenacity.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, get_args

from restore.article import Problem
from restore.budget import Budget
from restore.cache import Store, key
from restore.engines.interface import NO_USAGE, Engine, Reply, Request, Usage
from restore.errors import (
    CallFailed,
    CapReached,
    EndpointRefused,
    InvalidReply,
    NoCompletion,
    TransientFailure,
)
from restore.limiter import Limiter
from restore.stopping import Stop

if TYPE_CHECKING:
    from tenacity import RetryCallState

CachePolicy = Literal["use", "off", "refresh", "only", "again"]
"""Use cached replies; neither read nor write them; replace them; make no call beside them; use
them, but ask again what brought no valid reply, and every repair."""
Parse = Callable[[str], tuple[str, ...]]
"""Turns a reply's text into one text per piece, or raises InvalidReply."""
OnReply = Callable[[str, Request, Reply, Decimal | None], None]
"""Told of a reply, its key and its cost in USD the moment it arrives, valid or not."""

_LONGEST_WAIT_S = 30.0
"""Between two attempts, where the endpoint asks for nothing."""
_LONGEST_BUSY_S = 600.0
"""How long a call is tried whose endpoint has too much to do, from when it first says so."""
_ASKED = 2
"""How often a request is asked whose replies are invalid: models err, but seldom twice alike."""
_PROBLEMS = get_args(Problem)
_INVALID = "/invalid"
"""Suffix of the key under which it is remembered that a request brings no valid reply."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request."""

    texts: tuple[str, ...] | None
    """One per piece, or None where no valid reply was to be had."""
    problem: InvalidReply | None
    """Why `texts` is None."""
    usage: Usage = NO_USAGE
    """Of the calls made now."""
    calls: int = 0
    cached: bool = False
    """Whether the answer cost nothing, because it was known."""
    served: str | None = None
    """The model that answered, by its endpoint's word; None where no call was made."""
    cost_usd: Decimal | None = Decimal(0)
    """Of the calls made now; None where they have no known price."""


class Caller:
    """Asks one engine. Identical requests under way at once are asked once."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        limiter: Limiter,
        *,
        attempts: int,
        policy: CachePolicy = "use",
        known: Mapping[str, str] | None = None,
        budget: Budget | None = None,
        stop: Stop | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what the calls need; nothing is opened here.

        Args:
            engine: answers requests.
            store: keeps replies.
            limiter: admits calls.
            attempts: tries per call, the first included; answers that the endpoint is busy are
                not counted.
            policy: how the store is used.
            known: texts of replies by key, used before the store whatever the policy.
            budget: admits what it can pay for and keeps account; None: any call, unpriced.
            stop: once it is set no call starts; those under way go on. A refusal and a
                budget that is used up set it.
            sleep: waits between attempts, in seconds; for tests.
            clock: tells the time in seconds; for tests.
        """
        self._engine = engine
        self._store = store
        self._limiter = limiter
        self._attempts = attempts
        self._policy = policy
        self._known = known or {}
        self.on_reply: OnReply | None = None
        """Told of every reply, if set."""
        self.budget = budget or Budget()
        self._stop = stop or Stop()
        self._sleep = sleep
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[Answer]] = {}

    async def ask(self, request: Request, parse: Parse) -> Answer:
        """Answer a request from the store or by calling the engine.

        Raises:
            CallFailed: no reply after all attempts, or none in the store and no call allowed.
            CapReached: the budget cannot pay for a call.
            EndpointRefused: the endpoint refuses for good; every later request raises it too.
            RestoreError: the stop's, where the call had not started when it was set.
        """
        name = key(request, self._engine.endpoint)
        task = self._under_way.get(name)
        if task is not None:
            answer = await asyncio.shield(task)
            return replace(answer, usage=NO_USAGE, calls=0, cached=True, cost_usd=Decimal(0))
        task = asyncio.create_task(self._answer(name, request, parse))
        self._under_way[name] = task
        try:
            return await task
        finally:
            del self._under_way[name]

    def is_known(self, request: Request, parse: Parse) -> bool:
        """Tell whether a request would be answered without a call."""
        return self._recall(key(request, self._engine.endpoint), request, parse) is not None

    @property
    def limit(self) -> int:
        """Calls that may be under way at once now."""
        return self._limiter.limit

    async def close(self) -> None:
        """Release the engine's connections."""
        await self._engine.close()

    async def _answer(self, name: str, request: Request, parse: Parse) -> Answer:
        known = self._recall(name, request, parse)
        if known is not None:
            return known
        if self._policy == "only":
            raise CallFailed("a reply is not in the cache", hint="run without --cached-only")
        return await self._buy(name, request, parse)

    def _recall(self, name: str, request: Request, parse: Parse) -> Answer | None:
        """Return what is known already; it is checked like a fresh reply."""
        readable = self._policy in ("use", "only") or (
            self._policy == "again" and request.round == 0
        )
        for text in (self._known.get(name), self._store.get(name) if readable else None):
            if text is not None:
                with suppress(InvalidReply):
                    return Answer(parse(text), None, cached=True)
        marked = self._policy in ("use", "only")
        mark = self._store.get(name + _INVALID) if marked else None
        problem, _, message = (mark or "").partition("\n")
        return (
            Answer(None, InvalidReply(problem, message), cached=True)
            if problem in _PROBLEMS
            else None
        )

    async def _buy(self, name: str, request: Request, parse: Parse) -> Answer:
        usage, problem = NO_USAGE, InvalidReply("empty", "")
        cost: Decimal | None = Decimal(0)
        for asked in range(1, _ASKED + 1):
            try:
                reply = await self._call(name, request)
                usage += reply.usage
                charged = self.budget.cost(request, reply)
                cost = None if cost is None or charged is None else cost + charged
                texts = validate(reply, parse)
            except InvalidReply as exc:
                problem = exc
                continue
            self._remember(name, reply.text)
            return Answer(texts, None, usage, asked, served=reply.model, cost_usd=cost)
        if not isinstance(problem, NoCompletion):  # nothing was paid, and it may pass
            self._remember(name + _INVALID, f"{problem.problem}\n{problem.message}")
        return Answer(None, problem, usage, _ASKED, cost_usd=cost)

    def _remember(self, name: str, text: str) -> None:
        if self._policy != "off":
            self._store.put(name, text)

    async def _call(self, name: str, request: Request) -> Reply:
        from tenacity import (  # noqa: PLC0415  # 10 ms that a cached rerun does not need
            AsyncRetrying,
            retry_if_exception_type,
        )

        retrying = AsyncRetrying(
            retry=retry_if_exception_type(TransientFailure),
            stop=self._bound(),
            wait=_wait,
            sleep=self._back_off,
            reraise=True,
        )
        return await retrying(self._attempt, name, request)

    def _bound(self) -> Callable[["RetryCallState"], bool]:
        """Return what tells when a call was tried enough."""
        failures = 0
        busy_since: float | None = None

        def enough(state: "RetryCallState") -> bool:
            nonlocal failures, busy_since
            failure = state.outcome.exception() if state.outcome else None
            if isinstance(failure, TransientFailure) and failure.busy:
                busy_since = self._clock() if busy_since is None else busy_since
                return self._clock() - busy_since >= _LONGEST_BUSY_S
            failures += 1
            return failures >= self._attempts

        return enough

    async def _back_off(self, seconds: float) -> None:
        await self._stop.until(self._sleep(seconds))

    async def _attempt(self, name: str, request: Request) -> Reply:
        self._stop.check()
        tokens = _count_tokens(request)
        async with self._limiter.slot(tokens, stop=self._stop):
            try:
                async with self.budget.admit(request) as call:
                    reply = call.reply = await self._engine.answer(request)
            except TransientFailure as exc:
                if exc.busy or exc.retry_after_s:
                    self._limiter.overloaded(exc.retry_after_s)
                raise
            except (EndpointRefused, CapReached) as exc:
                self._stop.set(exc)
                raise
            if self.on_reply is not None:
                self.on_reply(name, request, reply, self.budget.cost(request, reply))
            self._limiter.succeeded(reply.seconds, size=tokens)
            self._limiter.heed(reply.allowance)
            return reply


def _count_tokens(request: Request) -> int:
    """Count as endpoints do before they answer: a token per 4 characters, and what it may write."""
    said = sum(len(message["content"]) for message in request.messages)
    return said // 4 + request.max_output_tokens


def _wait(state: "RetryCallState") -> float:
    """Wait what the endpoint asks for (at the gate, for all), else a full-jitter backoff."""
    from tenacity import wait_random_exponential  # noqa: PLC0415  # as in `_call`

    failure = state.outcome.exception() if state.outcome else None
    if isinstance(failure, TransientFailure) and failure.retry_after_s:
        return 0.0
    return wait_random_exponential(multiplier=0.5, max=_LONGEST_WAIT_S)(state)


def validate(reply: Reply, parse: Parse) -> tuple[str, ...]:
    """Return one text per piece.

    Raises:
        InvalidReply: the reply is no restoration, for the problem it names.
    """
    if reply.finish == "length":
        raise InvalidReply("truncated", "the reply was cut off at its token limit")
    if reply.finish in ("filter", "refusal"):
        raise InvalidReply("refused", "the endpoint refused or filtered the reply")
    return parse(reply.text)

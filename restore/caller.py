"""One call to an engine: cache, limiter, retries, engine, validation, store.

The one place where a call is repeated, and the one owner of tenacity.
"""

import asyncio
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
those that were good and ask again where none was."""
OnReply = Callable[[str, Request, Reply, Decimal | None], None]
"""Takes a reply with its key, request and cost in USD, before anything else is done with it."""
Parse = Callable[[str], tuple[str, ...]]
"""Turns a reply's text into one text per piece, or raises InvalidReply."""

_LONGEST_WAIT_S = 30.0
"""Between two attempts, where the endpoint asks for nothing."""
_LONGEST_BUSY_S = 600.0
"""How long a call is tried at an endpoint that says it is busy."""
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
        stop: Stop | None = None,
        known: Mapping[str, str] | None = None,
        budget: Budget | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        """Take what the calls need; nothing is opened here.

        Args:
            engine: answers requests.
            store: keeps replies.
            limiter: admits calls.
            attempts: tries per call, the first included; a busy endpoint has more patience.
            policy: how the store is used.
            stop: says when no call starts any more; set here where the endpoint refuses for good,
                or the budget is used up.
            known: replies by key, which are used whatever the policy; checked like fresh ones.
            budget: admits what it can pay for and keeps account; None: any call, unpriced.
            sleep: waits between attempts, in seconds, or raises when the run is stopped.
        """
        self._engine = engine
        self._store = store
        self._limiter = limiter
        self._attempts = attempts
        self._policy = policy
        self._stop = stop or Stop()
        self._known = known or {}
        self.on_reply: OnReply | None = None
        """Takes every reply the moment it arrives, if set."""
        self.budget = budget or Budget()
        self._sleep = sleep or self._stop.sleep
        self._under_way: dict[str, asyncio.Task[Answer]] = {}

    async def ask(self, request: Request, parse: Parse) -> Answer:
        """Answer a request from the store or by calling the engine.

        Raises:
            CallFailed: no reply after all attempts, or none in the store and no call allowed.
            CapReached: the budget cannot pay for a call.
            EndpointRefused: the endpoint refuses for good; every later request raises it too.
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
        """Return what is known; what comes out of the store is checked like a fresh reply."""
        if name in self._known:
            with suppress(InvalidReply):
                return Answer(parse(self._known[name]), None, cached=True)
        again = self._policy == "again"
        if self._policy not in ("use", "only", "again") or (again and request.round):
            return None
        text = self._store.get(name)
        if text is not None:
            with suppress(InvalidReply):
                return Answer(parse(text), None, cached=True)
        if again:
            return None
        problem, _, message = (self._store.get(name + _INVALID) or "").partition("\n")
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
                texts = _validate(reply, parse)
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
            stop=_Patience(self._attempts),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(self._attempt, name, request)

    async def _attempt(self, name: str, request: Request) -> Reply:
        async with self._limiter.slot():
            self._stop.check()
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
            self._limiter.succeeded()
            return reply


class _Patience:
    """Decides, for one call, whether its last failure was one too many.

    An endpoint that says it is busy will have time again: only time counts then, not attempts.
    """

    def __init__(self, attempts: int) -> None:
        self._left = attempts

    def __call__(self, state: "RetryCallState") -> bool:
        failure = state.outcome.exception() if state.outcome else None
        if isinstance(failure, TransientFailure) and failure.busy:
            return (state.seconds_since_start or 0) > _LONGEST_BUSY_S
        self._left -= 1
        return self._left <= 0


def _wait(state: "RetryCallState") -> float:
    """Wait what the endpoint asks for (at the gate, for all), else a full-jitter backoff."""
    from tenacity import wait_random_exponential  # noqa: PLC0415  # as in `_call`

    failure = state.outcome.exception() if state.outcome else None
    if isinstance(failure, TransientFailure) and failure.retry_after_s:
        return 0.0
    return wait_random_exponential(multiplier=0.5, max=_LONGEST_WAIT_S)(state)


def _validate(reply: Reply, parse: Parse) -> tuple[str, ...]:
    if reply.finish == "length":
        raise InvalidReply("truncated", "the reply was cut off at its token limit")
    if reply.finish in ("filter", "refusal"):
        raise InvalidReply("refused", "the endpoint refused or filtered the reply")
    return parse(reply.text)

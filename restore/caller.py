"""One call to an engine: cache, limiter, retries, engine, validation, store.

The one place where a call is repeated, and the one owner of tenacity.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from restore.article import Problem
from restore.cache import Store, key
from restore.engines.interface import NO_USAGE, Engine, Reply, Request, Usage
from restore.errors import (
    CallFailed,
    EndpointRefused,
    InvalidReply,
    NoCompletion,
    TransientFailure,
)
from restore.limiter import Limiter

if TYPE_CHECKING:
    from tenacity import RetryCallState

CachePolicy = Literal["use", "off", "refresh", "only"]
"""Use cached replies; neither read nor write them; replace them; make no call beside them."""
Parse = Callable[[str], tuple[str, ...]]
"""Turns a reply's text into one text per piece, or raises InvalidReply."""

_LONGEST_WAIT_S = 30.0
"""Between two attempts, where the endpoint asks for nothing."""
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
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take what the calls need; nothing is opened here.

        Args:
            engine: answers requests.
            store: keeps replies.
            limiter: admits calls.
            attempts: tries per call, the first included.
            policy: how the store is used.
            sleep: waits between attempts, in seconds; for tests.
        """
        self._engine = engine
        self._store = store
        self._limiter = limiter
        self._attempts = attempts
        self._policy = policy
        self._sleep = sleep
        self._under_way: dict[str, asyncio.Task[Answer]] = {}
        self._refused: EndpointRefused | None = None

    async def ask(self, request: Request, parse: Parse) -> Answer:
        """Answer a request from the store or by calling the engine.

        Raises:
            CallFailed: no reply after all attempts, or none in the store and no call allowed.
            EndpointRefused: the endpoint refuses for good; every later request raises it too.
        """
        name = key(request, self._engine.endpoint)
        task = self._under_way.get(name)
        if task is not None:
            return replace(await asyncio.shield(task), usage=NO_USAGE, calls=0, cached=True)
        task = asyncio.create_task(self._answer(name, request, parse))
        self._under_way[name] = task
        try:
            return await task
        finally:
            del self._under_way[name]

    def is_known(self, request: Request, parse: Parse) -> bool:
        """Tell whether a request would be answered without a call."""
        return self._recall(key(request, self._engine.endpoint), parse) is not None

    async def close(self) -> None:
        """Release the engine's connections."""
        await self._engine.close()

    async def _answer(self, name: str, request: Request, parse: Parse) -> Answer:
        known = self._recall(name, parse)
        if known is not None:
            return known
        if self._policy == "only":
            raise CallFailed("a reply is not in the cache", hint="run without --cached-only")
        return await self._buy(name, request, parse)

    def _recall(self, name: str, parse: Parse) -> Answer | None:
        """Return what the store knows; what comes out of it is checked like a fresh reply."""
        if self._policy not in ("use", "only"):
            return None
        text = self._store.get(name)
        if text is not None:
            with suppress(InvalidReply):
                return Answer(parse(text), None, cached=True)
        problem, _, message = (self._store.get(name + _INVALID) or "").partition("\n")
        return (
            Answer(None, InvalidReply(problem, message), cached=True)
            if problem in _PROBLEMS
            else None
        )

    async def _buy(self, name: str, request: Request, parse: Parse) -> Answer:
        usage, problem = NO_USAGE, InvalidReply("empty", "")
        for asked in range(1, _ASKED + 1):
            try:
                reply = await self._call(request)
                usage += reply.usage
                texts = _validate(reply, parse)
            except InvalidReply as exc:
                problem = exc
                continue
            self._remember(name, reply.text)
            return Answer(texts, None, usage, asked, served=reply.model)
        if not isinstance(problem, NoCompletion):  # nothing was paid, and it may pass
            self._remember(name + _INVALID, f"{problem.problem}\n{problem.message}")
        return Answer(None, problem, usage, _ASKED)

    def _remember(self, name: str, text: str) -> None:
        if self._policy != "off":
            self._store.put(name, text)

    async def _call(self, request: Request) -> Reply:
        from tenacity import (  # noqa: PLC0415  # 10 ms that a cached rerun does not need
            AsyncRetrying,
            retry_if_exception_type,
            stop_after_attempt,
        )

        retrying = AsyncRetrying(
            retry=retry_if_exception_type(TransientFailure),
            stop=stop_after_attempt(self._attempts),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(self._attempt, request)

    async def _attempt(self, request: Request) -> Reply:
        async with self._limiter.slot():
            if self._refused is not None:
                raise self._refused
            try:
                reply = await self._engine.answer(request)
            except TransientFailure as exc:
                if exc.busy or exc.retry_after_s:
                    self._limiter.overloaded(exc.retry_after_s)
                raise
            except EndpointRefused as exc:
                self._refused = exc
                raise
            self._limiter.succeeded()
            return reply


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

"""What every engine that is called over chunks takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Finish = Literal["stop", "length", "filter", "refusal"]
"""Why the model stopped writing, as the endpoint claims; the reply is checked whatever it says."""

Message = Mapping[str, str]
"""One chat message: `role` and `content`."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the endpoint counted them."""

    input_tokens: int = 0
    cached_input_tokens: int = 0
    """Those of `input_tokens` that the provider's prompt cache served."""
    output_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Return the sum of both."""
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cached_input_tokens + other.cached_input_tokens,
            self.output_tokens + other.output_tokens,
        )


NO_USAGE = Usage()


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model, complete: equal requests may share a reply."""

    messages: tuple[Message, ...]
    model: str
    params: Mapping[str, float | int | str]
    """Sampling parameters that change the answer (temperature, seed …)."""
    max_output_tokens: int
    round: int = 0
    """0 for the restoration, 1 for its repair."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the endpoint says it will still take; None where it says nothing."""

    requests: float | None
    requests_reset_s: float | None
    """Seconds until all requests are allowed again."""
    tokens: float | None
    tokens_reset_s: float | None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, as it came."""

    text: str
    finish: Finish
    usage: Usage
    model: str
    """As served, which may differ from the one asked for."""
    request_id: str | None
    allowance: Allowance | None = None
    seconds: float | None = None
    """From sending the request to the end of the reply, or None where nothing was sent."""


class Engine(Protocol):
    """Answers one request. Raises `CallFailed`, `EndpointRefused` or `InvalidReply`."""

    name: str
    endpoint: str
    """What distinguishes equal models of different servers: part of the cache key."""

    async def answer(self, request: Request) -> Reply:
        """Send the request once; no retries here."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...

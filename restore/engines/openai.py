"""Any OpenAI-compatible chat-completions endpoint, through the openai SDK, which only this imports.

The body of a reply is read here and not by the SDK: servers answer with HTML and status 200, with
`choices: null`, with an error in a body that says 200, and a finish reason that lies.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from restore.engines.headers import read_allowance, read_retry_after
from restore.engines.interface import Finish, Reply, Request, Usage
from restore.errors import (
    CallFailed,
    EndpointRefused,
    InvalidReply,
    NoCompletion,
    RestoreError,
    TransientFailure,
)

if TYPE_CHECKING:
    import httpx2
    from openai import APIStatusError, AsyncOpenAI

OPENAI_URL = "https://api.openai.com/v1"
NO_KEY = "none"
"""Local servers need no key, the SDK insists on one."""
_TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_BUSY = frozenset({429, 503, 529})
_UNANSWERED = frozenset({408, 504, 520, 524})
"""A gateway's word for a model that did not answer it in time, but may have worked, and be paid."""
_FINISHES: Mapping[str, Finish] = {"length": "length", "content_filter": "filter"}
_QUOTA = ("insufficient_quota", "billing_hard_limit_reached")
_LONGEST_RETRY_AFTER_S = 600.0
"""A longer wait is not sat out: the run ends and can be taken up again."""
_SHOWN = 200
"""Characters of an endpoint's own message that are passed on."""
_LONGEST_REPLY = 8 * 1024**2
"""Bytes, unpacked: some hundred times what the longest chunk and a model's thoughts need."""
_LONGEST_ERROR = 64 * 1024
"""Bytes of the body of an error status, packed; the SDK reads it whole."""
_LOST = (TimeoutError, ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
"""What ends a connection that was made. A refused one and an unknown host are none of these."""


class OpenAIEngine:
    """Asks one endpoint. The client is made at the first call, as the SDK takes 0.6 s to import."""

    name = "openai"

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None,
        timeout_s: float,
        tier: str | None = None,
    ) -> None:
        """Take what every call needs.

        Args:
            api_key: None for servers that need none.
            base_url: the endpoint's address; None is OpenAI's.
            timeout_s: total time a call has.
            tier: the service tier to ask for; None leaves it to the endpoint.
        """
        self.endpoint = base_url or OPENAI_URL
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._tier: dict[str, Any] = {"service_tier": tier} if tier else {}
        self._client: AsyncOpenAI | None = None
        self._reached = False

    async def answer(self, request: Request) -> Reply:
        """Send one request, once.

        Raises:
            TransientFailure: a retry may help.
            CallFailed: a retry would not.
            EndpointRefused: no call to this endpoint would bring a reply.
            InvalidReply: the reply is longer than any restoration.
            NoCompletion: the endpoint answered with something else than a completion.
        """
        import aiohttp  # noqa: PLC0415
        import httpx2  # noqa: PLC0415
        import openai  # noqa: PLC0415

        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._send(request)
        except TimeoutError as exc:
            raise TransientFailure(f"no answer within {self._timeout_s:g} s") from exc
        except openai.APIStatusError as exc:
            self._reached = True
            raise translate(exc, self.endpoint, model=request.model) from exc
        except (openai.APIConnectionError, httpx2.RequestError, aiohttp.ClientError) as exc:
            # The SDK wraps neither what ends a body nor an answer that is not HTTP.
            raise self._unconnected(exc) from exc

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def _send(self, request: Request) -> Reply:
        """Read the reply in parts, so that an endless one is given up before it fills memory."""
        create = self._open().chat.completions.with_streaming_response.create
        sent_at = time.perf_counter()  # now that the SDK is loaded, which takes 0.6 s at first
        # What is in `extra_body` replaces what the SDK was told before, and is sent as it is. Of
        # messages it was told it compares each with every type of message: 0.4 ms a call.
        body = self.parameters(request) | self._tier
        async with create(model=request.model, messages=(), extra_body=body) as response:
            self._reached = True
            told = bytearray()
            async for part in response.iter_bytes():
                told += part
                if len(told) > _LONGEST_REPLY:
                    raise InvalidReply("length", f"the reply was over {_LONGEST_REPLY:,} bytes")
            return replace(
                read_completion(bytes(told), request.model, response.request_id),
                allowance=read_allowance(response.headers),
                seconds=time.perf_counter() - sent_at,
            )

    def _open(self) -> "AsyncOpenAI":
        if self._client is None:
            from openai import AsyncOpenAI, DefaultAioHttpClient  # noqa: PLC0415

            self._client = AsyncOpenAI(
                api_key=self._api_key or NO_KEY,
                base_url=self.endpoint,
                max_retries=0,
                timeout=self._timeout_s,
                http_client=DefaultAioHttpClient(event_hooks={"response": [_shorten_error]}),
            )
        return self._client

    def parameters(self, request: Request) -> dict[str, Any]:
        """Return the body of a call."""
        # OpenAI's newer models refuse the name that many other servers alone know.
        newer = self.endpoint.startswith(OPENAI_URL)
        limit = "max_completion_tokens" if newer else "max_tokens"
        return {
            "model": request.model,
            "messages": [dict(message) for message in request.messages],
            limit: request.max_output_tokens,
            **request.params,
        }

    def _unconnected(self, exc: Exception) -> RestoreError:
        """Tell a wrong address from a connection that was lost.

        The class of `exc` does not: a refused connection comes as a timeout.
        """
        causes = list(_causes(exc))
        cause = next((link for link in causes if isinstance(link, OSError)), None)
        reason = str(cause or causes[-1])[:_SHOWN]
        if self._reached or cause is None or isinstance(causes[-1], _LOST):
            return TransientFailure(f"lost the connection to '{self.endpoint}': {reason}")
        return EndpointRefused(
            f"cannot connect to '{self.endpoint}': {reason}",
            hint="is the server running, and is --base-url right?",
        )


def _causes(exc: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = exc
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


async def _shorten_error(response: "httpx2.Response") -> None:
    """Keep the begin of an error's body, as the SDK would read any amount of it."""
    import httpx2  # noqa: PLC0415

    if response.status_code < 400:
        return
    head = bytearray()
    whole = cast("httpx2.AsyncByteStream", response.stream)
    async for part in whole:
        head += part
        if len(head) >= _LONGEST_ERROR:
            break
    await whole.aclose()
    response.stream = httpx2.ByteStream(bytes(head[:_LONGEST_ERROR]))


def translate(exc: "APIStatusError", endpoint: str, *, model: str) -> RestoreError:
    """Turn an error status into the error that says what can be done about it."""
    status, said = exc.status_code, _said(exc)[:_SHOWN]
    if status in (401, 403):
        return EndpointRefused(
            f"'{endpoint}' refuses the key ({status})", hint="check OPENAI_API_KEY and --base-url"
        )
    if status == 404:
        return EndpointRefused(
            f"'{endpoint}' knows no model '{model}' ({said})",
            hint="pass --model with a name that the endpoint serves; --base-url ends in /v1",
        )
    if status == 402 or exc.code in _QUOTA or exc.type in _QUOTA:
        return EndpointRefused(
            f"the account at '{endpoint}' has no quota left", hint="add credit, then run again"
        )
    if status in _TRANSIENT or status >= 500:
        wait_s = read_retry_after(exc.response.headers)
        if wait_s is not None and wait_s > _LONGEST_RETRY_AFTER_S:
            return EndpointRefused(
                f"'{endpoint}' answered {status} and asks to wait {wait_s:,.0f} s",
                hint="run the same command again then: what is done is cached",
            )
        busy = status in _BUSY
        return TransientFailure(
            f"'{endpoint}' answered {status}",
            busy=busy,
            retry_after_s=wait_s,
            was_free=status not in _UNANSWERED,
        )
    return CallFailed(f"'{endpoint}' answered {status}: {said}", hint=_hint(said))


def _said(exc: "APIStatusError") -> str:
    """Return the endpoint's own words, which the SDK knows only where they are as OpenAI's."""
    body = exc.body
    own = body.get("message") if isinstance(body, dict) else body
    page = isinstance(own, str) and own.startswith("<")
    return str(exc.message if page else own or body or exc.message)


def _hint(said: str) -> str | None:
    lowered = said.lower()
    for word, hint in (
        ("temperature", "this model takes no temperature: unset it"),
        ("service_tier", "this endpoint has no such tier for this model: leave --tier out"),
        ("context", "the chunk is too long for this model: pass a smaller --chunk-words"),
    ):
        if word in lowered:
            return hint
    return None


def read_completion(body: bytes, model: str, request_id: str | None) -> Reply:
    """Read a completion, trusting nothing; `model` is the one that was asked for.

    Raises:
        NoCompletion: it is none.
    """
    found: Any = None
    try:
        found = json.loads(body)
        choice = found["choices"][0]
        message = choice["message"]
        text, refusal = message.get("content"), message.get("refusal")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        raise NoCompletion(f"the endpoint answered with {_name(body, found)}") from exc
    reason = str(choice.get("finish_reason"))
    return Reply(
        text if isinstance(text, str) else "",
        "refusal" if refusal else _FINISHES.get(reason, "stop"),
        _usage(found.get("usage")),
        str(found.get("model") or model)[:_SHOWN],
        request_id,
    )


def _name(body: bytes, found: object) -> str:
    """Name what is no completion."""
    error = found.get("error") if isinstance(found, dict) else None
    if error:
        said = error.get("message") if isinstance(error, dict) else error
        return f"an error: {str(said)[:_SHOWN]}"
    return "a web page" if body.lstrip()[:1] == b"<" else "no completion"


def _usage(counts: object) -> Usage:
    if not isinstance(counts, dict):
        return Usage()
    details = counts.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Usage(
        _count(counts.get("prompt_tokens")),
        _count(cached),
        _count(counts.get("completion_tokens")),
    )


def _count(tokens: object) -> int:
    """Return a number of tokens that can be true, else 0."""
    return int(tokens) if isinstance(tokens, int | float) and 0 <= tokens < 1e12 else 0

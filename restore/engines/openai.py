"""Any OpenAI-compatible chat-completions endpoint, through the openai SDK, which only this imports.

The body of a reply is read here and not by the SDK: servers answer with HTML and status 200, with
`choices: null`, with an error in a body that says 200, and a finish reason that lies.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from restore.engines.interface import Finish, Reply, Request, Usage
from restore.errors import (
    CallFailed,
    EndpointRefused,
    InvalidReply,
    RestoreError,
    TransientFailure,
)

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

OPENAI_URL = "https://api.openai.com/v1"
_NO_KEY = "none"
"""Local servers need no key, the SDK insists on one."""
_TRANSIENT = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_BUSY = frozenset({429, 503, 529})
_FINISHES: Mapping[object, Finish] = {"length": "length", "content_filter": "filter"}
_QUOTA = ("insufficient_quota", "billing_hard_limit_reached")
_LONGEST_RETRY_AFTER_S = 600.0
_SHOWN = 200
"""Characters of an endpoint's own message that are passed on."""


class OpenAIEngine:
    """Asks one endpoint. The client is made at the first call, as the SDK takes 0.6 s to import."""

    name = "openai"

    def __init__(self, *, api_key: str | None, base_url: str | None, timeout_s: float) -> None:
        """Take the endpoint's address (None: OpenAI's), the key, and the total time a call has."""
        self.endpoint = base_url or OPENAI_URL
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._client: AsyncOpenAI | None = None
        self._reached = False

    async def answer(self, request: Request) -> Reply:
        """Send one request, once.

        Raises:
            TransientFailure: a retry may help.
            CallFailed: a retry would not.
            EndpointRefused: no call to this endpoint would bring a reply.
            InvalidReply: the endpoint answered with something else than a completion.
        """
        import openai  # noqa: PLC0415

        try:
            async with asyncio.timeout(self._timeout_s):
                raw = await self._open().chat.completions.with_raw_response.create(
                    **self._parameters(request)
                )
                body = raw.http_response.text
        except TimeoutError as exc:
            raise TransientFailure(f"no answer within {self._timeout_s:g} s") from exc
        except openai.APIConnectionError as exc:
            raise self._unconnected(exc) from exc
        except openai.APIStatusError as exc:
            raise _translate(exc, request, self.endpoint) from exc
        self._reached = True
        return _read(body, raw.request_id)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    def _open(self) -> "AsyncOpenAI":
        if self._client is None:
            from openai import AsyncOpenAI, DefaultAioHttpClient  # noqa: PLC0415

            self._client = AsyncOpenAI(
                api_key=self._api_key or _NO_KEY,
                base_url=self.endpoint,
                max_retries=0,
                timeout=self._timeout_s,
                http_client=DefaultAioHttpClient(),
            )
        return self._client

    def _parameters(self, request: Request) -> dict[str, Any]:
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
        cause = _find_os_error(exc)
        reason = str(cause or exc)[:_SHOWN]
        if self._reached or cause is None or isinstance(cause, TimeoutError):
            return TransientFailure(f"lost the connection to '{self.endpoint}': {reason}")
        return EndpointRefused(
            f"cannot connect to '{self.endpoint}': {reason}",
            hint="is the server running, and is --base-url right?",
        )


def _find_os_error(exc: BaseException) -> OSError | None:
    link: BaseException | None = exc
    while link is not None and not isinstance(link, OSError):
        link = link.__cause__ or link.__context__
    return link


def _translate(exc: "APIStatusError", request: Request, endpoint: str) -> RestoreError:
    """Turn an error status into the error that says what can be done about it."""
    status, said = exc.status_code, str(exc.message)[:_SHOWN]
    if status in (401, 403):
        return EndpointRefused(
            f"'{endpoint}' refuses the key ({status})", hint="check OPENAI_API_KEY and --base-url"
        )
    if status == 404:
        return EndpointRefused(
            f"'{endpoint}' knows no model '{request.model}' ({said})",
            hint="pass --model with a name that the endpoint serves; --base-url ends in /v1",
        )
    if status == 402 or exc.code in _QUOTA or exc.type in _QUOTA:
        return EndpointRefused(
            f"the account at '{endpoint}' has no quota left", hint="add credit, then run again"
        )
    if status in _TRANSIENT or status >= 500:
        wait_s = _retry_after(exc.response.headers.get("retry-after"))
        busy = status in _BUSY
        return TransientFailure(f"'{endpoint}' answered {status}", busy=busy, retry_after_s=wait_s)
    return CallFailed(f"'{endpoint}' answered {status}: {said}", hint=_hint(said))


def _hint(said: str) -> str | None:
    lowered = said.lower()
    for word, hint in (
        ("temperature", "this model takes no temperature: unset it"),
        ("context", "the chunk is too long for this model: pass a smaller --chunk-words"),
    ):
        if word in lowered:
            return hint
    return None


def _retry_after(value: str | None) -> float | None:
    """Read seconds or an HTTP date (RFC 9110, section 10.2.3) as seconds from now."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        from email.utils import parsedate_to_datetime  # noqa: PLC0415  # not for a cached rerun

        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER_S)


def _read(body: str, request_id: str | None) -> Reply:
    """Read a completion, trusting nothing.

    Raises:
        InvalidReply: it is none.
    """
    try:
        found = json.loads(body)
        choice = found["choices"][0]
        message = choice["message"]
        text, refusal = message.get("content"), message.get("refusal")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as exc:
        kind = "a web page" if body.lstrip()[:1] == "<" else "no completion"
        raise InvalidReply("empty", f"the endpoint answered with {kind}") from exc
    if not isinstance(text, str) or not text.strip():
        problem = ("refused", "the model refused") if refusal else ("empty", "the reply was empty")
        raise InvalidReply(*problem)
    finish: Finish = "refusal" if refusal else _FINISHES.get(choice.get("finish_reason"), "stop")
    return Reply(text, finish, _usage(found.get("usage")), str(found.get("model")), request_id)


def _usage(counts: object) -> Usage:
    if not isinstance(counts, dict):
        return Usage()
    details = counts.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Usage(
        int(counts.get("prompt_tokens") or 0),
        int(cached or 0),
        int(counts.get("completion_tokens") or 0),
    )

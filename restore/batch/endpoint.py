"""The far side: files and batches at an endpoint, through the openai SDK."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from restore.engines.openai import NO_KEY, OPENAI_URL, translate
from restore.errors import CallFailed, EndpointRefused, RestoreError, TransientFailure

if TYPE_CHECKING:
    from openai import OpenAI

ENDED = ("completed", "failed", "expired", "cancelled")
"""A batch with one of these changes no more."""
_RETRIES = 3
"""By the SDK, of what may be asked twice."""
_TRANSFER_S = 600.0
"""An upload of 200 MB may take as long between two signs of life."""
_ID, _PART = "restore_batch", "restore_part"
"""Metadata by which a batch is found whose id did not arrive."""
_CLOCKS_APART_S = 24 * 3600
_SHOWN = 200
_GONE = "remove its file from .restore/batches, and its articles can be handed in again"


@dataclass(frozen=True, slots=True)
class Remote:
    """A batch, as its endpoint tells it."""

    id: str
    status: str
    completed: int = 0
    failed: int = 0
    expires: str | None = None
    ended: str | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None
    errors: tuple[str, ...] = ()
    """Why it was not begun."""


class _Nonsense(CallFailed):
    """An answer that tells nothing of what was done."""


class Endpoint:
    """One endpoint with a batch API. The client is made at the first step."""

    def __init__(self, *, api_key: str | None, base_url: str | None, timeout_s: float) -> None:
        """Take the endpoint's address (None: OpenAI's), the key, and what a step may take."""
        self.url = base_url or OPENAI_URL
        self._api_key = api_key
        self._timeout_s = timeout_s

    def upload(self, file: BinaryIO, name: str) -> str:
        """Hand in a file of requests and return its id. It costs nothing yet."""
        with self._translating(self._no_api()):
            client = self._client.with_options(timeout=max(self._timeout_s, _TRANSFER_S))
            sent = client.files.create(file=(name, file, "application/jsonl"), purpose="batch")
            return self._id_of(sent)

    def create(self, file_id: str, *, batch: str, part: int) -> Remote:
        """Begin a batch over a file, once.

        Raises:
            TransientFailure: it may have been begun or not: look with `find`.
        """
        try:
            with self._translating(self._no_api()):
                client = self._client.with_options(max_retries=0)
                return self._read(
                    client.batches.create(
                        input_file_id=file_id,
                        endpoint="/v1/chat/completions",
                        completion_window="24h",
                        metadata={_ID: batch, _PART: str(part)},
                    )
                )
        except _Nonsense as exc:
            raise TransientFailure(exc.message) from exc

    def find(self, *, batch: str, part: int, created: str) -> Remote | None:
        """Return the batch that carries our id, if there is one."""
        since = datetime.fromisoformat(created).timestamp() - _CLOCKS_APART_S
        wanted = {_ID: batch, _PART: str(part)}
        with self._translating(self._no_api()):
            for found in self._client.batches.list(limit=100):
                told = getattr(found, "metadata", None) or {}
                if wanted.items() <= dict(told).items():
                    return self._read(found)
                if (getattr(found, "created_at", None) or since) < since:
                    return None
        return None

    def retrieve(self, batch_id: str) -> Remote:
        """Ask how a batch stands."""
        with self._translating(self._no_batch(batch_id)):
            return self._read(self._client.batches.retrieve(batch_id))

    def cancel(self, batch_id: str) -> Remote:
        """Have a batch stopped; what is done by then stays and is paid."""
        with self._translating(self._no_batch(batch_id)):
            return self._read(self._client.batches.cancel(batch_id))

    def download(self, file_id: str, target: Path) -> None:
        """Write the content of a file to `target`."""
        gone = CallFailed(f"'{self.url}' has no file '{file_id}' any more", hint=_GONE)
        with self._translating(gone):
            content = self._client.files.with_streaming_response.content(file_id)
            with content as response, target.open("wb") as file:
                for some in response.iter_bytes():
                    file.write(some)

    def close(self) -> None:
        """Close the connections."""
        if "_client" in self.__dict__:  # it was needed
            self._client.close()

    @cached_property
    def _client(self) -> "OpenAI":
        from openai import OpenAI  # noqa: PLC0415  # 0.6 s

        return OpenAI(
            api_key=self._api_key or NO_KEY,
            base_url=self.url,
            max_retries=_RETRIES,
            timeout=self._timeout_s,
        )

    @contextmanager
    def _translating(self, missing: RestoreError) -> Iterator[None]:
        """Turn the SDK's errors into ours; `missing` is what a 404 or 405 means here."""
        import httpx2  # noqa: PLC0415
        import openai  # noqa: PLC0415

        try:
            yield
        except openai.APIStatusError as exc:
            if exc.status_code in (404, 405):
                raise missing from exc
            raise translate(exc, self.url, model="") from exc
        except (openai.APIConnectionError, httpx2.RequestError) as exc:
            reason = str(exc.__cause__ or exc)[:_SHOWN]
            raise TransientFailure(f"cannot reach '{self.url}': {reason}") from exc
        except (openai.OpenAIError, ValueError) as exc:
            raise self._nonsense() from exc

    def _no_api(self) -> EndpointRefused:
        return EndpointRefused(
            f"'{self.url}' has no batch API",
            hint="'restore run' asks it call by call; is --base-url right (it ends in /v1)?",
        )

    def _no_batch(self, batch_id: str) -> CallFailed:
        return CallFailed(
            f"'{self.url}' knows no batch '{batch_id}'",
            hint=f"is the key that of the account that handed it in? If so, {_GONE}",
        )

    def _nonsense(self) -> CallFailed:
        return _Nonsense(
            f"'{self.url}' answered with something else than a batch", hint="is --base-url right?"
        )

    def _id_of(self, found: object) -> str:
        identity = getattr(found, "id", None)
        if not isinstance(identity, str) or not identity:
            raise self._nonsense()
        return identity

    def _read(self, found: object) -> Remote:
        """Read a batch, trusting nothing."""
        counts = getattr(found, "request_counts", None)
        errors = getattr(getattr(found, "errors", None), "data", None) or ()
        ends = (getattr(found, f"{status}_at", None) for status in ENDED)
        return Remote(
            id=self._id_of(found),
            status=str(getattr(found, "status", None) or "unknown")[:40],
            completed=_count(getattr(counts, "completed", None)),
            failed=_count(getattr(counts, "failed", None)),
            expires=_time(getattr(found, "expires_at", None)),
            ended=next((_time(at) for at in ends if at), None),
            output_file_id=getattr(found, "output_file_id", None),
            error_file_id=getattr(found, "error_file_id", None),
            errors=tuple(
                str(getattr(error, "message", None) or "unknown")[:_SHOWN] for error in errors
            ),
        )


def _count(told: object) -> int:
    return told if isinstance(told, int) and told >= 0 else 0


def _time(seconds: object) -> str | None:
    """Return a time that an endpoint tells as ours are written.

    >>> _time(1700000000)
    '2023-11-14T22:13:20+00:00'
    """
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None

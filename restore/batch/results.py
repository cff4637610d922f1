"""What comes back of a batch: checked like any reply, and kept under the key of its request."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Literal

from restore import replies
from restore.batch.requests import DISCOUNT
from restore.batch.state import Results, as_chunk, as_request
from restore.budget import Budget
from restore.cache import Store
from restore.caller import validate
from restore.engines.interface import NO_USAGE, Reply, Usage
from restore.engines.openai import read_completion
from restore.errors import InvalidReply, NoCompletion, UnwritableOutput

Fate = Literal["failed", "invalid", "valid"]
"""Of a request, rising: of several lines about one the best counts."""

_LONGEST_LINE = 8 * 1024**2
_REASONS = 5


@dataclass(slots=True)
class Intake:
    """Takes the lines of a part's files in any order, however often."""

    places: Mapping[str, int]
    """Where each request stands in the file of requests, by key."""
    rows: Path
    """The file of requests."""
    store: Store
    budget: Budget
    """Knows what a reply would have cost by a call of its own."""
    model: str
    """The one that was asked for."""
    fates: dict[str, Fate] = field(default_factory=dict)
    unknown: int = 0
    usage: Usage = NO_USAGE
    cost_usd: Decimal | None = Decimal(0)
    served: set[str] = field(default_factory=set)
    reasons: dict[str, None] = field(default_factory=dict)

    def take(self, path: Path) -> None:
        """Take every line of a file.

        Raises:
            UnwritableOutput: the cache keeps nothing; the file is to be taken again later.
        """
        with self.rows.open("rb") as rows:
            for raw in _read_lines(path):
                key, told = _open(raw)
                if key not in self.places:
                    self.unknown += 1
                elif self.fates.get(key) != "valid":
                    rows.seek(self.places[key])
                    self._take_one(key, told, json.loads(rows.readline()))

    def results(self) -> Results:
        """Sum up what was taken."""
        fates = list(self.fates.values())
        counted = {fate: fates.count(fate) for fate in ("valid", "invalid", "failed")}
        return Results(
            **counted,
            missing=len(self.places) - len(fates),
            unknown=self.unknown,
            usage=self.usage,
            cost_usd=self.cost_usd,
            served=tuple(sorted(self.served)),
            reasons=tuple(self.reasons)[:_REASONS],
        )

    def _take_one(self, key: str, told: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        response = told.get("response")
        if not isinstance(response, dict) or response.get("status_code") != 200:
            self.fates.setdefault(key, "failed")
            self.note(_describe_failure(told))
            return
        try:
            reply = read_completion(_encode(response.get("body")), self.model, None)
            if self.fates.get(key) != "invalid":  # a line told twice was paid once
                self._charge(reply, row)
            text = _check(reply, row)
        except InvalidReply as exc:
            self.fates[key] = "invalid"
            self.note(exc.message)
            return
        self.fates[key] = "valid"
        self._keep(key, text)

    def _charge(self, reply: Reply, row: Mapping[str, Any]) -> None:
        self.served.add(reply.model)
        self.usage += reply.usage
        cost = self.budget.cost(as_request(row), reply)
        if self.cost_usd is not None:
            self.cost_usd = None if cost is None else self.cost_usd + cost * DISCOUNT

    def _keep(self, key: str, text: str) -> None:
        self.store.put(key, text)
        if self.store.get(key) is None:
            raise UnwritableOutput(
                "the cache keeps no replies", hint="set that right, then fetch the batch again"
            )

    def note(self, reason: str) -> None:
        """Keep a reason why requests brought no valid reply, if there is room."""
        if len(self.reasons) < _REASONS:
            self.reasons[reason] = None


def _check(reply: Reply, row: Mapping[str, Any]) -> str:
    """Return the text of a reply that is a restoration."""
    validate(reply, partial(replies.parse, chunk=as_chunk(row)))
    try:
        reply.text.encode()
    except UnicodeEncodeError:  # the cache could not keep it
        raise InvalidReply("inserted", "the reply held half a character") from None
    return reply.text


def _encode(body: object) -> bytes:
    try:
        return json.dumps(body).encode("ascii")
    except RecursionError:
        raise NoCompletion("the reply was nested without end") from None


def _read_lines(path: Path) -> Iterator[bytes]:
    """Yield lines, an endless one in parts, none of which can be read."""
    with path.open("rb") as file:
        while raw := file.readline(_LONGEST_LINE):
            if raw.strip():
                yield raw


def _open(raw: bytes) -> tuple[str, Mapping[str, Any]]:
    """Return the key of a line and what it tells; no key where it cannot be read."""
    try:
        told = json.loads(raw)
        return str(told["custom_id"]), told
    except (ValueError, LookupError, TypeError, RecursionError):
        return "", {}


def _describe_failure(told: Mapping[str, Any]) -> str:
    """Say why a request brought nothing: the endpoint's words, if it has some."""
    response = told.get("response")
    body = response.get("body") if isinstance(response, dict) else None
    for error in (told.get("error"), body.get("error") if isinstance(body, dict) else None):
        if isinstance(error, dict) and (said := error.get("message") or error.get("code")):
            return str(said)[:200]
    status = response.get("status_code") if isinstance(response, dict) else None
    return f"the endpoint answered {status}" if status else "the endpoint gave no reason"

"""What a call costs: by the user's own table, else by the list of the library genai-prices.

Only this imports the library (0.2 s), and only where a call is about to be priced.

Prices err upwards, never downwards: where a provider takes more at some times of the day, or for
input that it writes into its prompt cache, which usage does not tell, the dearest counts. What has
no price that is known whole is unpriced, which is not $0.
"""

import ipaddress
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from restore.engines.interface import Request, Usage
from restore.price_table import Table

if TYPE_CHECKING:
    from genai_prices.types import ModelPrice

_MILLION = 1_000_000
_TOKENS_PER_MESSAGE = 16
"""Allowed for the role and the marks around a message; chat formats need 3 to 8."""
_INPUT = ("input_mtok", "cache_write_mtok")
_PRICED = {*_INPUT, "cache_read_mtok", "output_mtok"}
_NEEDLESS = ("audio", "image", "video", "search", "storage", "1h", "document")
"""In the names of prices for what no call of this program asks for."""


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens."""

    input: Decimal
    cached_input: Decimal
    """Of input that the provider's prompt cache served."""
    output: Decimal
    steps: tuple[tuple[int, "Price"], ...] = ()
    """Prices of a whole call with more than so many input tokens, ascending."""

    def cost(self, usage: Usage) -> Decimal:
        """Return USD for what an endpoint says that a call used."""
        price = [p for above, p in ((-1, self), *self.steps) if usage.input_tokens > above][-1]
        cached = min(usage.cached_input_tokens, usage.input_tokens)
        return (
            price.input * (usage.input_tokens - cached)
            + price.cached_input * cached
            + price.output * usage.output_tokens
        ) / _MILLION

    def most(self, request: Request) -> Decimal:
        """Return USD that a call can cost at worst.

        No token is shorter than a byte, and the endpoint keeps to the limit of output.
        """
        sent = count_at_most(request)
        steps = (price for above, price in ((-1, self), *self.steps) if sent > above)
        return max(
            (max(p.input, p.cached_input) * sent + p.output * request.max_output_tokens) / _MILLION
            for p in steps
        )


def sum_costs(costs: Iterable[Decimal | None]) -> Decimal | None:
    """Return USD of all together, None if one of them is unpriced.

    >>> sum_costs([Decimal("0.01"), Decimal("0.02")])
    Decimal('0.03')
    """
    found = list(costs)
    known = [cost for cost in found if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def count_at_most(request: Request) -> int:
    """Return how many input tokens a request can have at worst."""
    sizes = (len(message["content"].encode("utf-8", "replace")) for message in request.messages)
    return sum(size + _TOKENS_PER_MESSAGE for size in sizes)


def find_price(model: str, endpoint: str, table: Table) -> Price | None:
    """Return what a model costs at an endpoint, or None where nobody knows. Uses no network."""
    own = table.get(model)
    if own is not None:
        return Price(own["input"], own["cached_input"], own["output"])
    return None if _is_local(endpoint) else _look_up(model, endpoint)


def _is_local(endpoint: str) -> bool:
    """Tell an address that no price list can know, so that none is loaded for it."""
    host = urllib.parse.urlsplit(endpoint).hostname or ""
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return "." not in host


def _look_up(model: str, endpoint: str) -> Price | None:
    from genai_prices import Usage as Nothing  # noqa: PLC0415  # 0.2 s
    from genai_prices import calc_price  # noqa: PLC0415

    now = datetime.now(tz=UTC)
    try:
        found = calc_price(Nothing(), model, provider_api_url=endpoint, genai_request_timestamp=now)
    except (LookupError, ValueError):
        return None
    # Prices that change with the time of day change on the hour or the half.
    instants = (now + timedelta(minutes=30 * i) for i in range(49))
    prices = [_read(found.model.get_prices(instant)) for instant in instants]
    known = [price for price in prices if price is not None]
    return _dearest(known) if len(known) == len(prices) else None


def _read(listed: "ModelPrice") -> Price | None:
    """Read a listed price; None where it is not whole, is nothing, or counts what we do not."""
    named = {name for name, value in vars(listed).items() if value is not None}
    named = {name for name in named if not any(word in name for word in _NEEDLESS)}
    if not {"input_mtok", "output_mtok"} <= named <= _PRICED:
        return None
    starts = sorted({start for name in named for start in _starts(getattr(listed, name))})
    base, *steps = (_rates(listed, named, start) for start in (0, *starts))
    if not base.input and not base.output:
        return None  # a gap in the list more often than a gift
    return replace(base, steps=tuple(zip(starts, steps, strict=True)))


def _rates(listed: "ModelPrice", named: set[str], start: int) -> Price:
    """Return the prices above `start` input tokens."""
    at = {name: _at(getattr(listed, name), start) for name in named}
    spent = max(at[name] for name in _INPUT if name in at)
    return Price(spent, at.get("cache_read_mtok", spent), at["output_mtok"])


def _starts(price: object) -> Iterator[int]:
    yield from (tier.start for tier in getattr(price, "tiers", ()))


def _at(price: object, start: int) -> Decimal:
    tiers = [tier.price for tier in getattr(price, "tiers", ()) if tier.start <= start and start]
    found = tiers[-1] if tiers else getattr(price, "base", price)
    assert isinstance(found, Decimal)  # noqa: S101  # as the library promises
    return found


def _dearest(prices: list[Price]) -> Price:
    """Return the highest of each price; those that differ in steps have the steps of all."""
    starts = sorted({start for price in prices for start, _ in price.steps})
    base, *steps = (
        Price(
            max(p.input for p in there),
            max(p.cached_input for p in there),
            max(p.output for p in there),
        )
        for there in ([_above(price, start) for price in prices] for start in (-1, *starts))
    )
    return replace(base, steps=tuple(zip(starts, steps, strict=True)))


def _above(price: Price, start: int) -> Price:
    return [p for at, p in ((-1, price), *price.steps) if at <= start][-1]

"""What an endpoint says in its headers about when it may be asked again, and how much."""

import math
import re
import time
from collections.abc import Mapping

from restore.engines.interface import Allowance

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?")
"""As Go prints a duration, which is what OpenAI sends: 6ms, 2s, 1m12.5s, 1h0m0s."""
_UNITS_S = (86_400.0, 3_600.0, 60.0, 1.0, 0.001)


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Read seconds or an HTTP date (RFC 9110, section 10.2.3) as seconds from now.

    A date counts from the one at which the endpoint answered, by its own clock, where it says so:
    this machine's may be wrong.
    """
    value = headers.get("retry-after")
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        until, said = _read_date(value), _read_date(headers.get("date", ""))
        if until is None:
            return None
        seconds = until - (time.time() if said is None else said)
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _read_date(value: str) -> float | None:
    """Read an HTTP date as seconds since the epoch."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # not for a cached rerun

    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None


def read_allowance(headers: Mapping[str, str]) -> Allowance | None:
    """Read the `x-ratelimit-*` headers, or return None where there are none."""
    read = [
        _read(headers, f"x-ratelimit-{what}-{of}")
        for of in ("requests", "tokens")
        for what in ("remaining", "reset")
    ]
    return None if all(value is None for value in read) else Allowance(*read)


def _read(headers: Mapping[str, str], name: str) -> float | None:
    """Read a number or a duration in seconds."""
    value = headers.get(name, "").strip()
    if re.fullmatch(r"\d{1,15}(?:\.\d{1,9})?", value, re.ASCII):
        return float(value)
    found = _DURATION.fullmatch(value) if 0 < len(value) <= 40 else None
    if found is None:
        return None
    return sum(float(n or 0) * unit for n, unit in zip(found.groups(), _UNITS_S, strict=True))

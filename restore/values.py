"""What a setting's value may be, whatever source it comes from.

Each takes a raw value and returns it converted, or raises a ValueError saying what would be right.
"""

import math
import re
import urllib.parse
from collections.abc import Callable


def text(raw: object) -> str:
    """Return a text that is not empty, without blanks around it."""
    if isinstance(raw, str) and raw.strip():
        return raw.strip()
    raise ValueError("a text that is not empty")


def printable(raw: object) -> str:
    """Return a text of printable characters."""
    if not text(raw).isprintable():
        raise ValueError("a text of printable characters")
    return text(raw)


def key(raw: object) -> str:
    """Return what can be sent as a key."""
    if isinstance(raw, str) and re.fullmatch(r"[!-~]+", raw.strip()):
        return raw.strip()
    raise ValueError("printable ASCII without spaces")  # it goes into an HTTP header


def _number(raw: object, low: float, high: float) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ValueError  # noqa: TRY004  # the callers say what is expected
    number = float(raw)
    if not low <= number <= high:
        raise ValueError
    return number


def real(low: float, high: float) -> Callable[[object], float]:
    """Return what reads a number from `low` to `high`."""

    def parse(raw: object) -> float:
        try:
            return _number(raw, low, high)
        except ValueError:
            raise ValueError(f"a number from {low:g} to {high:g}") from None

    return parse


def whole(low: int, high: int) -> Callable[[object], int]:
    """Return what reads a whole number from `low` to `high`."""

    def parse(raw: object) -> int:
        try:
            number = _number(raw, low, high)
        except ValueError:
            number = math.nan
        if not number.is_integer():
            raise ValueError(f"a whole number from {low} to {high}")
        return int(number)

    return parse


def one_of(*choices: str) -> Callable[[object], str]:
    """Return what takes one of these words alone."""

    def parse(raw: object) -> str:
        if raw in choices:
            return raw
        raise ValueError(f"one of {', '.join(choices)}")

    return parse


def switch(raw: object) -> bool:
    """Return true or false, which are text in the environment."""
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    value = known.get(str(raw).strip().lower())
    if value is None:
        raise ValueError("true or false")
    return value


def url(raw: object) -> str:
    """Return an address without a slash at its end."""
    url = text(raw)
    try:
        parts = urllib.parse.urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, a port beyond 65535
        valid = False
    if valid and url.isascii() and not re.search(r"\s", url):
        return url.rstrip("/")
    raise ValueError("a URL that begins with http:// or https://, with a host and a possible port")


def codec(raw: object) -> str:
    """Return the name of a text encoding."""
    name = text(raw)
    try:
        "".encode(name)
    except LookupError:
        raise ValueError("the name of a text encoding, such as utf-8 or cp1252") from None
    return name


def suffix(raw: object) -> str:
    """Return a file's suffix in lower case, with its dot."""
    value = text(raw).lower()
    return value if value.startswith(".") else f".{value}"

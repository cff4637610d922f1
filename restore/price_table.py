"""Amounts of money that a user writes down: the cap of a run, and prices of models.

Money is Decimal throughout; a float has no tenth of a cent.
"""

import difflib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from restore.errors import UsageProblem

Table = Mapping[str, Mapping[str, Decimal]]
"""By model: USD per million tokens of `input`, `cached_input` and `output`."""

KINDS = ("input", "cached_input", "output")
_OPTIONAL = "cached_input"
_HINT = '[prices."MODEL"] takes input, cached_input and output: USD per million tokens'


def amount(raw: object) -> Decimal:
    """Read an amount of dollars above 0.

    Raises:
        ValueError: it is none; the message says what would be right.
    """
    dollars = _decimal(raw)
    if dollars is None or dollars == 0:
        raise ValueError("an amount of dollars above 0, such as 2.50")
    return dollars


def read(raw: object, where: str) -> Table:
    """Check the table `prices` of a settings file; a missing `cached_input` costs what input does.

    Raises:
        UsageProblem: something in it is no price.
    """
    if not isinstance(raw, Mapping):
        raise UsageProblem(f"{where} must be a table, not {raw!r}", hint=_HINT)
    return {str(model): _read_model(prices, f"{where}.{model}") for model, prices in raw.items()}


def _read_model(raw: object, where: str) -> Mapping[str, Decimal]:
    if not isinstance(raw, Mapping):
        raise UsageProblem(f"{where} must be a table, not {raw!r}", hint=_HINT)
    for kind, price in raw.items():
        if kind not in KINDS:
            near = difflib.get_close_matches(kind, KINDS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else _HINT
            raise UsageProblem(f"unknown price '{kind}' in {where}", hint=hint)
        if _decimal(price) is None:
            raise UsageProblem(
                f"{where}.{kind} must be a number that is not negative, not {price!r}", hint=_HINT
            )
    missing = [kind for kind in KINDS if kind not in raw and kind != _OPTIONAL]
    if missing:
        raise UsageProblem(f"{where} lacks {' and '.join(missing)}", hint=_HINT)
    return {kind: Decimal(str(raw.get(kind, raw["input"]))) for kind in KINDS}


def show(prices: Mapping[str, Decimal]) -> str:
    """Return a model's prices in one line, for people to read."""
    return ", ".join(f"{kind} {prices[kind]}" for kind in KINDS)


def _decimal(raw: object) -> Decimal | None:
    """Return a number that is finite and not negative as it was written, else None."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < 10**9 else None

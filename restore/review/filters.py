"""Which edits are meant: `confidence>=0.9 and kind=grammar`.

A condition is a field, an operator and a value; `and` or a comma joins some, and all must hold.
A value with spaces stands in double quotes.
"""

import fnmatch
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from restore.article import Edit
from restore.errors import UsageProblem
from restore.runs.reviewable import Recorded

_CONDITION = re.compile(
    r"\s*(?P<field>\w+)\s*(?P<operator>>=|<=|!=|=|>|<|~)\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<value>[^\s,]+))\s*"
)
_JOINT = re.compile(r"\s*(?:,|and\b)\s*", re.IGNORECASE)
_ORDER: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
    "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_FIELDS: Mapping[str, Callable[[Recorded, Edit], str]] = {
    "kind": lambda _, edit: edit.kind,
    "engine": lambda _, edit: edit.engine,
    "verdict": lambda recorded, _: recorded.status,
    "before": lambda _, edit: edit.before,
    "after": lambda _, edit: edit.after,
    "reason": lambda _, edit: edit.reason,
    "file": lambda recorded, _: recorded.article.locator,
}
_HINT = (
    "for example 'confidence>=0.9 and kind=grammar'; fields: confidence, "
    f"{', '.join(_FIELDS)}; = and != compare (file: a pattern), ~ searches"
)

Filter = Callable[[Recorded, Edit], bool]


@dataclass(frozen=True, slots=True)
class _Confidence:
    holds: Callable[[float, float], bool]
    bound: float

    def __call__(self, _: Recorded, edit: Edit) -> bool:
        """A model gives no confidence: no comparison with it holds."""
        return edit.confidence is not None and self.holds(edit.confidence, self.bound)


@dataclass(frozen=True, slots=True)
class _Text:
    field: str
    matches: Callable[[str], bool]

    def __call__(self, recorded: Recorded, edit: Edit) -> bool:
        return self.matches(_FIELDS[self.field](recorded, edit))


def parse(expression: str) -> Filter:
    """Return the filter that an expression means; an empty one takes every edit.

    Raises:
        UsageProblem: it is none, with the place.
    """
    conditions: list[Filter] = []
    at = 0
    while at < len(expression.rstrip()):
        if conditions:
            joint = _JOINT.match(expression, at)
            if joint is None:
                raise _malformed(expression, at, "'and' or a comma is missing")
            at = joint.end()
        match = _CONDITION.match(expression, at)
        if match is None:
            raise _malformed(expression, at, "a condition is a field, an operator and a value")
        conditions.append(_condition(expression, match))
        at = match.end()
    return lambda recorded, edit: all(holds(recorded, edit) for holds in conditions)


def _condition(expression: str, match: re.Match[str]) -> Filter:
    field, sign = match["field"].lower(), match["operator"]
    value = match["value"] if match["quoted"] is None else match["quoted"]
    if field == "confidence":
        return _confidence(expression, match, sign, value)
    if field not in _FIELDS:
        raise _malformed(expression, match.start("field"), f"there is no field '{field}'")
    if sign in (">=", "<=", ">", "<"):
        raise _malformed(expression, match.start("operator"), f"'{field}' has no order")
    if sign == "~":
        return _Text(field, _search(expression, match, value))
    if field == "file":
        return _Text(field, lambda text: fnmatch.fnmatch(text, value) == (sign == "="))
    return _Text(field, lambda text: (text.casefold() == value.casefold()) == (sign == "="))


def _search(expression: str, match: re.Match[str], value: str) -> Callable[[str], bool]:
    try:
        pattern = re.compile(value, re.IGNORECASE)
    except re.error as exc:
        where = match.start("operator") + 1
        raise _malformed(expression, where, f"'{value}' is no pattern: {exc}") from exc
    return lambda text: pattern.search(text) is not None


def _confidence(expression: str, match: re.Match[str], sign: str, value: str) -> Filter:
    try:
        bound = float(value.rstrip("%")) / (100 if value.endswith("%") else 1)
        return _Confidence(_ORDER[sign], bound)
    except (KeyError, ValueError) as exc:
        where = match.start("operator")
        raise _malformed(expression, where, "confidence is a number, 0.9 or 90%") from exc


def _malformed(expression: str, at: int, what: str) -> UsageProblem:
    return UsageProblem(f"cannot read '{expression}' at character {at + 1}: {what}", hint=_HINT)

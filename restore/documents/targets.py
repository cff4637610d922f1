"""Where a Markdown link leads: the target and title in parentheses, or the label in brackets."""

import re
from dataclasses import dataclass

_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999}+)\]", re.DOTALL)
_SPACE = re.compile(r"\s*+")
_IN_ANGLES = re.compile(r"<(?:[^<>\\\n]|\\.)*+>")
_PART = re.compile(r"[^\s()\\\x00-\x1f\x7f]++|\\[!-/:-@\[-`{-~]|\\|[()]")
_TITLE = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\)", re.DOTALL)
_UNFINISHED = re.compile(r"\"[^\"]*+|'[^']*+|\([^()]*+|<[^<>\n]*+")
_DEEPEST = 32
"""Parentheses within parentheses in a target, as in other readers of Markdown."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a target ends."""

    stop: int
    """Behind its closing parenthesis; 0: it is none."""
    looked_at: int
    """Characters it took to tell."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a link refers to."""

    text: str
    stop: int


def find_target(text: str, start: int) -> Target:
    """Find `(target "title")` at a place."""
    if not text.startswith("(", start):
        return Target(0, 0)
    at = _skip_space(text, start + 1)
    at, is_whole = _skip_target(text, at)
    if not is_whole:
        return Target(0, at - start)
    gap = _skip_space(text, at)
    title = _TITLE.match(text, gap) if gap > at else None
    if title:
        gap = _skip_space(text, title.end())
    if text.startswith(")", gap):
        return Target(gap + 1, 0)
    unfinished = _UNFINISHED.match(text, gap)
    return Target(0, (unfinished.end() if unfinished else gap) - start)


def find_label(text: str, start: int) -> Label | None:
    """Find `[label]` at a place; its text may be empty."""
    match = _LABEL.match(text, start)
    return Label(match[1], match.end()) if match else None


def normalize_label(text: str) -> str:
    """Return a label as it is compared: white space and case do not count."""
    return " ".join(text.split()).lower().upper()


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _skip_target(text: str, at: int) -> tuple[int, bool]:
    """Return where a target ends, and whether its parentheses are balanced there."""
    if text.startswith("<", at):
        match = _IN_ANGLES.match(text, at)
        return (match.end() if match else at), True
    depth = 0
    while match := _PART.match(text, at):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth < 0:
            return at, True
        at = match.end()
        if depth > _DEEPEST:
            break
    return at, depth == 0

"""A diff as CriticMarkup: `{~~before~>after~~}`, `{--gone--}`, `{++come++}` in the text's flow.

Format: criticmarkup.com/spec.php. It knows no escapes, so a mark that the article itself holds is
broken by a backslash, which Markdown takes for an escape.
"""

import re
from collections.abc import Sequence

from restore.article import Edit

_MARKS = re.compile(r"\{(?=\+\+|--|~~|==|>>)|(?<=\+\+|--|~~|==|<<)\}|~(?=>)")


def render(source: str, edits: Sequence[Edit]) -> str:
    """Return the whole text with its edits marked; `edits` are in order of place."""
    out: list[str] = []
    at = 0
    for edit in edits:
        out += _plain(source[at : edit.start]), _mark(_plain(edit.before), _plain(edit.after))
        at = edit.stop
    out.append(_plain(source[at:]))
    return "".join(out)


def comment(text: str) -> str:
    """Return a comment, on one line."""
    return f"{{>>{_plain(' '.join(text.split()))}<<}}"


def _mark(before: str, after: str) -> str:
    if not before:
        return f"{{++{after}++}}"
    return f"{{~~{before}~>{after}~~}}" if after else f"{{--{before}--}}"


def _plain(text: str) -> str:
    return _MARKS.sub(lambda mark: f"\\{mark[0]}", text)

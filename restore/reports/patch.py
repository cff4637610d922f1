"""A diff as a unified patch that `git apply` and `patch -p1` take.

Format: "Generating patch text with -p" of git's own manual; names are quoted as git quotes them.
"""

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from restore.article import Article, Edit, shift
from restore.documents.rewriting import raw_edits
from restore.errors import UsageProblem
from restore.stretches import Stretch, cut

CONTEXT = 3
"""Lines about each change, as git has it."""
_ESCAPES = {
    "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    '"': '\\"', "\\": "\\\\",
}  # fmt: skip
_NO_NEWLINE = "\n\\ No newline at end of file\n"
_Line = tuple[str, str]
"""A sign (" ", "-" or "+") and a line with its end."""
_WIDE = ("utf_16", "utf_32", "utf-16", "utf-32")


def render(article: Article, edits: Sequence[Edit], *, context: int = CONTEXT) -> bytes:
    """Return the patch that turns an article's file into the restored one, in its own encoding.

    Empty where nothing changes. Lines end in a line feed alone, as in git: a carriage return is
    part of its line. Paths are relative to the working directory where they lie under it.

    Raises:
        UsageProblem: the file's encoding is none that patches can hold, or lacks a character.
    """
    if article.encoding.lower().startswith(_WIDE):
        raise _unfit(article, f"a patch cannot hold the {article.encoding} text")
    try:
        body = body_text(article, edits, context=context).encode(
            article.encoding, errors="surrogateescape"
        )
    except UnicodeEncodeError as exc:
        lacking = exc.object[exc.start : exc.end]
        raise _unfit(article, f"{exc.encoding} has no character {lacking!r} for the text") from exc
    return os.fsencode(head_text(article)) + body if body else b""


def head_text(article: Article) -> str:
    """Return the two lines that name the file before and after."""
    path = _relative(article.locator)
    return f"--- {_quote('a/' + path)}\n+++ {_quote('b/' + path)}\n"


def body_text(article: Article, edits: Sequence[Edit], *, context: int = CONTEXT) -> str:
    """Return the hunks of a patch."""
    source, places = article.raw, raw_edits(article, edits)
    if article.bom:  # a part of the file's first line
        source, places = "\ufeff" + source, tuple(shift(edit, 1) for edit in places)
    return "".join(_hunks(list(cut(source, places)), context))


def _unfit(article: Article, what: str) -> UsageProblem:
    return UsageProblem(
        f"{what} of '{article.locator}'", hint="take --diff inline or --format json instead"
    )


def _hunks(stretches: Sequence[Stretch], context: int) -> Iterator[str]:
    """Yield each run of lines within `context` of a change as a hunk."""
    changed = [at for at, stretch in enumerate(stretches) if stretch.edits]
    near = {i for at in changed for i in range(at - context, at + context + 1)}
    before = after = 1
    for shown, group in groupby(enumerate(stretches), key=lambda pair: pair[0] in near):
        lines = [line for _, stretch in group for line in _lines(stretch)]
        if shown:
            lines = list(_in_runs(lines))
            yield _hunk(lines, before, after)
        before += _count(lines, "-")
        after += _count(lines, "+")


def _in_runs(lines: Sequence[_Line]) -> Iterator[_Line]:
    """Put what goes before what comes, as far as lines change without one between that stays."""
    for changed, group in groupby(lines, key=lambda line: line[0] != " "):
        run = list(group)
        yield from (line for line in run if not changed or line[0] == "-")
        yield from (line for line in run if line[0] == "+")


def _lines(stretch: Stretch) -> Iterator[_Line]:
    """Yield a stretch's lines before and after, those that are equal at its ends as context."""
    old, new = _split(stretch.text), _split(stretch.restored)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    yield from ((" ", line) for line in old[:head])
    yield from (("-", line) for line in old[head : len(old) - tail])
    yield from (("+", line) for line in new[head : len(new) - tail])
    yield from ((" ", line) for line in old[len(old) - tail :])


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _hunk(run: Sequence[_Line], before: int, after: int) -> str:
    old, new = _count(run, "-"), _count(run, "+")
    # Of no lines, the number is that of the line before them.
    where = f"-{before - (not old)},{old} +{after - (not new)},{new}"
    body = "".join(
        sign + (line if line.endswith("\n") else line + _NO_NEWLINE) for sign, line in run
    )
    return f"@@ {where} @@\n{body}"


def _count(run: Sequence[_Line], sign: str) -> int:
    return sum(one in (" ", sign) for one, _ in run)


def _relative(name: str) -> str:
    path = Path(os.path.normpath(name)).absolute()
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else Path(path.name)).as_posix()


def _quote(path: str) -> str:
    """Quote a path as git does; one with a space alone gets a tab behind it, for `patch`."""
    quoted = "".join(
        _ESCAPES.get(c) or (f"\\{ord(c):03o}" if c < " " or c == "\x7f" else c) for c in path
    )
    if quoted != path:
        return f'"{quoted}"'
    return f"{path}\t" if " " in path else path

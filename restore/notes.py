"""Lines of plain text: notes, and the sum of a run.

Apart from the screen, so that a run in a pipe, which draws nothing, need not import rich (25 ms).
"""

from collections.abc import Sequence
from typing import IO

from restore.article import visible
from restore.runs import Row, tally


def say(file: IO[str], message: str) -> None:
    """Print a message as one line in which nothing but the characters themselves has an effect."""
    print(one_line(message), file=file, flush=True)  # what this module is for


def summary(rows: Sequence[Row], *, engine: str, seconds: float) -> str:
    """Sum a run up in one line: articles, edits, words, engine, calls, cost, time.

    The words are those of the articles that were read, counted at white space.
    """
    counts = ", ".join(f"{n:,} {status}" for status, n in tally(rows).items())
    edits = plural(sum(row.edits for row in rows), "edit")
    words = plural(sum(row.words for row in rows), "word")
    parts = [
        f"{plural(len(rows), 'article')}: {counts}",
        f"{edits} in {words} by {engine} in {seconds:.1f} s",
    ]
    if calls := _calls(rows):
        parts.append(calls)
    return "; ".join(parts)


def plural(count: int, noun: str) -> str:
    """Return the count with its noun.

    >>> plural(1, "edit"), plural(1200, "word")
    ('1 edit', '1,200 words')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def one_line(text: str) -> str:
    """Return the text without line ends and controls."""
    return visible(" ".join(text.splitlines()))


def _calls(rows: Sequence[Row]) -> str:
    calls, cached = sum(row.calls for row in rows), sum(row.cached for row in rows)
    if not calls and not cached:
        return ""
    tokens = sum(row.usage.input_tokens + row.usage.output_tokens for row in rows)
    costs = [row.cost_usd for row in rows if row.cost_usd is not None]
    price = f"${sum(costs):.2f}" if len(costs) == len(rows) else "unpriced"
    return f"{plural(calls, 'call')}, {cached:,} from cache, {plural(tokens, 'token')}, {price}"

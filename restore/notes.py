"""Lines of plain text: notes, and the sum of a run.

Apart from the screen, so that a run in a pipe, which draws nothing, need not import rich (25 ms).
"""

from collections.abc import Sequence
from typing import IO

from restore.article import visible
from restore.runs import Outcome, tally


def say(file: IO[str], message: str) -> None:
    """Print a message as one line in which nothing but the characters themselves has an effect."""
    print(one_line(message), file=file, flush=True)  # what this module is for


def summary(outcomes: Sequence[Outcome], *, engine: str, seconds: float) -> str:
    """Sum a run up in one line: articles, edits, words, engine, calls, cost, time.

    The words are those of the articles that were read, counted at white space.
    """
    counts = ", ".join(f"{n} {status}" for status, n in tally(outcomes).items())
    edits = plural(sum(len(o.edits) for o in outcomes), "edit")
    words = plural(sum(len(o.article.source.split()) for o in outcomes), "word")
    parts = [
        f"{plural(len(outcomes), 'article')}: {counts}",
        f"{edits} in {words} by {engine} in {seconds:.1f} s",
    ]
    if calls := _calls(outcomes):
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


def _calls(outcomes: Sequence[Outcome]) -> str:
    calls, cached = sum(o.calls for o in outcomes), sum(o.cached for o in outcomes)
    if not calls and not cached:
        return ""
    tokens = sum(o.usage.input_tokens + o.usage.output_tokens for o in outcomes)
    costs = [o.cost_usd for o in outcomes if o.cost_usd is not None]
    price = f"${sum(costs):.2f}" if len(costs) == len(outcomes) else "unpriced"
    return f"{plural(calls, 'call')}, {cached} from cache, {plural(tokens, 'token')}, {price}"

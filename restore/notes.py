"""Lines of plain text: notes, and the sum of a run.

Apart from the screen, so that a run in a pipe, which draws nothing, need not import rich (25 ms).
"""

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from typing import IO

from restore.article import visible
from restore.budget import Receipt
from restore.runs import Row, tally


def say(file: IO[str], message: str) -> None:
    """Print a message as one line in which nothing but the characters themselves has an effect."""
    print(one_line(message), file=file, flush=True)  # what this module is for


def summary(rows: Sequence[Row], receipt: Receipt, *, engine: str, seconds: float) -> str:
    """Sum a run up in one line: articles, edits, words, engine, calls, cost, time.

    Calls, tokens and cost are the receipt's, which has those too whose article failed. The words
    are those of the articles that were read, counted at white space.
    """
    counts = ", ".join(f"{n:,} {status}" for status, n in tally(rows).items())
    edits = plural(sum(row.edits for row in rows), "edit")
    words = plural(sum(row.words for row in rows), "word")
    parts = [
        f"{plural(len(rows), 'article')}: {counts}",
        f"{edits} in {words} by {engine} in {seconds:.1f} s",
    ]
    if calls := _calls(receipt, sum(row.cached for row in rows)):
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


def dollars(amount: Decimal) -> str:
    """Return an amount to the cent, or where it is less than one rounded up to a hundredth of it.

    >>> dollars(Decimal("1.239")), dollars(Decimal("0.00012")), dollars(Decimal(0))
    ('$1.24', '$0.0002', '$0.00')
    """
    if 0 < amount < Decimal("0.01"):
        return f"${amount.quantize(Decimal('0.0001'), ROUND_UP)}"
    return f"${amount:,.2f}"


def _calls(receipt: Receipt, cached: int) -> str:
    if not receipt.calls and not cached:
        return ""
    tokens = receipt.usage.input_tokens + receipt.usage.output_tokens
    price = "unpriced" if receipt.cost_usd is None else dollars(receipt.cost_usd)
    if receipt.unsure_usd:
        price += f" and up to {dollars(receipt.unsure_usd)} for calls that did not say their cost"
    calls = f"{plural(receipt.calls, 'call')}, {cached:,} from cache"
    return f"{calls}, {plural(tokens, 'token')}, {price}"

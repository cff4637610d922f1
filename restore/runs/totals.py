"""What a run did in all, from the lines of its record."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from restore.runs import lines
from restore.runs.lines import EVENTS, INPUTS, OUTCOMES


def sum_up(folder: Path) -> dict[str, object]:
    """Return what a run did in all, however often it was resumed.

    Calls, tokens and cost are those of the replies, also of those that were not used. Of 100,000
    articles and their replies only numbers are held.
    """
    rows = dict(lines.parse(lines.read(folder / OUTCOMES), _count))
    statuses = Counter(status for status, _, _ in rows.values())
    return {
        "articles": sum(1 for _ in lines.read_raw(folder / INPUTS)),
        "outcomes": dict(statuses),
        "words": sum(words for _, words, _ in rows.values()),
        "edits": sum(edits for _, _, edits in rows.values()),
        **_sum_replies(folder),
    }


def _sum_replies(folder: Path) -> dict[str, object]:
    calls, read, written = 0, 0, 0
    cost: Decimal | None = Decimal(0)
    replies = (line for line in lines.read(folder / EVENTS) if line.get("event") == "reply")
    for tokens_in, tokens_out, price in lines.parse(replies, _price):
        calls, read, written = calls + 1, read + tokens_in, written + tokens_out
        cost = None if cost is None or price is None else cost + price
    return {
        "calls": calls,
        "input_tokens": read,
        "output_tokens": written,
        "cost_usd": None if cost is None else str(cost),
    }


def _count(line: Mapping[str, Any]) -> tuple[int, tuple[str, int, int]]:
    return int(line["index"]), (str(line["status"]), int(line["words"]), len(line["edits"]))


def _price(line: Mapping[str, Any]) -> tuple[int, int, Decimal | None]:
    usage, cost = line["usage"], line["cost_usd"]
    priced = None if cost is None else Decimal(cost)
    return int(usage["input_tokens"]), int(usage["output_tokens"]), priced

"""What articles ask of a batch: each request once, and none that is answered or under way."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from restore import replies
from restore.article import Article
from restore.batch.state import Batch, Part, encode_row, list_batches, read_rows, rows_file, save
from restore.cache import key
from restore.chunks import Chunk, split
from restore.engines.interface import NO_USAGE, Request, Usage
from restore.errors import CapReached
from restore.questions import ModelPath, guess_usage, make_request
from restore.runs import lines

DISCOUNT = Decimal("0.5")
"""What the Batch API takes of the price of a call, as OpenAI's price list says."""

Body = Callable[[Request], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file, as OpenAI's reference of the Batch API says."""

    requests: int = 50_000
    size: int = 200_000_000
    """Bytes."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that is to be handed in."""

    key: str
    chunk: Chunk
    request: Request


@dataclass(slots=True)
class Counts:
    """What the chunks of articles came to."""

    articles: int = 0
    chunks: int = 0
    cached: int = 0
    waiting: int = 0
    """Handed in already, and not fetched yet."""
    batches: set[str] = field(default_factory=set)
    """Those that they were handed in with."""
    repeated: int = 0
    asked: int = 0
    usage: Usage = NO_USAGE
    """Of those that are asked, estimated."""
    cost_usd: Decimal | None = Decimal(0)
    """For that usage; None where nobody knows the price."""


def sift(
    articles: Iterable[Article],
    path: ModelPath,
    counts: Counts,
    *,
    endpoint: str,
    waiting: Mapping[str, str],
) -> Iterator[Asked]:
    """Yield what is to be asked, and count it and the rest into `counts`.

    `waiting` are those that `find_waiting` returns.
    """
    seen: set[str] = set()
    for article in articles:
        counts.articles += 1
        parts = (split(part, target_words=path.chunk_words) for part in article.articles)
        for chunk in chain.from_iterable(parts):
            counts.chunks += 1
            request = make_request(chunk, path)
            name = key(request, endpoint)
            if name in waiting:
                counts.waiting += 1
                counts.batches.add(waiting[name])
            elif name in seen:
                counts.repeated += 1
            elif path.caller.is_known(request, partial(replies.parse, chunk=chunk)):
                counts.cached += 1
            else:
                seen.add(name)
                _count(counts, guess_usage(request, chunk), path)
                yield Asked(name, chunk, request)


def bound(asked: Iterable[Asked], path: ModelPath, most: Decimal | None) -> Iterator[Asked]:
    """Yield what is asked as long as its worst case is no more than `most` USD; None: any.

    Raises:
        CapReached: it is more.
    """
    worst, price = Decimal(0), path.caller.budget.price
    for one in asked:
        worst += price.most(one.request) * DISCOUNT if price else 0
        if most is not None and worst > most:
            raise CapReached(
                f"this batch may cost more than the ${most:f} of --max-cost; nothing was sent",
                hint="hand in less at once (--limit), or raise --max-cost",
            )
        yield one


def find_waiting(folder: Path, endpoint: str) -> dict[str, str]:
    """Return the keys that were handed in to an endpoint and not fetched yet, with their batch."""
    return {
        row["key"]: batch.id
        for batch in list_batches(folder)
        if batch.endpoint == endpoint and batch.is_open
        for _, row in read_rows(rows_file(folder, batch.id))
        if batch.parts[row["part"]].results is None
    }


def prepare(
    asked: Iterable[Asked],
    path: ModelPath,
    *,
    counts: Counts,
    endpoint: str,
    body: Body,
    folder: Path,
    limits: Limits = LIMITS,
) -> Batch | None:
    """Write down a batch, in as many parts as the limits ask for; None where nothing is asked."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory(dir=folder) as apart:
        rows = Path(apart, "rows")
        with rows.open("wb") as file:
            sizes, digest = _write_rows(asked, file, body, limits)
            file.flush()
            os.fsync(file.fileno())
        if not sizes:
            return None
        batch = Batch(
            id=f"{now:%Y%m%dT%H%M%SZ}-{digest}",
            created=now.isoformat(timespec="seconds"),
            endpoint=endpoint,
            model=path.model,
            prompt=(path.prompt.id, path.prompt.digest),
            articles=counts.articles,
            parts=tuple(Part(size) for size in sizes),
        )
        rows.replace(rows_file(folder, batch.id))
    save(folder, batch)
    return batch


def encode_request(name: str, body: Mapping[str, Any]) -> bytes:
    """Return a request as its line of the file that is handed in."""
    return lines.encode(
        {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body}
    )


def _count(counts: Counts, guess: Usage, path: ModelPath) -> None:
    counts.asked += 1
    counts.usage += guess
    price = path.caller.budget.price
    if counts.cost_usd is not None:
        known = counts.cost_usd
        counts.cost_usd = None if price is None else known + price.cost(guess) * DISCOUNT


def _write_rows(
    asked: Iterable[Asked], file: BinaryIO, body: Body, limits: Limits
) -> tuple[list[int], str]:
    """Write a line a request; return how many each part has, and eight digits of their digest."""
    digest = hashlib.sha256(os.urandom(8))
    sizes: list[int] = []
    room = 0
    for one in asked:
        told = body(one.request)
        size = len(encode_request(one.key, told))
        if not sizes or sizes[-1] >= limits.requests or size > room:
            sizes.append(0)
            room = limits.size
        sizes[-1] += 1
        room -= size
        digest.update(one.key.encode("ascii"))
        file.write(encode_row(one.key, one.chunk, told, part=len(sizes) - 1))
    return sizes, digest.hexdigest()[:8]

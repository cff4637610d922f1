"""What `restore batch` prints: how far a batch is, and what came of it."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from restore import notes
from restore.batch.requests import Counts
from restore.batch.state import Batch, Results, batches_folder, list_batches
from restore.cli.working import is_another_model
from restore.config import Config
from restore.engines.interface import NO_USAGE
from restore.engines.openai import OPENAI_URL
from restore.errors import UsageProblem
from restore.prices import sum_costs


def describe(counts: Counts, model: str) -> str:
    """Say what articles ask of a batch and about what it will cost."""
    usage = counts.usage
    before = f" ({', '.join(sorted(counts.batches))})" if counts.batches else ""
    parts = [
        notes.plural(counts.articles, "article"),
        f"{notes.plural(counts.chunks, 'chunk')}: {counts.cached:,} cached",
        f"{counts.waiting:,} handed in before{before}",
        f"{counts.repeated:,} repeated",
        f"{notes.plural(counts.asked, 'request')} to {model}",
    ]
    tokens = f"about {usage.input_tokens:,} tokens in and {usage.output_tokens:,} out"
    return f"{', '.join(parts)}; {tokens}, {_half(counts.cost_usd)}"


def say_sent(batch: Batch) -> None:
    """Print the id, which scripts read, and what comes next."""
    notes.say(sys.stdout, batch.id)
    parts = f" in {len(batch.parts)} parts" if len(batch.parts) > 1 else ""
    notes.say(
        sys.stderr,
        f"handed in {notes.plural(batch.requests, 'request')}{parts} to '{batch.endpoint}'; "
        f"'restore batch fetch {batch.id} --wait' takes the replies",
    )


def say_nothing_sent(counts: Counts) -> None:
    """Say why no batch was made."""
    known = "nothing to hand in: the cache answers every chunk"
    if counts.batches:
        name = max(counts.batches)
        known = f"nothing to hand in: 'restore batch fetch {name}' has what is not cached"
    notes.say(sys.stderr, known)


def warn_of_open(config: Config) -> None:
    """Say which batches hold replies that a run is about to buy again."""
    url = config.base_url or OPENAI_URL
    with suppress(UsageProblem):  # a damaged one is told where it matters
        for batch in list_batches(batches_folder(Path.cwd())):
            if batch.is_open and batch.endpoint == url and batch.model == config.model:
                notes.say(
                    sys.stderr,
                    f"warning: batch {batch.id} is not fetched; what it asks for may be paid twice",
                )


def draw(batch: Batch) -> None:
    """Print how far each part is."""
    for number, part in enumerate(batch.parts, start=1):
        which = f" part {number} of {len(batch.parts)}" if len(batch.parts) > 1 else ""
        times = [f"handed in {batch.created}"]
        if part.ended:
            times.append(f"ended {part.ended}")
        elif part.expires:
            times.append(f"expires {part.expires}")
        fetched = ", fetched" if part.results is not None else ""
        notes.say(
            sys.stdout,
            f"{batch.id}{which}: {part.status}{fetched}; {part.completed:,} of {part.requests:,} "
            f"done, {part.failed:,} failed; {batch.model}; {', '.join(times)}",
        )


def account(batch: Batch) -> int:
    """Say what came of a batch and return the exit code."""
    results = [part.results for part in batch.parts if part.results is not None]
    if batch.is_open:
        draw(batch)
    if results:
        _sum_up(batch, results)
        _say_troubles(batch, results)
    if batch.is_open:
        return 3
    return int(sum(one.valid for one in results) < batch.requests)


def _sum_up(batch: Batch, results: Sequence[Results]) -> None:
    counts = {
        "valid": sum(one.valid for one in results),
        "invalid": sum(one.invalid for one in results),
        "failed": sum(one.failed for one in results),
        "unanswered": sum(one.missing for one in results),
    }
    told = ", ".join(
        f"{count:,} {name}" for name, count in counts.items() if count or name == "valid"
    )
    usage = sum((one.usage for one in results), NO_USAGE)
    tokens = notes.plural(usage.input_tokens + usage.output_tokens, "token")
    cost = _half(sum_costs(one.cost_usd for one in results))
    notes.say(sys.stdout, f"{batch.id}: {told} of {batch.requests:,}; {tokens}, {cost}")


def _say_troubles(batch: Batch, results: Sequence[Results]) -> None:
    if unknown := sum(one.unknown for one in results):
        notes.say(sys.stderr, f"warning: {notes.plural(unknown, 'line')} answered no request")
    for reason in dict.fromkeys(reason for one in results for reason in one.reasons):
        notes.say(sys.stderr, f"no valid reply: {reason}")
    for served in sorted({name for one in results for name in one.served}):
        if is_another_model(served, batch.model):
            notes.say(sys.stderr, f"warning: asked for '{batch.model}', but '{served}' answered")


def _half(cost_usd: Decimal | None) -> str:
    return "unpriced" if cost_usd is None else f"{notes.dollars(cost_usd)} (half price)"

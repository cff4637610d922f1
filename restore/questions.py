"""What goes to a model for a chunk and for its repair, and how much of it a run would send."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from restore import prompts, replies
from restore.article import Article
from restore.caller import Caller
from restore.chunks import Chunk, split
from restore.engines.interface import NO_USAGE, Message, Request, Usage
from restore.glossary import NO_RULES, Rules
from restore.prices import Price

_TOKENS_PER_WORD = 1.5
"""English prose is 1.2-1.4 tokens a word in current vocabularies; markup and names raise it."""
_CHARACTERS_PER_TOKEN = 4.0
"""The usual estimate for English."""
_REASONING_TOKENS = 2_000
"""Room for models that think before they write; unused tokens cost nothing."""
_CALLS_WITH_REPAIR = 2

_Range = tuple[Decimal, Decimal]
_FREE: _Range | None = (Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class ModelPath:
    """What the way through a language model needs, the same for every article."""

    caller: Caller
    prompt: prompts.Prompt
    repair: prompts.Prompt
    """Asks once for the pieces that the reply to `prompt` got wrong."""
    model: str
    params: Mapping[str, float | int | str]
    chunk_words: int
    rules: Rules = NO_RULES
    """The user's own, for a prompt that wants them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would send but for repairs. Tokens are estimates; the endpoint counts its own."""

    words: int
    """Of all chunks."""
    chunks: int
    calls: int
    cached: int
    """Chunks that the cache answers."""
    input_tokens: int
    output_tokens: int
    text_tokens: int
    """Of the pieces of all chunks, cached ones included."""
    added_tokens: int
    """What the prompt adds to them: instructions, hints, context and tags."""
    cost_usd: _Range | None
    """As estimated; and at most, if every call is repaired once and each costs its worst case."""

    @property
    def overhead(self) -> float:
        """Tokens that the prompt adds per token of the text; 0 where there is none."""
        return self.added_tokens / self.text_tokens if self.text_tokens else 0.0

    @property
    def added_per_1000(self) -> int:
        """Tokens that the prompt adds per 1,000 words of the text."""
        return round(1000 * self.added_tokens / self.words) if self.words else 0


def make_request(chunk: Chunk, path: ModelPath) -> Request:
    """Build the question that restores a chunk; a pure function, so that it can be counted."""
    return _make(prompts.render(path.prompt, chunk, path.rules), chunk.words, path, round=0)


def make_repair(faults: Sequence[prompts.Fault], path: ModelPath) -> Request:
    """Build the question that sets wrong pieces right."""
    words = prompts.as_chunk(faults).words
    return _make(prompts.render_repair(path.repair, faults), words, path, round=1)


def _make(messages: tuple[Message, ...], words: int, path: ModelPath, *, round: int) -> Request:
    return Request(
        messages=messages,
        model=path.model,
        params=path.params,
        max_output_tokens=math.ceil(words * _TOKENS_PER_WORD * 1.5) + _REASONING_TOKENS,
        round=round,
    )


def _split(articles: Iterable[Article], path: ModelPath) -> Iterator[Chunk]:
    for part in (part for article in articles for part in article.articles):
        yield from split(part, target_words=path.chunk_words)


def plan(articles: Iterable[Article], path: ModelPath) -> Plan:
    """Count what restoring `articles` would send; nothing is sent."""
    words = chunks = calls = text_tokens = added_tokens = 0
    used, cost = NO_USAGE, _FREE
    for chunk in _split(articles, path):
        request = make_request(chunk, path)
        sent = _count_tokens(message["content"] for message in request.messages)
        text = _count_tokens(piece.text for piece in chunk.pieces)
        words += chunk.words
        chunks += 1
        text_tokens += text
        added_tokens += sent - text
        if not path.caller.is_known(request, partial(replies.parse, chunk=chunk)):
            calls += 1
            guess = guess_usage(request, chunk)
            used += guess
            cost = _add(cost, request, guess, path.caller.budget.price)
    known = chunks - calls
    sizes = (used.input_tokens, used.output_tokens, text_tokens, added_tokens)
    return Plan(words, chunks, calls, known, *sizes, cost)


def guess_usage(request: Request, chunk: Chunk) -> Usage:
    """Estimate the tokens that restoring a chunk takes."""
    sent = _count_tokens(message["content"] for message in request.messages)
    return Usage(sent, 0, round(chunk.words * _TOKENS_PER_WORD))


def _add(cost: _Range | None, request: Request, guess: Usage, price: Price | None) -> _Range | None:
    if cost is None or price is None:
        return None
    return cost[0] + price.cost(guess), cost[1] + _CALLS_WITH_REPAIR * price.most(request)


def _count_tokens(texts: Iterable[str]) -> int:
    return round(sum(map(len, texts)) / _CHARACTERS_PER_TOKEN)

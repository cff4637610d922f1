"""One article from blocks to outcome, readable top to bottom, and many articles at once."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import cast

from restore import prompts, replies, verify
from restore.article import Article, Block, Edit, Problem, Verdict, apply
from restore.caller import Answer, Caller
from restore.chunks import Chunk, Piece, split
from restore.diff import diff
from restore.engines.interface import NO_USAGE, Request, Usage
from restore.errors import RestoreError, UnreadableArticle
from restore.runs import Outcome, Status

Restore = Callable[[Article], Awaitable[Outcome]]

_TOKENS_PER_WORD = 1.5
"""English prose is 1.2-1.4 tokens a word in current vocabularies; markup and names raise it."""
_CHARACTERS_PER_TOKEN = 4.0
"""The usual estimate for English."""
_REASONING_TOKENS = 2_000
"""Room for models that think before they write; unused tokens cost nothing."""


@dataclass(frozen=True, slots=True)
class ModelPath:
    """What the way through a language model needs, the same for every article."""

    caller: Caller
    prompt: prompts.Prompt
    model: str
    params: Mapping[str, float | int | str]
    chunk_words: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would send. Tokens are estimates; the endpoint counts its own."""

    chunks: int
    calls: int
    cached: int
    """Chunks that the cache answers."""
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class _Restored:
    """One chunk after its reply was checked."""

    edits: tuple[Edit, ...]
    verdicts: tuple[Verdict, ...]
    problems: tuple[str, ...]
    usage: Usage
    calls: int
    cached: int
    served: str | None


async def restore_with_model(article: Article, path: ModelPath) -> Outcome:
    """Restore an article through a language model, a chunk a call, all chunks at once.

    A piece whose reply stays invalid, or loses or adds a fact, keeps its original text.
    """
    chunks = split(article, target_words=path.chunk_words)
    results = await asyncio.gather(
        *(_restore_chunk(article, chunk, path) for chunk in chunks), return_exceptions=True
    )
    errors = [result for result in results if isinstance(result, BaseException)]
    parts = [result for result in results if isinstance(result, _Restored)]
    if errors:
        return _charge(failed(article, _worst(errors)), parts)
    edits = tuple(edit for part in parts for edit in part.edits)
    problems = tuple(problem for part in parts for problem in part.problems)
    verdicts = tuple(verdict for part in parts for verdict in part.verdicts)
    return _charge(replace(_outcome(article, edits, problems=problems), verdicts=verdicts), parts)


def _charge(outcome: Outcome, parts: Iterable[_Restored]) -> Outcome:
    """Add what the chunks cost, also those of an article of which another chunk failed."""
    parts = tuple(parts)
    calls = sum(part.calls for part in parts)
    return replace(
        outcome,
        usage=sum((part.usage for part in parts), NO_USAGE),
        cost_usd=None if calls else Decimal(0),
        calls=calls,
        cached=sum(part.cached for part in parts),
        served=tuple(sorted({part.served for part in parts if part.served})),
    )


def restore_offline(article: Article, *, threshold: float) -> Outcome:
    """Restore an article with the embedded engine, which sees the whole of it at once.

    Edits that would lose or add a fact are not made.
    """
    from restore import offline  # noqa: PLC0415  # the model's path needs none of it

    proposed = offline.restore(article, threshold=threshold)
    edits: list[Edit] = []
    verdicts: list[Verdict] = []
    for block, mine in _edits_by_block(article, proposed):
        piece = Piece(block.start, block.stop, block.text)
        harmless, verdict = _drop_harmful(article, piece, mine)
        edits += harmless
        verdicts.append(verdict)
    outcome = _outcome(article, tuple(edits), problems=())
    return replace(outcome, verdicts=tuple(verdicts))


async def restore_articles(
    articles: Iterable[Article], restore: Restore, *, at_once: int
) -> list[Outcome]:
    """Restore many articles, at most `at_once` of them in work; outcomes in input order."""
    places = asyncio.Semaphore(at_once)

    async def one(article: Article) -> Outcome:
        async with places:
            return await restore(article)

    return list(await asyncio.gather(*(one(article) for article in articles)))


def make_request(chunk: Chunk, path: ModelPath) -> Request:
    """Build the question that restores a chunk; a pure function, so that it can be counted."""
    return Request(
        messages=prompts.render(path.prompt, chunk),
        model=path.model,
        params=path.params,
        max_output_tokens=math.ceil(chunk.words * _TOKENS_PER_WORD * 1.5) + _REASONING_TOKENS,
    )


def plan(articles: Iterable[Article], path: ModelPath) -> Plan:
    """Count what restoring `articles` would send; nothing is sent."""
    chunks = calls = input_tokens = output_tokens = 0
    for article in articles:
        for chunk in split(article, target_words=path.chunk_words):
            chunks += 1
            request = make_request(chunk, path)
            if path.caller.is_known(request, partial(replies.parse, chunk=chunk)):
                continue
            calls += 1
            characters = sum(len(message["content"]) for message in request.messages)
            input_tokens += round(characters / _CHARACTERS_PER_TOKEN)
            output_tokens += round(chunk.words * _TOKENS_PER_WORD)
    return Plan(chunks, calls, chunks - calls, input_tokens, output_tokens)


def unread(locator: str, error: UnreadableArticle) -> Outcome:
    """Return the outcome of an article that could not be read, or not be written."""
    return failed(Article(locator, "", "utf-8", b"", ()), error)


def failed(article: Article, error: RestoreError) -> Outcome:
    """Return the outcome of an article that could not be restored; its original stands."""
    return Outcome("failed", article, article.source, (), (), error=error)


async def _restore_chunk(article: Article, chunk: Chunk, path: ModelPath) -> _Restored:
    answer = await path.caller.ask(make_request(chunk, path), partial(replies.parse, chunk=chunk))
    if answer.texts is None:
        return _keep(article, chunk, answer)
    return _check(article, chunk, answer, model=path.model)


def _keep(article: Article, chunk: Chunk, answer: Answer) -> _Restored:
    """Keep the originals of a chunk for which no valid reply was to be had."""
    assert answer.problem is not None  # noqa: S101  # an answer has texts or a problem
    problems = tuple(f"{_place(article, p)}: {answer.problem.message}" for p in chunk.pieces)
    problem = cast("Problem", answer.problem.problem)  # errors lie below the type
    verdicts = (Verdict(problems=(problem,)),) * len(chunk.pieces)
    return _Restored((), verdicts, problems, answer.usage, answer.calls, int(answer.cached), None)


def _check(article: Article, chunk: Chunk, answer: Answer, *, model: str) -> _Restored:
    """Turn restored texts into edits; a piece whose facts changed keeps its original."""
    edits: list[Edit] = []
    verdicts: list[Verdict] = []
    problems: list[str] = []
    for piece, text in zip(chunk.pieces, answer.texts or (), strict=True):
        found = _edits(article, piece, text, engine=model)
        verdict = verify.compare(piece.text, _apply_in(article, piece, found))
        verdicts.append(verdict)
        lacking = _find_unencodable(article, found)
        if verdict.ok and not lacking:
            edits += found
        elif lacking:
            place = _place(article, piece)
            problems.append(f"{place}: {article.encoding} has no character '{lacking}'")
        else:
            problems.append(_explain(article, piece, verdict))
    return _Restored(
        tuple(edits),
        tuple(verdicts),
        tuple(problems),
        answer.usage,
        answer.calls,
        int(answer.cached),
        answer.served,
    )


def _find_unencodable(article: Article, edits: Iterable[Edit]) -> str:
    """Return what the article's encoding lacks of the new words, or nothing."""
    try:
        article.encode("".join(edit.after for edit in edits))
    except UnicodeEncodeError as exc:
        return str(exc.object[exc.start : exc.end])
    return ""


def _edits(article: Article, piece: Piece, text: str, *, engine: str) -> tuple[Edit, ...]:
    """Turn a piece's restored text into edits; layout is the source's, whatever the reply did."""
    found = diff(piece.text, text, locator=article.locator, engine=engine, start=piece.start)
    return tuple(edit for edit in found if edit.before.split() != edit.after.split())


def _drop_harmful(
    article: Article, piece: Piece, edits: tuple[Edit, ...]
) -> tuple[tuple[Edit, ...], Verdict]:
    """Return the edits of a piece that keep its facts, alone and together, and the verdict."""

    def judge(some: tuple[Edit, ...]) -> Verdict:
        return verify.compare(piece.text, _apply_in(article, piece, some))

    verdict = judge(edits)
    if verdict.ok:
        return edits, verdict
    harmless = tuple(edit for edit in edits if judge((edit,)).ok)
    verdict = judge(harmless)
    return (harmless, verdict) if verdict.ok else ((), judge(()))


def _apply_in(article: Article, piece: Piece, edits: Iterable[Edit]) -> str:
    shifted = [replace(e, start=e.start - piece.start, stop=e.stop - piece.start) for e in edits]
    return apply(article.source[piece.start : piece.stop], shifted)


def _outcome(article: Article, edits: tuple[Edit, ...], *, problems: tuple[str, ...]) -> Outcome:
    status: Status = "partial" if problems else "restored" if edits else "unchanged"
    return Outcome(status, article, apply(article.source, edits), edits, (), problems=problems)


def _edits_by_block(
    article: Article, edits: Iterable[Edit]
) -> Iterable[tuple[Block, tuple[Edit, ...]]]:
    waiting = sorted(edits, key=lambda e: e.start)
    at = 0
    for block in article.prose:
        first = at
        while at < len(waiting) and waiting[at].start < block.stop:
            at += 1
        if at > first:
            yield block, tuple(waiting[first:at])


def _explain(article: Article, piece: Piece, verdict: Verdict) -> str:
    reasons: list[str] = [*verdict.problems]
    reasons += [f"lost the {f.kind} '{f.text}'" for f in verdict.missing]
    reasons += [f"added the {f.kind} '{f.text}'" for f in verdict.added]
    return f"{_place(article, piece)}: {', '.join(reasons)}"


def _place(article: Article, piece: Piece) -> str:
    return f"line {article.source.count(chr(10), 0, piece.start) + 1}"


def _worst(errors: Iterable[BaseException]) -> RestoreError:
    """Return the error with the highest exit code; raise what is none of ours."""
    ours = []
    for error in errors:
        if not isinstance(error, RestoreError):
            raise error
        ours.append(error)
    return max(ours, key=lambda error: error.exit_code)

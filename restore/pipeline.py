"""One article from blocks to outcome, readable top to bottom, and many articles at once."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar, cast

from restore import prompts, replies
from restore.article import Article, Block, Edit, Problem, Verdict, apply, shift
from restore.boilerplate.removing import remove
from restore.caller import Answer
from restore.chunks import Chunk, Piece, split
from restore.consistency import make_consistent
from restore.documents import mojibake
from restore.documents.keeping import drop_breaking
from restore.engines.interface import NO_USAGE
from restore.errors import RestoreError, UnreadableArticle
from restore.glossary import Rules, enforce
from restore.pieces import Attempt, Checked, attempt, describe, place
from restore.prices import sum_costs
from restore.questions import ModelPath, make_repair, make_request
from restore.repair import drop_harmful, settle
from restore.runs import HAVE_EDITS, Outcome, Status

_start = attrgetter("start")
Restore = Callable[[Article], Awaitable[Outcome]]
_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class _Restored:
    """One chunk after its replies were checked."""

    pieces: tuple[Checked, ...]
    answers: tuple[Answer, ...]
    """To the question and to its repair, where one was asked."""
    error: RestoreError | None = None
    """Why no repair could be had, where that ends the article."""


async def restore_with_model(article: Article, path: ModelPath) -> Outcome:
    """Restore an article through a language model, a chunk a call, all chunks at once.

    A piece whose reply loses or adds a fact is asked again once, with what is wrong; what is then
    still wrong keeps its original text. Terms are made consistent between the chunks.
    """
    chunks = split(article, target_words=path.chunk_words)
    results = await asyncio.gather(
        *(_restore_chunk(article, chunk, path) for chunk in chunks), return_exceptions=True
    )
    parts = [result for result in results if isinstance(result, _Restored)]
    errors = [result for result in results if isinstance(result, BaseException)]
    errors += [part.error for part in parts if part.error]
    if errors:
        return _account(failed(article, _worst(errors)), parts, path)
    consistent = make_consistent(article, [part.pieces for part in parts])
    pieces = [piece for part in consistent for piece in part]
    edits = tuple(edit for piece in pieces for edit in piece.edits)
    problems = tuple(piece.problem for piece in pieces if piece.problem)
    outcome = _outcome(article, edits, problems=problems)
    verdicts = tuple(piece.verdict for piece in pieces)
    return _account(replace(outcome, verdicts=verdicts), parts, path)


def _account(outcome: Outcome, parts: Iterable[_Restored], path: ModelPath) -> Outcome:
    """Add what the chunks cost, also those of an article of which another chunk failed."""
    parts = tuple(parts)
    answers = [answer for part in parts for answer in part.answers]
    asked = [path.prompt, *[path.repair] * any(len(part.answers) > 1 for part in parts)]
    return replace(
        outcome,
        usage=sum((answer.usage for answer in answers), NO_USAGE),
        cost_usd=sum_costs(answer.cost_usd for answer in answers),
        calls=sum(answer.calls for answer in answers),
        cached=sum(answer.cached for answer in answers),
        served=tuple(sorted({answer.served for answer in answers if answer.served})),
        prompts=tuple((prompt.id, prompt.digest) for prompt in asked),
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
        harmless, verdict = drop_harmful(article, piece, mine)
        edits += harmless
        verdicts.append(verdict)
    outcome = _outcome(article, tuple(edits), problems=())
    return replace(outcome, verdicts=tuple(verdicts))


async def restore_parts(article: Article, restore: Restore) -> Outcome:
    """Restore each part of an article apart, where it has some, and join what comes of it.

    Where a part failed so has the article: what was paid for the others is kept, and not asked
    again.
    """
    if not article.parts:
        return await restore(article)
    outcomes = await asyncio.gather(*map(restore, article.articles))
    errors = [outcome.error for outcome in outcomes if outcome.error]
    whole = failed(article, _worst(errors)) if errors else _join(article, outcomes)
    return replace(
        whole,
        usage=sum((outcome.usage for outcome in outcomes), NO_USAGE),
        cost_usd=sum_costs(outcome.cost_usd for outcome in outcomes),
        calls=sum(outcome.calls for outcome in outcomes),
        cached=sum(outcome.cached for outcome in outcomes),
        served=tuple(sorted({name for outcome in outcomes for name in outcome.served})),
        prompts=tuple(sorted({prompt for outcome in outcomes for prompt in outcome.prompts})),
    )


def _join(article: Article, outcomes: Sequence[Outcome]) -> Outcome:
    both = list(zip(article.parts, outcomes, strict=True))
    edits = tuple(shift(edit, part.start) for part, outcome in both for edit in outcome.edits)
    problems = tuple(f"{part.name}: {text}" for part, one in both for text in one.problems)
    verdicts = tuple(verdict for outcome in outcomes for verdict in outcome.verdicts)
    return replace(_outcome(article, edits, problems=problems), verdicts=verdicts)


def obey(outcome: Outcome, rules: Rules) -> Outcome:
    """Return an outcome with its edits as the user's own rules and the document want them.

    Rules are the user's word: no check keeps back what they put in. What is fixed in a document,
    code for one, stays.
    """
    if outcome.status not in HAVE_EDITS:
        return outcome
    edits = drop_breaking(outcome.article, enforce(outcome.article, outcome.edits, rules))
    return _with_edits(outcome, edits)


def strip(outcome: Outcome) -> Outcome:
    """Return an outcome whose text has no boilerplate, but for what a document needs."""
    if outcome.status not in HAVE_EDITS:
        return outcome
    removals = drop_breaking(outcome.article, remove(outcome.article))
    return _with_edits(outcome, tuple(sorted((*outcome.edits, *removals), key=_start)))


def _with_edits(outcome: Outcome, edits: tuple[Edit, ...]) -> Outcome:
    if edits == outcome.edits:
        return outcome
    changed = _outcome(outcome.article, edits, problems=outcome.problems)
    return replace(outcome, status=changed.status, edits=edits, restored=changed.restored)


def repairing(restore: Restore) -> Restore:
    """Return what mends garbled text first, and then restores the article as it then reads.

    The outcome is of the article as it was read: every repair is an edit of it.
    """

    async def mended(article: Article) -> Outcome:
        repairs = mojibake.repair(article)
        outcome = await restore(mojibake.mend(article, repairs))
        if outcome.status not in HAVE_EDITS:
            return replace(outcome, article=article, restored=article.source)
        edits = mojibake.carry_back(article, repairs, outcome.edits)
        whole = _outcome(article, edits, problems=outcome.problems)
        return replace(
            outcome, status=whole.status, article=article, edits=edits, restored=whole.restored
        )

    return mended


async def work_through(
    work: Iterable[_T], do: Callable[[_T], Coroutine[Any, Any, _R]], *, at_once: int
) -> AsyncGenerator[_R, None]:
    """Yield what `do` makes of each piece of work, as it finishes; at most `at_once` are in work.

    No more of `work` is taken than is in work, so that it may be endless. What is unfinished when
    the caller leaves is cancelled.
    """
    waiting = iter(work)
    running: set[asyncio.Task[_R]] = set()
    finished: set[asyncio.Task[_R]] = set()
    try:
        while True:
            for one in islice(waiting, at_once - len(running)):
                running.add(asyncio.create_task(do(one)))
            if not running:
                return
            finished, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                yield task.result()
    finally:
        for task in running:
            task.cancel()
        # the finished too: asyncio prints what a task raised that nobody asks
        await asyncio.gather(*running, *finished, return_exceptions=True)


def unread(locator: str, error: UnreadableArticle) -> Outcome:
    """Return the outcome of an article that could not be read, or not be written."""
    return failed(Article(locator, "", "utf-8", b"", ()), error)


def skipped(article: Article, reason: str) -> Outcome:
    """Return the outcome of an article that was left alone, for the reason given."""
    return Outcome("skipped", article, article.source, (), (), problems=(reason,))


def not_started(locator: str) -> Outcome:
    """Return the outcome of an article that the run did not come to."""
    return Outcome("not started", Article(locator, "", "utf-8", b"", ()), "", (), ())


def failed(article: Article, error: RestoreError) -> Outcome:
    """Return the outcome of an article that could not be restored; its original stands."""
    return Outcome("failed", article, article.source, (), (), error=error)


async def _restore_chunk(article: Article, chunk: Chunk, path: ModelPath) -> _Restored:
    if path.prompt.hints:
        # in a thread: they take a scan of the chunk, and other chunks' calls need not wait for it
        request = await asyncio.to_thread(make_request, chunk, path)
    else:
        request = make_request(chunk, path)
    answer = await path.caller.ask(request, partial(replies.parse, chunk=chunk))
    if answer.texts is None:
        return _Restored(_keep(article, chunk, answer), (answer,))
    both = zip(chunk.pieces, answer.texts, strict=True)
    tried = [attempt(article, piece, text, engine=path.model) for piece, text in both]
    wrong = [one for one in tried if not one.verdict.ok]
    if not wrong:
        return _Restored(tuple(settle(article, (one,)) for one in tried), (answer,))
    try:
        repair = await _ask_repair(wrong, path)
    except RestoreError as exc:
        return _Restored((), (answer,), exc)
    return _Restored(tuple(_settle(article, tried, repair, path)), (answer, repair))


async def _ask_repair(wrong: Sequence[Attempt], path: ModelPath) -> Answer:
    """Ask once more for the pieces that are wrong, and for them alone."""
    faults = [prompts.Fault(one.piece, one.restored, describe(one)) for one in wrong]
    parse = partial(replies.parse, chunk=prompts.as_chunk(faults))
    return await path.caller.ask(make_repair(faults, path), parse)


def _settle(
    article: Article, tried: Sequence[Attempt], repair: Answer, path: ModelPath
) -> Iterator[Checked]:
    """Yield what becomes of each piece, now that the wrong ones were asked again."""
    texts = iter(repair.texts or ())
    note = f"no repair: {repair.problem.message}" if repair.problem else ""
    for one in tried:
        if one.verdict.ok:
            yield settle(article, (one,))
        elif repair.texts is None:
            yield settle(article, (one,), note=note)
        else:
            again = attempt(article, one.piece, next(texts), engine=path.model)
            yield settle(article, (one, again))


def _keep(article: Article, chunk: Chunk, answer: Answer) -> tuple[Checked, ...]:
    """Keep the originals of a chunk for which no valid reply was to be had."""
    assert answer.problem is not None  # noqa: S101  # an answer has texts or a problem
    problem = cast("Problem", answer.problem.problem)  # errors lie below the type
    verdict = Verdict(problems=(problem,))
    return tuple(
        Checked(piece, (), verdict, f"{place(article, piece)}: {answer.problem.message}")
        for piece in chunk.pieces
    )


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


def _worst(errors: Iterable[BaseException]) -> RestoreError:
    """Return the error with the highest exit code; raise what is none of ours."""
    ours = []
    for error in errors:
        if not isinstance(error, RestoreError):
            raise error
        ours.append(error)
    return max(ours, key=lambda error: error.exit_code)

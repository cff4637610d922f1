"""Articles go to other processes one at a time each, and none once the run is stopped."""

import asyncio

from restore.article import Article
from restore.cli.processes import PROCESSES, spread
from restore.errors import Interrupted
from restore.runs import Outcome
from restore.stopping import Stop

ARTICLES = [Article(f"{n}.txt", "text", "utf-8", b"", ()) for n in range(3 * PROCESSES)]


def keep(article: Article) -> Outcome:
    return Outcome("unchanged", article, article.source, (), ())


def restore_all(stop: Stop) -> list[Outcome]:
    """Restore all at once; the run is stopped when the first is done, if it was not before."""

    async def work() -> list[Outcome]:
        with spread(keep, stop=stop) as restore:

            async def one(article: Article) -> Outcome:
                return await restore(article)

            tasks = [asyncio.create_task(one(article)) for article in ARTICLES]
            for task in tasks:
                task.add_done_callback(lambda _: stop.set(Interrupted(2)))
            return [await task for task in tasks]

    return asyncio.run(work())


def test_what_was_not_handed_out_when_the_run_was_stopped_is_not_restored() -> None:
    stop = Stop()

    outcomes = restore_all(stop)

    done = [outcome for outcome in outcomes if outcome.status == "unchanged"]
    assert 1 <= len(done) <= 2 * PROCESSES  # one may follow each before the stop is heard of
    assert {outcome.error for outcome in outcomes} == {None, stop.error}


def test_once_a_run_is_stopped_nothing_is_handed_out() -> None:
    stop = Stop()
    stop.set(Interrupted(2))

    assert {outcome.error for outcome in restore_all(stop)} == {stop.error}

"""The offline engine in several processes, one for each core."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from restore import pipeline
from restore.article import Article
from restore.pipeline import Restore
from restore.runs import Outcome
from restore.stopping import SIGNALS, Stop

PROCESSES = os.cpu_count() or 1


@contextmanager
def spread(restore: Callable[[Article], Outcome], *, stop: Stop) -> Iterator[Restore]:
    """Yield what restores an article in another process.

    No more articles are handed out than there are processes, so that no others are restored once
    the run is stopped. What is then still in work when the block is left is given up.
    """
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # 20 ms

    turn = asyncio.Semaphore(PROCESSES)

    async def there(article: Article) -> Outcome:
        async with turn:
            if stop.error is not None:
                return pipeline.failed(article, stop.error)
            return await asyncio.get_running_loop().run_in_executor(pool, restore, article)

    with ProcessPoolExecutor(PROCESSES, initializer=_ignore_signals) as pool:
        try:
            yield there
        finally:
            if stop.error is not None:
                for process in multiprocessing.active_children():
                    process.kill()


def _ignore_signals() -> None:
    """Leave it to the run's first process what a signal to all of them means."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)

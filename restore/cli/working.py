"""A run under way: signals, progress, what is printed as articles finish, and the account."""

import asyncio
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from restore import __version__, jobs, notes, pipeline
from restore.article import Article
from restore.budget import Budget, Receipt
from restore.cli import processes
from restore.cli.product import Product, View
from restore.cli.remarks import say_encoding, say_mojibake
from restore.cli.reporting import Report
from restore.config import Config
from restore.documents import mojibake
from restore.errors import CapReached, Interrupted, RestoreError
from restore.glossary import Rules
from restore.jobs import Job
from restore.log import Log
from restore.pipeline import Restore
from restore.progress import Meter
from restore.questions import ModelPath
from restore.runs import Outcome, Row, exit_code
from restore.runs.history import Run
from restore.runs.record import Record
from restore.stopping import SIGNALS, Stop

_WORTH_PROCESSES = 24
"""Articles from which on the offline engine has several processes, which take half a second."""
_SAID_EVERY_S = 30.0
_DRAWN_EVERY_S = 0.2
_TIMED_EVERY_S = 0.5
_RESUMABLE = (3, 4, 5, 130, 143)


def work(
    job: Job,
    view: View,
    config: Config,
    path: ModelPath | None,
    *,
    grace_s: float,
    earlier: Sequence[Row] | None = None,
) -> int:
    """Carry out a job, print and record what it makes, and return the exit code.

    Args:
        job: what is to be done.
        view: how it is shown.
        config: the run's settings.
        path: how a model is asked, or None.
        grace_s: how long calls under way may take once the run is stopped.
        earlier: of a run that goes on, the articles that stay as they are; they count for the
            exit code.

    Raises:
        RestoreError: why the run was stopped before its end; what was done is kept.
    """
    started = time.perf_counter()
    log = _open_log(job, view, config)
    if path is not None and job.record is not None:
        path.caller.on_reply = job.record.reply
    product = Product(view, bool(job.targets), _about(config), iter([i for i, _ in job.inputs]))
    clock = path.caller.budget if path else Budget(max_minutes=config.max_minutes)
    rows = asyncio.run(
        _carry_out(job, product, view, config, path, clock=clock, log=log, grace_s=grace_s)
    )
    stopped = job.stop.error
    code = stopped.exit_code if stopped else exit_code([*(earlier or ()), *rows], config.fail_on)
    if code == 2 and earlier is not None:
        code = 3  # it was started before
    product.finish(code)
    seconds = time.perf_counter() - started
    receipt = path.caller.budget.receipt if path else Receipt()
    _print_account(rows, receipt, view, config, stop=job.stop, seconds=seconds)
    if log is not None:
        log.end(code, rows, receipt, seconds)
    if job.record is not None:
        job.record.finish(code)
        if code in _RESUMABLE:
            notes.say(sys.stderr, f"to go on: restore resume {job.record.folder.name}")
    if view.report is not None:
        about = {**_about(config), "exit_code": code}
        _report(view.report, job.record, rows, receipt, about, stopped=stopped)
    if stopped is not None:
        raise stopped
    return code


def _open_log(job: Job, view: View, config: Config) -> Log | None:
    if view.log_file is None:
        return None
    log = Log(view.log_file, job.record.folder.name if job.record else f"process {os.getpid()}")
    log.event("started", articles=len(job.inputs), **_about(config))
    return log


def _about(config: Config) -> dict[str, object]:
    """Say in JSON what restored."""
    model = config.chosen_engine == "openai"
    return {
        "version": __version__,
        "engine": config.chosen_engine,
        "model": config.model if model else None,
        "prompt": config.prompt if model else None,
    }


async def _carry_out(
    job: Job,
    product: Product,
    view: View,
    config: Config,
    path: ModelPath | None,
    *,
    clock: Budget,
    log: Log | None,
    grace_s: float,
) -> list[Row]:
    limit = (lambda: path.caller.limit) if path else (lambda: None)
    meter = Meter(len(job.inputs), limit)

    rows: dict[int, Row] = {}

    def watch() -> None:
        _stop_in_time(clock, job.stop)

    def finished(row: Row, outcome: Outcome) -> None:
        rows[row.index] = row
        meter.take(row)
        if not view.quiet and outcome.status != "skipped":
            say_encoding(outcome.article, encoding=config.encoding)
            if not config.repair_text:
                say_mojibake(outcome.article)
        product.take(row.index, outcome)
        if view.report is not None and job.record is None:
            view.report.take(row.index, outcome)
        if log is not None:
            log.article(row)
        watch()

    watch()
    try:
        async with asyncio.timeout(None) as grace:
            with (
                _listening(job.stop, grace, grace_s),
                _telling(meter, view),
                _every(_TIMED_EVERY_S, watch),
            ):
                await jobs.carry_out(job, finished)
    except TimeoutError:
        notes.say(sys.stderr, f"what was not done within {grace_s:g} s is given up")
    finally:
        if path is not None:
            await path.caller.close()
    return jobs.list_rows(job.inputs, rows)


def _stop_in_time(clock: Budget, stop: Stop) -> None:
    try:
        clock.check_time()
    except CapReached as exc:
        stop.set(exc)


@contextmanager
def _listening(stop: Stop, grace: asyncio.Timeout, grace_s: float) -> Iterator[None]:
    """Let a first signal stop the run when the calls under way are answered, a second at once."""
    loop = asyncio.get_running_loop()

    def heard(number: signal.Signals) -> None:
        if isinstance(stop.error, Interrupted):
            os._exit(128 + number)  # everything that was paid for is on disk
        stop.set(Interrupted(number))
        grace.reschedule(loop.time() + grace_s)
        waits = f"waiting up to {grace_s:g} s for what is under way; once more leaves at once"
        notes.say(sys.stderr, f"{number.name}: {waits}")

    for number in SIGNALS:
        loop.add_signal_handler(number, heard, number)
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


@contextmanager
def _telling(meter: Meter, view: View) -> Iterator[None]:
    """Say how far the run is: on a terminal in a line that moves, else a line now and then."""
    if view.quiet or meter.total == 1:
        yield
    elif sys.stderr.isatty():
        from restore.screen import make_console, progress  # noqa: PLC0415  # 25 ms

        console = make_console(sys.stderr, color=view.color)
        with progress.draw(console, meter) as redraw, _every(_DRAWN_EVERY_S, redraw):
            yield
    else:
        with _every(_SAID_EVERY_S, lambda: notes.say(sys.stderr, meter.line())):
            yield


@contextmanager
def _every(seconds: float, do: Callable[[], None]) -> Iterator[None]:
    async def tick() -> None:
        while True:
            await asyncio.sleep(seconds)
            do()

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()


@contextmanager
def restoring(
    config: Config, path: ModelPath | None, count: int, rules: Rules, *, stop: Stop
) -> Iterator[tuple[Restore, int]]:
    """Yield what restores an article, and how many articles it has use for at once."""
    if config.repair_text:
        mojibake.check_installed()
    with _restoring(config, path, count, stop=stop) as (restore, at_once):

        async def obey(article: Article) -> Outcome:
            outcome = pipeline.obey(await pipeline.restore_parts(article, restore), rules)
            return pipeline.strip(outcome) if config.strip_boilerplate else outcome

        yield (pipeline.repairing(obey) if config.repair_text else obey), at_once


@contextmanager
def _restoring(
    config: Config, path: ModelPath | None, count: int, *, stop: Stop
) -> Iterator[tuple[Restore, int]]:
    if path is not None:
        yield partial(pipeline.restore_with_model, path=path), 2 * config.concurrency
        return
    offline = partial(pipeline.restore_offline, threshold=config.threshold)
    if count < _WORTH_PROCESSES or processes.PROCESSES == 1:

        async def here(article: Article) -> Outcome:
            return offline(article)

        yield here, 1
        return
    with processes.spread(offline, stop=stop) as there:
        yield there, 2 * processes.PROCESSES


def _print_account(
    rows: Sequence[Row],
    receipt: Receipt,
    view: View,
    config: Config,
    *,
    stop: Stop,
    seconds: float,
) -> None:
    """Print what went wrong, and the sum of it all, on stderr."""
    troubled = [row for row in rows if row.problems or (row.error and row.error is not stop.error)]
    troubled = [row for row in troubled if row.status != "skipped"]
    listed = rows if len(rows) > 1 and not view.quiet else ()
    if listed or troubled:
        _draw_account(listed, troubled, view)
    others = {
        served for row in rows for served in row.served if is_another_model(served, config.model)
    }
    for served in sorted(others):
        notes.say(sys.stderr, f"warning: asked for '{config.model}', but '{served}' answered")
    if not view.quiet:
        engine = config.model if config.chosen_engine == "openai" else "the offline engine"
        notes.say(sys.stderr, notes.summary(rows, receipt, engine=engine, seconds=seconds))


def _draw_account(listed: Sequence[Row], troubled: Sequence[Row], view: View) -> None:
    from restore import screen  # noqa: PLC0415  # as above

    console = screen.make_console(sys.stderr, color=view.color)
    if listed:
        screen.draw_rows(console, listed)
    for row in troubled:
        screen.draw_problems(console, row)


def _report(
    report: Report,
    record: Record | None,
    rows: Sequence[Row],
    receipt: Receipt,
    about: Mapping[str, object],
    *,
    stopped: RestoreError | None,
) -> None:
    """Write the report; where the run was stopped, why it was counts more than a failure here."""
    try:
        if record is None:
            report.write_kept(rows, receipt, about)
        else:
            report.write_record(Run(record.folder, record.manifest))
    except RestoreError as exc:
        if stopped is None:
            raise
        notes.say(sys.stderr, f"warning: {exc.message}")


def is_another_model(served: str, asked: str) -> bool:
    """Tell a substituted model from the one asked for under its dated name or its tag."""
    return not re.fullmatch(rf"{re.escape(asked)}(?:-[\d-]+|:latest)?", served)

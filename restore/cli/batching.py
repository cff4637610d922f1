"""What `restore batch` does once its options are known."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from restore import config as settings
from restore import notes
from restore.article import Article
from restore.batch import work
from restore.batch.endpoint import Endpoint
from restore.batch.requests import Asked, Counts, bound, find_waiting, prepare, sift
from restore.batch.state import Batch, batches_folder, find_batch, hold, list_batches
from restore.budget import Budget
from restore.cli import batch_account, wiring
from restore.cli.session import Sources
from restore.config import Config
from restore.documents import mojibake
from restore.documents.files import Input, read
from restore.engines.openai import OpenAIEngine
from restore.errors import UnreadableArticle, UsageProblem
from restore.prices import find_price
from restore.questions import ModelPath
from restore.stopping import Stop


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a project's batches are and to whom they are handed in."""

    config: Config
    endpoint: Endpoint
    folder: Path


@contextmanager
def open_desk(
    base_url: str | None, config_file: Path | None, *, trust_project: bool
) -> Iterator[Desk]:
    """Keep the desk open that options and configuration name.

    Raises:
        UsageProblem: they name none.
    """
    flags = {"engine": "openai", "base_url": base_url}
    config = settings.load(flags, config_file=config_file, trust_project=trust_project)
    with _opened(config) as desk:
        yield desk


def submit(
    sources: Sources,
    *,
    dry_run: bool,
    flags: Mapping[str, object],
    config_file: Path | None,
    trust_project: bool,
) -> int:
    """Hand in what articles need, but what is cached or handed in already.

    Raises:
        RestoreError: the endpoint does not take it; `submit` again hands in nothing twice.
    """
    flags = {**flags, "engine": "openai"}
    config = settings.load(flags, config_file=config_file, trust_project=trust_project)
    inputs = sources.find()
    wiring.announce_stdin(inputs)
    with _opened(config) as desk:
        rules = wiring.find_rules(config)
        path = wiring.model_path(config, cache="use", stop=Stop(), rules=rules)
        assert path is not None  # noqa: S101  # the engine is named
        if dry_run:
            return _announce(desk, path, inputs)
        with hold(desk.folder):
            _send_rest(desk)
            return _submit(desk, path, inputs)


def show_status(desk: Desk, name: str | None) -> int:
    """Print how far batches are, as their endpoint tells it now."""
    batches = list_batches(desk.folder) if name is None else [_find(desk, name)]
    if not batches:
        notes.say(sys.stderr, "no batch was handed in here")
    for batch in batches:
        ours = batch.endpoint == desk.endpoint.url
        batch_account.draw(work.look(batch, desk.endpoint) if ours else batch)
    return 0


def fetch_ended(desk: Desk, name: str | None, *, every_s: float | None) -> int:
    """Fetch batches that have ended, or wait for them, and return the exit code."""
    code = 0
    for batch in _choose(desk, name):
        fetched = _fetch(desk, batch)
        while fetched.is_open and fetched.is_sent and every_s is not None:
            time.sleep(every_s)
            fetched = _fetch(desk, batch)
        code = max(code, batch_account.account(fetched))
    return code


def cancel_one(desk: Desk, name: str | None) -> int:
    """Have one batch stopped.

    Raises:
        UsageProblem: more than one is open and none is named.
    """
    batches = _choose(desk, name)
    if len(batches) > 1:
        raise UsageProblem(
            f"{len(batches)} batches are open", hint="name one; 'restore batch status' lists them"
        )
    for batch in batches:
        with hold(desk.folder):
            now = work.cancel(find_batch(desk.folder, batch.id), desk.endpoint, desk.folder)
        batch_account.draw(now)
        if now.is_open:
            notes.say(sys.stderr, f"'restore batch fetch {batch.id}' takes what was done by then")
    return 0


@contextmanager
def _opened(config: Config) -> Iterator[Desk]:
    wiring.check_key(config)
    endpoint = Endpoint(
        api_key=config.api_key, base_url=config.base_url, timeout_s=config.timeout_s
    )
    try:
        yield Desk(config, endpoint, batches_folder(Path.cwd()))
    finally:
        endpoint.close()


def _send_rest(desk: Desk) -> None:
    """Hand in what an earlier command wrote down and did not get to hand in."""
    for batch in list_batches(desk.folder):
        if not batch.is_sent and batch.endpoint == desk.endpoint.url:
            batch_account.say_sent(work.send(batch, desk.endpoint, desk.folder))


def _submit(desk: Desk, path: ModelPath, inputs: Sequence[Input]) -> int:
    counts, unread = Counts(), list[UnreadableArticle]()
    url, config = desk.endpoint.url, desk.config
    engine = OpenAIEngine(
        api_key=config.api_key, base_url=config.base_url, timeout_s=config.timeout_s
    )
    asked = _sift(desk, path, inputs, counts, unread)
    batch = prepare(
        bound(asked, path, config.max_cost),
        path,
        counts=counts,
        endpoint=url,
        body=engine.parameters,
        folder=desk.folder,
    )
    notes.say(sys.stderr, batch_account.describe(counts, path.model))
    if batch is None:
        batch_account.say_nothing_sent(counts)
    else:
        batch_account.say_sent(work.send(batch, desk.endpoint, desk.folder))
    return _code_for_unread(unread, counts)


def _announce(desk: Desk, path: ModelPath, inputs: Sequence[Input]) -> int:
    """Print what would be handed in, for `--dry-run`."""
    counts, unread = Counts(), list[UnreadableArticle]()
    for _ in _sift(desk, path, inputs, counts, unread):
        pass
    told = batch_account.describe(counts, path.model)
    notes.say(sys.stdout, f"dry run: {told}; nothing was sent")
    return _code_for_unread(unread, counts)


def _sift(
    desk: Desk,
    path: ModelPath,
    inputs: Sequence[Input],
    counts: Counts,
    unread: list[UnreadableArticle],
) -> Iterator[Asked]:
    url = desk.endpoint.url
    articles = _read(inputs, desk.config, unread)
    waiting = find_waiting(desk.folder, url)
    return sift(articles, path, counts, endpoint=url, waiting=waiting)


def _read(
    inputs: Sequence[Input], config: Config, unread: list[UnreadableArticle]
) -> Iterator[Article]:
    for item in inputs:
        try:
            for article in read(item, wiring.reading(config)):
                yield mojibake.mended(article) if config.repair_text else article
        except UnreadableArticle as exc:
            notes.say(sys.stderr, f"left out: {exc.message}")
            unread.append(exc)


def _code_for_unread(unread: Sequence[UnreadableArticle], counts: Counts) -> int:
    if not unread:
        return 0
    return 3 if counts.articles else 2


def _find(desk: Desk, name: str) -> Batch:
    """Return a batch of this endpoint: a record must not say where a key is sent.

    Raises:
        UsageProblem: there is none.
    """
    batch = find_batch(desk.folder, name)
    if batch.endpoint != desk.endpoint.url:
        raise UsageProblem(
            f"batch '{batch.id}' was handed in to '{batch.endpoint}', "
            f"and now '{desk.endpoint.url}' is set",
            hint=f"pass --base-url {batch.endpoint} if it may have your key",
        )
    return batch


def _choose(desk: Desk, name: str | None) -> list[Batch]:
    if name is not None:
        return [_find(desk, name)]
    url = desk.endpoint.url
    found = [b for b in list_batches(desk.folder) if b.is_open and b.endpoint == url]
    if not found:
        notes.say(sys.stderr, f"no batch at '{url}' is open")
    return found


def _fetch(desk: Desk, batch: Batch) -> Batch:
    """Take what has ended; another process may have, so that the batch is read anew."""
    price = partial(find_price, batch.model, batch.endpoint, desk.config.prices)
    with hold(desk.folder):
        cache = wiring.open_cache(desk.config)
        try:
            now = find_batch(desk.folder, batch.id)
            return work.fetch(now, desk.endpoint, desk.folder, work.Till(cache, Budget(price)))
        finally:
            cache.close()

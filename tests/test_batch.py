"""The steps of a batch in one process, against a server that has the Batch API."""

import json
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restore import prompts
from restore.batch import work
from restore.batch.endpoint import Endpoint
from restore.batch.requests import (
    LIMITS,
    Counts,
    Limits,
    bound,
    encode_request,
    find_waiting,
    prepare,
    sift,
)
from restore.batch.results import Intake
from restore.batch.state import Batch, find_batch, hold, list_batches, read_rows, rows_file
from restore.budget import Budget
from restore.cache import Cache, NoCache
from restore.caller import Caller
from restore.engines.openai import OpenAIEngine
from restore.errors import CallFailed, CapReached, EndpointRefused, UnwritableOutput, UsageProblem
from restore.limiter import Limiter
from restore.prices import Price
from restore.questions import ModelPath
from tests.batch_server import BatchServer, serve_batches
from tests.path import read

PRICE = Price(Decimal(1000), Decimal(1000), Decimal(2000))
TEXTS = [
    f"The law implementation office of town {n} asked for more money here.\n" for n in range(5)
]


@pytest.fixture
def far() -> Iterator[BatchServer]:
    """Run a server with the Batch API."""
    with serve_batches() as running:
        yield running


@pytest.fixture
def endpoint(far: BatchServer) -> Iterator[Endpoint]:
    with closing(Endpoint(api_key="sk-x", base_url=far.base_url, timeout_s=20)) as opened:
        yield opened


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with closing(Cache(tmp_path / "cache", warn=pytest.fail)) as opened:
        yield opened


def model_path(url: str) -> tuple[ModelPath, OpenAIEngine]:
    engine = OpenAIEngine(api_key="sk-x", base_url=url, timeout_s=20)
    caller = Caller(
        engine, NoCache(), Limiter(1), attempts=1, policy="off", budget=Budget(lambda: PRICE)
    )
    loaded = prompts.load("restore@1"), prompts.load("repair@1")
    return ModelPath(caller, *loaded, "m", {}, 350), engine


def write_down(
    folder: Path, url: str, *, texts: list[str] = TEXTS, limits: Limits = LIMITS
) -> Batch | None:
    path, engine = model_path(url)
    counts = Counts()
    waiting = find_waiting(folder, url)
    asked = sift(map(read, texts), path, counts, endpoint=url, waiting=waiting)
    return prepare(
        asked,
        path,
        counts=counts,
        endpoint=url,
        body=engine.parameters,
        folder=folder,
        limits=limits,
    )


def test_a_batch_over_the_limit_of_a_file_is_several_and_comes_back_whole(
    far: BatchServer, endpoint: Endpoint, cache: Cache, tmp_path: Path
) -> None:
    batch = write_down(tmp_path, far.base_url, limits=Limits(requests=3))
    assert batch is not None

    sent = work.send(batch, endpoint, tmp_path)
    far.end()
    fetched = work.fetch(sent, endpoint, tmp_path, work.Till(cache, Budget(lambda: PRICE)))

    asked = [far.asked(one["input_file_id"]) for one in far.batches.values()]
    assert [len(lines) for lines in asked] == [3, 2]
    assert not fetched.is_open
    assert [part.results.valid for part in fetched.parts if part.results] == [3, 2]
    assert all(cache.get(line["custom_id"]) for lines in asked for line in lines)
    assert not rows_file(tmp_path, batch.id).exists()


def test_a_part_that_has_ended_is_fetched_before_the_other(
    far: BatchServer, endpoint: Endpoint, cache: Cache, tmp_path: Path
) -> None:
    batch = write_down(tmp_path, far.base_url, limits=Limits(requests=3))
    assert batch is not None
    till = work.Till(cache, Budget())
    sent = work.send(batch, endpoint, tmp_path)
    second = far.batches.pop("batch_2")
    far.end()
    far.batches["batch_2"] = second

    first = work.fetch(sent, endpoint, tmp_path, till)
    waiting = find_waiting(tmp_path, far.base_url)
    far.end("expired", done=0)
    both = work.fetch(find_batch(tmp_path, batch.id), endpoint, tmp_path, till)

    assert [bool(part.results) for part in first.parts] == [True, False]
    assert set(waiting) == {line["custom_id"] for line in far.asked(second["input_file_id"])}
    assert [part.results.failed for part in both.parts if part.results] == [0, 2]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12),
    most=st.integers(1, 6),
    size=st.integers(1, 20_000),
)
def test_parts_keep_to_the_limits_and_hold_every_request_once(
    tmp_path: Path, texts: list[str], most: int, size: int
) -> None:
    batch = write_down(tmp_path, "http://127.0.0.1:9/v1", texts=texts, limits=Limits(most, size))
    assert batch is not None

    rows = [row for _, row in read_rows(rows_file(tmp_path, batch.id))]
    rows_file(tmp_path, batch.id).unlink()
    (tmp_path / f"{batch.id}.json").unlink()

    assert len(rows) == len({row["key"] for row in rows}) == len(set(texts))
    for number, part in enumerate(batch.parts):
        sizes = [len(encode_request(r["key"], r["body"])) for r in rows if r["part"] == number]
        assert len(sizes) == part.requests <= most
        assert sum(sizes) <= size or len(sizes) == 1


def test_a_part_that_is_refused_leaves_the_others_to_go_on_with(
    far: BatchServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    batch = write_down(tmp_path, far.base_url, limits=Limits(requests=3))
    assert batch is not None
    far.refused_after = 2

    with pytest.raises(EndpointRefused):
        work.send(batch, endpoint, tmp_path)
    far.refused_after = None
    [known] = list_batches(tmp_path)
    work.send(known, endpoint, tmp_path)

    assert [part.batch_id is not None for part in known.parts] == [True, False]
    assert [len(far.asked(one["input_file_id"])) for one in far.batches.values()] == [3, 2]


def test_what_was_not_handed_in_is_given_up_by_cancel(
    far: BatchServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    batch = write_down(tmp_path, far.base_url)
    assert batch is not None

    cancelled = work.cancel(batch, endpoint, tmp_path)

    assert not cancelled.is_open
    assert find_waiting(tmp_path, far.base_url) == {}
    assert far.calls == []


def test_a_cache_that_keeps_nothing_leaves_the_batch_open(
    far: BatchServer, endpoint: Endpoint, tmp_path: Path
) -> None:
    batch = write_down(tmp_path, far.base_url)
    assert batch is not None
    sent = work.send(batch, endpoint, tmp_path)
    far.end()

    with pytest.raises(UnwritableOutput, match="keeps no replies"):
        work.fetch(sent, endpoint, tmp_path, work.Till(NoCache(), Budget()))

    assert find_batch(tmp_path, batch.id).is_open
    assert rows_file(tmp_path, batch.id).exists()


def test_the_same_batch_is_read_back_as_it_was_saved(
    far: BatchServer, endpoint: Endpoint, cache: Cache, tmp_path: Path
) -> None:
    batch = write_down(tmp_path, far.base_url)
    assert batch is not None
    far.served = "another"
    sent = work.send(batch, endpoint, tmp_path)
    far.end()

    fetched = work.fetch(sent, endpoint, tmp_path, work.Till(cache, Budget(lambda: PRICE)))

    assert find_batch(tmp_path, batch.id) == fetched
    [part] = fetched.parts
    assert part.results is not None
    assert part.results.cost_usd == PRICE.cost(part.results.usage) / 2
    assert part.results.served == ("another",)


def test_a_reply_that_does_not_say_what_it_used_is_charged_its_worst_case(
    far: BatchServer, cache: Cache, tmp_path: Path
) -> None:
    batch = write_down(tmp_path, far.base_url, texts=TEXTS[:1])
    assert batch is not None
    path = rows_file(tmp_path, batch.id)
    [(place, row)] = read_rows(path)
    response = far.respond({"body": row["body"]})
    del response["body"]["usage"]
    replies = tmp_path / "replies"
    replies.write_text(json.dumps({"custom_id": row["key"], "response": response}) + "\n")
    intake = Intake({row["key"]: place}, path, cache, Budget(lambda: PRICE), "m")

    intake.take(replies)

    results = intake.results()
    assert results.valid == 1
    assert results.cost_usd is not None
    assert results.cost_usd > PRICE.output * 2000 / 1_000_000 / 2


def test_a_cap_holds_for_the_worst_case_by_half() -> None:
    path, _ = model_path("http://127.0.0.1:9/v1")
    url = "http://127.0.0.1:9/v1"
    asked = list(sift(map(read, TEXTS), path, Counts(), endpoint=url, waiting={}))
    worst = sum((PRICE.most(one.request) for one in asked), Decimal(0)) / 2

    assert list(bound(asked, path, worst)) == asked
    assert list(bound(asked, path, None)) == asked
    with pytest.raises(CapReached):
        list(bound(asked, path, worst - Decimal("0.000001")))


def test_one_process_at_a_time_works_on_the_batches(tmp_path: Path) -> None:
    with (
        hold(tmp_path / "batches"),
        pytest.raises(UsageProblem, match="another process"),
        hold(tmp_path / "batches"),
    ):
        pass


def test_an_error_of_the_disk_is_told_as_one(tmp_path: Path) -> None:
    with pytest.raises(UnwritableOutput, match="cannot write to"), hold(tmp_path):
        (tmp_path / "no" / "folder").write_bytes(b"")


def test_the_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    batch = write_down(tmp_path, "http://127.0.0.1:9/v1")
    assert batch is not None
    file = tmp_path / f"{batch.id}.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"schema": 99}))

    with pytest.raises(UsageProblem, match="by a later version"):
        list_batches(tmp_path)


@pytest.mark.parametrize(
    "answer",
    [b"<html>gateway</html>", b"[]", b"null", b'{"id": 7}', b'{"id": "', b'{"object": "batch"}'],
)
def test_an_answer_that_is_no_batch_is_an_error(
    far: BatchServer, endpoint: Endpoint, answer: bytes
) -> None:
    far.nonsense = answer

    with pytest.raises(CallFailed, match="something else than a batch"):
        endpoint.retrieve("batch_1")

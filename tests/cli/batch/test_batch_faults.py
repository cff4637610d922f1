"""What `restore batch` does where the far side, or the user, errs."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.batch_server import BatchServer
from tests.cli.batch.conftest import KEY, Asked
from tests.cli.conftest import Restore


def test_a_batch_that_was_not_begun_says_why_and_is_handed_in_again(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    asked("batch", "submit", articles)
    far.batches["batch_1"] |= {
        "status": "failed",
        "errors": {"object": "list", "data": [{"code": "x", "message": "queue is full"}]},
    }

    fetched = asked("batch", "fetch")
    again = asked("batch", "submit", articles)

    assert fetched.code == 1
    assert "0 valid, 3 unanswered of 3; 0 tokens" in fetched.text
    assert "no valid reply: queue is full" in fetched.err
    assert "3 requests" in again.err


def test_a_refused_key_ends_it_with_4_and_nothing_waits(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    far.refusal = (401, "bad key")

    refused = asked("batch", "submit", articles)
    far.refusal = None
    again = asked("batch", "submit", articles)

    assert refused.code == 4
    assert refused.err.count("error: ") == 1
    assert "hint: " in refused.err
    assert "Traceback" not in refused.err
    assert KEY not in refused.err
    assert "0 handed in before" in again.err
    assert len(far.batches) == 1


@pytest.mark.parametrize("command", ["status", "fetch", "cancel"])
def test_a_key_that_is_refused_later_changes_nothing(
    asked: Asked, far: BatchServer, articles: Path, command: str
) -> None:
    asked("batch", "submit", articles)
    far.end()
    far.refusal = (401, "bad key")

    refused = asked("batch", command)
    far.refusal = None

    assert refused.code == 4
    assert "Traceback" not in refused.err
    assert asked("batch", "fetch").code == 0


def test_an_endpoint_without_batches_is_named(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    far.refusal = (404, "not found")

    result = asked("batch", "submit", articles)

    assert result.code == 4
    assert "has no batch API" in result.err
    assert "'restore run' asks it call by call" in result.err


def test_an_endpoint_that_is_not_there_is_named(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    nowhere = "http://127.0.0.1:9/v1"

    result = asked("batch", "submit", articles, url=nowhere)

    assert result.code == 3
    assert f"cannot reach '{nowhere}'" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("answer", [b"", b"<html>gateway</html>"], ids=["none", "a web page"])
def test_a_batch_whose_answer_was_lost_is_found_and_not_begun_again(
    asked: Asked, far: BatchServer, articles: Path, answer: bytes
) -> None:
    far.create_faults = [answer]

    submitted = asked("batch", "submit", articles)

    assert submitted.code == 0
    assert len(far.batches) == 1


def test_a_batch_that_may_have_been_begun_is_not_forgotten(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    far.create_faults = [b""]
    far.hidden = True

    refused = asked("batch", "submit", articles)
    far.hidden = False
    again = asked("batch", "submit", articles)

    assert refused.code == 4
    assert "3 handed in before" in again.err
    assert len(far.batches) == 1


def test_a_submit_that_was_killed_before_the_answer_came_goes_on(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    far.holds_creates = True
    with subprocess.Popen([sys.executable, "-m", "restore", "batch", "submit", articles]) as first:
        while not far.batches:
            assert first.poll() is None
            time.sleep(0.02)
        first.kill()
    far.let_go.set()
    far.holds_creates = False

    submitted = asked("batch", "submit", articles)
    far.end()

    assert submitted.code == 0
    assert "3 handed in before" in submitted.err
    assert len(far.batches) == 1
    assert asked("batch", "fetch", submitted.text.strip()).code == 0


def test_a_batch_of_another_endpoint_is_not_asked_for(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    name = asked("batch", "submit", articles).text.strip()

    result = asked("batch", "fetch", name, url="http://127.0.0.1:9/v1")

    assert result.code == 2
    assert f"--base-url {far.base_url}" in result.err


def test_a_batch_that_is_gone_says_what_to_remove(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    asked("batch", "submit", articles)
    far.batches.clear()

    result = asked("batch", "fetch")

    assert result.code == 3
    assert "knows no batch 'batch_1'" in result.err
    assert ".restore/batches" in result.err


def test_an_unknown_id_is_a_mistake(asked: Asked, articles: Path) -> None:
    name = asked("batch", "submit", articles).text.strip()

    result = asked("batch", "status", name[:-1] + "x")

    assert result.code == 2
    assert f"did you mean '{name}'?" in result.err


def test_a_damaged_file_is_named(asked: Asked, articles: Path, tmp_path: Path) -> None:
    name = asked("batch", "submit", articles).text.strip()
    (tmp_path / ".restore" / "batches" / f"{name}.json").write_text('{"schema": 1')

    result = asked("batch", "fetch")

    assert result.code == 2
    assert "is damaged" in result.err


def test_without_a_key_nothing_is_read(restore: Restore, articles: Path) -> None:
    result = restore("batch", "submit", articles)

    assert result.code == 2
    assert "needs a key" in result.err


def test_several_open_batches_are_not_cancelled_at_once(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    asked("batch", "submit", articles / "Bonn.txt")
    asked("batch", "submit", articles / "Graz.txt")

    result = asked("batch", "cancel")
    unclear = asked("batch", "cancel", "2")

    assert result.code == unclear.code == 2
    assert "2 batches are open" in result.err
    assert "write more of the id" in unclear.err
    assert {batch["status"] for batch in far.batches.values()} == {"in_progress"}


def test_nothing_was_handed_in_yet(asked: Asked) -> None:
    result = asked("batch", "status")

    assert result.code == 0
    assert "no batch was handed in here" in result.err


def test_requests_that_are_damaged_keep_the_batch_open(
    asked: Asked, far: BatchServer, articles: Path, tmp_path: Path
) -> None:
    name = asked("batch", "submit", articles).text.strip()
    (tmp_path / ".restore" / "batches" / f"{name}.jsonl").write_bytes(b"")
    far.end()

    result = asked("batch", "fetch")

    assert result.code == 3
    assert "replies cannot be checked" in result.err


def test_an_article_that_cannot_be_read_is_left_out(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    (articles / "bad.txt").write_bytes(b"caf\x81 \xff")

    some = asked("batch", "submit", articles, "--encoding", "utf-8")
    none = asked("batch", "submit", articles / "bad.txt", "--encoding", "utf-8")

    assert (some.code, none.code) == (3, 2)
    assert "left out: " in some.err
    assert len(far.asked("file-1")) == 3


def test_a_folder_that_cannot_be_made_is_named(
    asked: Asked, far: BatchServer, articles: Path, tmp_path: Path
) -> None:
    (tmp_path / ".restore").write_text("a file")

    result = asked("batch", "submit", articles)

    assert result.code == 3
    assert "cannot write to" in result.err
    assert far.calls == []

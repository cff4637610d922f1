"""`restore batch` against a server that has the Batch API."""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from restore.cli import main
from tests.batch_server import BatchServer, Line, error, serve_batches
from tests.cli.conftest import Restore, Result

SPUN = "The law implementation office in {place} has since quite a while ago asked for more here.\n"
KEY = "sk-very-secret"
PLACES = ("Bonn", "Graz", "Bern")
TABLE = '[prices."gpt-5-mini"]\ninput = 1000\ncached_input = 1000\noutput = 2000\n'

Asked = Callable[..., Result]


@pytest.fixture
def far() -> Iterator[BatchServer]:
    """Run a server with the Batch API."""
    with serve_batches() as running:
        yield running


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for place in PLACES:
        (folder / f"{place}.txt").write_text(SPUN.format(place=place))
    return folder


@pytest.fixture
def asked(
    tmp_path: Path,
    home: Path,
    far: BatchServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Asked:
    """Run a command against the server, in this process: that saves each the SDK's import."""
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith(("OPENAI_", "RESTORE_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object, url: str = far.base_url) -> Result:
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Result(code, out.encode(), err)

    return run


def restored(folder: Path) -> list[str]:
    return [(folder / f"{place}.txt").read_text() for place in PLACES]


def expected() -> list[str]:
    return [
        SPUN.format(place=place)
        .replace("implementation", "enforcement")
        .replace("since quite a while ago", "long")
        for place in PLACES
    ]


def test_a_batch_comes_back_into_the_cache_and_run_makes_no_call(
    restore: Restore, far: BatchServer, articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "restore.toml").write_text(TABLE)
    asked = partial(restore, OPENAI_BASE_URL=far.base_url, OPENAI_API_KEY=KEY)
    submitted = asked("batch", "submit", articles)
    name = submitted.text.strip()
    before = asked("batch", "status")
    early = asked("batch", "fetch")
    far.end()
    after = asked("batch", "status", name)
    fetched = asked("batch", "fetch", name)

    run = asked("run", articles, "-o", tmp_path / "out")

    assert [submitted.code, before.code, early.code] == [0, 0, 3]
    assert "3 requests to gpt-5-mini" in submitted.err
    assert f"{name}: in_progress; 0 of 3 done" in before.text
    assert f"{name}: completed; 3 of 3 done" in after.text
    assert fetched.code == 0
    # 3 replies of 100 and 20 tokens, at half of $0.14 each
    assert f"{name}: 3 valid of 3; 360 tokens, $0.21 (half price)" in fetched.text
    assert run.code == 0
    assert "0 calls, 3 from cache" in run.err
    assert far.requests == []
    assert restored(tmp_path / "out") == expected()


def test_a_request_is_the_one_that_run_would_send(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    asked("batch", "submit", articles, "--limit", "1", "--temperature", "0.5")
    asked("run", articles / "Bern.txt", "--temperature", "0.5", "--engine", "openai")

    [line] = far.asked("file-1")
    assert line["body"] == far.requests[0]
    assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
    [batch] = far.batches.values()
    assert batch["endpoint"] == "/v1/chat/completions"
    assert batch["completion_window"] == "24h"


def test_an_open_batch_is_not_handed_in_again(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    name = asked("batch", "submit", articles).text.strip()
    (articles / "new.txt").write_text(SPUN.format(place="Ulm"))

    same = asked("batch", "submit", articles, "--exclude", "new.txt")
    more = asked("batch", "submit", articles)

    assert same.code == 0
    assert same.text == ""
    assert f"3 handed in before ({name})" in same.err
    assert f"nothing to hand in: 'restore batch fetch {name}' has what is not cached" in same.err
    assert "1 request to" in more.err
    assert [len(far.asked(batch["input_file_id"])) for batch in far.batches.values()] == [3, 1]


def test_run_warns_of_a_batch_that_is_not_fetched(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    name = asked("batch", "submit", articles).text.strip()

    early = asked("run", articles / "Bonn.txt")
    far.end()
    asked("batch", "fetch")
    late = asked("run", articles / "Bern.txt")

    assert f"warning: batch {name} is not fetched" in early.err
    assert "warning" not in late.err


def test_a_fetch_can_be_repeated_without_a_request(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    name = asked("batch", "submit", articles).text.strip()
    far.end()
    first = asked("batch", "fetch", name)
    far.calls.clear()

    again = asked("batch", "fetch", name[:12])
    open_ones = asked("batch", "fetch")

    assert (again.code, again.text) == (0, first.text)
    assert open_ones.code == 0
    assert "is open" in open_ones.err
    assert far.calls == []


def test_what_is_cached_is_not_handed_in(asked: Asked, far: BatchServer, articles: Path) -> None:
    asked("run", articles / "Bonn.txt")

    result = asked("batch", "submit", articles)

    assert "3 chunks: 1 cached" in result.err
    assert len(far.asked("file-1")) == 2


def test_nothing_is_sent_where_the_cache_has_all(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    asked("run", articles, "-o", "out")

    result = asked("batch", "submit", articles)

    assert result.code == 0
    assert "nothing to hand in: the cache answers every chunk" in result.err
    assert far.calls == []


def test_the_same_text_twice_is_one_request(asked: Asked, far: BatchServer, articles: Path) -> None:
    (articles / "copy.txt").write_text(SPUN.format(place="Bonn"))

    result = asked("batch", "submit", articles)

    assert "1 repeated, 3 requests" in result.err
    assert len(far.asked("file-1")) == 3


def test_the_file_of_errors_says_what_failed(
    asked: Asked, far: BatchServer, articles: Path, tmp_path: Path
) -> None:
    name = asked("batch", "submit", articles).text.strip()
    far.end(fail=lambda number: error(400, "too long for it") if number == 1 else None)

    fetched = asked("batch", "fetch", name)
    run = asked("run", articles, "-o", tmp_path / "out")

    assert fetched.code == 1
    assert f"{name}: 2 valid, 1 failed of 3" in fetched.text
    assert "no valid reply: too long for it" in fetched.err
    assert "1 call, 2 from cache" in run.err
    assert restored(tmp_path / "out") == expected()


@pytest.mark.parametrize("status", ["expired", "cancelled"])
def test_an_ended_batch_gives_what_it_had_done(
    asked: Asked, far: BatchServer, articles: Path, tmp_path: Path, status: str
) -> None:
    name = asked("batch", "submit", articles).text.strip()
    far.end(status, done=1)

    fetched = asked("batch", "fetch", name)
    again = asked("batch", "submit", articles)

    assert fetched.code == 1
    assert f"{name}: 1 valid, 2 failed of 3" in fetched.text
    assert "not executed in time" in fetched.err
    assert "3 chunks: 1 cached, 0 handed in before, 0 repeated, 2 requests" in again.err


def test_a_batch_is_cancelled_and_then_fetched(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    name = asked("batch", "submit", articles).text.strip()

    cancelled = asked("batch", "cancel", name)
    far.end("cancelled", done=2)
    fetched = asked("batch", "fetch")

    assert cancelled.code == 0
    assert f"{name}: cancelling" in cancelled.text
    assert f"restore batch fetch {name}" in cancelled.err
    assert "2 valid, 1 failed of 3" in fetched.text


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


def test_lines_that_are_garbage_are_counted_and_harm_nothing(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    asked("batch", "submit", articles)
    deep = b'{"custom_id":"x","response":' + b"[" * 100_000
    lines = [b"<html>", b"[]", b'"text"', b'{"custom_id": null}', b"\xff\xfe", b"{}", deep]
    far.end(garbage=b"\n".join(lines) + b"\n\n")

    fetched = asked("batch", "fetch")

    assert fetched.code == 0
    assert "3 valid of 3" in fetched.text
    assert f"{2 * len(lines)} lines answered no request" in fetched.err


def test_a_request_that_is_answered_twice_counts_once(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    def twice(lines: list[Line]) -> list[Line]:
        empty = json.loads(json.dumps(lines[0]))
        empty["response"]["body"]["choices"][0]["message"]["content"] = ""
        failed = lines[1] | {"response": error(500, "stumbled")}
        return [empty, failed, *lines, empty, failed, lines[2]]

    asked("batch", "submit", articles)
    far.end(change=twice)

    fetched = asked("batch", "fetch")

    assert fetched.code == 0
    assert "3 valid of 3; 360 tokens" in fetched.text


WRONG: dict[str, Any] = {
    "html": "<html>",
    "null": None,
    "no choices": {"choices": []},
    "empty": {"choices": [{"message": {"content": ""}}]},
    "refused": {"choices": [{"message": {"content": "I'm sorry, but I can't help with that."}}]},
    "no tags": {"choices": [{"message": {"content": "The law enforcement office."}}]},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_reply_is_not_cached(
    asked: Asked, far: BatchServer, articles: Path, wrong: Any, tmp_path: Path
) -> None:
    def change(lines: list[Line]) -> list[Line]:
        lines[0]["response"]["body"] = wrong
        return lines

    asked("batch", "submit", articles)
    far.end(change=change)

    fetched = asked("batch", "fetch")
    run = asked("run", articles, "-o", tmp_path / "out")

    assert fetched.code == 1
    assert "2 valid, 1 invalid of 3" in fetched.text
    assert "1 call, 2 from cache" in run.err
    assert restored(tmp_path / "out") == expected()


def test_a_reply_that_was_cut_off_is_not_cached(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    def cut(lines: list[Line]) -> list[Line]:
        for line in lines:
            line["response"]["body"]["choices"][0]["finish_reason"] = "length"
        return lines

    asked("batch", "submit", articles)
    far.end(change=cut)

    fetched = asked("batch", "fetch")

    assert "0 valid, 3 invalid of 3; 360 tokens" in fetched.text
    assert "cut off at its token limit" in fetched.err


def test_a_lost_fact_is_repaired_by_run_and_nothing_else_is_called(
    asked: Asked, far: BatchServer, tmp_path: Path
) -> None:
    article = tmp_path / "a.txt"
    article.write_text(SPUN.format(place="Bonn").replace("more", "42 cars"))
    honest = far.rewrite
    far.rewrite = lambda text: honest(text).replace("42 ", "")
    asked("batch", "submit", article)
    far.end()
    far.rewrite = honest

    fetched = asked("batch", "fetch")
    run = asked("run", article)

    assert fetched.code == 0
    assert "1 call, 1 from cache" in run.err
    assert len(far.requests) == 1
    assert "42 cars" in run.text


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


def test_a_batch_whose_answer_was_lost_is_found_and_not_begun_again(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    far.cut_creates = 1

    submitted = asked("batch", "submit", articles)

    assert submitted.code == 0
    assert len(far.batches) == 1


def test_a_batch_that_was_uploaded_before_a_kill_goes_on(
    asked: Asked, far: BatchServer, articles: Path, tmp_path: Path
) -> None:
    """As a process leaves it that is killed between the two steps of the far side."""
    name = asked("batch", "submit", articles).text.strip()
    file = tmp_path / ".restore" / "batches" / f"{name}.json"
    known = json.loads(file.read_text())
    known["parts"][0] |= {"status": "creating", "batch_id": None}
    file.write_text(json.dumps(known))

    submitted = asked("batch", "submit", articles)

    assert submitted.code == 0
    assert submitted.text.strip() == name
    assert len(far.batches) == 1


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


def test_a_dry_run_tells_half_the_price_and_sends_nothing(
    asked: Asked, far: BatchServer, articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "restore.toml").write_text(TABLE)

    result = asked("batch", "submit", articles, "--dry-run")

    assert result.code == 0
    assert "3 requests to gpt-5-mini; about " in result.text
    assert "(half price); nothing was sent" in result.text
    assert far.calls == []
    assert not (tmp_path / ".restore").exists()


def test_a_cap_that_the_worst_case_exceeds_sends_nothing(
    asked: Asked, far: BatchServer, articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "restore.toml").write_text(TABLE)

    result = asked("batch", "submit", articles, "--max-cost", "0.01")

    assert result.code == 5
    assert "nothing was sent" in result.err
    assert far.calls == []
    assert not list((tmp_path / ".restore" / "batches").glob("*.json*"))


def test_without_a_key_nothing_is_read(restore: Restore, articles: Path) -> None:
    result = restore("batch", "submit", articles)

    assert result.code == 2
    assert "needs a key" in result.err


def test_fetch_waits_until_the_batch_has_ended(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    asked("batch", "submit", articles)
    far.looks_left = 3

    fetched = asked("batch", "fetch", "--wait", "--every-s", "0.1")

    assert fetched.code == 0
    assert "3 valid of 3" in fetched.text

"""What `restore batch fetch` makes of replies, and `restore run` after it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.batch_server import BatchServer, Line, error
from tests.cli.batch.conftest import SPUN, Asked, expected, restored


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


def test_half_a_character_is_no_reply(asked: Asked, far: BatchServer, articles: Path) -> None:
    def halve(lines: list[Line]) -> list[Line]:
        message = lines[0]["response"]["body"]["choices"][0]["message"]
        message["content"] = message["content"].replace("office", "office\ud800")
        return lines

    asked("batch", "submit", articles)
    far.end(change=halve)

    fetched = asked("batch", "fetch")

    assert fetched.code == 1
    assert "2 valid, 1 invalid of 3" in fetched.text


def test_failures_without_a_reason_are_told_by_their_status(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    def bare(lines: list[Line]) -> list[Line]:
        lines[0]["response"] = {"status_code": 503, "body": None}
        lines[1]["response"] = "?"
        lines[2]["error"], lines[2]["response"] = "?", {"status_code": 500, "body": {"error": {}}}
        return lines

    asked("batch", "submit", articles)
    far.end(change=bare)

    fetched = asked("batch", "fetch")

    assert fetched.code == 1
    assert "0 valid, 3 failed of 3" in fetched.text
    assert "no valid reply: the endpoint answered 503" in fetched.err
    assert "no valid reply: the endpoint gave no reason" in fetched.err


def test_another_model_is_named(asked: Asked, far: BatchServer, articles: Path) -> None:
    far.served = "cheaper"
    asked("batch", "submit", articles)
    far.end()

    fetched = asked("batch", "fetch")

    assert fetched.code == 0
    assert "asked for 'gpt-5-mini', but 'cheaper' answered" in fetched.err

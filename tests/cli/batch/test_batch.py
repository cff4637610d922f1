"""Submit, status, fetch, cancel, and the run after them."""

from functools import partial
from pathlib import Path

from tests.batch_server import BatchServer
from tests.cli.batch.conftest import KEY, SPUN, TABLE, Asked, expected, restored
from tests.cli.conftest import Restore


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


def test_rules_of_ones_own_go_into_the_requests(
    asked: Asked, far: BatchServer, articles: Path, tmp_path: Path
) -> None:
    (tmp_path / "glossary.toml").write_text('[[keep]]\ntext = "law implementation"\n')
    asked("batch", "submit", articles)
    far.end()
    asked("batch", "fetch")

    run = asked("run", articles, "-o", tmp_path / "out")

    assert "0 calls, 3 from cache" in run.err
    assert "law implementation" in far.files["file-1"].decode()


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


def test_fetch_waits_until_the_batch_has_ended(
    asked: Asked, far: BatchServer, articles: Path
) -> None:
    asked("batch", "submit", articles)
    far.looks_left = 3

    fetched = asked("batch", "fetch", "--wait", "--every-s", "0.1")

    assert fetched.code == 0
    assert "3 valid of 3" in fetched.text

"""`--report`: a file that tells what a run did, whole or not at all."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SEED, Restore
from tests.program import run
from tests.server import ModelServer, status

SPUN = "The law implementation office.\n"
OFFLINE = ("--engine", "offline")


@pytest.fixture(autouse=True)
def articles(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "in" / name).write_text(f"{name}. {SPUN}", encoding="utf-8")


@pytest.mark.parametrize("suffix", ["json", "md", "html"])
def test_a_run_that_prints_reports_what_it_did(
    tmp_path: Path, restore: Restore, suffix: str
) -> None:
    result = restore("run", SEED, "--report", f"r.{suffix}", *OFFLINE)

    assert result.code == 0, result.err
    assert f"r.{suffix}" in result.err
    assert "nationwide protests" in (tmp_path / f"r.{suffix}").read_text(encoding="utf-8")


def test_a_run_that_writes_reports_from_its_record(tmp_path: Path, restore: Restore) -> None:
    (tmp_path / "in" / "c.txt").write_bytes(b"\0\1")

    result = restore("run", "in", "-o", "out", "--report", "new/r.JSON", *OFFLINE)

    assert result.code == 3
    report = json.loads((tmp_path / "new" / "r.JSON").read_text(encoding="utf-8"))
    [record] = (tmp_path / ".restore" / "runs").iterdir()
    assert (report["run"], report["exit_code"]) == (record.name, 3)
    assert [article["locator"] for article in report["articles"]] == [
        f"in/{name}.txt" for name in "abc"
    ]
    assert [len(article["edits"]) for article in report["articles"]] == [1, 1, 0]
    assert report["articles"][0]["restored"] == "a.txt. The law enforcement agency.\n"
    assert "binary" in report["articles"][2]["problems"][0]


@pytest.mark.parametrize("prints", [True, False], ids=["printed", "recorded"])
def test_the_report_adds_up_to_what_the_server_counted(
    tmp_path: Path, restore: Restore, server: ModelServer, prints: bool
) -> None:
    where = ["--format", "jsonl"] if prints else ["-o", "out"]
    endpoint = {"OPENAI_BASE_URL": server.base_url}

    result = restore("run", "in", *where, "--report", "r.json", **endpoint)

    assert result.code == 0, result.err
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    calls = len(server.requests)
    assert (report["calls"], report["input_tokens"]) == (calls, 100 * calls)
    assert report["cost_usd"] is None
    assert report["calls"] == sum(article["calls"] for article in report["articles"])


def test_a_resumed_run_reports_all_of_its_articles(
    tmp_path: Path, restore: Restore, server: ModelServer
) -> None:
    endpoint = {"OPENAI_BASE_URL": server.base_url}
    server.script = [status(400)]
    first = restore("run", "in", "-o", "out", "--report", "r.json", **endpoint)
    assert first.code == 3, first.err
    before = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))

    refused = restore("resume", "--report", "r.json", **endpoint)
    result = restore("resume", "--report", "r.json", "--force", **endpoint)

    assert refused.code == 2
    assert result.code == 0, result.err
    after = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert before["outcomes"] == {"failed": 1, "restored": 1}
    assert (after["outcomes"], after["run"]) == ({"restored": 2}, before["run"])


def test_a_run_with_nothing_left_to_do_is_still_reported(tmp_path: Path, restore: Restore) -> None:
    restore("run", "in", "-o", "out", *OFFLINE)

    result = restore("resume", "--report", "r.md")

    assert result.code == 0, result.err
    assert "in/b.txt" in (tmp_path / "r.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("r.txt", "does not say what kind of report"),
        ("report", "does not say what kind of report"),
        ("there.md", "exists already"),
        ("folder.md", "is a folder"),
        ("there.md/r.md", "is no folder"),
        ("out/a.md", "is an article or an output"),
        ("in/a.md", "is an article or an output"),
        (f"{'x' * 300}.md", "File name too long"),
    ],
)
def test_a_report_that_cannot_be_is_refused_before_anything_starts(
    tmp_path: Path, restore: Restore, file: str, said: str
) -> None:
    (tmp_path / "there.md").write_text("mine", encoding="utf-8")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "in" / "a.md").write_text(SPUN, encoding="utf-8")
    force = ["--force"] * (said == "is an article or an output")

    result = restore("run", "in/a.md", "in/b.txt", "-o", "out", "--report", file, *force, *OFFLINE)

    assert result.code == 2
    assert said in result.err
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "there.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.needs("sh")
def test_a_report_that_cannot_be_written_is_an_error_and_not_half_there(tmp_path: Path) -> None:
    article = tmp_path / "in" / "a.txt"
    article.write_text(f"{'Nothing is spun here. ' * 100}\n\n" * 15, encoding="utf-8")
    limit = ["sh", "-c", 'ulimit -f 100; trap "" XFSZ; exec "$@"', "sh"]

    command = ["run", "in/a.txt", "--report", "r.json", "--format", "jsonl", *OFFLINE]
    result = run(*command, folder=tmp_path, under=limit, environ={})

    assert result.code == 3
    assert "error: cannot write" in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize(
    "where", [("--format", "jsonl"), ("-o", "out")], ids=["printed", "recorded"]
)
def test_a_run_that_was_stopped_is_reported_as_far_as_it_came(
    tmp_path: Path, restore: Restore, where: tuple[str, str]
) -> None:
    result = restore(
        "run", "in", *where, "--report", "r.json", "--max-minutes", "0.000001", *OFFLINE
    )

    assert result.code == 5, result.err
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert (report["outcomes"], report["exit_code"]) == ({"not started": 2}, 5)
    assert [article["restored"] for article in report["articles"]] == ["", ""]


@pytest.mark.needs("sh")
def test_why_a_run_was_stopped_counts_more_than_a_report_that_fails(tmp_path: Path) -> None:
    limit = ["sh", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "sh"]

    command = ["run", "in", "--report", "r.json", "--format", "jsonl", "--max-minutes", "0.000001"]
    result = run(*command, *OFFLINE, folder=tmp_path, under=limit, environ={})

    assert result.code == 5
    assert "warning: cannot write" in result.err
    assert not (tmp_path / "r.json").exists()

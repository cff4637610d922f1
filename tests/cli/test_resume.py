"""A run that was stopped goes on: nothing is paid for twice, nothing is half written."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from restore.cli.processes import PROCESSES
from restore.runs.record import Record
from tests import program
from tests.cli.conftest import Restore
from tests.cli.stopped import (
    AT_ONCE,
    PARAGRAPHS,
    count_calls,
    make_texts,
    settings,
    start,
    wait_for,
)
from tests.server import ModelServer, rewrite, serve, status

ARTICLES = 25
TEXTS = make_texts(ARTICLES)
CALLS = count_calls(TEXTS)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with serve() as running:
        running.delay_s = 0.02
        yield running


@pytest.fixture
def articles(tmp_path: Path) -> dict[str, str]:
    """Write a folder of articles; return what they become."""
    (tmp_path / "in").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    return {name: rewrite(text) for name, text in TEXTS.items()}


def outputs(tmp_path: Path) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in sorted((tmp_path / "out").glob("*.txt"))}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_lets_the_calls_under_way_end_and_names_the_command_that_goes_on(
    tmp_path: Path,
    restore: Restore,
    server: ModelServer,
    articles: dict[str, str],
    number: signal.Signals,
    code: int,
) -> None:
    server.delay_s = 0.3
    process = start(tmp_path, server, "run", "in", "-o", "out")
    wait_for(server, 1 + AT_ONCE, process)
    process.send_signal(number)
    err = process.communicate(timeout=60)[1].decode()
    asked = len(server.requests)

    server.delay_s = 0
    [command] = [line for line in err.splitlines() if line.startswith("to go on: restore ")]
    result = restore(*command.removeprefix("to go on: restore ").split(), **settings(server))

    assert process.returncode == code
    assert asked < CALLS
    assert result.code == 0, result.err
    assert outputs(tmp_path) == articles
    assert len(server.requests) == CALLS


def test_calls_that_outlast_the_grace_are_given_up(
    tmp_path: Path, server: ModelServer, articles: dict[str, str]
) -> None:
    server.delay_s = 4
    process = start(tmp_path, server, "run", "in", "-o", "out", "--grace", "0.2")
    wait_for(server, 1, process)
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=3)[1].decode()

    assert process.returncode == 143
    assert "given up" in err
    assert "25 not started" in err
    assert "Traceback" not in err


@pytest.mark.skipif(PROCESSES == 1, reason="one core has no processes")
def test_articles_that_outlast_the_grace_are_given_up(tmp_path: Path, server: ModelServer) -> None:
    (tmp_path / "in").mkdir()
    for number in range(24):
        (tmp_path / "in" / f"{number:02}.txt").write_text("The law implementation office.")
    for number in range(3 * PROCESSES):  # minutes, each
        (tmp_path / "in" / f"long{number}.txt").write_text(next(iter(TEXTS.values())) * 3000)
    process = start(tmp_path, server, "run", "in", "-o", "out", "--engine=offline", "--grace=0.2")
    while len(list((tmp_path / "out").glob("*.txt"))) < 24:
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    err = process.communicate(timeout=30)[1].decode()

    assert process.returncode == 143
    assert "what was not done within 0.2 s is given up" in err
    assert f"24 restored, {3 * PROCESSES} not started" in err
    assert "Traceback" not in err


def test_a_second_signal_leaves_at_once(
    tmp_path: Path, server: ModelServer, articles: dict[str, str]
) -> None:
    server.delay_s = 4
    process = start(tmp_path, server, "run", "in", "-o", "out")
    wait_for(server, 1, process)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while b"once more" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)

    process.communicate(timeout=3)
    assert process.returncode == 130


def test_the_second_night_finds_its_work_done(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    restore("run", "in", "-o", "out", **settings(server))
    asked = len(server.requests)
    (tmp_path / "in" / "000.txt").write_text("A new law implementation text.", encoding="utf-8")
    (tmp_path / "out" / "001.txt").write_text("What an editor wrote.", encoding="utf-8")

    result = restore("run", "in", "-o", "out", "--format", "jsonl", **settings(server))

    found = {row["locator"]: row["status"] for row in map(json.loads, result.text.splitlines())}
    assert result.code == 3
    assert found.pop("in/000.txt") == "failed"
    assert found.pop("in/001.txt") == "failed"
    assert set(found.values()) == {"skipped"}
    assert len(server.requests) == asked
    assert outputs(tmp_path)["001.txt"] == "What an editor wrote."


def test_other_settings_make_another_output(
    tmp_path: Path, restore: Restore, articles: dict[str, str]
) -> None:
    restore("run", "in", "-o", "out", "--engine", "offline")

    again = restore("run", "in", "-o", "out", "--engine", "offline")
    other = restore("run", "in", "-o", "out", "--engine", "offline", "--threshold", "0.8")
    forced = restore("run", "in", "-o", "out", "--engine", "offline", "--force")

    assert "25 skipped" not in forced.err
    assert (again.code, other.code, forced.code) == (0, 2, 0)
    assert "25 skipped" in again.err
    assert "exists already" in other.err


def test_articles_are_restored_in_place_once_and_a_copy_is_kept(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    before = (tmp_path / "in" / "000.txt").read_text(encoding="utf-8")

    restore("run", "in", "--in-place", "--backup", ".orig", **settings(server))
    again = restore("run", "in", "--in-place", "--backup", ".orig", **settings(server))

    assert (tmp_path / "in" / "000.txt").read_text(encoding="utf-8") == articles["000.txt"]
    assert (tmp_path / "in" / "000.txt.orig").read_text(encoding="utf-8") == before
    assert "25 skipped" in again.err
    assert len(server.requests) == CALLS


def test_what_failed_is_tried_again_alone(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    server.script = [status(400)] * 3
    first = restore("run", "in", "-o", "out", **settings(server))
    asked = len(server.requests)

    nothing = restore("resume", "--only", "partial", **settings(server))
    listed = restore("runs", "list").text
    result = restore("resume", "--only", "failed", **settings(server))

    assert first.code == 3
    assert "nothing is left to do" in nothing.err
    assert "ended  3" in listed
    assert result.code == 0, result.err
    assert outputs(tmp_path) == articles
    assert len(server.requests) == asked + 3


def test_what_was_kept_back_is_asked_again(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    honest = server.rewrite
    server.rewrite = lambda text: honest(text).replace("plan 7", "plan 8")
    first = restore("run", "in", "-o", "out", **settings(server))
    server.rewrite = honest
    asked = len(server.requests)

    result = restore("resume", "--only", "partial", **settings(server))

    assert first.code == 1
    assert result.code == 0, result.err
    assert outputs(tmp_path) == articles
    assert len(server.requests) - asked == PARAGRAPHS


def test_a_cap_counts_anew_where_a_run_goes_on(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    prices = "[prices.gpt-5-mini]\ninput = 10\noutput = 10\n"  # 0.0012 a call, 0.03 at worst
    (tmp_path / "restore.toml").write_text(prices, encoding="utf-8")
    first = restore("run", "in", "-o", "out", "--max-cost", "0.06", **settings(server))
    asked = len(server.requests)
    again = restore("resume", "--max-cost", "0.06", **settings(server))
    more = len(server.requests)
    last = restore("resume", **settings(server))

    assert (first.code, again.code, last.code) == (5, 5, 0)
    assert 0 < asked < more < CALLS
    assert outputs(tmp_path) == articles
    assert len(server.requests) == CALLS


def test_a_refused_key_ends_the_run_after_one_call(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    server.always = status(401)

    result = restore("run", "in", "-o", "out", **settings(server))

    assert result.code == 4
    assert len(server.requests) == 1
    assert result.err.count("refuses the key") == 1
    assert "to go on: restore resume" in result.err
    assert not outputs(tmp_path)


def test_a_record_does_not_say_where_a_key_is_sent(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    server.script = [status(400)]
    restore("run", "in", "-o", "out", "--limit", "1", **settings(server))
    asked = len(server.requests)

    elsewhere = settings(server) | {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    result = restore("resume", **elsewhere)

    assert result.code == 2
    assert "used 'http://127.0.0.1:" in result.err
    assert len(server.requests) == asked


def test_the_log_names_the_run_in_every_line(
    tmp_path: Path, restore: Restore, articles: dict[str, str]
) -> None:
    arguments = ["in", "-o", "out", "--engine", "offline", "--limit", "2", "--log-file", "run.log"]
    restore("run", *arguments)
    (tmp_path / "run.log").rename(tmp_path / "run.log.1")
    restore("run", *arguments)
    lines = [
        [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        for name in ("run.log.1", "run.log")
    ]
    missing = restore("run", "in", "--engine", "offline", "-o", "o2", "--log-file", "gone/run.log")

    for night in lines:
        assert [line["event"] for line in night] == ["started", "article", "article", "ended"]
        assert len({line["run"] for line in night}) == 1
    assert lines[0][0]["run"] != lines[1][0]["run"]
    assert [line["status"] for line in lines[1][1:3]] == ["skipped", "skipped"]
    assert missing.code == 2
    assert "cannot write the log 'gone/run.log'" in missing.err


def test_a_log_is_kept_where_it_was_named_though_the_run_began_elsewhere(
    restore: Restore, tmp_path: Path, articles: dict[str, str]
) -> None:
    (tmp_path / "restore.toml").write_text("", encoding="utf-8")
    (tmp_path / "below").mkdir()
    restore("run", "in", "-o", "out", "--engine", "offline", "--max-minutes", "0")
    arguments = ("resume", "--log-file", "run.log")
    result = program.run(*arguments, folder=tmp_path / "below", environ={})

    assert result.code == 0
    assert len(outputs(tmp_path)) == len(articles)
    assert (tmp_path / "below" / "run.log").exists()
    assert not (tmp_path / "run.log").exists()


def test_a_run_of_a_trusted_project_goes_on_where_it_is_trusted(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    (tmp_path / "restore.toml").write_text(f'base_url = "{server.base_url}"\n', encoding="utf-8")
    environ = {name: value for name, value in settings(server).items() if name[-3:] != "URL"}
    server.script = [status(400)]
    first = restore("run", "in", "-o", "out", "--trust-project", **environ)

    refused = restore("resume", **environ)
    trusted = restore("resume", "--trust-project", **environ)

    assert (first.code, refused.code, trusted.code) == (3, 2, 0)
    assert "hint: pass --trust-project" in refused.err
    assert outputs(tmp_path) == articles


def test_two_runs_into_one_folder_exclude_each_other(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    server.places = threading.Semaphore(0)  # its call is answered when the others have ended
    process = start(tmp_path, server, "run", "in", "-o", "out", "--limit", "1")
    wait_for(server, 1, process)

    other = restore("run", "in", "-o", "out", **settings(server))
    same = restore("resume", **settings(server))
    [record] = (tmp_path / ".restore" / "runs").iterdir()
    server.places.release(ARTICLES * PARAGRAPHS)
    process.communicate(timeout=60)

    assert (other.code, same.code, process.returncode) == (2, 2, 0)
    assert f"run '{record.name}' (pid {process.pid}) writes to 'out' now" in other.err
    assert f"hint: wait for its end, or stop it with 'kill {process.pid}'" in other.err
    assert "is under way" in same.err


def test_records_are_listed_shown_and_removed(
    tmp_path: Path, restore: Restore, articles: dict[str, str]
) -> None:
    empty = restore("runs", "list")
    for _ in range(2):
        restore("run", "in/000.txt", "in/001.txt", "-o", "out", "--engine", "offline")
    listed = restore("runs", "list").text.splitlines()
    newest, oldest = (line.split()[0] for line in listed[1:])

    shown = restore("runs", "show", oldest).text
    missing = restore("runs", "show", "19990101")
    removed = restore("runs", "rm", oldest)
    bad = restore("runs", "prune", "--older-than", "soon")
    kept = restore("runs", "prune", "--older-than", "1d")
    gone = restore("runs", "prune", "--older-than", "0h")

    assert "no run is recorded" in empty.err
    assert "2 restored" in shown
    assert "in/001.txt" in shown
    assert (missing.code, bad.code) == (2, 2)
    assert removed.text == f"removed {oldest}\n"
    assert kept.text == ""
    assert gone.text == f"removed {newest}\n"
    assert outputs(tmp_path)


def test_a_run_is_taken_before_it_is_read_what_is_left_of_it(
    tmp_path: Path, restore: Restore, articles: dict[str, str]
) -> None:
    restore("run", "in", "-o", "out", "--engine", "offline")
    [folder] = (tmp_path / ".restore" / "runs").iterdir()

    record = Record.reopen(folder)
    held = restore("resume")
    record.close()
    free = restore("resume")

    assert (held.code, free.code) == (2, 0)
    assert f"run '{folder.name}' is under way (pid {os.getpid()})" in held.err
    assert "nothing is left to do" in free.err
    assert json.loads((folder / "manifest.json").read_bytes())["exit_code"] == 0


def test_a_run_that_was_killed_when_all_was_done_is_ended_by_going_on(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    server.rewrite = lambda text: rewrite(text).replace("plan 7", "plan 8")
    restore("run", "in", "-o", "out", **settings(server))
    [path] = (tmp_path / ".restore" / "runs").glob("*/manifest.json")
    manifest = json.loads(path.read_bytes())
    path.write_text(json.dumps(manifest | {"ended": None, "exit_code": None, "totals": None}))

    killed = restore("runs", "list").text
    result = restore("resume", **settings(server))

    assert "killed" in killed
    assert (result.code, result.err.splitlines()[-1][:12]) == (1, "nothing is l")
    assert json.loads(path.read_bytes())["totals"] == manifest["totals"]
    assert json.loads(path.read_bytes())["exit_code"] == 1


def test_the_exit_code_of_a_run_that_went_on_counts_all_of_it(
    tmp_path: Path, restore: Restore, server: ModelServer, articles: dict[str, str]
) -> None:
    server.rewrite = lambda text: rewrite(text).replace("plan 7", "plan 8")  # kept back
    server.script = [status(400)]
    first = restore("run", "in", "-o", "out", **settings(server))

    result = restore("resume", **settings(server))

    assert (first.code, result.code) == (3, 1)
    assert outputs(tmp_path).keys() == articles.keys()

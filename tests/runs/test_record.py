import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.documents.files import Input
from restore.engines.interface import Usage
from restore.errors import CallFailed, RestoreError, UnwritableOutput, UsageProblem
from restore.runs import Outcome, as_row
from restore.runs.manifest import read_manifest
from restore.runs.reading import (
    read_begun,
    read_inputs,
    read_outcomes,
    read_replies,
    read_rows,
    read_source,
    read_written,
)
from restore.runs.record import Record, is_under_way
from tests.runs.parts import MANIFEST, inputs, keep_output, keep_reply, outcome

ROOT = Path(__file__).parents[2]
UNPRIVILEGED = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    record = Record.create(tmp_path / "runs", MANIFEST, inputs(3))
    yield record
    record.close()


def worker(path: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.runs.worker", str(path)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill(process: "subprocess.Popen[str]") -> list[str]:
    """Kill a process as no process can prevent, and return what it had said in whole lines."""
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    return [line for line in said.splitlines(keepends=True) if line.endswith("\n")]


def test_a_record_says_what_it_was_asked_and_is_for_its_owner_alone(record: Record) -> None:
    manifest = read_manifest(record.folder)

    assert replace(manifest, id="", started="") == MANIFEST
    assert manifest.id == record.folder.name
    assert stat.S_IMODE(record.folder.stat().st_mode) == 0o700


def test_two_runs_in_one_second_differ(tmp_path: Path) -> None:
    records = [Record.create(tmp_path, MANIFEST, []) for _ in range(5)]

    assert len({record.folder for record in records}) == 5

    for record in records:
        record.close()


def test_inputs_come_back_whatever_their_names(tmp_path: Path) -> None:
    odd = os.fsdecode(b"in/caf\xe9\n'\".txt")
    given = [Input(None, Path("stdin.txt")), Input(Path(odd), Path(odd))]

    record = Record.create(tmp_path, MANIFEST, given)
    record.close()

    assert read_inputs(record.folder) == list(enumerate(given))


def test_a_reply_is_on_disk_when_it_was_taken(record: Record) -> None:
    keep_reply(record, "a", "é\u2028\ud800 reply")
    keep_reply(record, "b", "cut off", finish="length")

    assert read_replies(record.folder) == {"a": "é\u2028\ud800 reply"}


def test_the_last_line_of_an_article_counts(record: Record) -> None:
    record.outcome(1, outcome("x", "failed"), output=None, output_bytes=None)
    record.outcome(0, outcome("first"), output=None, output_bytes=None)
    record.outcome(1, outcome("second", "partial"), output=Path("/o"), output_bytes=b"out")

    done = read_outcomes(record.folder)

    assert {index: one.status for index, one in done.items()} == {0: "restored", 1: "partial"}
    assert [read_source(record.folder, done[n]) for n in (0, 1)] == [b"first", b"second"]
    assert [written.output for written in read_written(record.folder)] == ["/o"]


def test_an_outcome_comes_back_with_its_reasons_and_no_more(record: Record) -> None:
    whole = replace(outcome("x"), problems=("lost a year",), usage=Usage(3, 1, 2), calls=2)
    record.outcome(0, whole, output=None, output_bytes=None)

    line = json.loads((record.folder / "outcomes.jsonl").read_text())

    assert read_outcomes(record.folder)[0].problems == ("lost a year",)
    assert line["usage"] == {"input_tokens": 3, "cached_input_tokens": 1, "output_tokens": 2}
    assert line["cost_usd"] == "0"


def test_a_row_comes_back_as_the_run_had_it(record: Record) -> None:
    whole = replace(outcome("two words"), problems=("lost a year",), usage=Usage(3, 1, 2), calls=2)
    broken = replace(outcome("x", "failed"), error=CallFailed("no answer"), cost_usd=None)
    record.outcome(0, whole, output=None, output_bytes=None)
    record.outcome(1, broken, output=None, output_bytes=None)

    rows = read_rows(record.folder)

    assert rows[0] == as_row(whole, 0)
    assert replace(rows[1], error=None) == as_row(replace(broken, error=None), 1)
    assert str(rows[1].error) == "no answer"


def test_an_output_is_announced_before_it_is_written(record: Record, tmp_path: Path) -> None:
    keep_output(record, 2, "source", tmp_path / "o", b"out")

    assert list(read_begun(record.folder)) == [2]
    assert list(read_begun(record.folder).values()) == list(read_written(record.folder))


def test_a_record_is_one_process_s_at_a_time_and_says_whose(record: Record) -> None:
    assert is_under_way(record.folder)
    with pytest.raises(UsageProblem) as caught:
        Record.reopen(record.folder)

    assert caught.value.message == f"run '{record.folder.name}' is under way (pid {os.getpid()})"
    assert caught.value.exit_code == 2


def test_what_is_no_record_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()

    for folder in (tmp_path / "other", tmp_path / "missing"):
        with pytest.raises(UsageProblem, match="no record of a run"):
            Record.reopen(folder)

    assert [path.name for path in tmp_path.rglob("*")] == ["other"]


def test_a_record_that_could_not_be_opened_again_is_free(record: Record) -> None:
    record.close()
    (record.folder / "sources.gz").unlink(missing_ok=True)
    (record.folder / "sources.gz").mkdir()
    with pytest.raises(UnwritableOutput) as caught:
        Record.reopen(record.folder)

    assert "Is a directory" in caught.value.message
    assert not is_under_way(record.folder)


@pytest.mark.slow
def test_a_record_survives_being_killed_again_and_again(tmp_path: Path) -> None:
    moments = random.Random(5)
    folder = tmp_path
    promised: dict[int, str] = {}
    for _ in range(8):
        process = worker(folder)
        assert process.stdout is not None
        folder = Path(process.stdout.readline().rstrip("\n"))
        time.sleep(moments.random() / 10)
        promised |= dict(json.loads(line) for line in kill(process))

        assert not is_under_way(folder)
        replies, done = read_replies(folder), read_outcomes(folder)
        assert {n: replies[f"key{n}"] for n in promised} == promised
        sources = {n: read_source(folder, done[n]).decode() for n in promised}
        assert sources == promised

    assert len(promised) > 8
    assert list(done) == list(range(len(done)))


def test_a_live_process_s_record_is_refused_and_a_killed_one_s_is_not(tmp_path: Path) -> None:
    process = worker(tmp_path)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().rstrip("\n"))
    try:
        with pytest.raises(UsageProblem, match=rf"under way \(pid {process.pid}\)"):
            Record.reopen(folder)
    finally:
        kill(process)

    Record.reopen(folder).close()


@contextmanager
def journal(folder: Path, texts: list[str]) -> Iterator[Path]:
    """Yield the journal of a record with these replies."""
    record = Record.create(folder, MANIFEST, [])
    for number, text in enumerate(texts):
        keep_reply(record, str(number), text)
    record.close()
    yield record.folder / "events.jsonl"


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5), st.floats(0, 1))
def test_what_stands_before_a_cut_is_read_and_more_can_follow(
    texts: list[str], share: float
) -> None:
    with TemporaryDirectory() as place, journal(Path(place), texts) as path:
        whole = path.read_bytes()
        cut = round(len(whole) * share)
        path.write_bytes(whole[:cut])
        kept = {str(n): text for n, text in enumerate(texts[: whole[:cut].count(b"\n")])}
        assert read_replies(path.parent) == kept

        again = Record.reopen(path.parent)
        keep_reply(again, "new", "more")
        again.close()

        assert read_replies(path.parent) == {**kept, "new": "more"}


def test_a_cut_line_longer_than_what_is_read_at_once_is_cut_off(record: Record) -> None:
    keep_reply(record, "a", "kept")
    keep_reply(record, "b", "x" * 200_000)
    record.close()
    path = record.folder / "events.jsonl"
    path.write_bytes(path.read_bytes()[:-1])

    Record.reopen(record.folder).close()

    assert read_replies(record.folder) == {"a": "kept"}
    assert path.stat().st_size < 1000


@settings(deadline=None)
@given(st.binary(max_size=40).filter(lambda junk: b"\n" not in junk))
def test_damaged_lines_cost_only_themselves(junk: bytes) -> None:
    with TemporaryDirectory() as place, journal(Path(place), ["one", "two"]) as path:
        first, second = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(first + junk + b"\n" + second)

        assert read_replies(path.parent) == {"0": "one", "1": "two"}


@pytest.mark.parametrize("line", ["[]", "{}", '{"index":0}', '{"index":[],"edits":[{}]}', "\x00"])
def test_an_outcome_that_lacks_something_is_to_be_done_again(record: Record, line: str) -> None:
    record.outcome(1, outcome("x"), output=None, output_bytes=None)
    with (record.folder / "outcomes.jsonl").open("a") as file:
        file.write(line + "\n")

    assert list(read_outcomes(record.folder)) == list(read_rows(record.folder)) == [1]
    assert list(read_written(record.folder)) == []


@pytest.mark.parametrize(
    "damage",
    [{"status": "fine"}, {"words": "many"}, {"usage": {"x": 1}}, {"cost_usd": "free"}],
    ids=str,
)
def test_a_row_of_other_types_is_none(record: Record, damage: dict[str, object]) -> None:
    record.outcome(0, outcome("x"), output=None, output_bytes=None)
    path = record.folder / "outcomes.jsonl"
    path.write_text(json.dumps(json.loads(path.read_text()) | damage) + "\n")

    assert read_rows(record.folder) == {}


def test_an_input_that_cannot_be_read_is_not_left_out_unseen(record: Record) -> None:
    path = record.folder / "inputs.jsonl"
    path.write_text("{}\n" + path.read_text())

    with pytest.raises(UsageProblem, match="is damaged"):
        read_inputs(record.folder)


@pytest.mark.parametrize("damage", [b"", b"no gzip", None], ids=["cut", "other", "gone"])
def test_a_lost_source_is_not_passed_off_as_an_article(
    record: Record, damage: bytes | None
) -> None:
    record.outcome(0, outcome("text"), output=None, output_bytes=None)
    done = read_outcomes(record.folder)[0]
    (record.folder / "sources.gz").unlink()
    if damage is not None:
        (record.folder / "sources.gz").write_bytes(damage)

    with pytest.raises(UsageProblem, match=r"'a\.txt' is lost"):
        read_source(record.folder, done)


def test_a_source_of_another_article_is_noticed(record: Record) -> None:
    for index, text in enumerate(("some text", "text else")):
        record.outcome(index, outcome(text), output=None, output_bytes=None)
    done = read_outcomes(record.folder)

    with pytest.raises(UsageProblem, match="is lost"):
        read_source(record.folder, replace(done[0], source_at=done[1].source_at))


@UNPRIVILEGED
def test_a_folder_that_must_not_be_written_to_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UnwritableOutput, match="Permission denied"):
        Record.create(tmp_path / "runs", MANIFEST, [])
    tmp_path.chmod(0o700)


def test_a_place_where_no_folder_can_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UnwritableOutput, match="cannot keep the run's record in"):
        Record.create(tmp_path / "file" / "runs", MANIFEST, [])


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file of this process grow further, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)


def test_a_record_that_cannot_begin_leaves_nothing(tmp_path: Path) -> None:
    with files_up_to(100), pytest.raises(RestoreError) as caught:
        Record.create(tmp_path / "runs", MANIFEST, inputs(2))

    assert "File too large" in caught.value.message
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_full_disk_is_an_error_and_what_was_kept_stays(record: Record) -> None:
    keep_reply(record, "a", "kept")
    with files_up_to(200):
        with pytest.raises(UnwritableOutput) as caught:
            keep_reply(record, "b", "x" * 300)
        record.close()
    Record.reopen(record.folder).close()

    assert "cannot keep the run's record in" in caught.value.message
    assert caught.value.hint == "is there room, and may you write there?"
    assert read_replies(record.folder) == {"a": "kept"}


def test_a_large_record_is_read_whole(record: Record) -> None:
    count = 20_000
    whole: Outcome = outcome("x")
    record.outcome(0, whole, output=Path("/o"), output_bytes=b"")
    path = record.folder / "outcomes.jsonl"
    row = json.loads(path.read_text())
    with path.open("w") as file:
        file.writelines(json.dumps({**row, "index": n}) + "\n" for n in range(count))

    assert list(read_outcomes(record.folder)) == list(range(count))
    assert sum(1 for _ in read_written(record.folder)) == count

import json
import os
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from restore.errors import UnwritableOutput, UsageProblem
from restore.runs import hold
from restore.runs.history import (
    find_made,
    find_older,
    find_run,
    list_runs,
    records_root,
    remove_run,
)
from restore.runs.manifest import Manifest
from restore.runs.record import Record
from restore.runs.totals import sum_up
from tests.runs.parts import MANIFEST, inputs, keep_output, outcome
from tests.runs.test_record import kill, worker

ENDED = replace(MANIFEST, ended="2026-01-01T00:00:00+00:00", exit_code=0)


def keep(root: Path, manifest: Manifest = ENDED) -> Path:
    """Record a run of no articles; return its folder."""
    record = Record.create(root, manifest, [])
    record.close()
    time.sleep(0.002)  # the times of records are told apart by the millisecond
    return record.folder


def test_records_lie_beside_the_project_s_file_or_here(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    before = records_root(deep)
    (tmp_path / "restore.toml").write_text("")

    assert before == deep / ".restore" / "runs"
    assert records_root(deep) == tmp_path / ".restore" / "runs"


def test_runs_are_listed_newest_first_with_how_they_are(tmp_path: Path) -> None:
    folders = [keep(tmp_path), keep(tmp_path, MANIFEST)]
    live = Record.create(tmp_path, MANIFEST, [])

    runs = list_runs(tmp_path)
    states = [run.state for run in runs]
    live.close()

    assert [run.folder for run in runs] == [live.folder, *reversed(folders)]
    assert states == ["under way", "killed", "ended"]


def test_looking_at_a_run_does_not_take_it(tmp_path: Path) -> None:
    folder = keep(tmp_path)

    assert [run.state for run in list_runs(tmp_path)] == ["ended"]

    Record.reopen(folder).close()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "7",
        '"text"',
        "{}",
        "[" * 100_000,
        '{"schema": 99}',
        None,
    ],
    ids=["empty", "cut", "list", "number", "text", "nothing", "deep", "later", "folder"],
)
def test_what_is_no_record_is_passed_over(tmp_path: Path, content: str | None) -> None:
    kept = keep(tmp_path)
    (tmp_path / "other").mkdir()
    if content is None:
        (tmp_path / "other" / "manifest.json").mkdir()
    else:
        (tmp_path / "other" / "manifest.json").write_text(content)
    (tmp_path / "file").write_text("")

    assert [run.folder for run in list_runs(tmp_path)] == [kept]
    assert find_made(tmp_path, [Path("/o")]) == {}


@pytest.mark.parametrize(
    "damage",
    [
        {"started": "yesterday"},
        {"started": "2026-01-01T00:00:00"},
        {"schema": "1"},
        {"settings": 1},
    ],
    ids=["no time", "no zone", "no schema", "no settings"],
)
def test_a_manifest_of_other_types_is_none(tmp_path: Path, damage: dict[str, object]) -> None:
    folder = keep(tmp_path)
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))

    assert list_runs(tmp_path) == []
    assert find_older(tmp_path, timedelta(0)) == []


def test_a_run_is_found_by_its_id_or_how_it_begins_or_as_the_newest(tmp_path: Path) -> None:
    folders = [keep(tmp_path) for _ in range(3)]

    found = [find_run(tmp_path, name).folder for name in (folders[0].name, folders[1].name[:-1])]

    assert found == folders[:2]
    assert find_run(tmp_path, None).folder == folders[2]


def test_a_whole_id_means_that_run_though_a_copy_begins_so(tmp_path: Path) -> None:
    folder = keep(tmp_path)
    shutil.copytree(folder, tmp_path / f"{folder.name}.bak")

    assert find_run(tmp_path, folder.name).folder == folder


def test_a_run_that_is_not_there_is_an_error_with_a_near_one(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no run is recorded in"):
        find_run(tmp_path / "none", None)
    folder = keep(tmp_path)
    keep(tmp_path)

    with pytest.raises(UsageProblem, match="no run is called") as caught:
        find_run(tmp_path, folder.name[:-1] + "x")
    assert caught.value.hint == f"did you mean '{folder.name}'?"
    with pytest.raises(UsageProblem, match=r"'20' may be .*, "):
        find_run(tmp_path, "20")


def test_a_run_is_removed_unless_it_is_under_way(tmp_path: Path) -> None:
    live = Record.create(tmp_path, MANIFEST, [])
    with pytest.raises(UsageProblem, match="is under way"):
        remove_run(find_run(tmp_path, None))
    live.close()

    remove_run(find_run(tmp_path, None))

    assert list_runs(tmp_path) == []


def test_runs_that_are_older_are_found_but_those_under_way(tmp_path: Path) -> None:
    old = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    aged, live = keep(tmp_path), keep(tmp_path)
    for folder in (aged, live):
        path = folder / "manifest.json"
        started = find_run(tmp_path, folder.name).manifest.started
        path.write_text(path.read_text().replace(started, old))
    keep(tmp_path)
    record = Record.reopen(live)

    found = [run.folder for run in find_older(tmp_path, timedelta(days=2))]
    record.close()

    assert found == [aged]


def test_the_newest_run_that_made_an_output_counts(tmp_path: Path) -> None:
    root, one, two = tmp_path / "runs", tmp_path / "1", tmp_path / "2"
    for content in (b"old", b"new"):
        record = Record.create(root, ENDED, inputs(2))
        keep_output(record, 0, "source", one, content)
        if content == b"old":
            keep_output(record, 1, "source", two, content)
        record.close()
        time.sleep(0.002)
    newest, oldest = (run.folder.name for run in list_runs(root))

    made = find_made(root, [one, two, tmp_path / "3"])

    assert {path: found.run for path, found in made.items()} == {one: newest, two: oldest}
    assert made[one].output_sha256 != made[two].output_sha256


def test_records_are_not_read_further_than_needed(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    old = keep(root)
    (old / "outcomes.jsonl").unlink()
    (old / "outcomes.jsonl").mkdir()  # reading it would be an error
    record = Record.create(root, ENDED, inputs(1))
    keep_output(record, 0, "source", tmp_path / "o", b"out")
    record.close()

    assert list(find_made(root, [tmp_path / "o"])) == [tmp_path / "o"]
    with pytest.raises(UsageProblem, match="cannot read"):
        find_made(root, [tmp_path / "other"])


def test_an_output_that_a_killed_run_wrote_and_did_not_note_is_known(tmp_path: Path) -> None:
    record = Record.create(tmp_path / "runs", MANIFEST, inputs(1))
    record.writing(0, outcome("source").article, tmp_path / "o", b"out")
    record.close()

    made = find_made(tmp_path / "runs", [tmp_path / "o"])

    assert made[tmp_path / "o"].run == record.folder.name


def test_totals_pass_over_damaged_lines(tmp_path: Path) -> None:
    record = Record.create(tmp_path, MANIFEST, inputs(3))
    record.outcome(0, outcome("two words"), output=None, output_bytes=None)
    usage = {"input_tokens": 5, "output_tokens": 2}
    for cost in ("0.10", "0.20"):
        record.event("reply", key="k", usage=usage, cost_usd=cost)
    record.event("reply", key="k")
    with (record.folder / "outcomes.jsonl").open("a") as file:
        file.write('{"index":1}\n')
    record.close()

    assert sum_up(record.folder) == {
        "articles": 3,
        "outcomes": {"restored": 1},
        "words": 2,
        "edits": 0,
        "calls": 2,
        "input_tokens": 10,
        "output_tokens": 4,
        "cost_usd": "0.30",
    }


def test_an_unpriced_reply_makes_the_cost_of_a_run_unknown(tmp_path: Path) -> None:
    record = Record.create(tmp_path, MANIFEST, [])
    for cost in ("0.10", None):
        record.event("reply", usage={"input_tokens": 0, "output_tokens": 0}, cost_usd=cost)
    record.close()

    assert sum_up(record.folder)["cost_usd"] is None


def test_one_run_at_a_time_writes_into_a_folder(tmp_path: Path) -> None:
    with hold(tmp_path / "out") as tell:
        with pytest.raises(UsageProblem) as early, hold(tmp_path / "out"):
            pass
        tell("20260102T030405Z-0123abcd")
        with pytest.raises(UsageProblem) as caught, hold(tmp_path / "out"):
            pass
        with hold(tmp_path / "other"):
            pass
    with hold(tmp_path / "out"):
        pass

    out = tmp_path / "out"
    name = "20260102T030405Z-0123abcd"
    assert early.value.message == f"another run (pid {os.getpid()}) writes to '{out}' now"
    assert caught.value.message == f"run '{name}' (pid {os.getpid()}) writes to '{out}' now"
    assert f"stop it with 'kill {os.getpid()}'" in str(caught.value.hint)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("content", [b"", b"\xff\n", b"0 \x1b[2J\n", b"9" * 5000])
def test_a_lock_that_says_nothing_of_use_still_holds(tmp_path: Path, content: bytes) -> None:
    with hold(tmp_path):
        (tmp_path / ".restore.lock").write_bytes(content)
        with pytest.raises(UsageProblem) as caught, hold(tmp_path):
            pass

    assert caught.value.message == f"another run writes to '{tmp_path}' now"
    assert caught.value.hint == "wait for its end, or stop it: what it has done stays"


def test_a_folder_that_cannot_be_held_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UnwritableOutput, match="cannot write"), hold(tmp_path / "file"):
        pass


def test_a_killed_run_is_listed_as_killed(tmp_path: Path) -> None:
    process = worker(tmp_path)
    assert process.stdout is not None
    process.stdout.readline()
    before = find_run(tmp_path, None).state
    kill(process)

    assert (before, find_run(tmp_path, None).state) == ("under way", "killed")

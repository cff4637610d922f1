"""`restore review` as its user starts it: by rule, by question and answer, on a full screen."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import MEASURED, ROOT, SEED, Restore
from tests.cli.test_terminal import wait_for


@pytest.fixture(autouse=True)
def record(restore: Restore, tmp_path: Path) -> Path:
    """Restore the seed into `out`; return the folder of the record."""
    (tmp_path / "seed.txt").write_bytes(SEED.read_bytes())
    assert restore("run", "seed.txt", "-o", "out", "--engine", "offline").code == 0
    (folder,) = (tmp_path / ".restore" / "runs").iterdir()
    return folder


def steps_of(record: Path) -> list[list[list[object]]]:
    found: list[list[list[object]]] = json.loads((record / "review.json").read_bytes())["steps"]
    return found


def test_rules_decide_and_apply_writes(restore: Restore, tmp_path: Path) -> None:
    result = restore("review", "--reject", "before~.", "--apply")

    assert result.code == 0
    assert result.text == f"{tmp_path / 'out' / 'seed.txt'}\n"
    assert "1 file written" in result.err
    assert "150 rejected, 0 left" in result.err
    assert (tmp_path / "out" / "seed.txt").read_bytes() == SEED.read_bytes()


def test_an_edit_that_both_rules_hold_of_is_rejected(restore: Restore, record: Path) -> None:
    result = restore("review", "--accept", "confidence>=0", "--reject", "before=organization")

    assert result.code == 0
    assert " 3 rejected, 0 left" in result.err
    assert len(steps_of(record)) == 2


def test_a_filter_bounds_the_rules(restore: Restore) -> None:
    result = restore("review", "--filter", "before=organization", "--accept", "confidence>=0")

    assert "150 edits: 3 accepted, 147 left" in result.err


def test_apply_alone_writes_what_was_decided_before(restore: Restore, tmp_path: Path) -> None:
    restore("review", "--reject", "before~.")
    before = (tmp_path / "out" / "seed.txt").read_bytes()
    restore("review", "--apply")

    assert before != SEED.read_bytes()
    assert (tmp_path / "out" / "seed.txt").read_bytes() == SEED.read_bytes()


def test_a_file_changed_by_hand_is_left_alone(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "out" / "seed.txt").write_text("mine", encoding="utf-8")
    result = restore("review", "--reject", "before~.", "--apply")

    assert result.code == 3
    assert "was changed since it was restored" in result.err
    assert "hint: --force" in result.err
    assert (tmp_path / "out" / "seed.txt").read_text() == "mine"


def test_plain_asks_edit_by_edit(restore: Restore, record: Path) -> None:
    result = restore("review", "--plain", stdin=b"y\nn\nx\ne\nthe words\nu\nq\n")

    assert result.code == 0
    assert "seed.txt, line 1: edit 1 of 150" in result.text
    assert "before: 'offer'" in result.text
    assert "[-offer-]{+provide+}" in result.text
    assert "y  yes, take this edit" in result.text
    assert [step[0][2] for step in steps_of(record)] == ["accepted", "rejected", "changed"]
    assert json.loads((record / "review.json").read_bytes())["made"] == 2


def test_plain_goes_on_where_it_was_left(restore: Restore) -> None:
    restore("review", "--plain", stdin=b"y\nn\n")
    result = restore("review", "--plain", stdin=b"q\n")

    assert "edit 3 of 150" in result.text
    assert "edit 1 of 150" not in result.text


def test_a_accepts_the_rest(restore: Restore) -> None:
    result = restore("review", "--plain", stdin=b"n\na\n")

    assert "150 edits: 149 accepted, 1 rejected, 0 left" in result.err


def test_d_leaves_the_rest_undecided(restore: Restore) -> None:
    assert "1 accepted, 149 left" in restore("review", "--plain", stdin=b"y\nd\n").err


def test_g_keeps_a_rule_that_the_next_run_obeys(restore: Restore, tmp_path: Path) -> None:
    result = restore("review", "--plain", stdin=b"g\nsell\nq\n")
    text = restore("run", "seed.txt", "--engine", "offline", "--diff", "inline").text

    assert "Kept in glossary.toml: always 'offer' → 'sell'" in result.text
    assert "changed, 149 left" in result.err
    assert "[-offer-]{+glossary: sell+}" in text
    assert (tmp_path / "glossary.toml").read_text() == '[[restore]]\nspun = "offer"\nas = "sell"\n'


def test_reviewed_articles_become_gold_that_engines_are_scored_on(
    restore: Restore, tmp_path: Path
) -> None:
    too_early = restore("eval", "--from-reviews")
    restore("review", "--accept", "confidence>=0")
    result = restore(
        "eval", "--from-reviews", "--write-gold", "gold.jsonl", "--engine", "offline",
        "--format", "json",
    )  # fmt: skip
    again = restore("eval", "gold.jsonl", "--engine", "offline", "--format", "json")

    assert too_early.code == 2
    assert "no article was reviewed to its end" in too_early.err
    assert result.code == 0
    assert json.loads(result.text) == json.loads(again.text)
    assert json.loads(result.text)["systems"][0]["spun"]["recall"] > 0.99


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "a full screen needs a terminal"),
        (("nope",), "no run is called 'nope'"),
        (("--accept", "sure>1"), "there is no field 'sure'"),
        (("seed.txt", "more"), "unexpected extra argument"),
    ],
)
def test_mistakes_are_exit_2(restore: Restore, arguments: tuple[str, ...], says: str) -> None:
    result = restore("review", *arguments)

    assert result.code == 2
    assert says in result.err
    assert "Traceback" not in result.err


@pytest.mark.needs("tmux")
def test_the_screen_works_in_a_terminal_of_80_by_24(
    tmux: list[str], home: Path, tmp_path: Path, record: Path
) -> None:
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "NO_COLOR": "1"}
    environ |= MEASURED | {"PYTHONPATH": str(ROOT)}
    run = f"{sys.executable} -m restore review seed.txt; echo exit: $?; sleep 60"
    size = ["-x", "80", "-y", "24"]
    subprocess.run([*tmux, "new-session", "-d", *size, run], env=environ, cwd=tmp_path, check=True)
    wait_for(tmux, "150 of 150 left")
    subprocess.run([*tmux, "send-keys", "y", "n"], check=True)
    shown = wait_for(tmux, "148 of 150 left")
    subprocess.run([*tmux, "send-keys", "q"], check=True)
    wait_for(tmux, "exit: 0")

    assert "✓provide" in shown
    assert [step[0][2] for step in steps_of(record)] == ["accepted", "rejected"]


def test_a_report_of_a_review_says_what_was_decided(restore: Restore, tmp_path: Path) -> None:
    result = restore(
        "review", "--accept", "confidence>=0.9", "--reject", "confidence<0.5",
        "--report", "review.json",
    )  # fmt: skip
    document = json.loads((tmp_path / "review.json").read_text(encoding="utf-8"))
    (article,) = document["articles"]
    decided = [edit.get("decision") for edit in article["edits"]]

    assert result.code == 0
    assert {"accepted", "rejected", None} == set(decided)
    assert all(
        (edit["decision"] == "accepted") == (edit["confidence"] >= 0.9)
        for edit in article["edits"]
        if "decision" in edit
    )

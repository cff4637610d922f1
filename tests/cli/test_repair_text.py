"""`restore run --repair-text`, and what is said without it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Restore

GARBLED = "They donâ€™t know the law implementation at the cafÃ©, and itâ€™s late.\n"
MENDED = "They don’t know the law enforcement at the café, and it’s late.\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(GARBLED, encoding="utf-8")
    return path


@pytest.mark.usefixtures("article")
def test_garbled_text_is_said_in_a_line(restore: Restore) -> None:
    said = "a.txt: garbled text such as 'donâ€™t'; restore run --repair-text mends it\n"

    assert restore("run", "a.txt", "--engine", "offline").err.count(said) == 1
    assert restore("scan", "a.txt").err == said
    assert restore("run", "a.txt", "--engine", "offline", "--quiet").err == ""


@pytest.mark.usefixtures("article")
def test_garbled_text_is_mended_beside_the_engines_edits(restore: Restore) -> None:
    result = restore("run", "a.txt", "--engine", "offline", "--repair-text")
    shown = restore("run", "a.txt", "--engine", "offline", "--repair-text", "--diff", "inline")
    document = restore("run", "a.txt", "--engine", "offline", "--repair-text", "--format", "json")

    assert (result.code, result.text) == (0, MENDED)
    assert "garbled" not in result.err
    assert "[-donâ€™t-]{+don’t+}" in shown.text.replace(" ", "")
    edits = json.loads(document.text)["articles"][0]["edits"]
    assert [(e["before"], e["after"], e["kind"], e["engine"]) for e in edits] == [
        ("donâ€™t", "don’t", "encoding", "repair"),
        ("implementation", "enforcement", "idiom", "offline"),
        ("cafÃ©,", "café,", "encoding", "repair"),
        ("itâ€™s", "it’s", "encoding", "repair"),
    ]


@pytest.mark.usefixtures("article")
def test_a_run_made_without_repairs_is_not_the_one_that_is_wanted(
    restore: Restore, tmp_path: Path
) -> None:
    restore("run", "a.txt", "-o", "out", "--engine", "offline")

    again = restore("run", "a.txt", "-o", "out", "--engine", "offline", RESTORE_REPAIR_TEXT="true")

    assert again.code == 2
    assert "'out/a.txt' exists already" in again.err


@pytest.mark.usefixtures("article")
def test_without_ftfy_the_error_says_how_to_get_it(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "ftfy.py").write_text("raise ImportError('not installed here')\n")

    result = restore(
        "run",
        "a.txt",
        "-o",
        "out",
        "--engine",
        "offline",
        "--repair-text",
        PYTHONPATH=str(tmp_path),
    )

    assert result.code == 2
    assert result.err == (
        "error: --repair-text needs ftfy, which is not installed\n"
        "hint: pip install 'restore-cli[repair]'\n"
    )
    assert not (tmp_path / "out").exists()

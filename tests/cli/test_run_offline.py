import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import MEASURED, ROOT, SEED, Restore

CLEAN = "The council met on Tuesday and voted to keep the library open until June.\n"


def test_the_seed_is_restored_in_a_pipe_as_text_alone(restore: Restore) -> None:
    result = restore("run", SEED)

    assert result.code == 0
    assert "facial recognition" in result.text
    assert "acknowledgment" not in result.text
    assert "law enforcement" in result.text
    assert "implementation" not in result.text
    assert "\x1b" not in result.text


def test_only_edits_differ_from_the_seed(restore: Restore) -> None:
    source = SEED.read_text(encoding="utf-8")

    report = json.loads(restore("run", SEED, "--format", "json").text)
    article = report["articles"][0]

    rebuilt, at = "", 0
    for edit in article["edits"]:
        assert source[edit["start"] : edit["stop"]] == edit["before"]
        rebuilt += source[at : edit["start"]] + edit["after"]
        at = edit["stop"]
    assert rebuilt + source[at:] == article["restored"]
    assert source[-400:] == article["restored"][-400:]


def test_json_holds_edits_verdicts_and_the_exit_code(restore: Restore) -> None:
    report = json.loads(restore("run", SEED, "--format", "json").text)

    article = report["articles"][0]
    assert report["engine"] == "offline"
    assert report["exit_code"] == 0
    assert article["status"] == "restored"
    assert all(verdict["ok"] for verdict in article["verdicts"])
    assert 0.5 < article["edits"][0]["confidence"] <= 1


def test_jsonl_has_a_line_per_article(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CLEAN)
    (tmp_path / "b.txt").write_text(CLEAN)

    lines = restore("run", tmp_path, "--format", "jsonl").text.splitlines()

    assert [Path(json.loads(line)["locator"]).name for line in lines] == ["a.txt", "b.txt"]


def test_a_clean_article_comes_back_byte_for_byte(restore: Restore, tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + CLEAN.replace("\n", "\r\n").encode() + b"\t \r\n"
    (tmp_path / "a.txt").write_bytes(raw)

    assert restore("run", "a.txt").out == raw


def test_stdin_is_restored_to_stdout(restore: Restore) -> None:
    result = restore("run", "-", stdin=b"The law implementation office said so.\n" * 3)

    assert result.out.startswith(b"The law enforcement ")


def test_files_are_written_under_the_output_folder(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "in/deep").mkdir(parents=True)
    (tmp_path / "in/deep/a.txt").write_text(CLEAN)
    (tmp_path / "in/seed.txt").write_bytes(SEED.read_bytes())

    result = restore("run", "in", "-o", "out")

    assert result.code == 0
    assert result.out == b""
    assert (tmp_path / "out/deep/a.txt").read_text() == CLEAN
    assert "law enforcement" in (tmp_path / "out/seed.txt").read_text(encoding="utf-8")
    assert result.err.splitlines()[-1].startswith("2 articles: ")


def test_an_existing_output_is_that_articles_error_without_force(
    restore: Restore, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(CLEAN)
    (tmp_path / "b.txt").write_text(CLEAN)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.txt").write_text("mine")

    refused = restore("run", "a.txt", "b.txt", "-o", "out")
    kept = (tmp_path / "out/a.txt").read_text()
    forced = restore("run", "a.txt", "b.txt", "-o", "out", "--force")

    assert refused.code == 3
    assert "error: 'out/a.txt' exists already\nhint: pass --force" in refused.err
    assert kept == "mine"
    assert forced.code == 0
    assert (tmp_path / "out/a.txt").read_text() == CLEAN


def test_auto_says_in_one_line_which_engine_it_chose(restore: Restore) -> None:
    result = restore("run", SEED)

    assert "engine: offline (neither a key nor a base URL is set)" in result.err


def test_careful_edits_less(restore: Restore) -> None:
    usual = json.loads(restore("run", SEED, "--format", "json").text)["articles"][0]
    careful = json.loads(restore("run", SEED, "--format", "json", "--careful").text)["articles"][0]

    assert 0 < len(careful["edits"]) < len(usual["edits"])
    assert all(edit["confidence"] >= 0.9 for edit in careful["edits"])


def test_quiet_says_nothing_when_all_is_well(restore: Restore) -> None:
    assert restore("run", SEED, "--quiet").err == ""


def test_a_dry_run_says_what_would_be_done(restore: Restore, tmp_path: Path) -> None:
    result = restore("run", SEED, "--dry-run", "-o", "out")

    assert result.code == 0
    assert "1 article" in result.text
    assert "nothing was sent" in result.text
    assert not (tmp_path / "out").exists()


def test_terminal_escapes_and_markup_in_an_article_are_inert(
    restore: Restore, tmp_path: Path
) -> None:
    hostile = "The law implementation said \x1b]0;owned\x07 [red]so[/red] \x9b31m.\n"
    (tmp_path / "a.txt").write_text(hostile, encoding="utf-8")

    shown = restore("run", "a.txt", "--diff", "inline", "--color", "never")

    assert "[red]so[/red]" in shown.text
    assert not {"\x1b", "\x07", "\x9b"} & set(shown.text + shown.err)


def test_a_terminal_shows_the_inline_diff_and_the_summary_line(home: Path) -> None:
    screen = _in_terminal(["run", str(SEED)], home)

    assert "[-implementation-]" in _plain(screen)
    assert "{+enforcement+}" in _plain(screen)
    assert "\x1b[" in screen
    assert "1 article: 1 restored; " in _plain(screen)


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "empty", None),
        (b" \n\t\n", "empty", None),
        (b"PK\x03\x04\x00\x00\x00binary\x00\xff", "binary", None),
        (b"He said \xc3\xa9 and \x93hello\x94.\n", "byte 0x93 at offset 15", "--encoding"),
    ],
    ids=["empty file", "blank file", "binary file", "not utf-8"],
)
def test_an_unreadable_article_is_one_error_line_and_exit_2(
    restore: Restore, tmp_path: Path, content: bytes, message: str, hint: str | None
) -> None:
    (tmp_path / "a.txt").write_bytes(content)

    result = restore("run", "a.txt", "--quiet")

    assert result.code == 2
    assert result.err.startswith("error: ")
    assert message in result.err
    assert "Traceback" not in result.err
    assert hint is None or (f"hint: {result.err.split('hint: ')[1]}" and hint in result.err)


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["run", "gone.txt"], "error: cannot read 'gone.txt': no such file", None),
        (["run", "."], "error: no articles in '.'", "hint: a folder is searched for"),
        (["run", SEED, "--engine", "magic"], "error: ", "hint: 'restore --help'"),
        (["run", SEED, "--frobnicate"], "error: ", "hint: 'restore --help'"),
        (["run"], "error: nothing to restore", "hint: name files"),
        (["frobnicate"], "error: ", "hint: 'restore --help'"),
        (["run", SEED, "--threshold", "7"], "error: --threshold must be a number", None),
        (["run", SEED, "--no-cache", "--refresh"], "exclude each other", "hint: pass one"),
        (["run", SEED, SEED.parent / "README.md"], "cannot be told apart", "hint: pass -o"),
        (["run", SEED, "--config", "gone.toml"], "cannot read 'gone.toml'", None),
    ],
    ids=[
        "no such file",
        "folder without articles",
        "unknown engine",
        "unknown option",
        "no path",
        "unknown command",
        "value out of range",
        "options that exclude each other",
        "several articles in a pipe",
        "no such configuration",
    ],
)
def test_a_users_mistake_is_an_error_line_a_hint_and_exit_2(
    restore: Restore, arguments: list[object], message: str, hint: str | None
) -> None:
    result = restore(*arguments)

    assert result.code == 2
    assert message in result.err
    assert hint is None or hint in result.err
    assert "Traceback" not in result.err
    assert len(result.err.splitlines()) <= 2


def test_one_unreadable_article_does_not_stop_the_others(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text(CLEAN)

    result = restore("run", "a.txt", "b.txt", "-o", "out")

    assert result.code == 3
    assert (tmp_path / "out/b.txt").read_text() == CLEAN
    assert not (tmp_path / "out/a.txt").exists()


def test_a_reader_that_leaves_early_is_no_bug(tmp_path: Path, home: Path) -> None:
    article = tmp_path / "long.txt"
    article.write_text(CLEAN * 2_000)
    command = (
        f"{sys.executable} -m restore run --engine offline --threshold 1 {article} --diff none"
    )
    environ = {"HOME": str(home), "PATH": os.environ["PATH"]} | MEASURED

    process = subprocess.run(
        ["bash", "-c", f"{command} | head -c 5; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environ,
        check=False,
    )

    assert process.stdout == CLEAN[:5]
    assert "Traceback" not in process.stderr
    assert process.returncode == 141


def test_help_version_and_completion_answer(restore: Restore) -> None:
    assert restore("--version").text.startswith("restore 0.")
    assert "--dry-run" in restore("run", "--help").text
    assert "config" in restore("--help").text
    # Without detection the shell is named: under make, the parent is an sh, which has none.
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    assert "restore" in restore("--show-completion", "bash", **named).text


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from restore.cli import main; main(['--help']);"
        "print([m for m in ('openai', 'diskcache', 'jinja2', 'asyncio', 'sqlite3') "
        "if m in sys.modules], file=sys.stderr)"
    )

    process = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # coverage, which would come along, loads sqlite3
        check=False,
    )

    assert process.stderr.strip() == "[]"


def test_config_show_names_values_and_origins_and_hides_keys(restore: Restore) -> None:
    result = restore("config", "show", OPENAI_API_KEY="sk-secret", RESTORE_MODEL="mine")

    assert result.code == 0
    assert "mine" in result.text
    assert "RESTORE_MODEL" in result.text
    assert "sk-secret" not in result.text + result.err


def _in_terminal(arguments: list[str], home: Path) -> str:
    """Run the program with a pseudo-terminal as its screen and return what it drew."""
    main, side = pty.openpty()
    environ = {"HOME": str(home), "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40"}
    environ |= MEASURED
    process = subprocess.Popen(
        [sys.executable, "-m", "restore", *arguments],
        stdin=side,
        stdout=side,
        stderr=side,
        env=environ,
        cwd=ROOT,
    )
    os.close(side)
    drawn = b""
    try:
        while chunk := os.read(main, 65536):
            drawn += chunk
    except OSError:  # Linux reports the closed far side of a pty as an I/O error
        pass
    os.close(main)
    assert process.wait(timeout=60) == 0
    return drawn.decode("utf-8")


def _plain(drawn: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", drawn)

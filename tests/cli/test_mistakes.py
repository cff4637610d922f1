"""Mistakes that people make, and surroundings that fail: a line for each, and never a traceback."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from tests.cli.conftest import SEED, Restore
from tests.server import ModelServer, serve

_LONG = "a" * 300
NAMES = {
    "a name too long": ["run", _LONG],
    "a pattern too long": ["run", _LONG + "*"],
    "an empty name": ["run", ""],
    "a file as if it were a folder": ["run", "a.txt/x"],
    "an output folder that is a file": ["run", "a.txt", "-o", "a.txt"],
    "an output folder below a file": ["run", "a.txt", "-o", "a.txt/x"],
    "an output folder with a name too long": ["run", "a.txt", "-o", _LONG],
    "no such configuration": ["run", "a.txt", "--config", "gone.toml"],
    "a folder as configuration": ["run", "a.txt", "--config", "folder"],
    "a folder as gold": ["eval", "folder"],
    "no such gold": ["eval", "gone.jsonl"],
    "an empty gold file": ["eval", "empty.txt"],
    "an article as gold": ["eval", "a.txt"],
    "an empty article": ["scan", "empty.txt"],
    "no such prompt, offline": ["run", "a.txt", "--prompt", "restore@99"],
    "no such folder of prompts": ["run", "a.txt", "--base-url", "http://h/v1", "--prompts", "gone"],
    "a score that is no number": ["scan", "a.txt", "--fail-above", "nan"],
    "a threshold that is no number": ["run", "a.txt", "--threshold", "nan"],
    "a threshold in words": ["run", "a.txt", "--threshold", "abc"],
    "no calls at once": ["run", "a.txt", "--concurrency", "0"],
    "chunks of less than nothing": ["run", "a.txt", "--chunk-words", "-5"],
    "an address that is none": ["run", "a.txt", "--base-url", "http://[::1"],
    "a port that is none": ["run", "a.txt", "--base-url", "http://127.0.0.1:99999/v1"],
    "a model that is no text": ["run", "a.txt", "--base-url", "http://h/v1", "--model", b"\xff"],
}


@pytest.fixture
def places(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes(SEED.read_bytes())
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize("arguments", NAMES.values(), ids=NAMES)
def test_a_mistake_is_an_error_line_and_a_hint_line(
    restore: Restore, places: Path, arguments: list[str | bytes]
) -> None:
    result = restore(*(os.fsdecode(argument) for argument in arguments))

    error, hint = result.err.splitlines()
    assert result.code == 2
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")
    assert "Errno" not in error
    assert result.out == b""
    assert sorted(p.name for p in places.iterdir()) == ["a.txt", "empty.txt", "folder", "home"]


def test_a_missing_file_is_answered_with_the_nearest(restore: Restore, places: Path) -> None:
    (places / "folder/article.txt").touch()

    assert "did you mean 'folder/article.txt'?" in restore("run", "folder/artcle.txt").err


@pytest.mark.parametrize(
    ("name", "content"),
    [(".env", b"\xff\xfe=3\n"), ("restore.toml", b"model = '\xff'\n")],
    ids=["env", "toml"],
)
def test_settings_that_are_not_utf8_are_an_error(
    restore: Restore, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)

    result = restore("config", "show")

    assert result.code == 2
    assert f"{name}': not UTF-8 at offset" in result.err
    assert "hint: " in result.err


@pytest.mark.parametrize("key", ["sk-secr\u00e9t", "sk-secret\nX: y"], ids=["accent", "newline"])
def test_a_key_that_fits_no_header_is_an_error_that_hides_it(
    restore: Restore, places: Path, key: str
) -> None:
    result = restore("run", "a.txt", OPENAI_API_KEY=key)

    assert result.code == 2
    assert result.err.startswith("error: OPENAI_API_KEY must be printable ASCII")
    assert "secr" not in result.err


def test_a_password_in_the_address_is_refused_and_shown_nowhere(restore: Restore) -> None:
    result = restore("config", "show", OPENAI_BASE_URL="http://me:hunter2@127.0.0.1/v1")

    assert result.code == 2
    assert "OPENAI_BASE_URL holds a name or a password" in result.err
    assert "hunter2" not in result.err + result.text


@pytest.mark.parametrize("group", [[], ["config"]], ids=["restore", "restore config"])
def test_no_command_at_all_is_answered_with_the_help(restore: Restore, group: list[str]) -> None:
    result = restore(*group)

    assert result.code == 2
    assert result.err.startswith("Usage: ")
    assert "\n  config " in result.err or "\n  show " in result.err
    assert "error" not in result.err


@pytest.mark.parametrize(
    "arguments", [["run", "a.txt"], ["scan", "a.txt"], ["config", "show"]], ids=" ".join
)
def test_a_full_disk_behind_stdout_is_an_error_and_exit_3(
    places: Path, arguments: list[str]
) -> None:
    with Path("/dev/full").open("wb") as full:
        process = _start(arguments, places, stdout=full)
        err = process.communicate(timeout=60)[1].decode()

    assert process.returncode == 3
    assert "error: cannot write to stdout: No space left on device\nhint: " in err
    assert "Traceback" not in err


def test_a_table_whose_reader_has_gone_is_no_failure_of_the_articles(places: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = _start(["scan", "a.txt"], places, stdout=writer)
    os.close(writer)

    assert process.communicate(timeout=60)[1] == b""
    assert process.returncode == 141


@pytest.mark.parametrize(("stream", "code"), [(0, 2), (1, 0), (2, 0)], ids=["in", "out", "err"])
def test_closed_streams_do_not_break_the_program(places: Path, stream: int, code: int) -> None:
    article = "-" if stream == 0 else "a.txt"
    process = _start(["run", article], places, before=lambda: os.close(stream))

    assert b"Traceback" not in process.communicate(timeout=60)[1]
    assert process.returncode == code


@pytest.mark.parametrize(
    "arguments",
    [
        ["shut/a.txt"],
        ["shut"],
        ["."],
        ["a.txt", "-o", "shut/x"],
        ["a.txt", "-o", "shut"],
    ],
    ids=" ".join,
)
def test_a_folder_that_is_shut_is_an_error_not_left_out(places: Path, arguments: list[str]) -> None:
    (places / "shut").mkdir(mode=0o000)

    process = _start(["run", *arguments, "--format", "jsonl"], places, before=_obey_permissions)
    out, err = process.communicate(timeout=60)

    (places / "shut").chmod(0o700)
    assert process.returncode == 2
    assert any(words in err for words in (b"Permission denied\nhint", b"not readable\nhint"))
    assert out == b""


def test_an_interrupted_run_is_130_and_leaves_nothing_half_written(places: Path) -> None:
    with serve() as server:
        process = _run_until_asked(server, places)
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=60)[1].decode()

    assert process.returncode == 130
    assert "to go on: restore resume " in err
    assert "Traceback" not in err


def test_the_completion_script_completes_in_bash(places: Path) -> None:
    script = (
        'eval "$(restore --show-completion bash)"\n'
        'complete_line() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))\n'
        ' _restore_completion restore; echo "${COMPREPLY[*]}"; }\n'
        "complete_line restore ru; complete_line restore run --dr\n"
        "complete_line restore run --engine o\n"
    )
    environ = _environ(places) | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    shell = subprocess.run(
        ["bash", "-c", script], env=environ, capture_output=True, text=True, check=True, timeout=60
    )

    assert shell.stdout.splitlines() == ["run runs", "--dry-run", "openai offline"]


def _run_until_asked(server: ModelServer, places: Path) -> "subprocess.Popen[bytes]":
    server.delay_s = 3
    process = _start(
        ["run", "a.txt", "-o", "out", "--base-url", server.base_url],
        places,
        before=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not server.requests:
        assert process.poll() is None
        time.sleep(0.02)
    return process


def _obey_permissions() -> None:
    """Take from root what lets it pass permissions (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def _environ(places: Path) -> dict[str, str]:
    return {"HOME": str(places / "home"), "PATH": os.environ["PATH"], "COLUMNS": "100"}


def _start(
    arguments: list[str],
    places: Path,
    *,
    stdout: int | IO[bytes] = subprocess.PIPE,
    before: Callable[[], object] | None = None,
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "restore", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=places,
        env=_environ(places),
        preexec_fn=before,  # noqa: PLW1509  # the server's threads hold no lock of ours
    )

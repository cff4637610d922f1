"""Files that are no articles: each is its own error, the rest goes on, and memory is bounded."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import program
from tests.cli.conftest import MEASURED, Result
from tests.cli.test_mistakes import _obey_permissions

GOOD = b"The law implementation of the city said no.\n"
MENDED = b"The law enforcement of the city said no.\n"
MEMORY = ["sh", "-c", 'ulimit -v 600000 && exec "$@"', "sh"]
"""KiB of addresses, of which libraries and data take a third."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/z.txt").write_bytes(GOOD)
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    """Restore with little memory; never longer than a minute."""
    return program.run(
        "run", *arguments, "-o", "out", "--engine", "offline",
        folder=folder, under=MEMORY, environ={},
    )  # fmt: skip


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 30)


def one_line(path: Path) -> None:
    path.write_bytes(GOOD.strip() * (50_000_000 // len(GOOD)))


def socket_file(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (Path.touch, "it is empty"),
    "binary": (lambda p: p.write_bytes(os.urandom(5000) + b"\0"), "it is binary"),
    "NUL in a text": (lambda p: p.write_bytes(b"He left\0 the house."), "it is binary"),
    "1 GB": (sparse, "1,073,741,824 bytes are more than"),
    "one line of 50 MB": (one_line, "characters are more than 8,000,000"),
    "a pipe nobody writes to": (os.mkfifo, "nothing writes to this pipe"),
    "a link to a device": (lambda p: p.symlink_to("/dev/zero"), "it is no regular file"),
    "a socket": (socket_file, "No such device or address"),
    "a link to itself": (lambda p: p.symlink_to(p.name), "Too many levels of symbolic links"),
    "a link to nothing": (lambda p: p.symlink_to("gone"), "No such file or directory"),
}


@pytest.mark.parametrize(("make", "wrong"), BAD.values(), ids=BAD)
def test_what_is_no_article_is_its_own_error_and_the_rest_goes_on(
    folder: Path, make: Callable[[Path], object], wrong: str
) -> None:
    make(folder / "in/a.txt")

    result = run(folder, "in")

    assert result.code == 3
    assert "error: cannot read 'in/a.txt': " in result.err
    assert wrong in result.err
    assert "hint: " in result.err
    assert "Traceback" not in result.err
    assert (folder / "out/z.txt").read_bytes() == MENDED
    assert not (folder / "out/a.txt").exists()


def test_a_loop_of_folders_ends(folder: Path) -> None:
    (folder / "in/loop").symlink_to(folder / "in", target_is_directory=True)

    assert run(folder, "in").code == 0
    assert not (folder / "out/loop").exists()


def test_a_name_that_is_not_utf_8_is_written_as_it_is(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \xff.txt")
    (folder / "in" / name).write_bytes(GOOD)
    (folder / "in" / ("empty " + name)).touch()

    result = run(folder, "in")

    assert result.code == 3
    assert (folder / "out" / name).read_bytes() == MENDED
    assert "cannot read 'in/empty caf\ufffd \ufffd.txt': it is empty" in result.err


def test_a_file_that_may_not_be_read_is_its_own_error(folder: Path) -> None:
    (folder / "in/a.txt").write_bytes(GOOD)
    (folder / "in/a.txt").chmod(0)
    process = subprocess.run(
        [sys.executable, "-m", "restore", "run", "in", "-o", "out", "--engine", "offline"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]} | MEASURED,
        capture_output=True,
        timeout=60,
        check=False,
        preexec_fn=_obey_permissions,
    )

    assert process.returncode == 3
    assert b"cannot read 'in/a.txt': Permission denied\nhint: " in process.stderr
    assert (folder / "out/z.txt").read_bytes() == MENDED


@pytest.fixture
def growing(folder: Path) -> Iterator[Path]:
    """A file that another process writes to without end."""
    path = folder / "in/a.txt"
    path.write_bytes(GOOD * 500_000)
    size = path.stat().st_size
    writing = "import sys\nwhile True:\n with open(sys.argv[1], 'ab') as f: f.write(b'More. ')"
    process = subprocess.Popen([sys.executable, "-c", writing, str(path)])
    while path.stat().st_size == size:
        time.sleep(0.01)
    yield path
    process.kill()
    process.wait()


def test_a_file_that_changes_while_it_is_read_is_its_own_error(folder: Path, growing: Path) -> None:
    result = run(folder, "in")

    assert result.code == 3
    assert "cannot read 'in/a.txt': it changed while it was read\nhint: " in result.err
    assert (folder / "out/z.txt").read_bytes() == MENDED


def test_a_pipe_that_somebody_writes_to_is_read(folder: Path) -> None:
    command = f"{sys.executable} -m restore run <(sleep 0.2; cat in/z.txt) --engine offline"
    process = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]} | MEASURED,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert process.stdout == MENDED


def test_a_gigabyte_on_stdin_is_an_error(folder: Path) -> None:
    sparse(folder / "big")
    command = f"{sys.executable} -m restore run - --engine offline < big"
    process = subprocess.run(
        ["bash", "-c", f"ulimit -v 600000; {command}"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]} | MEASURED,
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert process.returncode == 2
    assert b"cannot read '-': 67,108,865 bytes are more than" in process.stderr

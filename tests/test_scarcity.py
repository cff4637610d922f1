"""Disk, cache and file descriptors run out: the run goes on, or says clearly what it lacks."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.program import LOCK, run
from tests.server import ModelServer

ARTICLES = 70
SPUN = "The law implementation office {} asked for more money.\n"
RESTORED = "The law enforcement office {} asked for more money.\n"
PADDING = "\n" + "    code that no engine gets\n" * 150
"""Makes articles of about a page of a small disk."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with articles in `in`."""
    (tmp_path / "in").mkdir()
    for number in range(ARTICLES):
        (tmp_path / "in" / f"{number:02}.txt").write_text(SPUN.format(number) + PADDING)
    return tmp_path


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a small disk, with these options, in the working directory."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(place)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            pytest.skip("may not mount a small disk here: that takes root")
        return place

    yield mount
    subprocess.run(["umount", str(place)], capture_output=True, check=False)


def settings(server: ModelServer, *, cache: str = "cache") -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.base_url, "RESTORE_CACHE_DIR": cache}


def written(out: Path) -> dict[str, str]:
    """Return every file under `out`, temporary ones too, but the lock."""
    return {path.name: path.read_text() for path in out.iterdir() if path.name != LOCK}


def expected(number: int) -> str:
    return RESTORED.format(number) + PADDING


WHOLE = {f"{number:02}.txt": expected(number) for number in range(ARTICLES)}


@pytest.mark.needs("mount")
def test_a_full_disk_fails_what_it_cannot_hold_and_holds_nothing_half_written(
    server: ModelServer, folder: Path, disk: Callable[[str], Path]
) -> None:
    disk("size=64k")

    result = run("run", "in", "-o", "disk/out", folder=folder, environ=settings(server))

    out = written(folder / "disk" / "out")
    assert 0 < len(out) < ARTICLES
    assert out.items() <= WHOLE.items()
    assert result.err.count("No space left on device") == ARTICLES - len(out)
    assert result.code == 3


@pytest.mark.needs("mount")
def test_what_a_full_disk_could_not_hold_is_written_later_without_a_call(
    server: ModelServer, folder: Path, disk: Callable[[str], Path]
) -> None:
    disk("size=64k")
    run("run", "in", "-o", "disk/out", folder=folder, environ=settings(server))
    asked = len(server.requests)

    result = run("run", "in", "-o", "out", folder=folder, environ=settings(server))

    assert written(folder / "out") == WHOLE
    assert result.code == 0
    assert len(server.requests) == asked == ARTICLES


@pytest.mark.needs("mount")
def test_a_disk_too_full_for_the_runs_record_ends_the_run_with_one_error(
    server: ModelServer, folder: Path, disk: Callable[[str], Path]
) -> None:
    place = disk("size=32k")
    (folder / ".restore").symlink_to(place)

    result = run("run", "in", "-o", "out", folder=folder, environ=settings(server))

    assert written(folder / "out").items() <= WHOLE.items()
    assert "Traceback" not in result.err
    assert "error: cannot keep the run's record in" in result.err
    assert "No space left on device" in result.err
    assert result.code == 3


@pytest.mark.needs("mount")
@pytest.mark.parametrize(
    "options", ["size=64k", "size=64k,ro"], ids=["a full disk", "a read-only disk"]
)
def test_a_cache_on(
    options: str, server: ModelServer, folder: Path, disk: Callable[[str], Path]
) -> None:
    place = disk(options)

    result = run(
        "run", "in", "-o", "out", folder=folder, environ=settings(server, cache=str(place))
    )

    assert written(folder / "out") == WHOLE
    assert result.err.count("going on without the cache") == 1
    assert result.code == 0


def test_a_file_size_limit_fails_what_is_over_it_and_leaves_nothing_half_written(
    server: ModelServer, folder: Path
) -> None:
    (folder / "in" / "long.txt").write_text(SPUN.format("long") + PADDING * 300)
    limit = ("sh", "-c", 'ulimit -f 1024 && exec "$@"', "sh")  # 512 KiB or, by another sh, 1 MiB

    result = run("run", "in", "-o", "out", folder=folder, under=limit, environ=settings(server))

    assert written(folder / "out") == WHOLE
    assert "cannot write 'out/long.txt': File too large" in result.err
    assert result.code == 3


@pytest.mark.parametrize("start", [0, 4096], ids=["from its first byte", "after its first page"])
def test_a_cache_that_is_corrupt(start: int, server: ModelServer, folder: Path) -> None:
    run("run", "in", "-o", "first", folder=folder, environ=settings(server))
    database = folder / "cache" / "cache.db"
    content = bytearray(database.read_bytes())
    content[start:] = b"\xff" * (len(content) - start)
    database.write_bytes(content)

    result = run("run", "in", "-o", "out", folder=folder, environ=settings(server))

    assert written(folder / "out") == WHOLE
    assert result.err.count("cache was corrupt") + result.err.count("without the cache") == 1
    assert result.code == 0


def limited_to(files: int) -> tuple[str, ...]:
    return "sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"


def test_64_calls_at_once_fit_256_open_files(server: ModelServer, folder: Path) -> None:
    server.delay_s = 0.2  # so that as many calls are under way as may be
    arguments = ("run", "in", "-o", "out", "--concurrency", "64")

    result = run(*arguments, folder=folder, under=limited_to(256), environ=settings(server))

    assert result.code == 0
    assert written(folder / "out") == WHOLE
    assert "warning" not in result.err


def test_fewer_calls_are_made_at_once_than_files_may_be_open(
    server: ModelServer, folder: Path
) -> None:
    server.delay_s = 0.2
    arguments = ("run", "in", "-o", "out", "--concurrency", "64")

    result = run(*arguments, folder=folder, under=limited_to(44), environ=settings(server))

    assert result.code == 0
    assert written(folder / "out") == WHOLE
    assert "warning: at most 12 calls at once, as 'ulimit -n' allows 44 open files" in result.err

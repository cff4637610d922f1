"""The clock on the wall is set while a run goes on: it stops nothing, and nothing waits for it."""

import json
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.cli.conftest import MEASURED
from tests.program import LOCK, run
from tests.server import ModelServer, rewrite, status

ARTICLES = 40
YEAR_S = 365 * 86_400
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Sets the clock on the wall, and no other, by the seconds that the file CLOCK_FILE holds. */
int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, now);
    const char *path = getenv("CLOCK_FILE");
    int file = clock == CLOCK_REALTIME && path ? open(path, O_RDONLY) : -1;
    if (file >= 0) {
        char text[32] = {0};
        if (read(file, text, sizeof text - 1) > 0) now->tv_sec += atol(text);
        close(file);
    }
    return result;
}
"""


@pytest.fixture
def clock(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a process whose clock on the wall the file `clock` sets."""
    (tmp_path / "clock.c").write_text(CLOCK)
    (tmp_path / "clock").write_text("0")
    command = ["cc", "-shared", "-fPIC", "-o", "clock.so", "clock.c", "-ldl"]
    subprocess.run(command, cwd=tmp_path, check=True)
    return MEASURED | {
        "LD_PRELOAD": str(tmp_path / "clock.so"),
        "CLOCK_FILE": str(tmp_path / "clock"),
    }


@pytest.mark.needs("cc")
@pytest.mark.parametrize("jump_s", [YEAR_S, -YEAR_S], ids=["forward", "back"])
def test_a_run_survives_a_clock_that_is_set(
    tmp_path: Path, server: ModelServer, clock: dict[str, str], jump_s: int
) -> None:
    texts = {f"{n:02}.txt": f"The law implementation office {n} asked.\n" for n in range(ARTICLES)}
    (tmp_path / "in").mkdir()
    for name, text in texts.items():
        (tmp_path / "in" / name).write_text(text)
    environ = clock | {"OPENAI_BASE_URL": server.base_url, "RESTORE_CACHE_DIR": "cache"}
    honest = server.rewrite

    once = threading.Lock()

    def set_clock(text: str) -> str:
        """Set it with calls under way; one of the next is to wait until a date that is near."""
        if len(server.requests) >= ARTICLES // 2 and once.acquire(blocking=False):
            (tmp_path / "clock").write_text(str(jump_s))
            soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
            server.script = [status(429, retry_after=soon)]
        return honest(text)

    server.rewrite = set_clock
    server.delay_s = 0.05
    caps = ("--max-minutes", "5", "--rpm", "6000", "--timeout-s", "20", "--concurrency", "4")
    result = run("run", "in", "-o", "out", *caps, folder=tmp_path, environ=environ)

    assert result.code == 0, result.err
    out = {
        path.name: path.read_text() for path in (tmp_path / "out").iterdir() if path.name != LOCK
    }
    assert out == {name: rewrite(text) for name, text in texts.items()}
    assert len(server.requests) == ARTICLES + 1
    [record] = (tmp_path / ".restore" / "runs").iterdir()
    manifest = json.loads((record / "manifest.json").read_bytes())
    took = datetime.fromisoformat(manifest["ended"]) - datetime.fromisoformat(manifest["started"])
    assert took.total_seconds() == pytest.approx(jump_s, abs=100)  # the clock was set indeed

    later = [
        run(*command, folder=tmp_path, environ=environ)
        for command in (
            ("runs", "list"),
            ("runs", "show"),
            ("resume",),
            ("run", "in", "-o", "out"),
            ("runs", "prune", "--older-than", "1d"),
        )
    ]
    assert [one.code for one in later] == [0] * 5, later
    assert f"{ARTICLES} skipped" in later[3].err

"""The program in a real terminal, as a person sees it."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import MEASURED, ROOT, SEED

_STYLE = re.compile(r"\x1b\[[0-9;]*m")

pytestmark = pytest.mark.needs("tmux")


@pytest.mark.parametrize(
    ("extra", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)], ids=["colour", "NO_COLOR"]
)
def test_a_terminal_shows_the_diff_and_the_sum(
    tmux: list[str], home: Path, extra: dict[str, str], *, coloured: bool
) -> None:
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"} | MEASURED | extra
    run = f"{sys.executable} -m restore run {SEED}; echo exit: $?; sleep 60"

    size = ["-x", "100", "-y", "120"]
    subprocess.run([*tmux, "new-session", "-d", *size, run], env=environ, cwd=ROOT, check=True)
    shown = wait_for(tmux, "exit: 0")

    assert "[-implementation-]{+enforcement+}" in _STYLE.sub("", shown)
    assert any(re.search(r"[\[;]3[1-7][;m]", style) for style in _STYLE.findall(shown)) == coloured
    assert "1 article: 1 restored" in shown


def wait_for(tmux: list[str], text: str) -> str:
    """Return the screen, escapes included, once it shows `text`."""
    command = [*tmux, "capture-pane", "-p", "-e", "-S", "-"]
    for _ in range(300):
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if text in shown:
            return shown
        time.sleep(0.1)
    raise AssertionError(f"never shown: {text}\n{shown}")

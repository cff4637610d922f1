"""Runs that a test stops before their end: many calls, in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from restore.chunks import split
from restore.documents import read_bytes
from tests.cli.conftest import MEASURED
from tests.server import ModelServer

PARAGRAPHS, AT_ONCE, WORDS = 4, 8, 20


def make_texts(articles: int) -> dict[str, str]:
    """Return articles by file name. Nearly every paragraph is a call, and none like another."""
    return {
        f"{a:03}.txt": "\n\n".join(
            f"In the {p}th year of plan {a}, the law implementation office used facial "
            "acknowledgment in each of its cities, and people had known it since quite a while ago."
            for p in range(PARAGRAPHS)
        )
        for a in range(articles)
    }


def count_calls(texts: Mapping[str, str]) -> int:
    """Return how many calls an undisturbed run makes for them."""
    return sum(
        len(split(article, target_words=WORDS))
        for name, text in texts.items()
        for article in read_bytes(text.encode(), name, suffix=".txt")
    )


def settings(server: ModelServer) -> dict[str, str]:
    return MEASURED | {
        "OPENAI_BASE_URL": server.base_url,
        "OPENAI_API_KEY": "sk-test",
        "RESTORE_CHUNK_WORDS": str(WORDS),
        "RESTORE_CONCURRENCY": str(AT_ONCE),
    }


def start(folder: Path, server: ModelServer, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start `restore ARGUMENTS…` in `folder`."""
    return subprocess.Popen(
        [sys.executable, "-m", "restore", *arguments],
        cwd=folder,
        env={"HOME": str(folder / "home"), "PATH": os.environ["PATH"]} | settings(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # a shell's background jobs ignore SIGINT, and their children would inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )


def wait_for(server: ModelServer, calls: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until so many calls were made in all, or the process has ended."""
    while len(server.requests) < calls and process.poll() is None:
        time.sleep(0.005)

"""Against llama.cpp's own server, with a model of random weights: `make llama-test`."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT
from tests.program import run

PYTHON = ROOT / ".venv-llama" / "bin" / "python"
CONTEXT = 6_144
"""Tokens, which are bytes here: the prompt's 3,000 fit, and a short chunk; llama.cpp rounds it up
to a multiple of 256."""
SENTENCE = "The law implementation office {} has since quite a while ago asked for more money."

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ROOT / ".venv-llama" / "installed").exists(),
        reason="llama.cpp's server is not built: make llama-test",
    ),
    pytest.mark.skipif(
        not (os.environ.get("LLAMA_TEST") or os.environ.get("TEST_ALL")),
        reason="runs in make llama-test and make test-all",
    ),
]


@contextmanager
def serving(folder: Path, replies: str) -> Iterator[str]:
    """Make a model whose replies are brief or endless, and serve it on loopback."""
    file = folder / "tiny.gguf"
    subprocess.run([PYTHON, ROOT / "tests" / "tiny_model.py", file, replies], check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [PYTHON, "-m", "llama_cpp.server", "--model", file, "--port", port]
    command += ["--n_ctx", CONTEXT, "--n_threads", 1, "--n_threads_batch", 1]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen([*map(str, command)], stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/v1/models", server)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.kill()
            server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers; it takes some seconds to load."""
    for _ in range(240):
        assert server.poll() is None, "the server has ended: see server.log"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    pytest.fail("the server did not answer within a minute")


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings for a model that soon ends its replies."""
    with serving(tmp_path_factory.mktemp("brief"), "brief") as url:
        yield {"OPENAI_BASE_URL": url, "RESTORE_MODEL": "tiny"}


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings for a model that never ends a reply."""
    with serving(tmp_path_factory.mktemp("endless"), "endless") as url:
        yield {"OPENAI_BASE_URL": url, "RESTORE_MODEL": "tiny"}


def test_noise_keeps_the_originals_with_a_reason(brief: dict[str, str], tmp_path: Path) -> None:
    sources = {f"{number}.txt": SENTENCE.format(number) + "\n" for number in range(8)}
    (tmp_path / "in").mkdir()
    for name, source in sources.items():
        (tmp_path / "in" / name).write_text(source)

    result = run("run", "in", "-o", "out", folder=tmp_path, environ=brief)

    assert {name: (tmp_path / "out" / name).read_text() for name in sources} == sources
    assert [name for name in sources if f"kept: 'in/{name}': line 1" not in result.err] == []
    assert "8 articles: 8 partial" in result.err
    assert "16 calls" in result.err
    assert result.code == 1


def test_noise_is_not_bought_again(brief: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE.format("A") + "\n")
    run("run", "a.txt", folder=tmp_path, environ=brief)

    result = run("run", "a.txt", folder=tmp_path, environ=brief)

    assert "0 calls, 1 from cache" in result.err


def test_a_chunk_over_the_models_context_fails_with_a_hint_that_helps(
    brief: dict[str, str], tmp_path: Path
) -> None:
    long = "\n\n".join(SENTENCE.format(number) for number in range(CONTEXT // len(SENTENCE)))
    (tmp_path / "a.txt").write_text(long)

    result = run("run", "a.txt", "-o", "out", folder=tmp_path, environ=brief)
    hinted = run(
        *("run", "a.txt", "-o", "out", "--chunk-words", "50"), folder=tmp_path, environ=brief
    )

    assert f"answered 400: This model's maximum context length is {CONTEXT} tokens" in result.err
    assert "hint: the chunk is too long for this model: pass a smaller --chunk-words" in result.err
    assert result.code == 3
    assert hinted.code == 1
    assert (tmp_path / "out" / "a.txt").read_text() == long


def test_a_reply_that_stops_at_its_token_limit_keeps_the_original(
    endless: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(SENTENCE.format("A") + "\n")

    result = run("run", "a.txt", folder=tmp_path, environ=endless)

    assert result.text == SENTENCE.format("A") + "\n"
    assert "kept: 'a.txt': line 1: the reply was cut off at its token limit" in result.err
    assert result.code == 1

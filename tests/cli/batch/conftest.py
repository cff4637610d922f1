"""`restore batch` against a server that has the Batch API."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from restore.cli import main
from tests.batch_server import BatchServer, serve_batches
from tests.cli.conftest import Result

SPUN = "The law implementation office in {place} has since quite a while ago asked for more here.\n"
KEY = "sk-very-secret"
PLACES = ("Bonn", "Graz", "Bern")
TABLE = '[prices."gpt-5-mini"]\ninput = 1000\ncached_input = 1000\noutput = 2000\n'

Asked = Callable[..., Result]


@pytest.fixture
def far() -> Iterator[BatchServer]:
    """Run a server with the Batch API."""
    with serve_batches() as running:
        yield running


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for place in PLACES:
        (folder / f"{place}.txt").write_text(SPUN.format(place=place))
    return folder


@pytest.fixture
def asked(
    tmp_path: Path,
    home: Path,
    far: BatchServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Asked:
    """Run a command against the server, in this process: that saves each the SDK's import."""
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith(("OPENAI_", "RESTORE_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", far.base_url)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object, url: str = far.base_url) -> Result:
        monkeypatch.setenv("OPENAI_BASE_URL", url)
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Result(code, out.encode(), err)

    return run


def restored(folder: Path) -> list[str]:
    return [(folder / f"{place}.txt").read_text() for place in PLACES]


def expected() -> list[str]:
    return [
        SPUN.format(place=place)
        .replace("implementation", "enforcement")
        .replace("since quite a while ago", "long")
        for place in PLACES
    ]

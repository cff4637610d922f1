"""Runs that go on at once share a cache: nothing is lost, and nothing is bought twice in one."""

from pathlib import Path

from tests.cli.conftest import Restore
from tests.cli.stopped import count_calls, make_texts, settings, start
from tests.server import ModelServer, rewrite

TEXTS = make_texts(15)
CALLS = count_calls(TEXTS)


def write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def test_two_runs_on_one_cache_lose_no_reply(
    tmp_path: Path, restore: Restore, server: ModelServer
) -> None:
    write(tmp_path / "in", TEXTS)

    both = [start(tmp_path, server, "run", "in", "-o", out) for out in ("one", "two")]
    said = [process.communicate(timeout=60)[1].decode() for process in both]
    asked = len(server.requests)
    third = restore("run", "in", "-o", "three", **settings(server))

    assert [process.returncode for process in both] == [0, 0], said
    assert not any("warning" in err or "cache in" in err or "locked" in err for err in said), said
    assert CALLS <= asked <= 2 * CALLS
    assert (third.code, len(server.requests)) == (0, asked)  # all replies were kept
    for out in ("one", "two", "three"):
        written = {path.name: path.read_text() for path in (tmp_path / out).glob("*.txt")}
        assert written == {name: rewrite(text) for name, text in TEXTS.items()}


def test_what_is_the_same_in_many_articles_is_asked_once(
    tmp_path: Path, restore: Restore, server: ModelServer
) -> None:
    server.delay_s = 0.2  # so that the others come while the first is under way
    [text] = make_texts(1).values()
    write(tmp_path / "in", {f"{n}.txt": text for n in range(12)})

    result = restore("run", "in", "-o", "out", "--no-cache", **settings(server))

    assert result.code == 0, result.err
    assert len(server.requests) == count_calls({"0.txt": text})
    written = {path.read_text() for path in (tmp_path / "out").glob("*.txt")}
    assert written == {rewrite(text)}

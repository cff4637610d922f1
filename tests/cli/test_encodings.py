"""Articles in other encodings than UTF-8, read and written by the program."""

from pathlib import Path

import pytest

from tests.cli.conftest import Restore

SPUN = "“We don’t know,” he said at a café. The law implementation of the city did.\r\n"
MENDED = SPUN.replace("implementation", "enforcement")


@pytest.mark.parametrize("codec", ["cp1252", "mac-roman", "utf-16-le", "utf-32-be"])
def test_an_article_is_written_back_in_the_encoding_that_was_found(
    restore: Restore, tmp_path: Path, codec: str
) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode(codec))

    result = restore("run", "a.txt", "-o", "out", "--engine", "offline")

    assert result.code == 0
    assert (tmp_path / "out/a.txt").read_bytes() == MENDED.encode(codec)
    assert f"a.txt: read as {codec.replace('-r', '_r')} (" in result.err
    assert "% sure); --encoding names another\n" in result.err


def test_nothing_is_said_of_an_encoding_that_is_known(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode("cp1252"))
    (tmp_path / "b.txt").write_bytes(SPUN.encode())
    (tmp_path / "c.txt").write_bytes(SPUN.encode("utf-16"))

    named = restore("scan", "a.txt", "--encoding", "cp1252")
    utf = restore("scan", "b.txt", "c.txt")
    quiet = restore("run", "a.txt", "--engine", "offline", "--quiet")

    assert (named.code, named.err) == (0, "")
    assert (utf.code, utf.err) == (0, "")
    assert (quiet.code, quiet.err) == (0, "")


@pytest.mark.parametrize("command", [["scan", "a.txt"], ["verify", "a.txt", "a.txt"]], ids=" ".join)
def test_other_commands_say_it_too(restore: Restore, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode("cp1252"))

    assert "a.txt: read as cp1252 (" in restore(*command).err


def test_what_is_unsure_is_that_articles_error(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "mixed.txt").write_bytes(SPUN.encode() + b"caf\xe9\n")
    (tmp_path / "b.txt").write_bytes(SPUN.encode())

    result = restore("run", "mixed.txt", "b.txt", "-o", "out", "--engine", "offline")

    assert result.code == 3
    assert "error: cannot read 'mixed.txt': not UTF-8 (byte 0xe9 at offset" in result.err
    assert "hint: save it as UTF-8, or pass --encoding" in result.err
    assert (tmp_path / "out/b.txt").exists()


def test_a_character_that_the_encoding_lacks_is_reported_not_lost(
    restore: Restore, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(SPUN.encode("cp1252"))
    (tmp_path / "glossary.toml").write_text(
        '[[restore]]\nspun = "law implementation"\nas = "Zażółć"\n', encoding="utf-8"
    )

    result = restore("run", "a.txt", "-o", "out", "--engine", "offline")

    assert result.code == 3
    assert "cannot write 'out/a.txt': charmap has no character 'ż'" in result.err
    assert "hint: save the article as UTF-8 first" in result.err
    assert not (tmp_path / "out/a.txt").exists()

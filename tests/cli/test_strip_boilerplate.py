"""`--strip-boilerplate`: what is marked goes, whatever restores the rest, and the diff shows it."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Restore
from tests.server import ModelServer

PAGE = "The law implementation office.\n\n12 likes\n\nLeave a Reply\n"
OFFLINE = ("--engine", "offline")
STRIP = "--strip-boilerplate"


@pytest.fixture(autouse=True)
def page(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")


def test_boilerplate_stays_where_nobody_asked(restore: Restore) -> None:
    result = restore("run", "page.txt", *OFFLINE)

    assert result.out == b"The law enforcement agency.\n\n12 likes\n\nLeave a Reply\n"


def test_boilerplate_is_taken_out_offline(restore: Restore) -> None:
    result = restore("run", "page.txt", STRIP, *OFFLINE)

    assert result.code == 0, result.err
    assert result.out == b"The law enforcement agency.\n"


def test_boilerplate_is_taken_out_beside_a_model(restore: Restore, server: ModelServer) -> None:
    result = restore("run", "page.txt", STRIP, OPENAI_BASE_URL=server.base_url)

    assert result.code == 0, result.err
    assert b"likes" not in result.out
    assert b"Leave a Reply" not in result.out
    assert all("Leave a Reply" not in json.dumps(asked) for asked in server.requests)


def test_the_diff_shows_what_was_taken_out(restore: Restore) -> None:
    result = restore("run", "page.txt", STRIP, "--diff", "unified", *OFFLINE)

    assert b"-12 likes\n" in result.out
    assert b"-Leave a Reply\n" in result.out


def test_edits_name_the_rule(restore: Restore) -> None:
    result = restore("run", "page.txt", STRIP, "--format", "json", *OFFLINE)

    [article] = json.loads(result.out)["articles"]
    assert [edit["reason"] for edit in article["edits"] if edit["engine"] == "boilerplate"] == [
        "boilerplate: counter",
        "boilerplate: comments",
    ]


def test_an_output_with_boilerplate_is_not_taken_for_one_without(
    tmp_path: Path, restore: Restore
) -> None:
    restore("run", "page.txt", "-o", "out", *OFFLINE)

    result = restore("run", "page.txt", "-o", "out", STRIP, "--force", *OFFLINE)

    assert result.code == 0, result.err
    left = (tmp_path / "out" / "page.txt").read_text(encoding="utf-8")
    assert left == "The law enforcement agency.\n"

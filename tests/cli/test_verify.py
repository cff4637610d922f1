import json
from pathlib import Path

import pytest

from tests.cli.conftest import SEED, Restore

ORIGINAL = """The company hired 40 people on June 11, 2020.

It never costs over $5 to join the law implementation office.
Brad Smith said "we will not sell it" in Seattle.

The last paragraph stays the same, as it is.
"""
RESTORED = ORIGINAL.replace("June 11, 2020", "11 June 2020").replace(
    "implementation", "enforcement"
)


@pytest.fixture
def verify(restore: Restore, tmp_path: Path) -> Restore:
    """Run `restore verify` on the original and on what a test makes of the restored text."""

    def run(restored: str, *options: str, original: str = ORIGINAL, **environ: str) -> object:
        (tmp_path / "a.txt").write_text(original, encoding="utf-8", newline="")
        (tmp_path / "b.txt").write_text(restored, encoding="utf-8", newline="")
        return restore("verify", "a.txt", "b.txt", *options, **environ)

    return run  # type: ignore[return-value]  # the same keyword arguments, one more


def test_a_faithful_restoration_is_exit_0_and_one_line(verify: Restore) -> None:
    result = verify(RESTORED)

    assert (result.code, result.err) == (0, "")
    assert result.text == (
        "4 paragraphs, none wrong: 8 facts kept, 0 missing, 0 added, 0 problems\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        ("40 people", "45 people", ["1", "1", "missing", "number", "40"]),
        ("40 people", "45 people", ["1", "1", "added", "number", "45"]),
        ("It never costs", "It costs", ["3", "3", "missing", "negation", "never"]),
        ("Seattle", "Boston", ["4", "4", "missing", "name", "Seattle"]),
        ("The last paragraph stays the same, as it is.", "", ["6", "-", "wrong", "empty"]),
    ],
    ids=["a changed number", "its new value", "a dropped never", "a swapped place", "a lost end"],
)
def test_what_was_changed_is_listed_with_its_lines(
    verify: Restore, before: str, after: str, row: list[str]
) -> None:
    result = verify(RESTORED.replace(before, after))

    rows = [line.split()[: len(row)] for line in result.text.splitlines()]
    assert result.code == 1
    assert row in rows


def test_a_paragraph_too_many_is_wrong_and_the_others_are_not(verify: Restore) -> None:
    result = verify(RESTORED.replace("\n\nThe last", "\n\nBuy now\n\nThe last"), "--format", "json")

    paragraphs = json.loads(result.text)["paragraphs"]
    (wrong,) = [paragraph for paragraph in paragraphs if not paragraph["ok"]]
    assert result.code == 1
    assert (wrong["original_line"], wrong["restored_line"]) == (None, 6)
    assert wrong["problems"] == ["inserted"]
    assert len(paragraphs) == 5


def test_joined_paragraphs_are_compared_as_one(verify: Restore) -> None:
    result = verify(RESTORED.replace("2020.\n\nIt", "2020. It"), "--format", "json")

    assert result.code == 0
    assert [p["original_line"] for p in json.loads(result.text)["paragraphs"]] == [1, 4, 6]


def test_verbose_lists_the_facts_that_are_kept(verify: Restore) -> None:
    result = verify(RESTORED, "--verbose")

    assert ["3", "3", "kept", "number", "$5"] in [x.split() for x in result.text.splitlines()]


def test_json_counts_and_places_the_facts(verify: Restore) -> None:
    found = json.loads(verify(RESTORED.replace("40", "45"), "--format", "json").text)

    assert found["schema"] == "restore.comparison/1"
    assert (found["ok"], found["kept"], found["missing"], found["added"]) == (False, 7, 1, 1)
    assert found["paragraphs"][0]["missing"] == [{"kind": "number", "text": "40", "line": 1}]
    assert found["paragraphs"][0]["original_line"] == 1


def test_the_diff_of_wrong_paragraphs_alone_is_drawn_in_place(verify: Restore) -> None:
    result = verify(RESTORED.replace("40", "45"), "--diff", "inline")

    assert "line 1 of the original, line 1 of the restored text:" in result.text
    assert "hired [-40-]{+45+} people" in result.text
    assert "enforcement" not in result.text


def test_newlines_and_colour_are_not_facts(verify: Restore) -> None:
    result = verify(RESTORED.replace("\n", "\r\n"))
    drawn = verify(RESTORED.replace("40", "45"), "--color", "always", TERM="xterm-256color")

    assert result.code == 0
    assert "\x1b[" in drawn.text


@pytest.mark.parametrize("stdin_first", [True, False], ids=["original", "restored"])
def test_one_of_the_two_may_be_stdin(
    restore: Restore, tmp_path: Path, *, stdin_first: bool
) -> None:
    (tmp_path / "a.txt").write_bytes(SEED.read_bytes())
    arguments = ["-", "a.txt"] if stdin_first else ["a.txt", "-"]

    assert restore("verify", *arguments, stdin=SEED.read_bytes()).code == 0


def test_what_the_program_restores_it_also_verifies(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(restore("run", SEED, "--engine", "offline").out)

    result = restore("verify", SEED, "b.txt", "--verbose")

    assert result.code == 0, result.text
    assert " kept " in result.text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "-"], "only one of the two texts can come from stdin"),
        (["no.txt", "-"], "cannot read 'no.txt'"),
        (["two", "-"], "'two' names 2 texts, not one"),
        (["empty.txt", "-"], "cannot read 'empty.txt': it is empty"),
    ],
    ids=["stdin twice", "no file", "a folder of two", "an empty file"],
)
def test_a_text_that_cannot_be_had_is_exit_2(
    restore: Restore, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "two").mkdir()
    for name in ("1.txt", "2.txt"):
        (tmp_path / "two" / name).write_text(ORIGINAL)

    result = restore("verify", *arguments, stdin=ORIGINAL.encode())

    assert (result.code, result.text) == (2, "")
    assert message in result.err
    assert "hint: " in result.err

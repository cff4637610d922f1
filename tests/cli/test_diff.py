import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import MEASURED, SEED, Restore
from tests.cli.test_terminal import wait_for

BEFORE = "The law implementation office.\n\nNothing here.\n\nNor here.\n\nNor there.\n"
AFTER = BEFORE.replace("implementation", "enforcement")


@pytest.fixture(autouse=True)
def texts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "b.txt").write_text(AFTER, encoding="utf-8")


@pytest.fixture
def ran(restore: Restore, tmp_path: Path) -> Path:
    """Restore two articles into `out`; return the folder of the record."""
    articles = tmp_path / "in"
    articles.mkdir()
    (articles / "seed.txt").write_bytes(SEED.read_bytes())
    (articles / "clean.txt").write_text("Nothing is spun in this one.\n", encoding="utf-8")
    assert restore("run", "in", "-o", "out", "--engine", "offline").code == 0
    (record,) = (tmp_path / ".restore" / "runs").iterdir()
    return record


def test_two_texts_that_differ_are_exit_1(restore: Restore) -> None:
    result = restore("diff", "a.txt", "b.txt")

    assert (result.code, result.err) == (1, "")
    assert "The law [-implementation-]{+enforcement+} office." in result.text
    assert "… 2 unchanged lines …\n" in result.text


def test_equal_texts_are_exit_0_without_a_word(restore: Restore) -> None:
    result = restore("diff", "a.txt", "a.txt")

    assert (result.code, result.out, result.err) == (0, b"", "")


def test_whole_leaves_no_line_out(restore: Restore) -> None:
    assert "Nor there." in restore("diff", "a.txt", "b.txt", "--whole").text


def test_one_of_two_texts_may_come_from_stdin(restore: Restore) -> None:
    assert restore("diff", "a.txt", "-", stdin=AFTER.encode()).code == 1


def test_side_by_side_keeps_to_the_columns_there_are(restore: Restore) -> None:
    lines = restore("diff", "a.txt", "b.txt", "--diff", "side", COLUMNS="40").text.splitlines()

    assert max(map(len, lines)) <= 40
    assert lines[2] == "The law            | The law"


def test_json_holds_the_edits(restore: Restore) -> None:
    (article,) = json.loads(restore("diff", "a.txt", "b.txt", "--format", "json").text)["articles"]

    assert [(e["before"], e["after"]) for e in article["edits"]] == [
        ("implementation", "enforcement")
    ]


def test_critic_markup_is_the_whole_text(restore: Restore) -> None:
    result = restore("diff", "a.txt", "b.txt", "--format", "criticmarkup")

    assert result.text == BEFORE.replace("implementation", "{~~implementation~>enforcement~~}")


@pytest.mark.needs("git")
def test_git_applies_the_patch_of_a_run(restore: Restore, ran: Path, tmp_path: Path) -> None:
    patch = restore("diff", ran.name, "--diff", "unified")
    subprocess.run(["git", "apply", "-"], input=patch.out, cwd=tmp_path, check=True)

    assert patch.code == 1
    for name in ("seed.txt", "clean.txt"):
        assert (tmp_path / "in" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize("target", [(), ("in/seed.txt",), ("out/seed.txt",), ("RUN",), ("2",)])
def test_a_run_is_named_in_many_ways(restore: Restore, ran: Path, target: tuple[str, ...]) -> None:
    names = [ran.name if name == "RUN" else name for name in target]
    result = restore("diff", *names)

    assert result.code == 1
    assert "[-implementation-]{+enforcement+}" in result.text
    assert "clean.txt" not in result.text


def test_a_run_is_shown_as_it_was_though_its_files_are_gone(
    restore: Restore, ran: Path, tmp_path: Path
) -> None:
    before = restore("diff", ran.name).text
    for path in ("in/seed.txt", "out/seed.txt"):
        (tmp_path / path).unlink()

    assert restore("diff", ran.name).text == before


def test_an_article_that_was_left_as_it_was_is_exit_0(restore: Restore, ran: Path) -> None:
    result = restore("diff", "out/clean.txt")

    assert (result.code, result.out, result.err) == (0, b"", "")
    assert ran.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "no run is recorded"),
        (("a.txt",), "no recorded run restored 'a.txt'"),
        (("nope",), "no run is recorded"),
        (("a.txt", "nope.txt"), "cannot read 'nope.txt'"),
        (("a.txt", "b.txt", "a.txt"), "two texts are compared, not 3"),
        (("-", "-"), "only one of the two texts"),
        (("a.txt", "b.txt", "--context", "-1"), "--context"),
    ],
)
def test_mistakes_are_exit_2_with_a_hint(
    restore: Restore, arguments: tuple[str, ...], says: str
) -> None:
    result = restore("diff", *arguments)

    assert result.code == 2
    assert says in result.err
    assert "hint: " in result.err
    assert "Traceback" not in result.err


@pytest.mark.needs("tmux")
@pytest.mark.parametrize(
    ("pager", "shown", "code"),
    [
        ("sed s/^/paged:/", "paged:The law", 1),
        ("cat", "The law", 1),
        ("true", "exit", 1),
        ("no-such-pager", "cannot run the pager 'no-such-pager'", 2),
    ],
)
def test_a_terminal_gets_the_pager_that_the_user_named(
    tmux: list[str], home: Path, tmp_path: Path, pager: str, shown: str, code: int
) -> None:
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "NO_COLOR": "1"}
    environ |= MEASURED | {"PAGER": pager, "PYTHONPATH": str(SEED.parents[1])}
    run = f"{sys.executable} -m restore diff a.txt b.txt; echo exit: $?; sleep 60"
    subprocess.run(
        [*tmux, "new-session", "-d", "-x", "70", "-y", "30", run],
        env=environ,
        cwd=tmp_path,
        check=True,
    )

    assert shown in wait_for(tmux, f"exit: {code}")


def test_a_report_of_a_diff_is_one_page(restore: Restore, tmp_path: Path) -> None:
    first = restore("diff", "a.txt", "b.txt", "--report", "d.html")
    again = restore("diff", "a.txt", "b.txt", "--report", "d.html")
    page = (tmp_path / "d.html").read_text(encoding="utf-8")

    assert (first.code, first.out) == (1, b"")
    assert "enforcement" in page
    assert again.code == 2
    assert "--force" in again.err

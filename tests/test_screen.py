import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore import screen
from restore.article import Article, make_edit
from restore.errors import UnreadableArticle, UsageProblem
from restore.evaluate import Passage
from restore.evaluations import Evaluation, evaluate
from restore.runs import Outcome, as_row
from restore.runs.history import Run
from restore.screen import evaluations
from restore.screen.records import draw_run
from tests.runs.parts import MANIFEST

SOURCE = "The law implementation office.\r\nSecond [bold]line[/bold] :smile: \x1b[31mred\n"
EDIT = make_edit(
    "a.txt", 8, 22, before="implementation", after="enforcement", engine="e", reason="r"
)
OUTCOME = Outcome(
    "restored", Article("a\x1b]0;x\x07.txt", SOURCE, "utf-8", b"", ()), "", (EDIT,), ()
)


def drawn(*, color: screen.Color = "never") -> str:
    file = io.StringIO()
    console = screen.make_console(file, color=color)
    screen.diffs.draw_diff(console, OUTCOME.article, OUTCOME.edits, "inline")
    return file.getvalue()


def test_a_diff_without_colour_marks_removed_and_added_words() -> None:
    assert "The law [-implementation-]{+enforcement+} office.\nSecond" in drawn()


def test_a_diff_in_colour_keeps_the_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    text = drawn(color="always")

    assert "\x1b[" in text
    assert "[-" in text
    assert "{+" in text


def test_markup_emoji_codes_and_escapes_in_articles_are_inert() -> None:
    text = drawn()

    assert "[bold]line[/bold] :smile: \ufffd[31mred" in text
    assert "\x1b" not in text
    assert "\x07" not in text


@given(st.text(), st.text())
def test_no_control_character_of_an_article_reaches_the_terminal(before: str, after: str) -> None:
    edit = make_edit("a", 0, len(before), before=before, after=after, engine="e", reason="r")

    text = screen.diffs.inline_diff(before + after, [edit]).plain

    assert not any(c < " " and c not in "\t\n" for c in text)


def test_an_error_is_one_line_and_its_hint_another() -> None:
    file = io.StringIO()

    screen.draw_error(
        screen.make_console(file), UsageProblem("no 'a\nb' \x1b[2J" + "x" * 200, hint="do this")
    )

    first, second, rest = file.getvalue().split("\n")
    assert first == "error: no 'a b' \ufffd[2J" + "x" * 200
    assert (second, rest) == ("hint: do this", "")


def _evaluations(name: str) -> list[Evaluation]:
    passage = Passage(name, "clean", "One two three.", (), (), (), frozenset(), "One two three.")
    return [evaluate("offline, threshold 0.5", [passage], ["One two three."])]


def test_a_pipe_gets_a_row_a_passage_however_long_its_id() -> None:
    file = io.StringIO()

    evaluations.draw_evaluations(screen.make_console(file), _evaluations("seed-" + "x" * 200))

    assert len(file.getvalue().splitlines()) == 8
    assert "seed-" + "x" * 200 + " " in file.getvalue()


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_narrow_screen_wraps_neither_ids_nor_figures(width: int) -> None:
    name = "seed-msft-facial-recognition"
    file = io.StringIO()
    console = screen.make_console(file)
    console.width = width

    evaluations.draw_evaluations(console, _evaluations(name))

    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert any(line.split()[:1] == [name] for line in lines)
    assert "…" not in file.getvalue()
    for heading in ("spans", "recall", "right", "false/1k"):
        assert heading in file.getvalue()


@pytest.mark.parametrize(
    ("count", "named", "more"), [(3, 3, 0), (100, 100, 0), (101, 51, 0), (1500, 500, 250)]
)
def test_of_a_long_run_the_articles_that_need_a_look_are_drawn(
    tmp_path: Path, count: int, named: int, more: int
) -> None:
    file = io.StringIO()
    failed = replace(OUTCOME, status="failed", error=UnreadableArticle("it is not there"))
    rows = [as_row(failed if i % 2 == 0 else OUTCOME, i) for i in range(count)]

    run = Run(tmp_path, replace(MANIFEST, id="x", started="2026-01-02T03:04:05Z"))
    draw_run(screen.make_console(file), run, rows)

    said = file.getvalue().splitlines()
    assert f"{count:,} articles: {-(-count // 2):,} failed, {count // 2:,} restored" in said
    assert sum(".txt" in line for line in said) == named
    assert said.count("error: it is not there") == min(500, -(-count // 2))
    assert (f"… and {more:,} more" in said) == (f"… and of {more:,} articles more" in said)
    assert (f"… and {more:,} more" in said) == bool(more)


def test_articles_that_were_skipped_are_not_drawn_as_kept(tmp_path: Path) -> None:
    file = io.StringIO()
    skipped = replace(OUTCOME, status="skipped", problems=("done in run y",))

    draw_run(screen.make_console(file), Run(tmp_path, MANIFEST), [as_row(skipped, 0)])

    assert "1 article: 1 skipped" in file.getvalue()
    assert "kept" not in file.getvalue()

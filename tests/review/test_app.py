"""The review's screen, driven by Textual's pilot: keys, the mouse, and what is then on disk."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from restore.glossary import Rule, read
from restore.review.app import ReviewApp
from restore.review.store import open_review, read_review
from restore.review.widgets import ArticleView, Ask, Help
from restore.runs.reviewable import Recorded
from tests.review.articles import RESTORED, SOURCE, recorded

Drive = Callable[[Pilot[None]], Awaitable[None]]


def review(folder: Path, articles: list[Recorded], drive: Drive, width: int = 80) -> dict[str, str]:
    """Open the screen on some articles, drive it, and return what its parts show in the end."""

    async def run() -> dict[str, str]:
        store = open_review(folder)
        app = ReviewApp("run", articles, store, glossary=folder / "glossary.toml")
        try:
            async with app.run_test(size=(width, 24)) as pilot:
                await pilot.pause()
                await drive(pilot)
                await pilot.pause()
                parts = ("head", "edit", "foot")
                return {part: str(app.query_one(f"#{part}", Static).render()) for part in parts}
        finally:
            store.close()

    return asyncio.run(run())


def press(*keys: str) -> Drive:
    async def drive(pilot: Pilot[None]) -> None:
        await pilot.press(*keys)

    return drive


def choices(folder: Path) -> list[tuple[int, str, str]]:
    """Return what is on disk: article, the words before, the choice."""
    by_id = {edit.id: edit for n in range(3) for edit in recorded(index=n).edits}
    decided = read_review(folder).review.decided
    return [(index, by_id[edit].before, one.choice) for (index, edit), one in decided.items()]


def test_y_and_n_decide_and_go_on(tmp_path: Path) -> None:
    review(tmp_path, [recorded()], press("y", "n"))

    assert choices(tmp_path) == [
        (0, "implementation", "accepted"),
        (0, "an innovation firm", "rejected"),
    ]


def test_every_decision_is_on_disk_at_once(tmp_path: Path) -> None:
    seen: list[int] = []

    async def drive(pilot: Pilot[None]) -> None:
        for key in ("y", "n", "u"):
            await pilot.press(key)
            seen.append(len(read_review(tmp_path).review.decided))

    review(tmp_path, [recorded()], drive)

    assert seen == [1, 2, 1]


def test_e_gives_an_edit_other_words(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None]) -> None:
        await pilot.press("e")
        assert isinstance(pilot.app.screen, Ask)
        await pilot.press("end", "s", "enter")

    review(tmp_path, [recorded()], drive)
    (decision,) = read_review(tmp_path).review.decided.values()

    assert (decision.choice, decision.after) == ("changed", "enforcements")


def test_escape_gives_up_the_wording(tmp_path: Path) -> None:
    review(tmp_path, [recorded()], press("e", "x", "escape"))

    assert choices(tmp_path) == []


def test_a_accepts_the_rest_of_the_article_and_no_other(tmp_path: Path) -> None:
    review(tmp_path, [recorded(), recorded(index=1)], press("n", "a"))

    assert choices(tmp_path) == [
        (0, "implementation", "rejected"),
        (0, "an innovation firm", "accepted"),
        (0, "implementation", "accepted"),
    ]


def test_capital_a_accepts_the_same_change_everywhere(tmp_path: Path) -> None:
    review(tmp_path, [recorded(), recorded(index=1)], press("A"))

    assert choices(tmp_path) == [(n, "implementation", "accepted") for n in (0, 0, 1, 1)]


def test_u_and_ctrl_r_undo_and_redo(tmp_path: Path) -> None:
    review(tmp_path, [recorded()], press("y", "y", "y", "u", "u", "ctrl+r"))

    assert len(choices(tmp_path)) == 2


@pytest.mark.parametrize(
    ("keys", "number"),
    [("j", 2), ("jjjjjjjj", 6), ("jk", 1), ("k", 1), ("]", 4), ("][", 1), ("yk\t", 2), ("]y\t", 6)],
)
def test_keys_move(tmp_path: Path, keys: str, number: int) -> None:
    names = {"]": "right_square_bracket", "[": "left_square_bracket", "\t": "tab"}
    shown = review(
        tmp_path,
        [recorded(), recorded(index=1)],
        press(*(names.get(key, key) for key in keys)),
    )

    assert f"edit {number}/6" in shown["head"]


def test_a_search_goes_to_the_next_edit_with_the_words(tmp_path: Path) -> None:
    shown = review(tmp_path, [recorded()], press("slash", *"COMPANY", "enter"))

    assert "edit 2/3" in shown["head"]


def test_a_filter_leaves_the_edits_it_holds_of(tmp_path: Path) -> None:
    shown = review(tmp_path, [recorded()], press("f", *"before~innovation", "enter"))

    assert "edit 1/1" in shown["head"]
    assert "before an innovation firm" in shown["edit"]


def test_a_malformed_filter_changes_nothing(tmp_path: Path) -> None:
    shown = review(tmp_path, [recorded()], press("f", *"nonsense", "enter"))

    assert "edit 1/3" in shown["head"]


def test_the_header_says_what_is_left(tmp_path: Path) -> None:
    shown = review(tmp_path, [recorded()], press("y"))

    assert shown["head"].startswith("2 of 3 left · edit 2/3 · article 1/1 0.txt")


def test_the_panel_says_where_else_the_change_was_made(tmp_path: Path) -> None:
    shown = review(tmp_path, [recorded()], press("k"))

    assert "also   1 other place" in shown["edit"]


def test_a_review_goes_on_where_it_was_left(tmp_path: Path) -> None:
    review(tmp_path, [recorded()], press("j", "j"))
    shown = review(tmp_path, [recorded()], press())

    assert "edit 3/3" in shown["head"]


def test_w_writes_the_files(tmp_path: Path) -> None:
    one = recorded(folder=tmp_path)
    review(tmp_path, [one], press("n", "n", "n", "w"))

    assert (tmp_path / "0.txt").read_text() == SOURCE


def test_the_article_shows_edits_by_what_was_decided(tmp_path: Path) -> None:
    lines: list[str] = []

    async def drive(pilot: Pilot[None]) -> None:
        await pilot.press("y", "n")
        view = pilot.app.query_one(ArticleView)
        lines.extend(view.render_line(y).text.rstrip() for y in range(6))

    review(tmp_path, [recorded()], drive)

    assert lines[0] == "The law ✓enforcement office."
    assert lines[2] == "It is ✗an innovation firm. The law"
    assert lines[3].startswith("[-implementation-]{+enforcement+} said")


def test_a_click_on_an_edit_goes_there(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None]) -> None:
        view = pilot.app.query_one(ArticleView)
        lines = [view.render_line(y).text for y in range(8)]
        y = next(y for y, line in enumerate(lines) if "an innovation" in line)
        await pilot.click(ArticleView, offset=(lines[y].index("an innovation") + 2, y))

    shown = review(tmp_path, [recorded()], drive)

    assert "edit 2/3" in shown["head"]


def test_help_opens_and_closes(tmp_path: Path) -> None:
    async def drive(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, Help)
        await pilot.press("x")
        assert not isinstance(pilot.app.screen, Help)

    review(tmp_path, [recorded()], drive)


def test_escapes_and_markup_in_an_article_are_inert(tmp_path: Path) -> None:
    source = SOURCE.replace("office", "[bold]office[/bold] \x1b[31m")
    one = recorded(source, RESTORED.replace("office", "[bold]office[/bold] \x1b[31m"))
    lines: list[str] = []

    async def drive(pilot: Pilot[None]) -> None:
        view = pilot.app.query_one(ArticleView)
        lines.append(" ".join(view.render_line(y).text for y in range(4)))

    review(tmp_path, [one], drive, width=120)

    assert "[bold]office[/bold] \ufffd[31m" in lines[0]


@pytest.mark.parametrize(
    ("keys", "rule", "choice"),
    [
        (("g", "enter"), ("implementation", "enforcement"), "accepted"),
        (("g", "end", "s", "enter"), ("implementation", "enforcements"), "changed"),
        (("n", "k", "g", "enter"), ("implementation", None), "rejected"),
    ],
    ids=["as it is", "worded", "never"],
)
def test_g_keeps_a_decision_as_a_rule(
    tmp_path: Path, keys: tuple[str, ...], rule: tuple[str, str | None], choice: str
) -> None:
    review(tmp_path, [recorded()], press(*keys))

    assert read(tmp_path / "glossary.toml").rules == (Rule(*rule),)
    assert choices(tmp_path) == [(0, "implementation", choice)]

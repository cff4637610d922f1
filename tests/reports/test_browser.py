"""The HTML report in Chromium: its toggles and keys, what it hides, and whether all can use it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from restore.reports import html
from restore.reports.reported import Reported
from tests.reports.parts import report, summarise

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]

FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
BEFORE = "It was warm, bad and slow <script>alert(1)</script>."
AFTER = "It was hot, good and quick <script>alert(1)</script>."
SURE = (0.9, 0.5, 0.95)


@dataclass
class Opened:
    """A page, and what went wrong on it."""

    page: Page
    wrong: list[str] = field(default_factory=list)
    """Console messages, errors, dialogs, and requests for anything but the page."""

    def pressed(self, name: str) -> bool:
        return self.page.get_by_role("button", name=name).get_attribute("aria-pressed") == "true"

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    @property
    def text(self) -> str:
        """What is to be read of the first article."""
        return self.page.locator("article .text").first.inner_text()

    @property
    def current(self) -> list[str]:
        return self.page.locator(".text .edit.current").all_inner_texts()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    one = Opened(context.new_page())
    one.page.on("console", lambda message: one.wrong.append(message.text))
    one.page.on("pageerror", lambda error: one.wrong.append(str(error)))
    one.page.on("dialog", lambda dialog: one.wrong.append(dialog.message))
    one.page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("file:", "data:")) else one.wrong.append(request.url)
        ),
    )
    yield one
    context.close()
    assert one.wrong == []


def write(folder: Path, *articles: Reported) -> str:
    file = folder / "report.html"
    file.write_text("".join(html.render(summarise(*articles), articles)), encoding="utf-8")
    return file.as_uri()


def decided() -> Reported:
    """Return an article with an accepted, a rejected and an undecided edit, the second unsure."""
    one = report(BEFORE, AFTER, decisions=["accepted", "rejected"])
    sure = [replace(e, confidence=c) for e, c in zip(one.edits, SURE, strict=True)]
    return replace(one, edits=tuple(sure))


def test_each_view_shows_its_text(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, report(BEFORE, AFTER)))
    assert opened.pressed("Diff")
    assert opened.text.startswith("It was warmhot, badgood")

    opened.press("Original")
    assert opened.text == BEFORE

    opened.press("Restored")
    assert opened.text == AFTER
    assert opened.pressed("Restored")
    assert not opened.pressed("Diff")

    opened.press("Side by side")
    sides = opened.page.locator(".pairs .para")
    assert [sides.nth(0).inner_text(), sides.nth(1).inner_text()] == [BEFORE, AFTER]


def test_low_confidence_shows_the_others_as_text(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, decided()))

    opened.press("Low confidence")

    assert opened.text.startswith("It was hot, badgood")
    assert "and quick" in opened.text
    assert opened.page.locator("#place").inner_text() == "– of 1"


def test_accepted_only_shows_the_others_as_they_were(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, decided()))

    opened.press("Accepted only")

    assert opened.text.startswith("It was warmhot, bad and slow")


def test_what_was_rejected_is_not_in_the_restored_text(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, decided()))

    opened.press("Restored")

    assert opened.text.startswith("It was hot, bad and quick")


def test_toggles_without_use_are_not_there(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, report(BEFORE, AFTER)))

    assert opened.page.get_by_role("button", name="Low confidence").count() == 0
    assert opened.page.get_by_role("button", name="Accepted only").count() == 0


def test_a_status_chosen_hides_other_articles_and_their_edits(
    opened: Opened, tmp_path: Path
) -> None:
    failed = replace(report("Bad.", "Good.", name="b.txt"), status="failed")
    opened.page.goto(write(tmp_path, report(BEFORE, AFTER), failed))
    assert opened.page.locator("#place").inner_text() == "– of 4"

    opened.press("1 failed")

    assert opened.page.locator("article:visible h2").all_inner_texts() == ["b.txt"]
    assert opened.page.locator("#place").inner_text() == "– of 1"


def test_keys_go_from_edit_to_edit(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, decided()))
    seen = []

    for key in ("j", "n", "k", "p", "k", "j", "j", "j", "j"):
        opened.page.keyboard.press(key)
        seen += opened.current

    assert seen == [
        "warmhot", "badgood", "warmhot", "warmhot", "warmhot", "badgood", "slowquick", "slowquick",
        "slowquick",
    ]  # fmt: skip
    detail = opened.page.get_by_role("complementary", name="Current edit").inner_text()
    assert "slow" in detail
    assert "spun" in detail
    assert "95 % sure" in detail
    opened.page.keyboard.press("Escape")
    assert opened.current == []
    assert not opened.page.locator("#detail").is_visible()


def test_keys_choose_view_theme_and_help(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, decided()))

    for key, name in {"s": "Side by side", "o": "Original", "r": "Restored", "d": "Diff"}.items():
        opened.page.keyboard.press(key)
        assert opened.pressed(name)
    for key, name in {"l": "Low confidence", "a": "Accepted only", "t": "Dark"}.items():
        opened.page.keyboard.press(key)
        assert opened.pressed(name)
    opened.page.keyboard.press("?")
    assert opened.page.get_by_role("dialog", name="Keys").is_visible()
    opened.page.keyboard.press("j")
    assert opened.current == []
    opened.page.keyboard.press("Escape")
    assert not opened.page.get_by_role("dialog").is_visible()


def test_brackets_go_from_article_to_article(opened: Opened, tmp_path: Path) -> None:
    long = "Nothing.\n\n" * 60
    articles = [report(long, long, name=f"{n}.txt") for n in range(3)]
    opened.page.goto(write(tmp_path, *articles))

    tops = []
    for key in ("]", "]", "["):
        opened.page.keyboard.press(key)
        tops.append(opened.page.evaluate(_NEAREST))

    assert tops == ["0.txt", "1.txt", "0.txt"]


_NEAREST = """() => [...document.querySelectorAll("article")]
  .filter((one) => one.getBoundingClientRect().top < 150).at(-1).querySelector("h2").textContent"""


def test_a_click_on_either_side_says_more_of_the_edit(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, decided()))
    opened.press("Side by side")

    place = opened.page.locator(".pairs .right ins", has_text="hot").evaluate(_CENTRE)
    opened.page.mouse.click(*place)

    assert opened.page.locator(".pairs .edit.current").all_inner_texts() == ["warm", "hot"]
    assert "accepted" in opened.page.locator("#detail").inner_text()


_CENTRE = """(element) => {
  const box = element.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}"""


def test_dark_follows_the_system_until_it_is_chosen(opened: Opened, tmp_path: Path) -> None:
    place = write(tmp_path, decided())
    paper = "getComputedStyle(document.body).backgroundColor"
    opened.page.goto(place)
    light = opened.page.evaluate(paper)
    opened.page.emulate_media(color_scheme="dark")
    dark = opened.page.evaluate(paper)
    assert light != dark
    assert opened.pressed("Dark")

    opened.press("Dark")
    opened.page.reload()

    assert opened.page.evaluate(paper) == light
    assert not opened.pressed("Dark")


def test_markup_in_an_article_is_text(opened: Opened, tmp_path: Path) -> None:
    attack = "<img src=x onerror=alert(1)> <svg onload=alert(2)> <script>alert(3)</script>"
    opened.page.goto(write(tmp_path, report(f"Bad {attack}", f"Good {attack}", name=attack[:28])))
    opened.page.keyboard.press("j")
    opened.press("Side by side")

    assert opened.page.locator("img, svg").count() == 0
    assert opened.page.locator("script").count() == 1
    assert attack in opened.page.locator(".pairs").inner_text()


def test_without_scripts_the_diff_is_there_and_no_dead_button(
    browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write(tmp_path, decided()))

    assert page.locator(".text").inner_text().startswith("It was warmhot")
    assert not page.locator(".bar").is_visible()
    context.close()


def test_paper_gets_no_buttons(opened: Opened, tmp_path: Path) -> None:
    opened.page.goto(write(tmp_path, decided()))
    opened.page.keyboard.press("j")

    opened.page.emulate_media(media="print")

    assert not opened.page.locator(".bar").is_visible()
    assert not opened.page.locator("#detail").is_visible()
    assert opened.page.locator(".text").is_visible()


def test_two_thousand_edits_can_be_read_side_by_side(opened: Opened, tmp_path: Path) -> None:
    before = "\n\n".join(f"The plan number {n} was warm, and it was bad." for n in range(1000))
    one = report(before, before.replace("warm", "hot").replace("bad", "good"))
    opened.page.goto(write(tmp_path, one))
    assert opened.page.locator("#place").inner_text() == "– of 2,000"

    opened.page.keyboard.press("k")
    opened.press("Side by side")

    assert opened.page.locator("#place").inner_text() == "2,000 of 2,000"
    assert opened.page.locator(".pairs .edit.current").all_inner_texts() == ["bad", "good"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing(opened: Opened, tmp_path: Path, scheme: str, width: int) -> None:
    failed = replace(report("Bad 1.", "Good 2.", name="b.txt", problems=("why",)), status="failed")
    opened.page.set_viewport_size({"width": width, "height": 800})
    opened.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    opened.page.goto(write(tmp_path, decided(), failed))

    found = []
    for keys in ("d", "sj", "o", "r", "?"):
        for key in keys:
            opened.page.keyboard.press(key)
        found += Axe().run(opened.page).response["violations"]

    assert [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found] == []

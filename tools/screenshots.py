"""Draw the pictures of the README: what `run`, `diff` and `review` show, and a report.

    python tools/screenshots.py          # or make screenshots

The first three are SVG from the program itself; the report is a page, so it needs Chromium.
"""

import asyncio
import io
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI

from restore.article import Article, Edit
from restore.cli import main as restore
from restore.config import DiffStyle
from restore.review.app import ReviewApp
from restore.review.store import open_review
from restore.runs.history import records_root
from restore.runs.reviewable import load, select
from restore.screen import diffs

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "seeds" / "000_f955d42d19f43a5c.txt"
IMAGES = ROOT / "docs" / "images"
_WIDTH = 96
_SHOWN = 1_100
"""Characters of the seed that are shown."""
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def draw() -> None:
    """Restore the seed in an empty folder, and draw what the program shows of it."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        shutil.copy(SEED, "article.txt")
        _quietly(["run", "article.txt", "-o", "restored", "--engine", "offline", "-q"])
        selected = select(records_root(Path.cwd()), None)
        recorded = load(selected.run, selected.done[0])
        article, edits = _beginning(recorded.article, recorded.edits)
        _terminal("run", "restore run article.txt", article, edits, "inline")
        _terminal("diff", "restore diff --diff side", article, edits, "side")
        store = open_review(selected.run.folder)
        app = ReviewApp(selected.run.folder.name, [recorded], store, glossary=Path("glossary.toml"))
        asyncio.run(_review(app))
        store.close()
        _quietly(["diff", "--report", "report.html"])
        _report(Path("report.html").absolute())


def _beginning(article: Article, edits: tuple[Edit, ...]) -> tuple[Article, tuple[Edit, ...]]:
    end = article.source.rindex("\n", 0, _SHOWN)
    shown = Article(article.locator, article.source[:end], "utf-8", b"", ())
    return shown, tuple(edit for edit in edits if edit.stop <= end)


def _terminal(
    name: str, command: str, article: Article, edits: tuple[Edit, ...], style: DiffStyle
) -> None:
    os.environ["COLUMNS"] = str(_WIDTH)
    console = Console(
        record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, highlight=False
    )
    diffs.draw_diff(console, article, edits, style)
    _save(name, console.export_svg(title=command, theme=DIMMED_MONOKAI))


def _save(name: str, svg: str) -> None:
    """Write a picture without the fonts that it would fetch: it is to need no network."""
    (IMAGES / f"{name}.svg").write_text(_FONTS.sub("", svg), encoding="utf-8")
    print(f"wrote docs/images/{name}.svg")


async def _review(app: ReviewApp) -> None:
    async with app.run_test(size=(_WIDTH, 26)) as pilot:
        await pilot.press("y", "n", "y", "y")
        await pilot.pause()
        _save("review", app.export_screenshot(title="restore review"))


def _report(page: Path) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        print("no chromium: docs/images/report.png stays as it is", file=sys.stderr)
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # only where there is one

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=_CHROMIUM)
        view = chromium.new_page(viewport={"width": 1000, "height": 640}, color_scheme="light")
        view.goto(page.as_uri())
        view.screenshot(path=IMAGES / "report.png")
        chromium.close()
    print("wrote docs/images/report.png")


def _quietly(arguments: list[str]) -> None:
    assert restore(arguments) in (0, 1)


if __name__ == "__main__":
    draw()

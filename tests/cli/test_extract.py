"""`restore run --extract`: the main text of a page alone, restored and written as Markdown."""

from pathlib import Path

from tests.cli.conftest import Restore

PAGE = """<html><head><title>x</title></head><body>
<nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul></nav>
<article><h1>The police and facial acknowledgment</h1>
<p>The organization won&rsquo;t offer the framework to law <a href="x">implementation</a>
until government guidelines are set up. The move follows comparable strides by two others.</p>
<p>Consumers have since quite a while ago cautioned about it, and law implementation has used it
for years, as was said last week in a long report on the subject.</p></article>
<footer><p>Share this page with your friends</p></footer></body></html>
"""


def test_the_main_text_is_restored_and_written_as_markdown(
    restore: Restore, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    arguments = ("run", "page.html", "-o", "out", "--extract", "--engine", "offline")
    result, shown, again = restore(*arguments), restore("diff"), restore(*arguments)
    text = (tmp_path / "out" / "page.md").read_text(encoding="utf-8")

    assert result.code == 0
    assert "law [enforcement](x)" in text
    assert "Home" not in text
    assert "Share" not in text
    assert "1 skipped" in again.err
    assert "{+enforcement+}" in shown.text


def test_pages_are_not_replaced_by_markdown(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    result = restore("run", "page.html", "--in-place", "--extract", "--engine", "offline")

    assert result.code == 2
    assert "--extract writes Markdown" in result.err
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == PAGE

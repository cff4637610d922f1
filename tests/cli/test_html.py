"""A web page through the whole program."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Restore

PAGE = """<!DOCTYPE html>\r
<html><head><meta charset="windows-1252"><title>law implementation</title></head>\r
<body><p title="law implementation">The law <a href="/x?a=1&b">implementation</a> office\r
uses man-made <b>consciousness</b> &amp; they don\x92t.</p>\r
<pre>law implementation</pre>\r
<script>"law implementation"</script></body></html>"""
RESTORED = PAGE.replace(">implementation</a>", ">enforcement</a>").replace(
    "man-made <b>consciousness</b>", "artificial <b>intelligence</b>"
)


@pytest.fixture
def ran(restore: Restore, tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_bytes(PAGE.encode("latin-1"))
    result = restore("run", "page.html", "-o", "out", "--engine", "offline")
    assert result.code == 0, result.err
    return tmp_path


def test_words_inside_tags_are_restored_and_all_else_stays(ran: Path) -> None:
    restored = (ran / "out" / "page.html").read_bytes().decode("latin-1")

    assert restored.replace("agency", "office") == RESTORED


@pytest.mark.needs("git")
def test_git_applies_the_patch_of_a_page(restore: Restore, ran: Path) -> None:
    patch = restore("diff", "--diff", "unified")
    subprocess.run(["git", "apply", "-"], input=patch.out, cwd=ran, check=True)

    assert (ran / "page.html").read_bytes() == (ran / "out" / "page.html").read_bytes()


def test_a_page_without_text_is_an_error_of_its_own(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<div id=root></div><script>go()</script>", encoding="utf-8")
    result = restore("run", "a.html", "-o", "out", "--engine", "offline")

    assert result.code != 0
    assert "cannot read 'a.html': it has no text\n" in result.err
    assert "hint: " in result.err

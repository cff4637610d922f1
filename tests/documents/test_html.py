"""HTML and XHTML: what is text in them, and that nothing else of them ever changes."""

import html
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from restore.article import Article, apply, make_edit
from restore.diff import diff
from restore.documents import read_bytes
from restore.documents.reading import Reading
from restore.documents.rewriting import drop_fixed, rewrite
from restore.documents.tags import RAW, find_end, find_tag
from restore.documents.text import MOST_BYTES
from restore.errors import UnreadableArticle

CASES = Path(__file__).parents[1] / "cases" / "documents"
PAGES = json.loads((CASES / "html.json").read_text("ascii"))

SUFFIXES = st.sampled_from([".html", ".xhtml"])
MARKUP = (
    "<p> </p> <p/> <P\tclass=x> <div> </div> <b> </b> <i></i> <a href='x>y'> </a> <a\rb=\"c > d\"/>"
    " <br> <br/> </br> <hr> <h1> </h2> <ul> <li> </li> </ul> <table> <td> </table> <blockquote>"
    " </blockquote> <pre> </pre> <code> </code> <kbd> <script> </script> <style> </style> <svg>"
    " </svg> <svg/> <template> </template> <title> </title> <textarea> </textarea> <noscript>"
    " <!-- --> --!> <!--> <![CDATA[ ]]> <!doctype> <?xml ?> <?php <?= <![if> <![endif]-->"
    " <!DOCTYPE[ ]> < > </ </> <a <a= ' \" = / & &amp; &amp &lt; &rsquo; &nbsp; &#8217; &#x2019"
    " &#150; &#0; &#1; &#; &#x; &notit; &foo; &#99999999999999999999; &shy; \x00 \x0b \x0c \u2028"
    " \ufeff \u200d é e\u0301 😀 \u202e שלום law implementation office said ."
).split(" ")
SPACES = [" ", "\n", "\r\n", "\r", "\t", ""]


def join(parts: list[str]) -> str:
    return "".join(parts).lstrip("\x00")  # with which UTF-16's mark is that of UTF-32


SOUP = st.lists(st.sampled_from([*MARKUP, *SPACES]) | st.text(max_size=3)).map(join)
WORDS = st.lists(st.sampled_from("law enforcement ’ & < said code . x".split(" "))).map(" ".join)
WORD = re.compile("[A-Za-z]+")


def read(raw: str, suffix: str = ".html") -> Article:
    """Read a page; where it has no text, there is nothing to say of it."""
    try:
        (article,) = read_bytes(raw.encode("utf-16"), "a", suffix=suffix)
    except UnreadableArticle as problem:
        assume("it has no text" not in str(problem))
        raise
    return article


def blocks(raw: str, suffix: str = ".html") -> list[tuple[str, str]]:
    (article,) = read_bytes(raw.encode(), "a", suffix=suffix)
    return [(block.kind, block.text) for block in article.blocks]


def find_tags(raw: str, *, xml: bool) -> list[str]:
    found = []
    at = 0
    while tag := find_tag(raw, at, xml=xml):
        found.append(raw[tag.start : tag.stop])
        is_raw = tag.name in RAW and not tag.closes and not (xml and tag.is_empty)
        at = find_end(raw, tag.stop, tag.name) if is_raw else tag.stop
    return found


def read_case(name: str) -> Article:
    (article,) = read_bytes((CASES / "html" / name).read_bytes(), name, suffix=Path(name).suffix)
    return article


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_as_people_read_it(name: str) -> None:
    article = read_case(name)

    assert [[block.kind, block.text] for block in article.blocks] == PAGES[name]["blocks"]
    assert article.encoding == PAGES[name]["encoding"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_edits_is_byte_for_byte_as_it_was(name: str) -> None:
    article = read_case(name)

    assert article.encode(rewrite(article, ())) == (CASES / "html" / name).read_bytes()


def test_every_page_of_the_cases_is_tested() -> None:
    assert {path.name for path in (CASES / "html").glob("*.*htm*")} == set(PAGES)


@given(SOUP, SUFFIXES)
def test_no_edit_changes_no_byte(raw: str, suffix: str) -> None:
    article = read(raw, suffix)

    assert article.content == raw.encode("utf-16")
    assert article.encode(rewrite(article, ())) == raw.encode("utf-16")


@given(SOUP, SUFFIXES)
def test_every_segment_is_what_its_stretch_of_the_page_says(raw: str, suffix: str) -> None:
    article = read(raw, suffix)
    assert article.document is not None

    for one in article.document.segments:
        stretch = raw[one.raw_start : one.raw_stop]
        assert article.source[one.start : one.stop] in (stretch, html.unescape(stretch))
    for one, other in pairwise(article.document.segments):
        assert one.raw_stop <= other.raw_start
        assert article.source[one.stop : other.start].strip("\n") == ""


@given(SOUP, SUFFIXES)
def test_blocks_are_ranges_of_the_text_without_white_space_around(raw: str, suffix: str) -> None:
    article = read(raw, suffix)

    assert article.source == article.source.strip()
    for block in article.blocks:
        assert article.source[block.start : block.stop] == block.text == block.text.strip() != ""
    for one, other in pairwise(article.blocks):
        assert article.source[one.stop : other.start] == "\n\n"


@given(SOUP, SUFFIXES, st.integers(0, 50))
def test_an_edit_in_a_text_node_changes_that_node_alone(raw: str, suffix: str, which: int) -> None:
    article = read(raw, suffix)
    assert article.document is not None
    places = [
        (one.raw_start - one.start + match.start(), match)
        for one in article.document.segments
        if not one.fixed and one.stop - one.start == one.raw_stop - one.raw_start
        for match in WORD.finditer(article.source, one.start, one.stop)
    ]
    assume(places)
    at, match = places[which % len(places)]
    edit = make_edit(
        "a", match.start(), match.end(), before=match[0], after="word", engine="m", reason=""
    )
    result = rewrite(article, [edit])

    assert result == f"{raw[:at]}word{raw[at + len(match[0]) :]}"
    assert read(result, suffix).source == apply(article.source, [edit])


@given(SOUP, SUFFIXES, WORDS)
def test_all_markup_stays_whatever_is_edited(raw: str, suffix: str, text: str) -> None:
    article = read(raw, suffix)
    edits = drop_fixed(article, diff(article.source, text, locator="a", engine="m"))
    xml = suffix == ".xhtml"

    assert find_tags(rewrite(article, edits), xml=xml) == find_tags(raw, xml=xml)


def test_words_put_in_at_the_end_of_a_page_do_not_go_on_with_a_cut_tag() -> None:
    article = read("cut </")
    edit = make_edit("a", 6, 6, before="", after=" off", engine="m", reason="")

    assert rewrite(article, [edit]) == "cut </"


def test_words_of_a_link_are_restored_in_the_link() -> None:
    article = read("<p>law <a href=x>implementation</a> said")
    edits = diff(article.source, "law enforcement said", locator="a", engine="m")

    assert rewrite(article, edits) == "<p>law <a href=x>enforcement</a> said"


@pytest.mark.parametrize(
    ("raw", "before", "after", "expected"),
    [
        ("they don&#x2019t use", "t", "able", "they don&#x2019&#97;ble use"),
        ("R&D", "D", "lt", "R&&#108;t"),
        ("R&D", "D", "development", "R&development"),
        ("a < b", " b", "b", "a <&#98;"),
        ("fish&#;", ";", "8217;", "fish&#&#56;217;"),
        ("end </", "end ", "the ", "the </"),
        ("don&#x2019t x", "x", "deg", "don&#x2019t deg"),
        ("it said", "said", "& <b>", "it &amp; &lt;b&gt;"),
    ],
)
def test_words_put_in_make_no_markup_with_what_stands_before(
    raw: str, before: str, after: str, expected: str
) -> None:
    article = read(raw)
    start = article.source.rindex(before)
    edit = make_edit(
        "a", start, start + len(before), before=before, after=after, engine="m", reason=""
    )

    assert rewrite(article, [edit]) == expected
    assert read(expected).source == apply(article.source, [edit])


@pytest.mark.parametrize(
    "tag", ["<div>", "<b>", "<li>", "<p>x", "<svg>", "<noscript>", "<a b='", "<!--", "&#x"]
)
def test_a_hundred_thousand_of_a_tag_are_read(tag: str) -> None:
    raw = "law " + 100_000 * tag

    assert read(raw).content == raw.encode("utf-16")


def test_nothing_after_plaintext_is_read() -> None:
    assert blocks("law<plaintext><p>implementation</plaintext>") == [("paragraph", "law")]


def test_deep_nesting_that_is_closed_in_any_order_is_read() -> None:
    raw = 50_000 * "<div><b><ul>" + "law" + 50_000 * "</p></ul></i></div></table>"

    assert blocks(raw) == [("paragraph", "law")]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ('<meta charset="windows-1252"><p>caf\xe9'.encode("cp1252"), "café"),
        ("<meta charset=latin1><p>\x81 caf\xe9".encode("latin-1"), "\x81 café"),
        ("<!-- <meta charset=cp1251> --><meta charset=cp1252>caf\xe9".encode("cp1252"), "café"),
        ("\ufeff<meta charset=cp1252><p>café".encode(), "café"),
        ("<meta charset=cp1252><p>café".encode(), "café"),
        ("<?xml version='1.0' encoding='iso-8859-2'?><p>\u0142".encode("iso-8859-2"), "ł"),
        ("<meta charset=utf-8><p>café".encode("utf-16"), "café"),
        (b"<meta charset=utf-8><p>caf\xe9", "café"),
        (b"<meta charset=nonsense><p>cafe", "cafe"),
        (b"<meta charset=rot13><p>cafe", "cafe"),
    ],
)
def test_the_encoding_that_a_page_declares_is_taken(raw: bytes, text: str) -> None:
    (article,) = read_bytes(raw, "a.html", suffix=".html")

    assert article.source == text
    assert article.content == raw


def test_an_encoding_that_is_asked_for_counts_for_more_than_one_declared() -> None:
    raw = "<meta charset=cp1252><p>\u0447".encode("cp1251")
    (article,) = read_bytes(raw, "a.html", suffix=".html", reading=Reading("cp1251"))

    assert article.source == "ч"


def test_a_page_of_ascii_is_written_in_what_it_declares() -> None:
    (article,) = read_bytes(b"<meta charset=iso-8859-1><p>law", "a", suffix=".htm")

    assert article.encoding == "cp1252"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "it has no text"),
        (b"<div id=root></div><script>go()</script>", "it has no text"),
        (b"<p>a\x00b", "it is binary"),
        (b"<meta charset=utf-8><p>caf\xe9 \x81\x9d\xff", "not UTF-8 (byte 0xe9 at offset 26)"),
        (b"x" * (MOST_BYTES + 1), "67,108,865 bytes are more than 67,108,864"),
    ],
    ids=["empty", "made by a script", "binary", "not its encoding", "large"],
)
def test_what_cannot_be_read_is_said_and_why(raw: bytes, problem: str) -> None:
    with pytest.raises(UnreadableArticle) as caught:
        list(read_bytes(raw, "a.html", suffix=".html"))

    assert str(caught.value) == f"cannot read 'a.html': {problem}"
    assert caught.value.hint

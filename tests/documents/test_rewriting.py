"""Edits of an article's text, carried over to the document that it was read from."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article, apply
from restore.diff import diff
from restore.documents.building import Builder
from restore.documents.rewriting import drop_fixed, raw_edits, rewrite

_PART = re.compile(r"(<[^>]*>)|(&amp;|&rsquo;|&lt;)|(`[^`]*`)|([^<&`]+|[&`<])")
_ENTITIES = {"&amp;": "&", "&rsquo;": "’", "&lt;": "<"}
PARTS = "law implementation <a href=x> </a> <b> </b> &rsquo; &amp; `code` . said \n".split(" ")
TAGGED = st.lists(st.sampled_from(PARTS)).map(" ".join).map("It {}".format)
WORDS = st.lists(st.sampled_from("law enforcement ’ & < said code . x".split(" "))).map(" ".join)


def read(raw: str) -> Article:
    """Read a little HTML, as a reader would."""
    builder = Builder(raw)
    with builder.block("paragraph"):
        for match in _PART.finditer(raw):
            tag, entity, code, text = match.groups()
            if entity:
                builder.decoded(_ENTITIES[entity], *match.span())
            elif code:
                builder.literal(*match.span(), fixed=True)
            elif text:
                builder.literal(*match.span())
            else:
                assert tag
    return builder.article("a.html", "utf-8", b"", "html")


def restored(raw: str, text: str) -> str:
    article = read(raw)
    return rewrite(article, diff(article.source, text, locator="a", engine="m"))


@pytest.mark.parametrize(
    ("raw", "text", "expected"),
    [
        ("law <a href=x>implementation</a>.", "law enforcement.", "law <a href=x>enforcement</a>."),
        ("<b>law implementation</b>", "police", "<b>police</b>"),
        ("law <b>implementation office</b> x", "police x", "<b>police</b> x"),
        ("a <b>facial acknow</b>ledgment b", "a face recognition b", "a <b>face </b>recognition b"),
        ("one<br>two three", "onetwo four", "one<br>two four"),
        ("AT&amp;T said", "AT&T told", "AT&amp;T told"),
        ("it said", "it & <b>", "it &amp; &lt;b&gt;"),
        ("they don&rsquo;t use", "they don’t utilise", "they don&rsquo;t utilise"),
        ("a<i> b</i>", "a x b", "a<i> x b</i>"),
    ],
)
def test_edits_land_in_the_text_and_tags_stay(raw: str, text: str, expected: str) -> None:
    assert restored(raw, text) == expected


@given(TAGGED)
def test_no_edit_changes_no_byte(raw: str) -> None:
    assert rewrite(read(raw), ()) == raw


@given(TAGGED)
def test_every_segment_is_what_its_stretch_of_the_document_says(raw: str) -> None:
    article = read(raw)
    assert article.document is not None
    for one in article.document.segments:
        stretch = raw[one.raw_start : one.raw_stop]
        assert article.source[one.start : one.stop] == _ENTITIES.get(stretch, stretch)


@given(TAGGED, WORDS)
def test_all_markup_stays_whatever_is_edited(raw: str, text: str) -> None:
    article = read(raw)
    edits = drop_fixed(article, diff(article.source, text, locator="a", engine="m"))
    result = rewrite(article, edits)

    assert re.findall(r"<[ab/][^>]*>|`[^`]*`", result) == re.findall(r"<[ab/][^>]*>|`[^`]*`", raw)
    if "`" not in raw:
        assert "".join(read(result).source.split()) == "".join(text.split())


@given(TAGGED, WORDS)
def test_edits_of_the_document_keep_the_ids_of_those_of_the_text(raw: str, text: str) -> None:
    article = read(raw)
    edits = diff(article.source, text, locator="a", engine="m")
    carried = raw_edits(article, edits)

    assert {edit.id for edit in carried} <= {edit.id for edit in edits}
    assert apply(raw, carried) == rewrite(article, edits)


@given(TAGGED, st.integers(0, 60))
def test_a_place_is_that_of_the_document(raw: str, at: int) -> None:
    article = read(raw)
    if at >= len(article.source) or article.source[at].isspace():
        return
    line, column = article.place(at)
    found = raw.split("\n")[line - 1][column - 1 :]

    assert found.startswith((article.source[at], "&"))

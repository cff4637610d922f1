"""Markdown: what of it is text, and that all else stays."""

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article, Edit, apply, make_edit
from restore.diff import diff
from restore.documents import read_bytes
from restore.documents.keeping import drop_breaking
from restore.documents.markdown import parse
from restore.documents.rewriting import raw_edits, rewrite
from restore.errors import UnreadableArticle
from tests.cli.conftest import ROOT

CASES = sorted((ROOT / "tests/cases/documents/markdown").iterdir())
PIECES = (
    "law|implementation|said.| |\n|\n\n|\r\n|\r| \\\n|  \n|\t|    |# |## |> |- |* |1. |- [ ] |---\n"
    "|===\n|```\n|~~~|`|``|*|**|_|__|~~|[|]|(|)|](x)|[r]|[^1]|![|<b>|</b>|<br>|<a href='x'>|<|>"
    "|<!--|-->|&amp;"
    "|&#8217;|&|\\|\\*|$|$$|{|}|{{|}}|{% raw %}|{% endraw %}|https://a.example/b_c"
    "|a@b.example|:x:|: |::: |!|[r]: y\n|[^1]: z\n|| a | b |\n|--|--\n|<div>\n|<!-- x -->\n"
    "|import a\n|\ufeff|é|e\u0301|\u200d|👩|ש|\u2028|\x0b|\xa0|<code>|</code>|<x.y|\"|'|+++\n|1|2|."
).split("|")
SOUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join)
WORDS = st.sampled_from(
    (
        "enforcement|recognition of|1.|-|#|>|`|**|$x$|[r]|<b>|&amp;|_|~~|\\|| |a\nb|{x}|:x:|+++|$$"
        "|---"
    ).split("|")
)


def read(text: str, suffix: str = ".md") -> Article:
    (article,) = read_bytes(text.encode(), f"a{suffix}", suffix=suffix)
    return article


def parsed(text: str, suffix: str = ".md") -> Article:
    """Read a text that may be without any words."""
    raw = text.encode("utf-8", "replace").decode()
    return parse(raw, f"a{suffix}", "utf-8", b"", is_mdx=suffix == ".mdx")


def texts(text: str, suffix: str = ".md") -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read(text, suffix).blocks]


def fixed(text: str, suffix: str = ".md") -> list[str]:
    article = read(text, suffix)
    assert article.document is not None
    return [article.source[s.start : s.stop] for s in article.document.segments if s.fixed]


def check(article: Article) -> None:
    """Assert what holds of every article of a document."""
    document = article.document
    assert document is not None
    at = raw_at = 0
    for one in document.segments:
        assert at <= one.start < one.stop
        assert raw_at <= one.raw_start < one.raw_stop <= len(document.raw)
        assert not article.source[at : one.start].strip()
        text, raw = article.source[one.start : one.stop], document.raw[one.raw_start : one.raw_stop]
        assert text in (raw, raw[1:], html.unescape(raw)), (text, raw)
        at, raw_at = one.stop, one.raw_stop
    assert not article.source[at:].strip()
    for block in article.blocks:
        assert article.source[block.start : block.stop] == block.text
    assert rewrite(article, ()) == document.raw


def replaced(article: Article, start: int, stop: int, after: str) -> tuple[Edit, ...]:
    before = article.source[start:stop]
    return (make_edit("a", start, stop, before=before, after=after, engine="m", reason=""),)


def markup(article: Article) -> str:
    """Return the document without its text."""
    out, at = [], 0
    assert article.document is not None
    for one in article.document.segments:
        out.append(article.raw[at : one.raw_start])
        if one.fixed:
            out.append(article.raw[one.raw_start : one.raw_stop])
        at = one.raw_stop
    return "".join(out) + article.raw[at:]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_an_awkward_file_is_read_and_written_back_byte_for_byte(path: Path) -> None:
    (article,) = read_bytes(path.read_bytes(), path.name, suffix=path.suffix)

    check(article)
    assert article.encode(rewrite(article, ())) == path.read_bytes()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_every_word_of_an_awkward_file_can_change_and_nothing_else_does(path: Path) -> None:
    (article,) = read_bytes(path.read_bytes(), path.name, suffix=path.suffix)
    prose = [(b.start, b.stop) for b in article.prose]
    words = [
        m.span() for a, b in prose for m in re.compile(r"[a-z]+").finditer(article.source, a, b)
    ]
    edits = [edit for span in words for edit in replaced(article, *span, "other")]

    result = rewrite(article, drop_breaking(article, edits))

    again = parse(result, article.locator, "utf-8", b"", is_mdx=path.suffix == ".mdx")
    assert markup(again) == markup(article)
    assert result.count("other") > 0
    assert [b.kind for b in again.blocks] == [b.kind for b in article.blocks]


@given(SOUP, st.sampled_from([".md", ".mdx"]))
def test_any_soup_is_read_and_without_edits_stays_as_it_is(text: str, suffix: str) -> None:
    check(parsed(text, suffix))


@given(SOUP, st.data())
def test_an_edit_within_a_stretch_changes_that_stretch_alone(
    text: str, data: st.DataObject
) -> None:
    article = parsed(text)
    assert article.document is not None
    literal = [
        s
        for s in article.document.segments
        if not s.fixed and article.source[s.start : s.stop] == article.raw[s.raw_start : s.raw_stop]
    ]
    if not literal:
        return
    one = data.draw(st.sampled_from(literal))

    result = rewrite(article, replaced(article, one.start, one.stop, "other"))

    assert result == article.raw[: one.raw_start] + "other" + article.raw[one.raw_stop :]


@given(SOUP, SOUP.map(lambda text: text[:40]) | WORDS, st.data())
def test_markup_is_the_same_after_any_edits(text: str, words: str, data: st.DataObject) -> None:
    article = parsed(f"The law. {text}")
    start = data.draw(st.integers(0, len(article.source)))
    stop = data.draw(st.integers(start, min(len(article.source), start + 12)))
    words = words.encode("utf-8", "replace").decode()

    kept = drop_breaking(article, replaced(article, start, stop, words))

    result = rewrite(article, kept)
    assert markup(parsed(result)) == markup(article)
    assert "".join(parsed(result).source.split()) == "".join(apply(article.source, kept).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A *b* ##\n", [("heading", "A b")]),
        ("A **b\nc**\n===", [("heading", "A b\nc")]),
        ("- [ ] a\n  b\n- c", [("item", "a\nb"), ("item", "c")]),
        ("> a *b\n> c*", [("quote", "a b\nc")]),
        ("a\r\nb", [("paragraph", "a\r\nb")]),
        ("a  \nb\\\nc", [("paragraph", "a\nb\nc")]),
        ("---\nt: x\n---\na", [("paragraph", "a")]),
        ("+++\nt = 1\n+++\na", [("paragraph", "a")]),
        ("```py\nx\n\ny\n```\na", [("verbatim", "x\n\ny"), ("paragraph", "a")]),
        ("> ```\n> x\n> ```\n> a", [("verbatim", "x"), ("quote", "a")]),
        ("a `` b ` c `` d", [("paragraph", "a  b ` c  d")]),
        ("[a *b*](x 'y') c", [("paragraph", "a b c")]),
        ("[a][r]\n\n[r]: x 'y'", [("paragraph", "a")]),
        ("a ![b](c) d", [("paragraph", "a  d")]),
        ("[![b](c)](d)\n\na", [("paragraph", "a")]),
        ("|a|b|\n|-|-|\n|c|d|\n\ne", [("verbatim", "|a|b|\n|-|-|\n|c|d|"), ("paragraph", "e")]),
        ("a[^1]\n\n[^1]: b *c*\n[^2]: d e", [("paragraph", t) for t in ("a[^1]", "b c", "d e")]),
        ("<div>\nx\n</div>\n\na <b c='>'>d</b><br>e", [("paragraph", "a d\ne")]),
        ("a <! b > c <!D e> f", [("paragraph", "a <! b > c  f")]),
        ("[[]( ](b 'c') d", [("paragraph", "[](  d")]),
        ("[a][b](c)", [("paragraph", "[a]b")]),
        ("a<!-- b\nc -->d", [("paragraph", "ad")]),
        ("a&rsquo;b \\* &#60; &no; AT&T", [("paragraph", "a’b * < &no; AT&T")]),
        ("a * b_c_d 2*3 __e__", [("paragraph", "a * b_c_d 2*3 e")]),
        ("~~a~~ ~b~ ~~~c", [("paragraph", "a b ~~~c")]),
        ("$$\nb\n\nc\n$$\n\nd", [("verbatim", "$$\nb"), ("verbatim", "c\n$$"), ("paragraph", "d")]),
        (
            "{% raw %}\na\n\nb\n{% endraw %}\n\nc",
            [("verbatim", "{% raw %}\na"), ("verbatim", "b\n{% endraw %}"), ("paragraph", "c")],
        ),
        ("*[HTML]: x\n\na", [("paragraph", "a")]),
    ],
)  # fmt: skip
def test_text_is_what_people_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a `b c` d", ["b c"]),
        ("<https://a.example> <a@b.example>", ["https://a.example", "a@b.example"]),
        ("(see https://a.example/b_(c).) x", ["https://a.example/b_(c)"]),
        ("www.a.example, a.b@c.example.", ["www.a.example", "a.b@c.example"]),
        ("a[^1] [[b c|d]] :tada:", ["[^1]", "[[b c|d]]", ":tada:"]),
        ("$a_1$ costs $5 and $6 \\(b\\) $$c$$", ["$a_1$", "\\(b\\)", "$$c$$"]),
        ("{{< a b >}} {% c d %} {.e}", ["{{< a b >}}", "{% c d %}", "{.e}"]),
        ("<code>a b</code> <kbd>c</kbd>", ["a b", "c"]),
        ("[a b] [c][] [d][e]\n\n[a b]: x\n[c]: y", ["a b", "c", "[e]"]),
        ("a [b](c d)", ["(c d)"]),
        ("> [!NOTE]\n> a", ["[!NOTE]"]),
    ],
)
def test_code_links_and_the_like_are_fixed(text: str, expected: list[str]) -> None:
    assert fixed(text) == expected


def test_mdx_hides_imports_and_exports_and_fixes_what_may_be_code() -> None:
    text = (
        "import a from 'b'\n\nexport const c = {\n\n  d,\n}\n\n# E {f}\n\nG <H i={j => k}>l</H>\n"
    )

    assert texts(text, ".mdx") == [
        ("heading", "E {f}"),
        ("verbatim", "G <H i={j => k}>l</H>"),
    ]
    assert fixed(text, ".mdx") == ["{f}", "G <H i={j => k}>l</H>"]


@pytest.mark.parametrize(
    ("text", "restored", "expected"),
    [
        ("A **law implementation** said", "A law enforcement said", "A **law enforcement** said"),
        ("[facial acknow](x)ledgment b", "face recognition b", "[face ](x)recognition b"),
        ("> law\n> implementation said", "law enforcement said", "> law\n> enforcement said"),
        ("AT&amp;T utilised it", "AT&T used it", "AT&amp;T used it"),
        ("in mid 2020 he", "1. he", "in mid 2020 he"),
        ("He *left* now", "He now", "He *left* now"),
        ("the star", "the *star*", "the \\*star\\*"),
        ("`law` implementation", "rule enforcement", "`law` implementation"),
    ],
)
def test_edits_land_in_the_text_and_markup_stays(text: str, restored: str, expected: str) -> None:
    article = read(text)
    edits = diff(article.source, restored, locator="a", engine="m")

    assert rewrite(article, drop_breaking(article, edits)) == expected


def test_an_edit_that_breaks_the_document_takes_no_other_along() -> None:
    article = read("The law implementation said.\n\nHe *left* and facial acknowledgment came.\n")
    restored = "The law enforcement said.\n\nHe and facial recognition came."
    edits = diff(article.source, restored, locator="a", engine="m")

    result = rewrite(article, drop_breaking(article, edits))

    assert result == "The law enforcement said.\n\nHe *left* and facial recognition came.\n"


@pytest.mark.parametrize(
    "unit",
    "[|![|]|*|**a |_a |`|` `` ``` |<|<a |<a b='"
    '|<a b=" c=\'|<!--|&|\\|$|$a |{|{{|{%|[a](|[a](b "'
    "|[a](<|][|[a][b|> |- |:a|@|a@|<code>|https://|a.|~|*a_ |[^|\\(|(|#|[x\n|> a\n|- a\n"
    "|[a]: b\n|<b\n|a\n\n$$\n\n|{% raw %}\n\n|a \n|~~~\n\n".split("|"),
)
def test_time_does_not_explode(unit: str) -> None:
    text = unit * (30_000 // len(unit))

    check(parsed(f"a {text}"))
    check(parsed(text, ".mdx"))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "cannot read 'a.md': it is empty"),
        (b"---\nt: x\n---\n", "cannot read 'a.md': it has no text"),
        (b"a\x00b", "cannot read 'a.md': it is binary"),
        (bytes(2**26 + 1), "cannot read 'a.md': 67,108,865 bytes are more than 67,108,864"),
    ],
    ids=["no bytes", "metadata alone", "binary", "too large"],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error(raw: bytes, message: str) -> None:
    with pytest.raises(UnreadableArticle) as caught:
        list(read_bytes(raw, "a.md", suffix=".md"))

    assert caught.value.message == message


def test_edits_of_the_document_keep_their_ids() -> None:
    article = read("A **law implementation** said")
    edits = diff(article.source, "A rule enforcement said", locator="a", engine="m")

    assert {edit.id for edit in raw_edits(article, edits)} == {edit.id for edit in edits}

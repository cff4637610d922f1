"""The HTML report as text: what it holds, and that nothing in an article is more than text."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article, apply, readable
from restore.documents.text import find_blocks
from restore.reports import html
from restore.reports.reported import Reported, Summary
from tests.reports.parts import edits, report, summarise

VOID = {"meta", "link"}
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> \"quoted\" 'so' & &lt; {{ 7 * 7 }} "
    "\x1b[31mred\x9b \u202eright to left</div></article></main> <!-- "
)


class Page(HTMLParser):
    """The tags of a page, and its texts, apart by what they stand in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[list[str], str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.append((tag, dict(attrs)))
        if ("dir", "auto") in attrs:
            self.texts.append((["para"], "\n"))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self.open]
        inside += [str(a["class"]).split()[0] for _, a in self.open if a.get("class")]
        self.texts.append((inside, data))

    def text(self, inside: str, *, without: str = "-") -> str:
        return "".join(
            text for where, text in self.texts if inside in where and without not in where
        )


def render(*articles: Reported) -> str:
    return "".join(html.render(summarise(*articles), articles))


def test_a_page_is_whole_and_needs_nothing_from_elsewhere() -> None:
    page = render(report("It was warm.", "It was hot."), report("Same.", "Same.", name="b.txt"))

    parsed = Page(page)

    assert parsed.open == []
    assert parsed.tags["article"] == 2
    assert "http:" not in page
    assert "https:" not in page
    links = [
        a.get("href") or a.get("src") for _, a in parsed.attributes if "href" in a or "src" in a
    ]
    assert [link for link in links if not re.match(r"#|data:,", str(link))] == []
    assert " style=" not in page
    assert "url(" not in page


def test_the_policy_admits_this_style_and_this_script_alone() -> None:
    parsed = Page(render(report("It was warm.", "It was hot.")))

    policy = next(a["content"] for _, a in parsed.attributes if a.get("http-equiv"))
    assert policy is not None
    for tag in ("style", "script"):
        digest = hashlib.sha256(parsed.text(tag).encode()).digest()
        assert f"{tag}-src 'sha256-{base64.b64encode(digest).decode()}';" in policy
        assert parsed.tags[tag] == 1
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_whatever_an_article_says_is_text() -> None:
    tame, hostile = "Warm, it was.", f"Warm, {HOSTILE} it was."
    wanted = Page(render(report(tame, tame, problems=("why",))))

    page = Page(
        render(
            report(hostile, hostile, name=f"{HOSTILE.replace('/', '')}.txt", problems=(HOSTILE,))
        )
    )

    facts = {"tr", "th", "td", "table", "thead", "tbody", "details", "summary", "div", "article"}
    tags = {tag: n for tag, n in page.tags.items() if tag not in facts - {"article"}}
    assert tags == {tag: n for tag, n in wanted.tags.items() if tag not in facts - {"article"}}
    assert "<script>alert(1)</script> <img src=x onerror=alert(2)>" in page.text("text")
    assert "{{ 7 * 7 }} \ufffd[31mred\ufffd \ufffdright to left</div>" in page.text("text")
    assert "<script>alert(1)" in page.text("problems")


def test_edits_carry_what_is_known_of_them() -> None:
    one = report("It was warm and bad.", "It was hot and good.", decisions=["changed"])

    found = [a for _, a in Page(render(one)).attributes if "data-id" in a]

    assert [a["data-id"] for a in found] == [edit.id for edit in one.edits]
    assert [a.get("data-decision") for a in found] == ["changed", None]
    assert {a["data-why"] for a in found} == {"spun"}


def test_facts_stand_by_kind_and_their_loss_shows_at_once() -> None:
    parsed = Page(render(report("In 1999 Ann and Ann met Bo.", "In 1998 Ann and Ann met Bo.")))

    assert "missing" in parsed.text("summary")
    assert parsed.text("missing") == "1999"
    assert parsed.text("added") == "1998"
    assert "Ann ×2" in parsed.text("td")
    assert [a for tag, a in parsed.attributes if tag == "details" and "open" in a]


def test_an_article_without_text_says_why() -> None:
    empty = Article("gone.txt", "", "utf-8", b"", ())
    unread = Reported(empty, (), "failed", report("a", "a").facts, ("cannot read 'gone.txt'",))

    parsed = Page("".join(html.render(Summary("t", (), {}), [unread])))

    assert parsed.text("problems").strip() == "cannot read 'gone.txt'"
    assert parsed.text("para").strip() == ""


def _words(text: str) -> list[str]:
    return readable(text).replace("↵", " ").split()


texts = st.text(st.one_of(st.sampled_from("ab .\n\r\t<&\u202e'\""), st.characters()), max_size=60)


@pytest.mark.slow
@given(texts.filter(str.strip), texts)
def test_the_page_holds_every_word_of_both_texts_in_order(before: str, after: str) -> None:
    article = Article("a.txt", before, "utf-8", b"", find_blocks(before))
    made = edits(article, after)
    one = Reported(article, made, "restored", report("a", "a").facts)

    parsed = Page(render(one))

    assert _words(parsed.text("para", without="ins")) == _words(before)
    assert _words(parsed.text("para", without="del")) == _words(apply(before, made))

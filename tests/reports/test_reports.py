import json
from collections.abc import Iterator, Sequence

import pytest
from markdown_it import MarkdownIt

from restore.article import apply
from restore.reports.files import REPORTS
from restore.reports.reported import Reported, compare
from tests.reports.parts import edits, read, report, summarise

HOSTILE = (
    "<script>alert(1)</script> & <b>bold</b> &amp; *stars* _lines_ `code` [a](javascript:x)\n\n"
    "# no heading\n\n- no item\n\n1. no list\n\n> no quotation\n\n    no code\n\n"
    "| no | table |\n|---|---|\n\n@nobody #12 ~~~ $x$ \\ \x1b[31mred\u202e\n\nno\n===\n\nno\n---\n"
)


def render(suffix: str, *articles: Reported) -> str:
    return "".join(REPORTS[suffix](summarise(*articles), articles))


def test_json_has_what_became_of_each_article() -> None:
    one = report("The year 1999 was warm.", "The year 1999 was hot.", problems=("line 1: why",))

    document = json.loads(render(".json", one, report("Same.", "Same.", name="b.txt")))

    assert document["schema"] == "restore.report/1"
    assert (document["run"], document["calls"]) == ("20260101T000000Z-0badcafe", 2)
    assert (document["outcomes"], document["cost_usd"]) == ({"restored": 2}, None)
    first, second = document["articles"]
    assert (first["locator"], first["words"]) == ("a.txt", 5)
    assert first["problems"] == ["line 1: why"]
    assert first["facts"] == {"kept": 1, "missing": [], "added": []}
    assert [(e["before"], e["after"]) for e in first["edits"]] == [("warm", "hot")]
    assert (first["source"], first["restored"]) == (
        "The year 1999 was warm.",
        "The year 1999 was hot.",
    )
    assert second["edits"] == []


def test_json_tells_what_an_editor_decided() -> None:
    one = report("It was warm and bad.", "It was hot and good.", decisions=["rejected"])

    [article] = json.loads(render(".json", one))["articles"]

    assert [edit.get("decision") for edit in article["edits"]] == ["rejected", None]
    assert article["restored"] == "It was warm and good."


@pytest.mark.parametrize(
    ("before", "after", "missing", "added"),
    [
        ("In May 40 came.\n\nIt was warm.\n", "In May 41 came.\n\nIt was hot.\n", ["40"], ["41"]),
        ("In May 40 came.\n\nIt was bad.\n", "In May 40 came. It was bad.\n", [], []),
        ("In May 40 came.\n", "In May 40 came.\n", [], []),
    ],
    ids=["in one block", "over the end of a block", "nothing edited"],
)
def test_facts_are_compared_wherever_the_edits_lie(
    before: str, after: str, missing: Sequence[str], added: Sequence[str]
) -> None:
    article = read(before)

    verdict = compare(article, edits(article, after))

    assert [fact.text for fact in verdict.missing] == missing
    assert [fact.text for fact in verdict.added] == added
    assert len(verdict.kept) + len(verdict.missing) == 1


def test_in_markdown_an_article_is_text_whatever_it_says() -> None:
    hostile = report(HOSTILE, HOSTILE, name="<i>|a*b*.txt", problems=("<b>*why*",))

    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(render(".md", hostile))

    body = tokens[next(i for i, t in enumerate(tokens) if t.content.startswith("&lt;script")) :]
    assert {token.type for token in body} == {"paragraph_open", "inline", "paragraph_close"}
    inside = [child.type for token in tokens for child in token.children or ()]
    assert set(inside) <= {"text", "text_special", "softbreak", "hardbreak"}
    said = "".join(child.content for token in body for child in token.children or ())
    assert "<script>alert(1)</script> & <b>bold</b> &amp; *stars* _lines_ `code`" in said
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_markdown_marks_edits_where_they_are() -> None:
    text = render(".md", report("It was *warm*\nin\n\n1. bad.", "It was *hot*\nin\n\n1. good."))

    assert "It was \\*<del>warm</del><ins>hot</ins>\\*  \nin\n\n1\\. <del>bad</del>" in text
    assert "| a.txt | restored | 6 | 2 | 0 |" in text
    assert "2 calls, 1 from cache, 150 tokens, unpriced" in text


@pytest.mark.parametrize("suffix", [".html", ".md", ".json"])
def test_articles_are_asked_for_as_their_part_is_due(suffix: str) -> None:
    asked: list[str] = []

    def articles() -> Iterator[Reported]:
        for number in range(100):
            asked.append(f"{number}.txt")
            yield report("It was warm.", "It was hot.", name=asked[-1])

    parts = REPORTS[suffix](summarise(), articles())
    while "warm" not in next(parts):
        pass

    assert len(asked) < 20


def test_what_is_said_is_what_was_made() -> None:
    one = report(HOSTILE, HOSTILE.replace("no", "yes"))

    [article] = json.loads(render(".json", one))["articles"]

    assert article["restored"] == apply(one.article.source, one.edits)

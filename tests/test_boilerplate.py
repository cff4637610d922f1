import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Block
from restore.boilerplate import RULES, mark
from restore.documents.text import find_blocks

CASES = json.loads((Path(__file__).parent / "cases/boilerplate.json").read_text(encoding="utf-8"))
JUNK = [(case["rule"], case["text"]) for case in CASES["junk"]]
SEED = Path(__file__).parents[1] / "seeds/000_f955d42d19f43a5c.txt"


def marks(source: str) -> list[str]:
    return [block.reason for block in mark(find_blocks(source))]


@pytest.mark.parametrize(("rule", "text"), JUNK, ids=[text for _, text in JUNK])
def test_page_junk_is_marked_with_its_rule(rule: str, text: str) -> None:
    (block,) = mark(find_blocks(text))

    assert (block.kind, block.reason) == ("boilerplate", rule)


@pytest.mark.parametrize("text", CASES["prose"])
def test_prose_that_looks_like_junk_stays(text: str) -> None:
    blocks = find_blocks(text)

    assert mark(blocks) == blocks


def test_every_rule_has_a_case() -> None:
    assert {rule for rule, _ in JUNK} == {name for name, _ in RULES} | {
        "related-label",
        "related-link",
    }


def test_a_scraped_article_has_its_eleven_last_lines_marked_and_no_other() -> None:
    source = SEED.read_text(encoding="utf-8")
    body, dateline, rest = source.partition("First distributed on June 11, 2020 at 10:24 a.m. PT.")

    blocks = mark(find_blocks(source))

    marked = [block for block in blocks if block.kind == "boilerplate"]
    assert len(marked) == 11
    assert [block.text for block in marked] == [s.strip() for s in rest.splitlines() if s.strip()]
    assert all(block.start > len(body) + len(dateline) for block in marked)


@given(st.lists(st.sampled_from([text for _, text in JUNK] + CASES["prose"]) | st.text()))
def test_marking_changes_no_text_and_no_place(lines: list[str]) -> None:
    blocks = find_blocks("\n\n".join(lines))

    marked = mark(blocks)

    assert [(b.start, b.stop, b.text) for b in marked] == [
        (b.start, b.stop, b.text) for b in blocks
    ]
    assert all(bool(block.reason) == (block.kind == "boilerplate") for block in marked)


@pytest.mark.parametrize("title", ["How to save money in a crisis", "Who won?"])
def test_a_title_after_a_label_is_a_link(title: str) -> None:
    assert marks(f"Read next:\n\n{title}\n\n{title}") == ["related-label", "related-link", ""]


@pytest.mark.parametrize(
    "text",
    ["The minister said no.", "“It is over.”", '"It is over."', " ".join(["word"] * 21)],
    ids=["a sentence", "speech", "speech in straight quotes", "more words than a title has"],
)
def test_prose_after_a_label_stays(text: str) -> None:
    assert marks(f"Read next:\n\n{text}") == ["related-label", ""]


def test_a_block_longer_than_any_junk_is_not_looked_at() -> None:
    assert marks("0 " * 150) == ["counter"]
    assert marks("0 " * 151) == [""]


def test_a_table_or_code_is_not_looked_at() -> None:
    code = Block(0, 4, "verbatim", "Home")

    assert mark([code]) == (code,)


def test_a_word_alone_amid_an_article_stays() -> None:
    assert marks("She sat down.\n\nComments\n\nMany wrote.\n\nHome.\n\nIt rained.") == [""] * 5


def test_steps_and_years_are_no_counters() -> None:
    text = "A tap drips.\n\n1\n\nTurn off the water.\n\n2\n\nOpen it.\n\n1704\n\nBells are hung."

    assert marks(text) == [""] * 7


def test_a_title_that_stands_twice_is_marked_only_with_the_name_of_the_site() -> None:
    title = "How to choose a lock"

    assert marks(f"{title} | The Shop\n\n{title}\n\n{title}\n\nA lock is heavy.") == [
        "title",
        "",
        "",
        "",
    ]


def test_dialogue_and_verse_below_a_menu_stay() -> None:
    text = "Home\n\nPoems\n\nAbout\n\nThe River\n\nI went down,\n\nit went away.\n\nNot home\n\nMe"

    assert marks(text) == ["navigation"] * 3 + [""] * 5

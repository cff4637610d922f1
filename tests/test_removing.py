import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article, apply
from restore.boilerplate.removing import remove
from restore.documents.text import read_text


def read(text: str) -> Article:
    (article,) = read_text(text.encode(), "a.txt")
    return article


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Share\n\nIt rained.\n", "It rained.\n"),
        ("It rained.\n\nShare\n", "It rained.\n"),
        ("It rained.\n\nShare", "It rained."),
        ("It rained.\n\nShare\n\nIt snowed.\n", "It rained.\n\nIt snowed.\n"),
        ("It rained.\r\nShare\r\n  It snowed.\r\n", "It rained.\r\n  It snowed.\r\n"),
        ("It rained.\n\n\n  • Share\n12 likes\n", "It rained.\n"),
        ("Share\n", "\n"),
        ("It rained.\n", "It rained.\n"),
    ],
    ids=[
        "above",
        "below",
        "below, without a last line end",
        "between",
        "between, indented lines",
        "several below",
        "nothing else",
        "no boilerplate",
    ],
)
def test_boilerplate_goes_with_the_line_it_leaves(text: str, left: str) -> None:
    assert apply(text, remove(read(text))) == left


def test_an_edit_says_which_rule_took_a_block_out() -> None:
    (edit,) = remove(read("It rained.\n\n12 likes\n"))

    assert (edit.engine, edit.kind, edit.reason) == ("boilerplate", "other", "boilerplate: counter")


@given(st.lists(st.sampled_from(["Share", "It rained.", "12 likes", "  • Home", "", "\t", "Two"])))
def test_what_is_no_boilerplate_stays(lines: list[str]) -> None:
    article = read("It is late.\n" + "\n".join(lines))

    left = apply(article.source, remove(article))

    assert left.split() == " ".join(b.text for b in article.prose).split()

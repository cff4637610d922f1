from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import apply
from restore.offline.decoder import Decoder, choose
from restore.offline.edits import make_edits, trim
from restore.wording import recase
from tests.offline.conftest import make_article

RESTORABLE = """\
x children clinic < children's hospital
x simulated intelligence < AI
x innovation monster < technology giant
x preeminent court < Supreme Court
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("framework", "system", "system", id="lower case stays"),
        pytest.param("Framework", "system", "System", id="a sentence's first word"),
        pytest.param("Since quite a while", "for long", "For long", id="a sentence's first phrase"),
        pytest.param("Law Implementation", "law enforcement", "Law Enforcement", id="a title"),
        pytest.param("LAW IMPLEMENTATION", "law enforcement", "LAW ENFORCEMENT", id="capitals"),
        pytest.param("joined states", "United States", "United States", id="a name"),
        pytest.param("A", "an", "An", id="a single capital is no shouting"),
        pytest.param("24", "all day", "all day", id="digits have no case"),
    ],
)
def test_capitals_are_kept(before: str, after: str, expected: str) -> None:
    assert recase(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("law implementation", "law enforcement", "law [enforcement]", id="the end"),
        pytest.param("common freedoms", "civil freedoms", "[civil] freedoms", id="the beginning"),
        pytest.param(
            "the tech goliath said", "the big giant said", "the [big giant] said", id="both"
        ),
        pytest.param("quite a while", "a while", "[]a while", id="a deletion in front"),
        pytest.param("the reason why", "the reason", "the reason[]", id="a deletion behind"),
        pytest.param("as well as", "as as", "as []as", id="a deletion inside"),
        pytest.param("comprising", "comprising of", "[comprising of]", id="an insertion behind"),
        pytest.param("in return", "in the return", "[in the] return", id="an insertion inside"),
        pytest.param("to return", "so to return", "[so to] return", id="an insertion before"),
        pytest.param("big\nlaw", "small rule", "[small\nrule]", id="layout between words"),
        pytest.param("two words here", "one thing", "[one thing]", id="nothing in common"),
    ],
)
def test_only_what_differs_is_replaced(before: str, after: str, expected: str) -> None:
    start, stop, middle = trim(before, after)

    assert f"{before[:start]}[{middle}]{before[stop:]}" == expected


WORDINGS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5).map(" ".join)


@given(WORDINGS, WORDINGS)
def test_trimming_changes_no_result(before: str, after: str) -> None:
    if before == after:
        return

    start, stop, middle = trim(before, after)

    assert before[:start] + middle + before[stop:] == after
    assert start < stop


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("an innovation monster", "a technology giant", id="an becomes a"),
        pytest.param(
            "An innovation monster", "A technology giant", id="at the beginning of a sentence"
        ),
        pytest.param("a simulated intelligence", "an AI", id="an acronym goes by its letters"),
        pytest.param("the innovation monster", "the technology giant", id="another article stands"),
        pytest.param("the children clinic’s", "the children’s hospital’s", id="curly apostrophes"),
        pytest.param("the children clinic's", "the children's hospital's", id="straight ones"),
        pytest.param(
            "Vitamin A innovation monster",
            "Vitamin A technology giant",
            id="a letter is no article",
        ),
    ],
)
def test_what_is_put_in_fits_its_place(
    make_decoder: Callable[..., Decoder], text: str, expected: str
) -> None:
    decoder = make_decoder("", phrases=RESTORABLE)
    article = make_article(f"{text} and the preeminent court of simulated intelligence")

    edits = make_edits(article, choose(decoder.decode(article), 0.0))

    assert apply(article.source, edits) == f"{expected} and the Supreme Court of AI"

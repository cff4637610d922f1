"""What counts as a fact, and what counts as the same fact."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from restore.article import Fact
from restore.facts import extract_facts

CASES = json.loads((Path(__file__).parent / "cases" / "facts.json").read_text(encoding="utf-8"))

UNREPORTED = ("direction", "vague")

PIECES = st.sampled_from(
    (
        '12 % $5m -5 one hundred and ½ 1/2 June 11, 2020 at 10:24 a.m. Brad Smith’s “so" [12] x '
        "https://a.b/c `x` not never with out İstanbul \x00 \n . 2nd third of a an hour 1,000,000"
    ).split(" ")
)
PROSE = st.lists(PIECES, max_size=30).map(" ".join) | st.text()


def found(text: str) -> list[tuple[str, str]]:
    return [(fact.kind, fact.norm) for fact in extract_facts(text) if fact.kind not in UNREPORTED]


@pytest.mark.parametrize("case", CASES["extracted"], ids=lambda case: case["label"])
def test_facts_are_extracted(case: dict[str, Any]) -> None:
    assert found(case["text"]) == [tuple(fact) for fact in case["facts"]]


@pytest.mark.parametrize(("label", "one", "other"), CASES["equal"], ids=lambda value: value)
def test_equal_facts_have_equal_norms(label: str, one: str, other: str) -> None:
    first = {fact.norm for fact in extract_facts(f"so {one} it")}
    second = {fact.norm for fact in extract_facts(f"so {other} it")}

    assert first
    assert first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10 million", "10 billion"),
        ("12%", "12"),
        ("-5", "5"),
        ("$5", "€5"),
        ("11 June 2020", "12 June 2020"),
        ("10:24 am", "10:24 pm"),
        ("Karen Holt", "Karen Bolt"),
        ("5 km", "5 miles"),
    ],
)
def test_different_facts_have_different_norms(one: str, other: str) -> None:
    assert found(f"so {one} it") != found(f"so {other} it")


@example("12 hundred one Brad")
@given(PROSE)
def test_offsets_are_those_of_the_text(text: str) -> None:
    facts = extract_facts(text)

    assert all(text[f.start : f.start + len(f.text)] == f.text for f in facts)
    assert [f.start for f in facts] == sorted(f.start for f in facts)


@given(PROSE)
def test_facts_have_a_text_and_a_norm(text: str) -> None:
    assert all(fact.text and fact.norm for fact in extract_facts(text))


def test_a_number_of_ten_thousand_digits_is_compared_as_written() -> None:
    digits = "1" * 10_000

    assert extract_facts(digits) == (Fact("number", digits, digits, 0),)


def test_a_hundred_hundreds_are_compared_as_written() -> None:
    words = "hundred " * 100

    assert found(words) == [("number", words.strip())]


def test_capitals_that_change_length_in_lower_case_keep_offsets() -> None:
    text = "İİİ is not here"

    assert [fact.start for fact in extract_facts(text) if fact.kind == "negation"] == [7]

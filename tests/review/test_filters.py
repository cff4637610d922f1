import pytest

from restore.errors import UsageProblem
from restore.review.filters import parse
from tests.review.articles import sure


@pytest.mark.parametrize(
    ("expression", "confidence", "holds"),
    [
        ("", 0.5, True),
        ("confidence>=0.9", 0.9, True),
        ("confidence>=90%", 0.89, False),
        ("confidence<0.9", None, False),
        ("confidence>=0", None, False),
        ("kind=term", 0.5, True),
        ("kind=grammar", 0.5, False),
        ("kind!=grammar", 0.5, True),
        ("KIND=Term, confidence>0.4", 0.5, True),
        ("kind=term and confidence>0.6", 0.5, False),
        ("verdict=partial", 0.5, True),
        ("engine=offline", 0.5, True),
        ("before~^big$", 0.5, True),
        ("after~small", 0.5, False),
        ('reason="spun word"', 0.5, True),
        ("file=*.txt", 0.5, True),
        ("file!=*.txt", 0.5, False),
    ],
)
def test_an_expression_holds_of_an_edit(
    expression: str, confidence: float | None, *, holds: bool
) -> None:
    one = sure(confidence)

    assert parse(expression)(one, one.edits[0]) is holds


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("confidense>0.9", "at character 1: there is no field 'confidense'"),
        ("confidence>high", "at character 11: confidence is a number"),
        ("confidence~0.9", "confidence is a number"),
        ("kind>term", "at character 5: 'kind' has no order"),
        ("kind=term or kind=idiom", "at character 11: 'and' or a comma is missing"),
        ("kind=term and", "a condition is a field"),
        ("before~[", "is no pattern"),
        ("kind", "at character 1"),
    ],
)
def test_a_malformed_expression_is_an_error_with_its_place(expression: str, says: str) -> None:
    with pytest.raises(UsageProblem) as error:
        parse(expression)

    assert says in error.value.message
    assert "confidence>=0.9" in (error.value.hint or "")

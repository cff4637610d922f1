from collections.abc import Callable

import pytest

from restore.offline.language_model import LanguageModel
from restore.offline.lattice import Builder
from restore.offline.lexicon import Lexicon
from restore.offline.tokens import tokenize
from restore.offline.weights import DEFAULT_WEIGHTS

WORDS = "n framework < system | structure\nn organization < company\nx zzz < sleep"
PHRASES = """\
x law implementation < law enforcement
x ai calculation < AI algorithm
x incomparable court < Supreme Court
x in excess of < more than | over
x across the country challenges < nationwide protests
"""


@pytest.fixture
def readings(
    make_lexicon: Callable[..., Lexicon], model: LanguageModel
) -> Callable[[str], list[tuple[str, str]]]:
    """Every replacement that the lattice of a sentence offers."""
    builder = Builder(make_lexicon(WORDS, phrases=PHRASES), model, DEFAULT_WEIGHTS)

    def read(text: str) -> list[tuple[str, str]]:
        lattice = builder.build(tokenize(text)) or []
        return [(arc.before, arc.after) for arcs in lattice for arc in arcs if arc.after]

    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "He left the framework alone today.",
            [("framework", "system"), ("framework", "structure")],
            id="every restoration of a word",
        ),
        pytest.param(
            "He sold in excess of ten.",
            [("in excess of", "more than"), ("in excess of", "over")],
            id="every restoration of a phrase",
        ),
        pytest.param(
            "The law implementation came.",
            [("implementation", "enforcement")],
            id="a phrase without the words that stand",
        ),
        pytest.param(
            "This is an organization now.",
            [("an", "a"), ("organization", "company")],
            id="agreement before a replacement",
        ),
        pytest.param(
            "Organization is what they lack here.",
            [("organization", "company")],
            id="a sentence's first word in spite of its capital",
        ),
        pytest.param(
            "The Organization And Its Framework Today",
            [("organization", "company"), ("framework", "system"), ("framework", "structure")],
            id="words of a title",
        ),
        pytest.param(
            "THE ORGANIZATION AND ITS LAW IMPLEMENTATION",
            [("organization", "company"), ("implementation", "enforcement")],
            id="words of a line in capitals",
        ),
        pytest.param(
            "So the AI calculation won again.",
            [("calculation", "algorithm")],
            id="a phrase whose acronym stands in its restoration",
        ),
        pytest.param(
            "Then the Incomparable Court met again.",
            [("incomparable", "Supreme")],
            id="a spun name that is known",
        ),
        pytest.param("Law implementation", [("implementation", "enforcement")], id="a heading"),
    ],
)
def test_a_lattice_offers(
    readings: Callable[[str], list[tuple[str, str]]], text: str, expected: list[tuple[str, str]]
) -> None:
    assert readings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Nothing is spun in an hour here.", id="words the lexicon does not know"),
        pytest.param("He works for the Organization in Bonn.", id="a name"),
        pytest.param("He said FRAMEWORK and nothing else.", id="an acronym"),
        pytest.param("They saw Law Implementation officers pass by.", id="a phrase in a name"),
        pytest.param("My framework", id="an unsure word of a heading"),
        pytest.param("He wrote zzz on the wall.", id="a short word that English does not have"),
    ],
)
def test_a_lattice_offers_nothing_for(
    readings: Callable[[str], list[tuple[str, str]]], text: str
) -> None:
    assert readings(text) == []


def test_a_word_with_many_candidates_keeps_the_likeliest(
    make_lexicon: Callable[..., Lexicon], model: LanguageModel
) -> None:
    many = "apple | bread | chair | dream | earth | field | glass | horse | island | juice"
    many = f"breast | {many} | knife | lemon | money | night | ocean"
    lexicon = make_lexicon(f"x bosom < {many}")
    builder = Builder(lexicon, model, DEFAULT_WEIGHTS)

    first = builder.build(tokenize("bosom cancer kills many women."))
    last = builder.build(tokenize("She was told that it is bosom"))

    for lattice, at in ((first, 0), (last, 6)):
        assert lattice
        assert len(lattice[at]) == 1 + DEFAULT_WEIGHTS.candidates
    assert first
    assert "breast" in [arc.after for arc in first[0]]


@pytest.mark.parametrize("weight", [-3.0, 0.5], ids=["the phrase", "the word"])
def test_of_equal_readings_the_heavier_arc_stays(
    make_lexicon: Callable[..., Lexicon], model: LanguageModel, weight: float
) -> None:
    phrases = "x law implementation < law enforcement\n"
    keys = f"weight = {weight}"
    lexicon = make_lexicon("n implementation < enforcement", phrases=phrases, keys=keys)

    lattice = Builder(lexicon, model, DEFAULT_WEIGHTS).build(tokenize("The law implementation."))

    assert lattice
    (arc,) = lattice[2][1:]
    assert arc.source
    assert arc.source.name == ("words" if weight == 0.5 else "phrases")

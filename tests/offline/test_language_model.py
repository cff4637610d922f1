import math

from hypothesis import given
from hypothesis import strategies as st

from restore.offline.language_model import (
    NOTHING,
    SENTENCE_START,
    SENTENCE_STOP,
    UNKNOWN,
    LanguageModel,
)

MAX_ID = 1000


def score(model: LanguageModel, text: str) -> float:
    first, second, total = NOTHING, SENTENCE_START, 0.0
    for word in [*map(model.word_id, text.split()), SENTENCE_STOP]:
        total += model.log_prob(first, second, word)
        first, second = second, word
    return total


def test_idiom_is_likelier_than_what_a_spinner_makes_of_it(model: LanguageModel) -> None:
    assert score(model, "law enforcement agencies") > score(model, "law implementation agencies")


def test_an_unknown_word_has_the_unknown_id(model: LanguageModel) -> None:
    assert model.word_id("qwrtzpsd") == UNKNOWN
    assert model.word_id("the") != UNKNOWN


def test_a_pair_that_was_seen_is_likelier_than_its_word_alone(model: LanguageModel) -> None:
    united, states = model.word_id("united"), model.word_id("states")

    assert model.log_pair(united, states) > model.log_single(states)


def test_every_triple_has_a_probability(model: LanguageModel) -> None:
    @given(st.tuples(*[st.integers(0, MAX_ID)] * 3))
    def check(words: tuple[int, int, int]) -> None:
        assert -math.inf < model.log_prob(*words) <= 0

    check()

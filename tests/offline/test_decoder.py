from collections.abc import Callable
from dataclasses import replace

import pytest

from restore.offline.decoder import Decoder, choose
from restore.offline.evidence import Choice
from restore.offline.language_model import LanguageModel
from restore.offline.lexicon import Lexicon
from restore.offline.weights import DEFAULT_WEIGHTS
from tests.offline.conftest import make_article

SPUN = (
    "The law implementation office said that law implementation needs it. "
    "In excess of ten organizations asked the law implementation office for bosom cancer pictures."
)
CLEAN = "The school opened its new library on Monday, and the children read all day. " * 10

WORDS = "n bosom < breast\nn organization < company | group\n"
PHRASES = "x law implementation < law enforcement\nx in excess of < more than | over\n"


@pytest.fixture
def decoder(make_decoder: Callable[..., Decoder]) -> Decoder:
    return make_decoder(WORDS, phrases=PHRASES)


def best(choices: list[Choice], before: str) -> Choice:
    return next(choice for choice in choices if choice.arc.before == before)


def test_a_spun_term_is_restored(decoder: Decoder) -> None:
    choices = decoder.decode(make_article(SPUN))

    assert best(choices, "bosom").arc.after == "breast"
    assert best(choices, "implementation").probability > 0.9


def test_the_likeliest_choice_comes_first(decoder: Decoder) -> None:
    probabilities = [choice.probability for choice in decoder.decode(make_article(SPUN))]

    assert probabilities == sorted(probabilities, reverse=True)


def test_a_choice_is_never_likelier_than_its_place_is_spun(decoder: Decoder) -> None:
    for choice in decoder.decode(make_article(SPUN)):
        assert choice.probability <= choice.spun + 1e-9
        assert choice.probability - 1e-9 <= choice.confidence <= 1


def test_any_restoration_of_a_set_phrase_will_do(decoder: Decoder) -> None:
    choice = best(decoder.decode(make_article(SPUN)), "in excess of")

    assert choice.confidence == choice.spun > choice.probability


def test_a_clean_article_lowers_every_probability(decoder: Decoder) -> None:
    sentence = "The law implementation office asked for pictures."

    alone = best(decoder.decode(make_article(sentence)), "implementation")
    among_clean = best(decoder.decode(make_article(CLEAN + sentence)), "implementation")
    among_spun = best(decoder.decode(make_article(f"{SPUN} {sentence}")), "implementation")

    assert among_clean.probability < alone.probability <= among_spun.probability + 1e-6


def test_a_narrow_beam_finds_the_best_reading_too(
    make_lexicon: Callable[..., Lexicon], model: LanguageModel
) -> None:
    lexicon = make_lexicon(WORDS, phrases=PHRASES)
    decoder = Decoder(lexicon, model, replace(DEFAULT_WEIGHTS, states=2))

    assert best(decoder.decode(make_article(SPUN)), "implementation").arc.after == "enforcement"


def test_chosen_places_do_not_overlap(decoder: Decoder) -> None:
    choices = decoder.decode(make_article(SPUN))

    chosen = list(choose(choices, 0.0))

    places = [t.start for c in chosen for t in c.tokens[c.first : c.arc.stop]]
    assert len(places) == len(set(places))
    assert len(chosen) < len(choices)


def test_nothing_below_the_threshold_is_chosen(decoder: Decoder) -> None:
    choices = decoder.decode(make_article(SPUN))

    assert all(choice.confidence >= 0.9 for choice in choose(choices, 0.9))
    assert not list(choose(choices, 1.1))

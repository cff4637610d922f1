import math

import pytest

from restore.offline.evidence import Choice, Evidence, Sentence, count_words, gather
from restore.offline.lattice import Arc
from restore.offline.lexicon import Source
from restore.offline.tokens import tokenize

NOUNS = Source("nouns", "spun word", "term", set_phrase=False, in_fragments=False)
VERBS = NOUNS._replace(name="verbs")
TEXT = "The organization saw the framework but the company saw the association."
TOKENS = tokenize(TEXT)
SENTENCE = Sentence(TOKENS, [])


def arc_at(first: int, after: str, source: Source = NOUNS) -> Arc:
    return Arc(first + 1, (), 0.0, TOKENS[first].key, after, source)


def choice(first: int, after: str, probability: float, source: Source = NOUNS) -> Choice:
    arc = arc_at(first, after, source)
    return Choice(TOKENS, first, arc, probability, probability, probability)


def look(*choices: Choice, words: int = 100) -> Evidence:
    return gather(choices, count_words([SENTENCE]), words, sure_from=0.5)


def about(evidence: Evidence, arc: Arc, first: int) -> dict[str, float]:
    return dict(evidence.about(SENTENCE, first, arc))


def test_sure_edits_alone_make_the_density() -> None:
    evidence = look(choice(1, "company", 0.9), choice(4, "system", 0.4))

    assert evidence.density == pytest.approx(math.log((0.9 + 0.3) / 1.5))
    assert evidence.expected == pytest.approx(math.log((1.3 + 0.3) / 3.0))


def test_a_short_article_counts_as_a_longer_one() -> None:
    few = look(choice(1, "company", 0.9), words=5)

    assert few.density == look(choice(1, "company", 0.9), words=60).density


def test_an_original_expected_elsewhere_speaks_for_it_and_not_for_itself() -> None:
    evidence = look(choice(1, "company", 0.9), choice(4, "system", 0.9))

    assert "original" not in about(evidence, arc_at(1, "company"), 1)
    assert about(evidence, arc_at(10, "company"), 10)["original"] > 0.5


def test_an_original_that_stands_in_the_text_is_seen() -> None:
    evidence = look()

    assert about(evidence, arc_at(1, "company"), 1)["standing"] == pytest.approx(math.log(2))
    assert "standing" not in about(evidence, arc_at(1, "committee"), 1)


def test_a_file_that_the_spinner_draws_on_speaks_for_its_rows() -> None:
    evidence = look(choice(1, "company", 0.9), choice(4, "system", 0.9))

    nouns = about(evidence, arc_at(10, "union"), 10)["family"]
    verbs = about(evidence, arc_at(10, "union", VERBS), 10)["family"]
    assert nouns > verbs


def test_spun_neighbours_count_and_the_place_itself_does_not() -> None:
    evidence = look(choice(1, "company", 0.9))

    itself = about(evidence, arc_at(1, "company"), 1)["nearby"]
    other = about(evidence, arc_at(10, "union"), 10)["nearby"]
    assert itself == about(look(), arc_at(1, "company"), 1)["nearby"]
    assert other > itself


def test_a_sure_pair_speaks_for_itself_only_when_repeated() -> None:
    once = look(choice(1, "company", 0.9))
    twice = look(choice(1, "company", 0.9), choice(1, "company", 0.8))

    assert "bonus" not in about(once, arc_at(1, "company"), 1)
    assert about(twice, arc_at(1, "company"), 1)["bonus"] == pytest.approx(0.7)

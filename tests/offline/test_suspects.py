from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore import offline
from restore.offline.decoder import load
from restore.offline.spin import MOST_SCORE, read_signs
from tests.offline.conftest import make_article
from tests.offline.test_restore import CLEAN, SPUN


def test_scan_finds_what_is_spun_and_what_it_was() -> None:
    suspects = offline.scan(make_article(SPUN)).suspects

    found = {suspect.text: suspect.likely for suspect in suspects}
    assert found["acknowledgment"] == "recognition"
    assert found["malignancy"] == "cancer"


def test_scan_finds_nothing_in_a_clean_article() -> None:
    assert offline.scan(make_article(CLEAN)).suspects == ()


def test_suspects_are_ranges_of_the_source_in_order() -> None:
    suspects = offline.scan(make_article(SPUN)).suspects

    assert all(SPUN[s.start : s.stop] == s.text for s in suspects)
    assert all(0.5 <= s.probability <= 1 for s in suspects)
    for one, next_one in pairwise(suspects):
        assert one.stop <= next_one.start


def test_spin_score_tells_spun_from_clean() -> None:
    assert offline.scan(make_article(SPUN)).score > 3
    assert offline.scan(make_article(CLEAN)).score < 1.5


def test_spin_score_of_nothing_is_zero() -> None:
    assert offline.scan(make_article("")).score == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("They asked Barcelona They went home.", id="a sentence begins amid another"),
        pytest.param("They asked VanceHe about the plan.", id="a name and a word run together"),
        pytest.param("They asked Barcelonaafter the game.", id="the same in lower case"),
    ],
)
def test_what_copying_leaves_raises_the_spin_score(fault: str) -> None:
    whole = offline.scan(make_article(f"{CLEAN} They asked him to go home.")).score

    assert offline.scan(make_article(f"{CLEAN} {fault}")).score > 1.5 * whole


@pytest.mark.parametrize(
    "plain",
    [
        pytest.param("He read Gone With The Wind at home.", id="the capitals of a title"),
        pytest.param("He wrote JavaScript for McDonald in Bournemouth.", id="capitals in a name"),
    ],
)
def test_names_are_no_faults(plain: str) -> None:
    decoder = load()
    faults = read_signs(decoder.examine(make_article(plain)), decoder.model).faults

    assert faults == read_signs(decoder.examine(make_article(CLEAN)), decoder.model).faults


@given(st.text())
def test_scan_survives_any_text(text: str) -> None:
    findings = offline.scan(make_article(text))

    assert len(findings.suspects) <= len(text)
    assert 0 <= findings.score <= MOST_SCORE

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from restore import offline
from tests.offline.conftest import make_article
from tests.offline.test_restore import CLEAN, SPUN


def test_scan_finds_what_is_spun_and_what_it_was() -> None:
    suspects = offline.scan(make_article(SPUN))

    found = {suspect.text: suspect.likely for suspect in suspects}
    assert found["acknowledgment"] == "recognition"
    assert found["malignancy"] == "cancer"


def test_scan_finds_nothing_in_a_clean_article() -> None:
    assert offline.scan(make_article(CLEAN)) == ()


def test_suspects_are_ranges_of_the_source_in_order() -> None:
    suspects = offline.scan(make_article(SPUN))

    assert all(SPUN[s.start : s.stop] == s.text for s in suspects)
    assert all(0.5 <= s.probability <= 1 for s in suspects)
    for one, next_one in pairwise(suspects):
        assert one.stop <= next_one.start


def test_spin_score_tells_spun_from_clean() -> None:
    spun, clean = make_article(SPUN), make_article(CLEAN)

    assert offline.spin_score(spun, offline.scan(spun)) > 5
    assert offline.spin_score(clean, offline.scan(clean)) == 0


def test_spin_score_of_nothing_is_zero() -> None:
    assert offline.spin_score(make_article(""), ()) == 0


@given(st.text())
def test_scan_survives_any_text(text: str) -> None:
    assert len(offline.scan(make_article(text))) <= len(text)

import json

from hypothesis import given
from hypothesis import strategies as st

from restore.article import apply
from restore.evaluate import read_gold, score
from restore.review.decisions import ACCEPTED, REJECTED, Decision, Review, resulting
from restore.review.gold import as_gold
from tests.review.articles import SOURCE, recorded

PARTS = "a the law law office said , . \n\n Ünder x".split(" ")
WORDS = st.lists(st.sampled_from(PARTS)).map(" ".join).map("Well {}".format)
CHOICES = st.lists(st.sampled_from([ACCEPTED, REJECTED, Decision("changed", "other words")]))


def reviewed(decisions: list[Decision]) -> Review:
    review = Review()
    edits = recorded().edits
    review.decide(((0, edit.id), one) for edit, one in zip(edits, decisions, strict=True))
    return review


def test_what_the_editor_decided_is_what_is_right() -> None:
    decisions = [ACCEPTED, REJECTED, Decision("changed", "forces")]
    passage = json.loads(as_gold("run/0.txt", recorded(), reviewed(decisions)))

    assert passage["edits"] == [
        {"spun": "implementation", "restored": ["enforcement"], "occurrence": 1},
        {"spun": "implementation", "restored": ["forces"], "occurrence": 2},
    ]
    assert passage["kind"] == "spun"
    assert "an innovation firm" in passage["reference"]
    assert passage["text"] == SOURCE


def test_an_article_of_which_all_was_rejected_is_clean() -> None:
    passage = json.loads(as_gold("run/0.txt", recorded(), reviewed([REJECTED] * 3)))

    assert (passage["kind"], passage["edits"]) == ("clean", [])


@given(WORDS, WORDS, CHOICES)
def test_the_reviewed_text_itself_scores_in_full(
    source: str, restored: str, choices: list[Decision]
) -> None:
    one = recorded(source, restored)
    review = Review()
    padded = [*choices, *[ACCEPTED] * len(one.edits)]
    review.decide(((0, edit.id), choice) for edit, choice in zip(one.edits, padded, strict=False))
    (passage,) = read_gold([as_gold("x", one, review)], "reviews")
    result = score(passage, apply(source, resulting(one, review)))

    assert result.distance_after == 0
    assert len(passage.spans) <= len(one.edits)

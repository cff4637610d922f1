from hypothesis import given
from hypothesis import strategies as st

from restore.article import apply
from restore.review.decisions import (
    ACCEPTED,
    REJECTED,
    Change,
    Decision,
    Key,
    Review,
    groups,
    resulting,
)
from tests.review.articles import RESTORED, SOURCE, recorded

KEYS = [(0, "a"), (0, "b"), (1, "a")]
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(KEYS), st.sampled_from([ACCEPTED, REJECTED, Decision("changed", "x"), None])
    )
)
TEXT = st.text(st.sampled_from("ab \n\ré文x."), max_size=30)


def keys_of(article: int = 0) -> list[Key]:
    return [(article, edit.id) for edit in recorded(index=article).edits]


@given(st.lists(CHANGES))
def test_undoing_all_and_redoing_all_comes_back_to_where_it_was(steps: list[list[Change]]) -> None:
    review = Review()
    for changes in steps:
        review.decide(changes)
    decided = dict(review.decided)
    while review.undo():
        pass

    assert dict(review.decided) == {}
    while review.redo():
        pass
    assert dict(review.decided) == decided


@given(st.lists(CHANGES), st.integers(0, 5))
def test_a_replayed_review_is_the_same_review(steps: list[list[Change]], undone: int) -> None:
    review = Review()
    for changes in steps:
        review.decide(changes)
    for _ in range(undone):
        review.undo()
    again = Review.replay([step.changes for step in review.steps], review.made)

    assert again.decided == review.decided
    assert (again.made, again.steps) == (review.made, review.steps)


def test_a_decision_after_an_undo_forgets_what_was_undone() -> None:
    review = Review()
    review.decide([((0, "a"), ACCEPTED)])
    review.undo()
    review.decide([((0, "b"), REJECTED)])

    assert review.redo() is None
    assert dict(review.decided) == {(0, "b"): REJECTED}


def test_a_decision_that_changes_nothing_is_no_step() -> None:
    review = Review()
    review.decide([((0, "a"), ACCEPTED)])

    assert review.decide([((0, "a"), ACCEPTED)]) is None
    assert len(review.steps) == 1


@given(TEXT, TEXT)
def test_rejecting_all_gives_the_source_and_accepting_all_the_restored_text(
    source: str, restored: str
) -> None:
    one = recorded(source, restored)
    review = Review()
    review.decide(((0, edit.id), REJECTED) for edit in one.edits)
    rejected = apply(source, resulting(one, review))
    review.decide(((0, edit.id), ACCEPTED) for edit in one.edits)

    assert rejected == source
    assert apply(source, resulting(one, review)) == restored


def test_an_undecided_edit_stands() -> None:
    assert apply(SOURCE, resulting(recorded(), Review())) == RESTORED


def test_the_editors_own_words_stand() -> None:
    review = Review()
    review.decide([(keys_of()[0], Decision("changed", "keeping"))])

    assert "The law keeping office." in apply(SOURCE, resulting(recorded(), review))


def test_words_like_the_source_are_no_edit() -> None:
    review = Review()
    review.decide([(keys_of()[0], Decision("changed", "implementation"))])

    assert len(resulting(recorded(), review)) == len(recorded().edits) - 1


def test_the_halves_of_a_move_are_decided_together() -> None:
    one = recorded(
        "First of all it stands here. Then comes the second one.",
        "Then comes the second one. First of all it stands here.",
    )
    together = groups(one)

    assert len(one.edits) == 2
    assert {frozenset(keys) for keys in together.values()} == {
        frozenset((0, edit.id) for edit in one.edits)
    }

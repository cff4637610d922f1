import json
from pathlib import Path

import pytest

from restore.documents import read_bytes
from restore.errors import UsageProblem
from restore.evaluate import (
    Passage,
    Score,
    Span,
    load_gold,
    score,
    total,
)
from restore.evaluations import FIGURES, difference_intervals, evaluate
from restore.offline import DEFAULT_THRESHOLD
from restore.pipeline import restore_offline

TEXT = "The law implementation office hired 40 individuals.\nShare 3\n"
REFERENCE = "The law enforcement office hired 40 people.\nShare 3\n"


def passage(**changes: object) -> Passage:
    fields: dict[str, object] = {
        "id": "p",
        "kind": "spun",
        "text": TEXT,
        "spans": (Span("implementation", ("enforcement", "police"), 1),),
        "optional": (Span("individuals", ("people",), 1),),
        "protected": ("40",),
        "boilerplate": frozenset({"Share 3"}),
        "reference": REFERENCE,
    }
    return Passage(**(fields | changes))  # type: ignore[arg-type]  # tests change any field


def test_the_reference_scores_full_marks() -> None:
    found = score(passage(), REFERENCE)

    assert (found.recall, found.right_rate, found.precision) == (1, 1, 1)
    assert (found.closed, found.false, found.kept) == (1, 0, 1)


def test_the_unchanged_text_scores_nothing() -> None:
    found = score(passage(), TEXT)

    assert (found.restored, found.changed, found.edited, found.closed) == (0, 0, 0, 0)
    assert found.kept == 1


def test_every_accepted_wording_counts_in_any_case() -> None:
    assert score(passage(), TEXT.replace("implementation", "Police")).restored == 1


def test_a_changed_span_that_is_not_accepted_is_not_right() -> None:
    found = score(passage(), TEXT.replace("implementation", "execution"))

    assert (found.restored, found.changed, found.touching, found.right) == (0, 1, 1, 0)


def test_an_edit_outside_every_span_is_false() -> None:
    found = score(passage(), TEXT.replace("office", "agency"))

    assert (found.false, found.touching) == (1, 0)
    assert found.false_per_1000 == pytest.approx(1000 / found.words)


def test_an_edit_of_an_optional_span_is_right() -> None:
    found = score(passage(), TEXT.replace("individuals", "persons"))

    assert (found.right, found.false, found.restored) == (1, 0, 0)


def test_edits_in_boilerplate_do_not_count() -> None:
    assert score(passage(), TEXT.replace("Share 3", "Share 4")).edited == 0


def test_a_lost_fact_is_not_kept() -> None:
    assert score(passage(), TEXT.replace("40", "14")).kept == 0


def test_the_occurrence_says_which_span_is_meant() -> None:
    twice = "the case in this case"
    meant = passage(text=twice, spans=(Span("case", ("instance",), 2),), boilerplate=frozenset())

    assert score(meant, "the instance in this case").restored == 0
    assert score(meant, "the case in this instance").restored == 1


def test_a_word_that_must_go_is_restored_when_it_is_gone() -> None:
    gone = passage(text="He really left.", spans=(Span("really", ("",), 1),))

    assert score(gone, "He left.").restored == 1


def test_an_insertion_inside_a_span_projects_onto_the_output() -> None:
    found = score(passage(), TEXT.replace("law implementation", "law new enforcement"))

    assert found.restored == 1


def test_an_output_that_goes_on_after_the_text_has_no_place_in_it() -> None:
    assert score(passage(boilerplate=frozenset()), TEXT + "more words").edited == 0


def test_a_last_line_without_newline_may_be_boilerplate() -> None:
    last = passage(text=TEXT.rstrip("\n"))

    assert score(last, TEXT.rstrip("\n").replace("3", "4")).edited == 0


def test_scores_add_up() -> None:
    both = total([score(passage(), REFERENCE), score(passage(), TEXT)])

    assert (both.spans, both.recall) == (2, 0.5)
    assert total([]) == Score()


def test_the_interval_of_a_difference_covers_it() -> None:
    better, worse = score(passage(), REFERENCE), score(passage(), TEXT)
    mixed = [(worse, better), (worse, worse)] * 10

    low, high = difference_intervals(mixed, FIGURES)["recall"]

    assert low < 0.5 < high
    assert difference_intervals([(worse, worse)], FIGURES)["recall"] == (0, 0)


def test_an_evaluation_sums_by_kind_and_pairs_spun_passages() -> None:
    clean = passage(kind="clean", spans=(), optional=())
    one = evaluate("one", [passage(), clean], [REFERENCE, TEXT])
    two = evaluate("two", [passage(), clean], [TEXT, TEXT])

    assert one.total("spun").recall == 1
    assert one.total("clean").edited == 0
    assert one.paired(two) == [(one.scores[0], two.scores[0])]


def test_gold_lines_are_read(tmp_path: Path) -> None:
    line = {
        "id": "p",
        "kind": "spun",
        "text": TEXT,
        "edits": [{"spun": "implementation", "restored": ["enforcement"]}],
        "optional": [{"spun": "not there"}],
    }
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(line) + "\n\n")

    (found,) = load_gold(gold)

    assert found.spans == (Span("implementation", ("enforcement",), 1),)
    assert (found.optional, found.reference) == ((), TEXT)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json", r"gold\.jsonl:1: not a gold passage"),
        ('{"id": "p"}', r"gold\.jsonl:1: not a gold passage"),
        ("[1]", r"gold\.jsonl:1: not a gold passage"),
        (
            '{"id": "p", "kind": "spun", "text": "a", "edits": [{"spun": "b"}]}',
            "'b' is not in the text of 'p'",
        ),
        (b"\xff", "cannot read"),
    ],
    ids=["not json", "fields missing", "not an object", "span missing", "not utf-8"],
)
def test_a_bad_gold_line_is_an_error_that_says_where(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(UsageProblem, match=message):
        load_gold(gold)


def test_a_missing_gold_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cannot read"):
        load_gold(tmp_path / "gone.jsonl")


def test_the_offline_engine_restores_spun_passages_and_leaves_clean_ones() -> None:
    passages = load_gold(Path(__file__).parent / "gold.jsonl")
    articles = [next(read_bytes(p.text.encode(), p.id, suffix=".txt")) for p in passages]
    outputs = [restore_offline(a, threshold=DEFAULT_THRESHOLD).restored for a in articles]

    found = evaluate("offline", passages, outputs)

    assert found.total("spun").recall >= 0.4
    assert found.total("spun").right_rate >= 0.75
    assert found.total("spun").kept == found.total("spun").protected
    assert found.total("clean").edited == 0

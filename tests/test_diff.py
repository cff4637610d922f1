import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.article import Edit, apply
from restore.diff import diff

WORDS = st.lists(
    st.sampled_from("a the of law office said Ünder 中文 , . \n “x” don't ".split(" "))
)
PROSE = WORDS.map(" ".join)


def edits_of(source: str, restored: str) -> tuple[Edit, ...]:
    return diff(source, restored, locator="a.txt", engine="m")


def pairs(source: str, restored: str) -> list[tuple[str, str]]:
    return [(edit.before, edit.after) for edit in edits_of(source, restored)]


@given(st.text() | PROSE, st.text() | PROSE)
@settings(max_examples=400)
def test_applying_all_edits_gives_the_restored_text(source: str, restored: str) -> None:
    assert apply(source, edits_of(source, restored)) == restored


@given(st.text() | PROSE)
def test_equal_texts_have_no_edits(text: str) -> None:
    assert edits_of(text, text) == ()


@given(PROSE, PROSE)
def test_no_edit_changes_nothing(source: str, restored: str) -> None:
    assert all(edit.before != edit.after for edit in edits_of(source, restored))


@pytest.mark.parametrize(
    ("source", "restored", "expected"),
    [
        ("law implementation.", "law enforcement.", [("implementation", "enforcement")]),
        (
            "The move follows across the country challenges police ruthlessness today.",
            "The move follows nationwide protests against police brutality today.",
            [
                ("across the country challenges", "nationwide protests against"),
                ("ruthlessness", "brutality"),
            ],
        ),
        (
            "the human privileges of individuals here",
            "the human rights of people here",
            [("privileges", "rights"), ("individuals", "people")],
        ),
        ("it has been since quite a while ago known", "it has long been known", None),
        ("He said so.", "He really said so.", [("", "really ")]),
        ("He really said so.", "He said so.", [("really ", "")]),
        ("an innovation", "a technology", [("an innovation", "a technology")]),
        ("one two", "one  two", [("", " ")]),
        ("It was Good.", "It was good.", [("Good", "good")]),
        ("A year ago it rose.", "Last year it rose.", [("A year ago", "Last year")]),
        ("He was also there.", "He also was there.", [("was also", "also was")]),
        ("to put an end to it", "to end it", [("put an end to", "end")]),
        ("It cost 10,000 euros.", "It cost 12,000 euros.", [("10,000", "12,000")]),
        ("cafe\u0301 here", "cafe here", [("cafe\u0301", "cafe")]),
        ("a 👨\u200d👧 b", "a 👨\u200d👦 b", [("👨\u200d👧", "👨\u200d👦")]),
        ("see https://a.b/c.", "see https://a.b/d.", [("https://a.b/c", "https://a.b/d")]),
        ("Hello, world", "Hello world", [(",", "")]),
        ("He left, then she left.", "He left, and she left.", [("then", "and")]),
        (
            "the gathering was to draw in the ability of all",
            "the conference was to attract the talent of all",
            [("gathering", "conference"), ("draw in the ability", "attract the talent")],
        ),
    ],
    ids=[
        "a word",
        "a run of small edits is one",
        "swapped words stay apart",
        "moved words",
        "an insertion",
        "a deletion",
        "agreement goes with its noun",
        "white space alone",
        "case alone",
        "a phrase around one word is one",
        "a moved word is one with its neighbour",
        "words dropped around one word are one",
        "a number is whole",
        "a letter keeps its accent",
        "an emoji is whole",
        "an address is whole",
        "a sign alone",
        "what follows a comma stays apart from it",
        "two unchanged words keep edits apart",
    ],
)
def test_edits_read_as_an_editor_expects(
    source: str, restored: str, expected: list[tuple[str, str]] | None
) -> None:
    found = pairs(source, restored)

    assert expected is None or found == expected
    assert apply(source, edits_of(source, restored)) == restored


def test_places_are_shifted_by_the_start_of_the_piece() -> None:
    edit = diff("law implementation", "law enforcement", locator="a", engine="m", start=100)[0]

    assert (edit.start, edit.stop) == (104, 118)


def test_time_grows_with_the_length_and_not_with_its_square() -> None:
    def seconds(size: int) -> float:
        source, restored = changed_prose(size)
        begin = time.process_time()
        edits_of(source, restored)
        return time.process_time() - begin

    assert seconds(8000) < 12 * seconds(2000) + 0.2


def test_a_text_that_repeats_itself_gets_small_edits() -> None:
    lines = "The move follows strides by a rival. It is said to be new. " * 400
    words = lines.split()
    words[1000], words[3000] = "step", "firm"

    found = pairs(lines, " ".join(words) + " ")

    assert [after for _, after in found] == ["step", "firm"]


def test_a_long_rewritten_stretch_of_few_words_is_cut_into_parts() -> None:
    source, restored = "a b c d " * 300, "a c b d " * 300

    found = pairs(source, restored)

    assert max(len(before.split()) for before, _ in found) < 20


def test_texts_without_a_common_word_are_one_edit() -> None:
    assert len(edits_of("a " * 500, "b " * 500)) == 1


@pytest.mark.parametrize(
    ("source", "restored", "kind"),
    [
        ("one two", "one  two", "other"),
        ("law implementation", "law enforcement", "term"),
        ("right now", "currently", "idiom"),
        ("an office", "the office", "grammar"),
        ("Hello, world", "Hello world", "grammar"),
    ],
    ids=[
        "white space is other",
        "a word is a term",
        "words are an idiom",
        "a function word is grammar",
        "a sign is grammar",
    ],
)
def test_an_edit_knows_its_kind(source: str, restored: str, kind: str) -> None:
    assert [edit.kind for edit in edits_of(source, restored)] == [kind]


@given(PROSE, PROSE)
def test_rejecting_an_edit_leaves_its_place_alone(source: str, restored: str) -> None:
    edits = edits_of(source, restored)

    assert apply(source, ()) == source
    assert all(source[edit.start : edit.stop] == edit.before for edit in edits)


def changed_prose(size: int) -> tuple[str, str]:
    """Return prose of `size` words and the same with 60 % of its words changed."""
    draw = random.Random(1)
    vocabulary = [f"word{i}" for i in range(4000)] + ["the", "of", "a"] * 600
    words = [draw.choice(vocabulary) for _ in range(size)]
    other = [draw.choice(vocabulary) if draw.random() < 0.6 else word for word in words]
    return " ".join(words), " ".join(other)

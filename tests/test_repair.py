from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore import prompts, verify
from restore.cache import Cache
from tests.path import Rewrite, Script, read, restore

ONE = "The law implementation office hired 42 people in May."
TWO = "Nobody at the law implementation office left it for a job in Texas before June 2020."
TEXT = f"{ONE} {TWO}\n"
CLEAN = "The cat sat on the mat, and the dog slept in front of the fire until the evening."


def replacing(*pairs: tuple[str, str]) -> Rewrite:
    def rewrite(text: str) -> str:
        for before, after in (("implementation", "enforcement"), *pairs):
            text = text.replace(before, after)
        return text

    return rewrite


RIGHT = replacing()
WRONG = replacing(("42", "24"))
HARMFUL = (("42 people", "24 men"), ("in May", "in June"))
ALL_HARMFUL = (*HARMFUL, ("Texas before June 2020", "Ohio before May 2021"))


def test_a_piece_that_lost_a_fact_is_asked_again_once() -> None:
    script = Script(WRONG, RIGHT)

    outcome = restore(read(TEXT), script)

    assert outcome.status == "restored"
    assert outcome.restored == RIGHT(TEXT)
    assert [request.round for request in script.requests] == [0, 1]
    assert outcome.calls == 2


def test_a_right_reply_is_not_asked_again() -> None:
    script = Script(RIGHT)

    outcome = restore(read(TEXT), script)

    assert len(script.requests) == 1
    assert [name for name, _ in outcome.prompts] == ["restore@1"]


def test_the_repair_asks_for_the_wrong_pieces_alone_and_says_what_is_wrong() -> None:
    script = Script(WRONG, RIGHT)

    restore(read(f"{CLEAN}\n\n{TEXT}\n{CLEAN}\n"), script)

    question = script.requests[1].messages[1]["content"]
    assert "<piece-1-" in question
    assert "<piece-2-" not in question
    assert CLEAN not in question
    assert ONE in question
    assert WRONG(ONE) in question
    assert '- lost the number "42" in "implementation office hired 42 people in May.' in question
    assert '- added the number "24" in "' in question


def test_what_was_asked_with_is_on_record() -> None:
    outcome = restore(read(TEXT), Script(WRONG, RIGHT))

    loaded = [prompts.load(name) for name in ("restore@1", "repair@1")]
    assert outcome.prompts == tuple((prompt.id, prompt.digest) for prompt in loaded)


def test_an_edit_that_is_still_harmful_is_left_out_alone() -> None:
    outcome = restore(read(TEXT), Script(WRONG, WRONG))

    assert outcome.status == "partial"
    assert outcome.restored == RIGHT(TEXT)
    assert outcome.problems == (
        "line 1: lost the number '42', added the number '24'; the rest was kept",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        replacing((" left it for a job in Texas before June 2020", "")),
        replacing(("Texas before June 2020", "Ohio before May 2021")),
        replacing(("Nobody at the law", "Everybody at a law")),
    ],
    ids=["half a lost sentence", "two harmful edits", "an edit beside the harmful one"],
)
def test_a_sentence_that_stays_wrong_keeps_its_original(wrong: Rewrite) -> None:
    outcome = restore(read(TEXT), Script(wrong, wrong))

    assert outcome.status == "partial"
    assert outcome.restored == f"{RIGHT(ONE)} {TWO}\n"
    assert "; the rest was kept" in outcome.problems[0]


def test_a_sentence_that_is_lost_comes_back_as_it_was() -> None:
    text = f"{TEXT.strip()} {CLEAN} {TWO}\n"

    def without(text: str) -> str:
        return RIGHT(text).replace(f" {CLEAN}", "")

    outcome = restore(read(text), Script(without, without))

    assert outcome.status == "partial"
    assert outcome.restored == RIGHT(text)


def test_a_piece_of_which_nothing_is_right_keeps_its_original() -> None:
    wrong = replacing(*ALL_HARMFUL)

    outcome = restore(read(TEXT), Script(wrong, wrong))

    assert outcome.restored == TEXT
    assert outcome.problems[0].endswith("; the original stays")


def test_a_repair_that_is_no_reply_is_told_and_the_rest_kept() -> None:
    outcome = restore(read(TEXT), Script(WRONG, lambda text: "I'm sorry, I cannot help."))

    assert outcome.status == "partial"
    assert outcome.restored == RIGHT(TEXT)
    assert "(no repair: a restored piece was a refusal)" in outcome.problems[0]


def test_of_two_wrong_attempts_the_better_one_is_kept() -> None:
    worse = replacing(*ALL_HARMFUL)

    outcome = restore(read(TEXT), Script(WRONG, worse))

    assert outcome.restored == RIGHT(TEXT)


def test_other_pieces_of_the_chunk_are_kept() -> None:
    wrong = replacing(*HARMFUL)

    outcome = restore(read(f"{TWO}\n\n{ONE}\n"), Script(wrong, wrong))

    assert outcome.restored == f"{RIGHT(TWO)}\n\n{ONE}\n"
    assert outcome.problems[0].startswith("line 3: ")


def test_a_rerun_pays_neither_question_nor_repair_again(tmp_path: Path) -> None:
    def run() -> tuple[Script, str, int]:
        script = Script(WRONG, RIGHT)
        outcome = restore(read(TEXT), script, store=Cache(tmp_path, warn=print))
        return script, outcome.restored, outcome.cached

    first, again = run(), run()

    assert len(first[0].requests) == 2
    assert again[0].requests == []
    assert again[1:] == (RIGHT(TEXT), 2)


def test_edits_that_the_encoding_cannot_hold_are_left_out_without_a_repair() -> None:
    article = read(TEXT)
    object.__setattr__(article, "encoding", "ascii")
    script = Script(replacing(("left", "quit\u0113d")))

    outcome = restore(article, script)

    assert outcome.restored == RIGHT(TEXT)
    assert outcome.problems == ("line 1: ascii has no character '\u0113'",)
    assert len(script.requests) == 1


@given(st.data())
def test_whatever_replies_do_no_fact_is_lost_or_added(data: st.DataObject) -> None:
    def mangle(text: str) -> str:
        words = [*text.split(), "not", "42", "Texas", "enforcement", "Nobody."]
        picks = st.lists(st.sampled_from(words), max_size=2)
        kept = [
            part for word in text.split() for part in data.draw(st.just([word]) | picks, label=word)
        ]
        return " ".join(kept) or "x"

    article = read(f"{TEXT}\n{ONE}\n")
    outcome = restore(article, Script(mangle, mangle))

    for before, after in zip(article.source.split("\n"), outcome.restored.split("\n"), strict=True):
        assert verify.compare(before, after).ok

import pytest

from restore import prompts
from restore.chunks import Chunk, Piece
from restore.hints import find_hints

SPUN = (
    "Microsoft says that it will not offer its facial acknowledgment to law implementation. "
    "Malignancy of the bosom is perilous, and in excess of 10 offices utilize the innovation."
)
CLEAN = "The cat sat on the mat, and the dog slept in front of the fire until the evening."


def chunk(*texts: str, before: str = "") -> Chunk:
    pieces = tuple(Piece(1000, 1000 + len(text), text) for text in texts)
    return Chunk(3, pieces, before, sum(len(text.split()) for text in texts))


def test_hints_name_suspects_with_what_may_have_stood_there() -> None:
    found = {hint.text: hint.candidates for hint in find_hints(chunk(SPUN))}

    assert found["acknowledgment"][0] == "recognition"
    assert found["implementation"][0] == "enforcement"


def test_a_clean_chunk_has_no_hints() -> None:
    assert find_hints(chunk(CLEAN)) == ()


def test_hints_are_few_and_name_each_phrase_once() -> None:
    spun = (SPUN, "The monstrous goliaths fortify endeavors to propel the enactment.") * 4

    hints = find_hints(chunk(*spun))

    assert len(hints) == 12
    assert len({hint.text.lower() for hint in hints}) == 12
    assert all(1 <= len(hint.candidates) <= 3 for hint in hints)


def test_a_phrase_that_occurs_often_is_hinted_before_others() -> None:
    often = "The tech was distributed."
    rare = "The goliaths fortify endeavors to propel perilous enactment, inconclusively."

    hints = find_hints(chunk(rare, SPUN, *[often] * 5))

    assert "distributed" in {hint.text for hint in hints}


def test_hints_depend_on_the_chunks_own_text_alone() -> None:
    assert find_hints(chunk(SPUN, before="Malignancy everywhere.")) == find_hints(chunk(SPUN))


def test_a_phrase_over_two_lines_is_a_hint_on_one() -> None:
    text = "The police department has since quite a\r\nwhile ago asked for more money."

    assert "since quite a while ago" in {hint.text for hint in find_hints(chunk(text))}


@pytest.mark.parametrize(
    ("version", "text", "hinted"),
    [("restore@2", SPUN, True), ("restore@2", CLEAN, False), ("restore@1", SPUN, False)],
    ids=["wanted and there", "wanted and none there", "not wanted"],
)
def test_only_a_prompt_that_wants_hints_has_them(version: str, text: str, hinted: bool) -> None:
    system, user = prompts.render(prompts.load(version), chunk(text))

    assert ("Hints:\n- " in user["content"]) is hinted
    assert ("- acknowledgment: recognition" in user["content"]) is hinted
    assert "acknowledgment" not in system["content"]

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.sentences import sentences

PROSE = st.lists(
    st.sampled_from(
        ["Dr.", "Why?", "He", "said", "“No.”", "3.5", "etc.", "中文。", "\n\n", "\r\n", " "]
    )
).map(" ".join)
SURROGATES = st.text(st.characters(codec=None))


@given(st.text() | PROSE | SURROGATES)
def test_sentences_tile_any_text(text: str) -> None:
    found = sentences(text)

    assert "".join(text[start:stop] for start, stop in found) == text
    assert all(start < stop for start, stop in found)


@given(st.text() | PROSE)
def test_white_space_is_no_sentence_of_its_own_but_before_the_first(text: str) -> None:
    found = sentences(text)

    assert all(text[start:stop].strip() for start, stop in found[1:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She stayed.", ["He left. ", "She stayed."]),
        ("Why? Because! So.", ["Why? ", "Because! ", "So."]),
        ("Dr. Smith met Mr. Jones.", ["Dr. Smith met Mr. Jones."]),
        ("It rose 3.5 per cent. Then it fell.", ["It rose 3.5 per cent. ", "Then it fell."]),
        ("“It is over. Go home,” he said.", ["“It is over. Go home,” he said."]),
        ("One.\n\nTwo.", ["One.\n\n", "Two."]),
        ("", []),
        ("no end", ["no end"]),
        ("A null.\x00 Byte.", ["A null.\x00 Byte."]),
        ("Half\ud800 a pair. More.", ["Half\ud800 a pair. More."]),
        ("Plan A\u2028. It failed.", ["Plan A\u2028. ", "It failed."]),
        ("One\u00a0word. Two.", ["One\u00a0word. ", "Two."]),
    ],
    ids=[
        "a full stop ends one",
        "question and exclamation marks end one",
        "an abbreviation ends none",
        "a decimal point ends none",
        "a quotation is not cut",
        "a blank line goes with the sentence before",
        "an empty text has none",
        "a text without an end is one",
        "a null byte makes the text one sentence",
        "a lone surrogate makes the text one sentence",
        "a line separator after an initial is white space",
        "a no-break space is white space",
    ],
)
def test_sentences_read_as_an_editor_expects(text: str, expected: list[str]) -> None:
    found = sentences(text)

    assert [text[start:stop] for start, stop in found] == expected


def test_a_long_text_has_the_sentences_of_its_parts() -> None:
    text = "He left the house. She stayed for the evening. " * 2_000

    found = sentences(text)

    assert {text[start:stop] for start, stop in found} == {
        "He left the house. ",
        "She stayed for the evening. ",
    }


def test_a_very_long_sentence_is_not_cut() -> None:
    long = "word " * 20_000 + "end. "

    found = sentences(f"Before. {long}After.")

    assert [stop - start for start, stop in found] == [8, len(long), 6]


def test_open_quotations_do_not_cost_their_square() -> None:
    begin = time.process_time()
    sentences("“It goes on. " * 30_000)

    assert time.process_time() - begin < 3


def test_a_sentence_starts_where_it_starts_however_long_the_text_is() -> None:
    parts = [f"This is the sentence with number {n}. " for n in range(2000)]

    found = sentences("".join(parts))

    assert [stop - start for start, stop in found] == [len(part) for part in parts]


def test_a_text_without_any_end_is_tiled_however_long_it_is() -> None:
    text = "word " * 9000

    found = sentences(text)

    assert "".join(text[start:stop] for start, stop in found) == text
    assert len(found) <= 3


@pytest.mark.parametrize("space", ["\u2028", "\u00a0", "\u3000"])
def test_white_space_of_several_bytes_after_an_initial_is_read(space: str) -> None:
    text = f"A{space}. He left. She stayed."

    assert sentences(text)[-1] == (len(text) - len("She stayed."), len(text))

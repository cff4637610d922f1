import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.offline.tokens import keys, split_sentences, tokenize


def sentences(text: str) -> list[str]:
    return [text[s[0].start : s[-1].stop] for s in split_sentences(text, tokenize(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Don’t stop", ("don't", "stop"), id="a curly apostrophe is a straight one"),
        pytest.param("the firm's", ("the", "firm", "'s"), id="a possessive is cut off"),
        pytest.param("in 1999", ("in", "<year>"), id="a year is a year"),
        pytest.param("1,999.5 kg", ("<num>", "kg"), id="a number is a number"),
        pytest.param("well-known", ("well-known",), id="a hyphen holds words together"),
        pytest.param("U.S. law", ("u.s.", "law"), id="an abbreviation keeps its points"),
        pytest.param("“so…”", ('"', "so", "...", '"'), id="curly quotes are straight"),
        pytest.param("naïve ☃", ("naïve", "☃"), id="other letters and signs stand"),
    ],
)
def test_keys_are_what_the_language_model_calls_words(text: str, expected: tuple[str, ...]) -> None:
    assert keys(text) == expected


def test_tokenize_gives_places_in_the_whole_text() -> None:
    text = "skip this. Read that."

    tokens = tokenize(text, start=11, stop=20)

    assert [(t.start, t.stop, t.text) for t in tokens] == [(11, 15, "Read"), (16, 20, "that")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One. Two.", ["One.", "Two."], id="a full stop before a capital"),
        pytest.param("The approx. size", ["The approx. size"], id="a stop before lower case"),
        pytest.param("“Go.” He went.", ["“Go.”", "He went."], id="a stop inside quotes"),
        pytest.param("Title\nText here", ["Title", "Text here"], id="a heading"),
        pytest.param("a wrapped\nline", ["a wrapped\nline"], id="a wrapped line goes on"),
        pytest.param("one\n\ntwo", ["one", "two"], id="an empty line ends a paragraph"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_text_without_full_stop_is_cut() -> None:
    parts = sentences("word " * 1000)

    assert max(len(part.split()) for part in parts) <= 300


@given(st.text())
def test_tokens_are_the_text_without_its_spaces(text: str) -> None:
    tokens = tokenize(text)

    assert "".join(t.text for t in tokens) == "".join(text.split())
    assert all(text[t.start : t.stop] == t.text and t.key for t in tokens)


@given(st.text(alphabet="aB.?! \n\"”’'("))
def test_every_token_is_in_one_sentence(text: str) -> None:
    tokens = tokenize(text)

    assert [t for s in split_sentences(text, tokens) for t in s] == tokens

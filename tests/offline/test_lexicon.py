from collections.abc import Callable

import pytest

from restore.offline.lexicon import Lexicon


def test_words_and_phrases_are_found_by_their_first_word(
    make_lexicon: Callable[..., Lexicon],
) -> None:
    lexicon = make_lexicon("x law < rule", phrases="x law implementation < law enforcement\n")

    words = lexicon.words("law")
    (phrase,) = lexicon.phrases(["the", "law", "implementation", "office"], 1)

    assert [entry.after for entry in words] == ["rule"]
    assert [entry.after for entry in phrase.entries] == ["law enforcement"]
    assert phrase.stop == 3


def test_phrases_that_begin_alike_are_told_apart(make_lexicon: Callable[..., Lexicon]) -> None:
    phrases = "x in a way < a\nx in a way that < b\nx in a way that's < c\nx in always < d\n"
    lexicon = make_lexicon("", phrases=phrases)

    found = lexicon.phrases(["in", "a", "way", "that", "works"], 0)

    assert [(stop, entries[0].after) for stop, entries in found] == [(3, "a"), (4, "b")]


@pytest.mark.parametrize("text", ["in", "in a", "in a waylaid", "a way", "in way", "in \udc80"])
def test_a_part_of_a_phrase_is_none(make_lexicon: Callable[..., Lexicon], text: str) -> None:
    lexicon = make_lexicon("", phrases="x in a way < a\n")

    assert not list(lexicon.phrases(text.split(), 0))


def test_likelier_restorations_come_first(make_lexicon: Callable[..., Lexicon]) -> None:
    lexicon = make_lexicon("j beautiful < b | a")

    entries = lexicon.words("beautiful")

    assert [e.after for e in entries] == ["b", "a"]
    assert entries[0].log_weight > entries[1].log_weight


def test_an_unknown_word_has_nothing(make_lexicon: Callable[..., Lexicon]) -> None:
    lexicon = make_lexicon("j beautiful < nice")

    for word in ("aardvark", "zebra", "beautifull", "\udc80"):
        assert not lexicon.words(word)
        assert not list(lexicon.phrases([word, word], 0))


def test_words_that_share_a_beginning_are_told_apart(
    make_lexicon: Callable[..., Lexicon],
) -> None:
    lexicon = make_lexicon("x in < a\nx in-depth < b\nx in's < c\nx inner < d\nx in z < e")

    assert [entry.after for entry in lexicon.words("in")] == ["a"]
    assert len(lexicon) == 5


def test_sources_say_how_an_edit_is_explained(make_lexicon: Callable[..., Lexicon]) -> None:
    lexicon = make_lexicon("", phrases="x quite a while < a long time")

    ((_, (entry,)),) = lexicon.phrases(["quite", "a", "while"], 0)

    assert entry.source.reason == "set phrase"
    assert entry.source.kind == "idiom"
    assert entry.source.set_phrase

from collections.abc import Callable

from restore.offline.lexicon import Lexicon


def test_words_and_phrases_are_found_by_their_first_word(
    make_lexicon: Callable[..., Lexicon],
) -> None:
    lexicon = make_lexicon("x law < rule", phrases="x law implementation < law enforcement\n")

    head = lexicon.find("law")

    assert [entry.after for entry in head.words] == ["rule"]
    assert [entry.after for entry in head.phrases["implementation",]] == ["law enforcement"]
    assert head.longest == 2


def test_likelier_restorations_come_first(make_lexicon: Callable[..., Lexicon]) -> None:
    lexicon = make_lexicon("j beautiful < b | a")

    entries = lexicon.find("beautiful").words

    assert [e.after for e in entries] == ["b", "a"]
    assert entries[0].log_weight > entries[1].log_weight


def test_an_unknown_word_has_nothing(make_lexicon: Callable[..., Lexicon]) -> None:
    lexicon = make_lexicon("j beautiful < nice")

    for word in ("aardvark", "zebra", "beautifull", "\udc80"):
        head = lexicon.find(word)

        assert (head.words, head.phrases, head.longest) == ((), {}, 1)


def test_words_that_share_a_beginning_are_told_apart(
    make_lexicon: Callable[..., Lexicon],
) -> None:
    lexicon = make_lexicon("x in < a\nx in-depth < b\nx in's < c\nx inner < d\nx in z < e")

    assert [entry.after for entry in lexicon.find("in").words] == ["a"]
    assert len(lexicon) == 5


def test_sources_say_how_an_edit_is_explained(make_lexicon: Callable[..., Lexicon]) -> None:
    lexicon = make_lexicon("", phrases="x quite a while < a long time")

    (entry,) = lexicon.find("quite").phrases["a", "while"]

    assert entry.source.reason == "set phrase"
    assert entry.source.kind == "idiom"
    assert entry.source.set_phrase

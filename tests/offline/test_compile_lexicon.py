from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from lexicon_text import parse

from restore.offline.lexicon import Entry, Lexicon


def find(lexicon: Lexicon, spun: str) -> tuple[Entry, ...]:
    keys = spun.split()
    phrases = {phrase.stop: phrase.entries for phrase in lexicon.phrases(keys, 0)}
    return lexicon.words(spun) if len(keys) == 1 else phrases[len(keys)]


def originals(lexicon: Lexicon, spun: str) -> list[str]:
    return [entry.after for entry in lexicon.words(spun)]


def test_an_arrow_points_from_original_to_spun() -> None:
    (forward,) = parse("n recognition > acknowledgment")
    (backward,) = parse("n acknowledgment < recognition")

    assert forward == backward


def test_counts_and_ranks_are_read() -> None:
    pairs = list(parse("# comment\n\nn corrosive < acid *76 | sour"))

    assert [(p.original, p.rank, p.seen) for p in pairs] == [("acid", 0, 76), ("sour", 1, None)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("recognition > acknowledgment", id="no part of speech"),
        pytest.param("n recognition = acknowledgment", id="no arrow"),
        pytest.param("n recognition > ", id="nothing on the right"),
        pytest.param("n recognition > a |  | b", id="an empty wording"),
        pytest.param("n recognition > a * 3", id="a count with a space"),
    ],
)
def test_a_bad_row_is_an_error_that_names_its_file_and_line(
    compiler: ModuleType, write_texts: Callable[..., Path], line: str
) -> None:
    texts = write_texts(f"# first\n{line}\n")

    with pytest.raises(compiler.BadRow, match=r"words\.txt, line 2"):
        compiler.compile_lexicon(texts, compiler.MODEL)


@pytest.mark.parametrize(
    ("row", "spun", "original"),
    [
        pytest.param("n goliath < giant", "goliaths", "giants", id="a plural"),
        pytest.param("v commence < begin", "commenced", "began", id="a past"),
        pytest.param("v happen < take place", "happens", "takes place", id="a verb phrase"),
        pytest.param("n automobile < motor car", "automobiles", "motor cars", id="a compound"),
    ],
)
def test_both_sides_are_inflected_alike(
    make_lexicon: Callable[..., Lexicon], row: str, spun: str, original: str
) -> None:
    assert original in originals(make_lexicon(row), spun)


@pytest.mark.parametrize("pos", ["r", "x"])
def test_other_words_are_left_alone(make_lexicon: Callable[..., Lexicon], pos: str) -> None:
    lexicon = make_lexicon(f"{pos} sizable < big")

    assert len(lexicon) == 1


def test_a_word_is_not_its_own_restoration(make_lexicon: Callable[..., Lexicon]) -> None:
    assert originals(make_lexicon("x Big < big | great"), "big") == ["great"]


def test_of_equal_rows_the_heavier_counts(make_lexicon: Callable[..., Lexicon]) -> None:
    lexicon = make_lexicon("j sizable < huge | big\nj sizable < big")

    weights = {e.after: e.log_weight for e in lexicon.words("sizable")}

    assert weights["big"] == weights["huge"]


@pytest.mark.parametrize(
    ("spun", "original"), [("mightier", "stronger"), ("most mighty", "strongest")]
)
def test_adjectives_are_compared(
    make_lexicon: Callable[..., Lexicon], spun: str, original: str
) -> None:
    lexicon = make_lexicon("j mighty < strong")

    assert original in [entry.after for entry in find(lexicon, spun)]


def test_the_head_of_a_compound_takes_the_plural(make_lexicon: Callable[..., Lexicon]) -> None:
    lexicon = make_lexicon("n algorithm > set of rules")

    assert [e.after for e in find(lexicon, "sets of rules")] == ["algorithms"]


def test_a_row_that_was_counted_often_ranks_as_the_first(
    make_lexicon: Callable[..., Lexicon],
) -> None:
    lexicon = make_lexicon("x acidic < sour *3 | sharp *500 | tart *1")

    weights = {e.after: e.log_weight for e in lexicon.words("acidic")}

    assert weights["sharp"] > weights["sour"] > weights["tart"]


def test_a_set_phrase_weighs_less_where_good_english_has_it(
    make_lexicon: Callable[..., Lexicon],
) -> None:
    lexicon = make_lexicon("", phrases="x one of the < a\nx one of qwrtz < b")

    (common,), (rare,) = find(lexicon, "one of the"), find(lexicon, "one of qwrtz")

    assert common.log_weight < rare.log_weight - 0.5


def test_a_row_of_several_sources_counts_as_the_surest_ones(
    compiler: ModuleType, write_texts: Callable[..., Path], tmp_path: Path
) -> None:
    texts = write_texts("x one phrase < a")
    (texts / "more.txt").write_text("x one phrase < a | b")
    with (texts / "sources.toml").open("a") as file:
        file.write('[more]\nreason = "r"\nkind = "term"\nweight = -3\n')
    compiled = tmp_path / "c.bin"

    compiled.write_bytes(compiler.compile_lexicon(texts, compiler.MODEL))

    both, alone = find(Lexicon(compiled), "one phrase")
    assert (both.after, both.source.name) == ("a", "words")
    assert (alone.after, alone.source.name) == ("b", "more")


def test_equal_sources_give_equal_bytes(
    compiler: ModuleType, write_texts: Callable[..., Path]
) -> None:
    texts = write_texts("n goliath < giant | colossus\nv commence < begin")

    first = compiler.compile_lexicon(texts, compiler.MODEL)

    assert compiler.compile_lexicon(texts, compiler.MODEL) == first


def test_a_changed_text_changes_the_digest(
    compiler: ModuleType, write_texts: Callable[..., Path]
) -> None:
    before = compiler.digest(write_texts("j big < huge"), compiler.MODEL)

    assert compiler.digest(write_texts("j big < vast"), compiler.MODEL) != before


def test_the_shipped_lexicon_is_fresh(compiler: ModuleType) -> None:
    assert compiler.main(["--check"]) == 0, "run 'make lexicon'"

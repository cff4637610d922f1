"""The list of what the lexicon lacks: common words by lemma, and words that stand together."""

import lzma
from pathlib import Path

from lexicon_holes import count_spun, rank
from lexicon_text import parse
from ngram_corpus import Source, Tokens, load_tokens

NEWS = [
    "The central bank raised its interest rate on Monday in the capital.",
    "A central bank may cut an interest rate when the price of bread falls.",
    "Nobody at the central bank expects that the interest rate falls again.",
    "He said that prices of the bread were higher in the old town.",
]


def tokens_of(folder: Path, *, times: int) -> Tokens:
    lines = [f"{line[:-1]} for round {i}." for i in range(times) for line in NEWS]
    with lzma.open(folder / "news.txt.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines))
    return load_tokens(folder, [Source("news", weight=1)], wanted="", unseen=[], held_out=None)


def test_words_are_counted_by_lemma(tmp_path: Path) -> None:
    ranked = dict(rank(tokens_of(tmp_path, times=3))["noun"])

    assert ranked["price"] == 6
    assert "prices" not in ranked


def test_words_that_stand_together_often_are_expressions(tmp_path: Path) -> None:
    pairs = dict(rank(tokens_of(tmp_path, times=10))["pairs"])

    assert pairs["central bank"] == pairs["interest rate"] == 30


def test_pairs_with_function_words_and_rare_pairs_are_none(tmp_path: Path) -> None:
    pairs = dict(rank(tokens_of(tmp_path, times=10))["pairs"])

    assert not {"the central", "of bread", "old town"} & set(pairs)


def test_an_original_has_as_many_spun_wordings_as_are_distinct() -> None:
    pairs = parse("n central bank > focal bank | middle bank\nn focal bank < central bank")

    assert count_spun(pairs)["central bank"] == 2

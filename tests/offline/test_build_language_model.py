"""The language model's build: what is counted, what is held out, what the file then says."""

import lzma
import math
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

from ngram_corpus import Source, Tokens, load_tokens  # noqa: E402
from ngram_counts import Counts, count  # noqa: E402
from ngram_estimate import prune  # noqa: E402
from ngram_file import write  # noqa: E402

from restore.offline.language_model import (  # noqa: E402
    NOTHING,
    SPECIAL,
    UNKNOWN,
    LanguageModel,
)

NEWS = [
    "The police said on Monday that the law was passed in 1998.",
    "The police said on Tuesday that the bill was passed by 12 votes.",
    "The company's law firm said that the police had no comment.",
    "A firm of lawyers said on Monday that it had no comment on the bill.",
] * 3


def load(
    folder: Path, *, lines: list[str], wanted: str = "police", unseen: tuple[str, ...] = ()
) -> Tokens:
    numbered = [f"{line[:-1]}{' again' * i}." for i, line in enumerate(lines)]
    with lzma.open(folder / "news.txt.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(numbered))
    source = Source("news", weight=2)
    return load_tokens(folder, [source], wanted=wanted, unseen=unseen, held_out=None)


def build(folder: Path, *, max_bytes: int = 10**6) -> tuple[LanguageModel, Counts]:
    tokens = load(folder, lines=NEWS)
    counts = count(tokens)
    model = prune(counts, tokens.decided, max_bytes=max_bytes)
    write(folder / "model.bin", tokens.vocabulary, counts, model)
    return LanguageModel(folder / "model.bin"), counts


def text_of(tokens: Tokens) -> str:
    return " ".join(tokens.vocabulary[number] for number in tokens.ids)


def test_every_word_is_found_by_its_key(tmp_path: Path) -> None:
    model, _ = build(tmp_path)

    numbers = [model.word_id(model.word(number)) for number in range(len(model))]

    assert numbers == list(range(len(model)))


def test_the_special_words_come_first(tmp_path: Path) -> None:
    model, _ = build(tmp_path)

    assert tuple(model.word(number) for number in range(len(SPECIAL))) == SPECIAL


@pytest.mark.parametrize(
    "key", ["zebra", "", "aaa", "\udc80"], ids=["unseen", "empty", "first", "broken"]
)
def test_other_words_are_unknown(tmp_path: Path, key: str) -> None:
    model, _ = build(tmp_path)

    assert model.word_id(key) == UNKNOWN


@pytest.mark.parametrize(
    "context",
    [("said", "on"), ("the", "police"), ("monday", "police"), ("zebra", "zebra"), (None, "the")],
    ids=["a common pair", "another", "a pair never seen", "unknown words", "a sentence's start"],
)
def test_the_probabilities_after_two_words_sum_to_one(
    tmp_path: Path, context: tuple[str | None, str]
) -> None:
    model, _ = build(tmp_path)
    first = NOTHING if context[0] is None else model.word_id(context[0])
    second = model.word_id(context[1])

    total = sum(math.exp(model.log_prob(first, second, word)) for word in range(len(model)))

    assert total == pytest.approx(1, abs=0.05)  # stored in steps of 7 %


def test_the_frequencies_sum_to_one(tmp_path: Path) -> None:
    model, _ = build(tmp_path)

    assert sum(math.exp(model.log_single(w)) for w in range(len(model))) == pytest.approx(
        1, abs=0.01
    )


def test_what_was_counted_is_likelier_than_what_was_not(tmp_path: Path) -> None:
    model, _ = build(tmp_path)
    said, on, monday, law = (model.word_id(key) for key in ("said", "on", "monday", "law"))

    assert model.log_prob(said, on, monday) > model.log_prob(said, on, law)
    assert model.log_pair(on, monday) > model.log_pair(on, law)


def test_a_smaller_budget_makes_a_smaller_file(tmp_path: Path) -> None:
    build(tmp_path)
    full = (tmp_path / "model.bin").stat().st_size

    build(tmp_path, max_bytes=900)

    assert (tmp_path / "model.bin").stat().st_size < full


def test_a_pruned_model_still_sums_to_one(tmp_path: Path) -> None:
    model, _ = build(tmp_path, max_bytes=900)
    said, on = model.word_id("said"), model.word_id("on")

    total = sum(math.exp(model.log_prob(said, on, word)) for word in range(len(model)))

    assert total == pytest.approx(1, abs=0.05)


def test_equal_corpora_give_equal_files(tmp_path: Path) -> None:
    build(tmp_path)
    first = (tmp_path / "model.bin").read_bytes()

    build(tmp_path)

    assert (tmp_path / "model.bin").read_bytes() == first


def test_numbers_years_and_possessives_are_counted_as_the_engine_reads_them(tmp_path: Path) -> None:
    text = text_of(load(tmp_path, lines=NEWS))

    assert "passed in <year> ." in text
    assert "by <num> votes" in text
    assert "<s> the company 's law" in text


def test_listed_words_and_their_inflections_that_occur_are_decided_words(tmp_path: Path) -> None:
    tokens = load(tmp_path, lines=NEWS, wanted="police\tlawyer")

    decided = [w for w, yes in zip(tokens.vocabulary, tokens.decided, strict=True) if yes]

    assert decided == ["lawyers", "police"]


def test_a_sentence_that_quotes_an_unseen_text_is_not_counted(tmp_path: Path) -> None:
    unseen = ("He wrote: the police said on Tuesday that the bill was passed, and left.",)

    text = text_of(load(tmp_path, lines=NEWS, unseen=unseen))

    assert "tuesday" not in text
    assert "monday" in text


def test_a_sentence_with_a_gap_is_not_counted(tmp_path: Path) -> None:
    text = text_of(load(tmp_path, lines=[*NEWS, "The president of the of Brazil had lunch."]))

    assert "lunch" not in text


def test_held_out_lines_are_written_and_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ngram_corpus.HELD_OUT_WORDS", 20)
    last = "The last line " + "has a good many plain words in it and " * 2 + "is held out."
    with lzma.open(tmp_path / "news.txt.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join([*NEWS, last, "A code line = 3."]))
    source = Source("news", weight=1, held_out_blocks=1)

    tokens = load_tokens(tmp_path, [source], wanted="", unseen=(), held_out=tmp_path / "held")

    assert (tmp_path / "held" / "news.txt").read_text(encoding="utf-8") == last + "\n"
    assert "held" not in tokens.vocabulary
    assert "code" not in tokens.vocabulary
    assert "police" in tokens.vocabulary

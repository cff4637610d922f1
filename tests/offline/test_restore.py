from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore import offline
from restore.article import Article, Block, apply
from restore.errors import RestoreError
from restore.offline.decoder import load
from restore.offline.lexicon import Lexicon
from tests.offline.conftest import make_article

SPUN = (
    "Microsoft won’t offer its facial acknowledgment innovation to police. "
    "Since quite a while ago, law implementation offices have utilized face acknowledgment "
    "frameworks, and common freedoms gatherings cautioned about the innovation. "
    "The organization sells an innovation for bosom malignancy in excess of ten nations."
)
CLEAN = (
    "The council voted on Tuesday to close the bridge for six weeks while engineers repair it. "
    "Drivers will have to use the ring road, which adds about ten minutes to the journey."
)
# fmt: off
FRAGMENTS = st.sampled_from([
    "law implementation", "Facial Acknowledgment", "in excess of", "an innovation", "framework",
    "A organization", "since quite a while ago", "bosom malignancy", "LAW IMPLEMENTATION", "AI",
    "don’t", "'s", "“", ".", "?", "\n", "\r\n", "\n\n", " ", "\t", "1,000", "\x00", "\udc80",
    "İ", "ﬁ", "😀", "\u202e", "ß",
])
# fmt: on
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS).map("".join), st.lists(FRAGMENTS).map(" ".join))


def restored(text: str, threshold: float = offline.DEFAULT_THRESHOLD) -> str:
    return apply(text, offline.restore(make_article(text), threshold=threshold))


def test_spun_terms_are_restored() -> None:
    text = restored(SPUN)

    assert "facial recognition technology to police" in text
    assert "law enforcement" in text
    assert "breast cancer" in text


def test_a_clean_article_comes_back_without_edits() -> None:
    assert offline.restore(make_article(CLEAN)) == ()


def test_an_article_takes_its_own_form_of_a_and_an() -> None:
    edits = offline.restore(make_article(SPUN))

    agreement = next(e for e in edits if e.reason == "agreement")
    assert (agreement.before, agreement.after, agreement.kind) == ("an", "a", "grammar")
    assert "an innovation" not in restored(SPUN)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("A organization", "A company", id="right already"),
        pytest.param("An organization", "A company", id="at the beginning of a sentence"),
        pytest.param("Vitamin A organization", "Vitamin A company", id="a letter is no article"),
    ],
)
def test_agreement_keeps_capitals(sentence: str, expected: str) -> None:
    text = f"{SPUN} {sentence} sells facial acknowledgment frameworks to law implementation."

    assert f" {expected} " in restored(text)


def test_edits_say_why_and_how_surely() -> None:
    for edit in offline.restore(make_article(SPUN)):
        assert edit.engine == "offline"
        assert edit.confidence is not None
        assert offline.DEFAULT_THRESHOLD <= edit.confidence <= 1
        assert edit.reason in ("set phrase", "spun word", "tortured phrase", "agreement")


def test_a_higher_threshold_makes_fewer_edits() -> None:
    article = make_article(SPUN)

    counts = [len(offline.restore(article, threshold=t)) for t in (0.2, 0.55, 0.95, 1.1)]

    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[2] > counts[3] == 0


@pytest.mark.parametrize("kind", ["verbatim", "boilerplate"])
def test_what_is_no_prose_is_left_alone(kind: str) -> None:
    source = f"{SPUN}\n\n{SPUN}"
    cut = len(SPUN) + 2
    blocks = (
        Block(0, len(SPUN), kind, SPUN),  # type: ignore[arg-type]  # mypy sees a plain str
        Block(cut, len(source), "paragraph", SPUN),
    )

    edits = offline.restore(Article("a.txt", source, "utf-8", b"", blocks))

    assert edits
    assert all(edit.start >= cut for edit in edits)


def test_one_block_helps_another() -> None:
    heading = "The story of the innovation so far"
    source = f"{heading}\n{SPUN}"
    blocks = (
        Block(0, len(heading), "heading", heading),
        Block(len(heading) + 1, len(source), "paragraph", SPUN),
    )

    alone = offline.restore(make_article(heading))
    together = offline.restore(Article("a.txt", source, "utf-8", b"", blocks))

    assert [edit.after for edit in alone] == []
    assert [edit.after for edit in together if edit.start < len(heading)] == ["technology"]


def test_the_data_are_opened_once() -> None:
    assert load() is load()


def test_missing_data_are_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(RestoreError) as caught:
        Lexicon(tmp_path / "lexicon.bin")

    assert caught.value.hint


@given(TEXTS, st.sampled_from([0.05, offline.DEFAULT_THRESHOLD]))
def test_any_text_survives(text: str, threshold: float) -> None:
    article = make_article(text)

    edits = offline.restore(article, threshold=threshold)

    apply(text, edits)  # raises where edits overlap or do not fit
    assert all(edit.before != edit.after and edit.before for edit in edits)
    assert list(edits) == sorted(edits, key=lambda edit: edit.start)


@given(TEXTS, TEXTS, TEXTS)
def test_bytes_outside_blocks_are_never_touched(before: str, inside: str, after: str) -> None:
    source = before + inside + after
    block = Block(len(before), len(before) + len(inside), "paragraph", inside)
    article = Article("a.txt", source, "utf-8", b"", (block,))

    result = apply(source, offline.restore(article, threshold=0.05))

    assert result.startswith(before)
    assert result.endswith(after)


@given(st.lists(st.sampled_from(["the", "and", "Bonn", "it", ".", "1999", "qwrtz"])).map(" ".join))
def test_a_text_without_candidates_has_no_edits(text: str) -> None:
    assert offline.restore(make_article(text), threshold=0.0) == ()


def test_code_and_links_are_neither_restored_nor_suspected() -> None:
    code = (
        "`utilize_implementation(bosom)`, --acknowledgment and https://law-implementation.org/bosom"
    )
    article = make_article(f"{SPUN} They utilized {code} for law implementation.")

    assert code in apply(article.source, offline.restore(article, threshold=0.1))
    begin = article.source.index(code)
    inside = range(begin, begin + len(code))
    assert not [s.text for s in offline.scan(article).suspects if s.start in inside]

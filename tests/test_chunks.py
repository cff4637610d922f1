import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article
from restore.boilerplate import mark
from restore.chunks import DEFAULT_WORDS, Chunk, split
from restore.documents.text import find_blocks
from restore.prompts import load, render
from restore.sentences import sentences

VOCABULARY = [f"word{i}" for i in range(3000)]
PARAGRAPHS = 60
LINES = st.sampled_from(
    [
        "A heading",
        "He left. She stayed for the evening, and then she left too.",
        "Share this post",
        "• an item that is not long",
        "> a quotation, he said.",
        "One sentence that goes on and on and on and on and on and on and does not end soon.",
        "One. Two. Three. Four. Five. Six. Seven. Eight. Nine. Ten. Eleven.",
        "",
    ]
)
SOURCES = st.lists(LINES | st.text(max_size=60), max_size=40).map("\n".join)


def article_of(source: str) -> Article:
    blocks = list(mark(find_blocks(source)))
    tables = [replace(b, kind="verbatim") if b.text.startswith("One.") else b for b in blocks]
    return Article("a.txt", source, "utf-8", b"", tuple(tables))


def chunks_of(paragraphs: list[str], target_words: int = DEFAULT_WORDS) -> tuple[Chunk, ...]:
    source = "\n\n".join(paragraphs)
    article = Article("a.txt", source, "utf-8", b"", find_blocks(source))
    return split(article, target_words=target_words)


def content(chunk: Chunk) -> tuple[str, ...]:
    return (chunk.before, *(piece.text for piece in chunk.pieces))


def sentence(draw: random.Random) -> str:
    return " ".join(draw.choices(VOCABULARY, k=draw.randint(6, 28))).capitalize() + "."


def paragraph(draw: random.Random) -> str:
    return " ".join(sentence(draw) for _ in range(draw.randint(1, 7)))


def long_article(draw: random.Random) -> list[str]:
    return [paragraph(draw) for _ in range(PARAGRAPHS)]


@given(SOURCES, st.integers(1, 60))
def test_chunks_cover_the_prose_once_in_order_and_nothing_else(source: str, target: int) -> None:
    article = article_of(source)

    pieces = [piece for chunk in split(article, target_words=target) for piece in chunk.pieces]

    places = [at for piece in pieces for at in range(piece.start, piece.stop)]
    expected = [at for block in article.prose for at in range(block.start, block.stop)]
    assert [at for at in places if not source[at].isspace()] == [
        at for at in expected if not source[at].isspace()
    ]
    assert all(piece.text == source[piece.start : piece.stop] for piece in pieces)
    assert all(piece.text.strip() for piece in pieces)


@given(SOURCES, st.integers(1, 60))
def test_a_chunk_is_over_the_limit_only_where_one_sentence_or_block_is(
    source: str, target: int
) -> None:
    chunks = split(article_of(source), target_words=target)

    for chunk in chunks:
        assert chunk.words == sum(len(piece.text.split()) for piece in chunk.pieces)
        assert chunk.words <= 4 * target or (
            len(chunk.pieces) == 1 and len(sentences(chunk.pieces[0].text)) == 1
        )


@given(SOURCES)
def test_chunks_are_numbered_and_know_the_end_of_the_one_before(source: str) -> None:
    chunks = split(article_of(source), target_words=10)

    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    for chunk, after in pairwise(chunks):
        assert after.before
        assert chunk.pieces[-1].text.endswith(after.before)
    assert all(chunk.before == "" for chunk in chunks[:1])


def test_an_article_without_prose_has_no_chunks() -> None:
    assert split(article_of("Share this post\n\n828 x 478")) == ()


def test_a_block_over_the_limit_is_cut_between_sentences() -> None:
    lines = [f"This is the sentence with number {n} of the block." for n in range(40)]

    chunks = chunks_of([" ".join(lines)], target_words=50)

    pieces = [piece.text for chunk in chunks for piece in chunk.pieces]
    assert len(pieces) == len(chunks) > 3
    assert " ".join(pieces) == " ".join(lines)
    assert all(piece.startswith("This") and piece.endswith("block.") for piece in pieces)


def test_a_sentence_over_the_limit_is_not_cut() -> None:
    long = " ".join(["word"] * 330) + "."

    chunks = chunks_of([f"It began. {long} It ended."], target_words=50)

    assert any(long in piece.text for chunk in chunks for piece in chunk.pieces)


def test_a_single_block_is_one_chunk_with_nothing_before_it() -> None:
    chunks = chunks_of(["He left. She stayed."])

    assert [content(chunk) for chunk in chunks] == [("", "He left. She stayed.")]


def replace_a_word(text: str, draw: random.Random) -> str:
    words = text.split(" ")
    words[draw.randrange(len(words))] = "changed"
    return " ".join(words)


def add_a_sentence(text: str, draw: random.Random) -> str:
    return f"{text} {sentence(draw)}"


def rewrite(_: str, draw: random.Random) -> str:
    return paragraph(draw)


def insert(text: str, draw: random.Random) -> str:
    return f"{paragraph(draw)}\n\n{text}"


def delete(_text: str, _draw: random.Random) -> str:
    return ""


@pytest.mark.parametrize(
    "edit",
    [replace_a_word, add_a_sentence, rewrite, insert, delete],
    ids=[
        "a word is replaced",
        "a sentence is added",
        "a paragraph is rewritten",
        "a paragraph is inserted",
        "a paragraph is deleted",
    ],
)
def test_an_edit_of_one_paragraph_changes_at_most_two_chunks(
    edit: Callable[[str, random.Random], str],
) -> None:
    changes = [changed_chunks(edit, seed) for seed in range(200)]

    assert max(changes) <= 2
    assert max(changes) > 0


def changed_chunks(edit: Callable[[str, random.Random], str], seed: int) -> int:
    """Return how many chunks an edit of one paragraph of a long article makes new calls."""
    draw = random.Random(seed)
    before = long_article(draw)
    at = draw.randrange(PARAGRAPHS)
    after = [*before[:at], edit(before[at], draw), *before[at + 1 :]]
    known = {content(chunk) for chunk in chunks_of(before)}
    return sum(content(chunk) not in known for chunk in chunks_of(after))


@pytest.mark.parametrize("seed", range(5))
def test_the_messages_of_a_chunk_do_not_depend_on_where_it_stands(seed: int) -> None:
    draw = random.Random(seed)
    prompt, article, more = load("restore@1"), long_article(draw), long_article(draw)

    first = chunks_of(article)
    later = chunks_of([*more, *article])

    asked = {render(prompt, chunk)[1]["content"]: chunk for chunk in later}
    again = [chunk for chunk in first if render(prompt, chunk)[1]["content"] in asked]
    assert len(again) >= len(first) - 2
    assert asked[render(prompt, first[-1])[1]["content"]].index > first[-1].index


def test_the_messages_of_a_chunk_do_not_depend_on_its_index() -> None:
    chunk = chunks_of(["He left.", "She stayed."])[0]

    moved = replace(chunk, index=7)

    assert render(load("restore@1"), moved) == render(load("restore@1"), chunk)


def test_a_heading_rather_starts_a_chunk() -> None:
    starts, all_of = Counter[bool](), Counter[bool]()
    for seed in range(40):
        draw = random.Random(seed)
        body = long_article(draw)
        body[10::10] = [f"Heading {n}" for n in range(len(body[10::10]))]
        for chunk in chunks_of(body):
            are_headings = [piece.text.startswith("Heading") for piece in chunk.pieces]
            starts[are_headings[0]] += 1
            all_of.update(are_headings)

    assert starts[True] / all_of[True] > 3 * starts[False] / all_of[False]


def test_short_sections_share_a_chunk() -> None:
    draw = random.Random(1)
    body = [text for _ in range(40) for text in ("Heading", sentence(draw))]

    chunks = chunks_of(body)

    assert len(chunks) < 10


def test_equal_blocks_are_all_kept() -> None:
    chunks = chunks_of(["The same line again."] * 30, target_words=20)

    assert sum(len(chunk.pieces) for chunk in chunks) == 30

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article, Block, BlockKind, Edit, EditsOverlap, apply, make_edit, visible


def _edit(source: str, start: int, stop: int, after: str) -> Edit:
    return make_edit(
        "a.txt",
        start,
        stop,
        before=source[start:stop],
        after=after,
        engine="scripted",
        reason="test",
    )


@st.composite
def _source_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    source = draw(st.text(max_size=60))
    cuts = sorted(draw(st.lists(st.integers(0, len(source)), max_size=8).filter(_is_even)))
    return source, [
        _edit(source, start, stop, draw(st.text(max_size=5)))
        for start, stop in zip(cuts[::2], cuts[1::2], strict=True)
    ]


def _is_even(cuts: list[int]) -> bool:
    return len(cuts) % 2 == 0


@given(_source_with_edits())
def test_apply_keeps_every_character_outside_the_edits(case: tuple[str, list[Edit]]) -> None:
    source, edits = case

    restored = apply(source, edits)

    at = 0
    for edit in edits:
        between = source[at : edit.start]
        assert restored.startswith(between + edit.after)
        restored = restored[len(between) + len(edit.after) :]
        at = edit.stop
    assert restored == source[at:]


@given(st.text())
def test_apply_without_edits_gives_the_source(source: str) -> None:
    assert apply(source, []) == source


def test_apply_refuses_edits_that_overlap() -> None:
    source = "law implementation"

    with pytest.raises(EditsOverlap):
        apply(source, [_edit(source, 0, 6, "x"), _edit(source, 4, 8, "y")])


def test_apply_refuses_an_edit_of_another_text() -> None:
    edit = _edit("law implementation", 0, 3, "tax")

    with pytest.raises(EditsOverlap):
        apply("tax implementation", [edit])


def test_the_same_edit_has_the_same_id_and_another_has_another() -> None:
    source = "law implementation"

    first, again = _edit(source, 4, 18, "enforcement"), _edit(source, 4, 18, "enforcement")
    other = _edit(source, 4, 18, "execution")

    assert first.id == again.id
    assert first.id != other.id


def test_article_ids_differ_by_place_and_by_text() -> None:
    def article(locator: str, source: str) -> Article:
        return Article(locator, source, "utf-8", b"", ())

    ids = {article("a", "x").id, article("b", "x").id, article("a", "y").id}

    assert len(ids) == 3


def test_an_engine_never_sees_verbatim_or_boilerplate_blocks() -> None:
    kinds: tuple[BlockKind, ...] = (
        "heading",
        "paragraph",
        "item",
        "quote",
        "verbatim",
        "boilerplate",
    )
    blocks = tuple(Block(i, i + 1, kind, "x") for i, kind in enumerate(kinds))

    seen = [b.kind for b in Article("a", "x" * 6, "utf-8", b"", blocks).prose]

    assert seen == ["heading", "paragraph", "item", "quote"]


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[31m", "\x9b31m", "\x07", "\u202e", "\u2066", "\x00", "\ud800", "\r", "\x0b"],
    ids=["escape", "c1 csi", "bell", "bidi override", "isolate", "nul", "surrogate", "cr", "vt"],
)
def test_visible_replaces(hostile: str) -> None:
    assert hostile[0] not in visible(f"a{hostile}b")


@pytest.mark.parametrize("harmless", ["a\tb\nc", "é", "日本", "👩\u200d💻", "[red]", "“q”"])
def test_visible_leaves(harmless: str) -> None:
    assert visible(harmless) == harmless

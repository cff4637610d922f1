"""Text that was read in a wrong encoding: seen, mended, and the engine's edits carried back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article, Edit, apply
from restore.diff import diff
from restore.documents import mojibake
from restore.documents.building import Builder
from restore.documents.rewriting import rewrite
from restore.documents.text import read_text


def garble(text: str, codec: str = "cp1252") -> str:
    """Read UTF-8 in another encoding; what cp1252 lacks is a control, as browsers have it."""
    return "".join(
        bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode("utf-8")
    )


def read(source: str) -> Article:
    (article,) = read_text(source.encode(), "a.txt")
    return article


WORDS = [
    "They",
    "don’t",
    "know",
    "the",
    "“café”",
    "—",
    "£5,",
    "law",
    "implementation",
    "\n",
    "naïve",
]
TEXTS = st.lists(st.sampled_from([*WORDS, *map(garble, WORDS)]), max_size=12).map(" ".join)
RESTORED = st.lists(st.sampled_from([*WORDS, "enforcement"]), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    "text", ["don’t", "“no”", "a — b", "café", "£5", "à la", "5 €", "so…", "Brand™", "🙂", "Ünal"]
)
@pytest.mark.parametrize("codec", ["cp1252", "latin-1"])
def test_garbled_text_is_seen(text: str, codec: str) -> None:
    assert mojibake.find(f"He left. {text} He stayed.") is None
    assert mojibake.find(f"He left. {garble(text, codec)} He stayed.") is not None


@pytest.mark.parametrize("codec", ["mac_roman", "cp437"])
@pytest.mark.parametrize("text", ["don’t", "café"])
def test_garbled_text_of_other_machines_is_seen(text: str, codec: str) -> None:
    assert mojibake.find(garble(text, codec)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Das Maß ist voll, „sagte“ er. Spaß“ und «Spaß».",
        "The café”— and so on; à la carte, ÀÉÎ, ÂGE, SÃO PAULO, CORAÇÃO.",
        "Ángel Núñez, Åsa, Ærø, Łódź, Zażółć, Привет, 日本語, €5, £3, ½, 30 °C, 👍🏽",
        "â is a letter, and so is Â.",
    ],
)
def test_right_text_is_not_taken_for_garbled_nor_mended(text: str) -> None:
    assert mojibake.find(text) is None
    assert mojibake.repair(read(text)) == ()


def test_a_repair_is_a_word_of_kind_encoding() -> None:
    (one, two) = mojibake.repair(read(garble("They don’t know the café. He left.")))

    assert (one.before, one.after) == ("donâ€™t", "don’t")
    assert (two.before, two.after) == ("cafÃ©.", "café.")
    assert (one.kind, one.engine, one.reason, one.confidence) == (
        "encoding", "repair", "mojibake", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "“It's” &amp; ﬁne\u2026 ＡＢＣ\r\n",
        "e\u0301 \u200b\ufeff|\u00ad",
        "a\x1b[31mb",
        "I'm “here”",
    ],
)
def test_nothing_but_encodings_is_mended(text: str) -> None:
    garbled = f"{text} {garble('don’t')}"

    assert apply(garbled, mojibake.repair(read(garbled))) == f"{text} don’t"


@pytest.mark.parametrize("text", ["“No,” he said — and it’s the café’s £5… ", "🙂 Ünal à la ™"])
def test_what_is_garbled_is_mended_whole(text: str) -> None:
    article = read(garble(text))

    assert mojibake.mended(article).source == text


def test_code_is_not_mended() -> None:
    raw = f"<p>{garble('don’t')}</p><code>{garble('é')}</code>"
    builder = Builder(raw)
    with builder.block("paragraph"):
        builder.literal(3, raw.index("</p>"))
        builder.layout("\n")
        start = raw.index("<code>") + 6
        builder.literal(start, raw.index("</code>"), fixed=True)
    article = builder.article("a.html", "utf-8", b"", "html")

    repairs = mojibake.repair(article)

    assert rewrite(article, repairs) == f"<p>don’t</p><code>{garble('é')}</code>"


@given(TEXTS.filter(str.strip))
def test_the_mended_article_is_what_the_repairs_make(source: str) -> None:
    article = read(source)
    repairs = mojibake.repair(article)
    mended = mojibake.mend(article, repairs)

    assert mended.source == apply(source, repairs)
    assert mojibake.find(mended.source) is None
    for before, after in zip(article.blocks, mended.blocks, strict=True):
        assert after.text == mended.source[after.start : after.stop]
        assert after.kind == before.kind


@given(TEXTS.filter(str.strip), RESTORED)
def test_edits_of_the_mended_text_are_carried_back(source: str, restored: str) -> None:
    article = read(source)
    repairs = mojibake.repair(article)
    mended = mojibake.mend(article, repairs)
    edits = diff(mended.source, restored, locator="a.txt", engine="m")

    carried = mojibake.carry_back(article, repairs, edits)

    assert apply(source, carried) == apply(mended.source, edits)
    assert {edit.engine for edit in carried} <= {"m", "repair"}


def test_an_edit_of_what_was_mended_is_one_edit_that_says_so() -> None:
    article = read(garble("They don’t know the law’s implementation. It’s so."))
    repairs = mojibake.repair(article)
    mended = mojibake.mend(article, repairs)
    start = mended.source.index("law’s")
    edit = Edit(
        "x", start, start + 20, "law’s implementation", "law’s enforcement", "term", 0.9, "e", "why"
    )

    carried = mojibake.carry_back(article, repairs, [edit])

    assert [(e.before, e.after, e.engine, e.reason) for e in carried] == [
        ("donâ€™t", "don’t", "repair", "mojibake"),
        ("lawâ€™s implementation", "law’s enforcement", "e", "why; mojibake"),
        ("Itâ€™s", "It’s", "repair", "mojibake"),
    ]

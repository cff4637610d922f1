import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article
from restore.documents import read_bytes
from restore.documents.reading import Reading
from restore.documents.text import MOST_BYTES, decode, find_blocks, read_text
from restore.errors import UnreadableArticle, UsageProblem

LINES = st.sampled_from(
    [
        "He left.",
        "> quoted",
        "• an item",
        "A heading",
        "",
        " ",
        "  indented",
        "中文",
        "\x0b",
        "x\u2028y",
    ]
)
SOURCES = st.lists(st.tuples(LINES | st.text(), st.sampled_from(["\n", "\r\n", "\r"]))).map(
    lambda lines: "".join(line + end for line, end in lines)
)
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
RAGGED = (
    "He left the house of his parents at noon,\n"
    "as some who lived on\n"
    "High Street could see, and\n"
    "was not seen there again.\n"
).strip()
WRAPPED = (
    "The organization says it will not offer the framework to the police\n"
    "until the government has set up guidelines. The move follows some\n"
    "comparable strides by others.\n"
)


def read(raw: bytes, encoding: str | None = None) -> Article:
    (article,) = read_text(raw, "a.txt", encoding)
    return article


def kinds(source: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in find_blocks(source)]


def problem(raw: bytes, encoding: str | None = None) -> UnreadableArticle:
    with pytest.raises(UnreadableArticle) as caught:
        read(raw, encoding)
    return caught.value


@given(st.binary() | SOURCES.map(str.encode), st.sampled_from([None, "cp1252", "utf-8", *MARKS]))
def test_what_can_be_decoded_gives_back_exactly_its_bytes(raw: bytes, encoding: str | None) -> None:
    try:
        source, codec, mark = decode(raw, "a.txt", encoding)
    except UnreadableArticle:
        return

    assert mark + source.encode(codec) == raw


@pytest.mark.parametrize("codec", MARKS)
@given(source=SOURCES)
def test_a_byte_order_mark_tells_the_encoding(codec: str, source: str) -> None:
    raw = MARKS[codec] + source.replace("\x00", "").encode(codec)

    found = decode(raw, "a.txt", None)

    assert found == (source.replace("\x00", ""), codec, MARKS[codec])


@pytest.mark.parametrize("codec", MARKS)
@given(source=SOURCES)
def test_a_text_without_a_mark_is_read_in_the_encoding_asked_for(codec: str, source: str) -> None:
    text = "a" + source.replace("\x00", "")

    assert decode(text.encode(codec), "a.txt", codec.upper()) == (text, codec, b"")


@pytest.mark.parametrize(
    ("asked", "codec"),
    [
        ("utf-8-sig", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-16", "utf-16-be"),
        ("utf-16", "utf-16-le"),
        ("utf-32", "utf-32-be"),
        ("utf_32_le", "utf-32-le"),
    ],
)
def test_a_mark_that_fits_the_encoding_asked_for_is_kept_apart(asked: str, codec: str) -> None:
    raw = MARKS[codec] + "Hé".encode(codec)

    assert decode(raw, "a.txt", asked) == ("Hé", codec, MARKS[codec])


def test_a_mark_of_another_encoding_than_asked_for_is_text() -> None:
    assert decode(b"\xef\xbb\xbfHi", "a.txt", "cp1252") == ("ï»¿Hi", "cp1252", b"")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", [None, "cp1252"])
def test_an_article_encodes_its_source_to_the_bytes_it_was_read_from(
    newline: str, encoding: str | None
) -> None:
    raw = newline.join(["Café", "", "He left.", ""]).encode(encoding or "utf-8")

    article = read(raw, encoding)

    assert article.encode(article.source) == raw
    assert [block.text for block in article.blocks] == ["Café", "He left."]


@given(SOURCES)
def test_blocks_are_ordered_disjoint_and_ranges_of_the_source(source: str) -> None:
    blocks = find_blocks(source)

    at = 0
    for block in blocks:
        assert at <= block.start < block.stop
        assert block.text == source[block.start : block.stop]
        assert block.text == block.text.strip()
        assert not source[at : block.start].strip()
        at = block.stop
    assert not source[at:].strip()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_hard_wrapped_prose_is_one_block(newline: str) -> None:
    source = WRAPPED.replace("\n", newline)

    assert kinds(f"{source}{newline}He left.") == [
        ("paragraph", source.strip()),
        ("paragraph", "He left."),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "He left the house at noon.\nShe stayed for the evening.\nIt was a quiet day.",
        "He left the house at noon, and it\nShe stayed for the evening, though\nIt was a quiet day",
        "He left.\nand she, who had come for the evening, stayed for the night as well.\nSo it is.",
        "apples and pears\nmilk\nbread from the bakery\ncoffee\neggs",
    ],
    ids=[
        "each ends its sentence",
        "none begins in lower case",
        "lines of unequal length",
        "a list in lower case",
    ],
)
def test_lines_that_are_not_wrapped_are_a_block_each(source: str) -> None:
    assert [text for _, text in kinds(source)] == [line.strip() for line in source.split("\n")]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("What the police want", "heading"),
        ("2020", "heading"),
        ("He left.", "paragraph"),
        ("“He left.”", "paragraph"),
        ("She asked:", "paragraph"),
        (" ".join(["word"] * 14), "heading"),
        (" ".join(["word"] * 15), "paragraph"),
        ("• the first", "item"),
        ("- the first", "item"),
        ("12. the twelfth", "item"),
        ("b) the second", "item"),
        ("-5 degrees were measured.", "paragraph"),
        ("3.5 per cent was too much.", "paragraph"),
        ("A. Smith met B. Jones.", "paragraph"),
        ("> He left.", "quote"),
        (">so he wrote", "quote"),
    ],
)
def test_a_line_has_its_kind(line: str, kind: str) -> None:
    assert kinds(f"  {line}\n") == [(kind, line)]


@pytest.mark.parametrize(
    "source",
    [
        f"{'He went on and on ' * 6}and\nso did she, {'on and on ' * 9}until the end.",
        "He left the house at noon, and everybody saw that\nshe stayed.",
        "He left the house at noon, and everybody knew the\nSmiths had come.",
        RAGGED,
    ],
    ids=[
        "lines longer than any wrapping",
        "goes on in lower case",
        "breaks off behind an article",
        "ragged lines",
    ],
)
def test_a_sentence_that_is_broken_into_lines_is_one_block(source: str) -> None:
    assert [text for _, text in kinds(f"{source}\nThey went home.")] == [
        source,
        "They went home.",
    ]


def test_a_long_title_above_a_paragraph_stays_one() -> None:
    title = "What the police of the city wanted to know of everybody"

    assert kinds(f"{title}\nIt was a quiet day.")[0] == ("heading", title)


def test_items_and_quotations_are_a_block_each_even_if_they_look_wrapped() -> None:
    items = [f"- {line}" for line in WRAPPED.splitlines()]
    quotes = [f"> {line}" for line in WRAPPED.splitlines()]

    assert kinds("\n".join(items)) == [("item", line) for line in items]
    assert kinds("\n".join(quotes)) == [("quote", line) for line in quotes]


def test_a_wrapped_item_is_one_block() -> None:
    first, second, third = WRAPPED.splitlines()
    item = f"- {first}\n  {second}\n  {third}"

    assert kinds(f"{item}\n- the second") == [("item", item), ("item", "- the second")]


def test_a_line_below_an_item_that_is_no_part_of_it_is_a_block() -> None:
    assert kinds("- the first\nShe stayed.") == [
        ("item", "- the first"),
        ("paragraph", "She stayed."),
    ]


def test_a_title_right_above_wrapped_prose_is_a_block() -> None:
    assert kinds(f"A title\n{WRAPPED}") == [("heading", "A title"), ("paragraph", WRAPPED.strip())]


def test_a_sentence_right_above_wrapped_prose_is_part_of_it() -> None:
    source = "\n".join(["He left.", *WRAPPED.splitlines()[:2] * 4])

    assert kinds(source) == [("paragraph", source)]


@pytest.mark.parametrize("encoding", ["nosuch", "rot13", "base64", "idna", "punycode", "a\x00b"])
def test_an_encoding_that_is_none_is_a_usage_error(encoding: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        read(b"Hi", encoding)

    assert caught.value.message == f"unknown encoding '{encoding}'"


def test_page_junk_is_marked_when_a_text_is_read() -> None:
    article = read(b"He left.\n\nShare this post\n")

    assert [block.kind for block in article.blocks] == ["paragraph", "boilerplate"]


@pytest.mark.parametrize(
    "raw", [b"", b" \n\t\r\n", codecs.BOM_UTF8], ids=["no bytes", "white space", "a mark alone"]
)
def test_an_empty_text_is_an_error(raw: bytes) -> None:
    assert problem(raw).message == "cannot read 'a.txt': it is empty"


@pytest.mark.parametrize("encoding", [None, "cp1252", "utf-8"])
def test_null_bytes_are_an_error(encoding: str | None) -> None:
    assert problem(b"\x7fELF\x00\x01", encoding).message == "cannot read 'a.txt': it is binary"


def test_null_bytes_behind_a_utf_8_mark_are_an_error() -> None:
    raw = codecs.BOM_UTF8 + b"a\x00b"

    assert problem(raw).message == "cannot read 'a.txt': it is binary"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"He said \xc3\xa9 no\x94.", "byte 0x94 at offset 13"),
        (codecs.BOM_UTF8 + b"He said \x93no\x94.", "byte 0x93 at offset 11"),
    ],
    ids=["without a mark", "behind a mark"],
)
def test_bytes_that_are_not_utf_8_are_an_error_that_says_which_and_where(
    raw: bytes, place: str
) -> None:
    error = problem(raw)

    assert error.message == f"cannot read 'a.txt': not UTF-8 ({place})"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (b"He said \xc3\xa9 at the caf\xe9 on Monday.", "cp1252"),
        (b"Hi \x81", "latin-1"),
    ],
    ids=["UTF-8 and cp1252 in one", "too few to know"],
)
def test_the_hint_names_an_encoding_that_can_read_the_file(raw: bytes, encoding: str) -> None:
    assert problem(raw).hint == (
        f"save it as UTF-8, or pass --encoding {encoding} if that is what it is"
    )


@pytest.mark.parametrize("raw", [b"%PDF-1.4\nobj", b"{\\rtf1 Hello}"], ids=["PDF", "RTF"])
def test_documents_of_other_programs_are_an_error_even_without_null_bytes(raw: bytes) -> None:
    assert problem(raw).message == "cannot read 'a.txt': it is binary"


def test_bytes_that_are_not_in_the_encoding_asked_for_are_an_error() -> None:
    assert problem(b"Hi \x81", "cp1252").message == (
        "cannot read 'a.txt': not CP1252 (byte 0x81 at offset 3)"
    )


def test_an_encoding_that_would_not_give_back_the_bytes_is_an_error() -> None:
    assert problem(b"+AGE-bc", "utf-7").message == (
        "cannot read 'a.txt': utf-7 would not write it back byte for byte"
    )


def test_a_text_that_is_too_large_is_an_error_before_it_is_decoded() -> None:
    assert problem(bytes(MOST_BYTES + 1)).message == (
        "cannot read 'a.txt': 67,108,865 bytes are more than 67,108,864"
    )


@pytest.mark.parametrize("suffix", [".txt", ".TXT", ".text", ".unknown", ""])
def test_a_suffix_chooses_the_reader_and_text_is_the_default(suffix: str) -> None:
    (article,) = read_bytes(b"Caf\xe9.", "a", suffix=suffix, reading=Reading("cp1252"))

    assert (article.locator, article.source, article.encoding) == ("a", "Café.", "cp1252")

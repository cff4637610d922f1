"""Files in encodings that nobody named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.documents.encodings import SURE, guess
from restore.documents.text import decode
from restore.errors import UnreadableArticle

QUOTED = "“We don’t know,” he said at the café — and it’s £5 for the naïve… So be it. "
PLAIN = "He went to the café and read a résumé of the affair, as one does. "
ENGLISH = {
    "cp1252": QUOTED * 3,
    "mac_roman": QUOTED * 3,
    "cp437": PLAIN * 3,
    "utf-16-le": QUOTED,
    "utf-16-be": QUOTED,
    "utf-32-le": QUOTED,
    "utf-32-be": QUOTED,
}
OTHERS = {
    "cp1251": "Привет, как дела? Закон и полиция в городе. " * 5,
    "koi8-r": "Привет, как дела? Закон и полиция в городе. " * 5,
    "cp1250": "Příliš žluťoučký kůň úpěl ďábelské ódy. " * 5,
    "cp1253": "Το κείμενο αυτό είναι στα ελληνικά και μιλάει για τον νόμο. " * 4,
    "cp932": "これは日本語の文章です。天気がいいですね。" * 9,
    "gb18030": "这是一个中文句子，今天天气很好。法律和警察。" * 9,
}


@pytest.mark.parametrize(("codec", "text"), (ENGLISH | OTHERS).items(), ids=ENGLISH | OTHERS)
def test_the_encoding_of_a_text_is_found(codec: str, text: str) -> None:
    found = guess(text.encode(codec))

    assert found is not None
    assert found.codec == codec
    assert SURE <= found.confidence <= 1


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1252", "caf\xe9."),
        ("cp1252", "It doesn’t matter."),
        ("cp1252", "He said “no”."),
        ("cp1252", "Das Maß ist voll, „sagte“ er, und die Größe auch – und das war alles."),
        ("cp1252", "L'été, nous étions allés à la pêche, et personne n'a rien vu de tout cela."),
        ("cp1252", "ÉCOLE FERMÉE, Émile said to those who had come to the school on Monday."),
    ],
)
def test_little_is_enough_where_it_fits(codec: str, text: str) -> None:
    found = guess(text.encode(codec))

    assert found is not None
    assert text.encode(codec).decode(found.codec) == text


@pytest.mark.parametrize("codec", ENGLISH)
def test_far_into_a_long_text_is_not_too_far(codec: str) -> None:
    found = guess(("He left the house. " * 3000 + ENGLISH[codec]).encode(codec))

    assert found is not None
    assert found.codec == codec


UNSURE = {
    "ASCII": b"He left.",
    "UTF-8": QUOTED.encode(),
    "UTF-8 that is cut off": "He left the café".encode()[:-1],
    "UTF-8 and cp1252 in one": QUOTED.encode() + QUOTED.encode("cp1252"),
    "UTF-8 with a single byte of cp1252": QUOTED.encode() * 5 + b"caf\xe9",
    "a byte that is nothing": b"Hi \x81",
    "a byte FF": b'{"body": "\xff"}',
    "one word of another script": ("He left. " * 50 + "Привет мир").encode("cp1251"),
    "NUL in a text": b"He left\x00 the house.",
    "a program": b"\x7fELF\x02\x01\x01\x00\x00\x00" * 30,
    "noise": bytes(range(1, 256)) * 12,
    "noise without controls": bytes(range(160, 256)) * 12,
}


@pytest.mark.parametrize("raw", UNSURE.values(), ids=UNSURE)
def test_what_is_unsure_is_not_guessed(raw: bytes) -> None:
    assert guess(raw) is None


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda s: s.encode("cp1252", "ignore")))
def test_a_guess_gives_back_exactly_the_bytes(raw: bytes) -> None:
    found = guess(raw)
    if found is None:
        return

    assert raw.decode(found.codec).encode(found.codec) == raw
    try:
        text, codec, mark = decode(raw, "a.txt", None)
    except UnreadableArticle:
        return
    assert mark + text.encode(codec) == raw


def test_a_long_text_in_one_line_is_guessed_by_a_part_of_it() -> None:
    found = guess(("закон и полиция в городе " * 20_000).encode("cp1251"))

    assert found is not None
    assert found.codec == "cp1251"

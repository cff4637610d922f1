import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article, apply
from restore.diff import diff
from restore.documents import read_bytes
from restore.documents.jsonl import unpack
from restore.documents.reading import Fields, Reading
from restore.documents.rewriting import drop_fixed, rewrite
from restore.errors import UnreadableArticle

FIELDS = Fields("body", "id", "title")
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
APPENDED = " {}x".format
"""Words as an engine adds them: it sees no white space around a block."""
RECORDS = st.lists(
    st.dictionaries(st.text(), VALUES, max_size=3).flatmap(
        lambda other: st.text(min_size=1).map(lambda body: {**other, "body": f"It {body}"})
    ),
    min_size=1,
    max_size=3,
)


def read(raw: bytes, *, suffix: str = ".jsonl", fields: Fields = FIELDS) -> Article:
    (article,) = read_bytes(raw, "a.jsonl", suffix=suffix, reading=Reading(fields=fields))
    return article


def edited(raw: bytes, before: str, after: str) -> bytes:
    article = read(raw)
    restored = article.source.replace(before, after)
    edits = diff(article.source, restored, locator="a", engine="m")
    return article.encode(rewrite(article, edits))


@given(RECORDS, st.booleans(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_without_edits_every_byte_stays(
    records: list[dict[str, object]],
    ascii_only: bool,  # Hypothesis fills it in by place
    newline: str,
    ended: bool,  # as above
) -> None:
    lines = [json.dumps(one, ensure_ascii=ascii_only, allow_nan=False) for one in records]
    try:
        raw = (newline.join(lines) + newline * ended).encode()
    except UnicodeEncodeError:
        return  # no file can hold a lone surrogate unescaped
    article = read(raw)

    assert article.content == raw
    assert article.encode(rewrite(article, ())) == raw


@given(RECORDS, st.text(st.sampled_from("ab 'é\"\\\n"), max_size=20).map(APPENDED))
def test_edits_change_the_field_and_nothing_else(
    records: list[dict[str, object]], words: str
) -> None:
    raw = "\n".join(json.dumps(one) for one in records).encode()
    article = read(raw)
    part = article.parts[-1]
    end = len(article.source[: part.stop].rstrip())
    restored = article.source[:end] + words + article.source[end:]
    edits = drop_fixed(article, diff(article.source, restored, locator="a", engine="m"))
    lines = rewrite(article, edits).split("\n")
    after = [json.loads(line) for line in lines]

    assert [{**one, "body": ""} for one in after] == [{**one, "body": ""} for one in records]
    assert [list(one) for one in after] == [list(one) for one in records]
    if "\ufffd" not in article.source:
        whole = "\n\n".join(str(one["body"]) for one in after)
        assert apply(article.source, edits).split() == whole.split()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            b'{"id":7, "body" : "The law implementation." , "n":1.50}\n',
            b'{"id":7, "body" : "The law enforcement." , "n":1.50}\n',
        ),
        (
            b'{"body":"A \\"law\\" implementation\\u2019s caf\\u00e9."}',
            b'{"body":"A \\"law\\" enforcement\\u2019s caf\\u00e9."}',
        ),
        (
            b'{"x":{"body":"implementation"},"y":["{\\"",1],"body":"An implementation it is."}',
            b'{"x":{"body":"implementation"},"y":["{\\"",1],"body":"An enforcement it is."}',
        ),
        (
            b'{"body":"implementation old","body":"One implementation more."}',
            b'{"body":"implementation old","body":"One enforcement more."}',
        ),
        (
            b'{"title":"The implementation","body":"Of implementation."}',
            b'{"title":"The enforcement","body":"Of enforcement."}',
        ),
    ],
    ids=["spaces", "escapes", "nested", "twice", "title"],
)
def test_an_edit_lands_in_the_string(raw: bytes, expected: bytes) -> None:
    assert edited(raw, "implementation", "enforcement") == expected


def test_what_is_put_in_is_escaped_as_the_file_has_it() -> None:
    assert edited(b'{"body":"one two"}', "two", 'é "x"') == b'{"body":"one \\u00e9 \\"x\\""}'
    assert edited('{"body":"é two"}'.encode(), "two", "ü") == '{"body":"é ü"}'.encode()


def test_each_record_is_an_article_of_its_own() -> None:
    raw = b'{"id":"a","body":"First it is."}\n\n{"id":2,"body":"Second it is."}\n{"body":""}\n'
    article = read(raw)

    assert [part.name for part in article.parts] == ["a", "2"]
    assert [one.source.strip() for one in article.articles] == ["First it is.", "Second it is."]
    assert [one.blocks[0].start for one in article.articles] == [0, 0]
    assert article.place(article.source.index("Second")) == (3, 17)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"text":"x"}', "line 1 of 'a.jsonl' has no 'body'"),
        (b'{"body":"x"}\n{"body":', "line 2 of 'a.jsonl' is no JSON"),
        (b'["body"]', "is no JSON object"),
        (b'{"body":7}', "no record has text"),
        (b"\n\n", "no record has text"),
        (b"[" * 200_000, "is no JSON"),
    ],
)
def test_a_file_that_is_none_is_an_error_with_its_line(raw: bytes, says: str) -> None:
    with pytest.raises(UnreadableArticle) as error:
        read(raw)

    assert says in error.value.message


@pytest.mark.parametrize("members", [1, 3])
def test_packed_files_are_read_and_packed_again(members: int) -> None:
    line = b'{"body":"The law implementation."}\n'
    article = read(gzip.compress(line) * members, suffix=".jsonl.gz")
    edits = diff(
        article.source, article.source.replace("implementation", "enforcement"),
        locator="a", engine="m",
    )  # fmt: skip

    assert gzip.decompress(article.encode(rewrite(article, edits))) == (
        line.replace(b"implementation", b"enforcement") * members
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (gzip.compress(b"x" * 1000)[:-12], "is cut off"),
        (b"no gzip", "is not gzip"),
        (zlib.compress(b"x"), "is not gzip"),
        (gzip.compress(bytes(100_000_000), 9), "unpacked it is over"),
    ],
    ids=["cut", "none", "zlib", "bomb"],
)
def test_what_cannot_be_unpacked_is_an_error(raw: bytes, says: str) -> None:
    with pytest.raises(UnreadableArticle) as error:
        unpack(raw, "a.jsonl.gz")

    assert says in error.value.message

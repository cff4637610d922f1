"""Awkward files, real-shaped and written for the tests: what no edit touches is byte for byte."""

import gzip
from pathlib import Path

import pytest

from restore.article import Article, make_edit
from restore.documents import read_bytes
from restore.documents.reading import suffix_of
from restore.documents.rewriting import raw_edits, rewrite

CASES = Path(__file__).parents[1] / "cases" / "documents"
FILES = sorted(
    path for kind in ("text", "jsonl") for path in (CASES / kind).iterdir() if path.name[0] != "."
)
NAMES = [path.name for path in FILES]


def read(path: Path) -> Article:
    (article,) = read_bytes(path.read_bytes(), path.name, suffix=suffix_of(path))
    return article


def unpacked(path: Path, content: bytes) -> bytes:
    return gzip.decompress(content) if path.suffix == ".gz" else content


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_without_edits_every_byte_stays(path: Path) -> None:
    article = read(path)

    assert unpacked(path, article.content) == unpacked(path, path.read_bytes())
    assert rewrite(article, ()) == article.raw


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_an_edit_changes_its_own_place_and_nothing_else(path: Path) -> None:
    article = read(path)
    at = article.source.index("implementation")
    edit = make_edit(
        path.name, at, at + len("implementation"),
        before="implementation", after="enforcement", engine="e", reason="r",
    )  # fmt: skip
    (raw,) = raw_edits(article, [edit])
    before, after = article.raw, rewrite(article, [edit])

    assert after == before[: raw.start] + "enforcement" + before[raw.stop :]
    assert article.encode(after).decode("latin-1") != article.content.decode("latin-1")

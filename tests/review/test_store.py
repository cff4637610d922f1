import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import make_edit
from restore.documents import read_bytes
from restore.errors import UsageProblem
from restore.review.decisions import ACCEPTED, REJECTED, Decision, Review
from restore.review.store import FILE, Store, open_review, read_review
from restore.review.writing import write_files
from restore.runs.reviewable import Recorded
from tests.review.articles import RESTORED, SOURCE, recorded


def reject_all(store: Store, one: Recorded) -> None:
    store.review.decide(((one.index, edit.id), REJECTED) for edit in one.edits)


def test_what_was_decided_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    store = open_review(tmp_path)
    store.review.decide([((0, "a"), ACCEPTED), ((3, "b"), Decision("changed", 'ü "x"\n'))])
    store.review.decide([((0, "a"), None)])
    store.review.undo()
    store.place, store.written = (3, "b"), {3: "digest"}
    store.save()
    store.close()
    again = open_review(tmp_path)
    again.close()

    assert again.review.decided == store.review.decided
    assert (again.place, again.written) == ((3, "b"), {3: "digest"})
    assert again.review.redo() is not None


@given(st.text())
def test_any_wording_is_kept(wording: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name), Review(), None, {})
        store.review.decide([((0, "a"), Decision("changed", wording))])
        store.save()

        assert read_review(Path(name)).review.of((0, "a")) == Decision("changed", wording)


def test_two_reviews_at_once_are_refused(tmp_path: Path) -> None:
    store = open_review(tmp_path)
    with pytest.raises(UsageProblem, match="under review elsewhere"):
        open_review(tmp_path)
    store.close()
    open_review(tmp_path).close()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b'{"schema":"restore.review/1"}', b"\xff", b"[" * 5000,
        b'{"schema":"restore.review/1","made":1,"place":null,"written":{},"steps":[[[0,"a","mad"]]]}',
        b'{"schema":"restore.review/9","made":0,"place":null,"written":{},"steps":[]}',
    ],
)  # fmt: skip
def test_a_damaged_file_is_an_error_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(UsageProblem, match=r"damaged|another version"):
        open_review(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_files_are_written_as_decided_and_once(tmp_path: Path) -> None:
    one, store = recorded(folder=tmp_path), open_review(tmp_path)
    reject_all(store, one)
    first, second = write_files([one], store), write_files([one], store)
    store.close()

    assert (tmp_path / "0.txt").read_text() == SOURCE
    assert (first.written, first.same) == ((tmp_path / "0.txt",), 0)
    assert (second.written, second.same) == ((), 1)


def test_a_file_that_a_review_wrote_may_be_written_again(tmp_path: Path) -> None:
    one, store = recorded(folder=tmp_path), open_review(tmp_path)
    reject_all(store, one)
    write_files([one], store)
    store.close()
    again = open_review(tmp_path)
    again.review.undo()
    result = write_files([one], again)
    again.close()

    assert result.refused == ()
    assert (tmp_path / "0.txt").read_text() == RESTORED


@pytest.mark.parametrize("content", [b"by hand", None], ids=["changed", "gone"])
def test_a_file_that_somebody_else_changed_is_left_alone_but_by_force(
    tmp_path: Path, content: bytes | None
) -> None:
    one, store = recorded(folder=tmp_path), open_review(tmp_path)
    reject_all(store, one)
    file = tmp_path / "0.txt"
    file.unlink() if content is None else file.write_bytes(content)
    refused = write_files([one], store).refused
    there = file.read_bytes() if file.exists() else None
    forced = write_files([one], store, force=True)
    store.close()

    assert len(refused) == 1
    assert there == content
    assert (forced.refused, file.read_text()) == ((), SOURCE)


def test_a_character_that_the_encoding_lacks_is_an_error_for_that_file(tmp_path: Path) -> None:
    plain = recorded(folder=tmp_path)
    one = replace(plain, article=replace(plain.article, encoding="ascii"))
    store = open_review(tmp_path)
    store.review.decide([((0, one.edits[0].id), Decision("changed", "文"))])
    result = write_files([one], store)
    store.close()

    assert "ascii has no character '文'" in result.refused[0].message
    assert (tmp_path / "0.txt").read_text() == RESTORED


def test_a_wording_that_would_change_a_documents_markup_is_refused(tmp_path: Path) -> None:
    raw = b"The police have `law code` and the law implementation office.\n"
    (article,) = read_bytes(raw, "0.md", suffix=".md")
    at = article.source.index("law code")
    edit = make_edit(
        "0.md", at, at + 3, before="law", after="order", engine="m", reason="r"
    )  # fmt: skip
    file = tmp_path / "0.md"
    file.write_bytes(raw)
    digest = hashlib.sha256(raw).hexdigest()
    one = Recorded(0, article, (edit,), "restored", (), file, digest)
    store = open_review(tmp_path)
    result = write_files([one], store)
    store.close()

    assert "would not keep its markup with 'order' for 'law' in line 1" in result.refused[0].message
    assert file.read_bytes() == raw

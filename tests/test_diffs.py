"""Every way a diff is shown, against files that hold what it shall look like.

`GOLDEN=write pytest tests/test_diffs.py` writes them anew; read what git says of them then.
"""

import io
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from restore import screen
from restore.article import Article, Edit, apply
from restore.config import DiffStyle
from restore.diff import diff
from restore.documents import read_bytes
from restore.errors import UsageProblem
from restore.moves import find_moves
from restore.reports import criticmarkup, patch
from restore.reports import edits as edits_report
from restore.stretches import Fold, cut, fold

CASES = Path(__file__).parent / "cases" / "diffs"
NAMES = sorted(path.name for path in CASES.iterdir())
TEXT = st.text(st.sampled_from("ab \n\r.é文\u0301א{}+-~>[]\\"), max_size=40)


def without_backslash(text: str) -> str:
    return text.replace("\\", "")


def case(name: str) -> tuple[Article, Sequence[Edit]]:
    before, after = (
        next(read_bytes((CASES / name / f"{which}.txt").read_bytes(), "a.txt", suffix=".txt"))
        for which in ("before", "after")
    )
    return before, edits_of(before.source, after.source)


def edits_of(source: str, restored: str) -> tuple[Edit, ...]:
    return diff(source, restored, locator="a.txt", engine="m", reason="r")


def article(source: str) -> Article:
    return Article("a.txt", source, "utf-8", b"", ())


def drawn(
    one: Article,
    edits: Sequence[Edit],
    style: DiffStyle,
    width: int,
    context: int | None = None,
) -> str:
    file = io.StringIO()
    console = screen.make_console(file, color="never")
    console.width = width
    screen.diffs.draw_diff(console, one, edits, style, context=context)
    return file.getvalue()


VIEWS: dict[str, Callable[[Article, Sequence[Edit]], str]] = {
    "inline-60.txt": lambda one, edits: drawn(one, edits, "inline", 60, 1),
    "side-40.txt": lambda one, edits: drawn(one, edits, "side", 40),
    "side-80.txt": lambda one, edits: drawn(one, edits, "side", 80, 0),
    "unified.patch": lambda one, edits: patch.render(one, edits).decode(),
    "criticmarkup.md": lambda one, edits: criticmarkup.render(one.source, edits),
    "edits.json": lambda one, edits: edits_report.render([(one.locator, edits)]),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_view_is_as_its_golden_file(name: str, view: str) -> None:
    text = VIEWS[view](*case(name)).encode("utf-8", "surrogateescape")
    golden = CASES / name / view
    if os.environ.get("GOLDEN") == "write":
        golden.write_bytes(text)

    assert text.decode() == golden.read_bytes().decode()


@given(TEXT, TEXT, st.integers(40, 90))
def test_no_line_side_by_side_is_wider_than_the_screen(
    source: str, restored: str, width: int
) -> None:
    text = drawn(article(source), edits_of(source, restored), "side", width)

    assert all(cell_len(line) <= width for line in text.split("\n"))


@given(TEXT, TEXT)
def test_stretches_tile_the_source_and_give_the_restored_text(source: str, restored: str) -> None:
    stretches = list(cut(source, edits_of(source, restored)))

    assert "".join(stretch.text for stretch in stretches) == source
    assert "".join(stretch.restored for stretch in stretches) == restored


@given(TEXT, TEXT, st.integers(0, 3))
def test_a_fold_hides_unchanged_lines_alone_and_counts_them(
    source: str, restored: str, context: int
) -> None:
    stretches = list(cut(source, edits_of(source, restored)))
    shown = list(fold(stretches, context))
    hidden = sum(part.lines for part in shown if isinstance(part, Fold))

    assert [s for s in stretches if s.edits] == [
        s for s in shown if not isinstance(s, Fold) and s.edits
    ]
    assert hidden + sum(not isinstance(part, Fold) for part in shown) == len(stretches)


@given(TEXT.map(without_backslash), TEXT.map(without_backslash))
def test_critic_markup_reads_back_as_both_texts(source: str, restored: str) -> None:
    text = criticmarkup.render(source, edits_of(source, restored))

    assert read_critic(text, keep=1) == source
    assert read_critic(text, keep=2) == restored


def read_critic(text: str, *, keep: int) -> str:
    """Read CriticMarkup as its specification has it, keeping what goes (1) or what comes (2)."""
    mark = r"(?<!\\)\{(?:\+\+()(.*?)\+\+|--(.*?)()--|~~(.*?)(?<!\\)~>(.*?)~~)\}"
    kept = re.sub(mark, lambda m: "".join(m.groups("")[keep - 1 :: 2]), text, flags=re.DOTALL)
    return kept.replace("\\", "")


@pytest.mark.needs("git")
@pytest.mark.parametrize(
    "name", ["a.txt", "with space.txt", 'q"uo\\te.txt', "é 文.txt", "sub/t\tab.txt"]
)
@pytest.mark.parametrize("which", NAMES)
def test_git_applies_the_patch(
    name: str, which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = (CASES / which / f"{part}.txt" for part in ("before", "after"))
    check_patch(before.read_bytes(), after.read_bytes(), name, tmp_path, monkeypatch)


@pytest.mark.needs("git")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfone\ntwo\n", b"\xef\xbb\xbf1\ntwo\n"),
        (b"one\ntwo\n", b"one\ntwo"),
        (b"one\ntwo", b"one\ntwo\n"),
        (b"one\n", b"one\n\n\ntwo\n"),
        (b"\n\n\none\n", b"one\n"),
        (b"one\rtwo\r", b"one\r2\r"),
        (b"".join(b"%d\n" % i for i in range(40)), b"".join(b"%d\n" % (i or 7) for i in range(39))),
    ],
    ids=["bom", "end lost", "end won", "added", "taken", "lone cr", "far apart"],
)
def test_git_applies_patches_of_odd_files(
    before: bytes, after: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_patch(before, after, "a.txt", tmp_path, monkeypatch)


def test_a_patch_is_in_the_encoding_of_the_file() -> None:
    one = Article("a.txt", "café one\n", "latin-1", b"", ())

    assert b"+caf\xe9 two\n" in patch.render(one, edits_of(one.source, "café two\n"))


@pytest.mark.parametrize(("encoding", "after"), [("utf-16-le", "two"), ("latin-1", "文")])
def test_what_a_patch_cannot_hold_is_an_error(encoding: str, after: str) -> None:
    one = Article("a.txt", "one\n", encoding, b"", ())

    with pytest.raises(UsageProblem, match=r"a\.txt"):
        patch.render(one, edits_of(one.source, after))


def check_patch(
    before: bytes, after: bytes, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(before)
    one, other = (next(read_bytes(raw, name, suffix=".txt")) for raw in (before, after))
    text = patch.render(one, edits_of(one.source, other.source))
    done = subprocess.run(["git", "apply", "-"], input=text, capture_output=True, check=False)

    assert done.stderr == b""
    assert file.read_bytes() == after


def test_a_moved_sentence_is_two_edits_that_know_each_other() -> None:
    _, edits = case("moved")
    moves = find_moves(edits)
    pair = [edit for edit in edits if edit.id in moves]

    assert len(pair) == 2
    assert moves[pair[0].id] == pair[1].id
    assert moves[pair[1].id] == pair[0].id


@given(st.lists(st.sampled_from(["One of it stands here. ", "Two go there at once. ", "x. "])))
def test_halves_of_moves_go_and_come_with_the_same_words(parts: list[str]) -> None:
    edits = edits_of("".join(parts), "".join(reversed(parts)))
    by_id = {edit.id: edit for edit in edits}
    for one, other in find_moves(edits).items():
        words = {tuple((by_id[i].before + by_id[i].after).casefold().split()) for i in (one, other)}
        assert len(words) == 1

    assert apply("".join(parts), edits) == "".join(reversed(parts))

import os
from pathlib import Path

import pytest

from restore.documents.files import Input, Selection, find_inputs, read_list
from restore.errors import UsageProblem


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.txt", "sub/c.txt", ".hidden.txt", ".git/d.txt", "e.bin", "sub/F.TXT"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    return tmp_path


def names(inputs: tuple[Input, ...]) -> list[str]:
    return [str(item.relative) for item in inputs]


def test_a_folder_is_searched_downward_in_sorted_order_without_hidden_files(folder: Path) -> None:
    assert names(find_inputs([str(folder)], suffixes={".txt"})) == [
        "a.txt",
        "b.txt",
        "sub/F.TXT",
        "sub/c.txt",
    ]


def test_a_named_file_is_taken_whatever_its_suffix(folder: Path) -> None:
    assert names(find_inputs([str(folder / "e.bin")], suffixes={".txt"})) == ["e.bin"]


def test_each_file_counts_once_and_arguments_keep_their_order(folder: Path) -> None:
    arguments = [str(folder / "sub"), str(folder / "b.txt"), str(folder / "sub/../b.txt")]

    assert names(find_inputs(arguments, suffixes={".txt"})) == ["F.TXT", "c.txt", "b.txt"]


def test_a_pattern_is_expanded_without_the_shell(folder: Path) -> None:
    assert names(find_inputs([f"{folder}/**/c.*"], suffixes={".txt"})) == ["sub/c.txt"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").write_text("x")

    assert names(find_inputs([str(tmp_path / "a[1].txt")], suffixes={".txt"})) == ["a[1].txt"]


def test_a_loop_of_links_ends(folder: Path) -> None:
    (folder / "sub/loop").symlink_to(folder, target_is_directory=True)

    assert len(find_inputs([str(folder)], suffixes={".txt"})) == 4


def test_stdin_is_one_article() -> None:
    assert find_inputs(["-"], suffixes={".txt"})[0].locator == "-"


@pytest.mark.parametrize("missing", ["gone.txt", "gone/*.txt", "no[a-z].txt"])
def test_what_does_not_exist_is_an_error(folder: Path, missing: str) -> None:
    with pytest.raises(UsageProblem, match="no such file or folder"):
        find_inputs([str(folder / missing)], suffixes={".txt"})


def test_a_folder_without_articles_is_an_error_that_says_what_is_searched(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as caught:
        find_inputs([os.fspath(tmp_path)], suffixes={".txt", ".md"})

    assert caught.value.hint == "a folder is searched for files ending in .md, .txt"


@pytest.mark.parametrize(
    ("selection", "taken"),
    [
        (Selection(include=["a*"]), ["a.txt"]),
        (Selection(include=["sub/*"]), ["sub/F.TXT", "sub/c.txt"]),
        (Selection(exclude=["sub/*", "b.*"]), ["a.txt"]),
        (Selection(include=["?.txt"], exclude=["a.txt"]), ["b.txt", "sub/c.txt"]),
        (Selection(limit=2), ["a.txt", "b.txt"]),
    ],
)
def test_a_selection_takes_some_files(folder: Path, selection: Selection, taken: list[str]) -> None:
    assert names(find_inputs([str(folder)], suffixes={".txt"}, selection=selection)) == taken


def test_a_selection_that_takes_nothing_is_a_mistake(folder: Path) -> None:
    with pytest.raises(UsageProblem, match="leave none of 4 files"):
        find_inputs([str(folder)], suffixes={".txt"}, selection=Selection(include=["*.md"]))


@pytest.mark.parametrize(
    "content", ["sub/c.txt\na.txt\n", "sub/c.txt\0a.txt\0", "sub/c.txt\r\na.txt"]
)
def test_a_list_of_files_keeps_their_paths(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "list").write_text(content)

    listed = read_list("list")

    assert names(find_inputs([], suffixes={".txt"}, listed=listed)) == ["sub/c.txt", "a.txt"]


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_list_without_a_path_is_a_mistake(tmp_path: Path, content: str) -> None:
    (tmp_path / "list").write_text(content)

    with pytest.raises(UsageProblem, match="no paths in"):
        read_list(str(tmp_path / "list"))


def test_a_list_that_does_not_exist_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cannot read"):
        read_list(str(tmp_path / "list"))

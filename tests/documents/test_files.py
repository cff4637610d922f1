import os
from pathlib import Path

import pytest

from restore.documents.files import Input, find_inputs
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
    assert names(find_inputs([f"{folder}/**/c.*"], suffixes={".txt"})) == ["c.txt"]


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

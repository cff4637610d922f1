import io
from pathlib import Path

import pytest

from restore.documents.contents import read_still, read_whole
from restore.errors import UnreadableArticle


class Growing(io.FileIO):
    """A real file that grows while it is read, some times."""

    def __init__(self, path: Path, times: int) -> None:
        super().__init__(path, "rb")
        self.path = path
        self.times = times

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        if not part and self.times:
            self.times -= 1
            with self.path.open("ab") as file:
                file.write(b"More. ")
        return part


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_bytes(b"He left. ")
    return path


def test_a_file_that_changed_is_read_once_more(path: Path) -> None:
    with Growing(path, times=1) as file:
        assert read_still(file, path, most=100) == b"He left. More. "


def test_a_file_that_keeps_changing_is_an_error(path: Path) -> None:
    with Growing(path, times=2) as file, pytest.raises(UnreadableArticle, match="it changed"):
        read_still(file, path, most=100)


@pytest.mark.parametrize(("most", "fits"), [(9, True), (8, False)])
def test_a_file_has_a_most_size(path: Path, most: int, fits: bool) -> None:
    if fits:
        assert read_whole(path, most=most) == path.read_bytes()
    else:
        with pytest.raises(UnreadableArticle, match="9 bytes are more than 8"):
            read_whole(path, most=most)


def test_a_file_that_says_no_size_is_read() -> None:
    assert b"processor" in read_whole(Path("/proc/cpuinfo"), most=10**6)


def test_such_a_file_has_a_most_size_too() -> None:
    with pytest.raises(UnreadableArticle, match="11 bytes are more than 10"):
        read_whole(Path("/proc/cpuinfo"), most=10)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="Is a directory"):
        read_whole(tmp_path, most=10)

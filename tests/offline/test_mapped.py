from array import array
from pathlib import Path

import pytest

from restore.errors import RestoreError
from restore.offline.mapped import Mapped, pack

MAGIC = b"TEST"
ARRAYS: dict[str, bytes | memoryview] = {
    "bytes": b"abc",
    "shorts": memoryview(array("H", [1, 65535])),
    "words": memoryview(array("I", [7, 1 << 31])),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "test.bin"
    path.write_bytes(pack(MAGIC, ARRAYS, meta={"digest": "é"}))
    return path


def test_what_is_packed_is_read(path: Path) -> None:
    mapped = Mapped(path, magic=MAGIC)

    assert mapped.meta == {"digest": "é"}
    assert mapped.text("bytes") == b"abc"
    assert list(mapped.array("shorts")) == [1, 65535]
    assert list(mapped.array("words")) == [7, 1 << 31]


def test_equal_contents_give_equal_bytes() -> None:
    assert pack(MAGIC, ARRAYS, meta={"a": 1, "b": 2}) == pack(MAGIC, ARRAYS, meta={"b": 2, "a": 1})


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        pytest.param(b"", "does not start with 'TEST'", id="empty"),
        pytest.param(b"TES", "does not start with 'TEST'", id="cut in its magic"),
        pytest.param(b"PK\x03\x04 something else", "does not start with 'TEST'", id="foreign"),
        pytest.param(b"TEST\x04\0\0\0\0\0\0\0nope", "header is not JSON", id="a damaged header"),
        pytest.param(
            b"TEST\x02\0\0\0\0\0\0\0{}", "no readable array 'bytes'", id="an empty header"
        ),
    ],
)
def test_a_damaged_file_is_an_error_with_a_hint(path: Path, damaged: bytes, why: str) -> None:
    path.write_bytes(damaged)

    with pytest.raises(RestoreError, match=why) as caught:
        Mapped(path, magic=MAGIC).array("bytes")

    assert "make lexicon" in str(caught.value.hint)


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(RestoreError, match=r"'gone\.bin': No such file"):
        Mapped(tmp_path / "gone.bin", magic=MAGIC)

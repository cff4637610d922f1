import os
import pickle
import sqlite3
import stat
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore import cache as cache_module
from restore.cache import Cache, NoCache, key
from restore.engines.interface import Request

ROOT = Path(__file__).parents[1]
RAW, BINARY, TEXT, PICKLE = 1, 2, 3, 4
"""diskcache's storage modes."""
REQUEST = Request(({"role": "user", "content": "x"},), "m", {"temperature": 0.5}, 100)
CONTENTS = st.sampled_from(["", "x", "x y", "é"])
REQUESTS = st.builds(
    Request,
    messages=st.tuples(st.fixed_dictionaries({"role": st.just("user"), "content": CONTENTS})),
    model=st.sampled_from(["m", "n"]),
    params=st.dictionaries(st.sampled_from(["seed", "effort"]), st.sampled_from([0, 1, "low"])),
    max_output_tokens=st.integers(1, 9),
    round=st.integers(0, 1),
)
ENDPOINTS = st.sampled_from(["https://a.example/v1", "https://b.example/v1"])
FILL = """
import sys
from pathlib import Path
from restore.cache import Cache
folder, name = sys.argv[1:]
cache = Cache(Path(folder), warn=print)
for i in range(30):
    cache.put(f"{name}{i}", name)
cache.close()
"""


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Cache, list[str]]]:
    warnings: list[str] = []
    with closing(Cache(folder, warn=warnings.append)) as cache:
        yield cache, warnings


def execute(folder: Path, statement: str, *values: object) -> None:
    """Change the database behind the cache's back."""
    with closing(sqlite3.connect(folder / "cache.db", isolation_level=None)) as connection:
        connection.execute(statement, values)


def poison(folder: Path, **row: object) -> None:
    """Change the row of key `k`."""
    assignments = ", ".join(f"{name} = ?" for name in row)
    execute(folder, f"UPDATE Cache SET {assignments}", *row.values())


def rows_of(folder: Path) -> Any:
    """Open the cache's rows as diskcache sees them, for what `Cache` never asks of it."""
    return closing(cache_module._open_rows(folder))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a closed cache that keeps "text" under `k`."""
    with opened(tmp_path / "cache") as (cache, _):
        cache.put("k", "text")
    return tmp_path / "cache"


def test_a_text_is_kept_after_closing(folder: Path) -> None:
    with opened(folder) as (cache, warnings):
        found = cache.get("k"), cache.get("other")

    assert found == ("text", None)
    assert warnings == []


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=300), max_size=4))
@settings(max_examples=30, deadline=None)
def test_any_texts_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with opened(folder) as (cache, _):
        for name, text in texts.items():
            cache.put(name, text)

    with opened(folder) as (cache, warnings):
        found = {name: cache.get(name) for name in texts}

    assert found == texts
    assert warnings == []


def test_a_text_that_utf_8_cannot_hold_is_not_kept_and_stops_nothing(folder: Path) -> None:
    with opened(folder) as (cache, warnings):
        cache.put("k", "half a pair: \ud83d")
        cache.put("next", "text")
        found = cache.get("k"), cache.get("next")

    assert found == ("text", "text")
    assert warnings == []


def test_the_folder_is_the_users_alone(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_threads_on_one_folder_lose_nothing(tmp_path: Path) -> None:
    def fill(name: str) -> None:
        with opened(tmp_path) as (cache, _):
            for i in range(30):
                cache.put(f"{name}{i}", name)

    threads = [threading.Thread(target=fill, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with opened(tmp_path) as (cache, _):
        assert all(cache.get(f"{name}{i}") == name for name in "abcd" for i in range(30))


def test_processes_on_one_folder_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FILL, str(tmp_path / "cache")]
    start = partial(subprocess.Popen, cwd=ROOT, stdout=subprocess.PIPE)
    processes = [start([*command, name]) for name in "ab"]
    said = [process.communicate(timeout=60)[0] for process in processes]

    with opened(tmp_path / "cache") as (cache, _):
        assert all(cache.get(f"{name}{i}") == name for name in "ab" for i in range(30))
    assert not any(said)


@pytest.mark.parametrize("filename", [None, "x.val"], ids=["in its row", "in a file"])
def test_a_pickle_is_a_miss_and_never_loaded(
    folder: Path, tmp_path: Path, filename: str | None
) -> None:
    bomb = pickle.dumps(Bomb(tmp_path / "boom"))
    (folder / "x.val").write_bytes(bomb)
    poison(folder, mode=PICKLE, value=None if filename else bomb, filename=filename)

    with opened(folder) as (cache, warnings):
        found = cache.get("k")

    assert found is None
    assert not (tmp_path / "boom").exists()
    assert warnings == []


def test_a_pickled_key_is_never_loaded(folder: Path, tmp_path: Path) -> None:
    poison(folder, key=pickle.dumps(Bomb(tmp_path / "boom")), raw=0)

    with rows_of(folder) as rows, pytest.raises(OSError, match="a foreign key"):
        list(rows)

    assert not (tmp_path / "boom").exists()


def test_the_bomb_of_these_tests_goes_off_when_unpickled(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Bomb(tmp_path / "boom")))

    assert (tmp_path / "boom").exists()


def test_a_text_key_is_listed_as_it_was_put(folder: Path) -> None:
    with rows_of(folder) as rows:
        assert list(rows) == ["k"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [(b"k", "text", "keys are texts"), ("k", b"text", "values are texts")],
    ids=["a key of bytes", "a value of bytes"],
)
def test_what_is_no_text_is_refused(
    tmp_path: Path, name: object, value: object, message: str
) -> None:
    with rows_of(tmp_path) as rows, pytest.raises(TypeError, match=message):
        rows.set(name, value)


@pytest.mark.parametrize(
    "name", ["../../secret.txt", "ABSOLUTE", "link.txt"], ids=["above", "absolute", "by a link"]
)
def test_a_foreign_file_is_neither_read_nor_removed(tmp_path: Path, name: str) -> None:
    folder, secret = tmp_path / "some/cache", tmp_path / "secret.txt"
    with opened(folder) as (cache, _):
        cache.put("k", "text")
    secret.write_text("secret")
    (folder / "link.txt").symlink_to(secret)
    poison(folder, mode=TEXT, value=None, filename=str(secret) if name == "ABSOLUTE" else name)

    with opened(folder) as (cache, _):
        found = cache.get("k")
        cache.put("k", "new")
        kept = cache.get("k")

    assert (found, kept) == (None, "new")
    assert secret.read_text() == "secret"
    assert (folder / "link.txt").is_symlink()


@pytest.mark.parametrize(
    "row",
    [
        {"mode": RAW, "value": 7},
        {"mode": RAW, "value": None},
        {"mode": RAW, "value": b"bytes"},
        {"mode": RAW, "filename": "x.val"},
        {"mode": 99, "value": "text"},
        {"mode": BINARY, "value": zlib.compress(b'"text"')},
        {"key": zlib.compress(b'"k"')},
        {"key": pickle.dumps("k"), "raw": 0},
    ],
    ids=[
        "a number",
        "nothing",
        "bytes",
        "a text and a file",
        "unknown mode",
        "a JSONDisk value",
        "a JSONDisk key",
        "a pickled key",
    ],
)
def test_a_row_that_is_no_text_is_a_miss(folder: Path, row: dict[str, object]) -> None:
    poison(folder, **row)

    with opened(folder) as (cache, warnings):
        found = cache.get("k")
        cache.put("k", "again")
        replaced = cache.get("k")

    assert (found, replaced) == (None, "again")
    assert warnings == []


@pytest.mark.parametrize("setting", ["disk_colour", "disk_min_file_size", "eviction_policy"])
def test_a_foreign_setting_changes_nothing(folder: Path, setting: str) -> None:
    execute(folder, "INSERT OR REPLACE INTO Settings VALUES (?, 'blue')", setting)

    with opened(folder) as (cache, warnings):
        cache.put("next", "text")
        found = cache.get("k"), cache.get("next")

    assert found == ("text", "text")
    assert warnings == []


def test_a_corrupt_file_is_kept_aside_and_a_new_cache_begun(folder: Path) -> None:
    corrupt = b"not a database, but long enough to look at " * 100
    (folder / "cache.db").write_bytes(corrupt)

    with opened(folder) as (cache, warnings):
        cache.put("k", "again")
        found = cache.get("k")

    (aside,) = folder.glob("cache.db.corrupt-*")
    (warning,) = warnings
    assert found == "again"
    assert aside.read_bytes() == corrupt
    assert "corrupt" in warning
    assert str(aside) in warning


def a_file_in_the_folders_place(place: Path) -> None:
    place.write_text("")


def a_folder_in_the_databases_place(place: Path) -> None:
    (place / "cache.db").mkdir(parents=True)


@pytest.mark.parametrize("spoil", [a_file_in_the_folders_place, a_folder_in_the_databases_place])
def test_a_cache_that_cannot_be_opened_is_said_once_and_the_run_goes_on(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(tmp_path / "cache")

    with opened(tmp_path / "cache") as (cache, warnings):
        cache.put("k", "text")
        found = cache.get("k")

    (warning,) = warnings
    assert found is None
    assert f"going on without the cache in '{tmp_path / 'cache'}': " in warning


@pytest.mark.parametrize(
    "statement",
    ["DROP TABLE Cache", "UPDATE Cache SET value = CAST(x'ff' AS TEXT)"],
    ids=["the table is gone", "a text is not UTF-8"],
)
def test_trouble_on_the_way_is_said_once_and_the_run_goes_on(folder: Path, statement: str) -> None:
    with opened(folder) as (cache, warnings):
        execute(folder, statement)

        found = cache.get("k")
        cache.put("k", "text")
        after = cache.get("k")

    assert (found, after) == (None, None)
    assert len(warnings) == 1


def test_a_locked_cache_is_said_once_and_the_run_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_BUSY_S", 0.05)  # in place of ten seconds
    with opened(folder) as (cache, warnings), closing(sqlite3.connect(folder / "cache.db")) as lock:
        lock.execute("BEGIN EXCLUSIVE")

        cache.put("k", "new")
        cache.put("k", "newer")

    (warning,) = warnings
    assert warning.endswith("it is locked or read-only")


def test_a_full_disk_is_said_once_and_what_was_kept_stays(folder: Path) -> None:
    with opened(folder) as (cache, warnings):
        cache._rows._con.execute("PRAGMA max_page_count = 1")  # SQLite's own "disk is full"

        cache.put("big", "x" * 10**6)
        cache.put("big", "x" * 10**6)

    with opened(folder) as (cache, _):
        assert cache.get("k") == "text"
    (warning,) = warnings
    assert "full" in warning


def test_no_cache_keeps_nothing() -> None:
    none = NoCache()

    none.put("k", "text")

    assert none.get("k") is None


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, model="n"),
        replace(REQUEST, messages=({"role": "user", "content": "y"},)),
        replace(REQUEST, params={}),
        replace(REQUEST, params={"temperature": 0.6}),
        replace(REQUEST, round=1),
    ],
    ids=["model", "messages", "no parameters", "a parameter", "round"],
)
def test_a_key_covers_what_changes_the_answer(other: Request) -> None:
    assert key(other, "e") != key(REQUEST, "e")


@given(REQUESTS, ENDPOINTS, REQUESTS, ENDPOINTS)
def test_keys_are_equal_where_requests_differ_at_most_in_the_token_limit(
    one: Request, one_endpoint: str, other: Request, other_endpoint: str
) -> None:
    same = (replace(one, max_output_tokens=1), one_endpoint) == (
        replace(other, max_output_tokens=1),
        other_endpoint,
    )

    assert (key(one, one_endpoint) == key(other, other_endpoint)) == same


@given(st.integers(1, 10**6))
def test_a_key_does_not_cover_the_token_limit(limit: int) -> None:
    assert key(replace(REQUEST, max_output_tokens=limit), "e") == key(REQUEST, "e")


@given(st.text(st.characters()))
def test_any_text_has_a_key(content: str) -> None:
    request = replace(REQUEST, messages=({"role": "user", "content": content},))

    assert len(key(request, content)) == 64

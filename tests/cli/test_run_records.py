"""`restore run` on JSON lines: each record an article, the file byte for byte but for its words."""

import json
from pathlib import Path

from tests.cli.conftest import SEED, Restore


def records(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path) -> None:
    seed = SEED.read_text(encoding="utf-8")
    rows = [{"n": n, "body": seed, "tags": ["x", {"y": 1.50}], "slug": f"s-{n}"} for n in range(3)]
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")


def test_records_are_restored_and_all_else_stays(restore: Restore, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl")
    result = restore("run", "a.jsonl", "-o", "out", "--field", "body", "--engine", "offline")
    before, after = records(tmp_path / "a.jsonl"), records(tmp_path / "out" / "a.jsonl")

    assert result.code == 0
    assert all("law enforcement" in str(row["body"]) for row in after)
    assert [{**row, "body": ""} for row in after] == [{**row, "body": ""} for row in before]
    assert restore("diff").code == 1
    again = restore("run", "a.jsonl", "-o", "out", "--field", "body", "--engine", "offline")
    assert "1 skipped" in again.err


def test_stdin_may_be_json_lines(restore: Restore) -> None:
    line = b'{"text":"The police and the law implementation office said so on Monday."}\n'
    named = restore("run", "-", "--stdin-filename", "x.jsonl", "--engine", "offline", stdin=line)
    forced = restore("run", "-", "--input-format", "jsonl", "--engine", "offline", stdin=line)

    assert json.loads(named.out)["text"].startswith("The police and the law enforcement")
    assert named.out == forced.out


def test_a_field_that_is_not_there_names_those_that_are(restore: Restore, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl")
    result = restore("run", "a.jsonl", "-o", "out", "--engine", "offline")

    assert result.code == 2
    assert "line 1 of 'a.jsonl' has no 'text'" in result.err
    assert "hint: --field names the one to restore; it has body, n, slug, tags" in result.err

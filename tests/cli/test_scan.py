import json
from pathlib import Path

import pytest

from tests.cli.conftest import SEED, Restore

CLEAN = "The council met on Tuesday and voted to keep the library open until June.\n" * 5


def test_suspects_are_listed_with_place_likely_original_and_probability(restore: Restore) -> None:
    result = restore("scan", SEED)

    assert result.code == 0
    assert "spin score" in result.text
    line = next(line for line in result.text.splitlines() if line.startswith("5:"))
    assert "organization" in line
    assert "company" in line
    assert line.rstrip().endswith("%")


def test_json_gives_offsets_lines_and_columns(restore: Restore) -> None:
    source = SEED.read_text(encoding="utf-8")

    (article,) = json.loads(restore("scan", SEED, "--format", "json").text)["articles"]

    for suspect in article["suspects"]:
        line = source.split("\n")[suspect["line"] - 1]
        assert source[suspect["start"] : suspect["stop"]] == suspect["text"]
        assert line[suspect["column"] - 1 :].startswith(suspect["text"])
        assert 0.5 <= suspect["probability"] <= 1


def test_sarif_names_file_region_and_rule(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SEED.read_bytes())

    log = json.loads(restore("scan", "a.txt", "--format", "sarif").text)

    (run,) = log["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert log["version"] == "2.1.0"
    assert place["artifactLocation"]["uri"] == "a.txt"
    assert place["region"]["startLine"] == 1
    assert run["results"][0]["ruleId"] == run["tool"]["driver"]["rules"][0]["id"]


def test_sarif_names_a_file_as_a_uri(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a: 100% b.txt").write_bytes(SEED.read_bytes())

    log = json.loads(restore("scan", ".", "--format", "sarif").text)

    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%3A%20100%25%20b.txt"


def test_github_annotations_are_one_escaped_line_each(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a,b.txt").write_bytes(SEED.read_bytes())

    lines = restore("scan", "a,b.txt", "--format", "github").text.splitlines()

    assert all(line.startswith("::warning file=a%2Cb.txt,line=") for line in lines)
    assert "%25)" in lines[0]


@pytest.mark.parametrize(("score", "code"), [("3", 1), ("90", 0)])
def test_fail_above_is_exit_1_only_where_an_article_is_over_it(
    restore: Restore, score: str, code: int
) -> None:
    assert restore("scan", SEED, "--fail-above", score).code == code


def test_a_clean_article_has_a_low_score(restore: Restore, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CLEAN)

    (article,) = json.loads(restore("scan", "a.txt", "--format", "json").text)["articles"]

    assert article["spin_score"] < 1.5


def test_an_unreadable_article_is_an_error_and_the_others_are_scanned(
    restore: Restore, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text(CLEAN)

    both = restore("scan", "a.txt", "b.txt")
    alone = restore("scan", "a.txt")

    assert both.code == 3
    assert "b.txt" in both.text
    assert "error: cannot read 'a.txt'" in both.err
    assert alone.code == 2

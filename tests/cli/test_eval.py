import json
from pathlib import Path

import pytest

from tests.cli.conftest import Restore
from tests.server import ModelServer

PASSAGES = [
    {
        "id": "spun",
        "kind": "spun",
        "text": "The law implementation office hired 40 people, the law implementation union said.",
        "edits": [
            {"spun": "implementation", "restored": ["enforcement"], "occurrence": 1},
            {"spun": "implementation", "restored": ["enforcement"], "occurrence": 2},
        ],
        "protected": ["40"],
        "reference": "The law enforcement office hired 40 people, the law enforcement union said.",
    },
    {"id": "clean", "kind": "clean", "text": "The library stays open until June.", "edits": []},
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, PASSAGES)))
    return path


def test_a_table_gives_figures_per_passage_and_in_all(restore: Restore, gold: Path) -> None:
    result = restore("eval", gold, COLUMNS="140")

    assert result.code == 0
    assert "spun: offline, threshold" in result.text
    assert "100.0%" in result.text
    assert "1/1" in result.text


def test_json_gives_the_figures_and_the_counts(restore: Restore, gold: Path) -> None:
    (system,) = json.loads(restore("eval", gold, "--format", "json").text)["systems"]

    assert system["spun"]["recall"] == 1
    assert system["clean"]["false_per_1000"] == 0
    assert system["passages"]["spun"]["spans"] == 2


def test_compared_systems_come_with_the_interval_of_their_difference(
    restore: Restore, gold: Path
) -> None:
    compared = ["--compare", "threshold=1", "--format", "json"]

    first, second = json.loads(restore("eval", gold, *compared).text)["systems"]

    assert first["differences"] == {}
    assert second["spun"]["recall"] < first["spun"]["recall"]
    assert second["differences"]["recall"][1] < 0


def test_the_comparison_is_drawn_too(restore: Restore, gold: Path) -> None:
    result = restore("eval", gold, "--compare", "threshold=1", COLUMNS="140")

    assert "threshold=1 minus offline" in result.text
    assert "recall" in result.text


def test_a_model_is_scored_through_the_cache(
    restore: Restore, gold: Path, server: ModelServer
) -> None:
    arguments = ["eval", gold, "--format", "json", "--base-url", server.base_url]

    first = json.loads(restore(*arguments).text)["systems"][0]
    asked = len(server.requests)
    again = json.loads(restore(*arguments).text)["systems"][0]

    assert first["spun"]["recall"] == 1
    assert again == first
    assert len(server.requests) == asked == 2


@pytest.mark.parametrize("wrong", ["threshold", "magic=1", "threshold=many"])
def test_a_wrong_comparison_is_exit_2(restore: Restore, gold: Path, wrong: str) -> None:
    result = restore("eval", gold, "--compare", wrong)

    assert result.code == 2
    assert result.err.startswith("error: ")


def test_an_endpoint_that_cannot_be_reached_ends_the_evaluation(
    restore: Restore, gold: Path
) -> None:
    assert restore("eval", gold, "--base-url", "http://127.0.0.1:9/v1").code == 4

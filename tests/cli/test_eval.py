import json
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Restore
from tests.server import ModelServer

PASSAGES: list[dict[str, object]] = [
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

    accounts = [system.pop("account") for system in (first, again)]
    assert first["spun"]["recall"] == 1
    assert again == first
    assert [(account["calls"], account["cached"]) for account in accounts] == [(2, 0), (0, 2)]
    assert [account["cost_usd"] for account in accounts] == [None, "0"]
    assert accounts[0]["input_tokens"] == 200
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


def test_prompts_and_engines_stand_side_by_side(
    restore: Restore, gold: Path, server: ModelServer, tmp_path: Path
) -> None:
    mine = tmp_path / "mine/restore/v9.md"
    mine.parent.mkdir(parents=True)
    text = (ROOT / "prompts/restore/v1.md").read_text(encoding="utf-8")
    mine.write_text(text.replace("restore@1", "restore@9") + "\nGo on.", encoding="utf-8")
    prompts = ["--prompt", "restore@1", "--prompt", "restore@9", "--prompts", "mine"]
    engines = ["--engine", "openai", "--engine", "offline", "--base-url", server.base_url]
    arguments = ["eval", gold, *prompts, *engines, "--model", "m", "--threshold", "0.4"]

    systems = json.loads(restore(*arguments, "--format", "json").text)["systems"]
    table = restore(*arguments)

    names = ["m, restore@1", "m, restore@9", "offline, threshold 0.4"]
    assert [system["name"] for system in systems] == names
    assert [system["prompt"] for system in systems] == ["restore@1", "restore@9", None]
    assert systems[0]["digest"] != systems[1]["digest"]
    assert [system["account"]["calls"] for system in systems] == [2, 2, 0]
    rows = [line.split() for line in table.text.splitlines() if line.startswith("m, restore@9 ")]
    assert rows[0][2:] == ["100.0%", "100.0%", "0.00", "0.00", "1/1", "0", "2", "0", "$0.00", "0"]


def test_calls_without_a_known_price_are_unpriced_and_kept_pieces_are_counted(
    restore: Restore, gold: Path, server: ModelServer
) -> None:
    server.rewrite = lambda text: text.replace("40", "400")

    text = restore("eval", gold, "--base-url", server.base_url).text

    row = next(line.split() for line in text.splitlines() if line.startswith("gpt-5-mini,"))
    assert row[-2:] == ["unpriced", "1"]
    assert row[2] == "0.0%"


def test_only_the_passages_asked_for_are_scored(restore: Restore, gold: Path) -> None:
    arguments = ["eval", gold, "--format", "json"]

    (one,) = json.loads(restore(*arguments, "--only", "cl*").text)["systems"]
    none = restore(*arguments, "--only", "x*")

    assert list(one["passages"]) == ["clean"]
    assert none.code == 2
    assert "no passage is called like 'x*'" in none.err


def test_a_system_is_not_worse_than_itself(restore: Restore, gold: Path, tmp_path: Path) -> None:
    system_of = ["eval", gold, "--threshold", "0.4"]
    stored = restore(*system_of, "--bless", "kept/base.json")
    again = restore(*system_of, "--against", "kept/base.json")

    (system,) = json.loads((tmp_path / "kept/base.json").read_text())["systems"]
    assert (stored.code, again.code) == (0, 0)
    assert system["passages"]["spun"]["spans"] == 2
    assert "against the baseline of offline, threshold 0.4, 2 passages:" in again.text
    assert again.text.count("within noise") == 6


def test_a_regression_beyond_noise_is_exit_1_and_an_improvement_is_not(
    restore: Restore, gold: Path
) -> None:
    timid = ["--threshold", "1"]
    restore("eval", gold, "--bless", "good.json")
    restore("eval", gold, *timid, "--bless", "bad.json")

    worse = restore("eval", gold, *timid, "--against", "good.json", "--format", "json")
    better = restore("eval", gold, "--against", "bad.json")

    (against,) = json.loads(worse.text)["against"]
    assert (worse.code, against["worse"]) == (1, True)
    assert {d["figure"] for d in against["differences"] if d["worse"]} >= {"recall", "right"}
    assert better.code == 0
    assert " better" in better.text


def test_passages_that_were_labelled_anew_are_left_out_and_named(
    restore: Restore, gold: Path
) -> None:
    restore("eval", gold, "--bless", "base.json")
    relabelled: dict[str, object] = {**PASSAGES[0], "protected": ["40", "union"]}
    gold.write_text("\n".join(map(json.dumps, [relabelled, PASSAGES[1]])))

    result = restore("eval", gold, "--against", "base.json")

    assert result.code == 0
    assert "left out, not in the baseline or labelled anew: 1 passage: spun" in result.text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--against", "no.json"], "cannot read 'no.json'"),
        (["--against", "gold.jsonl"], "'gold.jsonl' is no baseline"),
        (["--bless", "gold.jsonl"], "'gold.jsonl' is no baseline"),
        (["--against", "empty.json"], "'empty.json' is no baseline"),
        (["--against", "other.json"], "the baseline has none of these passages"),
        (["--against", "odd.json"], "'odd.json' is no baseline"),
        (["--bless", "gold.jsonl/base.json"], "cannot write to"),
        (["--engine", "magic"], "--engine must be one of"),
    ],
)
def test_a_wrong_baseline_or_engine_is_exit_2_before_anything_is_asked(
    restore: Restore,
    gold: Path,
    tmp_path: Path,
    server: ModelServer,
    arguments: list[str],
    message: str,
) -> None:
    other = {"name": "x", "digest": None, "passages": {"y": {"kind": "spun", "words": 1}}}
    odd = other | {"passages": {"spun": {"kind": "spun", "magic": 1}}}
    for name, systems in (("empty", []), ("other", [other]), ("odd", [odd])):
        content = {"schema": "restore.baseline/1", "systems": systems}
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    before = gold.read_bytes()

    result = restore("eval", gold, "--base-url", server.base_url, *arguments)

    assert (result.code, result.text, server.requests) == (2, "", [])
    assert message in result.err
    assert gold.read_bytes() == before

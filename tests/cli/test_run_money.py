import re
from pathlib import Path

import pytest

from tests.cli.conftest import Restore
from tests.server import ModelServer, completion, misnumbered, reply, status

SPUN = "The law implementation office has since quite a while ago asked for more money here.\n"
TABLE = '[prices."gpt-5-mini"]\ninput = 1\ncached_input = 0.1\noutput = 1\n'
USED = {"prompt_tokens": 3000, "completion_tokens": 1000}
"""$0.004 at the prices of TABLE."""


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"{name}. {SPUN}")
    return folder


def settings(server: ModelServer, **more: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.base_url, "RESTORE_CONCURRENCY": "1", **more}


def price(folder: Path) -> None:
    (folder / "restore.toml").write_text(TABLE)


def test_a_run_says_what_it_cost(
    restore: Restore, server: ModelServer, articles: Path, tmp_path: Path
) -> None:
    price(tmp_path)
    server.always = reply(lambda text: completion(text) | {"usage": USED})

    result = restore("run", articles, "-o", "out", **settings(server))

    assert result.err.endswith("3 calls, 0 from cache, 12,000 tokens, $0.01\n")
    again = restore("run", articles, "-o", "new", **settings(server))
    assert again.err.endswith("0 calls, 3 from cache, 0 tokens, $0.00\n")


def test_json_has_the_cost_of_each_article(
    restore: Restore, server: ModelServer, articles: Path, tmp_path: Path
) -> None:
    price(tmp_path)
    server.always = reply(lambda text: completion(text) | {"usage": USED})

    result = restore("run", articles / "a.txt", "--format", "json", **settings(server))

    assert '"cost_usd": "0.004"' in result.text


def test_what_failed_is_on_the_receipt(
    restore: Restore, server: ModelServer, articles: Path, tmp_path: Path
) -> None:
    price(tmp_path)
    server.script = [reply(misnumbered), status(500), reply(misnumbered), status(400)]
    server.script += [reply(misnumbered), reply(misnumbered)]

    result = restore("run", articles, "--format", "jsonl", **settings(server))

    assert result.code == 3
    paid = sum(1 for _ in server.requests) - 2
    assert f"; {paid} calls, 0 from cache, {paid * 120} tokens, $" in result.err


def test_a_capped_run_ends_with_5_and_keeps_what_is_done(
    restore: Restore, server: ModelServer, articles: Path, tmp_path: Path
) -> None:
    price(tmp_path)
    server.always = reply(lambda text: completion(text) | {"usage": USED})

    capped = restore("run", articles, "-o", "out", "--max-cost", "0.006", **settings(server))

    assert capped.code == 5
    assert len(server.requests) == 1
    assert [path.name for path in (tmp_path / "out").glob("*.txt")] == ["a.txt"]
    assert "error: the next call may cost $0.00" in capped.err
    assert "hint: run the same command again with a higher --max-cost" in capped.err

    more = {"RESTORE_MAX_COST": "0.02"}
    again = restore("run", articles, "-o", "out", **settings(server, **more))
    assert again.code == 0
    assert "2 calls, 0 from cache" in again.err


def test_a_cap_on_a_model_without_a_price_sends_nothing(
    restore: Restore, server: ModelServer, articles: Path
) -> None:
    result = restore("run", articles, "-o", "out", "--max-cost", "1", **settings(server))

    assert result.code == 2
    assert "error: --max-cost needs a price, and nobody knows one for 'gpt-5-mini'" in result.err
    assert 'hint: add [prices."gpt-5-mini"] with input' in result.err
    assert server.requests == []


@pytest.mark.parametrize("cap", ["0", "-1", "nan", "two"])
def test_a_cap_that_is_no_amount_is_a_mistake(restore: Restore, articles: Path, cap: str) -> None:
    result = restore("run", articles, "-o", "out", "--max-cost", cap)

    assert result.code == 2
    assert "error: --max-cost must be an amount of dollars above 0, such as 2.50" in result.err


@pytest.mark.parametrize("engine", ["offline", "openai"])
def test_when_the_minutes_are_over_nothing_starts(
    restore: Restore, server: ModelServer, articles: Path, tmp_path: Path, engine: str
) -> None:
    options = ("--engine", engine, "--max-minutes", "0")

    result = restore("run", articles, "-o", "out", *options, **settings(server))

    assert result.code == 5
    assert "error: the 0 minutes of --max-minutes are over" in result.err
    assert server.requests == []
    assert list((tmp_path / "out").glob("*.txt")) == []


def test_config_show_prints_the_price_table(restore: Restore, tmp_path: Path) -> None:
    price(tmp_path)

    result = restore("config", "show")

    assert re.search(r"prices\.gpt-5-mini +input 1, cached_input 0\.1, output 1 ", result.text)


def test_a_dry_run_says_what_the_run_will_cost_at_least_and_at_most(
    restore: Restore, server: ModelServer, articles: Path, tmp_path: Path
) -> None:
    price(tmp_path)

    result = restore("run", articles, "-o", "new", "--dry-run", **settings(server))

    found = re.search(
        r"about ([\d,]+) tokens in and ([\d,]+) out, \$([\d.]+) to \$([\d.]+);", result.text
    )
    assert found
    sent, written, low, high = (float(figure.replace(",", "")) for figure in found.groups())
    assert low == pytest.approx((sent + written) / 1e6, abs=1e-4)
    assert high > 3 * 2 * 2000 / 1e6
    assert server.requests == []


def test_a_dry_run_of_what_is_cached_costs_nothing(
    restore: Restore, server: ModelServer, articles: Path, tmp_path: Path
) -> None:
    price(tmp_path)
    restore("run", articles, "-o", "out", **settings(server))

    result = restore("run", articles, "-o", "new", "--dry-run", **settings(server))

    assert "0 calls to gpt-5-mini, 3 from cache; about 0 tokens in and 0 out, $0.00;" in result.text


def test_a_listed_model_is_priced_before_anything_is_sent(restore: Restore, articles: Path) -> None:
    openai = {"OPENAI_API_KEY": "sk-none", "RESTORE_MODEL": "gpt-5-mini"}

    result = restore("run", articles, "-o", "new", "--dry-run", **openai)

    assert re.search(r"out, \$0\.\d+ to \$0\.\d+;", result.text)

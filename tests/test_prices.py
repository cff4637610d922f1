import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore import config, price_table
from restore.engines.interface import Request, Usage
from restore.errors import UsageProblem
from restore.prices import Price, count_at_most, find_price

OPENAI = "https://api.openai.com/v1"
MINE = {"gpt-5-mini": {"input": Decimal(7), "cached_input": Decimal(1), "output": Decimal(9)}}
LONG = Price(Decimal(4), Decimal(1), Decimal(8))
STEPPED = Price(Decimal(2), Decimal("0.5"), Decimal(6), steps=((1000, LONG),))


def request(size: int, most: int = 100) -> Request:
    return Request(({"role": "user", "content": "x" * size},), "m", {}, most)


def load(folder: Path, text: str) -> config.Config:
    (folder / "restore.toml").write_text(text)
    return config.load({}, environ={"HOME": str(folder)}, directory=folder)


def test_a_listed_model_has_a_price() -> None:
    price = find_price("gpt-5-mini", OPENAI, {})

    assert price is not None
    assert 0 < price.cached_input < price.input < price.output


def test_the_users_own_price_wins() -> None:
    assert find_price("gpt-5-mini", OPENAI, MINE) == Price(Decimal(7), Decimal(1), Decimal(9))


@pytest.mark.parametrize(
    ("model", "endpoint"),
    [
        ("gpt-5-mini", "http://localhost:11434/v1"),
        ("gpt-5-mini", "http://127.0.0.1:8080/v1"),
        ("gpt-5-mini", "http://[::1]:8080/v1"),
        ("gpt-5-mini", "https://proxy.example.com/v1"),
        ("no-such-model", OPENAI),
        ("sonar", "https://api.perplexity.ai"),
    ],
    ids=["localhost", "an address", "IPv6", "an unknown host", "an unknown model", "a fee a call"],
)
def test_what_no_list_knows_whole_is_unpriced(model: str, endpoint: str) -> None:
    assert find_price(model, endpoint, {}) is None


def test_a_price_that_depends_on_the_hour_is_the_days_highest() -> None:
    price = find_price("deepseek-reasoner", "https://api.deepseek.com", {})

    assert price is not None
    assert price.output == Decimal("2.19")


def test_a_price_is_looked_up_without_a_network() -> None:
    code = (
        "import sys\n"
        "def refuse(event, _):\n"
        "    if event.startswith('socket.'): raise SystemExit(event)\n"
        "sys.addaudithook(refuse)\n"
        "from restore.prices import find_price\n"
        f"assert find_price('gpt-5-mini', {OPENAI!r}, {{}})\n"
    )

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert (found.returncode, found.stderr) == (0, b"")


def test_long_input_costs_what_the_list_says_for_it() -> None:
    price = find_price("gpt-5.4", OPENAI, {})

    assert price is not None
    assert price.cost(Usage(272_001, 0, 0)) > 2 * price.cost(Usage(272_000, 0, 0)) * Decimal("0.99")


def test_a_step_counts_from_the_first_token_above_it() -> None:
    assert STEPPED.cost(Usage(1000, 0, 10)) == Decimal("0.00206")
    assert STEPPED.cost(Usage(1001, 0, 10)) == Decimal("0.004084")


def test_cached_input_costs_less_and_is_never_more_than_the_input() -> None:
    assert STEPPED.cost(Usage(100, 60, 0)) == Decimal("0.00011")
    assert STEPPED.cost(Usage(100, 900, 0)) == Decimal("0.00005")


@given(
    size=st.integers(0, 3000),
    used=st.floats(0, 1),
    cached=st.floats(0, 1),
    written=st.integers(0, 100),
)
def test_no_call_costs_more_than_its_worst_case(
    size: int, used: float, cached: float, written: int
) -> None:
    asked = request(size)
    sent = int(count_at_most(asked) * used)

    cost = STEPPED.cost(Usage(sent, int(sent * cached), written))

    assert cost <= STEPPED.most(asked)


def test_a_price_table_is_read_and_shown(tmp_path: Path) -> None:
    loaded = load(tmp_path, '[prices."a/b"]\ninput = 0.25\ncached_input = 0.025\noutput = 2.0\n')

    assert loaded.prices["a/b"]["cached_input"] == Decimal("0.025")
    name, value, origin = config.show(loaded)[-1]
    assert (name, value) == ("prices.a/b", "input 0.25, cached_input 0.025, output 2.0")
    assert origin.endswith("restore.toml: prices")


def test_cached_input_costs_what_input_does_where_nothing_is_said(tmp_path: Path) -> None:
    assert load(tmp_path, "[prices.m]\ninput = 3\noutput = 4").prices["m"]["cached_input"] == 3


def test_the_projects_table_adds_to_the_users(tmp_path: Path) -> None:
    user = tmp_path / ".config/restore/config.toml"
    user.parent.mkdir(parents=True)
    user.write_text("[prices.a]\ninput = 1\noutput = 1\n[prices.b]\ninput = 1\noutput = 1")

    prices = load(tmp_path, "[prices.b]\ninput = 2\noutput = 2").prices

    assert {model: int(prices[model]["input"]) for model in prices} == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prices = 3", "prices must be a table, not 3"),
        ("[prices]\nm = 3", "prices.m must be a table, not 3"),
        ("[prices.m]\ninput = -1\noutput = 2", "prices.m.input must be a number that is not neg"),
        ("[prices.m]\ninput = 1\noutput = true", "prices.m.output must be a number"),
        ("[prices.m]\ninput = 1\noutput = nan", "prices.m.output must be a number"),
        ('[prices.m]\ninput = 1\noutput = "dear"', "prices.m.output must be a number"),
        ("[prices.m]\ninput = 1\noutputs = 2", "unknown price 'outputs' in .*prices.m"),
        ("[prices.m]\ninput = 1", "prices.m lacks output"),
        ("[prices.m]\n", "prices.m lacks input and output"),
        ("[price.m]\ninput = 1\noutput = 2", "unknown setting 'price'"),
    ],
)
def test_a_wrong_price_table_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said) as caught:
        load(tmp_path, text)

    assert caught.value.hint


@pytest.mark.parametrize("raw", ["0", "-1", "nan", "inf", "much", "1e20", True, None, "2,50"])
def test_a_cap_is_an_amount_above_nothing(raw: object) -> None:
    with pytest.raises(ValueError, match="an amount of dollars above 0"):
        price_table.amount(raw)


def test_a_cap_keeps_its_cents() -> None:
    assert price_table.amount("0.1") + price_table.amount(0.2) == Decimal("0.3")

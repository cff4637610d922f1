"""Articles that give the model orders, and a model that obeys: nothing of it reaches the output."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import MEASURED
from tests.server import completion, reply, rewrite, serve

CASES = json.loads(
    (Path(__file__).parents[1] / "cases" / "injections.json").read_text(encoding="utf-8")
)
ATTACKS = CASES["attacks"]
FIRST = "The library opened a new room for children in April."
LAST = "The bridge was closed for repairs in June."


def attacked(attack: dict[str, Any]) -> str:
    return f"{CASES['before']} {attack['instruction']} {CASES['after']}"


def obey(text: str) -> dict[str, Any]:
    """Answer as a model does that follows what the article says."""
    attack = next((a for a in ATTACKS if a["instruction"] in text), None)
    if attack is None:
        return completion(text)
    said = attack["reply"]
    mark = re.search(r"<piece-1-([0-9a-f]+)>", text)
    parts = {
        "before": CASES["before"],
        "instruction": attack["instruction"],
        "after": rewrite(CASES["after"]),
        "mark": mark[1] if mark else "",
    }
    for name, part in parts.items():
        said = said.replace("{" + name + "}", part)
    return completion(said if "whole" in attack else text.replace(rewrite(attacked(attack)), said))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Restore an article for each attack in one run of the program, through a real socket."""
    folder = tmp_path_factory.mktemp("injections")
    (folder / "in").mkdir()
    for number, attack in enumerate(ATTACKS):
        article = f"{FIRST}\n\n{attacked(attack)}\n\n{LAST}\n"
        (folder / "in" / f"{number}.txt").write_text(article, encoding="utf-8")
    with serve() as server:
        server.always = reply(obey)
        subprocess.run(
            [sys.executable, "-m", "restore", "run", "in", "-o", "out", "--quiet"],
            cwd=folder,
            env={"HOME": str(folder), "PATH": os.environ["PATH"]}
            | {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test"}
            | MEASURED,
            timeout=100,
            check=False,
        )
        assert len(server.requests) >= len(ATTACKS)
    return folder / "out"


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 25


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["label"])
def test_an_obeyed_instruction_does_not_reach_the_output(
    attack: dict[str, Any], outputs: Path
) -> None:
    output = (outputs / f"{ATTACKS.index(attack)}.txt").read_text(encoding="utf-8")

    spun = attacked(attack)
    assert output in {f"{FIRST}\n\n{text}\n\n{LAST}\n" for text in (spun, rewrite(spun))}


def test_an_order_that_is_not_obeyed_does_no_harm(outputs: Path) -> None:
    with serve() as server:
        article = outputs.parent / "honest.txt"
        article.write_text(attacked(ATTACKS[0]), encoding="utf-8")
        result = subprocess.run(
            [sys.executable, "-m", "restore", "run", str(article), "--format", "text"],
            cwd=outputs.parent,
            env={"HOME": str(outputs.parent / "other"), "PATH": os.environ["PATH"]}
            | {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test"}
            | MEASURED,
            capture_output=True,
            timeout=60,
            check=False,
        )

    assert result.stdout.decode() == rewrite(attacked(ATTACKS[0]))

import json
from dataclasses import replace
from pathlib import Path

import pytest

from restore import baseline
from restore.errors import UsageProblem
from restore.evaluate import Passage, Score
from restore.evaluations import Evaluation

GOOD = Score(
    words=100,
    spans=10,
    restored=8,
    changed=9,
    edited=10,
    touching=9,
    right=8,
    false=1,
    protected=5,
    kept=5,
    distance_before=20,
    distance_after=5,
)


def evaluation(*scores: Score, name: str = "m, restore@1") -> Evaluation:
    """Give every other passage to the clean ones."""
    passages = tuple(
        Passage(str(n), "clean" if n % 2 else "spun", "x", (), (), (), frozenset(), "x")
        for n in range(len(scores))
    )
    return Evaluation(name, passages, scores)


def compared(path: Path, before: list[Score], after: list[Score]) -> baseline.Comparison:
    baseline.store(path, [evaluation(*before)])
    return baseline.compare(evaluation(*after), baseline.load(path))


WORSE = {
    "recall": {"restored": 5},
    "right": {"right": 5},
    "closed": {"distance_after": 12},
    "false_per_1000": {"false": 4},
    "facts": {"kept": 4},
}


@pytest.mark.parametrize(("figure", "change"), WORSE.items(), ids=WORSE)
def test_each_figure_that_falls_everywhere_is_worse_and_the_reverse_is_better(
    tmp_path: Path, figure: str, change: dict[str, int]
) -> None:
    good, bad = [GOOD] * 8, [replace(GOOD, **change)] * 8

    fallen = compared(tmp_path / "a.json", good, bad)
    risen = compared(tmp_path / "b.json", bad, good)

    assert {d.figure for d in fallen.differences if d.worse} == {figure}
    assert {d.figure for d in risen.differences if d.improved} == {figure}
    assert (fallen.worse, risen.worse) == (True, False)


def test_what_falls_here_and_rises_there_is_noise(tmp_path: Path) -> None:
    low, high = replace(GOOD, restored=7), replace(GOOD, restored=9)
    before = [low, GOOD, high, GOOD] * 4
    after = [high, GOOD, low, GOOD] * 4

    assert not any(
        d.worse or d.improved for d in compared(tmp_path / "a", before, after).differences
    )


def test_needless_edits_in_clean_text_count_by_themselves(tmp_path: Path) -> None:
    after = [GOOD, replace(GOOD, false=5)] * 4

    found = compared(tmp_path / "a.json", [GOOD] * 8, after)

    assert [(d.figure, d.kind) for d in found.differences if d.worse] == [
        ("false_per_1000", "clean")
    ]


def test_scores_come_back_as_they_were_stored(tmp_path: Path) -> None:
    baseline.store(tmp_path / "a.json", [replace(evaluation(GOOD), digest="abc")])

    (found,) = baseline.load(tmp_path / "a.json")

    assert (found.name, found.digest) == ("m, restore@1", "abc")
    assert found.passages == {"0": ("spun", GOOD)}


def test_a_system_is_held_against_its_own_name_or_else_the_first(tmp_path: Path) -> None:
    one, two = evaluation(GOOD, name="one"), evaluation(GOOD, name="two")
    baseline.store(tmp_path / "a.json", [one, two])
    blessed = baseline.load(tmp_path / "a.json")

    assert baseline.compare(two, blessed).baseline == "two"
    assert baseline.compare(evaluation(GOOD, name="new"), blessed).baseline == "one"


def test_passages_labelled_otherwise_are_left_out(tmp_path: Path) -> None:
    found = compared(tmp_path / "a.json", [GOOD, GOOD], [replace(GOOD, spans=11), GOOD])

    assert (found.compared, found.left_out) == (1, ("0",))


def test_nothing_in_common_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem):
        compared(tmp_path / "a.json", [GOOD], [replace(GOOD, words=99)])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"schema": "other/1", "systems": []}',
        b'{"schema": "restore.baseline/1", "systems": [1]}',
        b'{"schema": "restore.baseline/1", "systems": [{"name": "a"}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_baseline_is_not_read_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)

    with pytest.raises(UsageProblem, match="no baseline"):
        baseline.check_replaceable(path)


def test_a_baseline_is_json_with_a_schema(tmp_path: Path) -> None:
    baseline.store(tmp_path / "new/a.json", [evaluation(GOOD)])

    assert json.loads((tmp_path / "new/a.json").read_text())["schema"] == baseline.SCHEMA

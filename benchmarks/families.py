"""The tables of docs/offline.md: `python benchmarks/families.py GOLD.jsonl [--family PREFIX=NAME]`.

Restores labelled passages with the offline engine and prints its figures as a Markdown table, a
row for each spinner family and one for all. A passage's family is its `family` in GOLD, or the
NAME of the longest PREFIX that its id begins with.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from restore import offline
from restore.documents import read_bytes
from restore.evaluate import Passage, Score, load_gold, score, total
from restore.pipeline import restore_offline

_OTHER = "other"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--family", action="append", default=[], metavar="PREFIX=NAME")
    parser.add_argument("--threshold", type=float, default=offline.DEFAULT_THRESHOLD)
    arguments = parser.parse_args()
    families = _read_families(arguments.gold)
    named = dict(text.split("=", 1) for text in arguments.family)
    scores: defaultdict[str, list[Score]] = defaultdict(list)
    for passage in load_gold(arguments.gold):
        family = families.get(passage.id) or _find_family(passage, named)
        scores[family].append(_score(passage, arguments.threshold))
        if passage.kind == "spun":
            scores["all spun"].append(scores[family][-1])
    print("| family | passages | spans | recall | changed | right | closed | false per 1,000 |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for family in sorted(scores, key=lambda name: (name == "clean", name == "all spun", name)):
        print(_row(family, scores[family]))


def _read_families(gold: Path) -> dict[str, str | None]:
    lines = gold.read_text(encoding="utf-8").splitlines()
    return {row["id"]: row.get("family") for row in map(json.loads, filter(None, lines))}


def _find_family(passage: Passage, named: Mapping[str, str]) -> str:
    if passage.kind == "clean":
        return "clean"
    fitting = [prefix for prefix in named if passage.id.startswith(prefix)]
    return named[max(fitting, key=len)] if fitting else _OTHER


def _score(passage: Passage, threshold: float) -> Score:
    article = next(read_bytes(passage.text.encode(), passage.id, suffix=".txt"))
    return score(passage, restore_offline(article, threshold=threshold).restored)


def _row(family: str, scores: list[Score]) -> str:
    both = total(scores)
    cells = [family, f"{len(scores)}", f"{both.spans}"]
    if both.spans:
        cells += [f"{x:.1%}" for x in (both.recall, both.change_rate, both.right_rate)]
        cells.append(f"{both.closed:.3f}")
    else:
        cells += ["–"] * 4
    return "| " + " | ".join([*cells, f"{both.false_per_1000:.2f}"]) + " |"


if __name__ == "__main__":
    main()

"""Measure `verify.compare`: how fast it is, how often it cries wolf, and how much it catches.

    python -m benchmarks.verify [GOLD.jsonl …] [--seed N] [--rounds N] [--show]

A gold file holds passages as `restore eval` reads them; the default is the tests' own. Every block
of a passage is compared with the same block of its reference, a good restoration: whatever is
reported there is a false alarm. Then the references are corrupted, seeded, and compared with
their corrupted selves and with the spun text: whatever passes is a miss. Speed is that of the
first comparison, in words of the source per second of one core.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from restore.article import Verdict
from restore.evaluate import Passage, load_gold
from restore.verify import compare
from tests.corruptions import corrupt

ROOT = Path(__file__).resolve().parents[1]
_GOLD = ROOT / "tests" / "gold.jsonl"
_LEAST_S = 2.0
"""Speed is measured over at least this long."""
_GOAL = 100_000
_FEW_WORDS = 8
"""A shorter block is a heading or a caption: most corruptions do not fit it."""

Pair = tuple[str, str]
"""A spun block and its reference."""


def blocks(passage: Passage) -> list[Pair]:
    """Pair the lines of a passage with those of its reference; where they differ in number, all.

    Boilerplate is left out: a reference has none, and no engine gets it.
    """
    ours, theirs = _prose(passage, passage.text), _prose(passage, passage.reference)
    if len(ours) != len(theirs):
        return [("\n".join(ours), "\n".join(theirs))]
    return list(zip(ours, theirs, strict=True))


def _prose(passage: Passage, text: str) -> list[str]:
    lines = (line for line in text.split("\n") if line.strip())
    return [line for line in lines if line.strip() not in passage.boilerplate]


def false_alarms(pairs: Iterable[Pair]) -> list[tuple[Pair, Verdict]]:
    """Return the pairs that do not pass, with what is said of them."""
    verdicts = ((pair, compare(*pair)) for pair in pairs)
    return [(pair, verdict) for pair, verdict in verdicts if not verdict.ok]


def misses(
    pairs: Sequence[Pair], rounds: int, *, seed: int
) -> tuple[Counter[str], list[tuple[str, Pair]]]:
    """Corrupt `rounds` references; return how many of each kind there were, and those missed.

    Each is compared with the spun block, as in a run; blocks with a false alarm take no part.
    """
    random = Random(seed)
    long = [pair for pair in pairs if len(pair[1].split()) >= _FEW_WORDS and compare(*pair).ok]
    made: Counter[str] = Counter()
    missed: list[tuple[str, Pair]] = []
    for _ in range(rounds):
        source, reference = random.choice(long)
        kind, corrupted = corrupt(random, reference)
        made[kind] += 1
        if compare(source, corrupted).ok:
            missed.append((kind, (source, corrupted)))
    return made, missed


def words_per_s(pairs: Sequence[Pair]) -> float:
    """Return words of the source per second of one core."""
    words = sum(len(source.split()) for source, _ in pairs)
    rounds, began = 0, time.process_time()
    while (spent := time.process_time() - began) < _LEAST_S:
        for pair in pairs:
            compare(*pair)
        rounds += 1
    return rounds * words / spent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("gold", nargs="*", type=Path, default=[_GOLD])
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=1_000, help="corruptions to make")
    parser.add_argument("--show", action="store_true", help="print every false alarm and miss")
    options = parser.parse_args()
    passages = [passage for path in options.gold for passage in load_gold(path)]
    pairs = [pair for passage in passages for pair in blocks(passage)]
    print(f"speed: {words_per_s(pairs):,.0f} words/s (goal {_GOAL:,})")
    alarms = false_alarms(pairs)
    print(f"false alarms: {len(alarms)} of {len(pairs)} blocks, {len(alarms) / len(pairs):.1%}")
    made, missed = misses(pairs, options.rounds, seed=options.seed)
    caught = made.total() - len(missed)
    print(f"caught: {caught} of {made.total()} corruptions, {caught / made.total():.1%}")
    lost = Counter(kind for kind, _ in missed)
    for kind, count in sorted(made.items()):
        print(f"  {kind.replace('_', ' '):24} {count - lost[kind]:4} of {count}")
    if options.show:
        _show(alarms, missed)


def _show(alarms: Sequence[tuple[Pair, Verdict]], missed: Sequence[tuple[str, Pair]]) -> None:
    for (source, reference), verdict in alarms:
        said = [f"-{f.text}" for f in verdict.missing] + [f"+{f.text}" for f in verdict.added]
        print(f"\nfalse alarm: {' '.join([*said, *verdict.problems])}\n< {source}\n> {reference}")
    for kind, (source, corrupted) in missed:
        print(f"\nmissed: {kind}\n< {source}\n> {corrupted}")


if __name__ == "__main__":
    main()

"""Keeps a record until it is killed: `python -m tests.runs.worker ROOT`, or a run's FOLDER.

Says on stdout, a line each, what is on disk by then.
"""

import json
import sys
from pathlib import Path

from restore.runs.reading import read_outcomes
from restore.runs.record import Record
from tests.runs.parts import MANIFEST, inputs, keep_reply, outcome


def work(root: Path) -> None:
    if (root / "manifest.json").exists():
        record = Record.reopen(root)
        first = max(read_outcomes(root), default=-1) + 1
    else:
        record = Record.create(root, MANIFEST, inputs(3))
        first = 0
    say(str(record.folder))
    for number in range(first, 1_000_000):
        text = f"{number} reply é\n" * (number % 7 * 100)
        keep_reply(record, f"key{number}", text)
        record.outcome(number, outcome(text), output=None, output_bytes=None)
        say(json.dumps([number, text]))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    work(Path(sys.argv[1]))

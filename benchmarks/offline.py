"""Speed and size of the offline engine: `python benchmarks/offline.py [--clean FILE …]`.

Prints words per second of one core on spun and on clean text, the time to the first edit of a fresh
process, and its memory. Spun text is the seeds', repeated; clean text is the project's own docs
unless files are named.
"""

import argparse
import gc
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from restore import offline
from restore.article import Article
from restore.cli import COLLECTED_AFTER
from restore.documents import read_bytes

ROOT = Path(__file__).resolve().parents[1]
_LEAST_S = 3.0
"""Each figure is measured over at least this long."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", nargs="*", type=Path, help="files of clean text")
    clean = parser.parse_args().clean or [*ROOT.glob("docs/*.md"), ROOT / "README.md"]
    gc.set_threshold(COLLECTED_AFTER)  # as the program does
    print(f"first edit of a fresh process: {_first_edit_s():.2f} s, imports included")
    for name, paths in (("spun", sorted(ROOT.glob("seeds/*.txt"))), ("clean", clean)):
        print(f"{name}: {_words_per_s([_read(path) for path in paths]):,.0f} words/s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak:.0f} MiB, mapped pages of the data included")


def _read(path: Path) -> Article:
    return next(read_bytes(path.read_bytes(), str(path), suffix=".txt"))


def _words_per_s(articles: Sequence[Article]) -> float:
    words = sum(len(article.source.split()) for article in articles)
    rounds, begin = 0, time.process_time()
    while (spent := time.process_time() - begin) < _LEAST_S:
        for article in articles:
            offline.restore(article)
        rounds += 1
    return words * rounds / spent


def _first_edit_s() -> float:
    code = (
        "from restore import offline; from restore.article import Article, Block;"
        "t = 'The law implementation office.';"
        "offline.restore(Article('a', t, 'utf-8', b'', (Block(0, len(t), 'paragraph', t),)))"
    )
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()

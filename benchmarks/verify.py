"""Measure how fast `verify.compare` is: it must never show in a run.

    python benchmarks/verify.py [ARTICLE.txt …]

Compares every paragraph of the articles (by default those in `seeds/`) with a version of itself
in which every twelfth word is replaced, and prints words of the source per second of one core.
"""

import re
import sys
import time
from pathlib import Path

from restore.verify import compare

_SECONDS = 2.0
_GOAL = 100_000
_EVERY = 12


def _alter(paragraph: str) -> str:
    words = paragraph.split(" ")
    plain = re.compile(r"[a-z]+\Z")
    return " ".join(
        "thing" if number % _EVERY == 5 and plain.match(word) else word
        for number, word in enumerate(words)
    )


def main() -> None:
    """Print the rate."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(Path("seeds").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    paragraphs = [line for text in texts for line in text.splitlines() if line.strip()]
    pairs = [(paragraph, _alter(paragraph)) for paragraph in paragraphs]
    words = sum(len(paragraph.split()) for paragraph in paragraphs)
    compare(*pairs[0])
    rounds, began = 0, time.process_time()
    while time.process_time() - began < _SECONDS:
        for source, restored in pairs:
            compare(source, restored)
        rounds += 1
    rate = rounds * words / (time.process_time() - began)
    print(f"compare: {rate:,.0f} words/s (goal {_GOAL:,}) over {words:,} words")


if __name__ == "__main__":
    main()

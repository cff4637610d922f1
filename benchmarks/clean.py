"""What the offline engine breaks in clean text: `python benchmarks/clean.py FILE_OR_FOLDER…`.

Restores clean text, one article of 400 words or more after the other, at the default threshold
and as `--careful` does, and prints false edits per 1,000 words: every edit is false. `--show`
prints the edits too. The text must be held out of the language model's corpora:
tools/build_language_model.py writes such text with `--held-out FOLDER`.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from restore import offline
from restore.article import Article, Edit
from restore.config import CAREFUL_THRESHOLD
from restore.documents import read_bytes

_ARTICLE_WORDS = 400
_LEVELS = {"default": offline.DEFAULT_THRESHOLD, "--careful": CAREFUL_THRESHOLD}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--show", action="store_true", help="print every edit")
    arguments = parser.parse_args()
    articles = [article for path in _files(arguments.paths) for article in _cut(path)]
    words = sum(len(article.source.split()) for article in articles)
    if not words:
        sys.exit("error: no text in what was named")
    print(f"{words:,} words in {len(articles)} articles")
    for name, threshold in _LEVELS.items():
        edits = [edit for a in articles for edit in offline.restore(a, threshold=threshold)]
        rate = 1000 * len(edits) / words
        print(f"{name} (threshold {threshold:g}): {len(edits)} edits, {rate:.2f} per 1,000 words")
        if arguments.show:
            _print(edits)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.glob("*.txt")) if path.is_dir() else [path]


def _cut(path: Path) -> Iterator[Article]:
    """Yield whole paragraphs of a file, as articles: the document prior sees one at a time."""
    piece: list[str] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        piece.append(line)
        if sum(len(part.split()) for part in piece) >= _ARTICLE_WORDS or number == len(lines):
            yield from read_bytes("\n".join(piece).encode(), str(path), suffix=".txt")
            piece = []


def _print(edits: Sequence[Edit]) -> None:
    for edit in edits:
        print(f"  {edit.before!r} -> {edit.after!r} ({edit.confidence:.2f}, {edit.reason})")


if __name__ == "__main__":
    main()

"""Labelled pages, and how much of them is marked: `python -m tests.pages` prints it.

Lines begin with `-` where they are page junk, `+` where they are the article's, and `~` where both
may be said, such as what readers commented: those do not count.
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from restore.boilerplate import mark
from restore.documents.text import find_blocks

PAGES = Path(__file__).parent / "cases/pages"


@dataclass(frozen=True)
class Figures:
    """Of the pages of one folder: how many lines of each kind there are and are marked."""

    junk: int
    junk_marked: int
    article: int
    wrong: tuple[str, ...]
    """Lines of articles that are marked."""

    @property
    def recall(self) -> float:
        """Share of the junk that is marked."""
        return self.junk_marked / self.junk


def measure(folder: str, *, between: str) -> Figures:
    """Mark the pages of a folder, their lines with this between them, and compare with labels."""
    lines: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    wrong = []
    for page in sorted((PAGES / folder).glob("*.txt")):
        rows = page.read_text(encoding="utf-8").splitlines()
        blocks = mark(find_blocks(between.join(row[2:] for row in rows)))
        junk = [(b.start, b.stop) for b in blocks if b.kind == "boilerplate"]
        at = 0
        for row in rows:
            label, text = row[0], row[2:]
            lines[label] += 1
            if any(start < at + len(text) and stop > at for start, stop in junk):
                marked[label] += 1
                wrong += [f"{page.stem}: {text}"] if label == "+" else []
            at += len(text) + len(between)
    return Figures(lines["-"], marked["-"], lines["+"], tuple(wrong))


if __name__ == "__main__":
    for folder in sorted(path.name for path in PAGES.iterdir()):
        figures = measure(folder, between="\n\n")
        pages = len(list((PAGES / folder).glob("*.txt")))
        print(  # noqa: T201
            f"{folder}: {pages} pages, {figures.junk_marked} of {figures.junk} lines of junk marked"
            f" ({figures.recall:.1%}), {len(figures.wrong)} of {figures.article} of articles"
            f" ({len(figures.wrong) / figures.article:.2%})"
        )

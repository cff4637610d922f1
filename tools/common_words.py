"""Build `restore/facts/common.txt`: the words that English writes in lower case.

A capital on such a word says little (a heading, the start of a sentence, a spun "Incomparable
Court"); a capital on any other word is a name. Reads plain text files, writes one sorted list:

    python tools/common_words.py CORPUS.txt.xz … > restore/facts/common.txt

The shipped list was counted in 190 million characters of English Wikipedia, Wikinews, OpenStax,
freely licensed technology articles and public-domain government text; it holds words only.
"""

import lzma
import re
import sys
import textwrap
from collections import Counter
from pathlib import Path

from restore.facts.names import stems

_WORD = re.compile(r"(?<=[a-z,;] )([A-Za-z][a-z]+)(?![\w'’-]|\.[A-Za-z])")
"""A word that follows a lower-case word or a comma: its capital is its own, not a sentence's."""

_RULES = ((10, 0.3), (25, 0.15), (300, 0.02))
"""At least so often in lower case, and at least that share of all. Looked at by hand: the third
rule keeps "united", common in itself and more common in names; none lets "smith" in."""

_CHARACTERS_PER_FILE = 110_000_000


def count(paths: list[Path]) -> tuple[Counter[str], Counter[str]]:
    """Count words inside sentences, in lower case and with a capital."""
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for path in paths:
        _count_one(path, lower, capital)
    return lower, capital


def _count_one(path: Path, lower: Counter[str], capital: Counter[str]) -> None:
    read = 0
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            words = _WORD.findall(line)
            lower.update(word for word in words if word[0].islower())
            capital.update(word.lower() for word in words if word[0].isupper())
            read += len(line)
            if read > _CHARACTERS_PER_FILE:
                return


def is_common(lower: int, capital: int) -> bool:
    """Whether a word seen so often in lower case and with a capital is a common one."""
    share = lower / max(lower + capital, 1)
    return any(lower >= least and share >= part for least, part in _RULES)


def main() -> None:
    """Print the list, wrapped."""
    lower, capital = count([Path(name) for name in sys.argv[1:]])
    words = {word for word in lower if is_common(lower[word], capital[word])}
    needed = sorted(word for word in words if words.isdisjoint(stems(word)))
    print(textwrap.fill(" ".join(needed), width=100, break_on_hyphens=False))


if __name__ == "__main__":
    main()

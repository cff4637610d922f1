"""Print how long a diff of prose takes, beside difflib over words and `git diff --word-diff`.

Run from the repository: `python benchmarks/diff.py`. All three diff the same two texts in the
same run; the ratio is what holds on another machine. Prose of a vocabulary that is drawn as
words are (Zipf), in lines of one sentence; 60 % of the words of one text are changed.
"""

import random
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from restore.article import apply
from restore.diff import diff

_SIZES = (2_000, 6_000, 22_000, 100_000)
_DIFFLIB_MOST = 6_000
"""Words; 22,000 took difflib 159 s, 451 times ours."""
_CHANGED = 0.6
_WORDS_PER_LINE = 18


def main() -> None:
    """Print a line for each size."""
    for size in _SIZES:
        source, restored = _texts(size)
        ours = _seconds(lambda s=source, r=restored: _ours(s, r))  # type: ignore[misc]  # defaults
        print(f"{size:>7,} words: restore {ours:.2f} s", end="")
        for name, other in _others(size).items():
            seconds = _seconds(lambda f=other, s=source, r=restored: f(s, r))  # type: ignore[misc]
            print(f"; {name} {seconds:.2f} s ({seconds / ours:.1f} × ours)", end="")
        print()


def _others(size: int) -> dict[str, Callable[[str, str], None]]:
    found: dict[str, Callable[[str, str], None]] = {}
    if size <= _DIFFLIB_MOST:
        found["difflib"] = _difflib
    if shutil.which("git"):
        found["git --word-diff"] = _git
    return found


def _seconds(call: Callable[[], None]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _ours(source: str, restored: str) -> None:
    assert apply(source, diff(source, restored, locator="a.txt", engine="none")) == restored


def _difflib(source: str, restored: str) -> None:
    left, right = re.findall(r"\s+|\w+|\W", source), re.findall(r"\s+|\w+|\W", restored)
    SequenceMatcher(None, left, right, autojunk=False).get_opcodes()


def _git(source: str, restored: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a").write_text(source, encoding="utf-8")
        Path(folder, "b").write_text(restored, encoding="utf-8")
        command = ["git", "diff", "--no-index", "--word-diff", "a", "b"]
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)


def _texts(size: int) -> tuple[str, str]:
    draw = random.Random(1)
    vocabulary = [f"word{n}" for n in range(20_000)]
    weights = [1 / (n + 1) for n in range(len(vocabulary))]
    words = draw.choices(vocabulary, weights, k=size)
    news = draw.choices(vocabulary, weights, k=size)
    pairs = zip(words, news, strict=True)
    other = [new if draw.random() < _CHANGED else word for word, new in pairs]
    return _lines(words), _lines(other)


def _lines(words: list[str]) -> str:
    starts = range(0, len(words), _WORDS_PER_LINE)
    return ".\n".join(" ".join(words[at : at + _WORDS_PER_LINE]) for at in starts) + ".\n"


if __name__ == "__main__":
    main()

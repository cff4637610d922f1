"""Print how long each key of the review's screen takes, on 5,000 edits in one article and in 500.

Run from the repository: `python -m benchmarks.review`. A key's time is that of what it does, the
decision on disk included, and of drawing all lines in sight anew; the slowest of each kind is
printed, and beside it what the same key takes on an article of 50 edits.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from restore.article import Article, make_edit
from restore.review.app import ReviewApp
from restore.review.store import Store, open_review
from restore.review.widgets import ArticleView
from restore.runs.reviewable import Recorded

_EDITS = 5_000
_KEYS = {
    "y": "decide('accepted')", "n": "decide('rejected')", "j": "step(1)", "k": "step(-1)",
    "A": "accept_same", "u": "undo", "ctrl+r": "redo", "tab": "next_undecided",
    "]": "article(1)", "a": "accept_rest", "[": "article(-1)",
}  # fmt: skip
_ROUNDS = 5
_PARAGRAPH = (
    "The law implementation office said that word {n} of it stands here as a tech goliath. "
)


def main() -> None:
    """Print a line for each key."""
    small = asyncio.run(_measure(1, 50))
    for articles in (1, 500):
        slowest = asyncio.run(_measure(articles, _EDITS // articles))
        print(f"{_EDITS:,} edits in {articles:,} article(s), slowest of {_ROUNDS}:")
        for key, seconds in slowest.items():
            print(f"  {key:<8}{1000 * seconds:6.1f} ms  {seconds / small[key]:5.1f} × 50 edits")


async def _measure(articles: int, edits: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        store: Store = open_review(Path(folder))
        run = [_article(i, edits) for i in range(articles)]
        app = ReviewApp("benchmark", run, store, glossary=Path(folder, "glossary.toml"))
        slowest: dict[str, float] = {}
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            for _ in range(_ROUNDS):
                for key, action in _KEYS.items():
                    begin = time.perf_counter()
                    await app.run_action(action)
                    view = app.query_one(ArticleView)
                    for y in range(view.size.height):
                        view.render_line(y)
                    slowest[key] = max(slowest.get(key, 0), time.perf_counter() - begin)
                    await pilot.pause()
        store.close()
        return slowest


def _article(index: int, edits: int) -> Recorded:
    """Return an article of `edits` edits, ten to a paragraph."""
    sentences = [_PARAGRAPH.format(n=n) + "\n\n" * (n % 10 == 9) for n in range(edits)]
    source = "".join(sentences)
    made, at = [], 0
    for sentence in sentences:
        start = at + sentence.index("implementation")
        made.append(
            make_edit(
                f"{index}.txt",
                start,
                start + len("implementation"),
                before="implementation",
                after="enforcement",
                engine="offline",
                reason="benchmark",
                confidence=0.9,
            )
        )
        at += len(sentence)
    article = Article(f"{index}.txt", source, "utf-8", b"", ())
    return Recorded(index, article, tuple(made), "restored", (), None, None)


if __name__ == "__main__":
    main()

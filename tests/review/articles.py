"""Articles of a run as a review gets them."""

import hashlib
from pathlib import Path

from restore.article import Article, apply, make_edit
from restore.diff import diff
from restore.runs.reviewable import Recorded

SOURCE = (
    "The law implementation office.\n\nIt is an innovation firm. The law implementation said so.\n"
)
RESTORED = (
    "The law enforcement office.\n\nIt is a technology company. The law enforcement said so.\n"
)


def recorded(
    source: str = SOURCE, restored: str = RESTORED, *, index: int = 0, folder: Path | None = None
) -> Recorded:
    """Return an article of a run; with a folder its output lies there."""
    name = f"{index}.txt"
    article = Article(name, source, "utf-8", b"", ())
    edits = diff(source, restored, locator=name, engine="offline", reason="spun word")
    output, digest = None, None
    if folder is not None:
        output = folder / name
        output.write_bytes(article.encode(apply(source, edits)))
        digest = hashlib.sha256(output.read_bytes()).hexdigest()
    return Recorded(index, article, edits, "restored", (), output, digest)


def sure(confidence: float | None, kind: str = "term") -> Recorded:
    """Return an article with one edit of that confidence and kind."""
    edit = make_edit(
        "a.txt",
        0,
        3,
        before="Big",
        after="Large",
        engine="offline",
        reason="spun word",
        kind=kind,  # type: ignore[arg-type]  # a test names one
        confidence=confidence,
    )
    return Recorded(
        0, Article("a.txt", "Big.", "utf-8", b"", ()), (edit,), "partial", (), None, None
    )

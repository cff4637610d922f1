"""What the tests of reports are made of."""

from collections.abc import Sequence
from pathlib import Path

from restore.article import Article, Edit
from restore.diff import diff
from restore.documents import read_bytes
from restore.reports.reported import Account, Decision, Listed, Reported, Summary, compare


def read(text: str, name: str = "a.txt") -> Article:
    raw = text.encode("utf-8", "surrogateescape")
    return next(read_bytes(raw, name, suffix=Path(name).suffix))


def edits(article: Article, after: str) -> tuple[Edit, ...]:
    found = diff(article.source, after, locator=article.locator, engine="offline", reason="spun")
    return tuple(found)


def report(
    before: str,
    after: str,
    *,
    name: str = "a.txt",
    problems: tuple[str, ...] = (),
    decisions: Sequence[Decision] = (),
) -> Reported:
    """Return the report of an article; `decisions` are those of its first edits."""
    article = read(before, name)
    made = edits(article, after)
    ids = [edit.id for edit in made]
    facts = compare(article, made)
    decided = dict(zip(ids, decisions, strict=False))
    return Reported(article, made, "restored", facts, problems, Account(1), decided)


def summarise(*articles: Reported) -> Summary:
    contents = [
        Listed(one.article.locator, one.status, one.words, len(one.edits), len(one.problems))
        for one in articles
    ]
    about: dict[str, str | int] = {
        "run": "20260101T000000Z-0badcafe",
        "engine": "offline",
        "exit_code": 0,
    }
    return Summary("Restored articles", contents, about, Account(2, 1, 100, 50, None))

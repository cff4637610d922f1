"""What a report tells of articles apart from a run: of a diff, or of a review."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from restore.article import Article, Edit
from restore.reports.reported import About, Decision, Listed, Reported, Summary, compare
from restore.reports.runs import Contents


@dataclass(frozen=True, slots=True)
class Told:
    """One article, what was done to it, and what an editor said of that."""

    article: Article
    edits: tuple[Edit, ...]
    """In order of place; those that were rejected too."""
    status: str
    problems: tuple[str, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """By an edit's id; one that is missing is undecided."""


def from_articles(title: str, told: Sequence[Told], about: About) -> Contents:
    """Return what a report of these articles is rendered from."""
    contents = [
        Listed(
            one.article.locator,
            one.status,
            len(one.article.source.split()),
            len(one.edits),
            len(one.problems),
        )
        for one in told
    ]
    return Summary(title, contents, about), _report(told)


def _report(told: Sequence[Told]) -> Iterator[Reported]:
    for one in told:
        stand = [e for e in one.edits if one.decisions.get(e.id) != "rejected"]
        yield Reported(
            one.article,
            one.edits,
            one.status,
            compare(one.article, stand),
            one.problems,
            decisions=one.decisions,
        )

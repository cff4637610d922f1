"""What a report tells of a run, a diff or a review: a summary, and one article after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from restore import paragraphs, verify
from restore.article import Article, Edit, Verdict, apply, apply_within

Decision = Literal["accepted", "rejected", "changed"]
"""What an editor said of an edit; `changed`: its `after` is the editor's own wording."""

About = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Account:
    """What an article or a run cost."""

    calls: int = 0
    cached: int = 0
    """Requests that the cache answered."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = Decimal(0)
    """None when a call had no known price."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a table of contents has it: small, as there may be 100,000."""

    locator: str
    status: str
    words: int
    """Of the source, counted at white space."""
    edits: int
    problems: int


@dataclass(frozen=True, slots=True)
class Reported:
    """One article, what was done to it, and what is said of that."""

    article: Article
    edits: tuple[Edit, ...]
    """In order of place, not overlapping."""
    status: str
    facts: Verdict
    """Of the whole restored text."""
    problems: tuple[str, ...] = ()
    """Why pieces kept their original, or why nothing was done, a line each."""
    account: Account | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    """By an edit's id; one that is missing is undecided."""

    @property
    def restored(self) -> str:
        """The text after the edits, but those that were rejected."""
        stand = [e for e in self.edits if self.decisions.get(e.id) != "rejected"]
        return apply(self.article.source, stand)

    @property
    def words(self) -> int:
        """Words of the source, counted at white space."""
        return len(self.article.source.split())


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands above the articles."""

    title: str
    contents: Sequence[Listed]
    """Every article, in the order of the report."""
    about: About
    """How it came about, by name: run, engine, model, prompt, started, ended."""
    account: Account | None = None
    """None where nothing was asked of an engine."""

    def tally(self) -> Mapping[str, int]:
        """Count articles by status, in the order in which they first occur."""
        counts: dict[str, int] = {}
        for listed in self.contents:
            counts[listed.status] = counts.get(listed.status, 0) + 1
        return counts


def compare(article: Article, edits: Sequence[Edit]) -> Verdict:
    """Say which facts of an article its edits keep, lose and add; places are those of passages.

    Takes about 20 ms for 500 words with many edits.
    """
    if not edits:
        return _join([verify.compare(block.text, block.text) for block in article.prose])
    parts = list(_compare_blocks(article, edits))
    if None not in parts:
        return _join([part for part in parts if part is not None])
    whole = paragraphs.compare(article.source, apply(article.source, edits))
    return _join([paragraph.verdict for paragraph in whole.paragraphs])


def _compare_blocks(article: Article, edits: Sequence[Edit]) -> Iterator[Verdict | None]:
    """Yield the verdict of each block, and None for edits that lie in no block alone."""
    at = 0
    for block in article.prose:
        first = at
        while at < len(edits) and edits[at].stop <= block.stop:
            at += 1
        mine = edits[first:at]
        if mine and mine[0].start < block.start:
            yield None
        else:
            yield verify.compare(
                block.text, apply_within(article.source, block.start, block.stop, mine)
            )
    if at < len(edits):
        yield None


def _join(verdicts: Sequence[Verdict]) -> Verdict:
    return Verdict(
        kept=tuple(fact for verdict in verdicts for fact in verdict.kept),
        missing=tuple(fact for verdict in verdicts for fact in verdict.missing),
        added=tuple(fact for verdict in verdicts for fact in verdict.added),
        problems=tuple(dict.fromkeys(p for verdict in verdicts for p in verdict.problems)),
    )

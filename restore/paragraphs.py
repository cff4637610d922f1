"""Two texts side by side: which of their paragraphs answer to each other, and what each lost.

Sentences are aligned first; a pair of passages ends wherever both texts begin a paragraph. So a
paragraph that was joined, split, lost or added is one passage that says so, and no other is off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from restore import verify
from restore.article import Fact, Verdict, with_plain_newlines
from restore.documents.text import find_blocks
from restore.verify.alignment import Sentence, align, cut


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One or more paragraphs of the original and what answers to them; either may be empty."""

    original: str
    restored: str
    original_line: int
    """Of its first character, from 0."""
    restored_line: int
    verdict: Verdict
    """Its facts' offsets count from the start of `original` and `restored`."""

    def line_of_missing(self, fact: Fact) -> int:
        """Return the line of the original on which a kept or missing fact stands, from 0."""
        return self.original_line + self.original.count("\n", 0, fact.start)

    def line_of_added(self, fact: Fact) -> int:
        """Return the line of the restored text on which an added fact stands, from 0."""
        return self.restored_line + self.restored.count("\n", 0, fact.start)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of a text."""

    paragraphs: tuple[Paragraph, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is missing, added or malformed."""
        return all(paragraph.verdict.ok for paragraph in self.paragraphs)

    @property
    def kept(self) -> int:
        """Facts of the original that the restored text has."""
        return sum(len(paragraph.verdict.kept) for paragraph in self.paragraphs)

    @property
    def missing(self) -> int:
        """Facts of the original that the restored text lacks."""
        return sum(len(paragraph.verdict.missing) for paragraph in self.paragraphs)

    @property
    def added(self) -> int:
        """Facts that only the restored text has."""
        return sum(len(paragraph.verdict.added) for paragraph in self.paragraphs)

    @property
    def problems(self) -> int:
        """Things wrong with the shape of paragraphs."""
        return sum(len(paragraph.verdict.problems) for paragraph in self.paragraphs)


def compare(original: str, restored: str) -> Comparison:
    """Say paragraph by paragraph which facts are kept, missing or added, and what is malformed."""
    ours, theirs = with_plain_newlines(original), with_plain_newlines(restored)
    bounds = [*_find_bounds(ours, theirs), (len(ours), len(theirs))]
    return Comparison(
        tuple(
            _compare_passages(ours, slice(start, stop), theirs, slice(begin, end))
            for (start, begin), (stop, end) in pairwise(bounds)
        )
    )


def _find_bounds(original: str, restored: str) -> Iterator[tuple[int, int]]:
    """Yield where passages begin, in both texts."""
    before, after = cut(original), cut(restored)
    ours, theirs = _starts(original, before), _starts(restored, after)
    yield 0, 0
    for pair in align(before, after)[1:]:
        start, begin = ours[pair.source.start], theirs[pair.restored.start]
        if start is not None and begin is not None:
            yield start, begin


def _starts(text: str, sentences: Sequence[Sentence]) -> list[int | None]:
    """Return where each sentence, and the end, begins if a paragraph begins with it, else None."""
    blocks = [block.start for block in find_blocks(text)]
    starts: list[int | None] = []
    at = 0
    for sentence in sentences:
        first = at
        while at < len(blocks) and blocks[at] < sentence.stop:
            at += 1
        starts.append(sentence.start if at > first else None)
    return [*starts, len(text)]


def _compare_passages(ours: str, one: slice, theirs: str, other: slice) -> Paragraph:
    original, line = _trim(ours, one)
    restored, restored_line = _trim(theirs, other)
    verdict = verify.compare(original, restored)
    if restored and not original and not verdict.problems:
        verdict = replace(verdict, problems=("inserted",))  # a short heading is one too many, too
    return Paragraph(original, restored, line, restored_line, verdict)


def _trim(text: str, part: slice) -> tuple[str, int]:
    """Return a passage without the space around it, and the line on which it begins."""
    passage: str = text[part]
    start: int = part.start + len(passage) - len(passage.lstrip())
    return passage.strip(), text.count("\n", 0, start)

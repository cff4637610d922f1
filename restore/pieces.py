"""One piece of a reply: the edits it makes, what the checks say of them, and why some are left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from restore import verify
from restore.article import Article, Edit, Fact, Problem, Verdict, apply_within
from restore.chunks import Piece
from restore.diff import diff

_AROUND = 30
"""Characters of context on either side of a fact that a repair is asked for."""

_SAID: dict[Problem, str] = {
    "truncated": "its end is missing",
    "omitted": "a sentence is missing, or most of one",
    "inserted": "a sentence was added, or most of one",
    "repeated": "it repeats itself",
    "language": "it is in another language",
    "length": "its length is out of proportion to the source",
    "empty": "it is empty",
    "refused": "it is a refusal",
    "leaked": "it holds the instructions",
    "numbering": "it is another piece",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A piece's restored text as edits, and what the checks say of it."""

    piece: Piece
    edits: tuple[Edit, ...]
    restored: str
    """The piece after the edits."""
    verdict: Verdict
    lacking: str = ""
    """What the article's encoding lacks of the new words; edits that need it are not among
    `edits`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one piece: its edits keep every fact, whatever the reply did."""

    piece: Piece
    edits: tuple[Edit, ...]
    verdict: Verdict
    """Of the edits, or of the last reply where some of it was not kept."""
    problem: str = ""
    """Why the original stands, or a part of it; else empty."""


def attempt(article: Article, piece: Piece, text: str, *, engine: str) -> Attempt:
    """Turn a piece's restored text into edits and check them."""
    found = diff(
        piece.text,
        text,
        locator=article.locator,
        engine=engine,
        reason="restored by the model",
        start=piece.start,
    )
    # layout is the source's, whatever the reply did
    found = tuple(edit for edit in found if edit.before.split() != edit.after.split())
    lacking = {edit.id: _find_unencodable(article, edit.after) for edit in found}
    edits = tuple(edit for edit in found if not lacking[edit.id])
    first = next((character for character in lacking.values() if character), "")
    restored = _apply(article, piece, edits)
    return Attempt(piece, edits, restored, verify.compare(piece.text, restored), first)


def judge(article: Article, piece: Piece, edits: Iterable[Edit]) -> Verdict:
    """Say which facts of a piece some edits keep, lose and add."""
    return verify.compare(piece.text, _apply(article, piece, edits))


def describe(tried: Attempt) -> tuple[str, ...]:
    """Say what is wrong with an attempt, a line each with the words around it, for its repair."""
    verdict = tried.verdict
    lines = [_SAID[problem] for problem in verdict.problems]
    lines += [
        f"lost the {_quote(fact, tried.piece.text)} of the source" for fact in verdict.missing
    ]
    lines += [f"added the {_quote(fact, tried.restored)}" for fact in verdict.added]
    return tuple(lines)


def explain(verdict: Verdict) -> str:
    """Say what is wrong with an attempt, in a line for people."""
    return ", ".join(_reasons(verdict))


def place(article: Article, piece: Piece) -> str:
    """Say where a piece stands, for people."""
    return f"line {article.place(piece.start)[0]}"


def _apply(article: Article, piece: Piece, edits: Iterable[Edit]) -> str:
    return apply_within(article.source, piece.start, piece.stop, edits)


def _reasons(verdict: Verdict) -> Iterator[str]:
    yield from verdict.problems
    for fact in verdict.missing:
        yield f"lost the {fact.kind} '{fact.text}'"
    for fact in verdict.added:
        yield f"added the {fact.kind} '{fact.text}'"


def _quote(fact: Fact, text: str) -> str:
    """Name a fact and the whole words around it."""
    start = max(0, fact.start - _AROUND)
    stop = fact.start + len(fact.text) + _AROUND
    before = text[start : fact.start].partition(" ")[2] if start else text[: fact.start]
    after = text[fact.start + len(fact.text) : stop]
    after = after.rpartition(" ")[0] if stop < len(text) else after
    return f'{fact.kind} "{fact.text}" in "{before}{fact.text}{after}"'


def _find_unencodable(article: Article, text: str) -> str:
    """Return what the article's encoding lacks of a text, or nothing."""
    try:
        article.encode(text)
    except UnicodeEncodeError as exc:
        return str(exc.object[exc.start : exc.end])
    return ""

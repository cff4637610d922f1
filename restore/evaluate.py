"""Labelled passages in, counts out: how well an engine restores, and what it breaks.

A gold passage (one JSON line) has the spun `text`, `edits` (spans that must be restored, each with
every accepted wording), `optional` spans (harmless either way), `protected` strings that must
survive, `boilerplate` lines that do not count, and a `reference` restoration.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from restore.errors import UsageProblem

_TOKEN = re.compile(r"\w+(?:[’'\-]\w+)*|[^\w\s]")
_GOLD_HINT = "a gold file is UTF-8, a JSON object with id, text and edits a line"
_QUOTES = str.maketrans("’‘“”", "''\"\"")

_Opcode = tuple[str, int, int, int, int]
Places = Sequence["_Place"]


@dataclass(frozen=True, slots=True)
class Span:
    """One spun wording and what may stand in its place."""

    spun: str
    restored: tuple[str, ...]
    """Every accepted wording."""
    occurrence: int
    """Which occurrence of `spun` in the text is meant, from 1."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One labelled text."""

    id: str
    kind: Literal["spun", "clean"]
    text: str
    spans: tuple[Span, ...]
    optional: tuple[Span, ...]
    protected: tuple[str, ...]
    boilerplate: frozenset[str]
    """Stripped lines in which edits do not count."""
    reference: str


@dataclass(frozen=True, slots=True)
class Score:
    """Counts for one output, or sums of them; the ratios are properties."""

    words: int = 0
    """Source tokens, punctuation included."""
    spans: int = 0
    restored: int = 0
    """Spans whose place holds an accepted wording."""
    changed: int = 0
    """Spans whose spun wording is gone, accepted or not."""
    edited: int = 0
    """Edited places, on the source side."""
    touching: int = 0
    """Edited places that touch a span, optional ones included."""
    right: int = 0
    """Edited places that touch a span which is restored; an optional span counts as restored."""
    false: int = 0
    """Edited places that touch no span."""
    protected: int = 0
    kept: int = 0
    distance_before: int = 0
    """Word-level Levenshtein distance of the text to the reference."""
    distance_after: int = 0
    """The same of the output."""

    @property
    def recall(self) -> float:
        """Share of spans restored, 0-1."""
        return _ratio(self.restored, self.spans)

    @property
    def change_rate(self) -> float:
        """Share of spans changed at all, 0-1."""
        return _ratio(self.changed, self.spans)

    @property
    def precision(self) -> float:
        """Share of edited places that touch a span, 0-1."""
        return _ratio(self.touching, self.edited)

    @property
    def right_rate(self) -> float:
        """Share of edited places that restore a span, 0-1."""
        return _ratio(self.right, self.edited)

    @property
    def closed(self) -> float:
        """How much of the distance to the reference is gone: 1 all, 0 none, negative worse."""
        return 1 - self.distance_after / self.distance_before if self.distance_before else 0.0

    @property
    def kept_rate(self) -> float:
        """Share of protected strings that survive, 0-1; 1 where none is protected."""
        return self.kept / self.protected if self.protected else 1.0

    @property
    def false_per_1000(self) -> float:
        """Edited places that touch no span, per 1,000 source tokens."""
        return 1000 * _ratio(self.false, self.words)


_counts = attrgetter(*(field.name for field in fields(Score)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Half-open token range of a span in the source, and whether it is restored."""

    start: int
    stop: int
    restored: bool


@dataclass(frozen=True, slots=True)
class _Aligned:
    """Source and output as comparable words, and how they differ."""

    source: tuple[str, ...]
    offsets: tuple[tuple[int, int], ...]
    """Character range of each source word."""
    output: tuple[str, ...]
    opcodes: tuple[_Opcode, ...]


def load_gold(path: Path) -> tuple[Passage, ...]:
    """Read gold passages, one JSON object a line.

    Raises:
        UsageProblem: the file cannot be read, or a line is not a passage that holds its spans.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise UsageProblem(f"cannot read '{path}': {exc.strerror}", hint=_GOLD_HINT) from exc
    except UnicodeDecodeError as exc:
        raise UsageProblem(f"cannot read '{path}': not UTF-8", hint=_GOLD_HINT) from exc
    passages = read_gold(text.split("\n"), str(path))
    if not passages:
        raise UsageProblem(f"no passages in '{path}'", hint=_GOLD_HINT)
    return passages


def read_gold(lines: Iterable[str], name: str) -> tuple[Passage, ...]:
    """Return the gold passages in some lines of JSON; `name` says where they stand.

    Raises:
        UsageProblem: a line is not a passage that holds its spans.
    """
    numbered = enumerate(lines, start=1)
    return tuple(_passage(line, f"{name}:{n}") for n, line in numbered if line.strip())


def score(passage: Passage, output: str) -> Score:
    """Score one output against its passage."""
    aligned = _align(passage.text, output)
    spans = [_judge(passage.text, span, aligned) for span in passage.spans]
    optional = [_Place(*_locate(passage.text, s, aligned), restored=True) for s in passage.optional]
    edited = [
        op
        for op in aligned.opcodes
        if op[0] != "equal" and not _in_boilerplate(passage, op, aligned)
    ]
    touched = [_touching(op, [place for place, _ in spans] + optional) for op in edited]
    reference = _comparable(passage, passage.reference)
    return Score(
        words=len(aligned.source),
        spans=len(spans),
        restored=sum(place.restored for place, _ in spans),
        changed=sum(changed for _, changed in spans),
        edited=len(edited),
        touching=sum(bool(places) for places in touched),
        right=sum(any(place.restored for place in places) for places in touched),
        false=sum(not places for places in touched),
        protected=len(passage.protected),
        kept=sum(_survives(p, passage, output) for p in passage.protected),
        distance_before=_distance(_comparable(passage, passage.text), reference),
        distance_after=_distance(_comparable(passage, output), reference),
    )


def total(scores: Iterable[Score]) -> Score:
    """Sum every count."""
    return Score(*map(sum, zip(*map(_counts, [Score(), *scores]), strict=True)))


def _passage(line: str, where: str) -> Passage:
    try:
        record: Mapping[str, Any] = json.loads(line)
        passage = Passage(
            id=record["id"],
            kind=record["kind"],
            text=record["text"],
            spans=tuple(_spans(record["edits"])),
            optional=tuple(
                s for s in _spans(record.get("optional", [])) if _find(record["text"], s) >= 0
            ),
            protected=tuple(record.get("protected", [])),
            boilerplate=frozenset(
                line.strip() for line in record.get("boilerplate", []) if line.strip()
            ),
            reference=record.get("reference") or record["text"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        reason = f"no {exc}" if isinstance(exc, KeyError) else str(exc)
        raise UsageProblem(f"{where}: not a gold passage ({reason})", hint=_GOLD_HINT) from exc
    for span in passage.spans:
        if _find(passage.text, span) < 0:
            raise UsageProblem(
                f"{where}: '{span.spun}' is not in the text of '{passage.id}'",
                hint="quote the spun words as they stand there",
            )
    return passage


def _spans(records: Iterable[Mapping[str, Any]]) -> Iterator[Span]:
    for record in records:
        yield Span(record["spun"], tuple(record.get("restored", ())), record.get("occurrence", 1))


def _find(text: str, span: Span) -> int:
    at = -1
    for _ in range(span.occurrence):
        at = text.find(span.spun, at + 1)
        if at < 0:
            return -1
    return at


def _normal(word: str) -> str:
    return word.casefold().translate(_QUOTES)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_normal(word) for word in _TOKEN.findall(text))


def _align(text: str, output: str) -> _Aligned:
    matches = list(_TOKEN.finditer(text))
    source = tuple(_normal(m.group()) for m in matches)
    out = _words(output)
    opcodes = SequenceMatcher(None, source, out, autojunk=False).get_opcodes()
    return _Aligned(source, tuple(m.span() for m in matches), out, tuple(opcodes))


def _locate(text: str, span: Span, aligned: _Aligned) -> tuple[int, int]:
    """Return the half-open token range that a span covers."""
    at = _find(text, span)
    end = at + len(span.spun)
    start = next(i for i, (_, stop) in enumerate(aligned.offsets) if stop > at)
    return start, max(i for i, (begin, _) in enumerate(aligned.offsets) if begin < end) + 1


def _judge(text: str, span: Span, aligned: _Aligned) -> tuple[_Place, bool]:
    """Say whether a span is restored, and whether its wording changed at all."""
    start, stop = _locate(text, span, aligned)
    low, high = _project(start, stop, aligned.opcodes)
    spun = aligned.source[start:stop]
    gone = not _contains(aligned.output[low:high], spun)
    near = aligned.output[max(0, low - 2) : high + 2]
    accepted = [_words(wording) for wording in span.restored]
    restored = any(
        _contains(near, words) and (gone or (bool(words) and _contains(words, spun)))
        for words in accepted
    )
    return _Place(start, stop, restored), gone


def _project(start: int, stop: int, opcodes: Iterable[_Opcode]) -> tuple[int, int]:
    """Map a token range of the source to the output."""
    low: int | None = None
    high = 0
    for tag, i1, i2, j1, j2 in opcodes:
        if tag == "equal":
            first, last = max(start, i1), min(stop, i2)
            if first < last:
                low = j1 + first - i1 if low is None else low
                high = j1 + last - i1
        elif (i1 < stop and start < i2) or (i1 == i2 and start < i1 < stop):
            low = j1 if low is None else low
            high = j2
    return (0, 0) if low is None else (low, high)


def _contains(words: Sequence[str], part: Sequence[str]) -> bool:
    size = len(part)
    return size == 0 or any(words[i : i + size] == part for i in range(len(words) - size + 1))


def _touching(opcode: _Opcode, places: Places) -> list[_Place]:
    _, start, stop, _, _ = opcode
    return [
        p
        for p in places
        if (start < p.stop and p.start < stop) or (start == stop and p.start <= start <= p.stop)
    ]


def _in_boilerplate(passage: Passage, opcode: _Opcode, aligned: _Aligned) -> bool:
    if opcode[1] >= len(aligned.offsets):
        return True
    at = aligned.offsets[opcode[1]][0]
    begin = passage.text.rfind("\n", 0, at) + 1
    end = passage.text.find("\n", at)
    line = passage.text[begin:] if end < 0 else passage.text[begin:end]
    return line.strip() in passage.boilerplate


def _survives(protected: str, passage: Passage, output: str) -> bool:
    needed = min(passage.text.count(protected), passage.reference.count(protected))
    return output.count(protected) >= max(1, needed) or _normal(protected) in _normal(output)


def _comparable(passage: Passage, text: str) -> tuple[str, ...]:
    lines = (line for line in text.splitlines() if line.strip() not in passage.boilerplate)
    return _words("\n".join(lines))


def _distance(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the word-level Levenshtein distance."""
    row = list(range(len(second) + 1))
    for i, word in enumerate(first, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(second, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (word != other))
    return row[-1]


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0

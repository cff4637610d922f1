"""A report as one HTML file that needs no network: articles, their edits, facts and remarks.

The page's parts lie in `page/`; style and script stand in the file, and a content security policy
admits these two by their digests and nothing else. Everything else is escaped.
"""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from restore import __version__
from restore.article import Article, Block, Edit, Fact, Verdict, readable
from restore.notes import dollars, one_line, plural
from restore.reports.reported import Account, Decision, Reported, Summary

LOW_CONFIDENCE = 0.6
"""Edits that are less sure can be looked at alone."""

_PAGE = Path(__file__).parent / "page"
_BUFFERED = 200
"""Parts of the template's output that are passed on together."""


@dataclass(frozen=True, slots=True)
class _Change:
    """An edit as the page has it."""

    id: str
    before: str
    after: str
    kind: str
    why: str
    sure: int | None
    """Percent."""
    low: bool
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class _Paragraph:
    kind: str
    parts: Sequence[str | _Change]


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts of one kind, as text."""

    kind: str
    kept: str
    missing: str
    added: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """One article as the page has it."""

    number: int
    """From 1."""
    locator: str
    status: str
    meta: Sequence[str]
    problems: Sequence[str]
    paragraphs: Iterable[_Paragraph]
    facts: Sequence[_Facts]
    facts_said: str
    facts_wrong: bool


def render(summary: Summary, articles: Iterable[Reported]) -> Iterator[str]:
    """Yield the page in parts; each article is asked for when its part is due."""
    style, script = _read("report.css"), _read("report.js")
    values = {
        "title": one_line(summary.title),
        "lead": _lead(summary),
        "about": list(_about(summary)),
        "counts": summary.tally(),
        "contents": summary.contents,
        "articles": (_show(number, one) for number, one in enumerate(articles, 1)),
        "low": round(100 * LOW_CONFIDENCE),
        "version": __version__,
        "style": _ours(style),
        "style_hash": _digest(style),
        "script": _ours(script),
        "script_hash": _digest(script),
    }
    stream = _template().stream(values)
    stream.enable_buffering(_BUFFERED)
    yield from stream


def _lead(summary: Summary) -> str:
    counts = ", ".join(f"{count:,} {status}" for status, count in summary.tally().items())
    words = plural(sum(listed.words for listed in summary.contents), "word")
    edits = plural(sum(listed.edits for listed in summary.contents), "edit")
    return f"{plural(len(summary.contents), 'article')}: {counts}. {edits} in {words}."


def _about(summary: Summary) -> Iterator[tuple[str, str]]:
    for name, value in summary.about.items():
        text = str(value)
        if name in ("started", "ended"):
            text = f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC"
        yield _NAMES.get(name, name), one_line(text)
    account = summary.account
    if account and (account.calls or account.cached):
        yield "Calls", f"{account.calls:,}, {account.cached:,} from cache"
        yield "Tokens", f"{account.input_tokens:,} in, {account.output_tokens:,} out"
        yield "Cost", _price(account)


_NAMES: Mapping[str, str] = {
    "run": "Run",
    "version": "Version",
    "engine": "Engine",
    "model": "Model",
    "prompt": "Prompts",
    "started": "Started",
    "ended": "Ended",
    "exit_code": "Exit code",
}


def _show(number: int, reported: Reported) -> _Shown:
    facts = reported.facts
    return _Shown(
        number,
        one_line(reported.article.locator),
        reported.status,
        list(_meta(reported)),
        [one_line(problem) for problem in reported.problems],
        _cut(reported),
        list(_tabulate(facts)),
        f"{plural(len(facts.kept), 'fact')} kept, {len(facts.missing):,} missing, "
        f"{len(facts.added):,} added",
        bool(facts.missing or facts.added),
    )


def _meta(reported: Reported) -> Iterator[str]:
    yield plural(reported.words, "word")
    yield plural(len(reported.edits), "edit")
    account = reported.account
    if account and (account.calls or account.cached):
        yield f"{plural(account.calls, 'call')}, {account.cached:,} from cache"
        yield _price(account)


def _price(account: Account) -> str:
    return "unpriced" if account.cost_usd is None else dollars(account.cost_usd)


def _tabulate(facts: Verdict) -> Iterator[_Facts]:
    """Yield a row for each kind of fact there is, each fact once with how often it occurs."""
    columns = [_by_kind(facts.kept), _by_kind(facts.missing), _by_kind(facts.added)]
    for kind in sorted({kind for column in columns for kind in column}):
        kept, missing, added = (_join(column.get(kind, [])) for column in columns)
        yield _Facts(kind, kept, missing, added)


def _by_kind(facts: Iterable[Fact]) -> dict[str, list[str]]:
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for fact in facts:
        kinds[fact.kind].append(one_line(fact.text))
    return kinds


def _join(texts: Sequence[str]) -> str:
    once = dict.fromkeys(texts)
    return " · ".join(
        f"{text} ×{texts.count(text)}" if texts.count(text) > 1 else text for text in once
    )


def _cut(reported: Reported) -> Iterator[_Paragraph]:
    """Yield the text block by block with its edits; blocks are one where an edit joins them."""
    article, waiting = reported.article, list(reversed(reported.edits))
    for start, stop, kind in _join_blocks(article, reported.edits):
        parts: list[str | _Change] = []
        at = start
        while waiting and waiting[-1].stop <= stop:
            edit = waiting.pop()
            parts += readable(article.source[at : edit.start]), _change(edit, reported)
            at = edit.stop
        parts.append(readable(article.source[at:stop]).rstrip())
        parts[0] = parts[0].lstrip("\n") if isinstance(parts[0], str) else parts[0]
        yield _Paragraph(kind, [part for part in parts if part])


def _join_blocks(article: Article, edits: Sequence[Edit]) -> Iterator[tuple[int, int, str]]:
    """Yield start, stop and kind of stretches that make up the source and cut no edit."""
    blocks: Sequence[Block] = article.blocks
    if not article.source.strip():
        return
    start, kind, at = 0, blocks[0].kind if blocks else "paragraph", 0
    for block in blocks[1:]:
        while at < len(edits) and edits[at].stop <= block.start:
            at += 1
        if at < len(edits) and edits[at].start < block.start:
            continue
        yield start, block.start, kind
        start, kind = block.start, block.kind
    yield start, len(article.source), kind


def _change(edit: Edit, reported: Reported) -> _Change:
    sure = edit.confidence
    return _Change(
        edit.id,
        _with_ends(edit.before),
        _with_ends(edit.after),
        edit.kind,
        one_line(edit.reason),
        None if sure is None else int(100 * sure),
        sure is not None and sure < LOW_CONFIDENCE,
        reported.decisions.get(edit.id),
    )


def _with_ends(text: str) -> str:
    """Return text whose line ends can be seen."""
    return readable(text).replace("\n", "↵\n")


def _read(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _ours(text: str) -> Any:  # markupsafe's type, which must not be imported before it is needed
    from markupsafe import Markup  # noqa: PLC0415

    return Markup(text)  # noqa: S704  # style and script of this package


@cache
def _template() -> Any:  # jinja2's type, as above
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  # 40 ms; only for a report

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "one_line": one_line,
        "number": "{:,}".format,
        "token": lambda status: status.replace(" ", "-"),
    }
    return environment.from_string(_read("report.html"))

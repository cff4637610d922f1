"""A report as Markdown (CommonMark and GitHub's tables), whose edits are `<del>` and `<ins>`.

What an article says is text: every character that Markdown or HTML would act on is escaped.
"""

import re
from collections.abc import Iterable, Iterator

from restore.article import Edit, readable, visible
from restore.notes import dollars, one_line, plural
from restore.reports.reported import Account, Reported, Summary

_ACTING = re.compile(r"[\\`*_\[\]<>&|~@$#]")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;", "#": "&#35;"}
"""Of `@` and `#`, as a backslash does not keep GitHub from linking `@name` and `#12`."""
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_LINE_START = re.compile(r"^(?:(\d+)(?=[.)])|(?=[-+=:]))", re.MULTILINE)
_SINGLE_BREAK = re.compile(r"(?<=[^\n])\n(?=[^\n])")


def render(summary: Summary, articles: Iterable[Reported]) -> Iterator[str]:
    """Yield the document: a summary, a table of the articles, and each with its edits in place."""
    yield f"# {_line(summary.title)}\n\n"
    yield from (f"- {_line(line)}\n" for line in summarise(summary))
    yield "\n| article | status | words | edits | remarks |\n|---|---|--:|--:|--:|\n"
    for listed in summary.contents:
        counts = f"{listed.words:,} | {listed.edits:,} | {listed.problems:,}"
        yield f"| {_line(listed.locator)} | {listed.status} | {counts} |\n"
    for reported in articles:
        yield from _render_article(reported)


def summarise(summary: Summary) -> Iterator[str]:
    """Yield what is said above the articles, a plain line each."""
    counts = ", ".join(f"{count:,} {status}" for status, count in summary.tally().items())
    words = plural(sum(listed.words for listed in summary.contents), "word")
    edits = plural(sum(listed.edits for listed in summary.contents), "edit")
    yield f"{plural(len(summary.contents), 'article')}: {counts}; {edits} in {words}"
    yield from (f"{name.replace('_', ' ')}: {value}" for name, value in summary.about.items())
    if summary.account:
        yield describe(summary.account)


def describe(account: Account) -> str:
    """Say in a line what calls, tokens and money something took."""
    tokens = plural(account.input_tokens + account.output_tokens, "token")
    price = "unpriced" if account.cost_usd is None else dollars(account.cost_usd)
    return f"{plural(account.calls, 'call')}, {account.cached:,} from cache, {tokens}, {price}"


def _render_article(reported: Reported) -> Iterator[str]:
    yield f"\n## {_line(reported.article.locator)}\n\n"
    facts = reported.facts
    words, edits = plural(reported.words, "word"), plural(len(reported.edits), "edit")
    kept = f"{plural(len(facts.kept), 'fact')} kept"
    yield f"{reported.status}: {words}, {edits}, {kept}\n"
    lists = {
        "": [one_line(problem) for problem in reported.problems],
        "missing: ": [f"{fact.kind} {one_line(fact.text)}" for fact in facts.missing],
        "added: ": [f"{fact.kind} {one_line(fact.text)}" for fact in facts.added],
    }
    for label, texts in lists.items():
        yield from (f"\n- {label}{_line(text)}\n" for text in texts)
    if reported.article.source.strip():
        yield f"\n{_mark_edits(reported.article.source, reported.edits)}\n"


def _mark_edits(source: str, edits: Iterable[Edit]) -> str:
    out: list[str] = []
    at = 0
    for edit in edits:
        out.append(_escape(readable(source[at : edit.start])))
        out += [f"<{tag}>{_line(text)}</{tag}>" for tag, text in _sides(edit) if text]
        at = edit.stop
    out.append(_escape(readable(source[at:])))
    text = _LINE_START.sub(lambda found: f"{found[1] or ''}\\", _INDENT.sub("", "".join(out)))
    return _SINGLE_BREAK.sub("  \n", text.strip("\n"))


def _sides(edit: Edit) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("del", edit.before), ("ins", edit.after)


def _line(text: str) -> str:
    """Return text on one line, escaped."""
    return _escape(visible(" ".join(text.splitlines())))


def _escape(text: str) -> str:
    return _ACTING.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), text)

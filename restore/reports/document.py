"""A report as one JSON document, for programs. Fields are only ever added."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from restore.article import Fact
from restore.reports.edits import as_dict
from restore.reports.reported import Account, Reported, Summary

SCHEMA = "restore.report/1"


def render(summary: Summary, articles: Iterable[Reported]) -> Iterator[str]:
    """Yield the document article by article, each on one line."""
    head: dict[str, Any] = {"schema": SCHEMA, **summary.about, "outcomes": summary.tally()}
    head["words"] = sum(listed.words for listed in summary.contents)
    head["edits"] = sum(listed.edits for listed in summary.contents)
    head |= _account(summary.account)
    yield _dump(head)[:-1] + ', "articles": ['
    between = "\n"
    for reported in articles:
        yield between + _dump(_article(reported))
        between = ",\n"
    yield "\n]}\n"


# The JSON edge: what json.dumps takes cannot be typed more narrowly than Any.
def _article(reported: Reported) -> dict[str, Any]:
    article, facts = reported.article, reported.facts
    edits = [as_dict(edit) for edit in reported.edits]
    for edit in edits:
        if edit["id"] in reported.decisions:
            edit["decision"] = reported.decisions[edit["id"]]
    return {
        "id": article.id,
        "locator": article.locator,
        "status": reported.status,
        "words": reported.words,
        "problems": list(reported.problems),
        "facts": {
            "kept": len(facts.kept),
            "missing": [_fact(fact) for fact in facts.missing],
            "added": [_fact(fact) for fact in facts.added],
        },
        **_account(reported.account),
        "edits": edits,
        "source": article.source,
        "restored": reported.restored,
    }


def _account(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {
        "calls": account.calls,
        "cached": account.cached,
        "input_tokens": account.input_tokens,
        "output_tokens": account.output_tokens,
        "cost_usd": None if account.cost_usd is None else str(account.cost_usd),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"kind": fact.kind, "text": fact.text}


def _dump(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)

"""Outcomes as JSON, for programs. Fields are only ever added; the schema id says which exist."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from restore.article import Fact, Verdict
from restore.reports.edits import as_dict
from restore.runs import Outcome

SCHEMA = "restore.outcomes/1"


def render(outcomes: Sequence[Outcome], *, about: Mapping[str, object]) -> str:
    """Return one JSON document: `about` the run, then every article with edits and verdicts."""
    document = {"schema": SCHEMA, **about, "articles": [_outcome(o) for o in outcomes]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def render_line(outcome: Outcome, *, about: Mapping[str, object]) -> str:
    """Return one line of JSON lines: an article, with all that `about` says of its run."""
    return json.dumps({"schema": SCHEMA, **about, **_outcome(outcome)}, ensure_ascii=False) + "\n"


# The JSON edge: what json.dumps takes cannot be typed more narrowly than Any.
def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.article.id,
        "locator": outcome.article.locator,
        "status": outcome.status,
        "restored": outcome.restored,
        "edits": [as_dict(edit) for edit in outcome.edits],
        "verdicts": [_verdict(verdict) for verdict in outcome.verdicts],
        "problems": list(outcome.problems),
        "prompts": [{"id": name, "sha256": digest} for name, digest in outcome.prompts],
        "served_models": list(outcome.served),
        "calls": outcome.calls,
        "cached": outcome.cached,
        "input_tokens": outcome.usage.input_tokens,
        "output_tokens": outcome.usage.output_tokens,
        "cost_usd": None if outcome.cost_usd is None else str(outcome.cost_usd),
        "error": outcome.error.message if outcome.error else None,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "ok": verdict.ok,
        "kept": len(verdict.kept),
        "missing": [_fact(fact) for fact in verdict.missing],
        "added": [_fact(fact) for fact in verdict.added],
        "problems": list(verdict.problems),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {"kind": fact.kind, "text": fact.text, "start": fact.start}

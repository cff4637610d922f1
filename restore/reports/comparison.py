"""What became of a text against its original, as JSON and in words."""

import json
from collections.abc import Mapping
from typing import Any

from restore.article import Fact, Problem
from restore.paragraphs import Comparison, Paragraph

SCHEMA = "restore.comparison/1"

PROBLEMS: Mapping[Problem, str] = {
    "truncated": "stops before the original does",
    "refused": "a refusal or an apology",
    "empty": "nothing answers to it",
    "numbering": "wrongly numbered",
    "leaked": "words of an instruction or a preamble",
    "omitted": "sentences are missing",
    "inserted": "sentences that the original lacks",
    "length": "out of proportion",
    "repeated": "goes round in circles",
    "language": "another language",
}
"""What each problem means of a paragraph."""


def render(comparison: Comparison, *, original: str, restored: str) -> str:
    """Return one JSON document; `original` and `restored` say where the texts came from."""
    document = {
        "schema": SCHEMA,
        "original": original,
        "restored": restored,
        "ok": comparison.ok,
        "kept": comparison.kept,
        "missing": comparison.missing,
        "added": comparison.added,
        "problems": comparison.problems,
        "paragraphs": [_paragraph(paragraph) for paragraph in comparison.paragraphs],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


# The JSON edge: what json.dumps takes cannot be typed more narrowly than Any.
def _paragraph(paragraph: Paragraph) -> dict[str, Any]:
    verdict = paragraph.verdict
    return {
        "original_line": paragraph.original_line + 1 if paragraph.original else None,
        "restored_line": paragraph.restored_line + 1 if paragraph.restored else None,
        "ok": verdict.ok,
        "kept": [_fact(f, paragraph.line_of_missing(f)) for f in verdict.kept],
        "missing": [_fact(f, paragraph.line_of_missing(f)) for f in verdict.missing],
        "added": [_fact(f, paragraph.line_of_added(f)) for f in verdict.added],
        "problems": list(verdict.problems),
    }


def _fact(fact: Fact, line: int) -> dict[str, Any]:
    return {"kind": fact.kind, "text": fact.text, "line": line + 1}

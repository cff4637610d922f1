"""What the scanner found, for people and programs: JSON, SARIF 2.1.0, GitHub annotations.

SARIF: OASIS standard, docs.oasis-open.org/sarif/sarif/v2.1.0. GitHub: workflow commands, where a
property's value escapes `%`, line ends, `:` and `,`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from restore import __version__
from restore.article import Article, visible
from restore.offline import Suspect

SCHEMA = "restore.suspects/1"
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULE = "spun-phrase"


@dataclass(frozen=True, slots=True)
class Scan:
    """One scanned article."""

    article: Article
    suspects: tuple[Suspect, ...]
    score: float
    """Spun places per 100 words, estimated."""


def render_json(scans: Sequence[Scan]) -> str:
    """Return one JSON document."""
    articles = [
        {
            "id": scan.article.id,
            "locator": scan.article.locator,
            "spin_score": round(scan.score, 2),
            "suspects": [_as_dict(scan.article, suspect) for suspect in scan.suspects],
        }
        for scan in scans
    ]
    return _dump({"schema": SCHEMA, "articles": articles})


def render_sarif(scans: Sequence[Scan]) -> str:
    """Return a SARIF log with one run, for code-scanning tools and editors."""
    rule = {"id": _RULE, "shortDescription": {"text": "A phrase that an article spinner wrote"}}
    driver = {"name": "restore", "version": __version__, "rules": [rule]}
    results = [_sarif_result(scan.article, s) for scan in scans for s in scan.suspects]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return _dump({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def render_github(scans: Sequence[Scan]) -> str:
    """Return one workflow command a suspect, which GitHub shows beside the line."""
    return "".join(line for scan in scans for line in _github_lines(scan))


SCAN_REPORTS: Mapping[str, Callable[[Sequence[Scan]], str]] = {
    "json": render_json,
    "sarif": render_sarif,
    "github": render_github,
}


def _github_lines(scan: Scan) -> Iterator[str]:
    for suspect in scan.suspects:
        line, column = scan.article.place(suspect.start)
        file = _escape(scan.article.locator).replace(":", "%3A").replace(",", "%2C")
        yield f"::warning file={file},line={line},col={column}::{_escape(describe(suspect))}\n"


def describe(suspect: Suspect) -> str:
    """Say in one line what a suspect is taken for."""
    text = visible(" ".join(suspect.text.split()))
    return f"'{text}' looks spun; likely '{suspect.likely}' ({suspect.probability:.0%})"


def _as_dict(article: Article, suspect: Suspect) -> dict[str, Any]:
    line, column = article.place(suspect.start)
    return {
        "start": suspect.start,
        "stop": suspect.stop,
        "line": line,
        "column": column,
        "text": suspect.text,
        "likely": suspect.likely,
        "probability": round(suspect.probability, 4),
    }


def _sarif_result(article: Article, suspect: Suspect) -> dict[str, Any]:
    line, column = article.place(suspect.start)
    region = {"startLine": line, "startColumn": column, "charOffset": suspect.start}
    region["charLength"] = suspect.stop - suspect.start
    return {
        "ruleId": _RULE,
        "level": "warning",
        "message": {"text": describe(suspect)},
        "rank": round(100 * suspect.probability, 1),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(article.locator.replace("\\", "/"))},
                    "region": region,
                }
            }
        ],
    }


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _dump(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"

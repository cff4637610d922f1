"""What a report tells of a run: from its record, or from its outcomes where it leaves none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from restore.article import Article, Edit, Verdict
from restore.budget import Receipt
from restore.reports.reported import About, Account, Listed, Reported, Summary, compare
from restore.runs import HAVE_EDITS, Outcome, Row
from restore.runs.history import Run
from restore.runs.manifest import Manifest
from restore.runs.results import read_results
from restore.runs.totals import sum_up

Contents = tuple[Summary, Iterator[Reported]]
"""What a report is rendered from. Articles are made when they are asked for."""

_TITLE = "Restored articles"


def from_record(run: Run) -> Contents:
    """Return what a record tells of a run, however often it was resumed.

    Raises:
        UsageProblem: the record is damaged.
    """
    results = read_results(run)
    totals = run.manifest.totals or sum_up(run.folder)
    cost = totals["cost_usd"]
    account = Account(
        calls=int(str(totals["calls"])),
        cached=sum(row.cached for row in results.rows),
        input_tokens=int(str(totals["input_tokens"])),
        output_tokens=int(str(totals["output_tokens"])),
        cost_usd=None if cost is None else Decimal(str(cost)),
    )
    summary = Summary(_TITLE, _list(results.rows), _describe(run.manifest), account)
    return summary, _report(results.rows, results.texts)


def from_outcomes(
    rows: Sequence[Row], outcomes: Mapping[int, Outcome], receipt: Receipt, about: About
) -> Contents:
    """Return what a run's outcomes tell; `outcomes` go by the articles' indices."""
    account = Account(
        calls=receipt.calls,
        cached=sum(row.cached for row in rows),
        input_tokens=receipt.usage.input_tokens,
        output_tokens=receipt.usage.output_tokens,
        cost_usd=receipt.cost_usd,
    )
    return Summary(_TITLE, _list(rows), about, account), _report(rows, _texts(rows, outcomes))


def _texts(
    rows: Sequence[Row], outcomes: Mapping[int, Outcome]
) -> Iterator[tuple[Article, tuple[Edit, ...]]]:
    for row in rows:
        outcome = outcomes.get(row.index)
        if outcome is None:
            yield Article(row.locator, "", "utf-8", b"", ()), ()
        else:
            yield outcome.article, tuple(sorted(outcome.edits, key=lambda edit: edit.start))


def _report(
    rows: Sequence[Row], texts: Iterable[tuple[Article, tuple[Edit, ...]]]
) -> Iterator[Reported]:
    for row, (article, edits) in zip(rows, texts, strict=True):
        usage = row.usage
        yield Reported(
            article,
            edits,
            row.status,
            compare(article, edits) if row.status in HAVE_EDITS else Verdict(),
            _explain(row),
            Account(row.calls, row.cached, usage.input_tokens, usage.output_tokens, row.cost_usd),
        )


def _list(rows: Sequence[Row]) -> list[Listed]:
    return [
        Listed(row.locator, row.status, row.words, row.edits, len(_explain(row))) for row in rows
    ]


def _explain(row: Row) -> tuple[str, ...]:
    return (*row.problems, *([row.error.message] if row.error else []))


def _describe(manifest: Manifest) -> About:
    """Return what the header says of a run."""
    model = manifest.settings.get("model", {}).get("value") if manifest.endpoint else None
    about: dict[str, str | int | None] = {
        "run": manifest.id,
        "version": manifest.version,
        "engine": "openai" if manifest.endpoint else "offline",
        "model": None if model is None else str(model),
        "prompt": ", ".join(name for name, _ in manifest.prompts) or None,
        "started": manifest.started,
        "ended": manifest.ended,
        "exit_code": manifest.exit_code,
    }
    return {name: value for name, value in about.items() if value is not None}

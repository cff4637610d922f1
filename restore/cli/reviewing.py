"""What `restore review` does once its options are known."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from restore import config as settings
from restore import notes, screen
from restore.article import Edit
from restore.cli import reporting
from restore.cli.wiring import find_glossary
from restore.errors import UsageProblem
from restore.review import filters
from restore.review import plain as plain_review
from restore.review.decisions import ACCEPTED, REJECTED, Decision, Key, groups
from restore.review.filters import Filter
from restore.review.store import Store, open_review
from restore.review.writing import write_files
from restore.runs.history import Run, records_root
from restore.runs.reviewable import Recorded, load, select


@dataclass(frozen=True, slots=True)
class Rules:
    """Expressions that say which edits are accepted, rejected, or looked at."""

    accept: Sequence[str]
    reject: Sequence[str]
    shown: str


def review(
    target: str | None,
    rules: Rules,
    *,
    report: Path | None,
    glossary: str | None,
    write: bool,
    force: bool,
    plain: bool,
) -> int:
    """Review a run, or one article of it; return the exit code.

    Raises:
        UsageProblem: there is no such run, a rule is malformed, or no way to ask.
    """
    by_rule = [(filters.parse(rule), REJECTED) for rule in rules.reject]
    by_rule += [(filters.parse(rule), ACCEPTED) for rule in rules.accept]
    shown = filters.parse(rules.shown)
    asks = not by_rule and not write and report is None
    planned = reporting.plan(report, force=force, quiet=False)
    selected = select(records_root(Path.cwd()), target)
    if asks and not plain:
        _check_terminal()
    articles = [load(selected.run, done) for done in selected.done if done.edits]
    kept_in = find_glossary(settings.load({"glossary": glossary}))
    store = open_review(selected.run.folder)
    try:
        for rule, decision in by_rule:
            _decide(_edits(articles, shown), store, rule, decision)
        if asks and plain:
            _ask(list(_edits(articles, shown)), store, kept_in)
        elif asks:
            _show(selected.run, articles, store, glossary=kept_in, force=force)
        refused = _write(articles, store, force=force) if write else 0
        _sum_up(articles, store)
        if planned is not None:
            _report(planned, selected.run, articles, store)
    finally:
        store.close()
    return 3 if refused else 0


@dataclass(frozen=True, slots=True)
class _Found:
    """One edit that is looked at."""

    recorded: Recorded
    edit: Edit
    keys: Sequence[Key]
    """What is decided with it, itself first."""


def _edits(articles: Iterable[Recorded], shown: Filter) -> Iterator[_Found]:
    for one in articles:
        keys = groups(one)
        for edit in one.edits:
            if shown(one, edit):
                yield _Found(one, edit, keys[edit.id])


def _decide(edits: Iterable[_Found], store: Store, rule: Filter, decision: Decision) -> None:
    """Decide in one step on all undecided edits that a rule holds of."""
    meant = [found.keys for found in edits if rule(found.recorded, found.edit)]
    keys = [key for group in meant for key in group if store.review.of(key) is None]
    if store.review.decide((key, decision) for key in keys):
        store.save()


def _ask(edits: Sequence[_Found], store: Store, glossary: Path) -> None:
    questions = [
        plain_review.Question(one.recorded, one.edit, one.keys, number, len(edits))
        for number, one in enumerate(edits, start=1)
    ]
    plain_review.Dialogue(questions, store, glossary, ask=input, out=sys.stdout).run()


def _show(
    run: Run, articles: Sequence[Recorded], store: Store, *, glossary: Path, force: bool
) -> None:
    from restore.review.app import ReviewApp  # noqa: PLC0415  # 0.3 s, for a screen alone

    app = ReviewApp(run.folder.name, articles, store, glossary=glossary, force=force)
    app.run()
    if app.return_code:  # a bug, whose traceback is on the screen by now
        sys.exit(70)


def _write(articles: Sequence[Recorded], store: Store, *, force: bool) -> int:
    """Write the files, say which, and return how many were left alone."""
    result = write_files(articles, store, force=force)
    for path in result.written:
        notes.say(sys.stdout, str(path))
    for error in result.refused:
        screen.draw_error(screen.make_console(sys.stderr), error)
    notes.say(
        sys.stderr,
        f"{notes.plural(len(result.written), 'file')} written, {result.same:,} as decided already"
        + (f", {len(result.refused):,} left alone" if result.refused else ""),
    )
    return len(result.refused)


def _report(report: reporting.Report, run: Run, articles: Iterable[Recorded], store: Store) -> None:
    from restore.reports.articles import Told  # noqa: PLC0415  # only where it is asked for

    told = []
    for one in articles:
        decisions = {e.id: store.review.of((one.index, e.id)) for e in one.edits}
        choices = {name: decision.choice for name, decision in decisions.items() if decision}
        worded = {name: d.after for name, d in decisions.items() if d and d.choice == "changed"}
        edits = tuple(replace(e, after=worded.get(e.id, e.after)) for e in one.edits)
        told.append(Told(one.article, edits, one.status, one.problems, choices))
    report.write_articles("Reviewed articles", told, {"run": run.folder.name})


def _sum_up(articles: Iterable[Recorded], store: Store) -> None:
    keys = [(one.index, edit.id) for one in articles for edit in one.edits]
    decided = [decision.choice for key in keys if (decision := store.review.of(key))]
    counts = ", ".join(f"{n:,} {choice}" for choice, n in sorted(Counter(decided).items()))
    left = len(keys) - len(decided)
    notes.say(
        sys.stderr,
        f"{notes.plural(len(keys), 'edit')}: {counts or 'none decided'}, "
        f"{left:,} left, which stand as they are",
    )


def _check_terminal() -> None:
    if os.environ.get("TERM") == "dumb" or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageProblem(
            "a full screen needs a terminal",
            hint="pass --plain to be asked in lines, or rules: --reject 'kind=grammar' --apply",
        )

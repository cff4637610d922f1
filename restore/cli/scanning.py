"""What `restore scan` does once its options are known."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from restore import config as settings
from restore import offline, screen
from restore.article import Article
from restore.cli import wiring
from restore.cli.remarks import say_encoding, say_mojibake
from restore.cli.scan import ScanFormat
from restore.documents import SUFFIXES
from restore.documents.files import find_inputs, read
from restore.errors import RestoreError, UnreadableArticle, UsageProblem
from restore.reports.suspects import SCAN_REPORTS, Scan


def scan_paths(
    paths: Sequence[str],
    *,
    format: ScanFormat,
    fail_above: float | None,
    flags: Mapping[str, object],
    config_file: Path | None,
) -> int:
    """Scan the articles that `paths` name, print what was found, return the exit code."""
    config = settings.load(flags, config_file=config_file, trust_project=True)
    if fail_above is not None and not fail_above >= 0:
        raise UsageProblem(
            f"--fail-above must be a number from 0 on, not {fail_above:g}",
            hint="the spin score is an estimate of spun places per 100 words; 3 is a good start",
        )
    scans: list[Scan] = []
    errors: list[RestoreError] = []
    inputs = find_inputs(paths, suffixes=SUFFIXES)
    wiring.announce_stdin(inputs)
    for item in inputs:
        try:
            for article in read(item, wiring.reading(config)):
                say_encoding(article, encoding=config.encoding)
                say_mojibake(article)
                scans.append(_scan(article))
        except UnreadableArticle as exc:
            errors.append(exc)
    _print(scans, format)
    for error in errors:
        screen.draw_error(screen.make_console(sys.stderr), error)
    if errors:
        return 3 if scans else 2
    return int(fail_above is not None and any(scan.score > fail_above for scan in scans))


def _scan(article: Article) -> Scan:
    findings = offline.scan(article)
    return Scan(article, findings.suspects, findings.score)


def _print(scans: Sequence[Scan], format: ScanFormat) -> None:
    if format != "text":
        text = SCAN_REPORTS[format](scans)
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
        return
    console = screen.make_console()
    for scan in scans:
        screen.draw_scan(console, scan)

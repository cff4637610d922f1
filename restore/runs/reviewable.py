"""What a record keeps of an article, as it was restored: for diffs and reviews afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from restore.article import Article, Edit
from restore.documents import extracting, read_bytes
from restore.documents.reading import Fields, Reading, suffix_of
from restore.errors import UsageProblem
from restore.runs.history import Run, find_run, list_runs
from restore.runs.outcome import HAVE_EDITS
from restore.runs.reading import Done, read_inputs, read_outcomes, read_source


@dataclass(frozen=True, slots=True)
class Recorded:
    """One article of a run, with its text before and what was done to it."""

    index: int
    """Place among the run's inputs, from 0."""
    article: Article
    edits: tuple[Edit, ...]
    """In order of place."""
    status: str
    problems: tuple[str, ...]
    output: Path | None
    """The file that the run wrote, absolute."""
    output_sha256: str | None


@dataclass(frozen=True, slots=True)
class Selected:
    """A run, and those of its articles that are meant."""

    run: Run
    done: Sequence[Done]
    """In order of the inputs; the articles that were read and not given up."""


def select(root: Path, target: str | None) -> Selected:
    """Return what `target` means: a run by its id or how that begins, a file, or the newest run.

    A file is an article or its output, of the newest run that did it.

    Args:
        root: folder of the records.
        target: run or file; None for the newest run.

    Raises:
        UsageProblem: no run is called so and none did such a file.
    """
    if target is not None and Path(target).exists():
        return _select_file(root, Path(target))
    run = find_run(root, target)
    return Selected(run, read_finished(run))


def load(run: Run, done: Done) -> Recorded:
    """Read an article as it was when it was restored.

    Raises:
        UsageProblem: the record has lost it.
    """
    raw = read_source(run.folder, done)
    reading = recorded_reading(run)
    suffix = reading.suffix or suffix_of(Path(done.locator))
    if reading.extract and suffix in extracting.PAGES:  # what was extracted is what was kept
        reading = Reading("utf-8", extracting.WRITTEN_AS)
    article = next(read_bytes(raw, done.locator, suffix=suffix, reading=reading))
    return Recorded(
        done.index,
        article,
        tuple(sorted(done.edits, key=lambda edit: edit.start)),
        done.status,
        done.problems,
        None if done.output is None else Path(done.output),
        done.output_sha256,
    )


def _select_file(root: Path, file: Path) -> Selected:
    wanted = str(file.absolute().resolve())
    for run in list_runs(root):
        here = Path(run.manifest.working_directory)
        by_input = {
            index: str((here / item.path).resolve())
            for index, item in read_inputs(run.folder)
            if item.path is not None
        }
        for done in read_finished(run):
            output = done.output and str(Path(done.output).resolve())
            if wanted in (output, by_input.get(done.index)):
                return Selected(run, (done,))
    raise UsageProblem(
        f"no recorded run restored '{file}'", hint="'restore runs list' says which runs there are"
    )


def read_finished(run: Run) -> tuple[Done, ...]:
    """Return what became of a run's articles that were read and not given up, in their order."""
    found: Mapping[int, Done] = read_outcomes(run.folder)
    return tuple(found[index] for index in sorted(found) if found[index].status in HAVE_EDITS)


def recorded_reading(run: Run) -> Reading:
    """Return how a run read its articles."""

    def told(name: str) -> str | None:
        value = run.manifest.settings.get(name, {}).get("value")
        return value if isinstance(value, str) else None

    fields = Fields(told("field") or Fields().body, told("id_field"), told("title_field"))
    extract = run.manifest.settings.get("extract", {}).get("value") is True
    return Reading(told("encoding"), told("input_format"), fields, extract)

"""What `restore eval` does once its options are known."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from restore import baseline, notes, pipeline, screen
from restore import config as settings
from restore.article import Article
from restore.baseline import Comparison
from restore.cli import wiring
from restore.cli.score import EvalFormat
from restore.config import Config
from restore.documents import read_bytes
from restore.errors import UsageProblem
from restore.evaluate import Passage, load_gold, read_gold
from restore.evaluations import Evaluation, evaluate, sum_up
from restore.questions import ModelPath
from restore.reports import evaluations as report
from restore.review.gold import find_reviewed
from restore.runs import Outcome, check_folder, check_free, write_bytes
from restore.runs.history import records_root
from restore.screen import evaluations as drawings
from restore.stopping import Stop


@dataclass(frozen=True, slots=True)
class LineUp:
    """Which systems are scored side by side."""

    engines: Sequence[str]
    prompts: Sequence[str]
    """Each with every engine that asks a model."""
    others: Sequence[str]
    """`SETTING=VALUE[,…]`, by which further systems differ from the first."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """Where the scores are stored, and what they are held against."""

    bless: Path | None
    against: Path | None


@dataclass(frozen=True, slots=True)
class Gold:
    """Where the passages come from: a file, or what was reviewed in this project."""

    path: Path | None
    from_reviews: bool
    written_to: Path | None

    def load(self) -> tuple[Passage, ...]:
        """Read the passages, and write those of reviews where that is wanted.

        Raises:
            UsageProblem: there are none, or it is not clear which.
        """
        if not self.from_reviews:
            if self.path is None or self.written_to is not None:
                hint = "name a gold file, or pass --from-reviews (and --write-gold FILE)"
                raise UsageProblem("it is not said which passages are scored", hint=hint)
            return load_gold(self.path)
        if self.path is not None:
            raise UsageProblem("a gold file and --from-reviews", hint="pass one of them")
        return self._from_reviews()

    def _from_reviews(self) -> tuple[Passage, ...]:
        lines, undecided = find_reviewed(records_root(Path.cwd()))
        if undecided:
            left = notes.plural(undecided, "article")
            notes.say(sys.stderr, f"{left} left out: not every edit was decided")
        if not lines:
            raise UsageProblem(
                "no article was reviewed to its end", hint="decide on its edits: restore review"
            )
        if self.written_to is not None:
            check_free(self.written_to)
            write_bytes(self.written_to, "".join(f"{line}\n" for line in lines.values()).encode())
        return read_gold(lines.values(), "reviews")


def evaluate_systems(
    gold: Gold,
    *,
    flags: Mapping[str, object],
    line_up: LineUp,
    only: Sequence[str],
    baselines: Baselines,
    format: EvalFormat,
    config_file: Path | None,
    trust_project: bool,
) -> int:
    """Score one system, or several side by side, print the figures, return the exit code.

    Raises:
        UsageProblem: the gold, a baseline or a setting is wrong; nothing was started.
    """
    passages = _select(gold.load(), only)
    blessed = baseline.load(baselines.against) if baselines.against else ()
    if blessed:
        baseline.check_common(blessed, passages)
    if baselines.bless:
        baseline.check_replaceable(baselines.bless)
        check_folder(baselines.bless.parent)

    def load(system: Mapping[str, object]) -> Config:
        return settings.load(system, config_file=config_file, trust_project=trust_project)

    evaluations = [_evaluate(n, passages, c) for n, c in _configure(flags, line_up, load).items()]
    comparisons = [baseline.compare(e, blessed) for e in evaluations] if blessed else []
    if format == "json":
        sys.stdout.write(report.render(evaluations, comparisons))
    else:
        _draw(evaluations, comparisons)
    if baselines.bless:
        baseline.store(baselines.bless, evaluations)
    return int(any(comparison.worse for comparison in comparisons))


def _select(passages: Sequence[Passage], only: Sequence[str]) -> Sequence[Passage]:
    if not only:
        return passages
    found = [p for p in passages if any(fnmatchcase(p.id, pattern) for pattern in only)]
    if not found:
        raise UsageProblem(
            f"no passage is called like '{', '.join(only)}'",
            hint=f"the first is '{passages[0].id}'; * stands for any characters",
        )
    return found


def _configure(
    flags: Mapping[str, object], line_up: LineUp, load: Callable[[Mapping[str, object]], Config]
) -> dict[str, Config]:
    """Return each system's settings by its name; the offline engine stands once for all prompts."""
    systems: list[dict[str, object]] = [
        {**flags, "engine": engine, "prompt": prompt}
        for engine in line_up.engines or (None,)
        for prompt in line_up.prompts or (None,)
    ]
    configs = [load(system) for system in systems]
    others = {text: load({**systems[0], **_overrides(text)}) for text in line_up.others}
    return {_name(config): config for config in configs} | others


def _draw(evaluations: Sequence[Evaluation], comparisons: Sequence[Comparison]) -> None:
    console = screen.make_console()
    drawings.draw_evaluations(console, evaluations)
    for comparison in comparisons:
        drawings.draw_against(console, comparison)


def _overrides(text: str) -> dict[str, object]:
    """Read `threshold=0.7,engine=offline`; the values are checked with the other settings."""
    found: dict[str, object] = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or name not in {setting.name for setting in settings.SETTINGS}:
            raise UsageProblem(
                f"--compare: '{part}' is not SETTING=VALUE",
                hint="for example --compare threshold=0.7, or --compare prompt=restore@1",
            )
        found[name] = value.strip()
    return found


def _name(config: Config) -> str:
    if config.chosen_engine == "offline":
        return f"offline, threshold {config.threshold:g}"
    return f"{config.model}, {config.prompt}"


def _evaluate(name: str, passages: Sequence[Passage], config: Config) -> Evaluation:
    articles = [_article(passage) for passage in passages]
    path = wiring.model_path(config, cache="use", stop=Stop())
    outcomes = _restore(articles, config, path)
    found = evaluate(name, passages, [outcome.restored for outcome in outcomes])
    found = replace(found, account=sum_up(outcomes))
    return replace(found, prompt=path.prompt.id, digest=path.prompt.digest) if path else found


def _article(passage: Passage) -> Article:
    return next(read_bytes(passage.text.encode("utf-8"), passage.id, suffix=".txt"))


def _restore(articles: Sequence[Article], config: Config, path: ModelPath | None) -> list[Outcome]:
    if path is None:
        return [pipeline.restore_offline(a, threshold=config.threshold) for a in articles]

    async def run() -> list[Outcome]:
        async def one(numbered: tuple[int, Article]) -> tuple[int, Outcome]:
            return numbered[0], await pipeline.restore_with_model(numbered[1], path)

        work = pipeline.work_through(enumerate(articles), one, at_once=config.concurrency)
        try:
            return [outcome for _, outcome in sorted([done async for done in work], key=_first)]
        finally:
            await path.caller.close()

    outcomes = asyncio.run(run())
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return outcomes


def _first(numbered: tuple[int, Outcome]) -> int:
    return numbered[0]

"""What `restore eval` does once its options are known."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from restore import config as settings
from restore import evaluate, pipeline, screen
from restore.article import Article
from restore.cli import wiring
from restore.cli.score import EvalFormat
from restore.config import Config
from restore.documents import read_bytes
from restore.errors import UsageProblem
from restore.evaluate import FIGURES, Evaluation, Passage
from restore.runs import Outcome


def evaluate_systems(
    gold: Path,
    *,
    flags: Mapping[str, object],
    others: Sequence[str],
    format: EvalFormat,
    config_file: Path | None,
    trust_project: bool,
) -> int:
    """Score one system, or several side by side, and print the figures.

    Raises:
        UsageProblem: the gold or a setting is wrong; nothing was started.
    """
    passages = evaluate.load_gold(gold)
    systems = [flags, *({**flags, **_overrides(text)} for text in others)]
    configs = [
        settings.load(system, config_file=config_file, trust_project=trust_project)
        for system in systems
    ]
    names = [_name(configs[0]), *others]
    evaluations = [_evaluate(n, passages, c) for n, c in zip(names, configs, strict=True)]
    if format == "json":
        sys.stdout.write(_as_json(evaluations))
    else:
        screen.draw_evaluations(screen.make_console(), evaluations)
    return 0


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
    outcomes = _restore(articles, config)
    restored = [outcome.restored for outcome in outcomes]
    return evaluate.evaluate(name, passages, restored)


def _article(passage: Passage) -> Article:
    return next(read_bytes(passage.text.encode("utf-8"), passage.id, suffix=".txt"))


def _restore(articles: Sequence[Article], config: Config) -> list[Outcome]:
    path = wiring.model_path(config, cache="use")
    if path is None:
        return [pipeline.restore_offline(a, threshold=config.threshold) for a in articles]

    async def run() -> list[Outcome]:
        try:
            return await pipeline.restore_articles(
                articles,
                lambda article: pipeline.restore_with_model(article, path),
                at_once=config.concurrency,
            )
        finally:
            await path.caller.close()

    outcomes = asyncio.run(run())
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return outcomes


def _as_json(evaluations: Sequence[Evaluation]) -> str:
    first = evaluations[0]
    systems: list[dict[str, Any]] = []
    for evaluation in evaluations:
        totals = {kind: _figures(evaluation, kind) for kind in ("spun", "clean")}
        passages = {
            p.id: asdict(s) for p, s in zip(evaluation.passages, evaluation.scores, strict=True)
        }
        differences = {} if evaluation is first else _differences(first, evaluation)
        systems.append(
            {"name": evaluation.name, **totals, "differences": differences, "passages": passages}
        )
    return json.dumps({"schema": "restore.eval/1", "systems": systems}, indent=2) + "\n"


def _figures(evaluation: Evaluation, kind: str) -> dict[str, float]:
    score = evaluation.total(kind)
    counts = {"spans": score.spans, "kept": score.kept, "protected": score.protected}
    return counts | {name: figure(score) for name, figure in FIGURES.items()}


def _differences(first: Evaluation, other: Evaluation) -> dict[str, list[float]]:
    return {
        name: list(evaluate.difference_interval(first.paired(other), figure))
        for name, figure in FIGURES.items()
    }

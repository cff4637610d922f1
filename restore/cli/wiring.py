"""Build what a run through a model needs, from the configuration."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from restore import glossary, notes, prompts
from restore.budget import Budget
from restore.cache import Cache, NoCache
from restore.caller import CachePolicy, Caller
from restore.config import Config, find_project_file
from restore.documents.files import Input
from restore.documents.reading import Fields, Reading
from restore.engines.openai import OPENAI_URL, OpenAIEngine
from restore.errors import UsageProblem
from restore.glossary import NO_RULES, Rules
from restore.limiter import Limiter
from restore.prices import Price, find_price
from restore.prompts import Prompt
from restore.questions import ModelPath
from restore.stopping import Stop

_REPAIR = "repair@1"
"""The prompt that asks again for what a reply got wrong."""
_OTHER_FILES = 32
"""Open beside the connections: streams, the cache's database, an output, lookups of a host name."""


def model_path(
    config: Config,
    *,
    cache: CachePolicy,
    stop: Stop,
    known: Mapping[str, str] | None = None,
    rules: Rules = NO_RULES,
) -> ModelPath | None:
    """Return the way through the model, or None where the offline engine restores.

    Raises:
        UsageProblem: the engine needs a key, there is no such prompt, or a cap on the cost and
            no known price.
    """
    if config.chosen_engine == "offline":
        if config.origins["prompt"].source == "flag":
            _load_prompt(config)  # an unknown one is a mistake, even where nothing reads it
        return None
    check_key(config)
    prompt = _load_prompt(config)
    budget = Budget(
        partial(_find_price, config), max_cost=config.max_cost, max_minutes=config.max_minutes
    )
    _check_priced(budget, config)
    engine = OpenAIEngine(
        api_key=config.api_key,
        base_url=config.base_url,
        timeout_s=config.timeout_s,
        tier=config.tier,
    )
    store = NoCache() if cache == "off" else open_cache(config)
    caller = Caller(
        engine,
        store,
        Limiter(_calls_at_once(config), rpm=config.rpm, tpm=config.tpm),
        attempts=config.attempts,
        policy=cache,
        stop=stop,
        known=known,
        budget=budget,
    )
    params = {} if config.temperature is None else {"temperature": config.temperature}
    repair = prompts.load(_REPAIR, folder=_prompts_folder(config))
    return ModelPath(caller, prompt, repair, config.model, params, config.chunk_words, rules)


def find_rules(config: Config) -> Rules:
    """Return the user's own rules: those of the file that is set, or of the project's.

    Raises:
        UsageProblem: the file that is set is not there, or one is malformed.
    """
    path = find_glossary(config)
    return glossary.read(path) if config.glossary or path.exists() else NO_RULES


def find_glossary(config: Config) -> Path:
    """Return the file of the user's own rules, which need not exist."""
    if config.glossary:
        return Path(config.glossary).expanduser()
    project = find_project_file(Path.cwd())
    return (project.parent if project else Path.cwd()) / glossary.FILE


def check_key(config: Config) -> None:
    """Refuse to call an endpoint that cannot be meant.

    Raises:
        UsageProblem: there is neither a key nor the address of a server that needs none.
    """
    if not config.api_key and not config.base_url:
        raise UsageProblem(
            "engine 'openai' needs a key",
            hint="set OPENAI_API_KEY, pass --base-url for a server that needs none, "
            "or --engine offline",
        )


def open_cache(config: Config) -> Cache:
    """Open the cache of replies."""
    return Cache(_folder(config), warn=_warn)


def _find_price(config: Config) -> Price | None:
    """Look up what the model costs; listed prices do not hold for a tier that is dearer."""
    if config.tier == "priority" and config.model not in config.prices:
        return None
    return find_price(config.model, config.base_url or OPENAI_URL, config.prices)


def _check_priced(budget: Budget, config: Config) -> None:
    if config.max_cost is not None and budget.price is None:
        raise UsageProblem(
            f"--max-cost needs a price, and nobody knows one for '{config.model}' at "
            f"'{config.base_url or OPENAI_URL}'",
            hint=f'add [prices."{config.model}"] with input, cached_input and output (USD per '
            "million tokens) to restore.toml",
        )


def reading(config: Config) -> Reading:
    """Return how articles are to be read."""
    fields = Fields(config.field, config.id_field, config.title_field)
    return Reading(config.encoding, config.input_format, fields, config.extract)


def announce_stdin(inputs: Sequence[Input]) -> None:
    """Say why nothing happens where stdin is a keyboard."""
    if any(item.path is None for item in inputs) and sys.stdin.isatty():
        notes.say(sys.stderr, "reading from the terminal; Ctrl-D ends the article")


def _load_prompt(config: Config) -> Prompt:
    prompt = prompts.load(config.prompt, folder=_prompts_folder(config))
    if prompt.form != "tagged":
        raise UsageProblem(
            f"'{config.prompt}' is no prompt that restores", hint="name one of restore@…"
        )
    return prompt


def _prompts_folder(config: Config) -> Path | None:
    return Path(config.prompts).expanduser() if config.prompts else None


def _folder(config: Config) -> Path:
    if config.cache_dir:
        return Path(config.cache_dir).expanduser()
    from platformdirs import user_cache_path  # noqa: PLC0415  # only where nothing is set

    return user_cache_path("restore")


def _calls_at_once(config: Config) -> int:
    """Return the concurrency that is set, or less where the process may not open as many files.

    Without files to spare not even a module can be loaded or an output be written.
    """
    try:
        import resource  # noqa: PLC0415  # not on Windows, which has no such limit
    except ImportError:
        return config.concurrency
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most == resource.RLIM_INFINITY or config.concurrency <= most - _OTHER_FILES:
        return config.concurrency
    fitting = max(1, most - _OTHER_FILES)
    _warn(f"at most {fitting} calls at once, as 'ulimit -n' allows {most} open files")
    return fitting


def _warn(message: str) -> None:
    notes.say(sys.stderr, f"warning: {message}")

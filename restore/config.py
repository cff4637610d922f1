"""Settings: what they are called, where they come from, which source wins, and what they may be.

Precedence: flag > environment > `.env` > `restore.toml` found upward from the working directory >
`$XDG_CONFIG_HOME/restore/config.toml` > built-in.
"""

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from restore import price_table
from restore.errors import UsageProblem
from restore.values import codec, key, one_of, printable, real, suffix, switch, text, url, whole

Value = str | int | float | bool | Decimal | None
Source = Literal["flag", "environment", ".env", "project", "user", "built-in"]

EngineChoice = Literal["auto", "openai", "offline"]
FailOn = Literal["failed", "partial", "changed", "never"]
DiffStyle = Literal["inline", "side", "unified", "none"]
"""How a diff is drawn: in the flow of the text, before beside after, as a patch, not at all."""
Tier = Literal["auto", "default", "flex", "priority"]

CAREFUL_THRESHOLD = 0.9
"""What `--careful` asks of an offline edit: 0.1 false ones per 1,000 words of clean text."""
PROJECT_FILE = "restore.toml"
_PROJECT_SOURCES: tuple[Source, ...] = (".env", "project")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from."""

    source: Source
    where: str
    """The flag, the variable, or the file and its key, as a person would look for it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set."""

    name: str
    """The key in TOML; the flag is the same with hyphens."""
    env: str | None
    """The environment variable, or None where only flags and files make sense."""
    parse: Callable[[object], Value]
    """Check and convert a raw value; raises ValueError saying what would be right."""
    default: Value
    help: str
    secret: bool = False
    """Secrets are read from the environment and `.env` alone and never shown."""


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting with the value that won. `origins` says where each came from."""

    api_key: str | None
    base_url: str | None
    engine: EngineChoice
    model: str
    prompt: str
    prompts: str | None
    """A folder of the user's own prompts, which shadow the built-in ones."""
    glossary: str | None
    """A file of the user's own rules; None: the project's `glossary.toml`, if there is one."""
    temperature: float | None
    concurrency: int
    rpm: int | None
    tpm: int | None
    tier: Tier | None
    timeout_s: float
    attempts: int
    chunk_words: int
    threshold: float
    cache_dir: str | None
    fail_on: FailOn
    encoding: str | None
    strip_boilerplate: bool
    """Whether marked blocks are taken out."""
    input_format: str | None
    """A suffix: files are read as if they had it."""
    field: str
    """Of a JSON line, what is restored."""
    id_field: str | None
    title_field: str | None
    repair_text: bool
    extract: bool
    max_cost: Decimal | None
    """USD."""
    max_minutes: float | None
    prices: price_table.Table
    """The user's own, which win over listed ones."""
    origins: Mapping[str, Origin]

    @property
    def chosen_engine(self) -> Literal["openai", "offline"]:
        """What `auto` comes to: openai where a key or a base URL is set, else offline."""
        if self.engine != "auto":
            return self.engine
        return "openai" if self.api_key or self.base_url else "offline"


SETTINGS: tuple[Setting, ...] = (
    Setting("api_key", "OPENAI_API_KEY", key, None, "key for the endpoint", secret=True),
    Setting("base_url", "OPENAI_BASE_URL", url, None, "address of the endpoint, up to /v1"),
    Setting(
        "engine",
        "RESTORE_ENGINE",
        one_of("auto", "openai", "offline"),
        "auto",
        "what restores: auto, openai or offline",
    ),
    Setting("model", "RESTORE_MODEL", printable, "gpt-5-mini", "model to ask for"),
    Setting("prompt", "RESTORE_PROMPT", printable, "restore@3", "prompt and version"),
    Setting("prompts", "RESTORE_PROMPTS", text, None, "folder of your own prompts"),
    Setting(
        "glossary",
        "RESTORE_GLOSSARY",
        text,
        None,
        "file of your own rules; unset takes the project's glossary.toml",
    ),
    Setting(
        "temperature",
        "RESTORE_TEMPERATURE",
        real(0, 2),
        None,
        "sampling temperature 0-2; unset leaves it to the model",
    ),
    Setting("concurrency", "RESTORE_CONCURRENCY", whole(1, 1000), 16, "calls at once, at most"),
    Setting("rpm", "RESTORE_RPM", whole(1, 10**6), None, "calls in any minute, at most"),
    Setting("tpm", "RESTORE_TPM", whole(1, 10**9), None, "tokens in any minute, at most"),
    Setting(
        "tier",
        "RESTORE_TIER",
        one_of("auto", "default", "flex", "priority"),
        None,
        "service tier to ask for; unset asks for none",
    ),
    Setting("timeout_s", "RESTORE_TIMEOUT_S", real(0.1, 3600), 120.0, "seconds a call may take"),
    Setting("attempts", "RESTORE_ATTEMPTS", whole(1, 20), 6, "tries per call, the first included"),
    Setting(
        "chunk_words",
        "RESTORE_CHUNK_WORDS",
        whole(20, 5000),
        1200,
        "words a call carries, about: half to twice as many, at most 4 times",
    ),
    Setting(
        "threshold",
        "RESTORE_THRESHOLD",
        real(0, 1),
        0.35,
        "posterior an offline edit must reach, 0-1",
    ),
    Setting("cache_dir", "RESTORE_CACHE_DIR", text, None, "folder of cached replies"),
    Setting(
        "fail_on",
        "RESTORE_FAIL_ON",
        one_of("failed", "partial", "changed", "never"),
        "partial",
        "what makes exit code 1",
    ),
    Setting("encoding", "RESTORE_ENCODING", codec, None, "encoding of the input; unset detects"),
    Setting(
        "input_format",
        "RESTORE_INPUT_FORMAT",
        suffix,
        None,
        "read files as if they ended so; unset goes by their names",
    ),
    Setting("field", "RESTORE_FIELD", text, "text", "field of a JSON line that is restored"),
    Setting("id_field", "RESTORE_ID_FIELD", text, None, "field that names a JSON line's record"),
    Setting("title_field", "RESTORE_TITLE_FIELD", text, None, "field restored as the heading"),
    Setting(
        "extract",
        "RESTORE_EXTRACT",
        switch,
        False,
        "whether the main text of pages is taken alone, as Markdown: true or false",
    ),
    Setting(
        "repair_text",
        "RESTORE_REPAIR_TEXT",
        switch,
        False,
        "whether garbled text (mojibake) is mended: true or false",
    ),
    Setting(
        "strip_boilerplate",
        "RESTORE_STRIP_BOILERPLATE",
        switch,
        False,
        "take out menus, share buttons and other junk",
    ),
    Setting("max_cost", "RESTORE_MAX_COST", price_table.amount, None, "USD a run may cost"),
    Setting(
        "max_minutes",
        "RESTORE_MAX_MINUTES",
        real(0, 1e5),
        None,
        "minutes after which nothing starts",
    ),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}
_PRICES = "prices"
"""The one table of a settings file."""


def load(
    flags: Mapping[str, object],
    *,
    environ: Mapping[str, str] = os.environ,
    directory: Path | None = None,
    config_file: Path | None = None,
    trust_project: bool = False,
) -> Config:
    """Return the settings in force.

    Args:
        flags: values by setting name, as given on the command line; None means not given.
        environ: the process environment.
        directory: where to look for `.env` and, upward, `restore.toml`; default: working directory.
        config_file: read instead of the `restore.toml` found upward, and trusted as the user's own.
        trust_project: allow a base URL from the project's files to receive a key from elsewhere.

    Raises:
        UsageProblem: an unknown key, a value out of range, an unreadable file, or a base URL of
            the project that would be sent a key from outside the project.
    """
    directory = directory or _working_directory()
    project = None if config_file else find_project_file(directory)
    values: dict[str, Value] = {s.name: s.default for s in SETTINGS}
    origins = {s.name: Origin("built-in", "built-in") for s in SETTINGS}
    layers = (
        _from_toml(config_file or _user_file(environ), "user"),
        _from_toml(project, "project"),
        _from_environment(_read_dotenv(directory, project), ".env"),
        _from_environment(environ, "environment"),
        _from_flags(flags),
    )
    prices: dict[str, Mapping[str, Decimal]] = {}
    for layer in layers:
        for name, (raw, origin) in layer.items():
            if name == _PRICES:
                prices |= (mine := price_table.read(raw, origin.where))
                origins |= {f"{_PRICES}.{model}": origin for model in mine}
                continue
            values[name] = _parse(_BY_NAME[name], raw, origin)
            origins[name] = origin
    # parse() checked the values
    config = Config(**values, prices=prices, origins=origins)  # type: ignore[arg-type]
    if not trust_project:
        _refuse_to_leak_the_key(config)
    return config


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UsageProblem(
            "the working directory is gone", hint="change to a folder that exists"
        ) from None


def find_project_file(directory: Path) -> Path | None:
    """Return the nearest `restore.toml` in `directory` or above it, or None."""
    for folder in (directory, *directory.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder / PROJECT_FILE
    return None


def show(config: Config) -> list[tuple[str, str, str]]:
    """Return (name, value, origin) of each setting, secrets hidden, for people to read."""
    rows = []
    for setting in SETTINGS:
        value: Value = getattr(config, setting.name)
        shown = "(unset)" if value is None else "(set, hidden)" if setting.secret else str(value)
        rows.append((setting.name, shown, config.origins[setting.name].where))
    for model, prices in config.prices.items():
        name = f"{_PRICES}.{model}"
        rows.append((name, price_table.show(prices), config.origins[name].where))
    return rows


_Layer = dict[str, tuple[object, Origin]]


def _parse(setting: Setting, raw: object, origin: Origin) -> Value:
    if setting.parse is url and "@" in str(raw):
        # Name and password would be shown wherever the endpoint is named, and stored in the cache.
        raise UsageProblem(
            f"{origin.where} holds a name or a password, which a URL is no place for",
            hint=f"leave out what stands before the @, and set {_BY_NAME['api_key'].env}",
        )
    try:
        return setting.parse(raw)
    except ValueError as exc:
        shown = "" if setting.secret else f", not {raw!r}"
        default = "unset" if setting.default is None else setting.default
        hint = f"{setting.help}; the default is {default}"
        raise UsageProblem(f"{origin.where} must be {exc}{shown}", hint=hint) from None


def _from_flags(flags: Mapping[str, object]) -> _Layer:
    return {
        name: (value, Origin("flag", f"--{name.replace('_', '-')}"))
        for name, value in flags.items()
        if value is not None
    }


def _from_environment(environ: Mapping[str, str], source: Source) -> _Layer:
    suffix = " in .env" if source == ".env" else ""
    return {
        s.name: (environ[s.env], Origin(source, s.env + suffix))
        for s in SETTINGS
        if s.env and environ.get(s.env)
    }


def _from_toml(path: Path | None, source: Source) -> _Layer:
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        hint = "name a TOML file, or leave --config out"
        raise UsageProblem(f"cannot read '{path}': no such file", hint=hint) from None
    except tomllib.TOMLDecodeError as exc:
        hint = "write one NAME = VALUE a line, texts in double quotes"
        raise UsageProblem(f"cannot read '{path}': {exc}", hint=hint) from exc
    except (OSError, UnicodeDecodeError) as exc:
        raise _unreadable(path, exc) from exc
    for name in (name for name in table if name != _PRICES):
        _check_key(name, path)
    return {name: (raw, Origin(source, f"{path}: {name}")) for name, raw in table.items()}


def _unreadable(path: Path, exc: OSError | UnicodeDecodeError) -> UsageProblem:
    reason = exc.strerror if isinstance(exc, OSError) else f"not UTF-8 at offset {exc.start}"
    hint = "is it a UTF-8 text file that you may read?"
    return UsageProblem(f"cannot read '{path}': {reason}", hint=hint)


def _check_key(name: str, path: Path) -> None:
    setting = _BY_NAME.get(name)
    if setting is None:
        near = difflib.get_close_matches(name, (*_BY_NAME, _PRICES), n=1)
        held = ", ".join((*_BY_NAME, _PRICES))
        hint = f"did you mean '{near[0]}'?" if near else f"it may hold: {held}"
        raise UsageProblem(f"unknown setting '{name}' in '{path}'", hint=hint)
    if setting.secret:
        raise UsageProblem(
            f"'{path}' holds '{name}', which does not belong into a file that gets shared",
            hint=f"set {setting.env} in the environment or in .env",
        )


def _user_file(environ: Mapping[str, str]) -> Path | None:
    base = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "~")).expanduser() / ".config"
    path = Path(base) / "restore" / "config.toml"
    return path if path.is_file() else None


def _read_dotenv(directory: Path, project: Path | None) -> Mapping[str, str]:
    """Read `.env` of the working directory, or else the one beside `restore.toml`."""
    for folder in (directory, project.parent if project else directory):
        if (folder / ".env").is_file():
            from dotenv import dotenv_values  # noqa: PLC0415  # 10 ms, and rarely needed

            try:
                values = dotenv_values(folder / ".env", interpolate=False)
            except (OSError, UnicodeDecodeError) as exc:
                raise _unreadable(folder / ".env", exc) from exc
            return {name: value for name, value in values.items() if value}
    return {}


def _refuse_to_leak_the_key(config: Config) -> None:
    """A cloned repository must not collect keys by naming its own server."""
    if config.base_url is None or config.api_key is None or config.chosen_engine != "openai":
        return
    url, key = config.origins["base_url"], config.origins["api_key"]
    if url.source in _PROJECT_SOURCES and key.source not in _PROJECT_SOURCES:
        raise UsageProblem(
            f"the base URL '{config.base_url}' comes from this project ({url.where}) "
            f"and would be sent the key from your {key.source}",
            hint="pass --trust-project if you trust this folder, or unset OPENAI_API_KEY",
        )

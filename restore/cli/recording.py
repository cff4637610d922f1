"""From the settings of a run to its record, and back when it is resumed."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from restore import __version__
from restore import config as settings
from restore.caller import CachePolicy
from restore.config import Config
from restore.documents.files import Input
from restore.documents.reading import Fields
from restore.engines.openai import OPENAI_URL
from restore.glossary import Rules
from restore.questions import ModelPath
from restore.runs import hold
from restore.runs.history import records_root
from restore.runs.manifest import Manifest
from restore.runs.record import Record

_ANSWERING = (
    "engine", "base_url", "model", "prompt", "prompts", "temperature", "chunk_words", "threshold",
    "encoding", "glossary", "input_format", "field", "id_field", "title_field", "repair_text",
    "extract", "strip_boilerplate",
)  # fmt: skip
"""Settings that change an answer: a run that is resumed keeps them."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where restored texts go: under a folder, over the articles themselves, or to stdout."""

    folder: Path | None
    in_place: bool
    backup: str | None
    """Suffix of a copy of each article that is replaced."""
    force: bool

    @property
    def writes(self) -> bool:
        """Tell whether files are written."""
        return self.in_place or self.folder is not None


@contextmanager
def recording(
    target: Target,
    inputs: Sequence[Input],
    config: Config,
    path: ModelPath | None,
    rules: Rules,
    *,
    cache: CachePolicy,
) -> Iterator[Record | None]:
    """Yield the record of a run that writes files, which alone writes them until the block ends.

    Raises:
        UsageProblem: another run writes there now.
        UnwritableOutput: the record cannot be kept.
    """
    if not target.writes:
        yield None
        return
    root = records_root(Path.cwd())
    with hold(target.folder or root.parent) as tell:
        record = Record.create(
            root, make_manifest(target, config, path, rules, cache=cache), inputs
        )
        tell(record.folder.name)
        try:
            yield record
        finally:
            record.close()


def make_manifest(
    target: Target, config: Config, path: ModelPath | None, rules: Rules, *, cache: CachePolicy
) -> Manifest:
    """Return what a run is asked to do; no secret is in it."""
    return Manifest(
        settings={
            setting.name: {
                "value": getattr(config, setting.name),
                "origin": config.origins[setting.name].where,
            }
            for setting in settings.SETTINGS
            if not setting.secret
        },
        settings_digest=digest_settings(config, path, rules),
        endpoint=(config.base_url or OPENAI_URL) if path else None,
        prompts=[(prompt.id, prompt.digest) for prompt in (path.prompt, path.repair)]
        if path
        else [],
        cache=cache,
        working_directory=os.getcwd(),  # noqa: PTH109  # as the shell has it
        output=None if target.folder is None else str(target.folder.absolute()),
        in_place=target.in_place,
        backup=target.backup,
        force=target.force,
        version=__version__,
    )


def digest_settings(config: Config, path: ModelPath | None, rules: Rules) -> str:
    """Return the SHA-256 of what changes an answer: outputs made with the same need no new run."""
    if path is None:
        answering: dict[str, object] = {"engine": "offline", "threshold": config.threshold}
    else:
        answering = {
            "engine": "openai",
            "endpoint": config.base_url or OPENAI_URL,
            "model": path.model,
            "params": dict(path.params),
            "prompts": [path.prompt.digest, path.repair.digest],
            "chunk_words": path.chunk_words,
        }
    answering["encoding"] = config.encoding
    if config.strip_boilerplate:
        answering["strip_boilerplate"] = True
    fields = (config.input_format, config.field, config.id_field, config.title_field)
    if fields != (None, Fields().body, None, None):
        answering["read"] = fields
    if config.repair_text:
        answering["repair_text"] = True
    if config.extract:
        answering["extract"] = True
    if rules:
        answering["glossary"] = rules.digest
    return hashlib.sha256(json.dumps(answering, sort_keys=True).encode()).hexdigest()


def recorded_flags(manifest: Manifest) -> dict[str, object]:
    """Return the settings that a resumed run takes over, but for its endpoint."""
    return {
        name: manifest.settings[name]["value"]
        for name in _ANSWERING
        if name in manifest.settings and name not in ("engine", "base_url")
    } | {"engine": "openai" if manifest.endpoint else "offline"}

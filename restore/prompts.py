"""Prompts are versions: one immutable file each, loaded, checked and rendered.

A file is TOML front matter between `+++` lines, then a system and a user part as Jinja2. The
article is data between tags whose mark is derived from its text and cannot occur in it.
"""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from restore.article import with_plain_newlines
from restore.chunks import Chunk, Piece
from restore.engines.interface import Message
from restore.errors import UsageProblem
from restore.glossary import NO_RULES, Rule, Rules
from restore.hints import Hint, find_hints
from restore.replies import mark_of

_PACKAGED = Path(__file__).parent / "_prompts"
_CHECKOUT = Path(__file__).parents[1] / "prompts"
_SUMS = "SHA256SUMS"
_PARTS = re.compile(
    r"\A\+\+\+\n(.*?)^\+\+\+\n=== system ===\n(.*?)^=== user ===\n(.*)\Z", re.DOTALL | re.MULTILINE
)
_NAME = re.compile(r"([a-z][a-z0-9-]*)@(\d+)")
_SAMPLE = Chunk(0, (Piece(0, 1, "x"),), "x", 1)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of instructions."""

    id: str
    """Name and version, `restore@1`."""
    description: str
    digest: str
    """SHA-256 of the file, in hexadecimal."""
    system: str
    user: str
    form: str = "tagged"
    """What it asks for: `tagged` pieces, or the `repair` of some."""
    hints: bool = False
    """Whether the user part names what the scanner suspects."""
    glossary: bool = False
    """Whether the user part names the user's own rules."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A piece that was restored wrongly, as a repair is asked for."""

    piece: Piece
    attempt: str
    wrong: tuple[str, ...]
    """What was lost or added, a line each."""


def load(name: str, *, folder: Path | None = None) -> Prompt:
    """Return the prompt called `name` (`restore@1`), from `folder` first, then the built-in ones.

    Raises:
        UsageProblem: there is no such prompt, or its file is malformed.
    """
    return _read(find(name, folder=folder))


def find(name: str, *, folder: Path | None = None) -> Path:
    """Return the file of a prompt, from `folder` first, then the built-in ones.

    Raises:
        UsageProblem: there is no such prompt.
    """
    if folder is not None:
        check_folder(folder)
    match = _NAME.fullmatch(name)
    for root in _roots(folder):
        path = root / match[1] / f"v{match[2]}.md" if match else root
        if path.is_file():
            return path
    known = names(folder)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}"
    raise UsageProblem(f"unknown prompt '{name}'", hint=hint)


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be read.

    Raises:
        UsageProblem: it is none, or shut.
    """
    try:
        next(folder.iterdir(), None)
    except OSError as exc:
        raise UsageProblem(
            f"cannot read the prompts in '{folder}': {exc.strerror}",
            hint="name a folder that holds NAME/v1.md, or leave --prompts out",
        ) from exc


def names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all prompts, sorted."""
    found = {
        f"{path.parent.name}@{path.stem[1:]}"
        for root in _roots(folder)
        for path in root.glob("*/v*.md")
    }
    return tuple(sorted(found))


def changed(root: Path | None = None) -> tuple[str, ...]:
    """Return the files of `root` (default: the built-in prompts) that differ from SHA256SUMS.

    A file without a line there, and a line without its file, differ too.
    """
    root = root or built_in()
    locked = read_sums(root)
    actual = {p.relative_to(root).as_posix(): _digest(p.read_bytes()) for p in root.glob("*/v*.md")}
    both = locked.keys() | actual.keys()
    return tuple(sorted(path for path in both if locked.get(path) != actual.get(path)))


def read_sums(root: Path) -> dict[str, str]:
    """Return the digests of the released files of `root`, by path; none where nothing is released.

    Raises:
        UsageProblem: its SHA256SUMS cannot be read.
    """
    try:
        lines = (root / _SUMS).read_text(encoding="utf-8").splitlines()
        return {path: digest for digest, path in (line.split(maxsplit=1) for line in lines)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as exc:
        hint = "it holds a digest and a path a line, as sha256sum writes them"
        raise UsageProblem(f"cannot read '{root / _SUMS}': {exc}", hint=hint) from exc


def render(prompt: Prompt, chunk: Chunk, rules: Rules = NO_RULES) -> tuple[Message, ...]:
    """Return the messages that ask for a chunk's restoration; the same chunk gives the same.

    The system message depends on the prompt alone, so that providers' prompt caches hit. A prompt
    that wants hints costs a scan of the chunk, about 0.2 s for 1,000 words. Of the user's rules a
    prompt that wants them names those alone that the chunk is about.
    """
    hints = find_hints(chunk) if prompt.hints else ()
    text = "\n".join(piece.text for piece in chunk.pieces)
    return _fill(prompt, chunk, hints, rules.about(text) if prompt.glossary else ())


def render_repair(prompt: Prompt, faults: Sequence[Fault]) -> tuple[Message, ...]:
    """Return the messages that ask for the repair of some pieces; the reply is as to any chunk."""
    values = {
        "mark": mark_of(as_chunk(faults)),
        "faults": [
            {
                "source": with_plain_newlines(fault.piece.text),
                "attempt": with_plain_newlines(fault.attempt),
                "wrong": [" ".join(line.split()) for line in fault.wrong],
            }
            for fault in faults
        ],
    }
    return _messages(prompt, values)


def as_chunk(faults: Sequence[Fault]) -> Chunk:
    """Return the chunk that a repair's reply answers: the wrong pieces; the attempts are context.

    The attempts are in it so that the mark occurs in none of them either.
    """
    pieces = tuple(fault.piece for fault in faults)
    attempts = "\n".join(fault.attempt for fault in faults)
    return Chunk(0, pieces, attempts, sum(len(piece.text.split()) for piece in pieces))


def _roots(folder: Path | None) -> list[Path]:
    return [folder, built_in()] if folder else [built_in()]


def built_in() -> Path:
    """Return the folder of the prompts that come with the program."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def _read(path: Path) -> Prompt:
    try:
        raw = path.read_bytes()
        parts = _PARTS.match(raw.decode("utf-8"))
        head = tomllib.loads(parts[1]) if parts else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise UsageProblem(f"cannot read prompt '{path}': {exc}") from exc
    if parts is None or not isinstance(head.get("id"), str):
        raise UsageProblem(
            f"'{path}' is not a prompt",
            hint="it needs '+++' front matter with an id, '=== system ===' and '=== user ==='",
        )
    prompt = Prompt(
        head["id"],
        str(head.get("description", "")),
        _digest(raw),
        parts[2],
        parts[3],
        form=str(head.get("form", "tagged")),
        hints=head.get("hints") is True,
        glossary=head.get("glossary") is True,
    )
    _try_out(prompt, path)
    return prompt


def _fill(
    prompt: Prompt, chunk: Chunk, hints: Sequence[Hint], rules: Sequence[Rule]
) -> tuple[Message, ...]:
    values: dict[str, object] = {
        "mark": mark_of(chunk),
        "before": with_plain_newlines(chunk.before),
        "pieces": [with_plain_newlines(piece.text) for piece in chunk.pieces],
    }
    if prompt.hints:
        values["hints"] = hints
    if prompt.glossary:
        values["glossary"] = rules
    return _messages(prompt, values)


def _messages(prompt: Prompt, values: Mapping[str, object]) -> tuple[Message, ...]:
    return (
        {"role": "system", "content": _template(prompt.system).render().strip()},
        {"role": "user", "content": _template(prompt.user).render(values).strip()},
    )


def _try_out(prompt: Prompt, path: Path) -> None:
    """Render a sample, so that a template's mistake shows before anything is started."""
    from jinja2 import TemplateError  # noqa: PLC0415

    try:
        if prompt.form == "repair":
            render_repair(prompt, (Fault(_SAMPLE.pieces[0], "x", ("x",)),))
        else:
            _fill(prompt, _SAMPLE, (Hint("x", ("y",)),), (Rule("x", "y"), Rule("z", None)))
    except TemplateError as exc:
        raise UsageProblem(f"cannot fill in prompt '{path}': {exc}") from exc


@cache
def _environment() -> Any:  # jinja2's type, which must not be imported before it is needed
    from jinja2 import StrictUndefined  # noqa: PLC0415  # 40 ms; a cached --help needs none of it
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@cache
def _template(source: str) -> Any:
    return _environment().from_string(source)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()

"""Prompts are versions: one immutable file each, loaded, checked, rendered, and read back.

A file is TOML front matter between `+++` lines, then a system and a user part as Jinja2. The
article is data between tags whose mark is derived from its text and cannot occur in it.
"""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from restore.article import Problem, find_controls
from restore.chunks import Chunk, Piece
from restore.engines.interface import Message
from restore.errors import InvalidReply, UsageProblem

_PACKAGED = Path(__file__).parent / "_prompts"
_CHECKOUT = Path(__file__).parents[1] / "prompts"
_SUMS = "SHA256SUMS"
_PARTS = re.compile(
    r"\A\+\+\+\n(.*?)^\+\+\+\n=== system ===\n(.*?)^=== user ===\n(.*)\Z", re.DOTALL | re.MULTILINE
)
_NAME = re.compile(r"([a-z][a-z0-9-]*)@(\d+)")
_TAG = re.compile(r"<(/?)piece-(\d{1,6})-([0-9a-f]+)>")
_LEAK = re.compile(r"</?(?:piece-\d+|before)-[0-9a-f]+>")
_REFUSAL = re.compile(
    r"\W*(?:i(?:['’]m| am) (?:sorry|unable|not able)|sorry,|i (?:can(?:not|['’]t)|won['’]t)"
    r"|as an ai\b|i apologi[sz]e)",
    re.IGNORECASE,
)
_FEW_WORDS = 12
"""Shorter pieces may change their length more than any bound would allow."""
_SHORTEST, _LONGEST = 0.6, 1.6
"""Words of a restored piece per word of the piece: on labelled passages 0.8-1.2."""

_SHOWN = 12
"""Numbers of a wrongly numbered reply that are named."""

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


def render(prompt: Prompt, chunk: Chunk) -> tuple[Message, ...]:
    """Return the messages that ask for a chunk's restoration; the same chunk gives the same.

    The system message depends on the prompt alone, so that providers' prompt caches hit.
    """
    values = {
        "mark": _mark(chunk),
        "before": _with_plain_newlines(chunk.before),
        "pieces": [_with_plain_newlines(piece.text) for piece in chunk.pieces],
    }
    return (
        {"role": "system", "content": _template(prompt.system).render().strip()},
        {"role": "user", "content": _template(prompt.user).render(values).strip()},
    )


def parse(text: str, chunk: Chunk) -> tuple[str, ...]:
    """Return one restored text per piece of `chunk`, from the reply to its prompt.

    Raises:
        InvalidReply: the reply is no restoration of these pieces, for the problem it names.
    """
    if not text.strip():
        raise InvalidReply("empty", "the reply was empty")
    found = list(_tagged(text, _mark(chunk)))
    if [number for number, _ in found] != list(range(1, len(chunk.pieces) + 1)):
        raise _misnumbered(text, [number for number, _ in found], chunk)
    return tuple(
        _check_piece(piece, restored)
        for piece, (_, restored) in zip(chunk.pieces, found, strict=True)
    )


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
    prompt = Prompt(head["id"], str(head.get("description", "")), _digest(raw), parts[2], parts[3])
    _try_out(prompt, path)
    return prompt


def _try_out(prompt: Prompt, path: Path) -> None:
    """Render a sample, so that a template's mistake shows before anything is started."""
    from jinja2 import TemplateError  # noqa: PLC0415

    try:
        render(prompt, _SAMPLE)
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


def _mark(chunk: Chunk) -> str:
    """Derive a mark from the chunk's text that does not occur in it."""
    text = "\n".join([chunk.before, *(piece.text for piece in chunk.pieces)])
    mark = text
    while mark in text:
        mark = _digest(mark.encode("utf-8", errors="surrogatepass"))[:6]
    return mark


def _tagged(text: str, mark: str) -> Iterator[tuple[int, str]]:
    """Yield number and content of each piece whose tag is opened and closed."""
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        if tag[3] != mark:
            continue
        again = opened is not None and opened[2] == tag[2]
        if not tag[1]:
            opened = opened if again else tag  # what a piece begun twice said first is not dropped
        elif opened is not None and again:
            yield int(tag[2]), text[opened.end() : tag.start()].strip()
            opened = None


def _misnumbered(text: str, numbers: list[int], chunk: Chunk) -> InvalidReply:
    wanted, begun = len(chunk.pieces), f"-{_mark(chunk)}>" in text
    if not numbers and _REFUSAL.match(text):
        return InvalidReply("refused", "the model refused")
    if begun and numbers == list(range(1, len(numbers) + 1)) and len(numbers) < wanted:
        return InvalidReply("truncated", f"the reply held {len(numbers)} of {wanted} pieces")
    shown = ", ".join(map(str, numbers[:_SHOWN])) + (" …" if len(numbers) > _SHOWN else "")
    return InvalidReply("numbering", f"the reply numbered its pieces [{shown}], not 1 to {wanted}")


def _check_piece(piece: Piece, restored: str) -> str:
    restored = _with_plain_newlines(restored)
    problem = _problem(piece.text, restored)
    if problem is not None:
        raise InvalidReply(problem, f"a restored piece was {_SAID[problem]}")
    newline = "\r\n" if "\r\n" in piece.text else "\r" if "\r" in piece.text else "\n"
    return restored.replace("\n", newline) if newline != "\n" else restored


_SAID: dict[Problem, str] = {
    "empty": "empty",
    "leaked": "mixed with the prompt's own tags",
    "refused": "a refusal",
    "inserted": "mixed with control characters",
    "length": "out of proportion to its source",
}


def _problem(source: str, restored: str) -> Problem | None:
    if not restored:
        return "empty"
    if not set(_LEAK.findall(restored)) <= set(_LEAK.findall(source)):
        return "leaked"
    if not find_controls(restored) <= find_controls(source):
        return "inserted"
    if _REFUSAL.match(restored) and not _REFUSAL.match(source):
        return "refused"
    words, before = len(restored.split()), len(source.split())
    if before >= _FEW_WORDS and not _SHORTEST <= words / before <= _LONGEST:
        return "length"
    return None


def _with_plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()

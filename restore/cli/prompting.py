"""What the commands of `restore prompts` do once their options are known."""

import difflib
import sys
from pathlib import Path

from restore import config as settings
from restore import notes, prompts, releases, screen
from restore.article import visible
from restore.chunks import Chunk, Piece
from restore.engines.interface import Message
from restore.errors import UsageProblem

_SAMPLE = (
    "The law implementation office hired 40 people in June.",
    "It was made a decision that the hobby rate of the financial institution stays.",
)


def find_folder(flag: str | None, config_file: Path | None) -> Path | None:
    """Return the user's folder of prompts, if one is set."""
    config = settings.load({"prompts": flag}, config_file=config_file, trust_project=True)
    folder = Path(config.prompts).expanduser() if config.prompts else None
    if folder is not None:
        prompts.check_folder(folder)
    return folder


def list_versions(folder: Path | None) -> None:
    """Print a table of the prompts."""
    screen.draw_prompts(screen.make_console(), releases.list_versions(folder))


def show(name: str, folder: Path | None) -> None:
    """Print the file of a prompt."""
    _print(_read(releases.latest(name, folder=folder), folder))


def show_rendered(name: str, folder: Path | None) -> None:
    """Print the messages that a prompt makes of a sample."""
    prompt = prompts.load(releases.latest(name, folder=folder), folder=folder)
    for message in _render_sample(prompt):
        _print(f"=== {message['role']} ===\n{message['content']}\n")


def _render_sample(prompt: prompts.Prompt) -> tuple[Message, ...]:
    pieces = tuple(Piece(0, len(text), text) for text in _SAMPLE)
    if prompt.form == "repair":
        wrong = ("lost the number '12'",)
        return prompts.render_repair(prompt, [prompts.Fault(p, p.text, wrong) for p in pieces])
    chunk = Chunk(0, pieces, "A heading", sum(len(text.split()) for text in _SAMPLE))
    return prompts.render(prompt, chunk)


def diff(first: str, second: str, folder: Path | None) -> None:
    """Print the unified diff of two prompts' files."""
    one, two = (releases.latest(name, folder=folder) for name in (first, second))
    before, after = (_read(name, folder).splitlines() for name in (one, two))
    for line in difflib.unified_diff(before, after, one, two, lineterm=""):
        _print(f"{line}\n")


def check(folder: Path | None) -> int:
    """Print each fault of the prompts and return the exit code."""
    faults = releases.find_faults(folder)
    for fault in faults:
        notes.say(sys.stderr, f"fault: {fault}")
    count = notes.plural(len(prompts.names(folder)), "prompt")
    notes.say(sys.stdout, f"{count}: {notes.plural(len(faults), 'fault')}")
    return 1 if faults else 0


def _read(name: str, folder: Path | None) -> str:
    path = prompts.find(name, folder=folder)
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageProblem(f"cannot read prompt '{path}': {exc}") from exc


def _print(text: str) -> None:
    """Print a text as it is, but on a terminal without its controls."""
    sys.stdout.write(visible(text) if sys.stdout.isatty() else text)

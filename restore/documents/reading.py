"""How the bytes of a file are to be read."""

from dataclasses import dataclass, field
from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a JSON line are an article."""

    body: str = "text"
    id: str | None = None
    """What records are called in messages; None: by their line."""
    title: str | None = None
    """A field that is restored too, as the heading."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked for; the rest is found out."""

    encoding: str | None = None
    """None: as it is found."""
    suffix: str | None = None
    """Read as a file with this suffix, whatever it is called."""
    fields: Fields = field(default_factory=Fields)
    extract: bool = False
    """Take the main text of a page alone, as Markdown."""


AS_FOUND = Reading()


def suffix_of(path: PurePath) -> str:
    """Return a path's suffix in lower case, with what is packed: `.jsonl.gz`.

    >>> suffix_of(PurePath("a.JSONL.gz")), suffix_of(PurePath("v1.2.txt"))
    ('.jsonl.gz', '.txt')
    """
    suffix = path.suffix.lower()
    return PurePath(path.stem).suffix.lower() + suffix if suffix == ".gz" else suffix

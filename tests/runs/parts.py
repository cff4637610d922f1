"""What the tests of records are made of."""

from pathlib import Path

from restore.article import Article
from restore.documents.files import Input
from restore.runs import Outcome, Status
from restore.runs.manifest import Manifest
from restore.runs.record import Record

MANIFEST = Manifest(
    settings={"engine": {"value": "offline", "origin": "--engine"}},
    settings_digest="digest",
    endpoint=None,
    prompts=[],
    cache="use",
    working_directory="/work",
    output="/out",
    in_place=False,
    backup=None,
    force=False,
    version="1",
)


def outcome(source: str, status: Status = "restored") -> Outcome:
    return Outcome(status, Article("a.txt", source, "utf-8", b"", ()), source, (), ())


def inputs(count: int) -> list[Input]:
    return [Input(Path(f"in/{n}.txt"), Path(f"{n}.txt")) for n in range(count)]


def keep_reply(record: Record, key: str, text: str, *, finish: str = "stop") -> None:
    """Write a line of the journal as a record does, whatever else it says of a reply."""
    record.event("reply", key=key, finish=finish, text=text)


def keep_output(record: Record, index: int, source: str, target: Path, content: bytes) -> None:
    """Write an output, and what a run says of it before and after."""
    done = outcome(source)
    record.writing(index, done.article, target, content)
    target.write_bytes(content)
    record.outcome(index, done, output=target, output_bytes=content)

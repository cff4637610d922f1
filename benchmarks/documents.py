"""Print how fast files are read and written back, beside what one would otherwise take.

Run from the repository: `python -m benchmarks.documents`. The seed is written in each format, so
often that a file has about a megabyte. Ours is reading it, with where each stretch stands, and
writing it with one edit a paragraph; beside it, in turn and in the same run, stands the library
that parses and writes the format without knowing places: lxml, markdown-it-py, json, and for text
decoding and cutting at blank lines. MB/s of one core, the best of the rounds; the ratio is what
holds on another machine.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path

import lxml.html
from markdown_it import MarkdownIt

from restore.article import make_edit
from restore.documents import read_bytes
from restore.documents.rewriting import rewrite

SEED = Path(__file__).resolve().parents[1] / "seeds" / "000_f955d42d19f43a5c.txt"
_BYTES = 1_000_000
_ROUNDS = 3


def main() -> None:
    """Print a line for each format."""
    paragraphs = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
    paragraphs *= _BYTES // sum(map(len, paragraphs)) + 1
    for suffix, write, name, other in _FORMATS:
        raw = write(paragraphs).encode("utf-8")
        ours = _best(lambda raw=raw, suffix=suffix: _ours(raw, suffix))  # type: ignore[misc]
        theirs = _best(lambda raw=raw, other=other: other(raw))  # type: ignore[misc]
        speed = len(raw) / 1e6
        print(
            f"{suffix:<7} restore {speed / ours:6.2f} MB/s; {name} {speed / theirs:6.2f} MB/s "
            f"({ours / theirs:.1f} × its time)"
        )


def _best(call: Callable[[], object]) -> float:
    spent = []
    for _ in range(_ROUNDS):
        begin = time.process_time()
        call()
        spent.append(time.process_time() - begin)
    return min(spent)


def _ours(raw: bytes, suffix: str) -> bytes:
    (article,) = read_bytes(raw, f"a{suffix}", suffix=suffix)
    edits = [
        make_edit("a", block.start, block.start + 1, before=block.text[0], after="X",
                  engine="benchmark", reason="")
        for block in article.prose
    ]  # fmt: skip
    return article.encode(rewrite(article, edits))


def _html(paragraphs: list[str]) -> str:
    body = "\n".join(f"<p class=x>{one} <a href=y>more</a></p>" for one in paragraphs)
    return f"<html><body>\n{body}\n</body></html>\n"


def _jsonl(paragraphs: list[str]) -> str:
    return "".join(f"{json.dumps({'id': n, 'text': one})}\n" for n, one in enumerate(paragraphs))


_FORMATS: tuple[tuple[str, Callable[[list[str]], str], str, Callable[[bytes], object]], ...] = (
    (".txt", "\n\n".join, "decode and split", lambda raw: raw.decode().split("\n\n")),
    (".md", lambda ps: "\n\n".join(f"*{p}* [x](y)" for p in ps), "markdown-it-py",
     lambda raw: MarkdownIt().render(raw.decode())),
    (".html", _html, "lxml",
     lambda raw: lxml.html.tostring(lxml.html.document_fromstring(raw.decode()))),
    (".jsonl", _jsonl, "json",
     lambda raw: [json.dumps(json.loads(line)) for line in raw.decode().splitlines()]),
)  # fmt: skip


if __name__ == "__main__":
    main()

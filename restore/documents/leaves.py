"""Where the blocks of a Markdown file stand, line by line: the owner of markdown-it-py."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from restore.article import BlockKind
from restore.documents.targets import normalize_label

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_NEWLINE = re.compile(r"\r\n|\r|\n")
_FRONT_MATTER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("---", ("---", "...")),
    ("+++", ("+++",)),
    (";;;", (";;;",)),
    ("{", ("}",)),
)
"""What begins the metadata at the top of a file and what ends it: YAML, TOML, JSON."""
_NOTE = re.compile(r"\[\^[^\[\]\s]++\]:[ \t]*+")
_TASK = re.compile(r"\[[ xX]\][ \t]++")
_ABBREVIATION = re.compile(r"\*\[[^\[\]\n]++\]:")
_ESM = re.compile(r"(?:import|export)\b")
_CODE = "raw|highlight|comment|codeblock|code|verbatim|mermaid|math|katex"
_OPENING: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\{{%-?\s*({_CODE})\b"), r"\{{%-?\s*end{}\b"),
    (re.compile(rf"\{{\{{[<%]\s*({_CODE})\b"), r"\{{\{{[<%]\s*/\s*{}\b"),
)
"""Shortcodes that hold code, and what ends them."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A block that holds no other: its lines without indentation, marks and ends."""

    kind: BlockKind | Literal["hidden"]
    """`hidden`: not in the text at all."""
    lines: tuple[tuple[int, int], ...]
    """Ranges of the document."""


_Line = tuple[int, int]


def find_leaves(source: str, *, is_mdx: bool) -> tuple[tuple[Leaf, ...], frozenset[str]]:
    """Return the blocks of a file, in order, and the labels of its link definitions."""
    lines = _split_lines(source)
    texts = [source[start:stop] for start, stop in lines]
    hidden = _count_front_matter(texts)
    state: dict[str, Any] = {}
    tokens = _parser().parse("\n".join([*[""] * hidden, *texts[hidden:]]), state)
    labels = frozenset(map(normalize_label, state.get("references", {})))
    found = (part for leaf in _find(tokens, source, lines) for part in _split_notes(leaf, source))
    leaves = _shield_code(list(found), source)
    return tuple(_shield_esm(leaves, source) if is_mdx else leaves), labels


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  # only Markdown needs it

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["block"])
    return parser


def _split_lines(source: str) -> list[_Line]:
    lines, at = [], 0
    for newline in _NEWLINE.finditer(source):
        lines.append((at, newline.start()))
        at = newline.end()
    return [*lines, (at, len(source))]


def _count_front_matter(texts: Sequence[str]) -> int:
    """Return how many lines of metadata stand at the top; a rule above an empty line is none."""
    first = texts[0].rstrip() if len(texts) > 1 and texts[1].strip() else ""
    ends = next((ends for begin, ends in _FRONT_MATTER if first == begin), ())
    for number, text in enumerate(texts[1:], start=1):
        if text.rstrip() in ends:
            return number + 1
    return 0


def _find(tokens: Sequence["Token"], source: str, lines: Sequence[_Line]) -> Iterator[Leaf]:
    within: list[BlockKind] = []
    heading, in_table = "", False
    for token in tokens:
        name, _, end = token.type.rpartition("_")
        if name in ("list_item", "blockquote"):
            if end == "open":
                within.append("item" if name == "list_item" else "quote")
            else:
                within.pop()
        elif name == "heading":
            heading = token.markup if end == "open" else ""
        elif name == "table":
            in_table = end == "open"
            if token.map:
                yield Leaf("verbatim", tuple(lines[slice(*token.map)]))
        elif token.type == "inline" and not in_table:
            kind: BlockKind = "heading" if heading else within[-1] if within else "paragraph"
            placed = tuple(_place(token, source, lines, heading))
            yield Leaf(kind, _without_box(placed, source) if kind == "item" else placed)
        elif token.type in ("fence", "code_block", "html_block") and token.map:
            yield _leave_alone(token, source, lines)


def _place(token: "Token", source: str, lines: Sequence[_Line], heading: str) -> Iterator[_Line]:
    """Yield where the lines of a token's content stand; without white space around them."""
    first = token.map[0] if token.map else 0
    for number, content in enumerate(token.content.split("\n"), start=first):
        start, stop = lines[number]
        text, wanted = source[start:stop].rstrip(), content.strip()
        if heading.startswith("#"):
            at = text.find("#") + len(heading)
            at += len(text[at:]) - len(text[at:].lstrip())
        else:
            at = len(text) - len(wanted)
        if wanted and at >= 0 and text.startswith(wanted, at):
            yield start + at, start + at + len(wanted)


def _without_box(lines: tuple[_Line, ...], source: str) -> tuple[_Line, ...]:
    """Leave out the box of a task."""
    box = _TASK.match(source, *lines[0]) if lines else None
    return ((box.end(), lines[0][1]), *lines[1:]) if box else lines


def _leave_alone(token: "Token", source: str, lines: Sequence[_Line]) -> Leaf:
    """Return code, without the marks of the items and quotations around it, or HTML."""
    first, last = token.map or (0, 0)
    if token.type == "html_block":
        return Leaf("hidden", tuple(lines[first:last]))
    first += token.type == "fence"
    found = []
    contents = token.content.split("\n")[:-1]
    for content, (start, stop) in zip(contents, lines[first:last], strict=False):
        text = source[start:stop]
        rest = content if text.endswith(content) else content.lstrip()
        if text.endswith(rest):
            found.append((stop - len(rest), stop))
    return Leaf("verbatim", tuple(found))


def _split_notes(leaf: Leaf, source: str) -> Iterator[Leaf]:
    """Yield a paragraph's footnotes by themselves, each without its label."""
    if leaf.kind in ("hidden", "verbatim"):
        yield leaf
        return
    group: list[_Line] = []
    for start, stop in leaf.lines:
        note = _NOTE.match(source, start, stop)
        abbreviation = _ABBREVIATION.match(source, start, stop)
        if note or abbreviation:
            yield replace(leaf, lines=tuple(group))
            group = []
        if not abbreviation:
            group.append((note.end() if note else start, stop))
    yield replace(leaf, lines=tuple(group))


def _shield_code(leaves: Sequence[Leaf], source: str) -> list[Leaf]:
    """Make what stands between the two ends of a formula or of a shortcode verbatim."""
    texts = [source[leaf.lines[0][0] : leaf.lines[-1][1]] if leaf.lines else "" for leaf in leaves]
    shielded, end, absent = list(leaves), -1, set[str]()
    for number, text in enumerate(texts):
        if number <= end or leaves[number].kind in ("hidden", "verbatim"):
            continue
        closing = _find_closing(text)
        if closing is None:
            continue
        end = number
        if closing not in absent:
            pattern = re.compile(closing)
            ends = (n for n in range(number, len(texts)) if pattern.search(texts[n], 0))
            end = next((n for n in ends if n > number or closing != r"\$\$"), number)
            if end == number and not pattern.search(text):
                absent.add(closing)
        for inner in range(number, end + 1):
            if shielded[inner].kind != "hidden":
                shielded[inner] = replace(shielded[inner], kind="verbatim")
    return shielded


def _find_closing(text: str) -> str | None:
    if text.count("$$") % 2:
        return r"\$\$"
    for opening, closing in _OPENING:
        found = opening.search(text)
        if found:
            return closing.format(found[1])
    return None


def _shield_esm(leaves: Sequence[Leaf], source: str) -> Iterator[Leaf]:
    """Hide imports and exports, up to where their brackets close."""
    depth = 0
    for leaf in leaves:
        text = source[leaf.lines[0][0] : leaf.lines[-1][1]] if leaf.lines else ""
        is_code = depth > 0 or any(_ESM.match(source, start) for start, _ in leaf.lines)
        if is_code and (depth or leaf.kind == "paragraph"):
            depth = max(0, depth + sum(map(text.count, "{[(")) - sum(map(text.count, "}])")))
            yield replace(leaf, kind="hidden")
        else:
            yield leaf

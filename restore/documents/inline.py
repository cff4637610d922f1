"""What is markup within one paragraph of Markdown, by place: links, emphasis, code, escapes.

Parsers of Markdown say what a paragraph holds, not where, so it is scanned here, by the rules of
CommonMark 0.31 and GitHub's additions. What some flavours take for markup and others do not
(math, shortcodes, wiki links) is left as it stands, and fixed. Time grows with the length of the
text, whatever it holds.
"""

import html
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from restore.documents.emphasis import Run, find_run, pair
from restore.documents.targets import find_label, find_target, normalize_label

Role = Literal["hidden", "fixed", "decoded"]

_SPECIAL = re.compile(r"[\\`<&!\[\]*_~${:@]|https?://|ftp://|www\.")
_SIGN = re.compile(r"[!-/:-@\[-`{-~]")
_BACKTICKS = re.compile(r"`+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+|[^\s<>@]{1,64}@[\w.-]++)>")
_TAG = re.compile(
    r"</?+([A-Za-z][A-Za-z0-9.-]*+)"
    r"(?:\s++[A-Za-z_:][\w.:-]*+(?:\s*+=\s*+(?:[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+)*+\s*+/?+"
)
_ENDS: tuple[tuple[str, str], ...] = (
    ("<!--", "-->"),
    ("<![CDATA[", "]]>"),
    ("<?", "?>"),
    ("<!", ">"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("{#", "#}"),
    ("$$", "$$"),
    ("\\(", "\\)"),
)
"""How stretches begin and end that are no text, whatever they hold."""
_CODE_TAGS = frozenset(
    "code kbd samp var tt pre script style svg math textarea button select template".split()
)
_LINE = re.compile(r":{3,}[^\n]*|: |!!! [^\n]*|\\\[[^\n]*\\\](?=\n|\Z)")
"""Fixed at the start of a line: containers, definitions, admonitions, a formula."""
_WIKI = re.compile(r"\[\[[^\[\]\n]*+\]\](?![(\[])|\[\^[^\[\]\s]++\]|\[![A-Za-z]++\]")
"""Wiki links, footnote references, alerts."""
_MATH = re.compile(r"\$(?![\s$])(?:[^$\\]|\\.)*+(?<![\s\\])\$(?!\d)", re.DOTALL)
"""As Pandoc has it, so that prices are none."""
_BRACES = re.compile(r"\{[^{}\n]*+\}")
_EMOJI = re.compile(r":[a-z][a-z0-9_+-]*+:")
_URL = re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\[\]`]*+")
_LOCAL_PART = re.compile(r"[A-Za-z0-9][\w.+-]*\Z")
_HOST = re.compile(r"@[\w-]++(?:\.[\w-]++)++")
_NOT_IN_PARENTHESES = re.compile(r"\([^()\n]*+\)")
_URL_END = "?!.,:;*_~'\"’”)}"


class Tangled(ValueError):
    """A text that takes too long to scan, or that may be code: leave it alone."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch that is not plain text."""

    start: int
    stop: int
    role: Role
    text: str = ""
    """What it stands for: of what is decoded, and of what is hidden, as a line break."""


@dataclass(slots=True)
class _Opener:
    """A bracket that may begin a link."""

    start: int
    is_image: bool
    marks: int
    """How many marks there were before it."""
    runs: int
    has_inner: bool = False
    """Whether another bracket follows it: then what it holds is no label."""


def scan(text: str, *, labels: Collection[str], is_mdx: bool) -> tuple[Mark, ...]:
    """Return what is not plain text in a paragraph, in order, not overlapping.

    Args:
        text: its lines without indentation, between line feeds.
        labels: what links may refer to, normalized.
        is_mdx: whether `<` and `{` begin JSX.

    Raises:
        Tangled: it cannot be told.
    """
    scanner = _Scanner(text, labels, is_mdx=is_mdx)
    marks: list[Mark] = []
    for mark in scanner.scan():
        if mark.start < mark.stop and (not marks or marks[-1].stop <= mark.start):
            marks.append(mark)
    return tuple(marks)


class _Scanner:
    """Goes through a text once; each method takes a place and returns where to go on."""

    def __init__(self, text: str, labels: Collection[str], *, is_mdx: bool) -> None:
        self._text = text
        self._labels = labels
        self._is_mdx = is_mdx
        self._marks: list[Mark] = []
        self._runs: list[Run] = []
        self._openers: list[_Opener] = []
        self._inactive = 0
        """How many openers, from the first, may not begin a link, as they would hold one."""
        self._absent: set[str] = set()
        """Ends of which there are none from here on."""
        self._effort = 32 * len(text) + 10_000
        """Characters that may yet be looked at in vain."""
        self._backticks: Mapping[int, list[int]] | None = None

    def scan(self) -> list[Mark]:
        """Return what was found, by place; a later one may lie in an earlier one."""
        at = 0
        while match := _SPECIAL.search(self._text, at):
            at = self._take(match.start())
        self._emphasize(0)
        return sorted(self._marks, key=lambda mark: mark.start)

    def _take(self, at: int) -> int:
        if at == 0 or self._text[at - 1] == "\n":
            line = _LINE.match(self._text, at)
            if line:
                return self._mark(at, line.end(), "fixed")
        return _TAKERS.get(self._text[at], _Scanner.url)(self, at)

    def _mark(self, start: int, stop: int, role: Role, text: str = "") -> int:
        self._marks.append(Mark(start, stop, role, text))
        return stop

    def _spend(self, characters: int) -> None:
        self._effort -= characters
        if self._effort < 0:
            raise Tangled

    def _find(self, end: str, at: int) -> int:
        """Return where an end stands, or -1; looks for one that is not there only once."""
        found = -1 if end in self._absent else self._text.find(end, at)
        if found < 0:
            self._absent.add(end)
        return found

    def _fix_whole(self, at: int, role: Role) -> int | None:
        """Take a stretch that reaches to its own end, whatever it holds."""
        for begin, end in _ENDS:
            if self._text.startswith(begin, at):
                if begin == "<!" and not self._text[at + 2 : at + 3].isalpha():
                    return None
                # "<!-->" is a comment too
                skip = 2 if begin == "<!--" else len(begin)
                found = self._find(end, at + skip)
                return self._mark(at, found + len(end), role) if found >= 0 else None
        return None

    def escape(self, at: int) -> int:
        """Take an escape or a hard break."""
        whole = self._fix_whole(at, "fixed")
        if whole is not None:
            return whole
        following = self._text[at + 1 : at + 2]
        if following == "\n":
            return self._mark(at, at + 1, "hidden")
        if _SIGN.match(following):
            return self._mark(at, at + 2, "decoded", following)
        return at + 1

    def code(self, at: int) -> int:
        """Take a code span."""
        if self._backticks is None:
            self._backticks = _find_backticks(self._text)
        stop = at + len(_BACKTICKS.match(self._text, at)[0])  # type: ignore[index]  # stands there
        ends = self._backticks.get(stop - at, [])
        while ends and ends[-1] < stop:
            ends.pop()
        if not ends:
            return self._mark(at, stop, "fixed")
        self._mark(at, stop, "hidden")
        self._mark(stop, ends[-1], "fixed")
        return self._mark(ends[-1], ends[-1] + stop - at, "hidden")

    def angle(self, at: int) -> int:
        """Take an autolink, a tag or a comment."""
        autolink = _AUTOLINK.match(self._text, at)
        if autolink:
            self._mark(at, at + 1, "hidden")
            self._mark(at + 1, autolink.end() - 1, "fixed")
            return self._mark(autolink.end() - 1, autolink.end(), "hidden")
        whole = self._fix_whole(at, "hidden")
        return self._tag(at) if whole is None else whole

    def _tag(self, at: int) -> int:
        tag = _TAG.match(self._text, at)
        stop = tag.end() if tag else at + 1
        if tag is None or not self._text.startswith(">", stop):
            if self._is_mdx:
                raise Tangled
            self._spend(stop - at)
            return self._mark(at, at + 1, "fixed")
        name = tag[1].lower()
        self._mark(at, stop + 1, "hidden", "\n" if name == "br" else "")
        if name in _CODE_TAGS and self._text[at + 1] != "/" and self._text[stop - 1] != "/":
            return self._code_in_tags(name, stop + 1)
        return stop + 1

    def _code_in_tags(self, name: str, at: int) -> int:
        found = None
        if f"</{name}" not in self._absent:
            found = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self._text, at)
        if found is None:
            self._absent.add(f"</{name}")
            return at
        return self._mark(at, found.start(), "fixed")

    def entity(self, at: int) -> int:
        """Take an entity."""
        match = _ENTITY.match(self._text, at)
        text = html.unescape(match[0]) if match else ""
        if match is None or text == match[0]:
            return at + 1
        if not text.isprintable() and not text.isspace():
            return self._mark(at, match.end(), "fixed")
        return self._mark(at, match.end(), "decoded", text)

    def math(self, at: int) -> int:
        """Take a formula."""
        whole = self._fix_whole(at, "fixed")
        if whole is not None:
            return whole
        match = _MATH.match(self._text, at)
        return self._mark(at, match.end(), "fixed") if match else at + 1

    def braces(self, at: int) -> int:
        """Take a shortcode or attributes."""
        whole = self._fix_whole(at, "fixed")
        if whole is not None:
            return whole
        match = _BRACES.match(self._text, at)
        if match is None and self._is_mdx:
            raise Tangled
        return self._mark(at, match.end(), "fixed") if match else at + 1

    def emoji(self, at: int) -> int:
        """Take the name of an emoji."""
        match = _EMOJI.match(self._text, at)
        return self._mark(at, match.end(), "fixed") if match else at + 1

    def url(self, at: int) -> int:
        """Take an address written out."""
        match = _URL.match(self._text, at)
        if match is None or (at and self._text[at - 1].isalnum()):
            return at + 1
        url = match[0].rstrip(_URL_END)
        if url.count("(") > url.count(")") and self._text.startswith(")", at + len(url)):
            url += ")"
        return self._mark(at, at + len(url), "fixed") if url else at + 1

    def address(self, at: int) -> int:
        """Take an address of mail."""
        host = _HOST.match(self._text, at)
        local = _LOCAL_PART.search(self._text[max(0, at - 64) : at]) if host else None
        if host is None or local is None:
            return at + 1
        return self._mark(at - len(local[0]), host.end(), "fixed")

    def emphasis(self, at: int) -> int:
        """Note a run that may be emphasis."""
        run = find_run(self._text, at)
        self._runs.append(run)
        return at + run.length

    def _emphasize(self, first: int) -> None:
        """Find the emphasis among the runs from `first` on, and be done with them."""
        for start, stop in pair(self._runs[first:]):
            self._mark(start, stop, "hidden")
        del self._runs[first:]

    def bang(self, at: int) -> int:
        """Take what may begin an image."""
        if self._text.startswith("![", at):
            return self._open(at, at + 2, is_image=True)
        return at + 1

    def bracket(self, at: int) -> int:
        """Take what may begin a link."""
        match = _WIKI.match(self._text, at)
        if match:
            return self._mark(at, match.end(), "fixed")
        return self._open(at, at + 1, is_image=False)

    def _open(self, at: int, stop: int, *, is_image: bool) -> int:
        if self._openers:
            self._openers[-1].has_inner = True
        self._openers.append(_Opener(at, is_image, len(self._marks), len(self._runs)))
        return stop

    def close(self, at: int) -> int:
        """Take what may end a link."""
        if not self._openers:
            return at + 1
        opener = self._openers.pop()
        if self._openers:
            self._openers[-1].has_inner = True
        is_inactive = len(self._openers) < self._inactive and not opener.is_image
        self._inactive = min(self._inactive, len(self._openers))
        if is_inactive:
            return self._no_link(at + 1)
        target = find_target(self._text, at + 1)
        self._spend(target.looked_at)
        if target.stop:
            return self._link(opener, at, target.stop)
        return self._refer(opener, at)

    def _refer(self, opener: _Opener, at: int) -> int:
        """Take a link that refers to a definition, if it does."""
        label = find_label(self._text, at + 1)
        if label and label.text:
            if normalize_label(label.text) in self._labels:
                return self._link(opener, at, label.stop)
            is_last = not self._text.startswith(("[", "("), label.stop)
            return self._mark(at + 1, label.stop, "fixed") if is_last else at + 1
        begin = opener.start + 1 + opener.is_image
        short = not opener.has_inner and at - begin < 1000
        if not short or normalize_label(self._text[begin:at]) not in self._labels:
            return self._no_link(at + 1)
        return self._label(opener, begin, at, label.stop if label else at + 1)

    def _label(self, opener: _Opener, begin: int, at: int, stop: int) -> int:
        """Take a link whose text is its label: another text would refer to nothing."""
        if opener.is_image:
            return self._link(opener, at, stop)
        del self._marks[opener.marks :], self._runs[opener.runs :]
        self._mark(opener.start, begin, "hidden")
        self._mark(begin, at, "fixed")
        self._inactive = len(self._openers)
        return self._mark(at, stop, "hidden")

    def _link(self, opener: _Opener, at: int, stop: int) -> int:
        if opener.is_image:
            del self._marks[opener.marks :], self._runs[opener.runs :]
            return self._mark(opener.start, stop, "hidden")
        self._emphasize(opener.runs)
        self._inactive = len(self._openers)
        self._mark(opener.start, opener.start + 1, "hidden")
        return self._mark(at, stop, "hidden")

    def _no_link(self, at: int) -> int:
        """Go on behind brackets that are none of a link; what looks like its target is fixed."""
        match = _NOT_IN_PARENTHESES.match(self._text, at)
        return self._mark(at, match.end(), "fixed") if match else at


_TAKERS: Mapping[str, Callable[[_Scanner, int], int]] = {
    "\\": _Scanner.escape,
    "`": _Scanner.code,
    "<": _Scanner.angle,
    "&": _Scanner.entity,
    "!": _Scanner.bang,
    "[": _Scanner.bracket,
    "]": _Scanner.close,
    "*": _Scanner.emphasis,
    "_": _Scanner.emphasis,
    "~": _Scanner.emphasis,
    "$": _Scanner.math,
    "{": _Scanner.braces,
    ":": _Scanner.emoji,
    "@": _Scanner.address,
}


def _find_backticks(text: str) -> Mapping[int, list[int]]:
    """Return where runs of backticks begin, by their length, the last first."""
    found: dict[int, list[int]] = {}
    for match in _BACKTICKS.finditer(text):
        found.setdefault(len(match[0]), []).append(match.start())
    for starts in found.values():
        starts.reverse()
    return found

"""Where the tags of an HTML file are, as browsers find them (WHATWG HTML, sections 13.2.5.6 ff.).

The standard library's parser does not serve: of broken pages it takes quadratic time, gives tags
out as text or raises, and differs from one Python to the next. Here nothing is gone over more than
twice, and nothing raises: the quantifiers are possessive.
"""

import re
from dataclasses import dataclass

_SPACE = r"\ \t\n\f\r"
_TAG = rf"""
  (?P<close>/)?+ (?P<name>[a-zA-Z][^{_SPACE}/>]*+)
  (?: [{_SPACE}/]++
    | (?: =[^{_SPACE}/>=]*+ | [^{_SPACE}/>=]++ )       # an attribute, and what is its value
      (?: [{_SPACE}]*+ = [{_SPACE}]*+
          (?: "[^"]*+(?:"|\Z) | '[^']*+(?:'|\Z) | [^{_SPACE}>"'][^{_SPACE}>]*+ )?+ )?+
  )*+
  (?: > | \Z )
"""
_COMMENT = r"!-- (?: -?> | .*? (?: --!?> | \Z ) )"
_PHP = r"\?(?: php | = ) .*? (?: \?> | \Z )"
_BOGUS = r"(?: [!?] | /(?!\Z) ) [^>]*+ (?: > | \Z )"
_CDATA = r"!\[CDATA\[ (?P<cdata>.*?) (?: \]\]> | \Z )"
_INSTRUCTION = r"\? .*? (?: \?> | \Z )"
_DOCTYPE = rf"!DOCTYPE [^\[>]*+ \[ .*? (?: \] [{_SPACE}]*+ > | \Z )"
_FLAGS = re.VERBOSE | re.DOTALL
_HTML = re.compile(rf"< (?: {_TAG} | {_COMMENT} | {_PHP} | {_BOGUS} )", _FLAGS)
_XML = re.compile(
    rf"< (?: {_TAG} | {_COMMENT} | {_CDATA} | {_DOCTYPE} | {_INSTRUCTION} | {_BOGUS} )", _FLAGS
)

RAW = frozenset(
    "iframe noembed noframes noscript plaintext script style textarea title xmp".split()
)
"""Elements whose content is no markup up to their own end tag."""
_SCRIPT = re.compile(r"<!--(?!-?>)|-->|<(/?)script(?=[ \t\n\f\r/>])", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, a comment, a declaration or an instruction."""

    start: int
    stop: int
    name: str = ""
    """In lower case; empty for all that is no tag."""
    closes: bool = False
    is_empty: bool = False
    """Whether it ends with "/>", which HTML takes no notice of but in drawings and formulas."""
    cdata: tuple[int, int] | None = None
    """Where the text of a CDATA section is, which there is in XHTML alone."""


def find_tag(raw: str, at: int, *, xml: bool = False) -> Tag | None:
    """Return the first tag from `at` on; what lies before it is text.

    A tag, quoted value or comment that does not end goes on to the end of the file.
    """
    match = (_XML if xml else _HTML).search(raw, at)
    if not match:
        return None
    start, stop = match.span()
    if match["name"] is None:
        cdata = match.span("cdata") if xml and match["cdata"] is not None else None
        return Tag(start, stop, cdata=cdata)
    is_empty = raw.endswith("/>", start, stop)
    return Tag(start, stop, match["name"].lower(), match["close"] is not None, is_empty)


def find_end(raw: str, at: int, name: str) -> int:
    """Return where the content ends of an element of `RAW` that begins at `at`."""
    if name == "plaintext":
        return len(raw)
    if name == "script":
        return _find_end_of_script(raw, at)
    pattern = re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.ASCII | re.IGNORECASE)
    match = pattern.search(raw, at)
    return match.start() if match else len(raw)


def _find_end_of_script(raw: str, at: int) -> int:
    """Return where a script ends; in a comment in it, another script may begin and end."""
    in_comment = in_script = False
    for match in _SCRIPT.finditer(raw, at):
        if match[0] == "<!--":
            in_comment = True
        elif match[0] == "-->":
            in_comment = in_script = False
        elif not match[1]:
            in_script = in_comment
        elif in_script:
            in_script = False
        else:
            return match.start()
    return len(raw)

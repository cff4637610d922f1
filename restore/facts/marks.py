"""Facts that a mark shows: links, addresses, handles, citations, code, quotation marks."""

import re
from collections.abc import Iterator

from restore.article import Fact

_CODE = re.compile(
    r"""
      ```.*?(?:```|\Z)                                  # a fence
    | `[^`\n]++`                                        # inline code
    | </?[a-z][^<>\n]{0,200}>                           # a tag
    | \$\{[^{}\n]{1,100}\} | \{\{[^{}\n]{1,100}\}\}     # a placeholder
    | (?<![\w-])--[a-z][\w-]*+                          # a command's option
    | (?<![\w.@/#=&?-])[A-Za-z][A-Za-z0-9]*+(?:_\w++|\(\))     # snake_case, call()
    """,
    re.VERBOSE | re.DOTALL,
)

_LINK = re.compile(
    r"""
      (?<!\w)(?:(?:https?|ftp)://|www\.|doi:(?=10\.))[^\s<>"“”\x00]++
    | (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+                     # an e-mail address
    | (?<![\w.-])(?:[a-zA-Z0-9-]++\.)++
      (?:com|org|net|edu|gov|io|info|co\.uk|eu|de|fr|in|us|ai|app|be|ca|ch|dev|nl|tv)\b(?![\w.-]*[A-Za-z(])(?:/[^\s\x00]*+)?
    | (?<![\w@./])@\w++(?:@[\w-]++(?:\.[\w-]++)+)?             # a handle
    | (?<![\w&#/])\#[^\W\d_]\w*+
    | \[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\]                              # [12], [3, 7-9]
    | \[\^[\w-]{1,30}\]                                              # [^1]
    | \([^\W\d_][^()\n\x00]{1,80}?,?\ (?:1[89]|20)\d\d[a-z]?\)        # (Smith et al., 2020)
    """,
    re.VERBOSE,
)

_CODE_SIGN = re.compile(r"[`_<{]|--|\(\)")
_LINK_SIGN = re.compile(r"[@#\[]|//|doi:|\.[a-zA-Z]{2}|\d[a-z]?\)")
"""Without one of these a text holds none: searching for them is far cheaper."""

_TAIL = ".,;:!?'’)]*"
"""Punctuation that ends a sentence rather than a link."""

_QUOTE = re.compile(r"[\"“”„«»\n]")

_OPENS = "“„«"


def find_code(text: str) -> Iterator[Fact]:
    """Find code: it is compared character by character."""
    if not _CODE_SIGN.search(text):
        return
    for match in _CODE.finditer(text):
        yield Fact("code", match.group(), match.group(), match.start())


def find_links(text: str) -> Iterator[Fact]:
    """Find what points elsewhere: URLs, addresses, handles, hashtags, citations."""
    if not _LINK_SIGN.search(text):
        return
    for match in _LINK.finditer(text):
        found = match.group()
        if found[0] == "(" and not _is_citation(found):
            continue
        if found[0] not in "([":
            found = found.rstrip(_TAIL)
        yield Fact("link", found, _link_norm(found), match.start())


def _is_citation(text: str) -> bool:
    # "(Catching Fire 2013)" reads like one, "($147 million in 2013)" does not begin like one.
    return "," in text or " et al" in text or " & " in text


def _link_norm(text: str) -> str:
    if text[0] in "([":
        return re.sub(r"[\s.,]+", " ", text).casefold()
    return text.rstrip("/")


def find_quotes(text: str) -> Iterator[Fact]:
    """Find quotations in double marks, straight or curly.

    The fact is that words are quoted, not which: a spinner spins inside quotation marks too, and
    restoring those words is right. Who said them is a name, found as one. An opening mark without
    a closing one quotes up to the end of its line.
    """
    start = -1
    for match in _QUOTE.finditer(text):
        mark, at = match.group(), match.start()
        if mark == "\n":
            if start >= 0:
                yield Fact("quote", text[start:at], '""', start)
            start = -1
        elif start >= 0:
            yield Fact("quote", text[start : match.end()], '""', start)
            start = -1
        elif mark in _OPENS or (mark == '"' and _may_open(text, at)):
            start = at
    if start >= 0:
        yield Fact("quote", text[start:], '""', start)


def _may_open(text: str, at: int) -> bool:
    # `5.5"` is a length, and `word"` the end of a quotation that began on another line.
    if at + 1 == len(text) or text[at + 1].isspace():
        return False
    return not (at and (text[at - 1].isalnum() or text[at - 1] == "\x00"))

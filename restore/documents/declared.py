"""The encoding that a web page says it is in."""

import codecs
import re

from restore.documents.text import decode
from restore.errors import UnreadableArticle, UsageProblem

_SEARCHED_BYTES = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_DECLARED = re.compile(
    rb"<meta\b[^>]*?\bcharset\s*=\s*[\"']?\s*([\w.:-]+)"
    rb"|^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_READ_AS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "gb2312": "gb18030",
}
"""What browsers take some names for (WHATWG Encoding, section 4.2)."""


def find_encoding(raw: bytes, locator: str) -> str | None:
    """Return the codec of the encoding that a page declares, where it may be true.

    A byte order mark counts for more. So do bytes that are UTF-8 and not ASCII alone: many a page
    that was saved as UTF-8 still declares what it was written in.
    """
    declared = _DECLARED.search(_COMMENT.sub(b"", raw[:_SEARCHED_BYTES]))
    if not declared or raw.startswith(codecs.BOM_UTF8) or _is_utf8(raw):
        return None
    name = (declared[1] or declared[2]).decode("ascii").lower()
    return next((c for c in (_READ_AS.get(name, name), name) if _fits(raw, locator, c)), None)


def _fits(raw: bytes, locator: str, codec: str) -> bool:
    try:
        decode(raw, locator, codec)
    except (UnreadableArticle, UsageProblem):
        return False
    return True


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not raw.isascii()

"""Words put into HTML, kept from becoming markup together with what stands beside them.

Pages have "&" and "<" as they are, and references without a semicolon: after `&#x2019`, a word that
begins with "a" would make another character of both.
"""

import html
import re

_BESIDE = 70
"""Characters on either side that are looked at: more than a reference has."""
_TAG = re.compile(r"<(?:[a-zA-Z!?]|/(?!\Z))")


def keep_apart(raw: str, start: int, stop: int, words: str) -> str:
    """Return escaped words to stand in place of a range of a page, such that they read so.

    Where writing their first character as a reference does not help, what stood there stays.

    >>> keep_apart("don&#x2019t", 10, 11, "ed"), keep_apart("R&D", 2, 3, "deg")
    ('&#101;d', '&#100;eg')
    >>> keep_apart("a < b", 3, 4, ""), keep_apart("R&D", 2, 3, "dev")
    (' ', 'dev')
    """
    before, after = raw[max(0, start - _BESIDE) : start], raw[stop : stop + _BESIDE]
    candidates = (words, f"&#{ord(words[0])};{words[1:]}") if words else ("",)
    fitting = (one for one in candidates if not _join(before, one[:_BESIDE], after))
    return next(fitting, raw[start:stop])


def _join(*parts: str) -> bool:
    """Tell whether stretches of a page say something else together than one by one."""
    whole = "".join(parts)
    return html.unescape(whole) != "".join(map(html.unescape, parts)) or len(
        _TAG.findall(whole)
    ) != sum(len(_TAG.findall(part)) for part in parts)

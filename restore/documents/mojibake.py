"""UTF-8 that was once read in another encoding ("donâ€™t", "cafÃ©"): seen, and mended by ftfy."""

import re

_LATER = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
"""What the bytes 80 to BF are in cp1252 and in Latin-1."""
_GARBLED = re.compile(
    rf"""
      Ã[{_LATER}] | Â[\xa0-\xbf]                # é and £ read in cp1252, once or more often
    | â(?:€[{_LATER}] | \x80[\x80-\xbf] | „¢ | ‚¬)   # ’ “ — … ™ €
    | ðŸ[{_LATER}]                              # emoji
    | ‚Äô | ‚Äú | ‚Äù | ‚Äî | ‚Äì | √©            # the same in Mac OS Roman
    | ΓÇ[ÖÿÖ£¥öôªó] | ├⌐                        # and in cp437
    """,
    re.VERBOSE,
)


def find(text: str) -> str | None:
    """Return the first word with letters that stand for others, or None.

    >>> find("They donâ€™t know."), find("They don’t know the café.")
    ('donâ€™t', None)
    """
    match = _GARBLED.search(text)
    if match is None:
        return None
    before = re.search(r"\S*\Z", text[max(0, match.start() - 30) : match.start()])
    after = re.match(r"\S*", text[match.end() : match.end() + 30])
    return (before.group() if before else "") + match.group() + (after.group() if after else "")

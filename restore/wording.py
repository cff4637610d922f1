"""How words fit where they are put: the capitals of what they replace, "a" or "an" before them."""

import re

_VOWEL_SOUND = re.compile(
    r"(?!eu|ewe|one\b|once|ubiq|uni(?!n|m|d)|ura|uri|us[aeiu]|ut[ei])[aeiou]"
    r"|hour|honest|honou?r|heir"
)
"""Lower-case words after which "an" is said: the spelling, but for "European" and "an hour"."""
_VOWEL_LETTERS = frozenset("AEFHILMNORSX")
"""Letters whose names begin with a vowel: an FBI agent."""


def recase(before: str, after: str) -> str:
    """Give `after` the capitals of `before`; capitals of its own stay.

    >>> recase("Law Implementation", "law enforcement"), recase("Sans", "without")
    ('Law Enforcement', 'Without')
    >>> recase("FRAMEWORK", "system"), recase("joined states", "United States")
    ('SYSTEM', 'United States')
    """
    if len(before) > 1 and before == before.upper() and before != before.lower():
        return after.upper()
    if not before[:1].isupper():
        return after
    words = before.split()
    if len(words) > 1 and all(word[:1].isupper() for word in words):
        return " ".join(word[:1].upper() + word[1:] for word in after.split())
    return after[:1].upper() + after[1:]


def indefinite(word: str) -> str:
    """Return a or an for a word in a dictionary's spelling, in which capitals mean an acronym.

    >>> indefinite("hour"), indefinite("European"), indefinite("FBI")
    ('an', 'a', 'an')
    """
    if len(word) > 1 and word.isupper():
        return "an" if word[0] in _VOWEL_LETTERS else "a"
    return "an" if _VOWEL_SOUND.match(word.lower()) else "a"

"""Quantities: digits and number words, with sign, currency, scale and unit, in one normal form.

`norm` is the plain value, then the unit: "10 million" and "10,000,000" are `10000000`, "$5m" is
`5000000 usd`, "12 percent" is `12 %`, "60 minutes" and "1 hour" are `3600 s`, "3rd" is `#3`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from restore.article import Fact, FactKind
from restore.facts.units import (
    CARDINALS,
    CURRENCIES,
    ORDINALS,
    PARTS,
    SCALE_WORDS,
    SCALES,
    UNITS,
    VULGAR,
    alternatives,
)

_MAX_DIGITS = 300
"""Longer ones are compared as written: Python refuses to convert over 4,300 digits."""

_NEEDS_CARE = ("h", "in")
"""Units that are words or letters too: "5h" and "5 ins" count, "5 H" and "5 in" do not."""
_PLAIN_UNIT = (
    rf"[ -]?(?:{alternatives(unit for unit in UNITS if unit not in _NEEDS_CARE)}"
    r"|(?<=\d)h|in(?=s\b))s?(?![\w/])"
)
_UNIT = _PLAIN_UNIT.replace("(?:", "(?P<unit>", 1)

_DIGITS = re.compile(
    rf"""
    (?P<value>[\d.½¼¾⅓⅔](?:(?<![\w.].)|(?<=\d[x×].)|(?<=[A-Z][$€£¥₹].))
      (?:(?<=\d)\d{{0,2}}(?:,\d{{3}})++(?!\d)(?:\.\d++)?|(?<=\d)\d*+(?:\.\d++)?|(?<=\.)\d++
        |(?<=[½¼¾⅓⅔])))
    (?P<version>(?:\.\d++)+)?
    (?:\ ?(?P<vulgar>[½¼¾⅓⅔])|(?P<over>/[1-9]\d?\b(?!/)))?
    (?:(?P<ordinal>st|nd|rd|th)\b
      |(?:[ -]?(?P<scale>{alternatives(SCALE_WORDS)})\b|(?P<suffix>bn|mn|tn|[kmb])(?!\w))?
       (?:{_UNIT})?)
    (?:(?!\w)|(?=[x×]\d)|(?<=%))
    """,
    re.VERBOSE | re.IGNORECASE,
)

_BEFORE = re.compile(
    r"""(?P<sign>(?<![\w)\]%.,\x00])[-−+±])?
        (?:(?:\b(?:US|AU|CA|NZ|HK|A|C))?(?P<money>[$€£¥₹])\ ?
          |\b(?P<code>USD|EUR|GBP|INR|Rs)\ )?\Z""",
    re.VERBOSE,
)
_BEFORE_WINDOW = 6
"""Characters before the digits that sign and currency take at most."""

_WORD = alternatives([*CARDINALS, *SCALE_WORDS])
_ONE_TO_NINE = alternatives(word for word, value in CARDINALS.items() if 1 <= value <= 9)

_VERBAL = re.compile(
    rf"""
    (?:
      (?P<count>an?|{_ONE_TO_NINE})[ -](?P<part>{alternatives(PARTS)})s?\b(?!-)
    | (?P<ten>{alternatives(w for w, n in CARDINALS.items() if n >= 20)})-
      (?P<ordinal>first|second|{alternatives(ORDINALS)})\b
    | (?P<place>{alternatives(ORDINALS)})\b
    | (?P<words>(?:an?\ (?={alternatives(SCALE_WORDS)}))?(?:{_WORD})\b
        (?:(?:[ -]|(?<=hundred)\ and\ |(?<=thousand)\ and\ )(?:{_WORD})\b)*+)
        (?P<more>\ and\ a\ half\b)?
    | half\ an?\ (?P<scale>{alternatives(SCALE_WORDS)})\b
    | (?P<half>half)\b(?:[ -]an?\b)?
    | (?P<couple>couple)\b
    )(?:{_UNIT})?
    """,
    re.VERBOSE | re.IGNORECASE,
)

_ARTICLES = frozenset(("a", "an", "A", "An"))
_DETERMINERS = frozenset(
    ("the", "this", "each", "every", "per", "The", "This", "Each", "Every", "Per")
)
_NUMERALS = frozenset(
    form
    for word in (*CARDINALS, *ORDINALS, *SCALE_WORDS, "half", "couple")
    for form in (word, word.capitalize(), word.upper())
)
_STARTERS = _NUMERALS | _ARTICLES | _DETERMINERS

_ONE_UNIT = re.compile(rf"(?!\ second\b)(?:{_UNIT})", re.IGNORECASE)
"""What follows an article: "an hour", "the week"; "the second" is none."""

_TOKEN = re.compile(r"[^\W\d_]+")

_JOINER = re.compile(r"\s?(?:[-–—]|\bto|\bor|\band)?\s?$")
_BY_AND = re.compile(r"\b[Bb]etween\s$")


@dataclass(slots=True)
class _Quantity:
    start: int
    stop: int
    value: Fraction | str
    unit: str = ""
    factor: int = 1
    kind: FactKind = "number"


def find_numbers(text: str) -> Iterator[Fact]:
    """Find quantities; a bare year is a date, and "an hour", "one", "half" are vague."""
    found = list(_find_digits(text))
    taken = {at for quantity in found for at in range(quantity.start, quantity.stop)}
    found += (q for q in _find_words(text) if not taken.intersection((q.start, q.stop - 1)))
    found.sort(key=lambda quantity: quantity.start)
    _share_units(text, found)
    for quantity in found:
        written = text[quantity.start : quantity.stop]
        yield Fact(quantity.kind, written, _norm(quantity), quantity.start)


def _norm(quantity: _Quantity) -> str:
    value = quantity.value
    plain = value if isinstance(value, str) else _plain(value * quantity.factor)
    return f"{plain} {quantity.unit}".rstrip()


def _plain(value: Fraction) -> str:
    # Only a divisor made of twos and fives has an end after the point.
    divisor = value.denominator
    for prime in (2, 5):
        while divisor % prime == 0:
            divisor //= prime
    if divisor != 1:
        return str(value)
    if value.denominator == 1:
        return str(value.numerator)
    places = 1
    while (value * 10**places).denominator != 1:
        places += 1
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _share_units(text: str, found: list[_Quantity]) -> None:
    """Give "10" of "10 to 20 km" the unit of its range."""
    for left, right in zip(reversed(found[:-1]), reversed(found), strict=False):
        if left.unit or not right.unit or isinstance(left.value, str):
            continue
        between = text[left.stop : right.start]
        if len(between) > 5 or not between or not _JOINER.match(between):
            continue
        if "and" not in between or _BY_AND.search(text, max(0, left.start - 9), left.start):
            left.unit, left.factor, left.kind = right.unit, right.factor, "number"


def _find_digits(text: str) -> Iterator[_Quantity]:
    for match in _DIGITS.finditer(text):
        start, sign, money = _before(text, match.start())
        stop = match.end()
        if match["version"] or len(match["value"]) > _MAX_DIGITS:
            yield _Quantity(start, stop, text[start:stop])
        elif match["ordinal"]:
            yield _place(start, stop, int(match["value"].replace(",", "").partition(".")[0] or 0))
        else:
            yield _digits(match, start, sign=sign, money=money)


def _place(start: int, stop: int, place: int) -> _Quantity:
    # First and second are traded for "main" and "subsequent": `polarity` knows them as words.
    if place in (1, 2):
        return _Quantity(start, stop, f"order:{('first', 'second')[place - 1]}", kind="direction")
    return _Quantity(start, stop, f"#{place}")


def _before(text: str, at: int) -> tuple[int, str, str]:
    """Return where the quantity with digits at `at` begins, its sign and its currency."""
    match = _BEFORE.search(text, max(0, at - _BEFORE_WINDOW), at)
    if match is None:
        return at, "", ""
    return match.start(), match["sign"] or "", match["money"] or match["code"] or ""


def _digits(match: re.Match[str], start: int, *, sign: str, money: str) -> _Quantity:
    unit = match["unit"] or ""
    scale = (match["scale"] or match["suffix"] or "").lower()
    if match["suffix"] == "m" and not money:
        # "5m" is five metres; "5M" and "$5m" are millions.
        unit, scale = "m", ""
    value = _value(match) * SCALES.get(scale, 1)
    quantity = _Quantity(start, match.end(), -value if sign and sign in "-−" else value)
    _set_unit(quantity, unit)
    if money:
        quantity.unit, quantity.factor = CURRENCIES[money], 1
    if not quantity.unit and _is_year(match.group(), match.end() - start):
        quantity.kind = "date"
    return quantity


def _value(match: re.Match[str]) -> Fraction:
    digits = match["value"].replace(",", "")
    value = VULGAR[digits] if digits in VULGAR else Fraction(digits)
    if match["vulgar"]:
        value += VULGAR[match["vulgar"]]
    if match["over"]:
        value /= int(match["over"][1:])
    return value


def _is_year(digits: str, length: int) -> bool:
    return length == len(digits) == 4 and digits.isdecimal() and 1000 <= int(digits) <= 2100


def _set_unit(quantity: _Quantity, unit: str) -> None:
    quantity.unit, quantity.factor = UNITS.get(unit.lower(), ("", 1))


def _find_words(text: str) -> Iterator[_Quantity]:
    done = 0
    for token in _TOKEN.finditer(text):
        word, start = token.group(), token.start()
        if start < done or word not in _STARTERS:
            continue
        if word not in _DETERMINERS and (match := _VERBAL.match(text, start)):
            quantity = _from_words(match)
            if not match["place"]:
                _set_unit(quantity, match["unit"] or "")
        elif word not in _NUMERALS and (match := _ONE_UNIT.match(text, token.end())):
            quantity = _Quantity(start, match.end(), Fraction(1), kind="vague")
            _set_unit(quantity, match["unit"])
        else:
            continue
        done = quantity.stop
        yield quantity


def _from_words(match: re.Match[str]) -> _Quantity:
    start, stop = match.span()
    if match["part"]:
        value = Fraction(CARDINALS.get(match["count"].lower(), 1), PARTS[match["part"].lower()])
        return _Quantity(start, stop, value, kind="vague" if value == Fraction(1, 2) else "number")
    if match["ten"]:
        last = ({"first": 1, "second": 2} | ORDINALS)[match["ordinal"].lower()]
        return _place(start, stop, CARDINALS[match["ten"].lower()] + last)
    if match["place"]:
        return _place(start, stop, ORDINALS[match["place"].lower()])
    if match["scale"]:
        return _Quantity(start, stop, Fraction(SCALES[match["scale"].lower()], 2))
    if match["words"] and len(match["words"]) > _MAX_DIGITS:
        return _Quantity(start, stop, match["words"].lower())
    value = _count(match["words"].lower()) if match["words"] else Fraction(2)
    if match["half"]:
        value = Fraction(1, 2)
    elif match["more"]:
        value += Fraction(1, 2)
    vague = match["half"] or match["couple"] or value == 1
    return _Quantity(start, stop, value, kind="vague" if vague else "number")


def _count(words: str) -> Fraction:
    total, current = 0, 0
    for word in re.split(r"[ -]", words):
        if word in CARDINALS:
            current += CARDINALS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in SCALES:
            total += max(current, 1) * SCALES[word]
            current = 0
    return Fraction(total + current)

"""What follows a number: units, scales, currencies; and the words that are numbers."""

import re
from collections.abc import Iterable
from fractions import Fraction

UNITS: dict[str, tuple[str, int]] = {
    # Times become seconds, days or months: spinners trade "60 minutes" for "an hour".
    "sec": ("s", 1), "second": ("s", 1), "min": ("s", 60), "minute": ("s", 60),
    "hr": ("s", 3600), "hour": ("s", 3600), "h": ("s", 3600), "ms": ("ms", 1),
    "millisecond": ("ms", 1), "day": ("d", 1), "week": ("d", 7), "wk": ("d", 7),
    "fortnight": ("d", 14), "month": ("mo", 1), "year": ("mo", 12), "yr": ("mo", 12),
    "decade": ("mo", 120), "century": ("mo", 1200), "centurie": ("mo", 1200),
    "%": ("%", 1), "percent": ("%", 1), "per cent": ("%", 1), "pct": ("%", 1),
    "percentage point": ("pp", 1), "basis point": ("bp", 1),
    "dollar": ("usd", 1), "usd": ("usd", 1), "euro": ("eur", 1), "eur": ("eur", 1),
    "gbp": ("pound", 1), "pound": ("pound", 1), "yen": ("yen", 1), "yuan": ("yuan", 1),
    "rupee": ("inr", 1), "cent": ("cent", 1), "bitcoin": ("btc", 1),
    "km": ("km", 1), "kilometer": ("km", 1), "kilometre": ("km", 1), "m": ("m", 1),
    "meter": ("m", 1), "metre": ("m", 1), "cm": ("cm", 1), "centimeter": ("cm", 1),
    "centimetre": ("cm", 1), "mm": ("mm", 1), "millimeter": ("mm", 1), "millimetre": ("mm", 1),
    "mile": ("mile", 1), "foot": ("ft", 1), "feet": ("ft", 1), "ft": ("ft", 1),
    "inch": ("inch", 1), "in": ("inch", 1), "inche": ("inch", 1), "yard": ("yard", 1),
    "acre": ("acre", 1),
    "hectare": ("hectare", 1), "kg": ("kg", 1), "kilo": ("kg", 1), "kilogram": ("kg", 1),
    "g": ("g", 1), "gram": ("g", 1), "mg": ("mg", 1), "milligram": ("mg", 1),
    "lb": ("pound", 1), "oz": ("oz", 1), "ounce": ("oz", 1), "ton": ("ton", 1),
    "tonne": ("tonne", 1), "litre": ("l", 1), "liter": ("l", 1), "ml": ("ml", 1),
    "gallon": ("gallon", 1), "mph": ("mph", 1), "kph": ("km/h", 1), "km/h": ("km/h", 1),
    "knot": ("knot", 1), "degree": ("deg", 1), "°": ("deg", 1), "°c": ("deg c", 1),
    "°f": ("deg f", 1), "kb": ("kb", 1), "mb": ("mb", 1), "gb": ("gb", 1), "tb": ("tb", 1),
    "gigabyte": ("gb", 1), "megabyte": ("mb", 1), "terabyte": ("tb", 1), "hz": ("hz", 1),
    "mhz": ("mhz", 1), "ghz": ("ghz", 1), "watt": ("w", 1), "kw": ("kw", 1), "kwh": ("kwh", 1),
    "volt": ("v", 1), "mah": ("mah", 1), "calorie": ("cal", 1), "pixel": ("px", 1),
    "px": ("px", 1), "megapixel": ("mp", 1),
}  # fmt: skip
"""Unit without its plural s: its name in a norm, and how many of those it is."""

CURRENCIES = {
    "$": "usd", "€": "eur", "£": "pound", "¥": "yen", "₹": "inr",
    "USD": "usd", "EUR": "eur", "GBP": "pound", "INR": "inr", "Rs": "inr",
}  # fmt: skip

SCALES = {
    "k": 10**3, "thousand": 10**3, "lakh": 10**5, "m": 10**6, "mn": 10**6, "million": 10**6,
    "crore": 10**7, "b": 10**9, "bn": 10**9, "billion": 10**9, "tn": 10**12, "trillion": 10**12,
    "hundred": 100, "dozen": 12,
    # No article means a zillion: it is what synonym spinners make of "million".
    "zillion": 10**6,
}  # fmt: skip

SCALE_WORDS = tuple(word for word in SCALES if len(word) > 2)

CARDINALS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip

ORDINALS = {
    "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14,
    "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
    "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100,
}  # fmt: skip
"""Without first and second: spinners trade them for "main", "initial", "subsequent"."""

PARTS = {"half": 2, "halve": 2, "quarter": 4} | {w: n for w, n in ORDINALS.items() if n <= 10}

VULGAR = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4), "⅓": Fraction(1, 3),
          "⅔": Fraction(2, 3)}  # fmt: skip


def alternatives(words: Iterable[str]) -> str:
    """Return a regular expression for any of `words`, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

"""Calendar dates and times of day, in the forms that English prose uses.

What is said relative to now ("two years ago", "next week") is a direction in time: `polarity`.
"""

import re
from collections.abc import Iterator

from restore.article import Fact

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
).split("|")
_MONTH_NUMBER = {name[:3].lower(): number for number, name in enumerate(_MONTHS, 1)}

_MONTH = (
    r"(?P<month{0}>January|February|March|April|May|June|July|August|September|October|November"
    r"|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?P<day{0}>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year{0}>(?:1\d|20)\d\d)"

_DATE = re.compile(
    rf"""
    (?=[A-Z\d'’])(?:                      # nothing else begins a date: seven times faster
      (?<![\w.,:]){_DAY.format(1)}(?:\ of)?\ {_MONTH.format(1)}(?:,?\ {_YEAR.format(1)})?(?!\w)
    | \b{_MONTH.format(2)}\ {_DAY.format(2)}(?![\w:]|[.,]\d)(?:,?\ {_YEAR.format(2)}(?!\w))?
    | \b{_MONTH.format(3)},?\ {_YEAR.format(3)}(?!\w)
    | (?<!\w){_YEAR.format(4)}-(?P<month4>0\d|1[0-2])-{_DAY.format(4)}(?!\w)
    | \b(?P<only>January|February|April|June|July|August|September|October|November|December
        |(?<=\bin\ )(?:March|May)|(?<=\bof\ )(?:March|May)|(?<=\blast\ )(?:March|May))\b
    | (?<![\w.,:/-])(?P<slashed>(?:0?[1-9]|[12]\d|3[01])(?P<slash>[/.])(?:0?[1-9]|[12]\d|3[01])
        (?P=slash)(?:19|20)\d\d)(?![\w/])
    | (?<![\w/]){_YEAR.format(5)}/(?P<month5>0\d|1[0-2])/{_DAY.format(5)}(?![\w/])
    | (?<![\w,.:/-])(?P<era>\d{{1,4}}\ ?(?:BCE?|AD|CE)|AD\ \d{{1,4}})\b
    | \b(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b
    | (?<!\w)(?P<decade>(?:1[5-9]\d|20\d|['’][1-9])0)['’]?s\b
    )""",
    re.VERBOSE,
)

_TIME = re.compile(
    r"""
    (?=[\dnm])(?:
      (?<![\w:.])(?P<hour1>\d{1,2}):(?P<minute>[0-5]\d)(?P<second>:[0-5]\d)?(?!\w|:\d)
      (?:\ ?(?P<half1>[AaPp])\.?[Mm]\b\.?)?
    | (?<![\w:.])(?P<hour2>\d{1,2})(?:\.(?P<minute2>[0-5]\d))?\ ?(?P<half2>[AaPp])\.?[Mm]\b\.?
    | \b(?P<word>noon|midnight)\b
    )""",
    re.VERBOSE,
)


def find_dates(text: str) -> Iterator[Fact]:
    """Find dates (`2020-06-11`, `06-11`, `2020-06`, `monday`, `1980s`) and times (`t10:24`)."""
    yield from sorted([*_find_days(text), *_find_times(text)], key=lambda fact: fact.start)


def _find_days(text: str) -> Iterator[Fact]:
    for match in _DATE.finditer(text):
        yield Fact("date", match.group(), _norm(match.groupdict()), match.start())


def _norm(found: dict[str, str | None]) -> str:
    if weekday := found["weekday"]:
        return weekday.lower()
    if decade := found["decade"]:
        return ("19" + decade[1:] if decade[0] in "'’" else decade) + "s"
    if slashed := found["slashed"]:  # day or month first, nobody can tell
        return slashed.replace(".", "/")
    if era := found["era"]:
        return " ".join(sorted(re.findall(r"\d+|[A-Z]+", era))).lower()
    if only := found["only"]:
        return f"{_MONTH_NUMBER[only[:3].lower()]:02}"
    parts = (_first(found, "year"), _first(found, "month"), _first(found, "day"))
    return "-".join(_two_digits(part) for part in parts if part)


def _first(found: dict[str, str | None], name: str) -> str | None:
    return next((value for key, value in found.items() if key[:-1] == name and value), None)


def _two_digits(part: str) -> str:
    return f"{_MONTH_NUMBER.get(part[:3].lower(), part):0>2}"


def _find_times(text: str) -> Iterator[Fact]:
    for match in _TIME.finditer(text):
        yield Fact("date", match.group(), _time_norm(match), match.start())


def _time_norm(match: re.Match[str]) -> str:
    if word := match["word"]:
        return "t12:00" if word == "noon" else "t00:00"
    hour = int(match["hour1"] or match["hour2"])
    half = (match["half1"] or match["half2"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"t{hour:02}:{match['minute'] or match['minute2'] or '00'}{match['second'] or ''}"

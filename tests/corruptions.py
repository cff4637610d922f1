"""Seeded corruptions of a good text: what a careless engine might have done to it.

Each function takes a generator of random numbers and a text, and returns the text with one thing
wrong, or None where the text has nothing of that sort. None looks at how `verify` works.
"""

import re
from collections.abc import Callable
from random import Random

Corruption = Callable[[Random, str], str | None]

_NAMES = (
    "Google Tesla Nokia Siemens Pfizer Oxford Berlin Canada Nigeria Portugal Johnson Garcia Nguyen "
    "Schneider Patricia Vladimir Toyota Chicago Brussels Kenya Wikipedia Samsung Anderson Fatima"
).split()

_OPPOSITES = [
    tuple(pair.split("/"))
    for pair in (
        "more/less more/fewer most/least higher/lower highest/lowest increase/decrease "
        "increases/decreases increased/decreased increasing/decreasing rise/fall rose/fell "
        "grow/shrink larger/smaller bigger/smaller better/worse best/worst before/after "
        "earlier/later above/below faster/slower older/younger stronger/weaker gain/loss "
        "previous/next last/next improve/worsen improving/worsening first/last first/second "
        "must/may win/lose won/lost positive/negative long/short up/down"
    ).split()
    if "long" not in pair and "up" not in pair
]
_OPPOSITE = {a: b for pair in _OPPOSITES for a, b in (pair, pair[::-1])}

_UNIT_SWAPS = {
    "million": "billion", "billion": "million", "thousand": "million", "percent": "percentage",
    "%": "", "years": "months", "year-old": "month-old", "months": "weeks", "days": "weeks",
    "hours": "minutes", "minutes": "hours", "weeks": "days", "inches": "feet", "feet": "inches",
    "pounds": "kilograms", "km": "miles", "miles": "km", "dollars": "euros", "$": "€", "£": "$",
    "tons": "kilograms", "mm": "cm", "mAh": "Wh", "decade": "century", "year": "month",
}  # fmt: skip

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

_SENTENCE = re.compile(r"[^.!?\n]+[.!?]+[\"”’)]*\s*")
_PROPER = re.compile(
    r"(?<=[a-z,] )[A-Z][a-z]{2,}(?:[A-Z][a-z]+)?(?:[ -][A-Z][A-Za-z]+\b)*(?![’'\w])"
)
"""A run of capitalised words inside a sentence, whole."""
_NEGATION = re.compile(r"n['’]t\b| not\b|\bcannot\b|\bnever |\bno longer |\bnot ")

EXTRA = (
    "Critics were quick to point out that this had been tried before in another form.",
    "The company's shares rose sharply in early trading on the news.",
    "It is important to consult an expert before making any decision of this kind.",
    "According to local media, nobody had expected such an outcome at all.",
    "This approach is widely used around the world today.",
)


def _pick(random: Random, pattern: str | re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(re.finditer(pattern, text))
    return random.choice(found) if found else None


def _put(text: str, match: re.Match[str], new: str) -> str:
    return text[: match.start()] + new + text[match.end() :]


def change_a_digit(random: Random, text: str) -> str | None:
    match = _pick(random, r"\d", text)
    return match and _put(text, match, str((int(match[0]) + random.randint(1, 9)) % 10))


def change_a_number_word(random: Random, text: str) -> str | None:
    words = "two three four five six seven eight nine ten twelve twenty thirty hundred".split()
    match = _pick(random, rf"\b(?:{'|'.join(words)})\b", text)
    return match and _put(text, match, random.choice([w for w in words if w != match[0]]))


def drop_a_number(random: Random, text: str) -> str | None:
    match = _pick(random, r"(?<= )[$€£]?\d[\d,.]*\d?%? (?=[a-z])", text)
    return match and _put(text, match, "some ")


def change_a_name(random: Random, text: str) -> str | None:
    match = _pick(random, _proper(text), text)
    return match and _put(text, match, random.choice([n for n in _NAMES if n not in text]))


def change_places_of_names(random: Random, text: str) -> str | None:
    names = sorted({match[0] for match in re.finditer(_proper(text), text)})
    if len(names) < 2:
        return None
    one, other = random.sample(names, 2)
    swap = {one: other, other: one}
    return re.sub(rf"\b(?:{one}|{other})\b", lambda match: swap[match[0]], text)


def drop_a_name(random: Random, text: str) -> str | None:
    match = _pick(random, _proper(text), text)
    return match and _put(text, match, "it")


def _proper(text: str) -> str:
    words = re.findall(r"\w+", text)
    found = {m[0] for m in _PROPER.finditer(text)} - set(_DAYS) - set(_MONTHS)
    found = {name for name in found if name.lower() not in words}
    return "|".join(rf"\b{re.escape(name)}\b" for name in sorted(found)) or r"(?!)"


def drop_a_negation(random: Random, text: str) -> str | None:
    match = _pick(random, _NEGATION, text)
    return match and _put(text, match, {"cannot": "can"}.get(match[0], ""))


def add_a_negation(random: Random, text: str) -> str | None:
    match = _pick(random, r"\b(?:is|are|was|were|will|can|should|has been|could)\b(?! not)", text)
    return match and _put(text, match, match[0] + " not")


def turn_a_direction(random: Random, text: str) -> str | None:
    match = _pick(random, rf"\b(?:{'|'.join(_OPPOSITE)})\b", text)
    return match and _put(text, match, _OPPOSITE[match[0]])


def change_a_unit(random: Random, text: str) -> str | None:
    units = "|".join(re.escape(u) for u in sorted(_UNIT_SWAPS, key=len, reverse=True))
    match = _pick(random, rf"(?<=\d)(?:%)|[$£](?=\d)|(?<=\d[ -])(?:{units})\b", text)
    return match and _put(text, match, _UNIT_SWAPS[match[0]])


def change_a_month(random: Random, text: str) -> str | None:
    match = _pick(random, rf"\b(?:{'|'.join(m for m in _MONTHS if m != 'May')})\b", text)
    return match and _put(text, match, random.choice([m for m in _MONTHS if m != match[0]]))


def change_a_weekday(random: Random, text: str) -> str | None:
    match = _pick(random, rf"\b(?:{'|'.join(_DAYS)})\b", text)
    return match and _put(text, match, random.choice([d for d in _DAYS if d != match[0]]))


def change_a_year(random: Random, text: str) -> str | None:
    match = _pick(random, r"\b(?:19|20)\d\d\b", text)
    return match and _put(text, match, str(int(match[0]) + random.choice([-10, -1, 1, 3])))


def lose_a_sentence(random: Random, text: str) -> str | None:
    found = [m for m in _SENTENCE.finditer(text) if len(m[0].split()) > 3]
    return _put(text, random.choice(found), "") if len(found) > 1 else None


def add_a_sentence(random: Random, text: str) -> str | None:
    found = [m for m in _SENTENCE.finditer(text) if len(m[0].split()) > 3]
    if not found:
        return None
    at = random.choice(found).end()
    return f"{text[:at].rstrip()} {random.choice(EXTRA)} {text[at:]}".rstrip()


def repeat_a_sentence(random: Random, text: str) -> str | None:
    found = [m for m in _SENTENCE.finditer(text) if len(m[0].split()) > 6]
    match = random.choice(found) if found else None
    return match and _put(text, match, f"{match[0].strip()} {match[0]}")


def cut_the_end(random: Random, text: str) -> str | None:
    words = text.split(" ")
    if len(words) < 12:
        return None
    return " ".join(words[: int(len(words) * random.uniform(0.3, 0.85))])


def drop_quotation_marks(random: Random, text: str) -> str | None:
    match = _pick(random, r"[“\"]([^“”\"]+)[”\"]", text)
    return match and _put(text, match, match[1])


def add_a_preamble(random: Random, text: str) -> str | None:
    return random.choice([
        "Here is the restored text:\n\n", "Sure! Here's the corrected version:\n\n",
        "Restored text: ", "Certainly, here is the rewritten paragraph: ",
    ]) + text  # fmt: skip


def add_a_closing_note(random: Random, text: str) -> str | None:
    return text + random.choice([
        "\n\nNote: I replaced several unnatural phrases.", "\n\nLet me know if you need changes!",
        "\n\nI have restored the text to natural English.",
    ])  # fmt: skip


def refuse(random: Random, text: str) -> str | None:
    return random.choice([
        "I'm sorry, but I can't help with that request.",
        "I cannot assist with rewriting this text.",
        "As an AI language model, I am unable to process this article.",
    ])  # fmt: skip


CORRUPTIONS: tuple[Corruption, ...] = (
    change_a_digit, change_a_number_word, drop_a_number, change_a_name, change_places_of_names,
    drop_a_name, drop_a_negation, add_a_negation, turn_a_direction, change_a_unit, change_a_month,
    change_a_weekday, change_a_year, lose_a_sentence, add_a_sentence, repeat_a_sentence,
    cut_the_end, drop_quotation_marks, add_a_preamble, add_a_closing_note, refuse,
)  # fmt: skip


def corrupt(random: Random, text: str) -> tuple[str, str]:
    """Return the name of a corruption that fits `text`, and the corrupted text."""
    while True:
        corruption = random.choice(CORRUPTIONS)
        found = corruption(random, text)
        if found is not None and found != text:
            return corruption.__name__, found

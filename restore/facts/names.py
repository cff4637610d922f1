"""Names of people, places, organisations and products, by capitals and context.

No list of names: a list of the words that English writes in lower case (`common.txt`, built by
`tools/common_words.py`). A capital on any other word is a name wherever it stands; a capital on
a common word is a part of a name only inside a sentence, beside other capitals or alone.

Spinners spin the common words of a name ("the Incomparable Court", "Diary of the American
Clinical Association"), so their restoration must pass, while "Brad Smith" must stay. In `norm`
a word that a restoration may replace is marked `~`: `~incomparable ~court`, `brad smith`.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from restore.article import Fact

_WORD = r"(?:[A-Z\u00c0-\u00de]|[^\W\d_A-Z]*(?:[A-Z]|\d))[^\W_]*(?:['’][^\W\d_]+)?"
_LINK = (
    r"(?: |-|(?<=\b[A-Z])\. |(?<=\b[DMJS]r)\. |(?<=\bMrs)\. | of | of the | & | de | van | von"
    r" | der | van de[rn]? | al-)"
)

_NAME = re.compile(rf"(?<![\w'’\x00]){_WORD}(?:{_LINK}(?={_WORD}){_WORD})*+")
_PART = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")

_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n•*\"“”‘(\[–—>|/]|- |\d[.)])[\s\"“‘'(\[*]*$|\x00$")

_ACRONYM = re.compile(r"[A-Z](?<!\w[A-Z])(?:\.(?:[A-Z]\.)+(?!\w)|(?<=U)S\b)")
"""A name with full stops in it, and the one that is a pronoun too in small letters."""

_ARTICLE = re.compile(r"\b[Aa]n? $")
"""Before a lone common word: "a Novel program" is no name."""

_MODEL = re.compile(r"[A-Z]\w* \x00+ $")
"""Before the rest of a product's name: "iPhone 15 Pro"."""

_MODEL_WINDOW = 30

_LOOK_BACK = 6
"""Characters before a word that are searched for the end of a sentence."""

_FUNCTION_WORDS = frozenset(
    """a an and any are as at be but by can did do does each few for from had has have he her here
    his how i if in into is it its just many may me more most much must my no nor not now of off on
    one only or other our out over she should so some such than that the their them then there
    these they this those to too two under until up us very was we were what when where which
    while who why will with would yes yet you your also again all although because before after
    both during however once since though through thus well whether""".split()
)
"""Never a part of a name on their own, however a spinner capitalises them."""

_INSTITUTIONS = frozenset(
    """academy act agency alliance analysis assembly association authority award bank board bureau
    center centre church club college commission committee company conference congress corporation
    council court cup department diary division exchange federation festival forum foundation fund
    games government group hospital house industry institute institution journal laboratory law
    league library medal ministry museum network office organisation organization parliament party
    premier press prize program programme project school senate service services society
    study team trust union university venture ward war world""".split()
)
"""What an organisation calls itself: beside such a word, common words of a name are spun ones."""

_TITLE_SHARE = 0.6
"""A line with more capitalised words than this is a heading: there a capital says nothing."""

_LONGEST_HEADING = 150
"""Characters; a title is shorter."""

_SUFFIXES = ("s", "es", "d", "ed", "ing", "ly", "er", "ers", "able", "ness", "less", "y")


def find_names(text: str) -> Iterator[Fact]:
    """Find names: one fact for each run of capitalised words."""
    at = 0
    for written in text.splitlines(keepends=True):
        heading = _is_heading(written)
        acronyms = [] if heading else list(_ACRONYM.finditer(written))
        yield from (Fact("name", m[0], _letters(m).lower(), m.start() + at) for m in acronyms)
        line = _ACRONYM.sub(_blank, written) if acronyms else written
        for match in _NAME.finditer(line):
            word = match.group()
            if word.lower() in _FUNCTION_WORDS:
                continue  # "The", at the start of most sentences
            fact = _name(line, match, heading=heading)
            if fact and not _is_written_small(fact, text):
                yield Fact("name", fact.text, fact.norm, fact.start + at)
        at += len(line)


def _letters(acronym: re.Match[str]) -> str:
    return acronym[0].replace(".", "")


def _blank(match: re.Match[str]) -> str:
    return "\x00" * len(match[0])


@lru_cache(maxsize=1 << 15)
def is_common(word: str) -> bool:
    """Whether English writes `word` (casefolded) in lower case, in this or a shorter form.

    >>> is_common("enforcement"), is_common("strikingly"), is_common("microsoft")
    (True, True, False)
    """
    return word in _common() or any(is_common(stem) for stem in stems(word))


def stems(word: str) -> Iterator[str]:
    """Return what `word` may be an inflected or derived form of."""
    for end in _SUFFIXES:
        if word.endswith(end) and len(word) > len(end) + 3:
            stem = word.removesuffix(end)
            yield stem
            yield f"{stem}e"


@cache
def _common() -> frozenset[str]:
    text = Path(__file__).with_name("common.txt").read_text(encoding="ascii")
    return frozenset(text.split())


def _is_heading(line: str) -> bool:
    if len(line) > _LONGEST_HEADING or line.rstrip().endswith((".", "!", "?")):
        return False
    words = [word for word in line.split() if word[0].isalpha()]
    long = [word for word in words if len(word) > 3]
    return bool(long) and sum(word[0].isupper() for word in long) > _TITLE_SHARE * len(long)


def _name(line: str, match: re.Match[str], *, heading: bool) -> Fact | None:
    starts = _starts_sentence(line, match.start())
    if starts and match.group().isalpha() and not _is_rigid(_fold(match.group())):
        return None
    parts = list(_PART.finditer(line, match.start(), match.end()))
    words = [_fold(part.group()) for part in parts]
    rigid = [_is_rigid(word) for word in words]
    first, last = _trim(words, rigid, starts=starts)
    if (
        last - first == 1
        and not rigid[first]
        and _ARTICLE.search(line, max(0, match.start() - 4), match.start())
    ):
        return None
    if first >= last or (heading and not any(rigid[first:last])):
        return None
    start, stop = parts[first].start(), parts[last - 1].end()
    norm = _norm(words[first:last], rigid[first:last], heading=heading)
    if norm[:1] == "~" and _MODEL.search(line, max(0, start - _MODEL_WINDOW), start):
        norm = norm.replace("~", "")
    return Fact("name", line[start:stop], norm, start) if norm else None


def _is_written_small(fact: Fact, text: str) -> bool:
    """Whether a lone common word with a capital stands in the text without one too."""
    return (
        fact.norm[0] == "~"
        and " " not in fact.text
        and bool(re.search(rf"\b{fact.text.lower()}\b", text))
    )


def _is_rigid(word: str) -> bool:
    # "h2o" is what synonym lists have for "water".
    return len(word) > 1 and word != "h2o" and not _is_function_word(word) and not is_common(word)


def _is_function_word(word: str) -> bool:
    # "I'm", "They're"
    return word.partition("'")[0] in _FUNCTION_WORDS


def _trim(words: list[str], rigid: list[bool], *, starts: bool) -> tuple[int, int]:
    """Return the half-open range of `words` that is a name."""
    first, last = 0, len(words)
    while first < last and _is_function_word(words[first]):
        first, starts = first + 1, False
    while first < last and _is_function_word(words[last - 1]):
        last -= 1
    # "Chief Jürgen Klopp", "Buyer advocates": the first word owes its capital to the sentence.
    if starts and first < last and not rigid[first] and (last - first == 1 or any(rigid)):
        first += 1
    while first < last and _is_function_word(words[first]):
        first += 1
    return first, last


def _starts_sentence(line: str, at: int) -> bool:
    return bool(_SENTENCE_START.search(line, max(0, at - _LOOK_BACK), at)) or at == 0


def _norm(words: list[str], rigid: list[bool], *, heading: bool) -> str:
    names = [(w, r) for w, r in zip(words, rigid, strict=True) if not _is_function_word(w)]
    if heading:
        return " ".join(word for word, is_rigid in names if is_rigid)
    spun = _INSTITUTIONS.intersection(words) or not any(rigid)
    # A common word alone is loose too: "Visas" may stand for "Credit cards".
    loose = bool(spun)
    return " ".join(f"~{w}" if loose and not r else w for w, r in names)


def fixed_words(fact: Fact) -> list[str]:
    """Return the words of a name that must stay."""
    return [word for word in fact.norm.split() if word[0] != "~"]


def loose_words(fact: Fact) -> frozenset[str]:
    """Return the words of a name that a restoration may replace."""
    return frozenset(word[1:] for word in fact.norm.split() if word[0] == "~")


def name_words(text: str) -> list[str]:
    """Return all words of `text` in the form they have in the norm of a name."""
    plain = _fold_text(_ACRONYM.sub(_letters, text))
    return [word.removesuffix("'s") for word in _PART.findall(plain)]


def _fold(word: str) -> str:
    return _fold_text(word).removesuffix("'s")


def _fold_text(text: str) -> str:
    """Return `text` without case and accents.

    >>> _fold_text("Vázquez’s")
    "vazquez's"
    """
    text = text.casefold().replace("’", "'")
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

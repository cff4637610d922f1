"""What page junk is by where it stands: above an article, below it, after a label.

In the way of jusText (Pomikálek 2011), by length and share of stop words, with two differences:
plain text has no link density, and a short block is junk only beside blocks that a rule marked,
since short lines are also dialogue, verse, recipes and results.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from restore.article import Block
from restore.boilerplate import rules, words

_MOST_CHARACTERS = 300
"""No rule looks at longer blocks: they are prose, and patterns stay cheap."""
_LINK_WORDS = 20
_MENU_WORDS = 3
_PROSE_WORDS = 8
_ENDS = re.compile(r"[.!?…:;,][\"”’)\]]*\Z")
_STOPS = re.compile(r"[.,;…][\"”’)]*\Z")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_BREADCRUMB = re.compile(r"(?:you are here\W+)?home\s*[>»›/|→].*", re.IGNORECASE)
_COUNT = re.compile(r"0|[2-9]|\d\d\d?")
"""What stands alone beside a button; a 1 begins steps."""
_SAYS = re.compile(r"[\"“”]")
_CLOSING = frozenset(
    """
    share comments subscribe copyright tags related-label related-link navigation translate
    """.split()
)
"""Rules whose blocks stand below an article; adverts and counters also stand amid it."""
_ABOVE = frozenset("navigation subscribe submission cookies translate".split())
"""Rules whose blocks stand above a title, unlike counters and buttons, which also stand below."""
_AMID = frozenset("advert credit counter image-size translate".split())
"""Rules whose blocks stand amid an article, alone."""
_LONGEST_GAP = 6
_LONGEST_END = 3
_NEAR_START = 40
_CONTENTS = frozenset({"contents", "table of contents", "in this article", "on this page"})


@dataclass(frozen=True, slots=True)
class _Look:
    """What is seen of a block by itself."""

    text: str
    words: int
    """Words of letters."""
    stops: int
    """How many of them are stop words."""
    closed: bool
    """Whether it ends as sentences, clauses and lines of verse do."""
    open: bool
    """Whether any rule may mark it."""

    @property
    def is_prose(self) -> bool:
        return not self.open or (
            self.closed and self.words >= _PROSE_WORDS and 5 * self.stops >= self.words
        )

    @property
    def begins_body(self) -> bool:
        return not self.open or (self.words >= 3 and bool(_STOPS.search(self.text)))

    @property
    def is_label(self) -> bool:
        """A few words that say nothing: what menus, tags and buttons are made of."""
        return (
            self.open
            and 0 < self.words <= _MENU_WORDS
            and not self.closed
            and not self.stops
            and not _SAYS.search(self.text)
        )


def find_reasons(blocks: Sequence[Block]) -> list[str]:
    """Return for each block the name of the rule by which it is boilerplate, or nothing."""
    looks = [_look(block) for block in blocks]
    reasons = list(_by_itself(looks))
    _mark_links(looks, reasons)
    _mark_counted(looks, reasons)
    body = next((at for at, look in enumerate(looks) if not reasons[at] and look.begins_body), None)
    if body is not None:  # else nothing tells above from below
        _mark_head(looks, reasons, body)
        _mark_titles(looks, reasons)
        tail = _find_tail(looks, reasons, body)
        _mark_tail(looks, reasons, tail)
        _spare_words(looks, reasons, body, tail)
    _mark_between(looks, reasons)
    _mark_contents(looks, reasons)
    return reasons


def _look(block: Block) -> _Look:
    text = " ".join(block.text[: _MOST_CHARACTERS + 1].split())
    opened = len(block.text) <= _MOST_CHARACTERS and block.kind != "verbatim"
    found = _WORD.findall(text.lower()) if opened else []
    stops = sum(word in words.STOP_WORDS for word in found)
    return _Look(text, len(found), stops, bool(_ENDS.search(text)), opened)


def _by_itself(looks: Iterable[_Look]) -> Iterator[str]:
    for look in looks:
        yield _rule(look.text) if look.open else ""


def _rule(text: str) -> str:
    if rules.LEADS_TO_LINK.fullmatch(text):
        return "related-label"
    linked = rules.LINK.fullmatch(text) or rules.ARROW.fullmatch(text)
    return _first(rules.RULES, text) or ("related-link" if linked else "")


def _first(named: Iterable[tuple[str, re.Pattern[str]]], text: str) -> str:
    return next((name for name, pattern in named if pattern.fullmatch(text)), "")


def _mark_links(looks: Sequence[_Look], reasons: list[str]) -> None:
    """Mark the title after a label that leads to one."""
    for at in range(1, len(looks)):
        if reasons[at - 1] == "related-label" and not reasons[at] and _is_link(looks[at]):
            reasons[at] = "related-link"


def _mark_counted(looks: Sequence[_Look], reasons: list[str]) -> None:
    """Mark a number and what it counts, on two lines."""
    for at in range(1, len(looks)):
        number = looks[at - 1].text
        if number.isdecimal() and looks[at].open and rules.COUNTED.fullmatch(looks[at].text):
            reasons[at - 1] = reasons[at] = "counter"


def _is_link(look: _Look) -> bool:
    last = look.text.rstrip('"”')[-1:]
    return look.open and len(look.text.split()) <= _LINK_WORDS and last != "."


def _mark_head(looks: Sequence[_Look], reasons: list[str], body: int) -> None:
    """Mark menus above the title, and who wrote it when; names and numbers below it."""
    for at in range(body):
        reasons[at] = reasons[at] or (
            _first(rules.SIGNED, looks[at].text) if looks[at].open else ""
        )
    title = _find_title(looks, reasons, body)
    _mark_menu(looks, reasons, title)
    signed = [at for at in range(title + 1, body) if reasons[at] in ("byline", "dateline")]
    for at in range(title + 1, signed[-1] if signed else title):
        if not reasons[at] and (_is_name(looks[at]) or _is_menu(looks[at])):
            reasons[at] = "byline"
    for at in range(title + 1, body):
        if reasons[at - 1] and not reasons[at] and _COUNT.fullmatch(looks[at].text):
            reasons[at] = "counter"


def _find_title(looks: Sequence[_Look], reasons: Sequence[str], body: int) -> int:
    """Return where the title stands: the longest block before the body, of equals the last."""
    heads = [at for at in range(body) if not reasons[at] and looks[at].words]
    return max(heads, key=lambda at: (looks[at].words, at), default=body)


def _mark_menu(looks: Sequence[_Look], reasons: list[str], title: int) -> None:
    """Mark what stands between two entries of a menu, and the entries, above who wrote it when."""
    stop = next((at for at in range(title) if _ends_menu(looks[at], reasons[at])), title)
    entries = [at for at in range(stop) if reasons[at] in _ABOVE or _is_menu(looks[at])]
    if len(entries) < 2:
        if entries and looks[title].words > _MENU_WORDS and not reasons[entries[0]]:
            reasons[entries[0]] = "navigation"
        return
    full = looks[title].words > _MENU_WORDS
    for at in range(stop - 1) if full else ():
        if not reasons[at] and looks[at].is_label and looks[at].words < _MENU_WORDS:
            reasons[at] = "navigation"
    for at in range(entries[0], entries[-1] + 1):
        if not reasons[at] and (_is_menu(looks[at]) or _is_entry(looks[at])):
            reasons[at] = "navigation"


def _ends_menu(look: _Look, reason: str) -> bool:
    """Tell who wrote it and when, which stand below a title, and a way that leads to it."""
    return reason in ("byline", "dateline", "tools") or bool(_BREADCRUMB.fullmatch(look.text))


def _is_entry(look: _Look) -> bool:
    number = look.open and not look.words
    return number or look.is_label or (look.open and look.words <= 4 and not look.closed)


def _is_name(look: _Look) -> bool:
    names = look.text.split()
    return look.open and 2 <= len(names) <= 3 and names[0][0].isupper() and names[-1][0].isupper()


def _is_menu(look: _Look) -> bool:
    parts = re.split(r" ?[|•»>/] ?", look.text.lower().strip(" •|»>:")) if look.open else ()
    return bool(parts) and all(part in words.MENU for part in parts)


def _mark_titles(looks: Sequence[_Look], reasons: list[str]) -> None:
    """Mark what is the title and the site's name, where the title stands by itself, too."""
    near = {
        look.text for at, look in enumerate(looks[:_NEAR_START]) if look.words >= 3 and look.open
    }
    for at, look in enumerate(looks[:_NEAR_START]):
        parts = re.split(r"\s+[|–—·»-]\s+", look.text) if look.open else ()
        if not reasons[at] and len(parts) > 1 and {parts[0], parts[-1]} & near:
            reasons[at] = "title"


def _find_tail(looks: Sequence[_Look], reasons: Sequence[str], body: int) -> int:
    """Return where the page goes on below the article: where junk outweighs prose the most."""
    titles = {look.text for look in looks[:body] if look.words >= 3}
    opens = [look.open and bool(look.text in titles or _opens_tail(look.text)) for look in looks]
    weights = [
        1.0 if opener else _weigh(look, reason)
        for look, reason, opener in zip(looks, reasons, opens, strict=True)
    ]
    for at in range(1, len(looks)):
        if opens[at - 1] and rules.ABOUT_AUTHOR.fullmatch(looks[at - 1].text):
            weights[at] = max(weights[at], 0)
    sums = list(accumulate(reversed(weights)))[::-1]
    starts = [at for at in range(body + 1, len(looks)) if opens[at] or reasons[at] in _CLOSING]
    best = max(starts, key=lambda at: (sums[at], -at), default=len(looks))
    return best if best < len(looks) and sums[best] > 1 else len(looks)


def _opens_tail(text: str) -> bool:
    return bool(rules.OPENS_TAIL.fullmatch(text) or rules.ABOUT_AUTHOR.fullmatch(text))


def _weigh(look: _Look, reason: str) -> float:
    if reason:
        return 2 if reason in _CLOSING else 1
    if look.is_prose:
        return -4
    if look.open and _first(rules.WEAK, look.text) not in ("", "counter"):
        return 0.5
    if look.closed:
        return 1 if _asks(look) else -1.5
    return 0.25 if look.is_label else -0.25


def _asks(look: _Look) -> bool:
    asked = len(words.ASKS.findall(look.text))
    return look.open and not _SAYS.search(look.text) and 8 * asked >= look.words > 0 and asked > 0


def _mark_tail(looks: Sequence[_Look], reasons: list[str], tail: int) -> None:
    """Mark what is no sentence below the article, and what asks something of the visitor."""
    titles = {look.text for look in looks[: min(tail, _NEAR_START)] if look.words >= 3}
    for at in range(tail, len(looks)):
        if not reasons[at] and looks[at].open:
            repeated = looks[at].text in titles
            reasons[at] = "title" if repeated else _first(rules.WEAK, looks[at].text)
            if not reasons[at] and rules.ABOUT_AUTHOR.fullmatch(looks[at - 1].text):
                reasons[at] = "byline"
            if not reasons[at] and _asks(looks[at]):
                reasons[at] = "prompt"
    for start, stop in _gaps(reasons, tail):
        longest = _LONGEST_GAP if stop < len(looks) else _LONGEST_END
        if stop - start <= longest:
            for at in range(start, stop):
                if _is_density(looks[at]):
                    reasons[at] = "density"


def _gaps(reasons: Sequence[str], start: int) -> list[tuple[int, int]]:
    """Return the runs of blocks that no rule marked, from a place on."""
    marked = [at for at in range(start, len(reasons)) if reasons[at]]
    ends = [*marked[1:], len(reasons)] if marked else []
    return [(one + 1, other) for one, other in zip(marked, ends, strict=True) if other > one + 1]


def _is_density(look: _Look) -> bool:
    """Tell titles, tags and names from sentences, amounts and speech."""
    return (
        look.open
        and len(look.text.split()) <= _LINK_WORDS
        and not look.closed
        and not look.text[0].isdigit()
        and not _SAYS.search(look.text)
    )


def _spare_words(looks: Sequence[_Look], reasons: list[str], body: int, tail: int) -> None:
    """Unmark a lone word amid an article: a heading ("Comments"), or an answer ("Home.")."""
    for at in range(body + 1, min(tail, len(looks) - 1)):
        if looks[at].words == 1 and not reasons[at - 1] and not reasons[at + 1]:
            reasons[at] = reasons[at] if reasons[at] in _AMID else ""


def _mark_contents(looks: Sequence[_Look], reasons: list[str]) -> None:
    """Mark a table of contents: lines that stand again further down, as headings."""
    headings = {_as_heading(look.text): at for at, look in enumerate(looks)}
    inside = False
    for at, look in enumerate(looks[:-1]):
        if look.open and look.text.lower().strip(" :") in _CONTENTS:
            inside = headings[_as_heading(looks[at + 1].text)] > at + 1
            reasons[at] = reasons[at] or ("contents" if inside else "")
        elif inside and headings[_as_heading(look.text)] > at:
            reasons[at] = "contents"
        else:
            inside = False


def _as_heading(text: str) -> str:
    return re.sub(r"\A[\d.]+\s+|\[edit\]\Z", "", text[:_MOST_CHARACTERS])


def _mark_between(looks: Sequence[_Look], reasons: list[str]) -> None:
    """Mark a lone number or a word of menus between two marked blocks."""
    marked = [bool(reason) for reason in reasons]
    numbers = {look.text for look in looks if look.open and look.text.isdecimal()}
    for at in range(1, len(looks) - 1):
        if not marked[at] and marked[at - 1] and marked[at + 1] and looks[at].open:
            if not looks[at].words and not _is_step(looks[at].text, numbers):
                reasons[at] = "counter"
            elif _is_menu(looks[at]):
                reasons[at] = "navigation"


def _is_step(text: str, numbers: set[str]) -> bool:
    """Tell a number that counts on, or down, from one before it or after it, and a year."""
    if not text.isdecimal():
        return ":" in text or "*" in text
    number = int(text)
    return number == 1 or bool({str(number - 1), str(number + 1)} & numbers) or number >= 1000

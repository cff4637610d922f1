"""Words that turn a sentence round: negations, and directions with their opposites.

A direction's `norm` is `axis:pole`. Spinners trade words of one pole ("expanded" for
"increased"), so only a pole that gives way to its opposite is a changed fact: see `verify`.
"""

import re
from collections.abc import Iterator

from restore.article import Fact, FactKind

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

_IDIOM = re.compile(
    r"""
      not\ (?:long|far|to\ mention|so\ distant|too\ distant|least|unlike|uncommon(?:ly)?)\b
    | no\ (?:matter|doubt|sooner|wonder|(?:one|\x00{3})\ else\b) | no\.\s?[\d\x00]
    | none\ other | nothing\ (?:but|short)\b | can(?:no|')t\ help\b
    | any\ (?:longer|more)\ (?!(?:and|but|or|as|because|since|when|in|at|on)\b)\w
    | no\ (?:more|less|fewer)\ than\b | not\ more\ than\b
    | more\ (?:or\ less|often\ than\ not|and\ more|than\ happy)\b | last\ but\ not\ least\b
    """,
    re.VERBOSE,
)
"""Idioms that begin with such a word and do not mean it; spinners write them in other ways."""

_LEADS = {
    "no": re.compile(r"\b(?:almost|next to|practically|virtually|little or) \Z"),
    "not": re.compile(r"\b(?:whether or|why|last but|if|more often than) \Z"),
    "less": re.compile(r"\bmore or \Z"),
    "more": re.compile(r"\b(?:once|more and|any) \Z"),
    "longer": re.compile(r"\b(?:no|any) \Z"),
    # Spinners write "does no longer" for "does not", and "late spring" (below) for "summer".
    "no longer": re.compile(r"\b(?:do|does|did) \Z"),
    "spring": re.compile(r"\blate \Z"),
} | dict.fromkeys(("least", "most", "last", "minimum", "maximum"), re.compile(r"\bat (?:the )?\Z"))
"""Idioms that such a word ends."""

_LEAD_WINDOW = 18
"""Characters before a word in which one of these may begin."""

_LAST = re.compile(
    r" (?:\x00|(?:few |several )?(?:week|month|year|night|decade|century|season|summer|winter"
    r"|spring|autumn|fall|quarter|evening)s?\b)"
)
"""After "last": the one before now, not the one at the end."""

_ONLY = re.compile(r"(?: \w+)? (?:only|just|merely|simply|solely)\b")

_PHRASES: dict[str, tuple[FactKind, str]] = {
    "with out": ("negation", "not"),
    "no longer": ("negation", "anymore"),
    "any longer": ("negation", "anymore"),
    "any more": ("negation", "anymore"),
    "anymore": ("negation", "anymore"),
    "late spring": ("direction", "season:summer"),
    **{f"{go} up": ("direction", "amount:up") for go in ("go", "goes", "going", "gone", "went")},
    **{
        f"{go} down": ("direction", "amount:down") for go in ("go", "goes", "going", "gone", "went")
    },
    "from now": ("direction", "time:after"),
    "at least": ("direction", "bound:floor"),
    "at minimum": ("direction", "bound:floor"),
    "at a minimum": ("direction", "bound:floor"),
    "no less than": ("direction", "bound:floor"),
    "no fewer than": ("direction", "bound:floor"),
    "at most": ("direction", "bound:ceiling"),
    "at maximum": ("direction", "bound:ceiling"),
    "no more than": ("direction", "bound:ceiling"),
    "not more than": ("direction", "bound:ceiling"),
}
"""Words with one meaning together; spinners part "without".

"No longer" is a "not" (its "no") and more than that: "can no longer deny" is not "cannot deny".
"""


def _table(rows: dict[str, str]) -> dict[str, str]:
    return {word: norm for norm, words in rows.items() for word in words.split()}


_NEGATIONS = _table({
    "not": """not never cannot no none nobody nothing nowhere neither without unless nope ain't
        aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mightn't mustn't
        needn't shan't shouldn't wasn't weren't won't wouldn't dont doesnt didnt isnt wasnt""",
    "hardly": "hardly barely scarcely seldom rarely",
})  # fmt: skip
"""Two strengths. Within the first, wording is free: "with no", "without"; "never", "not ever"."""

_HINTS = _table({
    "not": """avoid avoids avoiding avoided refrain refrains prevent prevents preventing prevented
        refuse refuses refused refusing lack lacks lacking lacked fail fails failed failing unable
        impossible decline declines absent absence except excluding instead rather stop stops
        stopped stopping cease ceases ceased quit
        deny denies denied prohibit prohibits prohibited unlikely false little few
        unclear unknown unless free longer""",
    "hardly": "little few almost nearly infrequently uncommon",
})  # fmt: skip
_ENDED = _table({
    "anymore": """stop stops stopped stopping cease ceases ceased quit ended discontinued former
        formerly previously once more further over""",
})  # fmt: skip
"""What says "not" in another way: one that comes as a "not" goes explains it."""

_DIRECTIONS = _table({
    "amount:up": """more most increase increases increased increasing increasingly rise rises rose
        risen rising grow grows grew grown growing growth gained gaining climb climbs
        climbed climbing surge surges surged surging soar soars soared soaring jump jumps jumped
        jumping raise raises raised raising boost boosts boosted boosting higher highest expand
        expands expanded expanding expansion exceed exceeds exceeded exceeding above greater
        greatest excess maximum hike hikes escalate escalated escalating multiply multiplied
        heighten heightened upward upwards elevate elevates elevated elevating ascend ascended
        increment majority maximize maximise maximizes enhance enhanced upsurge uptick""",
    "amount:down": """less least fewer fewest decrease decreases decreased decreasing fall falls
        fell fallen falling decline declines declined declining drop drops dropped dropping shrink
        shrinks shrank shrunk shrinking lose loses losing reduce reduces reduced
        reducing reduction lower lowest lowers lowered lowering diminish diminishes diminished
        diminishing plunge plunges plunged plunging tumble tumbled tumbles below minimum dip dips
        dipped slump slumped slumps sink sank sunk sinking descend descended cut cuts cutting
        downward downwards minority minimize minimise minimizes weaken weakened lessen
        lessens lessened dwindle dwindled dwindling shortage""",
    "balance:up": "gain gains profit profits",
    "balance:down": "loss losses deficit deficits",
    "times:2": "twice twofold double doubles doubled doubling",
    "times:3": "thrice threefold triple triples tripled tripling trebled",
    "times:4": "fourfold quadruple quadrupled",
    "times:half": "halve halves halved halving",
    "crowd:12": "dozens",
    "crowd:100": "hundreds",
    "crowd:1000": "thousands",
    "crowd:1000000": "millions",
    "crowd:1000000000": "billions",
    "season:spring": "spring springtime",
    "season:summer": "summer summertime",
    "season:autumn": "autumn",
    "season:winter": "winter wintertime",
    "can:yes": "possible able feasible",
    "can:no": "impossible unable infeasible",
    "odds:up": "likely probable",
    "odds:down": "unlikely improbable",
    "law:yes": "legal lawful legally",
    "law:no": "illegal unlawful illegally",
    "safe:yes": "safe safely harmless",
    "safe:no": "unsafe dangerous harmful",
    "true:yes": "true correct correctly",
    "true:no": "false untrue incorrect incorrectly",
    "same:yes": "same similar identical",
    "same:no": "different dissimilar opposite",
    "sure:low": "probably presumably allegedly reportedly supposedly",
    "sure:high": "definitely certainly surely undoubtedly",
    "size:up": """larger largest bigger biggest longer longest taller tallest wider widest huge
        large""",
    "size:down": """smaller smallest tinier tiniest littler littlest shorter shortest narrower
        narrowest tiny small""",
    "worth:up": """better best improve improves improved improving improvement superior positive
        positively benefit benefits good advantage advantages strengthen strengthened strengthens
        stronger strongest safer safest easier easiest""",
    "worth:down": """worse worst worsen worsens worsened worsening deteriorate deteriorated
        deteriorates inferior negative negatively harm harms bad disadvantage disadvantages
        weaker weakest harder hardest riskier""",
    "speed:up": "faster fastest quicker quickest accelerate accelerated accelerates accelerating",
    "speed:down": "slower slowest slow slows slowed slowing decelerate decelerated",
    "age:up": "older oldest elder eldest",
    "age:down": "younger youngest newer newest",
    "time:before": """ago prior earlier before previous previously preceding yesterday beforehand
        past last former formerly""",
    "time:after": """after afterwards afterward later next following subsequent subsequently
        tomorrow upcoming forthcoming coming future""",
    "order:first": "main primary principal first 1st initial initially firstly",
    "order:second": "second 2nd secondly",
    "order:last": "last final finally ultimate ultimately lastly",
    "side:in": "inside indoor indoors internal inner into",
    "side:out": "outside outdoor outdoors external outer out",
    "way:to": "toward towards import imports imported buy buys bought buying purchase purchased",
    "way:from": "export exports exported sell sells sold selling",
    "will:for": """support supports supported supporting accept accepts accepted approve approved
        allow allows allowed permit""",
    "will:against": """oppose opposes opposed opposing reject rejects rejected disapprove forbid
        forbids banned ban bans""",
    "game:won": "win wins won winning winner victory beat beats triumph",
    "game:lost": "lost loses loser defeat defeats defeated lose",
    "share:all": "all every always everyone everybody entire entirely",
    "share:none": "none never nobody nothing",
    "share:some": "some sometimes someone somebody partly partially",
    "start:on": """begin begins began beginning start starts started starting open opens opened
        opening enable enabled""",
    "start:off": """end ends ended ending stop stops stopped finish finished close closes closed
        closing disable disabled""",
    "force:must": "must shall required mandatory compulsory obligatory obliged",
    "force:should": "should ought advisable recommended",
    "force:will": "will",
    "force:may": "may might can could optional optionally possibly perhaps maybe",
})  # fmt: skip


def _invert() -> dict[str, tuple[tuple[FactKind, str], ...]]:
    meanings: dict[str, tuple[tuple[FactKind, str], ...]] = {}
    for word in {**_NEGATIONS, **_HINTS, **_ENDED, **_DIRECTIONS}:
        found: list[tuple[FactKind, str]] = []
        if word in _DIRECTIONS:
            found.append(("direction", _DIRECTIONS[word]))
        if word in _NEGATIONS:
            found.append(("negation", _NEGATIONS[word]))
        elif word in _HINTS:
            found.append(("vague", _HINTS[word]))
        if word in _ENDED:
            found.append(("vague", _ENDED[word]))
        if _DIRECTIONS.get(word) in ("times:2", "times:3"):
            found.append(("vague", _DIRECTIONS[word].removeprefix("times:")))
        meanings[word] = tuple(found)
    return meanings


_MEANINGS = _invert()
"""What each word may mean. A "twice" that comes as a "two" goes explains it."""


def find_polarity(text: str) -> Iterator[Fact]:
    """Find negations (and what hints at one) and directions."""
    lower = _lower(text)
    yield from _find_phrases(text, lower)
    for match in _TOKEN.finditer(lower):
        word = match.group()
        meanings = _MEANINGS.get(word)
        if meanings and not _in_idiom(lower, match.start(), word):
            only = _ONLY.match(lower, match.end()) if word == "not" else None
            stop = only.end() if only else match.end()
            if word == "last" and _LAST.match(lower, stop):
                meanings = (("direction", "time:before"),)
            for kind, norm in meanings:
                written = text[match.start() : stop]
                yield Fact(kind, written, "not only" if only else norm, match.start())


def _find_phrases(text: str, lower: str) -> Iterator[Fact]:
    for phrase, (kind, norm) in _PHRASES.items():
        if phrase in lower:
            for match in re.finditer(rf"\b{phrase}\b", lower):
                start, stop = match.span()
                if kind == "direction" or not _in_idiom(lower, start, phrase):
                    yield Fact(kind, text[start:stop], norm, start)


def _in_idiom(lower: str, at: int, word: str) -> bool:
    lead = _LEADS.get(word)
    if lead and lead.search(lower, max(0, at - _LEAD_WINDOW), at):
        return True
    return bool(_IDIOM.match(lower, at))


def _lower(text: str) -> str:
    """Return `text` in lower case with straight apostrophes, of the same length."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lower.replace("’", "'")

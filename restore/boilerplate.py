"""Marks what a scraped page has beside its article. Every rule has a name; nothing is deleted.

The rules came from the page remains of spun articles on the open web: counters, share buttons,
comment prompts, image sizes, translation widgets, subscription lines, related links, cookie
notices, copyright lines. A rule needs the whole block: prose that mentions cookies stays prose,
and so does speech: no rule matches what begins with a quotation mark.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from restore.article import Block

_NO_SENTENCE = r"(?!.*\.\W*$)"
_YEAR = r"(?:1\d|20)\d\d"
_SITES = "facebook|twitter|x|linkedin|pinterest|whatsapp|reddit|e?mail|instagram|telegram|tumblr"
_CONSENT = "experience|(?:web)?site|traffic|ads|consent|analytics|preferences|policy|accept|agree"


def _whole(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"[^\w“‘\"']*(?:{'|'.join(alternatives)})\W*", re.IGNORECASE)


RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "counter",
        _whole(
            rf"(?!{_YEAR}\W*$)"  # a heading
            r"\d[\d,.]*[km]?(?:\s+\d[\d,.]*[km]?)*(?:\s+(?:share|view|like|comment|vote|read)s?)?"
        ),
    ),
    ("image-size", _whole(r"\d{2,5}\s*[x×]\s*\d{2,5}(?:\s*px)?")),
    (
        "comments",
        _whole(
            r"(?:in-site |facebook |disqus )?comments?(?: \(\d+\)| closed)?",
            r"leave a (?:reply|comment)",
            r"(?:post|add|write)(?: a| your)? comments?",
            r"no comments(?: yet)?",
            r"be the first to comment",
            r"at least \d+ characters (?:are )?required",
            r"your email address will not be published.*",
            r"required fields are marked.*",
            r"log ?in to (?:leave a )?(?:reply|comment).*",
        ),
    ),
    (
        "share",
        _whole(
            r"(?:please )?(?:share|tweet|pin|like|follow)"
            r"(?: (?:this|us|it|on|with|your|friends|post|article|via))*"
            rf"(?: (?:{_SITES}))*",
            rf"{_NO_SENTENCE}social share (?:buttons|icons).*",
            rf"(?:{_SITES}|print)(?:\W+(?:{_SITES}|print))*",
        ),
    ),
    (
        "subscribe",
        _whole(
            r"(?:enjoy(?:ed)?|like|love) this (?:blog|post|article|page)(?:[?!].{0,80})?",
            r"(?:please )?(?:subscribe|sign up)(?: (?:to|for|now|here|today|our|us|the|free))*"
            r"(?: (?:newsletter|updates|channel))?",
            r"(?:subscribe|sign up) (?:to|for) our .{0,40}newsletter.{0,40}",
        ),
    ),
    ("translate", _whole(r"translate", r"select language", r"powered by (?:google )?translate")),
    (
        "navigation",
        _whole(
            r"home|menu|search|categor(?:y|ies)|tags|archives?|sitemap|breadcrumbs?|advertisement",
            r"skip to (?:main )?content|back to top|click here|(?:read|load|show) more",
            r"(?:previous|next)(?: post| article)?|(?:older|newer) posts",
            r"(?:photo )?gallery(?: area)?",
            r"(?:about|contact) us|privacy policy|terms (?:of (?:use|service)|and conditions)",
        ),
    ),
    (
        "submission",
        _whole(
            rf"{_NO_SENTENCE}article submission .{{0,60}}",
            rf"{_NO_SENTENCE}(?:guest post|write for us|submit (?:an|your) article)\b.{{0,40}}",
        ),
    ),
    (
        "cookies",
        _whole(
            r"(?!.*\b(?:said|says|told)\b)(?:this|our) (?:web)?site uses cookies.{0,200}",
            rf"we use cookies(?:.{{0,150}}\b(?:{_CONSENT})\b.{{0,100}})?",
            r"accept (?:all )?cookies",
            r"by continuing to (?:use|browse) (?:this|our) (?:web)?site.{0,120}cookies.{0,80}",
        ),
    ),
    (
        "copyright",
        _whole(
            rf"(?:copyright\s+)?(?:©|\(c\)(?=.{{0,60}}\b{_YEAR}\b)).{{0,80}}",
            rf"copyright\s+(?:{_YEAR}|by)\b.{{0,80}}",
            r"all rights reserved",
            rf"{_NO_SENTENCE}powered by [\w.]+(?: [\w.]+)?",
        ),
    ),
)
"""A name and the pattern that a whole block matches."""

_LEADS_TO_LINK = _whole(
    r"(?:next|previous|related|recommended|more|similar|popular|latest)"
    r" (?:content|posts?|articles?|stor(?:y|ies)|reading|news)",
    r"you (?:may|might) also (?:like|enjoy)",
    r"read (?:next|also)|see also|don[’']t miss|trending(?: now)?|up next",
)
"""A label after which the next short block is the title of another article."""
_LINK_WORDS = 20
_ENDS = (".", ".”", '."')
_MOST_CHARACTERS = 300
"""No rule looks at longer blocks: they are prose, and patterns stay cheap."""


def mark(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks, those that are boilerplate marked with the name of their rule."""
    return tuple(_mark(blocks))


def _mark(blocks: Sequence[Block]) -> Iterator[Block]:
    after_label = False
    for block in blocks:
        short = len(block.text) <= _MOST_CHARACTERS and block.kind != "verbatim"
        rule = _rule(block.text, after_label=after_label) if short else None
        after_label = rule == "related-label"
        yield replace(block, kind="boilerplate", reason=rule) if rule else block


def _rule(text: str, *, after_label: bool) -> str | None:
    if _LEADS_TO_LINK.fullmatch(text):
        return "related-label"
    if after_label and len(text.split()) <= _LINK_WORDS and not text.endswith(_ENDS):
        return "related-link"
    return next((name for name, pattern in RULES if pattern.fullmatch(text)), None)

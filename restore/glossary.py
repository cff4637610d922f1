"""The user's own rules, `glossary.toml`: always restore this as that, never touch this.

    [[restore]]
    spun = "facial acknowledgment"
    as = "facial recognition"

    [[keep]]
    text = "Enormous Information"

Whole words match, whatever their capitals; every engine obeys, as rules are enforced on its edits.
"""

import hashlib
import json
import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from restore.article import Article, Block, Edit, apply_within, make_edit
from restore.errors import UsageProblem
from restore.wording import indefinite, recase

FILE = "glossary.toml"
ENGINE = "glossary"
"""What the edits of a rule are by."""
_HINT = 'write [[restore]] with spun = "…" and as = "…", or [[keep]] with text = "…"'
_INDEFINITE = re.compile(r"(?<![\w'’])(an?)\s+$", re.IGNORECASE)
_place = attrgetter("start", "stop")
_LOOK_BACK = 12
"""Characters before a match in which its "a" or "an" stands."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Always restore `spun` as `restored`; or, where that is None, never touch it."""

    spun: str
    restored: str | None

    @property
    def key(self) -> str:
        """What is compared: rules with the same key are about the same words."""
        return _plain(self.spun)


@dataclass(frozen=True)
class Rules:
    """All rules of a glossary, in the order of its file."""

    rules: tuple[Rule, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.rules)

    @property
    def digest(self) -> str:
        """SHA-256 of what the rules say, in hexadecimal."""
        said = sorted((rule.key, rule.restored or "") for rule in self.rules)
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def about(self, text: str) -> tuple[Rule, ...]:
        """Return the rules whose words occur in a text, in the order of the file."""
        if not self.rules:
            return ()
        found = {_plain(match.group()) for match in self.pattern.finditer(text)}
        return tuple(rule for rule in self.rules if rule.key in found)

    @cached_property
    def by_key(self) -> Mapping[str, Rule]:
        """The rules by the words that they are about."""
        return {rule.key: rule for rule in self.rules}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds the words of any rule, the longest that begins at a place."""
        longest_first = sorted((rule.key for rule in self.rules), key=len, reverse=True)
        words = "|".join(_loosen(key) for key in longest_first)
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class _Match:
    """A place of an article that a rule is about."""

    start: int
    stop: int
    rule: Rule
    block: Block


def read(path: Path) -> Rules:
    """Return the rules in a file.

    Raises:
        UsageProblem: it cannot be read, is malformed, or contradicts itself.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else exc
        raise UsageProblem(f"cannot read '{path}': {reason}", hint=_HINT) from exc
    unknown = document.keys() - {"restore", "keep"}
    if unknown:
        raise UsageProblem(f"unknown '{min(unknown)}' in '{path}'", hint=_HINT)
    rules = [*_parse(document, "restore", ("spun", "as"), path)]
    rules += _parse(document, "keep", ("text",), path)
    _refuse_contradictions(rules, path)
    return Rules(tuple(dict.fromkeys(rules)))


def add(path: Path, rule: Rule) -> bool:
    """Append a rule to a file, which need not exist; tell whether it was new.

    What the file holds stays as it is, comments included.

    Raises:
        UsageProblem: the rule has no words, or the file is malformed, says otherwise of the same
            words, or cannot be written.
    """
    if not rule.key:
        raise UsageProblem("a rule needs words", hint="an insertion has none to go by")
    known = read(path) if path.exists() else NO_RULES
    if rule.key in known.by_key and _same(known.by_key[rule.key], rule):
        return False
    _refuse_contradictions([*known.rules, rule], path)
    if rule.restored is None:
        text = f"[[keep]]\ntext = {_quote(rule.spun)}\n"
    else:
        text = f"[[restore]]\nspun = {_quote(rule.spun)}\nas = {_quote(rule.restored)}\n"
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(("\n" if file.tell() else "") + text)
    except (OSError, UnicodeEncodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is no text"
        raise UsageProblem(f"cannot write '{path}': {reason}", hint="may you write there?") from exc
    return True


def enforce(article: Article, edits: Iterable[Edit], rules: Rules) -> tuple[Edit, ...]:
    """Return the edits as the rules want them, in order of place.

    An edit that touches what is to be kept is dropped whole. Where a rule's words stand and the
    edits there do not put its wording in, one of the rule takes their place.
    """
    found = sorted(edits, key=_place)
    if not rules:
        return tuple(found)
    for match in _find(article, rules):
        if match.rule.restored is None:
            del found[_touching(found, match.start, match.stop)]
        else:
            _put_in(article, found, match, match.rule.restored)
    return tuple(found)


def _find(article: Article, rules: Rules) -> Iterator[_Match]:
    for block in article.prose:
        for match in rules.pattern.finditer(article.source, block.start, block.stop):
            rule = rules.by_key.get(_plain(match.group()))
            if rule is not None:  # letters that only a pattern takes for the same are not
                yield _Match(*match.span(), rule, block)


def _put_in(article: Article, edits: list[Edit], match: _Match, wording: str) -> None:
    there = edits[_touching(edits, match.start, match.stop)]
    if not _stands(article.source, there, match, wording):
        mine = list(_edits(article, match, wording))
        edits[_touching(edits, mine[0].start, match.stop)] = mine


def _stands(source: str, edits: Sequence[Edit], match: _Match, wording: str) -> bool:
    """Tell whether the edits at a place put the rule's wording there already."""
    start = min([match.start, *(edit.start for edit in edits)])
    stop = max([match.stop, *(edit.stop for edit in edits)])
    text = _plain(apply_within(source, start, stop, edits))
    return re.search(rf"(?<!\w){re.escape(_plain(wording))}(?!\w)", text) is not None


def _edits(article: Article, match: _Match, wording: str) -> Iterator[Edit]:
    """Yield the edit of a rule, and before it that of an "a" or "an" which no longer fits."""
    source = article.source
    before = source[match.start : match.stop]
    reason = f"{describe(match.rule)} ({FILE})"
    window = max(match.block.start, match.start - _LOOK_BACK)
    article_word = _INDEFINITE.search(source[window : match.start])
    if article_word:
        needed = recase(article_word[1], indefinite(wording.split(maxsplit=1)[0]))
        start = window + article_word.start(1)
        if needed.lower() != article_word[1].lower():
            yield _make(article, start, start + len(article_word[1]), needed, "agreement")
    yield _make(article, match.start, match.stop, recase(before, wording), reason)


def _make(article: Article, start: int, stop: int, after: str, reason: str) -> Edit:
    return make_edit(
        article.locator,
        start,
        stop,
        before=article.source[start:stop],
        after=after,
        engine=ENGINE,
        reason=reason,
        kind="grammar" if reason == "agreement" else "term",
        confidence=1.0,
    )


def _touching(edits: Sequence[Edit], start: int, stop: int) -> slice:
    """Return which edits change characters of a range, or put some in amid it.

    `edits` are in order of place, and none overlaps another.
    """
    first = bisect_right(edits, start, key=lambda edit: edit.stop)
    return slice(first, bisect_left(edits, stop, lo=first, key=lambda edit: edit.start))


# The TOML edge: a document may hold anything.
def _parse(
    document: Mapping[str, Any], table: str, names: tuple[str, ...], path: Path
) -> Iterator[Rule]:
    rows = document.get(table, [])
    if not isinstance(rows, list):
        raise UsageProblem(f"'{table}' in '{path}' is no list of rules", hint=_HINT)
    for number, row in enumerate(rows, start=1):
        where = f"[[{table}]] number {number} in '{path}'"
        if not isinstance(row, dict) or row.keys() != set(names):
            raise UsageProblem(f"{where} must have {' and '.join(names)}", hint=_HINT)
        values = [row[name] for name in names]
        if not all(isinstance(value, str) and value.strip() for value in values):
            raise UsageProblem(f"{where} must have words in it", hint=_HINT)
        words = [" ".join(value.split()) for value in values]
        yield Rule(words[0], words[1] if len(words) > 1 else None)


def _refuse_contradictions(rules: Iterable[Rule], path: Path) -> None:
    known: dict[str, Rule] = {}
    for rule in rules:
        other = known.setdefault(rule.key, rule)
        if not _same(other, rule):
            raise UsageProblem(
                f"'{path}' says both {describe(other)} and {describe(rule)}",
                hint="take one of them out",
            )


def _same(one: Rule, other: Rule) -> bool:
    return (one.key, one.restored) == (other.key, other.restored)


def describe(rule: Rule) -> str:
    """Say in words what a rule says.

    >>> describe(Rule("tech goliath", "tech giant")), describe(Rule("Big Blue", None))
    ("always 'tech goliath' → 'tech giant'", "never touch 'Big Blue'")
    """
    if rule.restored is None:
        return f"never touch '{rule.spun}'"
    return f"always '{rule.spun}' → '{rule.restored}'"


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _loosen(key: str) -> str:
    return re.escape(key).replace(r"\ ", r"\s+").replace("'", "['’]")


def _quote(text: str) -> str:
    """Return a TOML string: its escapes are those of JSON, and U+007F is one more."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")

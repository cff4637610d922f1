"""Words and sentences as the language model knows them, with their places in the source.

The language model was counted with exactly these rules: a change here asks for a new model.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?:[A-Za-z]\.){2,}                                # U.S., e.g.
    | [A-Za-zÀ-ɏ]+ (?:['’][A-Za-z]+)?                   # word, don't
      (?:-[A-Za-zÀ-ɏ]+ (?:['’][a-z]+)?)*                # well-known
    | \d[\d,.]*\d | \d                                  # 1,000.5
    | [^\sA-Za-z0-9]                                    # any other character alone
    """,
    re.VERBOSE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MARKS = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."}
_ENDS = frozenset(".?!")
_CLOSERS = frozenset("\"”’')")
_OPENERS = frozenset('“‘"')
_MAX_SENTENCE = 300
"""Tokens; a text without a full stop is cut here, so that no sentence costs without bound."""


class Token(NamedTuple):
    """One word, number or mark."""

    start: int
    """Code point offset in the source."""
    stop: int
    text: str
    key: str
    """What the language model and the lexicon call it: lower case, numbers as one."""

    @property
    def is_word(self) -> bool:
        """Whether it begins with a letter."""
        return self.text[0].isalpha()

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def tokenize(text: str, *, start: int = 0, stop: int | None = None) -> list[Token]:
    """Cut `text[start:stop]` into tokens; a possessive ending is a token of its own.

    >>> [token.key for token in tokenize("The U.S. firm’s 12 labs (est. 1998)")]
    ['the', 'u.s.', 'firm', "'s", '<num>', 'labs', '(', 'est', '.', '<year>', ')']
    """
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text, start, len(text) if stop is None else stop):
        first, last = match.span()
        word = match.group()
        if len(word) > 2 and word[-1] == "s" and word[-2] in "'’" and word[0].isalpha():
            tokens.append(Token(first, last - 2, word[:-2], _key(word[:-2])))
            tokens.append(Token(last - 2, last, word[-2:], "'s"))
        else:
            tokens.append(Token(first, last, word, _key(word)))
    return tokens


def keys(text: str) -> tuple[str, ...]:
    """Return the keys of all tokens of a short text."""
    return tuple(token.key for token in tokenize(text))


def split_sentences(text: str, tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of one sentence after the other.

    A line that begins in lower case goes on with the sentence of the line before (wrapped text);
    any other line begins a new one (headings, list items).
    """
    sentence: list[Token] = []
    for token in tokens:
        if sentence and _begins_sentence(text, sentence, token):
            yield sentence
            sentence = []
        sentence.append(token)
    if sentence:
        yield sentence


def _begins_sentence(text: str, sentence: list[Token], token: Token) -> bool:
    last = sentence[-1]
    gap = text[last.stop : token.start]
    if len(sentence) >= _MAX_SENTENCE or gap.count("\n") > 1:
        return True
    if "\n" in gap and not token.text[0].islower():
        return True
    opens = token.is_capital or token.text in _OPENERS
    if last.text in _ENDS:
        return opens and token.text not in _CLOSERS
    closed = len(sentence) > 1 and last.text in '”"' and sentence[-2].text in _ENDS
    return closed and (token.is_capital or token.text == "“")


def _key(word: str) -> str:
    if word[0].isdigit():
        return "<year>" if _YEAR.fullmatch(word) else "<num>"
    return _MARKS.get(word[0]) or word.lower().replace("’", "'")

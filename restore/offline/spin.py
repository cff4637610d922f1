"""How spun an article is as a whole, from signs that a single phrase is too little for.

Four signs, each a mean over the article, weighed by a logistic regression that
tools/fit_spin_score.py fits and checks with each article left out. The score is a monotone
function of its outcome, on the scale of the damage that people found in labelled articles: spun
places per 100 words.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from restore.offline.decoder import Examination
from restore.offline.language_model import NOTHING, SENTENCE_START, UNKNOWN, LanguageModel
from restore.offline.tokens import Token

MOST_SCORE = 40.0
"""Spun places per 100 words of the worst articles."""
_FEW_WORDS = 60
"""A shorter article counts as one of this length: one sign in five words is no density."""
_MOST_FAULTS = 1.0
"""Per 100 words; more say nothing more."""
_SMOOTHING = 0.5
_LEAST_STEM = 3
_LEAST_WORD = 4
"""Letters of a word that may hang on another in lower case: shorter ones end many names."""
_RUN_ON = frozenset(
    "he she it they we this that these those is are was were has have had after before when while "
    "with from for by his her their its who which and but or make made".split()
)
"""Words that a sentence goes on or begins with, and that no name does."""


class Signs(NamedTuple):
    """What speaks for and against an article, in the form in which it is weighed."""

    spun: float
    """ln of the replacements that the first look expects per 100 words."""
    rivals: float
    """Words per 100 that the lexicon and their neighbours have a likely original for."""
    faults: float
    """ln of words run together and capitals after no full stop, per 100 words: what translation
    and copying leave."""
    cohesion: float
    """Nats by which its words are likelier after the two before than alone, a word."""


class _Weights(NamedTuple):
    """Printed by tools/fit_spin_score.py."""

    bias: float
    signs: Signs
    scale: float
    slope: float
    """The score's share of `MOST_SCORE` has the log odds `scale` + `slope` x (the log odds that
    the article is spun)."""


WEIGHTS = _Weights(-1.5820, Signs(1.5062, 0.1272, 4.0156, -1.6008), scale=-2.9300, slope=0.8204)


def spin_score(signs: Signs) -> float:
    """Return the estimate of spun places per 100 words."""
    odds = WEIGHTS.bias + sum(w * s for w, s in zip(WEIGHTS.signs, signs, strict=True))
    return MOST_SCORE / (1 + math.exp(-WEIGHTS.scale - WEIGHTS.slope * odds))


def read_signs(examination: Examination, model: LanguageModel) -> Signs:
    """Measure the signs in an article that the decoder has looked at."""
    hundreds = max(examination.words, _FEW_WORDS) / 100
    sentences = examination.sentences
    expected = sum(choice.probability for choice in examination.first_look) / hundreds
    faults = sum(_count_faults(tokens, model) for tokens in sentences) / hundreds
    gains = [gain for tokens in sentences for gain in _cohere(tokens, model)]
    return Signs(
        math.log(expected + _SMOOTHING),
        examination.rivals / hundreds,
        math.log(min(faults, _MOST_FAULTS) + _SMOOTHING),
        sum(gains) / max(len(gains), 1),
    )


def _cohere(tokens: Sequence[Token], model: LanguageModel) -> Iterator[float]:
    first, second = NOTHING, SENTENCE_START
    for token in tokens:
        word = model.word_id(token.key)
        known = UNKNOWN not in (first, second, word)
        if known and token.is_word and not token.is_capital:
            yield model.log_prob(first, second, word) - model.log_single(word)
        first, second = second, word


def _count_faults(tokens: Sequence[Token], model: LanguageModel) -> int:
    words = [token for token in tokens if token.is_word]
    capitals = sum(token.is_capital for token in words)
    faults = sum(_runs_together(token, model) for token in words)
    if 2 * capitals > len(words):  # a title
        return faults
    return faults + sum(_begins_amid(tokens, at) for at in range(1, len(tokens)))


def _begins_amid(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a sentence seems to begin right after a word ("Barcelona They asked")."""
    token, before = tokens[at], tokens[at - 1]
    if token.key not in _RUN_ON or not token.is_capital or token.text.isupper():
        return False
    in_name = at + 1 < len(tokens) and tokens[at + 1].is_capital
    return before.is_word and before.stop < token.start and not in_name


def _runs_together(token: Token, model: LanguageModel) -> bool:
    """Tell whether a name and the word after it lack their space ("VanceHe")."""
    key = token.key
    if not (token.is_capital and key.isalpha()) or model.word_id(key) != UNKNOWN:
        return False
    return any(
        key[at:] in _RUN_ON
        and (len(key) - at >= _LEAST_WORD or token.text[at].isupper())
        and model.word_id(key[:at]) != UNKNOWN
        for at in range(_LEAST_STEM, len(key) - 1)
    )

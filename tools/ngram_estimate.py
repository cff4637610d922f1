"""Probabilities from counts, and the choice of the n-grams that earn their bytes.

Interpolated modified Kneser-Ney (Chen and Goodman, 1998), with one change for small models: what
a longer n-gram does not claim of its counts, by discount or because it was pruned, is passed down
and makes the distribution it backs off to (after Siivola, Hirsimäki and Virpioja, 2007). Pruning
by relative entropy (Stolcke, 1998), against the bytes that each entry costs in the file.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ngram_counts import Counts, Floats, Table

from restore.offline.language_model import SENTENCE_START

TRIPLE_BYTES = 3.0
PAIR_BYTES = 3.0
HEAD_BYTES = 3.3
"""What a pair costs more if triples begin with it: a back-off and a place."""
WORD_BYTES = 24.0

_ROUNDS = 3
"""The gains depend on what else is kept; they hardly move after the third round."""
_FUNCTION_WORDS = 0.1
"""Worth of an n-gram that has no word of the lexicon: the engine has nothing to decide there. No
matter for the choice between 0.02 and 0.25; at 1, more of the edits made were wrong."""
_COMMONEST = 40
"""So many of the commonest words and marks are function words, in the lexicon or not."""
_LEAST_SHARE = 1e-4
"""Back-off weights stay above it, whatever rounding does."""
_BISECTIONS = 20

Mask = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """Probabilities of all n-grams counted, and which of them to store."""

    pairs: Mask
    triples: Mask
    heads: Mask
    """By pair: whether a stored triple begins with it."""
    frequency: Doubles
    """By word: its share of all words."""
    single_prob: Doubles
    backoff: Doubles
    """By word, as a context."""
    pair_prob: Doubles
    pair_backoff: Doubles
    triple_prob: Doubles


@dataclass(frozen=True)
class _Estimate:
    """A model's parts, for what is stored: an n-gram's own share, and what its context hands on."""

    single: Doubles
    context: Doubles
    """By word: the weighted count that the pairs' shares are shares of."""
    pair_share: Doubles
    pair_rest: Doubles
    """By word: the share that pairs leave to single words."""
    pair: Doubles
    triple_rest: Doubles
    """By pair: the share that triples leave to pairs."""


def prune(counts: Counts, decided: Mask, *, max_bytes: int) -> Model:
    """Return the best model whose file has at most about `max_bytes`.

    `decided` tells which words the lexicon names.
    """
    share = _triple_share(counts)
    worth = _worth(counts, decided)
    budget = max_bytes - WORD_BYTES * len(decided)
    pairs = np.ones(len(counts.first), np.bool_)
    triples = np.zeros(len(counts.head), np.bool_)
    for _ in range(_ROUNDS):
        estimate = _estimate(counts, share, pairs, triples, size=len(decided))
        gains = _gains(counts, estimate, share, pairs, triples)
        pairs, triples = _fit(counts, gains[0] * worth[0], gains[1] * worth[1], budget)
    estimate = _estimate(counts, share, pairs, triples, size=len(decided))
    frequency = np.bincount(counts.second, counts.pairs.weighted, minlength=len(decided)) + 0.5
    return Model(
        pairs=pairs,
        triples=triples,
        heads=_heads(counts, triples),
        frequency=frequency / frequency.sum(),
        single_prob=estimate.single,
        backoff=estimate.pair_rest,
        pair_prob=estimate.pair,
        pair_backoff=estimate.triple_rest,
        triple_prob=share + estimate.triple_rest[counts.head] * estimate.pair[counts.tail],
    )


def _kept_part(table: Table, seen: Floats) -> Doubles:
    """Return the part of each count that the discount leaves, 0-1.

    Between the three discounts for one, two and three sightings, and for fractions of them that
    were passed down, it is read off a straight line.
    """
    one, two, three, four = (max(times, 1) for times in table.seen_times)
    ratio = one / (one + 2 * two)
    after = (two / one, three / two, four / three)
    discounts = [times - (times + 1) * ratio * next_ for times, next_ in enumerate(after, 1)]
    # On a corpus so small that the formula fails, no discount takes nothing or all.
    bounded = np.clip(discounts, [0.1, 0.2, 0.3], [0.9, 1.8, 2.7])
    discount = np.interp(seen, [0, 1, 2, 3], [0, *bounded])
    part: Doubles = 1 - discount / np.maximum(seen, 1e-6)
    return part


def _triple_share(counts: Counts) -> Doubles:
    """Return each triple's own share of the count of its first two words."""
    claimed = counts.triples.weighted * _kept_part(counts.triples, counts.triples.seen)
    share: Doubles = claimed / counts.pairs.weighted[counts.head]
    return share


def _estimate(
    counts: Counts, share: Doubles, pairs: Mask, triples: Mask, *, size: int
) -> _Estimate:
    first, second, table = counts.first, counts.second, counts.pairs
    claimed = np.bincount(
        counts.tail[triples],
        (share * table.weighted[counts.head])[triples],
        minlength=len(first),
    )
    # A pair that triples claim in full still occurs: something is always left of it.
    passed = np.maximum(table.weighted - claimed, 0.02 * table.weighted)
    context = np.maximum(np.bincount(first, passed, minlength=size), 1e-9)
    per_place = table.weighted / table.seen
    own = passed * _kept_part(table, (passed / per_place).astype(np.float32))
    left = np.where(pairs, passed - own, passed)
    single = np.asarray(np.bincount(second, left, minlength=size) + 0.5, np.float64)
    single[SENTENCE_START] = 1e-3  # it is never asked for, and must not take from the others
    single /= single.sum()
    pair_share = own / context[first]
    pair_rest = _rest(first, pair_share, pairs, size)
    return _Estimate(
        single=single,
        context=context,
        pair_share=pair_share,
        pair_rest=pair_rest,
        pair=np.where(pairs, pair_share, 0) + pair_rest[first] * single[second],
        triple_rest=_rest(counts.head, share, triples, len(first)),
    )


def _rest(context: npt.NDArray[np.int32], share: Doubles, stored: Mask, size: int) -> Doubles:
    """Return what stored n-grams leave of each context, for the shorter context to share out."""
    taken = np.bincount(context[stored], share[stored], minlength=size)
    rest: Doubles = np.clip(1 - taken, _LEAST_SHARE, 1)
    return rest


def _gains(
    counts: Counts, estimate: _Estimate, share: Doubles, pairs: Mask, triples: Mask
) -> tuple[Doubles, Doubles]:
    """Return, in nats over the whole corpus, what storing each pair and each triple is worth."""
    pair_gain = _gain(
        count=estimate.context[counts.first],
        share=estimate.pair_share,
        rest=estimate.pair_rest[counts.first],
        shorter=estimate.single[counts.second],
        stored=pairs,
    )
    triple_gain = _gain(
        count=counts.pairs.weighted[counts.head],
        share=share,
        rest=estimate.triple_rest[counts.head],
        shorter=estimate.pair[counts.tail],
        stored=triples,
    )
    return pair_gain, triple_gain


def _gain(
    *,
    count: npt.NDArray[np.floating],
    share: Doubles,
    rest: Doubles,
    shorter: Doubles,
    stored: Mask,
) -> Doubles:
    """Return the relative entropy between a context with and without one n-gram, times its count.

    The n-gram itself loses probability, all words that back off gain what it claimed.
    """
    rest_with = np.where(stored, rest, np.maximum(rest - share, _LEAST_SHARE))
    rest_without = rest_with + share
    with_it = share + rest_with * shorter
    lost = with_it * np.log(with_it / (rest_without * shorter))
    gained: Doubles = rest_with * np.log(rest_without / rest_with)
    result: Doubles = count * (lost - gained)
    return result


def _worth(counts: Counts, decided: Mask) -> tuple[Doubles, Doubles]:
    """Return how much a nat of each pair and each triple matters to the engine, up to 1."""
    common = np.argsort(-np.bincount(counts.second, counts.pairs.weighted, len(decided)))
    words = np.where(decided, 1.0, _FUNCTION_WORDS)
    words[common[:_COMMONEST]] = _FUNCTION_WORDS
    pair = np.maximum(words[counts.first], words[counts.second])
    return pair, np.maximum(pair[counts.head], words[counts.second[counts.tail]])


def _fit(
    counts: Counts, pair_gain: Doubles, triple_gain: Doubles, budget: float
) -> tuple[Mask, Mask]:
    """Return the pairs and triples worth most by the byte that fit the budget in all."""
    low, high = 1e-3, 1e3
    for _ in range(_BISECTIONS):
        price = (low * high) ** 0.5
        pairs, triples = _worth_price(counts, pair_gain, triple_gain, price)
        size = TRIPLE_BYTES * triples.sum() + PAIR_BYTES * pairs.sum()
        size += HEAD_BYTES * _heads(counts, triples).sum()
        low, high = (price, high) if size > budget else (low, price)
    return _worth_price(counts, pair_gain, triple_gain, high)


def _worth_price(
    counts: Counts, pair_gain: Doubles, triple_gain: Doubles, price: float
) -> tuple[Mask, Mask]:
    """Return what is worth `price` nats a byte; a head must pay for itself with its triples."""
    profit = np.maximum(triple_gain - price * TRIPLE_BYTES, 0)
    own = pair_gain - price * PAIR_BYTES
    total = np.bincount(counts.head, profit, minlength=len(own)) + np.minimum(own, 0)
    heads = total > price * HEAD_BYTES
    return (own > 0) | heads, (profit > 0) & heads[counts.head]


def _heads(counts: Counts, triples: Mask) -> Mask:
    heads = np.zeros(len(counts.first), np.bool_)
    heads[counts.head[triples]] = True
    return heads

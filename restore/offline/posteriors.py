"""How likely each arc of a lattice is, all readings of the sentence considered.

Forward-backward over states of two words of history (Rabiner 1989, doi 10.1109/5.18626). Against
the best reading alone, this lets rival candidates lower each other's confidence: the errors of
the prototype that took the best path were mostly near ties.
"""

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from restore.offline.language_model import (
    NOTHING,
    SENTENCE_START,
    SENTENCE_STOP,
    LanguageModel,
)
from restore.offline.lattice import Lattice

Scores = list[list[float]]
"""The ln weight of each arc of a lattice, in the same order."""

_MEMORY = 2
"""Words of history that the language model knows."""

_State = tuple[int, int]
_Column = dict[_State, float]
_Step = tuple[int, int, _State, float]
"""Arc's index, stop, to state, weight."""
_Steps = list[tuple[_State, float, list[_Step]]]
"""From state, its forward score, and what leads on from it."""


class _Island(NamedTuple):
    """A part of a lattice with rival readings; the words around it stand."""

    start: int
    arcs: Lattice
    scores: Scores
    before: _State
    behind: list[int]
    """The words whose probability the readings still change: the next two, or to the end."""


def find_ranges(lattice: Lattice) -> list[tuple[int, int]]:
    """Return the half-open ranges of tokens with rival readings, each of which hangs together.

    Between two of them stand at least as many words as the model remembers, so that each can be
    judged for itself. In clean text this spares every second token.
    """
    found: list[tuple[int, int]] = []
    first = stop = -_MEMORY
    for start, arcs in enumerate(lattice):
        if len(arcs) > 1:
            if start >= stop + _MEMORY:
                if stop > 0:
                    found.append((first, stop))
                first = start
            stop = max(stop, *[arc.stop for arc in arcs])
    if stop > 0:
        found.append((first, stop))
    return found


def posteriors(
    lattice: Lattice,
    start: int,
    scores: Scores,
    model: LanguageModel,
    *,
    exponent: float,
    states: int,
) -> list[list[float]]:
    """Return the posterior probability of each arc of one range of a lattice, in the same order.

    Args:
        lattice: the readings of one sentence.
        start: where the range begins, one of those that `find_ranges` gives.
        scores: of its arcs.
        model: judges the words of a reading.
        exponent: on the model's probabilities.
        states: histories that survive at one place.
    """
    island = _cut_island(lattice, start, scores)
    last, steps = _forward(island, model, exponent=exponent, states=states)
    ends = {state: _read(state, island.behind, model, exponent)[1] for state in last}
    return _backward(island, last, steps, ends)


def _cut_island(lattice: Lattice, start: int, scores: Scores) -> _Island:
    stop = start + len(scores)
    behind = [arcs[0].ids[0] for arcs in lattice[stop : stop + _MEMORY]]
    if len(behind) < _MEMORY:
        behind.append(SENTENCE_STOP)
    second = lattice[start - 1][0].ids[0] if start else SENTENCE_START
    first = lattice[start - 2][0].ids[0] if start > 1 else (SENTENCE_START if start else NOTHING)
    return _Island(start, lattice[start:stop], scores, (first, second), behind)


def _forward(
    island: _Island, model: LanguageModel, *, exponent: float, states: int
) -> tuple[_Column, list[_Steps]]:
    """Return the forward scores behind the last token, and the steps from every token."""
    columns: list[_Column] = [{} for _ in range(len(island.arcs) + 1)]
    columns[0][island.before] = 0.0
    log_prob = model.log_prob
    found: list[_Steps] = []
    for start, arcs in enumerate(island.arcs):
        ways = [(arc.stop - island.start, arc.ids) for arc in arcs]
        scores = island.scores[start]
        here: _Steps = []
        for state, alpha in _keep_best(columns[start], states).items():
            first, second = state
            steps: list[_Step] = []
            for index, (stop, ids) in enumerate(ways):
                if len(ids) == 1:  # nine in ten
                    end = second, ids[0]
                    gain = exponent * log_prob(first, second, ids[0]) + scores[index]
                else:
                    end, gain = _read(state, ids, model, exponent)
                    gain += scores[index]
                steps.append((index, stop, end, gain))
                column, score = columns[stop], alpha + gain
                column[end] = _log_add(column[end], score) if end in column else score
            here.append((state, alpha, steps))
        found.append(here)
    if len(island.behind) > 1:  # not at the end of the sentence
        columns[-1] = _keep_best(columns[-1], states)
    return columns[-1], found


def _backward(
    island: _Island, last: _Column, found: list[_Steps], ends: _Column
) -> list[list[float]]:
    """Return the probability of every arc; `ends` is what follows the states behind the last."""
    back: list[_Column] = [{} for _ in found]
    back.append(ends)
    total = _log_sum([alpha + ends[state] for state, alpha in last.items()])
    posterior = [[0.0] * len(arcs) for arcs in island.arcs]
    for start in reversed(range(len(found))):
        here, arcs = back[start], posterior[start]
        for state, alpha, steps in found[start]:
            passing = 0.0
            for index, stop, end, gain in steps:
                behind = back[stop].get(end)
                if behind is not None:  # the beam did not drop it
                    probability = math.exp(min(0.0, alpha + gain + behind - total))
                    arcs[index] += probability
                    passing += probability
            if passing:
                here[state] = math.log(passing) + total - alpha
    return posterior


def _read(
    state: _State, ids: Sequence[int], model: LanguageModel, exponent: float
) -> tuple[_State, float]:
    """Return the state behind some words, and what the language model says of them."""
    first, second = state
    gain = 0.0
    for word in ids:
        gain += model.log_prob(first, second, word)
        first, second = second, word
    return (first, second), exponent * gain


def _keep_best(column: _Column, most: int) -> _Column:
    if len(column) <= most:
        return column
    return dict(sorted(column.items(), key=itemgetter(1), reverse=True)[:most])


def _log_add(one: float, other: float) -> float:
    if one < other:
        one, other = other, one
    return one + math.log1p(math.exp(other - one))


def _log_sum(scores: list[float]) -> float:
    most = max(scores)
    return most + math.log(sum(math.exp(score - most) for score in scores))

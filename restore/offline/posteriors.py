"""How likely each arc of a lattice is, all readings of the sentence considered.

Forward-backward over states of two words of history (Rabiner 1989, doi 10.1109/5.18626). Against
the best reading alone, this lets rival candidates lower each other's confidence: the errors of
the prototype that took the best path were mostly near ties.
"""

import math
from operator import itemgetter

from restore.offline.language_model import (
    NOTHING,
    SENTENCE_START,
    SENTENCE_STOP,
    LanguageModel,
)
from restore.offline.lattice import Lattice

Scores = list[list[float]]
"""The ln weight of each arc of a lattice, in the same order."""

_State = tuple[int, int]
_Column = dict[_State, float]
_Step = tuple[_State, int, int, _State, float]
"""From state, arc's index, stop, to state, weight."""


def posteriors(
    lattice: Lattice, scores: Scores, model: LanguageModel, *, exponent: float, states: int
) -> list[list[float]]:
    """Return the posterior probability of each arc of a lattice, in the same order.

    Args:
        lattice: the readings of one sentence.
        scores: of its arcs.
        model: judges the words of a reading.
        exponent: on the model's probabilities.
        states: histories that survive at one place.
    """
    columns, steps = _forward(lattice, scores, model, exponent=exponent, states=states)
    log_prob = model.log_prob
    back: list[_Column] = [{} for _ in columns]
    back[-1] = {s: exponent * log_prob(*s, SENTENCE_STOP) for s in columns[-1]}
    total = _log_sum([alpha + back[-1][state] for state, alpha in columns[-1].items()])
    found = [[0.0] * len(arcs) for arcs in lattice]
    for start in reversed(range(len(lattice))):
        for state, index, stop, end, gain in steps[start]:
            behind = back[stop].get(end)
            if behind is None:  # the beam dropped it
                continue
            _add(back[start], state, gain + behind)
            through = columns[start][state] + gain + behind
            found[start][index] += math.exp(min(0.0, through - total))
    return found


def _forward(
    lattice: Lattice, scores: Scores, model: LanguageModel, *, exponent: float, states: int
) -> tuple[list[_Column], list[list[_Step]]]:
    """Return the forward score of every state at every token, and the steps between them."""
    columns: list[_Column] = [{} for _ in range(len(lattice) + 1)]
    columns[0][NOTHING, SENTENCE_START] = 0.0
    steps: list[list[_Step]] = []
    for start, arcs in enumerate(lattice):
        columns[start] = column = _keep_best(columns[start], states)
        here: list[_Step] = []
        for state, alpha in column.items():
            for index, arc in enumerate(arcs):
                end, gain = _read(state, arc.ids, model, exponent)
                gain += scores[start][index]
                _add(columns[arc.stop], end, alpha + gain)
                here.append((state, index, arc.stop, end, gain))
        steps.append(here)
    return columns, steps


def _read(
    state: _State, ids: tuple[int, ...], model: LanguageModel, exponent: float
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


def _add(column: _Column, state: _State, score: float) -> None:
    old = column.get(state)
    if old is None:
        column[state] = score
    elif old > score:
        column[state] = old + math.log1p(math.exp(score - old))
    else:
        column[state] = score + math.log1p(math.exp(old - score))


def _log_sum(scores: list[float]) -> float:
    most = max(scores)
    return most + math.log(sum(math.exp(score - most) for score in scores))

"""Sums over all paths through the lattices, for the likelihood of the gold readings.

A conditional random field (Lafferty, McCallum and Pereira 2001): P(path) is proportional to
exp(weights times features of its arcs + exponent times ln P of its words). Paths that agree with
gold are a part of all paths, so ln P(gold) is the difference of two sums, and its gradient is the
difference of two expectations of the features.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import count, pairwise
from typing import NamedTuple

import numpy as np
from fit_lattice import Labelled
from fit_numbers import EXPONENT, Numbers, weigh
from numpy.typing import NDArray
from scipy.sparse import csr_array

from restore.offline.language_model import NOTHING, SENTENCE_START, SENTENCE_STOP, LanguageModel

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]
_State = tuple[int, int]

_STATES = 16
"""Histories that survive at one place, besides as many that agree with gold."""
_KEEP = 0
"""The number of all arcs without features."""


class _Edge(NamedTuple):
    """One step between two histories."""

    level: int
    """Tokens before its target."""
    source: int
    target: int
    arc: int
    log_prob: float
    """ln P of the words it reads."""
    is_gold: bool


@dataclass
class _Node:
    """One history of two words at one token."""

    number: int
    best: float = -np.inf
    """Score of the best path to it."""
    is_gold: bool = False
    """Whether a path that agrees with gold leads to it."""


class _Level(NamedTuple):
    """The edges into all nodes with the same number of tokens before them."""

    edges: slice
    runs: NDArray[np.intp]
    """Where the edges into each target begin, within `edges`."""
    targets: Integers


@dataclass(frozen=True)
class Paths:
    """All paths of many sentences at once, level by level, so that numpy has long arrays."""

    source: Integers
    target: Integers
    arc: Integers
    log_prob: Floats
    levels: list[_Level]

    def sum(self, gains: Floats, starts: Integers, stops: Integers) -> tuple[float, Floats]:
        """Return ln of the summed weights of the paths, and the probability of each edge.

        Args:
            gains: ln weight of each edge.
            starts: the first nodes of all sentences.
            stops: the last ones.
        """
        nodes = 1 + int(stops.max(initial=0))
        alpha = np.full(nodes, -np.inf)
        alpha[starts] = 0.0
        for edges, runs, targets in self.levels:
            reached = alpha[self.source[edges]] + gains[edges]
            alpha[targets] = np.logaddexp.reduceat(reached, runs)
        # Backwards, what passes a node came over its edges in proportion to their part of alpha.
        passing = np.exp(alpha[self.source] + gains - alpha[self.target])
        through = np.zeros(nodes)
        through[stops] = 1.0
        for edges, _, _ in reversed(self.levels):
            passing[edges] *= through[self.target[edges]]
            np.add.at(through, self.source[edges], passing[edges])
        return float(alpha[stops].sum()), passing


@dataclass(frozen=True)
class Graph:
    """What the likelihood is computed from."""

    names: tuple[str, ...]
    """Of the numbers, in the order of every vector."""
    features: csr_array
    """Distinct arcs x names."""
    starts: Integers
    stops: Integers
    free: Paths
    gold: Paths

    def loss(self, vector: Floats) -> tuple[float, Floats]:
        """Return -ln P(gold), summed over all sentences, and its gradient."""
        scores = self.features @ vector
        exponent = vector[self.names.index(EXPONENT)]
        free, free_expected = self._expect(self.free, scores, exponent)
        gold, gold_expected = self._expect(self.gold, scores, exponent)
        return free - gold, free_expected - gold_expected

    def _expect(self, paths: Paths, scores: Floats, exponent: float) -> tuple[float, Floats]:
        """Return ln of the sum over some paths, and what they have of each feature."""
        gains = scores[paths.arc] + exponent * paths.log_prob
        total, passing = paths.sum(gains, self.starts, self.stops)
        arcs = np.bincount(paths.arc, weights=passing, minlength=len(scores))
        expected: Floats = self.features.T @ arcs
        expected[self.names.index(EXPONENT)] = passing @ paths.log_prob
        return total, expected


def build_graph(sentences: Iterable[Labelled], model: LanguageModel, numbers: Numbers) -> Graph:
    """Return the paths of all sentences that survive the beam under the numbers of now.

    What survives stays the same while the numbers move, which keeps the loss smooth.
    """
    names = tuple(dict.fromkeys((*numbers, EXPONENT)))
    arcs = _Arcs(names)
    edges = _EdgeArrays()
    starts, stops = array("i"), array("i")
    next_node = count()
    for sentence in sentences:
        tracer = _Tracer(model, numbers, arcs, next_node)
        for edge in tracer.trace(sentence):
            edges.add(edge)
        starts.append(tracer.start)
        stops.append(tracer.stop)
    free, gold = edges.split()
    features = arcs.matrix()
    return Graph(names, features, _integers(starts), _integers(stops), free, gold)


class _Arcs:
    """Numbers distinct arcs, and collects their features."""

    def __init__(self, names: Sequence[str]) -> None:
        self._columns = {name: column for column, name in enumerate(names)}
        self._numbers: dict[tuple[tuple[str, float], ...], int] = {(): _KEEP}

    def number(self, features: Iterable[tuple[str, float]]) -> int:
        """Return the number of all arcs with these features; those not fitted are left out."""
        known = tuple(item for item in features if item[0] in self._columns)
        return self._numbers.setdefault(known, len(self._numbers))

    def matrix(self) -> csr_array:
        """Return arcs x names."""
        rows, columns, values = array("i"), array("i"), array("d")
        for features, row in self._numbers.items():
            for name, value in features:
                rows.append(row)
                columns.append(self._columns[name])
                values.append(value)
        shape = (len(self._numbers), len(self._columns))
        return csr_array((np.array(values), (np.array(rows), np.array(columns))), shape=shape)


class _Tracer:
    """Lists the steps through one lattice."""

    def __init__(
        self, model: LanguageModel, numbers: Numbers, arcs: _Arcs, next_node: "count[int]"
    ) -> None:
        self._model = model
        self._numbers = numbers
        self._arcs = arcs
        self._next_node = next_node
        self.start = next(next_node)
        self.stop = self.start

    def trace(self, sentence: Labelled) -> Iterator[_Edge]:
        """Yield every step that the beam lets live; `stop` is known when all are."""
        columns: list[dict[_State, _Node]] = [{} for _ in range(len(sentence.lattice) + 1)]
        columns[0][NOTHING, SENTENCE_START] = _Node(self.start, 0.0, is_gold=True)
        for at in range(len(sentence.lattice)):
            yield from self._leave(sentence, at, columns)
        self.stop = next(self._next_node)
        for state, node in columns[-1].items():
            log_prob = self._model.log_prob(*state, SENTENCE_STOP)
            yield _Edge(len(columns), node.number, self.stop, _KEEP, log_prob, node.is_gold)

    def _leave(
        self, sentence: Labelled, at: int, columns: list[dict[_State, _Node]]
    ) -> Iterator[_Edge]:
        """Yield the steps that begin at one token."""
        numbers = [self._arcs.number(features.items()) for features in sentence.features[at]]
        scores = [weigh(features, self._numbers) for features in sentence.features[at]]
        for state, node in _keep_best(columns[at]):
            for index, arc in enumerate(sentence.lattice[at]):
                end, log_prob = self._read(state, arc.ids)
                is_gold = node.is_gold and index in sentence.allowed[at]
                target = columns[arc.stop].get(end)
                if target is None:
                    target = columns[arc.stop][end] = _Node(next(self._next_node))
                score = node.best + scores[index] + self._numbers[EXPONENT] * log_prob
                target.best = max(target.best, score)
                target.is_gold |= is_gold
                yield _Edge(arc.stop, node.number, target.number, numbers[index], log_prob, is_gold)

    def _read(self, state: _State, ids: tuple[int, ...]) -> tuple[_State, float]:
        """Return the history behind some words, and ln P of them."""
        first, second = state
        log_prob = 0.0
        for word in ids:
            log_prob += self._model.log_prob(first, second, word)
            first, second = second, word
        return (first, second), log_prob


def _keep_best(column: dict[_State, _Node]) -> Iterable[tuple[_State, _Node]]:
    """Return the best histories, and the best of those that agree with gold.

    Without the latter, what the weights of now do not see could never be learnt.
    """
    if len(column) <= _STATES:
        return column.items()
    gold = {state: node for state, node in column.items() if node.is_gold}
    kept = [*_best(column), *_best(gold)]
    return dict(kept).items()


def _best(column: dict[_State, _Node]) -> list[tuple[_State, _Node]]:
    return nlargest(_STATES, column.items(), key=lambda item: item[1].best)


@dataclass
class _EdgeArrays:
    """Many edges; as objects, those of sixty passages would take gigabytes."""

    level: "array[int]" = field(default_factory=lambda: array("i"))
    source: "array[int]" = field(default_factory=lambda: array("i"))
    target: "array[int]" = field(default_factory=lambda: array("i"))
    arc: "array[int]" = field(default_factory=lambda: array("i"))
    log_prob: "array[float]" = field(default_factory=lambda: array("d"))
    is_gold: "array[int]" = field(default_factory=lambda: array("b"))

    def add(self, edge: _Edge) -> None:
        """Append an edge."""
        self.level.append(edge.level)
        self.source.append(edge.source)
        self.target.append(edge.target)
        self.arc.append(edge.arc)
        self.log_prob.append(edge.log_prob)
        self.is_gold.append(edge.is_gold)

    def split(self) -> tuple[Paths, Paths]:
        """Return all paths, and those that agree with gold."""
        order = np.lexsort((_integers(self.target), _integers(self.level)))
        is_gold = np.array(self.is_gold, dtype=np.bool_)
        return self._paths(order), self._paths(order[is_gold[order]])

    def _paths(self, order: NDArray[np.intp]) -> Paths:
        target = _integers(self.target)[order]
        levels = _integers(self.level)[order]
        bounds = [0, *(np.flatnonzero(np.diff(levels)) + 1).tolist(), len(order)]
        return Paths(
            _integers(self.source)[order],
            target,
            _integers(self.arc)[order],
            np.array(self.log_prob)[order],
            [_level(target, a, b) for a, b in pairwise(bounds) if a < b],
        )


def _level(target: Integers, first: int, stop: int) -> _Level:
    targets, runs = np.unique(target[first:stop], return_index=True)
    return _Level(slice(first, stop), runs, targets)


def _integers(values: "array[int]") -> Integers:
    return np.array(values, dtype=np.int32)

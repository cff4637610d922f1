"""Fit the spin score: `python tools/fit_spin_score.py GOLD.jsonl CLEAN… [--check GOLD.jsonl]`.

GOLD holds labelled passages, CLEAN are files of clean text, which are cut into articles of 400
words or more. A logistic regression tells spun articles from clean ones by the signs that
`restore.offline.spin` reads. Prints the area under the ROC curve of each sign alone, of the score
with each article left out of the fit in turn, and on the passages of --check, which are not
fitted on; then the weights, for `WEIGHTS` in that module. They are to be fitted again when the
lexicon has grown.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from restore.documents import read_bytes
from restore.evaluate import load_gold
from restore.offline.decoder import load
from restore.offline.spin import MOST_SCORE, Signs, read_signs

Floats = NDArray[np.float64]

_ARTICLE_WORDS = 400
_PENALTY = 0.02
"""On the squares of the standardised weights: there are few spun passages to fit on."""
_QUANTILES = [0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]
_CLEAN_SCORE = 0.3
"""What the median clean article is to score: about the false edits per 100 words that the first
look counts in clean text. The median spun passage is to score its labelled spans per 100 words."""


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("clean", type=Path, nargs="+")
    parser.add_argument("--check", type=Path, help="labelled passages that are only scored")
    arguments = parser.parse_args()
    signs, is_spun, names, density = _read(arguments.gold)
    pieces = [_signs(text) for path in arguments.clean for text in cut(path.read_text("utf-8"))]
    signs = np.vstack([signs, pieces])
    is_spun = np.r_[is_spun, np.zeros(len(pieces), bool)]
    print(f"{is_spun.sum()} spun articles, {(~is_spun).sum()} clean")
    for index, name in enumerate(Signs._fields):
        alone = area(signs[:, index], is_spun)
        print(f"{name} alone: {max(alone, 1 - alone):.4f}")
    left_out = np.array([_leave_out(signs, is_spun, index) for index in range(len(signs))])
    print(f"left-out area under the ROC curve: {area(left_out, is_spun):.4f}")
    _print_lowest(left_out, is_spun, names)
    weights = fit(signs, is_spun)
    odds = signs @ weights[:-1] + weights[-1]
    if arguments.check:
        _print_check(arguments.check, weights, odds[~is_spun])
    _print_weights(weights, odds, is_spun, density)


def cut(text: str) -> Iterator[str]:
    """Yield pieces of clean text of at least 400 words each, whole paragraphs."""
    piece: list[str] = []
    words = 0
    for line in text.splitlines():
        piece.append(line)
        words += len(line.split())
        if words > _ARTICLE_WORDS:
            yield "\n".join(piece)
            piece, words = [], 0


def fit(signs: Floats, is_spun: NDArray[np.bool_]) -> Floats:
    """Return the weights of the signs and, last, the bias; spun and clean count the same."""
    mean, deviation = signs.mean(0), signs.std(0)
    inputs = np.c_[(signs - mean) / deviation, np.ones(len(signs))]
    sides = np.where(is_spun, 1.0, -1.0)
    shares = np.where(is_spun, 0.5 / is_spun.sum(), 0.5 / (~is_spun).sum())

    def loss(weights: Floats) -> float:
        penalty = _PENALTY * np.square(weights[:-1]).sum()
        return float((shares * np.logaddexp(0, -sides * (inputs @ weights))).sum() + penalty)

    found: Floats = minimize(loss, np.zeros(inputs.shape[1])).x
    scaled = found[:-1] / deviation
    weights: Floats = np.append(scaled, found[-1] - scaled @ mean)
    return weights


def area(scores: Floats, is_spun: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve: how often a spun article scores above a clean one.

    >>> area(np.array([3.0, 1.0, 2.0]), np.array([True, False, False]))
    1.0
    """
    spun, clean = scores[is_spun][:, None], scores[~is_spun][None, :]
    return float(((spun > clean) + 0.5 * (spun == clean)).mean())


def _signs(text: str) -> Signs:
    decoder = load()
    article = next(read_bytes(text.encode(), "text", suffix=".txt"))
    return read_signs(decoder.examine(article), decoder.model)


def _read(gold: Path) -> tuple[Floats, NDArray[np.bool_], list[str], Floats]:
    """Return signs, whether spun, ids, and the spun passages' spans per 100 words."""
    passages = load_gold(gold)
    signs = np.array([_signs(passage.text) for passage in passages])
    is_spun = np.array([passage.kind == "spun" for passage in passages])
    spun = [passage for passage in passages if passage.kind == "spun"]
    density = np.array([100 * len(p.spans) / len(p.text.split()) for p in spun])
    return signs, is_spun, [passage.id for passage in passages], density


def _leave_out(signs: Floats, is_spun: NDArray[np.bool_], index: int) -> float:
    others = np.arange(len(signs)) != index
    weights = fit(signs[others], is_spun[others])
    return float(signs[index] @ weights[:-1] + weights[-1])


def _print_lowest(odds: Floats, is_spun: NDArray[np.bool_], names: Sequence[str]) -> None:
    clean = odds[~is_spun]
    for index in sorted(map(int, np.flatnonzero(is_spun)), key=lambda at: float(odds[at]))[:8]:
        print(
            f"  {names[index]}: {(clean > odds[index]).mean():.1%} of clean articles score higher"
        )


def _print_check(path: Path, weights: Floats, clean: Floats) -> None:
    signs, is_spun, _, _ = _read(path)
    odds = signs @ weights[:-1] + weights[-1]
    both = np.r_[odds[is_spun], odds[~is_spun], clean]
    which = np.arange(len(both)) < is_spun.sum()
    print(f"passages not fitted on, against all clean articles: {area(both, which):.4f}")


def _print_weights(
    weights: Floats, odds: Floats, is_spun: NDArray[np.bool_], density: Floats
) -> None:
    low, high = np.median(odds[~is_spun]), np.median(odds[is_spun])
    least, most = logit(_CLEAN_SCORE / MOST_SCORE), logit(np.median(density) / MOST_SCORE)
    slope = (most - least) / (high - low)
    scale = least - slope * low
    scores = MOST_SCORE * expit(scale + slope * odds)
    for name, which in (("spun", is_spun), ("clean", ~is_spun)):
        print(
            f"score of {name}, quantiles:",
            *(f"{d:.1f}" for d in np.quantile(scores[which], _QUANTILES)),
        )
    signs = ", ".join(f"{weight:.4f}" for weight in weights[:-1])
    print(f"_Weights({weights[-1]:.4f}, Signs({signs}), scale={scale:.4f}, slope={slope:.4f})")


if __name__ == "__main__":
    main()

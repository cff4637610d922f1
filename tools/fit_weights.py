"""Fit the offline engine's weights: `fit_weights.py GOLD.jsonl --clean FOLDER [--folds K] [...]`.

GOLD.jsonl holds labelled passages, one JSON object a line, as `restore eval` reads them: `id`,
`kind` ("spun" or "clean"), `text`, and `edits`, a list of `spun` wordings with every accepted one
(`restored`) and the `occurrence` meant (from 1); `optional` spans are harmless either way. FOLDER
holds clean text, `*.txt` in UTF-8, one paragraph a line; it must not be text that the language
model was counted on, or the model would know it by heart. None of this is in the repository.

Prints the fitted numbers as TOML: weights for lexicon/sources.toml, the content of
lexicon/features.toml, and the fields of restore/offline/weights.py; `--write` puts them there, and
`make lexicon` then compiles the lexicon with them. With `--folds` it fits on all
folds but one, K times, and prints how well the engine then does on the passages left out.

Every spun passage is learnt from twice: with the whole lexicon, and without the sources that were
written with such passages in sight. Their weights would otherwise say that they know these
passages, and those of the other sources would never be seen at work alone. Two rounds of: set
what the first look expects so that clean text counts a quarter of an edit per 100 words, build
the lattices, maximise the likelihood of the gold readings with a pull (L2) towards guesses. A
new feature of tools/row_features.py is fitted once lexicon/features.toml has it, as 0.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from compile_lexicon import MODEL, ROOT, TEXTS
from fit_lattice import (
    Knowledge,
    Reader,
    RowLexicon,
    label,
    read_knowledge,
)
from fit_numbers import (
    EXPONENT,
    FIRST_PASS,
    Numbers,
    as_toml,
    guess_numbers,
    read_numbers,
    to_weights,
    write_numbers,
)
from fit_paths import Floats, Graph, build_graph
from lexicon_text import BadRow, read_sources
from scipy.optimize import minimize

from restore.article import Article, Block, apply
from restore.errors import RestoreError, UsageProblem
from restore.evaluate import Passage, Score, load_gold, score, total
from restore.offline.decoder import Decoder, choose
from restore.offline.edits import make_edits
from restore.offline.language_model import LanguageModel

WITHHELD = ("spun-words", "spun-words-weak", "original-words", "phrases")
"""Sources that were written with the development passages in sight."""
WEIGHTS_FILE = ROOT / "restore" / "offline" / "weights.py"
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.7)
"""At which `--folds` reports."""

_PULL = 2.0
"""L2 weight of the distance from the guesses: what the passages hardly touch stays there."""
_CLEAN_DENSITY = 0.25
"""Edits per 100 words that the first look shall count in clean text."""
_FIRST_PASS_RANGE = (-6.0, 3.0)
_BISECTIONS = 8
_PIECE_WORDS = 450
"""About as long as a gold passage, because the document prior depends on length."""
_PARAGRAPH_WORDS = 6
"""Shorter lines of clean text are headings and credits."""
_SMALLEST_EXPONENT = 0.05
_SEED = 1


@dataclass(frozen=True)
class Recipe:
    """What a fit starts from and how long it goes on."""

    model: LanguageModel
    lexica: Sequence[Knowledge]
    """The whole lexicon, and if sources are withheld, what is left without them."""
    start: Numbers
    rounds: int = 2
    iterations: int = 14
    """Of the optimiser, in each round."""


def main(arguments: list[str] | None = None) -> int:
    """Fit, or cross-validate; return the exit code."""
    options = _parse(arguments)
    try:
        gold = load_gold(options.gold)
        clean = load_clean(options.clean, options.pieces)
        recipe = _prepare(options)
    except (BadRow, RestoreError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 2
    if options.folds:
        print("\n".join(cross_validate(gold, clean, recipe, folds=options.folds)))
    else:
        numbers = fit(gold, clean, recipe)
        print("\n".join(as_toml(numbers, read_numbers(TEXTS))))
        if options.write:
            write_numbers(numbers, TEXTS, WEIGHTS_FILE)
    return 0


def fit(gold: Sequence[Passage], clean: Sequence[Passage], recipe: Recipe) -> Numbers:
    """Return the numbers under which the gold readings are likeliest."""
    numbers = recipe.start
    spun = [passage for passage in gold if passage.kind == "spun"]
    unspun = [passage for passage in gold if passage.kind == "clean"]
    for number in range(1, recipe.rounds + 1):
        numbers = calibrate(clean, recipe, numbers)
        whole, *reduced = (Reader(lexicon, recipe.model, numbers) for lexicon in recipe.lexica)
        tasks = [(whole, passage) for passage in (*spun, *unspun, *clean)]
        tasks += [(reader, passage) for reader in reduced for passage in spun]
        sentences = (s for reader, p in tasks for s in label(p, reader, recipe.model))
        graph = build_graph(sentences, recipe.model, numbers)
        numbers, loss = maximise(graph, numbers, recipe.start, iterations=recipe.iterations)
        print(f"round {number}: -ln P = {loss:.1f}", file=sys.stderr)
    return calibrate(clean, recipe, numbers)


def calibrate(clean: Sequence[Passage], recipe: Recipe, numbers: Numbers) -> Numbers:
    """Set what the first look expects, by what it counts in clean text."""
    reader = Reader(recipe.lexica[0], recipe.model, numbers)
    texts = [reader.read(passage.text) for passage in clean]
    most = _CLEAN_DENSITY / 100 * sum(text.words for text in texts)
    low, high = _FIRST_PASS_RANGE
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if sum(reader.count_edits(text, middle) for text in texts) > most:
            high = middle
        else:
            low = middle
    return {**numbers, FIRST_PASS: (low + high) / 2}


def maximise(
    graph: Graph, numbers: Numbers, centre: Numbers, *, iterations: int
) -> tuple[Numbers, float]:
    """Return the numbers that make the gold paths likeliest, and -ln P with the pull's part.

    Args:
        graph: the paths.
        numbers: where to begin.
        centre: what the numbers are pulled to.
        iterations: at most, of L-BFGS.
    """
    centre_vector = np.array([centre.get(name, 0.0) for name in graph.names])
    begin = np.array([numbers.get(name, 0.0) for name in graph.names])

    def objective(vector: Floats) -> tuple[float, Floats]:
        loss, gradient = graph.loss(vector)
        away = vector - centre_vector
        return loss + _PULL / 2 * float(away @ away), gradient + _PULL * away

    bounds = [(_SMALLEST_EXPONENT if n == EXPONENT else None, None) for n in graph.names]
    options = {"maxiter": iterations}
    found = minimize(objective, begin, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    fitted = dict(zip(graph.names, map(float, found.x), strict=True))
    # No arc has it as a feature, but the pull would take it back from where calibration put it.
    fitted[FIRST_PASS] = numbers[FIRST_PASS]
    return fitted, float(found.fun)


def cross_validate(
    gold: Sequence[Passage], clean: Sequence[Passage], recipe: Recipe, *, folds: int
) -> Iterator[str]:
    """Yield a table of what the engine does on passages that it was not fitted on."""
    left_out: dict[tuple[int, float, str], list[Score]] = {}
    draw = random.Random(_SEED)
    gold, clean = draw.sample(gold, len(gold)), draw.sample(clean, len(clean))
    for fold in range(folds):
        numbers = fit(_without(gold, fold, folds), _without(clean, fold, folds), recipe)
        tests = [*gold[fold::folds], *clean[fold::folds]]
        for at, lexicon in enumerate(recipe.lexica):
            rows = RowLexicon(lexicon, recipe.model, numbers)
            decoder = Decoder(rows, recipe.model, to_weights(numbers))
            for passage in tests:
                for threshold, found in _score(passage, decoder):
                    left_out.setdefault((at, threshold, passage.kind), []).append(found)
    yield "lexicon  threshold  recall  right  false/1000 spun  false/1000 clean"
    for at, threshold in ((a, t) for a in range(len(recipe.lexica)) for t in THRESHOLDS):
        spun, unspun = (total(left_out.get((at, threshold, k), ())) for k in ("spun", "clean"))
        yield (
            f"{'withheld' if at else 'whole':8} {threshold:9.2f} {spun.recall:8.1%}"
            f" {spun.right_rate:6.1%} {spun.false_per_1000:16.2f} {unspun.false_per_1000:17.2f}"
        )


def load_clean(folder: Path, pieces: int) -> list[Passage]:
    """Return up to `pieces` passages of clean text, spread evenly over a folder's `*.txt`.

    Raises:
        UsageProblem: a file cannot be read, or there is no text.
    """
    found = [piece for path in sorted(folder.glob("*.txt")) for piece in _cut(path)]
    if not found:
        raise UsageProblem(f"no clean text in '{folder}': it has no '*.txt' with whole paragraphs")
    step = max(1, -(-len(found) // pieces))
    return found[::step]


def _cut(path: Path) -> Iterator[Passage]:
    """Yield the paragraphs of one file in pieces as long as a gold passage."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageProblem(f"cannot read '{path}': {exc}") from exc
    piece: list[str] = []
    paragraphs = [line for line in lines if len(line.split()) >= _PARAGRAPH_WORDS]
    for number, line in enumerate(paragraphs, 1):
        piece.append(line)
        if number == len(paragraphs) or sum(len(p.split()) for p in piece) >= _PIECE_WORDS:
            text = "\n".join(piece)
            yield Passage(f"{path.stem}-{number}", "clean", text, (), (), (), frozenset(), text)
            piece = []


def _score(passage: Passage, decoder: Decoder) -> Iterator[tuple[float, Score]]:
    """Yield each threshold with the score of what the engine makes of a passage at it."""
    text = passage.text
    block = Block(0, len(text), "paragraph", text)
    article = Article(passage.id, text, "utf-8", b"", (block,))
    choices = decoder.decode(article)
    for threshold in THRESHOLDS:
        edits = make_edits(article, choose(choices, threshold))
        yield threshold, score(passage, apply(text, edits))


def _without(passages: Sequence[Passage], fold: int, folds: int) -> list[Passage]:
    return [passage for at, passage in enumerate(passages) if at % folds != fold]


def _prepare(options: argparse.Namespace) -> Recipe:
    """Read the lexicon, with and without what is withheld.

    Raises:
        UsageProblem: a source to withhold does not exist.
        BadRow: a line of the lexicon is not in its format.
    """
    names = {source.name for source in read_sources(TEXTS)}
    for name in options.withhold:
        if name not in names:
            raise UsageProblem(f"--withhold: no source '{name}' in lexicon/sources.toml")
    lexica = [read_knowledge(TEXTS)]
    if options.withhold:
        lexica.append(read_knowledge(TEXTS, withheld=options.withhold))
    model, start = LanguageModel(MODEL), guess_numbers(TEXTS)
    return Recipe(model, lexica, start, options.rounds, options.iterations)


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path, help="labelled passages, JSON lines")
    parser.add_argument("--clean", type=Path, required=True, help="folder of clean text, *.txt")
    parser.add_argument("--folds", type=int, default=0, help="cross-validate in K folds")
    parser.add_argument(
        "--withhold",
        nargs="*",
        default=WITHHELD,
        metavar="SOURCE",
        help=f"sources that half of the training goes without (default: {' '.join(WITHHELD)})",
    )
    parser.add_argument("--pieces", type=int, default=36, help="pieces of clean text (default: 36)")
    parser.add_argument("--write", action="store_true", help="put the numbers in their files")
    parser.add_argument("--rounds", type=int, default=2, help="(default: 2)")
    parser.add_argument("--iterations", type=int, default=14, help="in each round (default: 14)")
    options = parser.parse_args(arguments)
    if options.folds == 1 or min(options.folds, options.pieces - 1, options.rounds) < 0:
        parser.error("--folds takes 2 or more, --pieces 1 or more, --rounds 0 or more")
    return options


if __name__ == "__main__":
    sys.exit(main())

"""List common English that the lexicon says little about: `lexicon_holes.py CORPORA [--out DIR]`.

Ranks, in the corpora of tools/build_language_model.py, the commonest nouns, verbs, adjectives and
adverbs (by lemma), and the word pairs and triples that stand together most strongly (count times
pointwise mutual information), and writes one file for each kind: `original<TAB>count<TAB>rows`,
where rows counts the spun wordings that the lexicon lists for the original. Whoever extends the
lexicon reads those files from the top and asks of each line: which senses has it, and what would a
spinner write for each?
"""

import argparse
import math
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from build_language_model import SOURCES
from compile_lexicon import TEXTS
from lemminflect import getAllLemmas
from lexicon_text import Pair, read_pairs, read_sources
from ngram_corpus import Tokens, load_tokens
from ngram_counts import Table, count

from restore.offline.language_model import SPECIAL

Ranked = list[tuple[str, int]]
"""Originals with how often they stand in the corpora."""
Counts = npt.NDArray[np.int64]
"""By word id."""

TAGS = ("NOUN", "VERB", "ADJ", "ADV")
LEMMAS = 5_000
"""Of each part of speech."""
EXPRESSIONS = 10_000
"""Pairs and triples, each."""
_LEAST_COUNT = 20
_FUNCTION = frozenset(
    "a an the of to in and for on at by with from as is was are were be been it its his her their "
    "he she they this that these those which who or but not has have had will would can could may "
    "i we you my our your him them there also into than if when where while between under over "
    "during after before about through up out only then no some any all other such so many more "
    "most first second new one two three four same own each every another several various both "
    "used use using me us".split()
)
"""Words that make no expression with one other word."""
_OPENERS = frozenset("in on at by for with from to of as up out over under".split())
"""Function words with which a fixed expression of three words begins."""


def main() -> None:
    """Read the command line, count, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--out", type=Path, default=Path("build/holes"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tokens = load_tokens(args.corpora, SOURCES, wanted="", unseen=[], held_out=None)
    known = count_spun(p for source in read_sources(TEXTS) for p in read_pairs(TEXTS, source))
    for name, ranked in rank(tokens).items():
        lines = (f"{o}\t{times}\t{max(known[o], known[_base(o)])}\n" for o, times in ranked)
        (args.out / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")


def count_spun(pairs: Iterable[Pair]) -> Counter[str]:
    """Count the distinct spun wordings of each original, in lower case."""
    distinct = {(pair.original.lower(), pair.spun) for pair in pairs}
    return Counter(original for original, _ in distinct)


def rank(tokens: Tokens) -> dict[str, Ranked]:
    """Return the lists by name, each the commonest or the strongest first."""
    singles = np.bincount(tokens.ids, minlength=len(tokens.vocabulary))
    lists = {
        tag.lower(): _lemmas(tokens.vocabulary, singles, tag).most_common(LEMMAS) for tag in TAGS
    }
    counts = count(tokens)
    lists["pairs"] = _expressions(counts.pairs, 2, tokens, singles)
    lists["triples"] = _expressions(counts.triples, 3, tokens, singles)
    return lists


def _lemmas(vocabulary: list[str], singles: Counts, tag: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for number in range(len(SPECIAL), len(vocabulary)):
        if vocabulary[number].isalpha():
            for lemma in getAllLemmas(vocabulary[number], upos=tag).get(tag, ())[:1]:
                found[lemma] += int(singles[number])
    return found


def _expressions(table: Table, size: int, tokens: Tokens, singles: Counts) -> Ranked:
    often = table.seen >= _LEAST_COUNT
    keys, seen = table.key[often], table.seen[often].astype(np.int64)
    places = [(keys >> np.uint64(16 * (size - 1 - i))) & np.uint64(0xFFFF) for i in range(size)]
    total = math.log(len(tokens.ids))
    expected = sum(np.log(np.maximum(singles[p], 1)) for p in places) - (size - 1) * total
    strength = seen * (np.log(seen) - expected)
    found: Ranked = []
    for at in np.argsort(-strength):
        words = [tokens.vocabulary[int(p[at])] for p in places]
        if _is_expression(words):
            found.append((" ".join(words), int(seen[at])))
        if len(found) == EXPRESSIONS:
            break
    return found


def _is_expression(words: list[str]) -> bool:
    if not all(word in _OPENERS or (word.isalpha() and getAllLemmas(word)) for word in words):
        return False
    first, last = words[0], words[-1]
    if last in _FUNCTION or (len(words) == 3 and words[:2] == ["of", "the"]):
        return False
    return first not in _FUNCTION or (len(words) == 3 and first in _OPENERS)


def _base(wording: str) -> str:
    """Return a wording with its last word as a noun's base form, as the lexicon lists it."""
    *before, last = wording.split()
    return " ".join([*before, *getAllLemmas(last, upos="NOUN").get("NOUN", (last,))[:1]])


if __name__ == "__main__":
    main()

"""Compare language models: size, perplexity on clean text, and what the engine restores with each.

    python benchmarks/language_models.py GOLD.jsonl CLEAN.txt MODEL.bin [MODEL.bin …]

`tools/build_language_model.py CORPORA --megabytes 15 29 45 --held-out FOLDER` makes the models and
the clean text that none of them has seen. The lexicon's weights stay those of the shipped model.
"""

import argparse
import math
from collections.abc import Iterable
from pathlib import Path

from restore.article import Article, Block, apply
from restore.evaluate import load_gold, score, total
from restore.offline.decoder import Decoder, choose
from restore.offline.edits import make_edits
from restore.offline.language_model import NOTHING, SENTENCE_START, UNKNOWN, LanguageModel
from restore.offline.lexicon import Lexicon
from restore.offline.tokens import split_sentences, tokenize
from restore.offline.weights import DEFAULT_THRESHOLD

LEXICON = Path(__file__).resolve().parents[1] / "restore" / "offline" / "data" / "lexicon.bin"


def main() -> None:
    """Read the command line, measure, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("clean", type=Path)
    parser.add_argument("models", type=Path, nargs="+")
    args = parser.parse_args()
    lines = args.clean.read_text(encoding="utf-8").splitlines()
    passages = [passage for passage in load_gold(args.gold) if passage.kind == "spun"]
    print("| size | perplexity | recall | right |\n|--:|--:|--:|--:|")
    for path in args.models:
        model = LanguageModel(path)
        decoder = Decoder(Lexicon(LEXICON), model)
        found = total(score(p, _restore(p.text, decoder)) for p in passages)
        size = f"{path.stat().st_size / 1e6:.0f} MB"
        perplexity = f"{_perplexity(lines, model):.0f}"
        print(f"| {size} | {perplexity} | {found.recall:.1%} | {found.right_rate:.1%} |")


def _restore(text: str, decoder: Decoder) -> str:
    block = Block(0, len(text), "paragraph", text)
    article = Article("passage", text, "utf-8", b"", (block,))
    return apply(text, make_edits(article, choose(decoder.decode(article), DEFAULT_THRESHOLD)))


def _perplexity(lines: Iterable[str], model: LanguageModel) -> float:
    """Return the perplexity of the known words."""
    log_prob, words = 0.0, 0
    for line in lines:
        for sentence in split_sentences(line, tokenize(line)):
            first, second = NOTHING, SENTENCE_START
            for token in sentence:
                word = model.word_id(token.key)
                if word != UNKNOWN:
                    log_prob += model.log_prob(first, second, word)
                    words += 1
                first, second = second, word
    return math.exp(-log_prob / words)


if __name__ == "__main__":
    main()

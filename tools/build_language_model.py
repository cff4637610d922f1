"""Build the offline engine's language model from a folder of plain text.

    python tools/build_language_model.py CORPORA [--out FILE] [--megabytes 29]
        [--held-out FOLDER] [--unseen FILE …]

`CORPORA` holds `NAME.txt.xz` for each name in `SOURCES`, one paragraph a line. The last lines of
some (see `ngram_corpus`) are not counted but written to `--held-out`: they are the clean text on
which false edits are measured. Sentences that share a long n-gram with an `--unseen` file, text or
labelled passages in JSON lines, are not counted either. Equal input gives equal bytes. Takes about
five minutes and 4 GB of memory.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from ngram_corpus import Source, load_tokens
from ngram_counts import count
from ngram_estimate import prune
from ngram_file import write

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "restore" / "offline" / "data" / "language_model.bin"
LEXICON = ROOT / "lexicon"

SOURCES = (
    Source("wikinews", weight=3, held_out_blocks=1),
    Source("digitalgov", weight=2),
    Source("lctt_tech", weight=2, held_out_blocks=1),
    Source("enwiki", weight=1, held_out_blocks=32),
)
"""What is counted. A sentence of news counts as three of an encyclopedia: with equal weights,
perplexity on held-out text was 4 % worse. Words counted, licence, origin:

- wikinews: 5.8 M, CC BY 2.5; Wikinews, as JSON by WikiExtractor in github.com/jshepp27/countaBot
- digitalgov: 1.5 M, public domain (US government); github.com/GSA/digitalgov.gov
- lctt_tech: 10.2 M, CC BY-SA and the originals' own; the English side of
  github.com/LCTT/TranslateProject, all of its history
- enwiki: 62.9 M, CC BY-SA; a sample of the English Wikipedia's dump of 2014 in
  github.com/jason-feng/wikiVisual, commit 1c0fac92

OpenStax textbooks are left out: each says of itself that it is CC BY-NC-SA.
"""


def main() -> None:
    """Read the command line, count, prune, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--megabytes", type=float, nargs="+", default=[29.0])
    parser.add_argument("--held-out", type=Path)
    parser.add_argument("--unseen", type=Path, nargs="*", default=[])
    parser.add_argument("--words", type=Path, nargs="*", default=sorted(LEXICON.glob("*.txt")))
    args = parser.parse_args()
    wanted = "\n".join(path.read_text(encoding="utf-8") for path in args.words)
    unseen = [text for path in args.unseen for text in _texts(path)]
    tokens = load_tokens(
        args.corpora, SOURCES, wanted=wanted, unseen=unseen, held_out=args.held_out
    )
    print(f"{len(tokens.ids):,} tokens, {len(tokens.vocabulary):,} words", flush=True)
    counts = count(tokens)
    print(
        f"{len(counts.pairs.key):,} pairs, {len(counts.triples.key):,} triples seen twice or more"
    )
    for megabytes in args.megabytes:
        out = _name(args.out, megabytes, several=len(args.megabytes) > 1)
        model = prune(counts, tokens.decided, max_bytes=int(megabytes * 1e6))
        size = write(out, tokens.vocabulary, counts, model)
        triples, pairs = model.triples.sum(), model.pairs.sum()
        print(f"{out}: {size / 1e6:.1f} MB, {pairs:,} pairs, {triples:,} triples", flush=True)


def _name(out: Path, megabytes: float, *, several: bool) -> Path:
    return out.with_name(f"{out.stem}-{megabytes:g}{out.suffix}") if several else out


def _texts(path: Path) -> Iterator[str]:
    """Yield every text of a file: of each line, or of each labelled passage both sides."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if path.suffix != ".jsonl":
            yield line
        elif line.strip():
            passage = json.loads(line)
            yield from passage["text"].splitlines()
            yield from passage.get("reference", "").splitlines()


if __name__ == "__main__":
    main()

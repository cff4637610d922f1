import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from restore.article import Article, Block, BlockKind
from restore.offline.decoder import Decoder
from restore.offline.language_model import LanguageModel
from restore.offline.lexicon import Lexicon

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "restore" / "offline" / "data" / "language_model.bin"


def make_article(source: str, kind: BlockKind = "paragraph") -> Article:
    block = Block(0, len(source), kind, source)
    return Article("a.txt", source, "utf-8", b"", (block,))


@pytest.fixture(scope="session")
def compiler() -> ModuleType:
    """tools/compile_lexicon.py, which is a script and lies in no package."""
    path = ROOT / "tools" / "compile_lexicon.py"
    spec = importlib.util.spec_from_file_location("compile_lexicon", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def model() -> LanguageModel:
    return LanguageModel(MODEL)


@pytest.fixture
def write_texts(tmp_path: Path) -> Callable[..., Path]:
    """Write a lexicon folder of one file of words and, if given, one of set phrases."""

    def write(words: str, *, phrases: str = "", keys: str = "weight = -0.85") -> Path:
        tables = f'[words]\nreason = "spun word"\nkind = "term"\n{keys}\n'
        tables += '[phrases]\nreason = "set phrase"\nkind = "idiom"\nweight = -0.55\n'
        tables += "set_phrase = true\nin_fragments = true\n"
        features = "word_rank = -0.6\nphrase_rank = -0.6\nphrase_rate = -0.3\n"
        (tmp_path / "features.toml").write_text(features, encoding="utf-8")
        (tmp_path / "sources.toml").write_text(tables, encoding="utf-8")
        (tmp_path / "words.txt").write_text(words, encoding="utf-8")
        (tmp_path / "phrases.txt").write_text(phrases, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def make_lexicon(
    compiler: ModuleType, write_texts: Callable[..., Path], tmp_path: Path
) -> Callable[..., Lexicon]:
    def make(words: str, **more: str) -> Lexicon:
        path = tmp_path / "lexicon.bin"
        path.write_bytes(compiler.compile_lexicon(write_texts(words, **more), MODEL))
        return Lexicon(path)

    return make


@pytest.fixture
def make_decoder(
    make_lexicon: Callable[..., Lexicon], model: LanguageModel
) -> Callable[..., Decoder]:
    return lambda words, **more: Decoder(make_lexicon(words, **more), model)

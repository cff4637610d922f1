import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fit_lattice import Labelled, Reader, RowLexicon, label, read_knowledge
from fit_numbers import (
    FIRST_PASS,
    Numbers,
    as_toml,
    guess_numbers,
    read_numbers,
    to_weights,
    write_numbers,
)
from fit_paths import Floats, Graph, build_graph
from fit_weights import Recipe, calibrate, load_clean, main, maximise

from restore.errors import UsageProblem
from restore.evaluate import Passage, Span
from restore.offline.language_model import LanguageModel
from restore.offline.lexicon import Lexicon
from restore.offline.weights import DEFAULT_WEIGHTS

WORDS = """\
n framework < system | structure
n organization < company | body
n challenge < protest
j big < large
n calculation < algorithm
"""
PHRASES = """\
x law implementation < law enforcement
x in excess of < more than | over
"""
TEXT = (
    "The organization sold an organization to law implementation. "
    "In excess of ten big challenges were seen by the framework."
)


def span(spun: str, *restored: str, occurrence: int = 1) -> Span:
    return Span(spun, restored, occurrence)


def passage(text: str, *spans: Span, optional: tuple[Span, ...] = ()) -> Passage:
    return Passage("p", "spun" if spans else "clean", text, spans, optional, (), frozenset(), text)


GOLD = passage(
    TEXT,
    span("an organization", "a company", "a firm"),
    span("law implementation", "law enforcement", "the police"),
    span("challenges", "demonstrations"),
    optional=(span("big", "great"),),
)


@pytest.fixture
def texts(write_texts: Callable[..., Path]) -> Path:
    return write_texts(WORDS, phrases=PHRASES)


@pytest.fixture
def recipe(texts: Path, model: LanguageModel) -> Recipe:
    return Recipe(model, [read_knowledge(texts)], guess_numbers(texts))


def read(gold: Passage, recipe: Recipe) -> list[Labelled]:
    reader = Reader(recipe.lexica[0], recipe.model, recipe.start)
    return list(label(gold, reader, recipe.model))


def graph_of(gold: Passage, recipe: Recipe) -> Graph:
    return build_graph(read(gold, recipe), recipe.model, recipe.start)


def as_vector(graph: Graph, numbers: Numbers) -> Floats:
    return np.array([numbers[name] for name in graph.names])


def allowed_readings(gold: Passage, recipe: Recipe) -> list[tuple[str, str]]:
    return [
        (arc.before, arc.after)
        for sentence in read(gold, recipe)
        for at, arcs in enumerate(sentence.lattice)
        for index, arc in enumerate(arcs)
        if arc.after and index in sentence.allowed[at]
    ]


def weights_of(lexicon: Lexicon, spun: str) -> dict[str, float]:
    keys = spun.split()
    phrases = {phrase.stop: phrase.entries for phrase in lexicon.phrases(keys, 0)}
    entries = lexicon.words(spun) if len(keys) == 1 else phrases[len(keys)]
    return {entry.after: entry.log_weight for entry in entries}


@pytest.mark.parametrize("spun", ["framework", "challenges", "in excess of", "unlisted"])
def test_rows_weigh_what_they_weigh_when_compiled(
    make_lexicon: Callable[..., Lexicon], model: LanguageModel, tmp_path: Path, spun: str
) -> None:
    compiled = make_lexicon(WORDS, phrases=PHRASES)

    rows = RowLexicon(read_knowledge(tmp_path), model, read_numbers(tmp_path))

    assert weights_of(rows, spun) == pytest.approx(weights_of(compiled, spun), abs=1e-3)


def test_the_numbers_in_use_are_those_of_the_decoder(texts: Path) -> None:
    assert to_weights(read_numbers(texts)) == DEFAULT_WEIGHTS


def test_gold_allows_accepted_wordings_and_what_is_optional(recipe: Recipe) -> None:
    readings = allowed_readings(GOLD, recipe)

    assert readings == [
        ("an", "a"),
        ("organization", "company"),
        ("implementation", "enforcement"),
        ("big", "large"),
    ]


def test_gold_leaves_alone_what_no_span_names(recipe: Recipe) -> None:
    assert allowed_readings(passage(TEXT), recipe) == []


def test_a_span_is_found_by_its_occurrence(recipe: Recipe) -> None:
    gold = passage(TEXT, span("organization", "company", occurrence=2))

    (sentence, _) = read(gold, recipe)

    assert [at for at, arcs in enumerate(sentence.allowed) if arcs != {0}] == [4]


def test_the_gradient_agrees_with_finite_differences(recipe: Recipe) -> None:
    graph = graph_of(GOLD, recipe)
    vector = as_vector(graph, recipe.start)
    step = 1e-5

    _, gradient = graph.loss(vector)

    steps = step * np.eye(len(vector))
    numeric = [(graph.loss(vector + s)[0] - graph.loss(vector - s)[0]) / (2 * step) for s in steps]
    assert np.abs(gradient).max() > 0.1
    assert gradient == pytest.approx(np.array(numeric), abs=1e-6)


def test_all_paths_hold_those_of_gold(recipe: Recipe) -> None:
    graph = graph_of(GOLD, recipe)

    loss, _ = graph.loss(as_vector(graph, recipe.start))

    assert loss > 0


def test_where_gold_allows_everything_nothing_is_to_be_learnt(recipe: Recipe) -> None:
    anything = passage(TEXT, optional=(Span(TEXT, (), 1),))
    graph = graph_of(anything, recipe)

    loss, gradient = graph.loss(as_vector(graph, recipe.start))

    assert loss == pytest.approx(0)
    assert np.abs(gradient).max() == pytest.approx(0)


def test_fitting_makes_a_restoration_likelier_and_another_number_stays(recipe: Recipe) -> None:
    gold = passage("They saw the framework.", span("framework", "structure"))
    graph = graph_of(gold, recipe)
    before, _ = graph.loss(as_vector(graph, recipe.start))

    fitted, _ = maximise(graph, recipe.start, recipe.start, iterations=10)

    after, _ = graph.loss(as_vector(graph, fitted))
    assert after < before - 0.5
    assert fitted["sources.words"] > recipe.start["sources.words"]
    assert fitted["sources.phrases"] == recipe.start["sources.phrases"]


def test_fitting_makes_edits_of_clean_text_less_likely(recipe: Recipe) -> None:
    graph = graph_of(passage(TEXT), recipe)

    fitted, _ = maximise(graph, recipe.start, recipe.start, iterations=10)

    assert fitted["sources"] < recipe.start["sources"]


def test_a_withheld_source_has_no_rows(texts: Path) -> None:
    knowledge = read_knowledge(texts, withheld=["phrases"])

    assert [source.name for source in knowledge.sources] == ["words"]
    assert "law" not in knowledge.heads
    assert "framework" in knowledge.heads


def test_calibration_counts_a_quarter_of_an_edit_per_100_words(recipe: Recipe) -> None:
    clean = [passage(" ".join([TEXT] * 20))]

    numbers = calibrate(clean, recipe, recipe.start)

    reader = Reader(recipe.lexica[0], recipe.model, numbers)
    text = reader.read(clean[0].text)
    low, high = (
        reader.count_edits(text, numbers[FIRST_PASS] + away) / text.words for away in (-0.1, 0.1)
    )
    assert low <= 0.0025 <= high


def test_the_numbers_are_printed_by_file_with_what_they_were() -> None:
    before = {"sources": 0.0, "sources.nouns": -2.0, "features.phrase": 1, "weights.bonus": 0.5}
    numbers = {"sources": -1.0, "sources.nouns": -1.5, "features.phrase": 2, "weights.bonus": 0.3}

    assert list(as_toml(numbers, before)) == [
        "# lexicon/sources.toml",
        "[nouns]",
        "weight = -2.500  # was -2.000",
        "# lexicon/features.toml",
        "phrase = 2.000  # was 1.000",
        "# restore/offline/weights.py",
        "bonus = 0.300  # was 0.500",
    ]


def test_written_numbers_are_read_again_and_nothing_else_changes(
    texts: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "weights.py"
    weights.write_text("    bonus: float = 0.3\n    states: int = 24\n", encoding="utf-8")
    before = read_numbers(texts)
    numbers = {**before, "sources": -1.0, "features.word_rank": -0.25, "weights.bonus": 0.5}

    write_numbers(numbers, texts, weights)

    after = read_numbers(texts)
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"features.word_rank", "sources.words", "sources.phrases"}
    assert after["sources.words"] == pytest.approx(before["sources.words"] - 1)
    assert weights.read_text() == "    bonus: float = 0.500\n    states: int = 24\n"


def test_clean_text_is_cut_at_paragraphs_without_its_headings(tmp_path: Path) -> None:
    line = "This paragraph is of ten words, which is enough here."
    (tmp_path / "a.txt").write_text(f"A heading\n{line}\n" * 100, encoding="utf-8")

    pieces = load_clean(tmp_path, 10)

    assert [len(piece.text.split()) for piece in pieces] == [450, 450, 100]
    assert not any("heading" in piece.text for piece in pieces)


def test_no_clean_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no clean text in"):
        load_clean(tmp_path, 10)


def test_an_unknown_source_to_withhold_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "a", "kind": "clean", "text": "A", "edits": []}))
    (tmp_path / "a.txt").write_text("This is a line of clean text.")

    code = main([str(gold), "--clean", str(tmp_path), "--withhold", "nonsense"])

    assert code == 2
    assert "no source 'nonsense'" in capsys.readouterr().err

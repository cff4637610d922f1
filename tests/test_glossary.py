import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.article import Article, Block, Edit, apply
from restore.diff import diff
from restore.errors import UsageProblem
from restore.glossary import NO_RULES, Rule, Rules, add, describe, enforce, read

RESTORE = Rule("facial acknowledgment", "facial recognition")
WORDS = st.lists(st.sampled_from("a an big tech goliath, Goliath\n\nuse . 'x ß".split(" "))).map(
    " ".join
)


def article(source: str) -> Article:
    return Article("a.txt", source, "utf-8", b"", (Block(0, len(source), "paragraph", source),))


def edits_of(source: str, restored: str) -> tuple[Edit, ...]:
    return diff(source, restored, locator="a.txt", engine="m", reason="r")


def ruled(source: str, *rules: Rule, restored: str | None = None) -> str:
    """Return what becomes of a source that an engine restored, under some rules."""
    edits = edits_of(source, restored or source)
    return apply(source, enforce(article(source), edits, Rules(rules)))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The facial acknowledgment tech.", "The facial recognition tech."),
        ("Facial Acknowledgment is here.", "Facial Recognition is here."),
        ("FACIAL ACKNOWLEDGMENT", "FACIAL RECOGNITION"),
        ("So we speak of facial\nacknowledgment here.", "So we speak of facial recognition here."),
        ("A facial acknowledgments", "A facial acknowledgments"),
        ("interfacial acknowledgment", "interfacial acknowledgment"),
    ],
)
def test_words_of_a_rule_are_restored_wherever_they_stand(source: str, expected: str) -> None:
    assert ruled(source, RESTORE) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("It is an innovation.", "It is a technology."),
        ("An innovation it is.", "A technology it is."),
        ("It is the innovation.", "It is the technology."),
    ],
)
def test_a_or_an_before_them_is_made_right(source: str, expected: str) -> None:
    assert ruled(source, Rule("innovation", "technology")) == expected


def test_an_engine_that_put_the_wording_in_is_left_alone() -> None:
    source, restored = "the facial acknowledgment of it", "the facial recognition of it"
    edits = edits_of(source, restored)

    assert enforce(article(source), edits, Rules((RESTORE,))) == edits


def test_an_engine_that_put_other_words_in_is_overruled() -> None:
    assert (
        ruled(
            "the facial acknowledgment of it",
            RESTORE,
            restored="the face spotting of it",
        )
        == "the facial recognition of it"
    )


def test_what_is_to_be_kept_is_not_touched() -> None:
    source, restored = "Enormous Information is a big goliath.", "Big Data is a big giant."

    assert ruled(source, Rule("enormous information", None), restored=restored) == (
        "Enormous Information is a big giant."
    )


def test_edits_of_rules_say_so() -> None:
    (edit,) = enforce(article("facial acknowledgment"), (), Rules((RESTORE,)))

    assert (edit.engine, edit.confidence) == ("glossary", 1.0)
    assert edit.reason == "always 'facial acknowledgment' → 'facial recognition' (glossary.toml)"


def test_text_that_no_engine_sees_is_out_of_reach() -> None:
    block = Block(0, 21, "verbatim", "facial acknowledgment")
    one = Article("a.txt", "facial acknowledgment", "utf-8", b"", (block,))

    assert enforce(one, (), Rules((RESTORE,))) == ()


@given(WORDS, WORDS)
def test_rules_leave_edits_that_can_be_applied_and_are_obeyed(source: str, restored: str) -> None:
    rules = Rules((Rule("goliath", "giant"), Rule("big tech", None), Rule("tech goliath", "firm")))
    edits = enforce(article(source), edits_of(source, restored), rules)
    result = apply(source, edits)

    assert enforce(article(source), edits, rules) == edits
    if restored == source:
        assert " goliath " not in f" {result.lower()} ".replace(",", " ")
        assert result.lower().count("big tech") == source.lower().count("big tech")


@given(WORDS, WORDS)
def test_without_rules_nothing_changes(source: str, restored: str) -> None:
    edits = edits_of(source, restored)

    assert enforce(article(source), edits, NO_RULES) == edits


@given(st.lists(st.tuples(st.text(min_size=1), st.none() | st.text(min_size=1))))
def test_what_is_added_is_read_back(pairs: list[tuple[str, str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "glossary.toml"
        path.write_text("# mine\n", encoding="utf-8")
        kept = []
        for spun, restored in pairs:
            words = " ".join(spun.split()), " ".join(restored.split()) if restored else None
            if not words[0] or words[1] == "":
                continue
            try:
                if add(path, Rule(*words)):
                    kept.append(Rule(*words))
            except UsageProblem:
                continue  # it contradicts one before

        assert sorted(map(describe, read(path).rules)) == sorted(map(describe, kept))
        assert path.read_text(encoding="utf-8").startswith("# mine\n")


def test_a_rule_that_is_known_is_not_added_again(tmp_path: Path) -> None:
    path = tmp_path / "glossary.toml"

    assert add(path, RESTORE)
    before = path.read_bytes()
    assert not add(path, Rule("Facial  acknowledgment", "facial recognition"))
    assert path.read_bytes() == before


def test_a_rule_that_contradicts_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "glossary.toml"
    add(path, RESTORE)
    before = path.read_bytes()

    with pytest.raises(UsageProblem, match=r"says both always .* and never touch"):
        add(path, Rule("facial acknowledgment", None))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[restore]]\nspun = 'x'\n", r"\[\[restore\]\] number 1 .* must have spun and as"),
        ("[[restore]]\nspun = 'x'\nas = 'y'\nnote = 'z'\n", "must have spun and as"),
        ("[[keep]]\ntext = 3\n", "must have words in it"),
        ("[[keep]]\ntext = ' '\n", "must have words in it"),
        ("[keep]\ntext = 'x'\n", "is no list of rules"),
        ("keep = ['x']\n", "must have text"),
        ("[[rule]]\n", "unknown 'rule'"),
        ("[[keep\n", "cannot read"),
    ],
)
def test_a_malformed_file_is_an_error_with_its_place(
    tmp_path: Path, content: str, says: str
) -> None:
    path = tmp_path / "glossary.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(UsageProblem, match=says):
        read(path)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="No such file"):
        read(tmp_path / "no.toml")


def test_the_digest_knows_what_the_rules_say_and_not_their_order() -> None:
    one, other = Rule("a", "b"), Rule("c", None)

    assert Rules((one, other)).digest == Rules((other, one)).digest
    assert Rules((one,)).digest != Rules((one, other)).digest


def test_rules_are_about_a_text_that_holds_their_words() -> None:
    rules = Rules((Rule("big goliath", None), RESTORE))

    assert rules.about("of FACIAL acknowledgment") == (RESTORE,)
    assert rules.about("nothing") == ()

import pytest

from restore.article import apply
from restore.chunks import Piece
from restore.consistency import make_consistent
from restore.pieces import Checked, attempt
from tests.path import Script, read, restore

SENTENCE = "The town bought an acknowledgment machine of some sort for the police."
SURE = ("acknowledgment", "recognition")
OTHER = ("acknowledgment", "detection")


def consistent(*chunks: tuple[str, tuple[str, str]]) -> tuple[str, list[str]]:
    """Restore one paragraph a chunk by one replacement each; return the text and its reasons."""
    article = read("\n\n".join(text for text, _ in chunks) + "\n")
    checked: list[list[Checked]] = []
    for block, (_, pair) in zip(article.prose, chunks, strict=True):
        piece = Piece(block.start, block.stop, block.text)
        tried = attempt(article, piece, block.text.replace(*pair), engine="m")
        checked.append([Checked(piece, tried.edits, tried.verdict)])
    found = [
        edit for part in make_consistent(article, checked) for one in part for edit in one.edits
    ]
    return apply(article.source, found), [edit.reason for edit in found]


def test_a_term_becomes_what_most_chunks_made_of_it_and_its_edit_says_so() -> None:
    text = "They paid for the acknowledgment of faces."

    restored, reasons = consistent((text, SURE), (text, OTHER), (text, SURE))

    assert restored.count("recognition") == 3
    assert reasons[1] == "consistent with 'recognition' elsewhere"
    assert reasons[0] == reasons[2] != reasons[1]


def test_a_term_at_the_start_of_a_sentence_keeps_its_capital() -> None:
    low, high = "They paid for the acknowledgment of faces.", "Acknowledgment of faces is dear."

    restored, _ = consistent((low, SURE), (high, ("Acknowledgment", "Detection")), (low, SURE))

    assert "Recognition of faces is dear." in restored


@pytest.mark.parametrize(
    "chunks",
    [
        [("The acknowledgment.", SURE), ("The acknowledgment.", OTHER)],
        [
            ("They make it.", ("make", "build")),
            ("They make it.", ("make", "form")),
            ("They make it.", ("make", "build")),
        ],
        [
            ("The acknowledgment.", SURE),
            ("The acknowledgment.", ("acknowledgment", "detections")),
            ("The acknowledgment.", SURE),
        ],
        [
            ("Take a framework.", ("framework", "system")),
            ("Take a framework.", ("framework", "outline")),
            ("The framework.", ("framework", "outline")),
        ],
        [
            ("The b2b-case.", ("b2b-case", "deal")),
            ("The b2b-case.", ("b2b-case", "trade")),
            ("The b2b-case.", ("b2b-case", "trade")),
        ],
        [
            ("The Acknowledgment.", ("Acknowledgment", "Recognition")),
            ("The acknowledgment.", OTHER),
            ("The Acknowledgment.", ("Acknowledgment", "Recognition")),
        ],
        [
            ("They contended it.", ("contended", "denied")),
            ("They contended it is not so.", ("contended it is not", "denied it is")),
            ("They contended it.", ("contended", "denied")),
        ],
    ],
    ids=[
        "one against one",
        "a short word",
        "another inflection",
        "a would have to become an",
        "no word of letters alone",
        "capitals of which the small form is not known",
        "different phrases",
    ],
)
def test_a_term_is_left_alone_where_it_may_differ(
    chunks: list[tuple[str, tuple[str, str]]],
) -> None:
    _, reasons = consistent(*chunks)

    assert not any(reason.startswith("consistent") for reason in reasons)


def test_a_chunk_that_uses_both_restorations_tells_two_senses_apart() -> None:
    faces = "They paid for the acknowledgment of faces in the streets of the town."
    debts = "They asked for an acknowledgment of debts in the courts of the land."
    article = read(f"{faces} {debts}\n\n{faces}\n\n{faces}\n")
    script = Script(lambda text: text.replace(*SURE, 1).replace("acknowledgment", "admission"))

    outcome = restore(article, script, chunk_words=28)

    assert len(script.requests) > 1
    assert outcome.restored.count("admission") == 1
    assert outcome.restored.count("recognition") == 3


def test_the_checks_have_the_last_word() -> None:
    chunks = [
        ("She lives in the spring town.", ("spring town", "Boston")),
        ("She lives in the spring town.", ("spring town", "Boston")),
        ("She lives in the spring town.", ("spring town", "resort")),
    ]

    restored, _ = consistent(*chunks)

    assert restored.count("resort") == 1


def test_chunks_of_an_article_are_made_consistent() -> None:
    paragraph = "They paid {} for the acknowledgment of faces in the streets of the town."
    article = read("\n\n".join(paragraph.format(word) for word in ("once", "twice", "often")))
    script = Script(lambda text: text.replace(*(OTHER if "twice" in text else SURE)))

    outcome = restore(article, script, chunk_words=5)

    assert len(script.requests) == 3
    assert outcome.restored.count("recognition") == 3
    assert outcome.status == "restored"

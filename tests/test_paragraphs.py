from hypothesis import given
from hypothesis import strategies as st

from restore.paragraphs import compare
from restore.screen.comparisons import marked_diff

WORDS = st.sampled_from("law office 40 45 Seattle never the. it? $5 June not \n \n\n 11".split(" "))
TEXT = st.lists(WORDS, max_size=30).map(" ".join)


@given(TEXT)
def test_a_text_says_what_it_says(text: str) -> None:
    assert compare(text, text).ok


@given(TEXT, TEXT)
def test_every_word_is_compared_once(original: str, restored: str) -> None:
    found = compare(original, restored)

    assert " ".join(p.original for p in found.paragraphs).split() == original.split()
    assert " ".join(p.restored for p in found.paragraphs).split() == restored.split()


@given(TEXT, TEXT)
def test_lines_are_those_of_the_texts(original: str, restored: str) -> None:
    ours, theirs = original.split("\n"), restored.split("\n")

    for paragraph in compare(original, restored).paragraphs:
        for fact in (*paragraph.verdict.missing, *paragraph.verdict.kept):
            assert fact.text.split("\n")[0] in ours[paragraph.line_of_missing(fact)]
        for fact in paragraph.verdict.added:
            assert fact.text.split("\n")[0] in theirs[paragraph.line_of_added(fact)]


@given(TEXT, TEXT)
def test_facts_are_marked_where_they_stand_in_the_diff(original: str, restored: str) -> None:
    for paragraph in compare(original, restored).paragraphs:
        verdict = paragraph.verdict

        text = marked_diff(paragraph)

        marked = [text.plain[s.start : s.end] for s in text.spans if s.style == "reverse"]
        facts = [fact.text for fact in (*verdict.missing, *verdict.added)]
        assert [(m[0], m[-1]) for m in marked] == [(f[0], f[-1]) for f in facts]

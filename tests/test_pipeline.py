from hypothesis import assume, given
from hypothesis import strategies as st

from restore.documents import read_bytes
from restore.errors import UnreadableArticle
from tests.path import Script, restore

PROSE = ["The office hired 42 people in May.", "A word", "naïve “quotes”", "Share", "<b>bold</b>"]
LAYOUT = ["\r\n", "\n", "\n\n", "\r", "  ", "\t", "• an item", "> a quotation", "\u2028"]
TEXTS = st.lists(st.sampled_from([*PROSE, *LAYOUT]) | st.text(max_size=8)).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])


@given(TEXTS, ENCODINGS, st.sampled_from([5, 350]))
def test_an_engine_that_changes_nothing_gives_back_the_bytes_of_the_input(
    text: str, encoding: str, chunk_words: int
) -> None:
    raw = text.encode(encoding, "ignore")
    try:
        articles = list(read_bytes(raw, "a.txt", suffix=".txt"))
    except UnreadableArticle:
        assume(False)

    for article in articles:
        outcome = restore(article, Script(str), chunk_words=chunk_words)

        assert article.encode(outcome.restored) == raw
        assert outcome.edits == ()
        assert outcome.problems == ()

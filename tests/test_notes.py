import io
from decimal import Decimal

from restore import notes
from restore.article import Article, make_edit
from restore.engines.interface import Usage
from restore.runs import Outcome, as_row

RESTORED = Outcome(
    "restored",
    Article("a.txt", "The law implementation office saw it all.", "utf-8", b"", ()),
    "",
    (make_edit("a.txt", 8, 22, before="a", after="b", engine="e", reason="r"),),
    (),
)


def test_a_note_is_one_line_without_terminal_escapes() -> None:
    file = io.StringIO()

    notes.say(file, "[red]two\nlines\x1b[31m")

    assert file.getvalue() == "[red]two lines\ufffd[31m\n"


def test_the_summary_counts_articles_edits_words_calls_and_cost() -> None:
    paid = Outcome(
        "partial",
        Article("b", "one two three", "utf-8", b"", ()),
        "",
        (),
        (),
        usage=Usage(100, 0, 20),
        cost_usd=Decimal("0.08"),
        calls=2,
        cached=1,
    )

    line = notes.summary([as_row(RESTORED, 0), as_row(paid, 1)], engine="gpt-x", seconds=1.25)

    assert line == (
        "2 articles: 1 restored, 1 partial; 1 edit in 10 words by gpt-x in 1.2 s; "
        "2 calls, 1 from cache, 120 tokens, $0.08"
    )


def test_the_summary_never_prices_an_unpriced_call() -> None:
    unpriced = Outcome("restored", RESTORED.article, "", (), (), cost_usd=None, calls=1)

    assert "unpriced" in notes.summary([as_row(unpriced, 0)], engine="m", seconds=0)
    assert "$" not in notes.summary([as_row(unpriced, 0)], engine="m", seconds=0)

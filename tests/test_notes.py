import io
from decimal import Decimal

from restore import notes
from restore.article import Article, make_edit
from restore.budget import Receipt
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
    kept = Outcome("partial", Article("b", "one two three", "utf-8", b"", ()), "", (), (), cached=1)
    receipt = Receipt(2, Usage(100, 0, 20), Decimal("0.08"))

    rows = [as_row(RESTORED, 0), as_row(kept, 1)]
    line = notes.summary(rows, receipt, engine="gpt-x", seconds=1.25)

    assert line == (
        "2 articles: 1 restored, 1 partial; 1 edit in 10 words by gpt-x in 1.2 s; "
        "2 calls, 1 from cache, 120 tokens, $0.08"
    )


def test_the_summary_never_prices_an_unpriced_call() -> None:
    line = notes.summary([as_row(RESTORED, 0)], Receipt(1, cost_usd=None), engine="m", seconds=0)

    assert "unpriced" in line
    assert "$" not in line


def test_the_summary_says_what_calls_without_an_answer_may_have_cost() -> None:
    receipt = Receipt(3, Usage(1, 0, 1), Decimal("0.0021"), Decimal("1.5"))

    line = notes.summary([as_row(RESTORED, 0)], receipt, engine="m", seconds=0)

    assert line.endswith("$0.0021 and up to $1.50 for calls that did not say their cost")

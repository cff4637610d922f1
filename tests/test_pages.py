import pytest

from tests.pages import measure


@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["line by line", "blank lines between"])
@pytest.mark.parametrize(("folder", "least"), [("first", 0.96), ("second", 0.95), ("third", 0.84)])
def test_junk_of_labelled_pages_is_marked_and_their_articles_are_not(
    folder: str, least: float, between: str
) -> None:
    figures = measure(folder, between=between)

    assert figures.recall >= least
    assert len(figures.wrong) <= 0.01 * figures.article, figures.wrong

import asyncio

from hypothesis import assume, given
from hypothesis import strategies as st

from restore import prompts
from restore.article import Article
from restore.cache import NoCache
from restore.caller import Caller
from restore.documents import read_bytes
from restore.engines.interface import Request
from restore.engines.scripted import ScriptedEngine
from restore.errors import UnreadableArticle
from restore.limiter import Limiter
from restore.pipeline import ModelPath, restore_with_model
from restore.runs import Outcome
from tests.server import ModelServer

PROMPT = prompts.load("restore@1")
PROSE = ["The office hired 42 people in May.", "A word", "naïve “quotes”", "Share", "<b>bold</b>"]
LAYOUT = ["\r\n", "\n", "\n\n", "\r", "  ", "\t", "• an item", "> a quotation", "\u2028"]
TEXTS = st.lists(st.sampled_from([*PROSE, *LAYOUT]) | st.text(max_size=8)).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])


def restored(article: Article, chunk_words: int) -> Outcome:
    """Restore through an engine that gives back what it was given."""
    unchanging = ModelServer(rewrite=str)

    def answer(request: Request) -> str:
        return unchanging.answer({"messages": request.messages})

    async def run() -> Outcome:
        caller = Caller(ScriptedEngine(answer), NoCache(), Limiter(4), attempts=1, policy="off")
        path = ModelPath(caller, PROMPT, "m", {}, chunk_words)
        try:
            return await restore_with_model(article, path)
        finally:
            await caller.close()

    return asyncio.run(run())


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
        outcome = restored(article, chunk_words)

        assert article.encode(outcome.restored) == raw
        assert outcome.edits == ()
        assert outcome.problems == ()

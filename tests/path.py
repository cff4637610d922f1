"""The way through a model, with a script on its far side: for tests of what becomes of replies."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from restore import prompts
from restore.article import Article
from restore.cache import NoCache, Store
from restore.caller import CachePolicy, Caller
from restore.documents import read_bytes
from restore.engines.interface import Request
from restore.engines.scripted import ScriptedEngine
from restore.limiter import Limiter
from restore.pipeline import restore_with_model
from restore.questions import ModelPath
from restore.runs import Outcome
from tests.server import ModelServer

Rewrite = Callable[[str], str]


@dataclass
class Script:
    """Rewrites each piece: by `first` in the question, by `then` in its repair."""

    first: Rewrite
    then: Rewrite = str
    requests: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> str:
        self.requests.append(request)
        rewrite = self.then if request.round else self.first
        return ModelServer(rewrite=rewrite).answer({"messages": request.messages})


def read(text: str) -> Article:
    return next(read_bytes(text.encode("utf-8"), "a.txt", suffix=".txt"))


def restore(
    article: Article,
    script: Script,
    *,
    prompt: str = "restore@1",
    chunk_words: int = 350,
    store: Store | None = None,
) -> Outcome:
    """Restore an article through the engine that follows `script`."""

    async def run() -> Outcome:
        engine = ScriptedEngine(script.answer)
        policy: CachePolicy = "use" if store else "off"
        caller = Caller(engine, store or NoCache(), Limiter(4), attempts=1, policy=policy)
        loaded = prompts.load(prompt), prompts.load("repair@1")
        try:
            return await restore_with_model(
                article, ModelPath(caller, *loaded, "m", {}, chunk_words)
            )
        finally:
            await caller.close()

    return asyncio.run(run())

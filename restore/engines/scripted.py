"""Replies from a function: for tests and demonstrations, and for nothing else."""

from collections.abc import Callable

from restore.engines.interface import NO_USAGE, Reply, Request


class ScriptedEngine:
    """Answers every request with what a function makes of it."""

    name = "scripted"
    endpoint = "scripted"

    def __init__(self, script: Callable[[Request], str]) -> None:
        """Take the function that writes the replies; it may raise what an engine may."""
        self._script = script

    async def answer(self, request: Request) -> Reply:
        """Return the function's text as a complete reply."""
        return Reply(self._script(request), "stop", NO_USAGE, request.model, None)

    async def close(self) -> None:
        """Release nothing."""

"""Why a run starts nothing more: a signal, a cap, an endpoint that refuses for good."""

import asyncio
from contextlib import suppress

from restore.errors import RestoreError


class Stop:
    """Set once, then final; asked by whoever is about to start something."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._error: RestoreError | None = None

    @property
    def error(self) -> RestoreError | None:
        """Why the run is stopped, or None while it goes on."""
        return self._error

    def set(self, error: RestoreError) -> None:
        """Stop the run. The first reason stands."""
        if self._error is None:
            self._error = error
            self._event.set()

    async def sleep(self, seconds: float) -> None:
        """Sleep, but not longer than the run goes on.

        Raises:
            RestoreError: why the run was stopped.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self.check()

    def check(self) -> None:
        """Raise the reason, if the run is stopped."""
        if self._error is not None:
            raise self._error

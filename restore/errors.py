"""Every error a user can meet. Each says what, where, and what to do; each knows its exit code."""

import signal


class RestoreError(Exception):
    """An error with a message for the user and, where one action is likely to help, a hint.

    Only `restore.cli.main` turns it into output and an exit code.
    """

    exit_code = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        """What went wrong and where: lower case, no full stop, names in quotes."""
        self.hint = hint
        """One action that is likely to help, or None."""


class UsageProblem(RestoreError):
    """The command line, the configuration or every input is wrong; nothing was started."""

    exit_code = 2


class UnreadableArticle(RestoreError):
    """One article cannot be read, or its output must not be replaced; the others go on."""


class UnwritableOutput(RestoreError):
    """What was made of one article cannot be written; the others go on."""


class CallFailed(RestoreError):
    """A call to an engine brought no answer, after all retries; worth trying again later."""


class InvalidReply(RestoreError):
    """An engine answered, but not with a restoration: truncated, refused, wrongly numbered."""

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem
        """One word of `restore.article.PROBLEMS`."""


class NoCompletion(InvalidReply):
    """An endpoint answered 200 with no completion: a web page, an error. No model said it."""

    def __init__(self, message: str) -> None:
        super().__init__("empty", message)


class EndpointRefused(RestoreError):
    """The endpoint refuses for good (key, quota, unknown model): no further call makes sense."""

    exit_code = 4


class CapReached(RestoreError):
    """A cap the user set (`--max-cost`, `--max-minutes`) ended the run; it can be resumed."""

    exit_code = 5


class Interrupted(RestoreError):
    """A signal ended the run; it can be resumed."""

    def __init__(self, signum: int) -> None:
        super().__init__(
            f"interrupted by {signal.Signals(signum).name}",
            hint="run the same command again: paid replies are cached",
        )
        self.exit_code = 128 + signum  # 130 for SIGINT, 143 for SIGTERM, as shells say it


class TransientFailure(CallFailed):
    """A call failed in a way that may pass: worth a retry now."""

    def __init__(
        self,
        message: str,
        *,
        busy: bool = False,
        retry_after_s: float | None = None,
        was_free: bool = False,
    ) -> None:
        super().__init__(message, hint="run the same command again: what is done is cached")
        self.busy = busy
        """Whether the endpoint said that it has too much to do (429, 503, 529)."""
        self.retry_after_s = retry_after_s
        """Seconds the endpoint asked to wait, or None."""
        self.was_free = was_free
        """Whether the endpoint refused the call; one without an answer may have been paid for."""

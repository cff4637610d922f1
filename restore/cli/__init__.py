"""The command line: the app, and the only place that turns errors into exit codes."""

import errno
import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import TextIO, cast

import typer

from restore.cli import (
    batch,
    config,
    diff,
    prompts,
    resume,
    review,
    run,
    runs,
    scan,
    score,
    verify,
)
from restore.errors import Interrupted, RestoreError, UsageProblem

COLLECTED_AFTER = 50_000
"""Objects between two garbage collections. The offline engine makes many and no circles: with
Python's 700, a fifth of its time goes into looking for some."""

app = typer.Typer(
    name="restore",
    help="Turn machine-spun articles back into idiomatic English.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("resume")(resume.resume)
app.command("scan")(scan.scan)
app.command("diff")(diff.diff)
app.command("review")(review.review)
app.command("verify")(verify.verify)
app.command("eval")(score.evaluate)
app.add_typer(batch.app, name="batch")
app.add_typer(runs.app, name="runs")
app.add_typer(prompts.app, name="prompts")
app.add_typer(config.app, name="config")


@app.callback(invoke_without_command=True)
def _options(
    ctx: typer.Context,
    *,
    version: bool = typer.Option(  # noqa: ARG001  # its callback has acted on it
        False, "--version", help="Print the version and exit.", callback=lambda on: _version(on=on)
    ),
) -> None:
    config.show_help_without_command(ctx)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code (see docs/design.md, section 9).

    Args:
        argv: arguments without the program's name; default: those of the process.

    Raises:
        BrokenPipeError: whoever read stdout has gone.
        Exception: a bug; `run_as_script` lets Python print the traceback and exits 70.
    """
    try:
        code = app(args=None if argv is None else list(argv), standalone_mode=False)
    except RestoreError as exc:
        _report(exc)
        return exc.exit_code
    except typer.TyperException as exc:
        hint = "'restore --help' and 'restore COMMAND --help' say what is possible"
        _report(UsageProblem(exc.format_message().rstrip("."), hint=hint))
        return 2
    except typer.Abort:
        code = 130
    except SystemExit as exc:
        # typer turns a reader that has gone into exit 1, which would say "something was kept".
        if isinstance(exc.__context__, BrokenPipeError):
            raise exc.__context__ from None
        raise
    if code == 130:  # typer's word for Ctrl-C
        _report(Interrupted(signal.SIGINT))
    return code if isinstance(code, int) else 0


def run_as_script() -> None:
    """Run `main` as the `restore` program."""
    gc.set_threshold(COLLECTED_AFTER)
    _open_closed_streams()
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read stdout has gone (`| head`): nobody is left to tell, and Python would
        # complain once more when it closes the stream.
        sys.stdout = _nowhere("w")
        code = 141
    except OSError as exc:
        if exc.filename is not None or exc.errno not in _FULL:
            _show_bug()
            sys.exit(70)
        sys.stdout = _nowhere("w")
        hint = "make room, or write elsewhere"
        _report(RestoreError(f"cannot write to stdout: {exc.strerror}", hint=hint))
        code = 3
    except Exception:  # noqa: BLE001  # a bug: show all of it
        _show_bug()
        code = 70
    sys.exit(code)


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What a write to stdout can meet; writes to files are translated where they are made."""


def _open_closed_streams() -> None:
    """Give the program the streams that its caller closed (`>&-`), leading nowhere."""
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")


def _nowhere(mode: str) -> TextIO:
    return cast("TextIO", open(os.devnull, mode))  # noqa: PTH123


def _show_bug() -> None:
    import traceback  # noqa: PLC0415

    traceback.print_exc()


def _version(*, on: bool) -> None:
    if on:
        from restore import __version__  # noqa: PLC0415

        typer.echo(f"restore {__version__}")
        raise typer.Exit


def _report(error: RestoreError) -> None:
    from restore import screen  # noqa: PLC0415  # rich costs 30 ms; --help does not need it

    screen.draw_error(screen.make_console(sys.stderr), error)

"""The program as a process of its own, under whatever limits a test puts on it."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cli.conftest import MEASURED, Result

LOCK = ".restore.lock"
"""What a run leaves in its output folder, beside the outputs."""


def run(
    *arguments: str,
    folder: Path,
    under: Sequence[str] = (),
    seconds: float = 60,
    environ: Mapping[str, str],
) -> Result:
    """Run `restore ARGUMENTS…` in `folder`, which is its home too, behind the command `under`."""
    process = subprocess.run(
        [*under, sys.executable, "-m", "restore", *arguments],
        capture_output=True,
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]} | MEASURED | dict(environ),
        timeout=seconds,
        check=False,
    )
    return Result(process.returncode, process.stdout, process.stderr.decode("utf-8"))

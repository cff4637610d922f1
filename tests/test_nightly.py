"""What docs/nightly.md gives people to copy works."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from restore.cli import main

UNITS = Path(__file__).parents[1] / "docs" / "systemd"


@pytest.mark.needs("systemd-analyze")
def test_the_units_are_valid(tmp_path: Path) -> None:
    program = tmp_path / "restore"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(text.replace("/usr/local/bin/restore", str(program)))

    units = sorted(str(path) for path in tmp_path.glob("restore*.*"))
    result = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_the_unit_starts_a_command_line_that_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    shutil.copytree(Path(__file__).parents[1] / "seeds", tmp_path / "incoming")
    (tmp_path / "incoming" / "README.md").unlink()
    service = (UNITS / "restore.service").read_text(encoding="utf-8")
    [line] = [line for line in service.splitlines() if line.startswith("ExecStart=")]
    arguments = shlex.split(line)[1:]
    arguments[arguments.index("--log-file") + 1] = str(tmp_path / "run.log")

    assert main([*arguments, "--dry-run"]) == 0
    assert "1 call" in capsys.readouterr().out

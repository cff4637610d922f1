import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTEST = f"{sys.executable} -m pytest -q -rs -p tests.conftest --config-file=pyproject.toml".split()


@pytest.mark.parametrize(
    ("test_all", "said"),
    [("", "SKIPPED [1]"), ("1", "1 error")],
    ids=["make test skips it", "make test-all fails"],
)
def test_a_test_without_its_program_is_named_with_the_reason(
    tmp_path: Path, test_all: str, said: str
) -> None:
    file = tmp_path / "test_one.py"
    file.write_text("import pytest\n@pytest.mark.needs('no-such-program')\ndef test(): pass\n")

    process = subprocess.run(
        [*PYTEST, str(file)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TEST_ALL": test_all, "HOME": str(tmp_path)},
        check=False,
    )

    assert said in process.stdout
    assert "needs no-such-program, not found on PATH" in process.stdout
    assert process.returncode == int(bool(test_all))

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.server import ModelServer, serve

# no test is timed, as a machine may be busy
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that needs a program which is not here; under `make test-all` it fails."""
    needed = [str(name) for marker in item.iter_markers("needs") for name in marker.args]
    missing = [name for name in needed if shutil.which(name) is None]
    if not missing:
        return
    reason = f"needs {', '.join(missing)}, not found on PATH"
    if os.environ.get("TEST_ALL"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Run a chat-completions server on loopback."""
    with serve() as running:
        yield running

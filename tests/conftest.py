from collections.abc import Iterator

import pytest

from tests.server import ModelServer, serve


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """Run a chat-completions server on loopback."""
    with serve() as running:
        yield running

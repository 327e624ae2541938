"""A client of a server on the demonstration school."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support.servers import Server, client_of


@pytest.fixture
def demo_http(demo_server: Server) -> Iterator[httpx.Client]:
    """A client, nobody yet, of a server on the demonstration school."""
    with client_of(demo_server.url) as client:
        yield client

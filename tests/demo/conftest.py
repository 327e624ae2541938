"""The demonstration school, and a server on it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest
from pytest_postgresql import factories

from api.settings import Settings
from tests.support.demo import load_demo
from tests.support.servers import Cluster, client_of, conninfo_of, running_server

demo_template = factories.postgresql_noproc(
    dbname="ostinato_demo", load=[load_demo], depends_on="cluster"
)
demo_postgresql = factories.postgresql("demo_template")


@pytest.fixture
def demo(demo_postgresql: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A superuser's connection to a demonstration school."""
    demo_postgresql.autocommit = True
    return demo_postgresql


@pytest.fixture
def demo_http(demo: psycopg.Connection[Any], cluster: Cluster) -> Iterator[httpx.Client]:
    """A client, nobody yet, of a server on the demonstration school."""
    settings = Settings(database_url=conninfo_of(demo, cluster, "school_gateway"), scheduler="off")
    with (
        running_server(replace(settings, pool_max=2)) as server,
        client_of(server.url) as client,
    ):
        yield client

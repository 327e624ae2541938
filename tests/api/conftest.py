"""A server of a whole module: for tests that only read, or whose writes are nobody else's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pytest_postgresql.janitor import DatabaseJanitor

from api.settings import Settings
from tests.conftest import Cluster, running_server
from tests.support.admitting import TRACE
from tests.support.school import BUILT, School

# What a full class leaves behind: its event, and the notifications and letters derived from that.
DERIVED = (*TRACE, "school.deliveries")


@dataclass(frozen=True)
class Site:
    """A running server with its database: ``db`` is a superuser's connection, autocommit."""

    url: str
    db: psycopg.Connection[Any]
    conninfo: str
    school: School
    client: Callable[[str | None], httpx.Client]


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, template: Any, cluster: Cluster) -> Iterator[Site]:
    """The small school behind one server for all tests of the module."""
    name = f"{template.dbname}_{request.module.__name__.rpartition('.')[2]}"
    janitor = DatabaseJanitor(
        user=cluster.user,
        host=cluster.host,
        port=cluster.port,
        password=cluster.password,
        dbname=name,
        template_dbname=template.template_dbname,
    )
    conninfo = make_conninfo(
        host=cluster.host,
        port=cluster.port,
        user=cluster.user,
        password=cluster.password,
        dbname=name,
    )
    janitor.drop()
    with janitor, psycopg.connect(conninfo, autocommit=True) as db, ExitStack() as clients:
        gateway = make_conninfo(conninfo, user="school_gateway", password=None)
        settings = Settings(database_url=gateway, pool_max=4, scheduler="off")
        server = clients.enter_context(running_server(settings))

        def client(person: str | None) -> httpx.Client:
            headers = {}
            if person is not None:
                headers["Authorization"] = f"Bearer {BUILT.token(person)}"
            made = httpx.Client(base_url=server.url, headers=headers, timeout=30)
            return clients.enter_context(made)

        yield Site(server.url, db, conninfo, BUILT, client)

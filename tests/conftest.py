"""Fixtures: a migrated database of its own for each test, and the real HTTP server on it.

The database server is the embedded one in a temporary folder, or, when ``OSTINATO_TEST_SERVER``
holds a superuser's connection string, that one; ``{worker}`` in it is the process of tests. With
``OSTINATO_TEST_POOLER=1`` the HTTP servers reach it through PgBouncer in transaction mode.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pytest_postgresql import factories

from api.database.embedded import EmbeddedServer
from api.settings import Settings
from tests.support.demo import load_demo
from tests.support.pooler import pgbouncer, pooled
from tests.support.school import BUILT, Caller, Clock, Database, School
from tests.support.school import load as load_school
from tests.support.servers import (
    OUTSIDE_SERVER,
    Cluster,
    Server,
    client_of,
    conninfo_of,
    data_folder,
    running_server,
    server_in_a_process,
)

pytest_plugins = ("tests.support.promises", "tests.support.slow")

# The embedded server lacks plpgsql_check and pg_cron; these run on a server that has them.
collect_ignore = [] if OUTSIDE_SERVER else ["conventions/test_plpgsql_check.py", "cron"]


@pytest.fixture(scope="session")
def cluster(tell_version: Callable[[str], None]) -> Iterator[Cluster]:
    if OUTSIDE_SERVER:
        tell_version(make_conninfo(OUTSIDE_SERVER, dbname="postgres"))
        given = {name: str(value) for name, value in conninfo_to_dict(OUTSIDE_SERVER).items()}
        yield Cluster(
            host=given.get("host", "localhost"),
            port=given.get("port", "5432"),
            user=given.get("user", "postgres"),
            password=given.get("password"),
        )
        return
    with (
        TemporaryDirectory(prefix="ostinato-", dir=data_folder()) as folder,
        EmbeddedServer(Path(folder), durable=False) as embedded,
    ):
        tell_version(embedded.owner)
        yield Cluster(host=str(embedded.socket_folder), port="5432", user="postgres", password=None)


@pytest.fixture(scope="session")
def through_pooler(cluster: Cluster) -> Iterator[Callable[[str], str]]:
    """``through_pooler(conninfo)``: as it is, or through PgBouncer where that is asked for."""
    if os.environ.get("OSTINATO_TEST_POOLER") != "1":
        yield lambda conninfo: conninfo
        return
    with (
        TemporaryDirectory(prefix="ostinato-pooler-") as folder,
        pgbouncer(Path(folder), cluster.host, cluster.port) as socket_folder,
    ):
        yield lambda conninfo: pooled(conninfo, socket_folder)


template = factories.postgresql_noproc(
    dbname="ostinato_tests", load=[load_school], depends_on="cluster"
)
postgresql = factories.postgresql("template")
empty_template = factories.postgresql_noproc(
    dbname="ostinato_empty", load=[lambda **parameters: None], depends_on="cluster"
)
empty_postgresql = factories.postgresql("empty_template")
demo_template = factories.postgresql_noproc(
    dbname="ostinato_demo", load=[load_demo], depends_on="cluster"
)
demo_postgresql = factories.postgresql("demo_template")


@pytest.fixture
def db(postgresql: Database) -> Database:
    """A superuser's connection to the test's own database; every statement commits.

    A copy of a template loses the rights on the database, so they are taken away as migrate does.
    """
    postgresql.autocommit = True
    name = sql.Identifier(postgresql.info.dbname)
    postgresql.execute(sql.SQL("revoke temporary on database {} from public").format(name))
    return postgresql


@pytest.fixture
def conninfo(postgresql: Database, cluster: Cluster) -> Callable[..., str]:
    """``conninfo(user)``: how ``user`` (default: the superuser) reaches the test's database."""
    return lambda user="": conninfo_of(postgresql, cluster, user)


@pytest.fixture
def empty_conninfo(empty_postgresql: Database, cluster: Cluster) -> str:
    """The superuser's connection string for a database in which nothing was migrated."""
    return conninfo_of(empty_postgresql, cluster)


@pytest.fixture
def school(
    request: pytest.FixtureRequest, db: Database, conninfo: Callable[..., str]
) -> Iterator[School]:
    """The small school of tests.support.school, in this test's own database.

    Whatever a test does, the school is sound afterwards; ``@pytest.mark.unsound(reason)`` excuses
    a test that breaks it on purpose, as the owner.
    """
    yield BUILT
    if request.node.get_closest_marker("unsound") is None:
        with psycopg.connect(conninfo(), autocommit=True) as owner:
            broken = owner.execute(
                "select code, entity_id::text, detail from school.check_invariants()"
            )
            assert broken.fetchall() == []


@pytest.fixture
def demo(demo_postgresql: Database) -> Database:
    """A superuser's connection to a demonstration school."""
    demo_postgresql.autocommit = True
    return demo_postgresql


@pytest.fixture
def demo_server(demo: Database, cluster: Cluster) -> Iterator[Server]:
    """A server on the demonstration school."""
    database_url = conninfo_of(demo, cluster, "school_gateway")
    with running_server(
        Settings(database_url=database_url, pool_max=4, scheduler="off")
    ) as running:
        yield running


@pytest.fixture
def call(school: School, conninfo: Callable[..., str]) -> Iterator[Callable[[str | None], Caller]]:
    """``call("sam")("create_lead", name=…)``: the functions, as a person (None: as nobody)."""
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        yield lambda person: Caller(gateway, None if person is None else school.token(person))


@pytest.fixture
def clock(db: Database) -> Clock:
    return Clock(db)


@pytest.fixture
def settings(
    request: pytest.FixtureRequest,
    conninfo: Callable[..., str],
    through_pooler: Callable[[str], str],
) -> Settings:
    """The server's settings; ``@pytest.mark.settings(name=value)`` changes them."""
    base = Settings(
        database_url=through_pooler(conninfo("school_gateway")),
        sender_database_url=through_pooler(conninfo("school_sender")),
        listen_database_url=conninfo("school_gateway"),
        pool_max=4,
        scheduler="off",
    )
    changes: dict[str, Any] = {}
    for marker in request.node.iter_markers("settings"):
        changes = {**marker.kwargs, **changes}
    return replace(base, **changes)


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with running_server(settings) as running:
        yield running


@pytest.fixture
def http(server: Server) -> Iterator[Callable[..., httpx.Client]]:
    """``http(token)``: a client of the server, as the bearer of ``token`` or as nobody."""
    with ExitStack() as clients:
        yield lambda token=None: clients.enter_context(client_of(server.url, token))


@pytest.fixture
def client(school: School, http: Callable[..., httpx.Client]) -> Callable[..., httpx.Client]:
    """``client("sam")``: a client of the server, as a person of the school."""
    return lambda person: http(school.token(person))


@pytest.fixture
def serve_processes(
    conninfo: Callable[..., str], through_pooler: Callable[[str], str], tmp_path: Path
) -> Iterator[Callable[..., list[str]]]:
    """``serve_processes(n, **environment)``: base URLs of n server processes on one database."""
    with ExitStack() as processes:

        def start(count: int, **environment: str) -> list[str]:
            return [
                processes.enter_context(
                    server_in_a_process(
                        lambda user: through_pooler(conninfo(user)),
                        tmp_path,
                        **{"LISTEN_DATABASE_URL": conninfo("school_gateway"), **environment},
                    )
                )
                for _ in range(count)
            ]

        yield start

"""Fixtures: a migrated database of its own for each test, and the real HTTP server on it.

The database server is the embedded one in a temporary folder, or, when ``OSTINATO_TEST_SERVER``
holds a superuser's connection string, that one.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pytest_postgresql import factories

from api.console.application import create_app
from api.database.embedded import EmbeddedServer
from api.http.connections import BoundedProtocol
from api.settings import Settings
from tests.support.school import BUILT, Caller, School
from tests.support.school import load as load_school

PROJECT = Path(__file__).resolve().parent.parent
OUTSIDE_SERVER = os.environ.get("OSTINATO_TEST_SERVER")

# The embedded server lacks plpgsql_check and pg_cron; these run on a server that has them.
collect_ignore = [] if OUTSIDE_SERVER else ["conventions/test_plpgsql_check.py", "cron"]


@dataclass(frozen=True)
class Cluster:
    """The PostgreSQL server under test, in the words of pytest-postgresql."""

    host: str
    port: str
    user: str
    password: str | None
    options: str = ""
    maintenance_dbname: str = "postgres"
    template_dbname: str = "template0"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if OUTSIDE_SERVER:
        given = {name: str(value) for name, value in conninfo_to_dict(OUTSIDE_SERVER).items()}
        yield Cluster(
            host=given.get("host", "localhost"),
            port=given.get("port", "5432"),
            user=given.get("user", "postgres"),
            password=given.get("password"),
        )
        return
    with EmbeddedServer(tmp_path_factory.mktemp("embedded"), durable=False) as embedded:
        yield Cluster(host=str(embedded.socket_folder), port="5432", user="postgres", password=None)


template = factories.postgresql_noproc(
    dbname="ostinato_tests", load=[load_school], depends_on="cluster"
)
postgresql = factories.postgresql("template")
empty_template = factories.postgresql_noproc(
    dbname="ostinato_empty", load=[lambda **parameters: None], depends_on="cluster"
)
empty_postgresql = factories.postgresql("empty_template")


def conninfo_of(connection: psycopg.Connection[Any], cluster: Cluster, user: str = "") -> str:
    """Return the connection string of ``user`` (default: the superuser) for a test's database."""
    return make_conninfo(
        host=cluster.host,
        port=cluster.port,
        user=user or cluster.user,
        password=cluster.password if user in ("", cluster.user) else None,
        dbname=connection.info.dbname,
    )


@pytest.fixture
def db(postgresql: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A superuser's connection to the test's own database; every statement commits.

    A copy of a template loses the rights on the database, so they are taken away as migrate does.
    """
    postgresql.autocommit = True
    name = sql.Identifier(postgresql.info.dbname)
    postgresql.execute(sql.SQL("revoke temporary on database {} from public").format(name))
    return postgresql


@pytest.fixture
def conninfo(postgresql: psycopg.Connection[Any], cluster: Cluster) -> Callable[..., str]:
    """``conninfo(user)``: how ``user`` (default: the superuser) reaches the test's database."""
    return lambda user="": conninfo_of(postgresql, cluster, user)


@pytest.fixture
def empty_conninfo(empty_postgresql: psycopg.Connection[Any], cluster: Cluster) -> str:
    """The superuser's connection string for a database in which nothing was migrated."""
    return conninfo_of(empty_postgresql, cluster)


@pytest.fixture
def school(
    request: pytest.FixtureRequest, db: psycopg.Connection[Any], conninfo: Callable[..., str]
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
def call(school: School, conninfo: Callable[..., str]) -> Iterator[Callable[[str | None], Caller]]:
    """``call("sam")("create_lead", name=…)``: the functions, as a person (None: as nobody)."""
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        yield lambda person: Caller(gateway, None if person is None else school.token(person))


class Clock:
    """The school's clock, stopped wherever a test puts it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def set(self, instant: str) -> None:
        """Make it ``instant`` (ISO 8601 with a zone) for every transaction from now on."""
        row = self._connection.execute("select %s::timestamptz::text", (instant,)).fetchone()
        assert row is not None
        self._connection.execute(
            "create or replace function school.clock() returns timestamptz language sql stable"
            f" security invoker set search_path = '' as $$ select '{row[0]}'::timestamptz $$"
        )


@pytest.fixture
def clock(db: psycopg.Connection[Any]) -> Clock:
    return Clock(db)


@dataclass(frozen=True)
class Server:
    """A running HTTP server: where it is and how it is configured."""

    url: str
    settings: Settings


@contextmanager
def running_server(settings: Settings) -> Iterator[Server]:
    """Serve HTTP from a thread of this process on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(settings),
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.005)
    assert server.started, "the HTTP server did not start"
    try:
        yield Server(f"http://127.0.0.1:{listener.getsockname()[1]}", settings)
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
        assert not thread.is_alive(), "the HTTP server did not stop"


@pytest.fixture
def settings(request: pytest.FixtureRequest, conninfo: Callable[..., str]) -> Settings:
    """The server's settings; ``@pytest.mark.settings(name=value)`` changes them."""
    base = Settings(
        database_url=conninfo("school_gateway"),
        sender_database_url=conninfo("school_sender"),
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

        def client(token: str | None = None) -> httpx.Client:
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            return clients.enter_context(
                httpx.Client(base_url=server.url, headers=headers, timeout=30)
            )

        yield client


@pytest.fixture
def client(school: School, http: Callable[..., httpx.Client]) -> Callable[..., httpx.Client]:
    """``client("sam")``: a client of the server, as a person of the school."""
    return lambda person: http(school.token(person))


@pytest.fixture
def serve_processes(
    conninfo: Callable[..., str], tmp_path: Path
) -> Iterator[Callable[..., list[str]]]:
    """``serve_processes(n, **environment)``: base URLs of n server processes on one database."""
    with ExitStack() as processes:

        def start(count: int, **environment: str) -> list[str]:
            return [
                processes.enter_context(_served(conninfo, tmp_path, environment))
                for _ in range(count)
            ]

        yield start


@contextmanager
def _served(
    conninfo: Callable[..., str], folder: Path, environment: dict[str, str]
) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with (folder / f"serve-{port}.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "api", "serve"],
            cwd=PROJECT,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "DATABASE_URL": conninfo("school_gateway"),
                "SENDER_DATABASE_URL": conninfo("school_sender"),
                "HOST": "127.0.0.1",
                "PORT": str(port),
                "SCHEDULER": "off",
                **environment,
            },
        )
        url = f"http://127.0.0.1:{port}"
        try:
            _await_answer(url, process, Path(log.name))
            yield url
        finally:
            process.terminate()
            process.wait(timeout=60)


def _await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            httpx.get(f"{url}/healthz", timeout=5)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"no answer from {url}: {log.read_text(encoding='utf-8')}")

"""What tests of the HTTP layer and the console share: a server of a whole module, an inbox."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from aiosmtpd.controller import Controller
from psycopg.conninfo import make_conninfo
from pytest_postgresql.janitor import DatabaseJanitor

from api.__main__ import main
from api.settings import Settings
from tests.support.admitting import TRACE
from tests.support.console import Done
from tests.support.mail import Inbox
from tests.support.school import BUILT, Database, School
from tests.support.servers import Cluster, client_of, running_server

# What a full class leaves behind: its event, and the notifications and letters derived from that.
DERIVED = (*TRACE, "school.deliveries")


@dataclass(frozen=True)
class Site:
    """A running server with its database: ``db`` is a superuser's connection, autocommit."""

    url: str
    db: Database
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
            token = None if person is None else BUILT.token(person)
            return clients.enter_context(client_of(server.url, token))

        yield Site(server.url, db, conninfo, BUILT, client)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """``run("status", PORT="0")``: the command line, in this process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def run_main(*arguments: str, **environment: str) -> Done:
        with monkeypatch.context() as patched:
            for name, value in environment.items():
                patched.setenv(name, value)
            try:
                code: Any = main(arguments)
            except SystemExit as left:
                code = left.code or 0
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    yield run_main
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """An SMTP server that takes whatever comes."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    handler = Inbox(port)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler
    finally:
        handler.let_go.set()
        controller.stop()

"""The database server under test, and HTTP servers: of this process and of others."""

import os
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import uvicorn
from psycopg.conninfo import make_conninfo

from api.console.application import create_app
from api.http.connections import BoundedProtocol
from api.http.routes import PREFIX
from api.settings import Settings
from tests.support.console import console_process
from tests.support.contract import Contract, contract_of
from tests.support.waiting import until

Client = Callable[[str], httpx.Client]
"""``client("sam")``: a client of the server, as a person of the school."""
Http = Callable[..., httpx.Client]
"""``http(token)``: a client of the server, as the bearer of a token or as nobody."""

OUTSIDE_SERVER = os.environ.get("OSTINATO_TEST_SERVER", "").replace(
    "{worker}", os.environ.get("PYTEST_XDIST_WORKER", "gw0")
)
"""A superuser's connection string, of a server of its own for each process of tests."""

_MEMORY = Path("/dev/shm")  # noqa: S108 (what is made there has a name nobody can guess)


def data_folder() -> Path | None:
    """Return where the files of a test's server are fast: in memory, if much of that is free.

    Copying a template is most of what a test costs, and takes a tenth of the time there.
    """
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free > 4 * 2**30 else None
    except OSError:
        return None


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


def conninfo_of(connection: psycopg.Connection[Any], cluster: Cluster, user: str = "") -> str:
    """Return the connection string of ``user`` (default: the superuser) for a test's database."""
    return make_conninfo(
        host=cluster.host,
        port=cluster.port,
        user=user or cluster.user,
        password=cluster.password if user in ("", cluster.user) else None,
        dbname=connection.info.dbname,
    )


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # httpx would read the certificates each time


def client_of(url: str, token: str | None = None) -> httpx.Client:
    """Return a client of a server, as the bearer of ``token`` or as nobody.

    An answer that the server's OpenAPI document does not tell of fails the test that gets it.
    """
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    hooks = {"response": [_judge]}
    return httpx.Client(
        base_url=url, headers=headers, timeout=30, verify=_NO_TLS, event_hooks=hooks
    )


_CONTRACTS: dict[int, Contract] = {}  # by the port of the server


def _learn_contract(url: str) -> None:
    with client_of(url) as client:
        answer = client.get("/openapi.json")
    _CONTRACTS[answer.request.url.port or 0] = contract_of(answer.content)


def _judge(answer: httpx.Response) -> None:
    url, method = answer.request.url, answer.request.method
    if url.path.startswith(f"{PREFIX}/") and method not in ("HEAD", "OPTIONS"):
        wrongs = _CONTRACTS[url.port or 0].wrongs(answer)
        assert not wrongs, f"{method} {url.path} answers off its contract: {wrongs}"


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
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    until(lambda: server.started or not thread.is_alive(), 60)
    assert server.started, "the HTTP server did not start"
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    _learn_contract(url)
    try:
        yield Server(url, settings)
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
        assert not thread.is_alive(), "the HTTP server did not stop"


def free_port() -> int:
    """Return a port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def server_in_a_process(
    conninfo: Callable[..., str], folder: Path, **environment: str
) -> Iterator[str]:
    """Serve HTTP from a process of its own, which logs to ``folder``; give its base URL.

    It listens on PORT of ``environment``, or on a free one.
    """
    port = environment.get("PORT") or str(free_port())
    url = f"http://127.0.0.1:{port}"
    with (folder / f"serve-{port}.log").open("a+") as log:
        process = console_process(
            "serve",
            stdout=log,
            stderr=subprocess.STDOUT,
            **{
                "DATABASE_URL": conninfo("school_gateway"),
                "SENDER_DATABASE_URL": conninfo("school_sender"),
                "HOST": "127.0.0.1",
                "PORT": port,
                "SCHEDULER": "off",
                **environment,
            },
        )

        def answers() -> bool:
            assert process.poll() is None, Path(log.name).read_text(encoding="utf-8")
            try:
                httpx.get(f"{url}/healthz", timeout=5)
            except httpx.TransportError:
                return False
            return True

        try:
            until(answers, 60, f"no answer from {url}, see {log.name}")
            _learn_contract(url)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=60)


def server_process(url: str) -> int:
    """Return our child that listens on the URL's port."""
    port = int(url.rpartition(":")[2])
    for child in psutil.Process().children():
        if child.is_running() and "serve" in child.cmdline():
            for connection in child.net_connections("tcp"):
                if connection.status == "LISTEN" and connection.laddr.port == port:
                    return int(child.pid)
    raise AssertionError(f"nobody listens on {port}")


def open_streams(server: Server) -> int:
    """Return how many streams of notifications a server holds open."""
    text = httpx.get(f"{server.url}/metrics").text
    return int(float(text.partition("\nnotification_streams ")[2].split()[0]))

"""Serving HTTP: the port, the checks before it, the workers."""

import argparse
import ipaddress
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory
from types import FrameType

import psycopg
import uvicorn
from uvicorn.supervisors import Multiprocess

from api import logs
from api.console.connecting import CommandError, migrate_database, open_database, require_served
from api.console.demo import load_demo_when_empty, print_demo_logins, warn_of_demo_logins
from api.database import migrations
from api.database.startup import StartupError, load_catalog
from api.http.connections import BoundedProtocol
from api.http.plans import plans_of
from api.settings import LOG_LEVELS, Settings

UNREAD_MS = 30_000


def serve(settings: Settings, chosen: argparse.Namespace) -> int:
    """Serve HTTP until SIGTERM or SIGINT."""
    with _listener(settings) as listener:
        is_local = ipaddress.ip_address(listener.getsockname()[0]).is_loopback
        if chosen.demo_when_empty and not is_local:
            raise CommandError(
                "--demo-when-empty: everybody knows its passwords, so it needs HOST on loopback,"
                f" not {settings.host}"
            )
        return _serve(settings, chosen, listener, is_local)


def _serve(
    settings: Settings, chosen: argparse.Namespace, listener: socket.socket, is_local: bool
) -> int:
    with open_database(settings) as database:
        if database.gateway is None:
            raise CommandError("DATABASE_URL is not set, though another login is")
        if database.is_embedded or chosen.migrate:
            migrate_database(settings, database.owner_or_refuse())
        else:
            require_served(migrations.gateway_installed(database.gateway), ", or serve --migrate")
        _check_application(database.gateway)
        if chosen.demo_when_empty and database.is_embedded:
            load_demo_when_empty(database.owner_or_refuse())
        if not is_local:
            warn_of_demo_logins(database.gateway, settings.host)
        host, port = listener.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        print(f"Ostinato: {address}/v1  (documentation: {address}/docs)", flush=True)
        if is_local and database.is_embedded:
            with psycopg.connect(database.owner_or_refuse()) as connection:
                print_demo_logins(connection)
        logins = replace(
            settings, database_url=database.gateway, sender_database_url=database.sender
        )
        return _run_workers(logins, listener)


@contextmanager
def _listener(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything heavy; nobody can connect to it yet."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # Without listening two sockets could share the port, so try that first.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Who takes nothing of an answer for so long is cut off by the kernel.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
        listener.bind(address)
    except OSError as error:
        raise CommandError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}"
        ) from error
    with listener:
        listener.set_inheritable(True)
        yield listener


def _check_application(gateway: str) -> None:
    """Refuse here, once and in one line, what would stop every worker alike."""
    try:
        plans_of(load_catalog(gateway))
    except StartupError as error:
        raise CommandError(str(error)) from error


class _QuietServer(uvicorn.Server):
    """A server that ends by returning when a signal stops it, instead of raising it again."""

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        super().run(sockets)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.should_exit = True  # also before the server has handlers of its own


class _Workers(Multiprocess):
    """Workers that end together with their port: nobody is left waiting for one to answer."""

    def terminate_all(self) -> None:
        for listener in self.sockets:
            listener.close()
        super().terminate_all()


def _run_workers(settings: Settings, listener: socket.socket) -> int:
    # Workers are processes of their own and read the configuration again.
    os.environ["DATABASE_URL"] = settings.database_url or ""
    os.environ["SENDER_DATABASE_URL"] = settings.sender_database_url or ""
    level = "warning" if settings.log_level == "info" else settings.log_level
    config = uvicorn.Config(
        "api.console.application:serve_app",
        factory=True,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        workers=settings.workers,
        log_config=None,  # its lines go where ours go
        log_level=level if level in LOG_LEVELS else "warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=30,
    )
    if settings.workers > 1:
        logs.configure(settings.log_level, settings.log_format)
        # The workers' metrics are added up from files there.
        with TemporaryDirectory(prefix="ostinato-metrics-") as folder:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            _Workers(config, sockets=[listener]).run()
        return 0
    server = _QuietServer(config)
    server.run([listener])
    return 0 if server.started else 1

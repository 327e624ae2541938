"""What has to hold before a process serves."""

import logging
import time

import psycopg

from api.database.catalog import Catalog, read_catalog
from api.database.soundness import keeps_stale_policies

log = logging.getLogger("ostinato")

GATEWAY_LOGIN = "school_gateway"
START_TIMEOUT_S = 10.0


class StartupError(Exception):
    """The application cannot serve; the message is one line that says why."""


def load_catalog(database_url: str) -> Catalog:
    """Read the catalog as the gateway's login, waiting a little for a server that is starting.

    Raises StartupError when it cannot be reached or the login is not the gateway's.
    """
    give_up = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with psycopg.connect(database_url, connect_timeout=5, autocommit=True) as connection:
                catalog = read_catalog(connection)
        except psycopg.OperationalError as error:
            if "starting up" in str(error) and time.monotonic() < give_up:
                time.sleep(0.2)
                continue
            message = " ".join(str(error).split())
            raise StartupError(f"cannot reach the database: {message}") from error
        except LookupError as error:
            raise StartupError(str(error)) from error
        if catalog.session_user != GATEWAY_LOGIN:
            raise StartupError(
                f"DATABASE_URL logs in as {catalog.session_user}, expected {GATEWAY_LOGIN}"
            )
        return catalog


def warn_of_old_server(version: int) -> None:
    """Warn of a server that keeps stale policies in cached plans (CVE-2026-14666)."""
    if keeps_stale_policies(version):
        log.warning(
            "PostgreSQL %s.%s may keep stale policies in cached plans after a role is revoked"
            " (CVE-2026-14666): update to 15.19, 16.15, 17.11, 18.6 or later",
            *divmod(version, 10_000),
        )

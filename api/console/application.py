"""The composition root: the settings become what one process serves and does by the clock."""

import logging
import sys
from collections.abc import Iterator
from functools import partial

from api import logs
from api.background.mail import bury_old_mails, send_mails
from api.background.scheduler import Duty, Jobs, Scheduler, Schedulers, Work
from api.background.webhooks import send_webhooks
from api.database import migrations
from api.database.gateway import Gateway
from api.database.startup import StartupError, load_catalog, warn_of_old_server
from api.http.app import application
from api.http.connections import raise_file_limit
from api.http.streams import Application
from api.settings import Settings

log = logging.getLogger("ostinato")


def create_app(settings: Settings) -> Application:
    """The application. ``settings.database_url`` must be set. Raises StartupError."""
    if settings.database_url is None:
        raise StartupError("DATABASE_URL is not set")
    catalog = load_catalog(settings.database_url)
    warn_of_old_server(catalog.server_version)
    installed = migrations.gateway_installed(settings.database_url)
    for remark in migrations.standing_of(installed).remarks:
        log.warning("%s", remark)
    gateway = Gateway(settings, catalog)
    background = Schedulers(
        {work: Scheduler(gateway, duties, work) for work, duties in duties_of(settings, gateway)}
    )
    return application(settings, catalog, gateway, background, installed.code_layer)


def duties_of(settings: Settings, gateway: Gateway) -> Iterator[tuple[Work, list[Duty]]]:
    """What the process does while it holds the lease of a work."""
    if settings.scheduler in ("auto", "jobs"):
        yield "jobs", [Duty("scheduled jobs", 60, Jobs(gateway).run_due)]
    if settings.scheduler in ("auto", "outbox"):
        yield "outbox", sending(settings)


def sending(settings: Settings) -> list[Duty]:
    """What is done for the outbox: nothing without a login for it, and then it says so."""
    if settings.sender_database_url is None:
        log.warning("no e-mail and no webhook is sent from here: SENDER_DATABASE_URL is not set")
        return []
    if settings.relay is None:
        mail = Duty("old e-mail", 600, partial(bury_old_mails, settings))
    else:
        mail = Duty("e-mail", 10, partial(send_mails, settings))
    return [Duty("webhooks", 5, partial(send_webhooks, settings)), mail]


def serve_app() -> Application:
    """`create_app` from the environment, for uvicorn's factory mode: one line on a refusal."""
    try:
        settings = Settings.from_environment()
        logs.configure(settings.log_level, settings.log_format)
        raise_file_limit()
        return create_app(settings)
    except (StartupError, ValueError) as error:
        sys.exit(f"ostinato: {error}")

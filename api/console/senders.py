"""The outbox, sent from a process of its own."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from api import logs
from api.background.deliveries import Kind, Tally, outbox, until_stopped
from api.background.mail import send_mails
from api.background.webhooks import send_webhooks
from api.console.connecting import CommandError, bring_up_to_date, open_database
from api.settings import Settings

MAIL_EVERY_S = 10.0
WEBHOOKS_EVERY_S = 5.0


def send_mail(settings: Settings, chosen: argparse.Namespace) -> int:
    """Send e-mail from the outbox through SMTP_URL, until SIGTERM or once; 1 when some failed."""
    if settings.relay is None:
        with _sender(settings) as sender:
            kept = asyncio.run(_count_waiting(sender, "email"))
        raise CommandError(f"SMTP_URL is not set; e-mails kept and not sent: {kept}")
    return _send(settings, chosen, send_mails, MAIL_EVERY_S)


def send_hooks(settings: Settings, chosen: argparse.Namespace) -> int:
    """Send webhooks from the outbox, until SIGTERM or once; 1 when some failed."""
    return _send(settings, chosen, send_webhooks, WEBHOOKS_EVERY_S)


def _send(
    settings: Settings,
    chosen: argparse.Namespace,
    send: Callable[[Settings], Coroutine[Any, Any, Tally]],
    every_seconds: float,
) -> int:
    with _sender(settings) as sender:
        if not chosen.once:
            logs.configure(settings.log_level, settings.log_format)
            asyncio.run(until_stopped(partial(send, sender), every_seconds))
            return 0
        tally = asyncio.run(send(sender))
        print(f"{tally.sent} sent, {tally.failed} failed")
        return 1 if tally.failed else 0


@contextmanager
def _sender(settings: Settings) -> Iterator[Settings]:
    """Give the settings with the senders' login, to a database that is up to date if embedded."""
    with open_database(settings) as database:
        if database.sender is None:
            raise CommandError(
                "SENDER_DATABASE_URL is not set: the outbox is open to the login school_sender only"
            )
        if database.is_embedded:
            bring_up_to_date(settings, database)
        yield replace(settings, sender_database_url=database.sender)


async def _count_waiting(settings: Settings, kind: Kind) -> int:
    async with outbox(settings) as box:
        return await box.count(kind)

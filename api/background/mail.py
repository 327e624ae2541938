"""E-mail: from the outbox to an SMTP server."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import aiosmtplib

from api.background.deliveries import Claimed, Failure, Outbox, Tally, one_line, outbox
from api.relay import Relay
from api.settings import Settings

log = logging.getLogger("ostinato.mail")

BATCH = 5
TIMEOUT_S = 20.0  # of one e-mail, all its commands together
LEASE_S = 180  # more than a connection and a batch may take


async def send_mails(settings: Settings) -> Tally:
    """Send what is due, batch by batch. Raises ValueError without ``settings.relay``.

    When the server cannot be reached, the batch in hand has failed and the rest stays for later.
    Raises psycopg.Error when the outbox cannot be reached.
    """
    relay = settings.relay
    if relay is None:
        raise ValueError("SMTP_URL is not set")
    async with outbox(settings) as box:
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            use_tls=relay.tls,
            username=relay.username,
            password=relay.password,
            timeout=TIMEOUT_S,
        )
        try:
            limits = (BATCH, LEASE_S, settings.mail_max_age_hours)
            while claimed := await box.claim("claim_mails", *limits):
                if not await _send_batch(box, client, relay, claimed):
                    break
        finally:
            client.close()
        return box.tally


async def bury_old_mails(settings: Settings) -> None:
    """Give up what waited for too long, where there is no SMTP server to send it.

    Raises psycopg.Error when the outbox cannot be reached.
    """
    async with outbox(settings) as box:
        if buried := await box.bury_mails(settings.mail_max_age_hours):
            log.warning("e-mails given up because SMTP_URL is not set: %s", buried)


async def _send_batch(
    box: Outbox, client: aiosmtplib.SMTP, relay: Relay, claimed: list[Claimed]
) -> bool:
    """Send a batch; False when the server cannot be reached."""
    for place, mail in enumerate(claimed):
        if not client.is_connected:
            failure = await _connect(client)
            if failure is not None:
                for left in claimed[place:]:
                    await box.finish(left, failure)
                return False
        await box.finish(mail, await _send(client, relay, mail))
    return True


async def _connect(client: aiosmtplib.SMTP) -> Failure | None:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await client.connect()
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()
        return Failure(f"cannot reach the SMTP server: {_reason(error)}")
    return None


async def _send(client: aiosmtplib.SMTP, relay: Relay, mail: Claimed) -> Failure | None:
    try:
        message = message_of(relay, mail, datetime.now(UTC))
    except (MessageError, ValueError) as error:
        return Failure(f"it cannot be written: {error}", is_final=True)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await client.send_message(
                message, sender=relay.sender.addr_spec, recipients=[mail["address"]]
            )
    except aiosmtplib.SMTPRecipientsRefused as error:
        client.close()
        refused = error.recipients[0]
        return Failure(f"{refused.code} {refused.message}", is_final=refused.code >= 500)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()  # the conversation is in no known state
        return Failure(_reason(error))
    return None


def message_of(relay: Relay, mail: Mapping[str, str], now: datetime) -> EmailMessage:
    """The message of a claimed e-mail. Its Message-ID is the delivery's: a repeat can be told.

    Raises ValueError or MessageError for an address or text that no header can hold.
    """
    local, _, domain = mail["address"].rpartition("@")
    message = EmailMessage(policy=SMTP)
    message["From"] = relay.sender
    message["To"] = Address(one_line(mail["name"]), local, domain)
    message["Subject"] = mail["subject"]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail['id']}@{relay.sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail["body"], charset="utf-8")
    return message


def _reason(error: BaseException) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {error.message}"
    if isinstance(error, TimeoutError):
        return "it took too long"
    return str(error) or type(error).__name__

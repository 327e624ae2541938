"""The outbox as a sender sees it: claim in one transaction, send in none, report in another.

A sender that ends in between leaves a lease that runs out, and what it held is sent again: at least
once, by any number of senders at a time.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

import psycopg

from api.settings import Settings
from api.waiting import until

log = logging.getLogger("ostinato.deliveries")

CONNECT_TIMEOUT_S = 5
SENDER_LOGIN = "school_sender"
CLAIMS = {
    "claim_mails": b"select jobs.claim_mails(%s, %s, %s)",
    "claim_webhooks": b"select jobs.claim_webhooks(%s, %s, %s)",
}
FINISH = b"select jobs.finish_delivery(%s, %s, %s, %s)"
COUNT = b"select jobs.count_waiting(%s)"
BURY = b"select jobs.bury_mails(%s)"

Kind = Literal["email", "webhook"]
Claimed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed; ``is_final`` when another would fail in the same way."""

    reason: str
    is_final: bool = False


@dataclass(slots=True)
class Tally:
    """How many were sent, and how many attempts failed."""

    sent: int = 0
    failed: int = 0


class Outbox:
    """The outbox over the senders' login, on a connection in autocommit."""

    def __init__(self, connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
        self._connection = connection
        self.tally = Tally()

    async def claim(
        self, function: Literal["claim_mails", "claim_webhooks"], *limits: int
    ) -> list[Claimed]:
        """Take what is to be sent now, by ``jobs.<function>`` with these limits."""
        claimed: list[Claimed] = await self._value(CLAIMS[function], *limits)
        return claimed

    async def finish(self, claimed: Claimed, failure: Failure | None) -> None:
        """Report what became of it; None: sent."""
        if failure is None:
            self.tally.sent += 1
        else:
            self.tally.failed += 1
            log.warning(
                "delivery %s, attempt %s: %s", claimed["id"], claimed["attempt"], failure.reason
            )
        await self._value(
            FINISH,
            claimed["id"],
            claimed["attempt"],
            None if failure is None else one_line(failure.reason),
            failure is not None and failure.is_final,
        )

    async def count(self, kind: Kind) -> int:
        """How many are still to be sent."""
        return int(await self._value(COUNT, kind))

    async def bury_mails(self, max_age_hours: int) -> int:
        """Give up the e-mails that waited for longer, and tell how many."""
        return int(await self._value(BURY, max_age_hours))

    async def _value(self, query: bytes, *values: object) -> Any:  # noqa: ANN401
        row = await (await self._connection.execute(query, values)).fetchone()
        return None if row is None else row[0]


@asynccontextmanager
async def outbox(settings: Settings) -> AsyncIterator[Outbox]:
    """The outbox of ``settings.sender_database_url``.

    Raises psycopg.OperationalError, and ValueError, one line, when it is not the senders' login.
    """
    async with await psycopg.AsyncConnection.connect(
        settings.sender_database_url or "",
        autocommit=True,
        prepare_threshold=None,  # transactions may go through a pooler
        connect_timeout=CONNECT_TIMEOUT_S,
    ) as connection:
        if connection.info.user != SENDER_LOGIN:
            raise ValueError(
                f"SENDER_DATABASE_URL logs in as {connection.info.user}, expected {SENDER_LOGIN}"
            )
        yield Outbox(connection)


async def until_stopped(run: Callable[[], Awaitable[Tally]], every_seconds: float) -> None:
    """Run again and again until SIGTERM or SIGINT, which let the round in hand end.

    A round that fails is logged, and the next one tries again.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    while not stopped.is_set():
        try:
            tally = await run()
        except psycopg.Error as error:
            log.warning("the database: %s", one_line(str(error)))
        else:
            if tally.sent or tally.failed:
                log.info("%s sent, %s failed", tally.sent, tally.failed)
        await until(stopped, every_seconds)


def one_line(text: str) -> str:
    """Text that is printable, in one line, and at most 500 characters long."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))[:500]

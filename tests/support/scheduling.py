"""A process that asks for the lease and runs the schedule.

``python -m tests.support.scheduling URL LEASE`` prints its holder id, then a line each time it has
looked at the schedule.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from api.background.scheduler import Duty, Jobs, Scheduler
from api.database.gateway import Gateway
from api.database.startup import load_catalog
from api.settings import Settings
from tests.support.school import Database


def holder(db: Database) -> str | None:
    """Return who has the lease."""
    row = db.execute("select holder::text from jobs.lease").fetchone()
    return None if row is None else str(row[0])


@asynccontextmanager
async def gateway_of(settings: Settings) -> AsyncIterator[Gateway]:
    """Open the gateway of a server process, without the server."""
    gateway = Gateway(settings, load_catalog(settings.database_url or ""))
    await gateway.open()
    try:
        yield gateway
    finally:
        await gateway.close()


async def main(database_url: str, lease_s: int) -> None:
    settings = replace(Settings(), database_url=database_url, pool_max=2)
    async with gateway_of(settings) as gateway:
        jobs = Jobs(gateway)

        async def run() -> None:
            await jobs.run_due()
            print("ran", flush=True)

        scheduler = Scheduler(gateway, [Duty("jobs", 0.5, run)], lease_s=lease_s, renew_s=0.2)
        print(scheduler.holder, flush=True)
        scheduler.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

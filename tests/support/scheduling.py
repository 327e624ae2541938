"""A process that asks for the lease and runs the schedule.

``python -m tests.support.scheduling URL LEASE`` prints its holder id, then a line each time it has
looked at the schedule.
"""

import asyncio
import sys
from dataclasses import replace

from api.background.scheduler import Duty, Jobs, Scheduler
from api.database.gateway import Gateway
from api.database.startup import load_catalog
from api.settings import Settings


async def main(database_url: str, lease_s: int) -> None:
    settings = replace(Settings(), database_url=database_url, pool_max=2)
    gateway = Gateway(settings, load_catalog(database_url))
    await gateway.open()
    jobs = Jobs(gateway)

    async def run() -> None:
        await jobs.run_due()
        print("ran", flush=True)

    scheduler = Scheduler(gateway, [Duty("jobs", 0.5, run)], lease_s, 0.2)
    print(scheduler.holder, flush=True)
    scheduler.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

"""Waiting for what another task tells."""

import asyncio


async def until(told: asyncio.Event, seconds: float) -> None:
    """Wait until the event is set, at most for so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await told.wait()
    except TimeoutError:
        return

"""What is done when the server is told to end, before it does."""

import asyncio
import signal
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any


def before_signals(stop: Callable[[], None]) -> None:
    """Have ``stop`` called when the server is told to end: it then waits for what is in flight,
    and a stream would be so for ever. Only the main thread is told."""
    loop = asyncio.get_running_loop()

    def stop_and_end(end: Callable[[], None]) -> None:
        loop.call_soon_threadsafe(stop)
        end()

    _wrap(stop_and_end)


def drain(seconds: float, begin: Callable[[], None]) -> None:
    """Have ``begin`` called when the server is told to end, and tell it so these seconds later:
    meanwhile a proxy learns to send its requests elsewhere. Who tells it twice does not wait."""
    loop = asyncio.get_running_loop()
    begun = False

    def end_later(end: Callable[[], None]) -> None:
        nonlocal begun
        if begun:
            end()
            return
        begun = True
        loop.call_soon_threadsafe(begin)
        loop.call_soon_threadsafe(loop.call_later, seconds, end)

    _wrap(end_later)


def _wrap(act: Callable[[Callable[[], None]], None]) -> None:
    """Have ``act`` called by the signals that end, with what they would do otherwise."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        if callable(before):

            def handle(number: int, frame: FrameType | None, before: Any = before) -> None:  # noqa: ANN401
                act(partial(before, number, frame))

            signal.signal(number, handle)

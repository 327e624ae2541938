"""The one way to wait: ask until the answer is true."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def until(true: Callable[[], Answer], seconds: float = 30, otherwise: str = "") -> Answer:
    """Ask until the answer is true and return it; fail with ``otherwise`` when it never is."""
    end = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < end, otherwise or f"it did not come about in {seconds} s"
        time.sleep(0.01)
    return answer

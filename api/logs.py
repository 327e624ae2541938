"""The log of a process: lines that stay few when every request fails for the same reason."""

import logging
import time
from collections.abc import Hashable

PERIOD_S = 60.0
MAX_KINDS = 1_000
CHATTY = ("psycopg.pool",)  # they tell of every attempt
QUIET = ("psycopg", "httpx")  # their info is lines for every request


class Calm(logging.Filter):
    """Lets one record of a kind through in a minute, and has the next one tell of those between.

    A record's kind is what it was given as ``extra={"kind": …}``; without that, the place where
    its exception was raised. A record with neither always passes.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Hashable, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind = _kind(record)
        if kind is None:
            return True
        now = time.monotonic()
        since, between = self._seen.get(kind, (-PERIOD_S, 0))
        if now < since + PERIOD_S:
            self._seen[kind] = (since, between + 1)
            return False
        if len(self._seen) >= MAX_KINDS:
            self._seen.clear()
        self._seen[kind] = (now, 0)
        if between:
            record.msg = f"{record.getMessage()} (and {between} more like it)"
            record.args = ()
        return True


def configure(level: str) -> None:
    """Log to standard error, from this level on."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    calm = Calm()
    for handler in logging.getLogger().handlers:
        handler.addFilter(calm)
    logging.getLogger("uvicorn.error").addFilter(calm)  # it has a handler of its own


def _kind(record: logging.LogRecord) -> Hashable | None:
    given: Hashable | None = getattr(record, "kind", None)
    if given is not None:
        return given
    if record.exc_info is not None and record.exc_info[1] is not None:
        place = record.exc_info[2]
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = (place.tb_frame.f_code.co_filename, place.tb_lineno) if place is not None else ()
        return (record.name, type(record.exc_info[1]), where)
    return record.msg if record.name in CHATTY else None

"""The log of a process: lines that stay few when every request fails for the same reason."""

import json
import logging
import time
from collections.abc import Hashable
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of what is being done: of a request, or of what the process does of its own accord."""
FORMATS = ("text", "json")
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
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


class Objects(logging.Formatter):
    """Writes a record as one JSON object in one line: ``time``, ``level``, ``logger`` and
    ``message``, and where there are some, ``requestId``, ``kind`` and ``exception``."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "requestId": REQUEST_ID.get(),
            "kind": getattr(record, "kind", None),
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        known = {name: value for name, value in line.items() if value is not None}
        return json.dumps(known, ensure_ascii=False)


def configure(level: str, form: str) -> None:
    """Log to standard error, from this level on, in one of FORMATS."""
    handler = logging.StreamHandler()
    handler.setFormatter(Objects() if form == "json" else logging.Formatter(TEXT))
    handler.addFilter(Calm())
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


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

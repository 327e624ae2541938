"""The door: how many requests a process takes in at a time, and what it tells all others.

More than the pool serves soon only wait, and what they cost while they are refused later is missing
to those that are served. So who comes to a full house is sent away at the door, before anything of
the request but its head was looked at. Reads wait in a shorter queue than writes: they are asked
again more cheaply.
"""

import random
from collections.abc import Collection, Sequence

from api.http.routes import PREFIX
from api.problems import CONTENT_TYPE, RETRY_AFTER_SECONDS, Problem
from api.settings import Settings

READS_PER_CONNECTION = 10
WRITES_PER_CONNECTION = 25
EXPOSED = (
    "ETag, Location, Retry-After, X-Request-Id, Server-Timing, Idempotency-Replayed,"
    " Last-Event-ID, Content-Disposition"
)
"""The headers of an answer that a page of another origin may read."""
REST_S = float(RETRY_AFTER_SECONDS)
"""How long at most nothing is read from who was sent away, however soon they ask again."""

_PREFIX = PREFIX.encode() + b"/"
_READING = (b"GET", b"HEAD")
_UNKNOWN_ID = f"{0:024x}"


class Door:
    """Counts the requests that are ``inside``: whole, and not answered yet. ``refused`` is how many
    were sent away. Streams stay long and do little, and are not counted; what is outside the API,
    health and metrics too, always comes in."""

    def __init__(self, settings: Settings, streams: Collection[str]) -> None:
        self._most_reads = settings.pool_max * (1 + READS_PER_CONNECTION)
        self._most = settings.pool_max * (1 + WRITES_PER_CONNECTION)
        self._origins = frozenset(origin.encode() for origin in settings.cors_origins)
        self._streams = frozenset(path.encode() for path in streams)
        self.inside = 0
        self.refused = 0
        problem = Problem("unavailable")
        body = problem.body(_UNKNOWN_ID)
        vary = "Authorization, Origin" if settings.cors_origins else "Authorization"
        headers = {
            "content-type": CONTENT_TYPE,
            "content-length": str(len(body)),
            **problem.headers(),
            "vary": vary,
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "x-request-id": _UNKNOWN_ID,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._refusal = f"HTTP/1.1 {problem.status} Service Unavailable\r\n{head}".encode()
        self._body = body

    def counts(self, target: bytes) -> bool:
        """Whether a request for this target takes a place inside."""
        return target.startswith(_PREFIX) and target.partition(b"?")[0] not in self._streams

    def takes(self, method: bytes, target: bytes) -> bool:
        """Whether there is room for such a request now."""
        if self.inside < (self._most_reads if method in _READING else self._most):
            return True
        return method == b"OPTIONS" or not self.counts(target)

    def refusal(self, headers: Sequence[tuple[bytes, bytes]], *, closes: bool) -> bytes:
        """A whole response for who is sent away; ``headers`` are the request's."""
        self.refused += 1
        more = b"connection: close\r\n" if closes else b""
        more += self.for_browsers(headers)
        answer = b"%b%b\r\n%b" % (self._refusal, more, self._body)
        return answer.replace(_UNKNOWN_ID.encode(), b"%024x" % random.getrandbits(96))

    def for_browsers(self, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
        """The lines that let a page of an allowed origin read what it is refused with."""
        origin = next((value for name, value in headers if name == b"origin"), None)
        if origin is None or not self._origins & {origin, b"*"}:
            return b""
        allowed = b"*" if b"*" in self._origins else origin
        return b"access-control-allow-origin: %b\r\naccess-control-expose-headers: %b\r\n" % (
            allowed,
            EXPOSED.encode(),
        )

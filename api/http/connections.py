"""Connections, before a request is a request: how long, how many and how large.

uvicorn's protocol over httptools takes headers of any number and length and waits for the rest of
a request for ever. Here each connection counts what it is sent, and has one timer for its whole
life: a deadline is an assignment, and the timer looks whether it has passed.
"""

import asyncio
import random
import resource
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.http.door import REST_S, Door
from api.problems import CONTENT_TYPE, Problem, invalid

MAX_HEAD = 64 * 1024
MAX_HEADERS = 100
HEAD_S = 10.0
BODY_S = 30.0
LINGER_S = 2.0
"""How long a refused client may go on sending, and is not read, so that it gets its answer."""
FAREWELL_S = 2.0
"""How long a process that ends waits for the request of who has only just come."""
MAX_PIPELINED = 16
MAX_CONNECTIONS = 2_000
FILES = 8_192

ADDRESS_TOO_LONG = f"The address is longer than {MAX_HEAD // 1024} KiB."
HEADERS_TOO_LARGE = f"Send at most {MAX_HEADERS} headers of {MAX_HEAD // 1024} KiB in all."
TOO_SLOW = "The request took too long to arrive."
NOT_HTTP = "This is no HTTP/1.1 request."


class TooMuchError(Exception):
    """The parser is to stop: what is sent is more than a request may have."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with limits.

    Too many or too large headers are answered 431, a request that is not whole in time 408, each
    as a problem, and the connection is closed; one that has sent nothing is closed without a word.
    A client may send up to MAX_PIPELINED requests ahead of their answers. When the process has
    MAX_CONNECTIONS, those that have waited longest without a whole request make room.

    The application leaves its `Door` in the lifespan state, as ``door``. Who finds it full is told
    so as soon as the head of the request is there; a short body is passed over, after a long one
    the connection is closed.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._in_head = False
        self._in_body = False
        self._head_size = 0
        self._unseen = 0  # bytes since the parser last had something to show for them
        self._since = 0.0
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._fault = (HTTPStatus.BAD_REQUEST, NOT_HTTP)
        self._refused = False
        self._door: Door | None = app_state.get("door")
        self._places: list[bool] = []  # whether each request that is whole takes a place
        self._sent_away = False  # the request that is being read has its answer
        self._ends = False  # the next answer is the last

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        self._deadline = self._since + HEAD_S
        self._timer = self.loop.call_later(HEAD_S, self._look)
        if len(self.connections) > max_connections():
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._door is not None:
            self._door.inside -= sum(self._places)
            self._places.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._unset_keepalive_if_required()
        self._unseen += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # nothing here speaks another protocol: it is answered as a request like any other
        except httptools.HttpParserError:
            self._refuse(*self._fault)
        else:
            if self._unseen > MAX_HEAD:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HEADERS_TOO_LARGE)

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MAX_PIPELINED:
            raise TooMuchError
        super().on_message_begin()
        self._in_head = True
        self._head_size = 0
        self._since = self.loop.time()
        if self._deadline is None:
            self._deadline = self._since + HEAD_S

    def on_url(self, url: bytes) -> None:
        self._head_size += len(url)
        if self._head_size > MAX_HEAD:
            self._fault = (HTTPStatus.BAD_REQUEST, ADDRESS_TOO_LONG)
            raise TooMuchError
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_size += len(name) + len(value) + len(": \r\n")
        if self._head_size > MAX_HEAD or len(self.headers) >= MAX_HEADERS:
            self._fault = (HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HEADERS_TOO_LARGE)
            raise TooMuchError
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._in_body = True
        self._unseen = 0
        self._deadline = self.loop.time() + BODY_S
        door = self._door
        if self._refused:
            self._sent_away = True  # the last answer was given
        elif door is None or not self._is_idle() or door.takes(self.parser.get_method(), self.url):
            super().on_headers_complete()
            self.cycle.keep_alive = self.cycle.keep_alive and not self._ends
        else:
            self._send_away(door)

    def on_body(self, body: bytes) -> None:
        self._unseen = 0
        if not self._sent_away:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_body = False
        self._unseen = 0
        self._deadline = None
        if self._sent_away:
            self._sent_away = False
            return
        if self._door is not None and not self.cycle.response_complete:
            takes_place = self._door.counts(self.url)
            self._door.inside += takes_place
            self._places.append(takes_place)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if self._door is not None and self._places:
            self._door.inside -= self._places.pop(0)
        was_last = not self.pipeline
        super().on_response_complete()
        if self._refused and was_last:
            self.transport.close()

    def shutdown(self) -> None:
        """End with what is being answered. Who has come and was not read yet, as the first request
        through a proxy, is answered, too."""
        if self.cycle is None or self._in_head:
            self._ends = True
            self.loop.call_later(FAREWELL_S, self._close_if_silent)
        else:
            super().shutdown()

    def _close_if_silent(self) -> None:
        if not self._in_body and self._is_idle():
            self.transport.close()

    def _look(self) -> None:
        """Act on a deadline that has passed. No deadline lies nearer than HEAD_S when it is set, so
        looking that often misses none."""
        now = self.loop.time()
        if self._deadline is None and self._is_idle() and self.timeout_keep_alive_task is None:
            self._deadline = now + HEAD_S  # uvicorn does not time it: it was sent no request since
        if self._deadline is not None and self._deadline <= now:
            if not self.flow.read_paused:
                self._expire()
                return
            self._deadline = now + BODY_S  # it is we who do not read
        soonest = now + HEAD_S if self._deadline is None else min(self._deadline, now + HEAD_S)
        self._timer = self.loop.call_at(soonest, self._look)

    def _expire(self) -> None:
        if self._in_head or self._in_body:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW)
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Read no further; answer, unless another answer is on its way, and close."""
        self._refused = True
        if self._sent_away:
            self.transport.close()
        elif self._in_body and self.pipeline:
            self.pipeline.popleft()  # this request, which will not be whole
        elif self._in_body and self.cycle.response_started:
            self.transport.close()
        elif self._in_body or self._is_idle():
            more = b"" if self._door is None else self._door.for_browsers(self.headers or ())
            self._end(answer(status, message, more))
        # What was asked before is answered first, and then the connection closed.

    def _end(self, last: bytes) -> None:
        """Say this, hear no more, and close."""
        self._refused = True
        self.transport.write(last)
        self.transport.write_eof()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_later(LINGER_S, self.transport.close)

    def _send_away(self, door: Door) -> None:
        """Answer that there is no room, and hear nothing of this client for a moment."""
        self._sent_away = True
        if self._is_last():
            self._end(door.refusal(self.headers, closes=True))
            return
        self.transport.write(door.refusal(self.headers, closes=False))
        self.flow.pause_reading()
        self.loop.call_later(random.uniform(0.5, 1.0) * REST_S, self._hear_again)  # noqa: S311

    def _hear_again(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def _is_last(self) -> bool:
        """Whether the connection cannot go on after this request's head."""
        sent = dict(self.headers)
        length = sent.get(b"content-length", b"0")
        return (
            self._ends
            or not self.parser.should_keep_alive()
            or b"transfer-encoding" in sent
            or self.expect_100_continue
            or len(length) > len(str(MAX_HEAD))
            or int(length) > MAX_HEAD
        )

    def _is_idle(self) -> bool:
        """Whether nothing is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _make_room(self) -> None:
        waiting = [
            other
            for other in self.connections
            if isinstance(other, BoundedProtocol) and (other._in_body or other._is_idle())
        ]
        waiting.sort(key=lambda other: other._since)
        for other in waiting[: len(waiting) // 20 + 1]:
            other.transport.abort()


def answer(status: HTTPStatus, message: str, more: bytes = b"") -> bytes:
    """A whole HTTP response that refuses what is no request yet, and ends the connection; ``more``
    are further lines of its head."""
    request_id = f"{random.getrandbits(96):024x}"
    body = Problem("invalid_request", message, invalid(("", message)).members, status).body(
        request_id
    )
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"content-type: {CONTENT_TYPE}\r\n"
        f"content-length: {len(body)}\r\n"
        f"x-request-id: {request_id}\r\n"
        "x-content-type-options: nosniff\r\n"
        "cache-control: no-store\r\n"
        "connection: close\r\n"
    ).encode() + b"%b\r\n%b" % (more, body)


def max_connections() -> int:
    """How many connections the process may have: half of its files are for other purposes."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MAX_CONNECTIONS if files == resource.RLIM_INFINITY else min(MAX_CONNECTIONS, files // 2)


def raise_file_limit() -> None:
    """Let the process open FILES files, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

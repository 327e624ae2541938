"""What a client may send, how much of it and how slowly, before its request is a request."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
import pytest

from api.http import connections, streams
from tests.api.conftest import Site
from tests.support.asking import refused
from tests.support.school import School, open_session
from tests.support.servers import Server, open_streams, server_process
from tests.support.waiting import until

GET = b"GET /healthz HTTP/1.1\r\nHost: school\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
STREAM = "/v1/notifications/stream"


@pytest.fixture
def dial(site: Site) -> Iterator[Callable[[], socket.socket]]:
    """``dial()``: a connection to the server of the module."""
    with ExitStack() as dialled:
        yield lambda: dialled.enter_context(dialled_to(site.url))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give requests a third of a second instead of ten and thirty."""
    monkeypatch.setattr(connections, "HEAD_S", 0.3)
    monkeypatch.setattr(connections, "BODY_S", 0.4)


def dialled_to(url: str) -> socket.socket:
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port), timeout=20)


def all_of(connection: socket.socket) -> bytes:
    """Read until the server has closed the connection."""
    received = b""
    with suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            received += piece
    return received


def problem(answer: bytes, status: int) -> dict[str, Any]:
    """Check that this is one whole response, a problem; return its document."""
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    assert line.startswith(f"HTTP/1.1 {status} "), answer
    named = dict(header.split(": ", 1) for header in headers)
    given = httpx.Response(status, headers=named, content=body)
    assert given.headers["Content-Length"] == str(len(body))
    assert given.headers["Connection"] == "close"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    found: dict[str, Any] = json.loads(body)
    assert refused(given, status, "invalid_request") == found
    return found


@pytest.mark.parametrize("count", [99, 100, 101, 5000])
def test_a_hundred_headers_pass_and_one_more_does_not(
    dial: Callable[[], socket.socket], count: int
) -> None:
    with dial() as connection:
        connection.sendall(GET + b"".join(b"a: b\r\n" for _ in range(count - 1)) + b"\r\n")
        if count <= 100:
            assert connection.recv(65536).startswith(OK)
        else:
            problem(all_of(connection), 431)


@pytest.mark.parametrize(
    ("request_", "passes"),
    [
        (GET + b"a: " + b"x" * 60_000 + b"\r\n\r\n", True),
        (GET + b"a: " + b"x" * 65_600 + b"\r\n\r\n", False),
        (GET + b"".join(b"a: " + b"x" * 1000 + b"\r\n" for _ in range(80)) + b"\r\n", False),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: school\r\n\r\n", False),
        # none of these ever ends
        (GET + b"a: " + b"x" * 200_000, False),
        (GET + b"x" * 200_000, False),
        (b"GET /" + b"x" * 200_000, False),
        (b"G" * 200_000, False),
        (b"\r\n" * 100_000, False),
    ],
)
def test_headers_of_64_kib_pass_and_larger_ones_do_not(
    dial: Callable[[], socket.socket], request_: bytes, passes: bool
) -> None:
    with dial() as connection:
        connection.sendall(request_)
        answer = connection.recv(65536) if passes else all_of(connection)
    if passes:
        assert answer.startswith(OK)
    else:
        is_header = request_.startswith((GET, b"\r\n"))
        assert problem(answer, 431 if is_header else 400)


def test_what_follows_a_body_counts_as_headers_do(dial: Callable[[], socket.socket]) -> None:
    chunked = (
        b"POST /v1/auth/login HTTP/1.1\r\nHost: school\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
    )
    for endless in (b"0\r\n" + b"x: " + b"y" * 300_000, b"2;" + b"x" * 300_000):
        with dial() as connection:
            connection.sendall(chunked + endless)
            problem(all_of(connection), 431)
    with dial() as connection:
        connection.sendall(chunked + b"0\r\n" + b"a: b\r\n" * 5000 + b"\r\n")
        problem(all_of(connection), 431)
    with dial() as connection:
        many = b"".join(b"1\r\n \r\n" for _ in range(100_000))
        connection.sendall(chunked + many + b"0\r\n\r\n")
        assert b" 400 " in connection.recv(65536), "small chunks are no headers"


def test_twenty_megabytes_of_tiny_headers_take_no_memory(
    serve_processes: Callable[..., list[str]],
) -> None:
    url = serve_processes(1)[0]
    process = psutil.Process(server_process(url))
    before = process.memory_info().rss
    for piece in (b"a: b\r\n" * 10_000, b"x" * 60_000):
        with dialled_to(url) as connection:
            connection.sendall(GET)
            with suppress(ConnectionError):
                for _ in range(20_000_000 // 60_000):
                    connection.sendall(piece)
            # What was answered may be lost with the connection; nothing else is said.
            said = all_of(connection)
            assert not said or said.startswith(b"HTTP/1.1 431 ")
    answer = httpx.get(f"{url}/healthz")
    assert answer.status_code == 200
    assert "server" not in answer.headers, "it does not tell what it runs on"
    assert process.memory_info().rss - before < 10_000_000


def test_a_request_that_does_not_arrive_in_time_is_told_so_and_closed(
    dial: Callable[[], socket.socket], hasty: None
) -> None:
    post = b"POST /v1/auth/login HTTP/1.1\r\nHost: school\r\nContent-Type: application/json\r\n"
    whole = GET + b"\r\n"
    for half in (
        b"G",
        GET,
        whole + GET,
        post + b"Content-Length: 100\r\n\r\n{",
        post + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        post + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    ):
        started = time.monotonic()
        with dial() as connection:
            connection.sendall(half)
            answer = all_of(connection)
        assert time.monotonic() - started < 5
        if half.startswith(whole):
            assert answer.startswith(OK)
        late = answer[answer.rindex(b"HTTP/1.1 4") :]
        assert problem(late, 408)["detail"] == connections.TOO_SLOW


def test_a_request_that_comes_in_drips_is_not_waited_for(
    dial: Callable[[], socket.socket], hasty: None
) -> None:
    for drip, start in ((b"a: b\r\n", GET), (b"\r\n", b"")):
        started = time.monotonic()
        with dial() as connection, suppress(ConnectionError):
            connection.settimeout(0.05)  # between two drips; what is answered ends the dripping
            connection.sendall(start)
            while time.monotonic() < started + 10:
                connection.sendall(drip)
                with suppress(TimeoutError):
                    if not connection.recv(65536):
                        break
        assert time.monotonic() - started < 5


def test_a_connection_that_asks_nothing_is_closed_without_a_word(
    dial: Callable[[], socket.socket], hasty: None
) -> None:
    started = time.monotonic()
    with dial() as connection:
        assert all_of(connection) == b""
    assert time.monotonic() - started < 5


def test_a_connection_is_closed_when_it_asks_nothing_more(
    dial: Callable[[], socket.socket], hasty: None
) -> None:
    # The body is refused before it has come; uvicorn has no timer for what comes after it.
    head = b"POST /v1/auth/login HTTP/1.1\r\nHost: school\r\nContent-Length: 2000000\r\n\r\n"
    started = time.monotonic()
    with dial() as connection:
        connection.sendall(head + b"x")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")
        connection.sendall(b"x" * 1_999_999)
        assert all_of(connection) == b""
    assert time.monotonic() - started < 5


def test_a_slow_request_is_not_cut_off_while_it_is_answered(
    site: Site, hasty: None, dial: Callable[[], socket.socket]
) -> None:
    body = b'{"area": "S"}'
    request = (
        f"PATCH /v1/leads/{site.school['fresh']} HTTP/1.1\r\nHost: school\r\n"
        f"Authorization: Bearer {site.school.token('ada')}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
    with psycopg.connect(site.conninfo) as blocker, dial() as connection:
        row = "select from school.leads where id = %s for update"
        blocker.execute(row, (site.school["fresh"],))
        connection.sendall(request)
        connection.settimeout(1.2)  # three times as long as a body may take
        with pytest.raises(TimeoutError):
            connection.recv(1)
        blocker.rollback()
        connection.settimeout(20)
        assert connection.recv(65536).startswith(OK)


def test_requests_sent_ahead_are_answered_in_order_and_not_without_end(
    dial: Callable[[], socket.socket],
) -> None:
    one = GET + b"X-Request-Id: %d\r\n\r\n"
    with dial() as connection:
        connection.sendall(b"".join(one % n for n in range(10)))
        received = b""
        while received.count(b'{"status":"ok"}') < 10:
            received += connection.recv(65536)
        found = [line for line in received.split(b"\r\n") if line.startswith(b"x-request-id")]
        assert found == [b"x-request-id: %d" % n for n in range(10)]
    with dial() as connection:
        connection.sendall(b"".join(one % n for n in range(2000)))
        received = all_of(connection)
    assert 1 <= received.count(OK) <= connections.MAX_PIPELINED + 2
    assert received.endswith(b'{"status":"ok"}'), "none of them is cut off"
    with dial() as connection:
        connection.sendall(one % 1 + GET + b"a: b\r\n" * 200 + b"\r\n")
        received = all_of(connection)
    assert received.startswith(OK)
    assert received.count(b"HTTP/1.1 ") == 1, "no answer stands in another"
    assert received.endswith(b'{"status":"ok"}')


def test_what_is_no_http_is_told_so(dial: Callable[[], socket.socket]) -> None:
    for nonsense in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HELLO\r\n\r\n",
        b"\x00" * 9,
    ):
        with dial() as connection:
            connection.sendall(nonsense)
            assert problem(all_of(connection), 400)["errors"] == [
                {"pointer": "", "message": connections.NOT_HTTP}
            ]


def test_who_asks_for_another_protocol_is_answered_in_this_one(
    dial: Callable[[], socket.socket],
) -> None:
    with dial() as connection:
        connection.sendall(GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        assert connection.recv(65536).startswith(OK)


def test_a_process_flooded_with_half_requests_answers_whole_ones(
    site: Site, dial: Callable[[], socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 40)
    busy = dial()
    busy.sendall(GET + b"\r\n")
    assert busy.recv(65536).startswith(OK)
    for n in range(300):
        half = dial()
        half.sendall(GET if n % 2 else GET + b"Content-Length: 9\r\n\r\n1")
        if n % 50 == 0:
            assert httpx.get(f"{site.url}/healthz", timeout=5).status_code == 200
    started = time.monotonic()
    for _ in range(5):
        assert httpx.get(f"{site.url}/healthz", timeout=5).status_code == 200
    assert time.monotonic() - started < 2


@contextmanager
def listening(url: str, token: str) -> Iterator[httpx.Response]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", f"{url}{STREAM}", headers=headers, timeout=20) as answer:
        if answer.status_code != 200:
            answer.read()
        yield answer


def test_a_session_has_five_streams_and_no_more(
    server: Server, school: School, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.1)
    token, other = school.token("sam"), "another-session"
    open_session(db, school["sam"], other)
    with ExitStack() as opened:
        for _ in range(4):
            assert opened.enter_context(listening(server.url, token)).status_code == 200
        with listening(server.url, token) as fifth:
            assert fifth.status_code == 200
            with listening(server.url, token) as sixth:
                refused(sixth, 429, "too_many_requests")
            with listening(server.url, other) as elsewhere:
                assert elsewhere.status_code == 200, "another session of the same person"
        until(lambda: open_streams(server) == 4)
        with listening(server.url, token) as again:
            assert again.status_code == 200, "what was left is free again"
    until(lambda: open_streams(server) == 0)


def test_many_streams_asked_for_at_once_are_five_in_the_end(
    server: Server, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.1)
    request = (
        f"GET {STREAM} HTTP/1.1\r\nHost: school\r\n"
        f"Authorization: Bearer {school.token('sam')}\r\n\r\n"
    ).encode()
    with ExitStack() as opened:
        asked = [opened.enter_context(dialled_to(server.url)) for _ in range(30)]
        for connection in asked:
            connection.sendall(request)
        statuses = [connection.recv(65536).split(b" ", 2)[1] for connection in asked]
    assert (statuses.count(b"200"), statuses.count(b"429")) == (5, 25)


def test_a_process_has_a_number_of_streams_and_no_more(
    server: Server, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MAX_OPEN", 2)
    with ExitStack() as opened:
        for person in ("sam", "sue"):
            answer = opened.enter_context(listening(server.url, school.token(person)))
            assert answer.status_code == 200
        with listening(server.url, school.token("tom")) as third:
            refused(third, 503, "unavailable")
        assert httpx.get(f"{server.url}/healthz").status_code == 200

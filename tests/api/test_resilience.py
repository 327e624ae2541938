"""What happens when the database is busy, slow, restarting or gone."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from api.database import gateway
from api.database.calls import PATIENT
from api.http.door import Door
from api.settings import Settings
from tests.support.admitting import fingerprint, nothing_changes
from tests.support.asking import one, refused
from tests.support.races import at_once, behind, in_background
from tests.support.school import bearer
from tests.support.servers import Server, server_process
from tests.support.waiting import until

Client = Callable[[str], httpx.Client]
Db = psycopg.Connection[Any]
BUSY = (
    "select pid from pg_stat_activity"
    " where datname = current_database() and usename = 'school_gateway'"
)


def hold(conninfo: Callable[..., str], table: str, row_id: str) -> psycopg.Connection[Any]:
    blocker = psycopg.connect(conninfo())
    blocker.execute(f"select from school.{table} where id = %s for update", (row_id,))
    return blocker


@pytest.mark.settings(pool_max=1, statement_timeout_ms=20_000)
def test_an_exhausted_pool_says_so_soon_and_recovers(
    client: Client, school: Any, db: Db, conninfo: Callable[..., str]
) -> None:
    path = f"/v1/leads/{school['fresh']}"
    clients = [client("sam") for _ in range(4)]
    with hold(conninfo, "leads", school["fresh"]) as blocker:
        first = behind(db, blocker, client("sam").patch, path, json={"area": "N"})
        started = time.monotonic()
        for other in at_once(*(partial(own.get, "/v1/me") for own in clients)):
            refused(other, 503, "unavailable")
        assert time.monotonic() - started < 10
        assert client("sam").get("/healthz").status_code == 200
        refused(client("sam").get("/readyz"), 503, "unavailable")
        blocker.rollback()
        assert first.result(30).status_code == 200
    assert client("sam").get("/v1/me").status_code == 200


def exporting(db: Db, pages: int, then: str = "") -> None:
    """Let an export be so many pages of a million characters, and then something else."""
    db.execute(
        "create or replace function api.export_leads(p_stage_id uuid[] default null,"
        " p_owner_id uuid[] default null, p_assigned_teacher_id uuid[] default null,"
        " p_follow_up api.follow_up_filter[] default null,"
        " p_follow_up_status api.follow_up_status[] default null,"
        " p_tag api.short_text[] default null, p_search api.search_text default null,"
        " p_sort api.lead_sort default 'followUpDate') returns setof text language plpgsql stable"
        f" set search_path = '' as $$ begin for i in 1..{pages} loop"
        f" return next pg_catalog.repeat('x', 1000000); end loop; {then} end $$"
    )


@pytest.mark.settings(pool_max=1)
def test_who_reads_a_file_slowly_keeps_nobody_waiting(client: Client, db: Db) -> None:
    exporting(db, pages=30)
    sam, ada = client("sam"), client("ada")
    whole = {"Accept-Encoding": "identity"}
    with sam.stream("GET", "/v1/leads/export", headers=whole) as slow:
        assert slow.status_code == 200
        assert slow.headers["Content-Length"] == "30000000"
        pieces = slow.iter_raw()
        assert next(pieces)
        assert ada.get("/v1/me").status_code == 200
        assert sum(map(len, pieces)) > 29_000_000


def test_a_file_that_cannot_be_finished_is_not_begun(client: Client, db: Db) -> None:
    exporting(db, pages=3, then="raise exception using errcode = '57014';")
    refused(client("sam").get("/v1/leads/export"), 504, "timeout")
    assert client("sam").get("/v1/me").status_code == 200


@pytest.mark.settings(statement_timeout_ms=300)
def test_a_statement_that_takes_too_long_is_a_time_out(
    client: Client, school: Any, db: Db, conninfo: Callable[..., str]
) -> None:
    path = f"/v1/leads/{school['fresh']}"
    sam = client("sam")
    with hold(conninfo, "leads", school["fresh"]), nothing_changes(db):
        refused(sam.patch(path, json={"area": "N"}), 504, "timeout")
    db.execute(
        "create or replace function api.list_operating_days() returns json language plpgsql stable"
        " set search_path = '' as $$ begin perform pg_catalog.pg_sleep(30); return '{}'; end $$"
    )
    started = time.monotonic()
    refused(sam.get("/v1/operating-days"), 504, "timeout")
    assert time.monotonic() - started < 5
    assert sam.patch(path, json={"area": "N"}).status_code == 200


HEAD = (
    "{} {} HTTP/1.1\r\nHost: school\r\nAuthorization: {}\r\nContent-Type: application/json\r\n"
    "Content-Length: {}\r\n\r\n"
)
PATCH = b'{"area":"N"}'


class Dialled:
    """A connection that sends what it is told to and waits for nothing."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname, place.port), timeout=30)

    def __enter__(self) -> "Dialled":
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()

    def ask(self, method: str, path: str, body: bytes = b"", *, length: int | None = None) -> None:
        token = bearer("sam")["Authorization"]
        self.send(HEAD.format(method, path, token, length or len(body)).encode() + body)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def answer(self) -> httpx.Response:
        """Read one whole answer."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._piece()
        head, _, body = received.partition(b"\r\n\r\n")
        line, *headers = head.decode().split("\r\n")
        named = dict(header.split(": ", 1) for header in headers)
        length = int({name.lower(): value for name, value in named.items()}["content-length"])
        while len(body) < length:
            body += self._piece()
        return httpx.Response(int(line.split()[1]), headers=named, content=body)

    def is_closed(self) -> bool:
        return self._socket.recv(1) == b""

    def _piece(self) -> bytes:
        piece = self._socket.recv(65536)
        assert piece, "the server closed the connection"
        return piece


@pytest.fixture
def held(school: Any, conninfo: Callable[..., str]) -> Iterator[psycopg.Connection[Any]]:
    """Who holds the lead that ``full_house`` waits for; ``rollback()`` lets it go."""
    with hold(conninfo, "leads", school["fresh"]) as blocker:
        yield blocker
        blocker.rollback()


@pytest.fixture
def full_house(
    server: Server, school: Any, held: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], list[Dialled]]]:
    """``full_house(n)``: n connections whose requests wait for the lead that is held."""
    monkeypatch.setattr(gateway, "PATIENT", replace(PATIENT, pool_s=60.0))
    with ExitStack() as dialled:

        def fill(count: int) -> list[Dialled]:
            waiting = []
            for _ in range(count):
                connection = dialled.enter_context(Dialled(server.url))
                connection.ask("PATCH", f"/v1/leads/{school['fresh']}", PATCH)
                waiting.append(connection)
            until(lambda: metric(server.url, "requests_inside") == count)
            return waiting

        yield fill


def metric(url: str, name: str) -> int:
    return int(float(httpx.get(f"{url}/metrics").text.partition(f"\n{name} ")[2].split()[0]))


@pytest.mark.settings(pool_max=1, statement_timeout_ms=60_000)
def test_who_finds_the_house_full_is_told_so_before_the_body_is_read(
    server: Server, school: Any, held: Any, full_house: Callable[[int], list[Dialled]]
) -> None:
    waiting = full_house(26)  # one at the database, 25 behind it
    path = f"/v1/leads/{school['fresh']}"
    with Dialled(server.url) as late, Dialled(server.url) as long:
        late.ask("PATCH", path, length=len(PATCH))
        told = late.answer()
        assert refused(told, 503, "unavailable")["requestId"] == told.headers["X-Request-Id"]
        assert told.headers["Retry-After"] == "1"
        assert told.headers["Cache-Control"] == "no-store"
        long.ask("PATCH", path, length=100_000)
        told = long.answer()
        assert refused(told, 503, "unavailable")
        assert told.headers["Connection"] == "close"
        assert long.is_closed()
        assert metric(server.url, "requests_refused_total") == 2
        assert metric(server.url, "requests_inside") == 26
        assert httpx.get(f"{server.url}/healthz").status_code == 200
        held.rollback()
        assert {connection.answer().status_code for connection in waiting} == {200}
        # The body that was left out comes along, and then another request.
        late.send(PATCH)
        late.ask("GET", "/v1/me")
        assert late.answer().status_code == 200
    assert metric(server.url, "requests_inside") == 0


@pytest.mark.settings(pool_max=1, statement_timeout_ms=60_000)
def test_reads_find_the_house_full_before_writes_do(
    server: Server, school: Any, full_house: Callable[[int], list[Dialled]]
) -> None:
    full_house(11)
    with Dialled(server.url) as late:
        late.ask("GET", "/v1/me")
        refused(late.answer(), 503, "unavailable")
        late.ask("PATCH", f"/v1/leads/{school['fresh']}", PATCH)
        until(lambda: metric(server.url, "requests_inside") == 12)
    assert metric(server.url, "requests_refused_total") == 1


@pytest.mark.settings(pool_max=1, statement_timeout_ms=60_000)
def test_who_goes_away_leaves_a_place(
    server: Server, school: Any, full_house: Callable[[int], list[Dialled]]
) -> None:
    for connection in full_house(11):
        connection.__exit__()
    until(lambda: metric(server.url, "requests_inside") == 0)


def test_a_browser_may_read_that_the_house_is_full() -> None:
    def said(origins: tuple[str, ...], origin: bytes) -> bytes:
        door = Door(Settings(cors_origins=origins), [])
        return door.refusal([(b"origin", origin)], closes=False)

    mine = b"https://app.test"
    assert b"access-control-allow-origin: https://app.test\r\n" in said((mine.decode(),), mine)
    assert b"access-control-allow-origin: *\r\n" in said(("*",), mine)
    assert b"access-control" not in said((mine.decode(),), b"https://other.test")
    assert b"access-control" not in said((), mine)


def failing(db: Db, sqlstate: str, times: int) -> None:
    """Make reading the settings fail with the SQLSTATE so many times, then succeed."""
    db.execute("drop sequence if exists school.tries")
    db.execute("create sequence school.tries")
    db.execute("grant usage on sequence school.tries to public")
    db.execute(
        "create or replace function api.create_instrument(p_name api.name_text)"
        " returns api.instrument language plpgsql volatile security invoker set search_path = ''"
        " as $$ declare v api.instrument; begin"
        f" if pg_catalog.nextval('school.tries') <= {times} then"
        f" raise exception 'again' using errcode = '{sqlstate}'; end if;"
        " insert into school.instruments (name) values (p_name);"
        " select * into v from api.instrument as i where i.name = p_name; return v; end $$"
    )


def tries(db: Db) -> int:
    row = db.execute("select last_value from school.tries").fetchone()
    assert row is not None
    return int(row[0])


def test_a_lost_race_is_run_again_but_not_for_ever(client: Client, db: Db) -> None:
    ada = client("ada")
    for n, sqlstate in enumerate(("40001", "40P01")):
        failing(db, sqlstate, 3)
        for key in ({}, {"Idempotency-Key": sqlstate}):
            answer = ada.post("/v1/instruments", json={"name": f"I{n}{len(key)}"}, headers=key)
            assert answer.status_code == 201, answer.text
        assert tries(db) == 5
        failing(db, sqlstate, 99)
        with nothing_changes(db):
            refused(ada.post("/v1/instruments", json={"name": "x"}), 503, "unavailable")
        assert tries(db) == 4, "three times more, not oftener"
    for sqlstate, status, code in (
        ("55P03", 504, "timeout"),
        ("57014", 504, "timeout"),
        ("53300", 503, "unavailable"),
        ("23505", 409, "already_exists"),
        ("42501", 403, "forbidden"),
        ("42P01", 500, "internal_error"),
        ("P0001", 500, "internal_error"),
        ("22003", 400, "invalid_request"),
    ):
        failing(db, sqlstate, 1)
        with nothing_changes(db):
            refused(ada.post("/v1/instruments", json={"name": "y"}), status, code)
        assert tries(db) == 1, "only a lost race is run again"


def test_a_real_deadlock_is_nobodys_error(
    client: Client, school: Any, db: Db, conninfo: Callable[..., str]
) -> None:
    # The rival holds one lead and wants the other; the request is the one to give way.
    db.execute(
        "create or replace function api.restore_lead(p_lead_id uuid)"
        " returns api.lead language plpgsql volatile security definer set search_path = '' as $$"
        " declare v api.lead; begin"
        f" perform from school.leads as l where l.id = '{school['sues']}' for update;"
        f" perform from school.leads as l where l.id = '{school['fresh']}' for update;"
        " select * into v from api.lead as l where l.id = p_lead_id; return v; end $$"
    )
    db.execute("alter database " + db.info.dbname + " set deadlock_timeout = '20ms'")
    blocker = hold(conninfo, "leads", school["fresh"])
    blocker.execute("set deadlock_timeout = '30s'")
    with blocker:
        waiting = behind(db, blocker, client("ada").post, f"/v1/leads/{school['fresh']}/restore")
        blocker.execute("select from school.leads where id = %s for update", (school["sues"],))
        blocker.rollback()
        assert waiting.result(30).status_code == 200


def test_killed_idle_backends_lose_no_request(client: Client, db: Db, school: Any) -> None:
    sam = client("sam")
    for n in range(10):
        assert sam.get("/v1/me").status_code == 200
        idle = [row[0] for row in db.execute(BUSY).fetchall()]
        assert idle
        db.execute("select pg_terminate_backend(p) from unnest(%s::integer[]) as p", (idle,))
        left = "select count(*) = 0 from pg_stat_activity where pid = any (%s)"
        until(partial(one, db, left, idle))
        if n % 2:
            answer = sam.post(f"/v1/leads/{school['fresh']}/notes", json={"body": str(n)})
            assert answer.status_code == 201, answer.text
        else:
            assert sam.get("/v1/leads").status_code == 200
    notes = db.execute("select body from school.lead_notes").fetchall()
    assert sorted(int(n[0]) for n in notes) == [*range(1, 10, 2)], "each was written once"


@pytest.mark.settings(pool_max=4)
def test_backends_killed_under_load_answer_503_at_worst(client: Client, db: Db) -> None:
    stop = threading.Event()
    codes: list[int] = []

    def work() -> None:
        sam = client("sam")
        while not stop.is_set():
            codes.append(sam.get("/v1/leads").status_code)

    working = [in_background(work) for _ in range(4)]
    for _ in range(15):
        before = len(codes)
        db.execute(f"select pg_terminate_backend(pid) from ({BUSY}) as b")
        while len(codes) < before + 10:
            assert not any(worker.done() for worker in working)
    stop.set()
    for worker in working:
        worker.result(30)
    assert set(codes) <= {200, 503}, sorted(set(codes))
    assert codes.count(200) > len(codes) / 2
    assert client("sam").get("/v1/me").status_code == 200


def test_a_backend_killed_in_a_transaction_leaves_nothing_and_the_key_free(
    client: Client, school: Any, db: Db, conninfo: Callable[..., str]
) -> None:
    sam = client("sam")
    body = {
        "leadId": school["fresh"],
        "courseId": school["violin"],
        "coursePlanId": school["violin_4"],
        "startDate": "2027-03-01",
        "timeSlotIds": [school["friday"]],
    }
    key = {"Idempotency-Key": "killed"}
    before = fingerprint(db)
    blocker = hold(conninfo, "classroom_slots", school["violin_friday"])
    with blocker:
        waiting = behind(db, blocker, sam.post, "/v1/admissions", json=body, headers=key)
        db.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0"
        )
        refused(waiting.result(30), 503, "unavailable")
        assert fingerprint(db) == before
    answer = sam.post("/v1/admissions", json=body, headers=key)
    assert answer.status_code == 201
    assert "Idempotency-Replayed" not in answer.headers


@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_finishes_what_is_in_flight(
    serve_processes: Callable[..., list[str]],
    school: Any,
    db: Db,
    conninfo: Callable[..., str],
    workers: str,
) -> None:
    url = serve_processes(1, WORKERS=workers)[0]
    blocker = hold(conninfo, "leads", school["fresh"])
    path = f"{url}/v1/leads/{school['fresh']}"
    with blocker:
        waiting = behind(
            db, blocker, httpx.patch, path, json={"area": "last"}, headers=bearer("sam"), timeout=30
        )
        pid = server_process(url)
        os.kill(pid, signal.SIGTERM)

        def is_closed() -> bool:
            try:
                httpx.get(f"{url}/healthz", timeout=1)
            except httpx.TransportError:
                return True
            return False

        until(is_closed, 10, "the server still takes new connections")
        assert not waiting.done()
        blocker.rollback()
        assert waiting.result(30).status_code == 200
    area = db.execute("select area from school.leads where id = %s", (school["fresh"],)).fetchone()
    assert area == ("last",)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0

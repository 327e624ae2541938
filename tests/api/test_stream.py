"""GET /v1/notifications/stream: what a client that listens receives, and what it does not."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from api.http import streams
from api.http.streams import CHANNEL
from tests.support.asking import refused
from tests.support.listening import PATH, Listener
from tests.support.school import School, bearer, open_session
from tests.support.servers import Server, open_streams, server_in_a_process
from tests.support.waiting import until

Database = psycopg.Connection[Any]
Listen = Callable[..., Any]


@pytest.fixture
def listen(server: Server, school: School) -> Iterator[Callable[..., Listener]]:
    """``listen("sam", after=7)``: a client of the stream, as a person of the school."""
    opened = []

    def start(person: str, after: int | None = None) -> Listener:
        opened.append(Listener(server.url, school.token(person), after))
        return opened[-1]

    yield start
    for listener in opened:
        listener.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make hearts beat ten times a second, and lost connections come back as soon."""
    monkeypatch.setattr(streams, "HEARTBEAT_S", 0.1)
    monkeypatch.setattr(streams, "RETRY_S", 0.1)


def notify(db: Database, school: School, person: str, day: int) -> int:
    """Make one notification for a person, told from others by ``day``; return its sequence."""
    row = db.execute(
        "with e as (insert into school.notification_events"
        " (type, entity_type, entity_id, payload, day)"
        " values ('lead.assigned', 'lead', %(lead)s, jsonb_build_object('leadName', %(day)s::text,"
        " 'recipients', jsonb_build_array(%(person)s::text)), '2027-04-01'::date + %(day)s)"
        " returning id) select id from e",
        {"lead": school["fresh"], "day": day, "person": school[person]},
    ).fetchone()
    assert row is not None
    found = db.execute(
        "select sequence from school.notifications where event_id = %s", (row[0],)
    ).fetchone()
    assert found is not None
    sequence: int = found[0]
    return sequence


def is_listened_to(db: Database) -> bool:
    row = db.execute(
        "select count(*) from pg_stat_activity where application_name = 'ostinato streams'"
        " and datname = current_database() and query = %s",
        (f"listen {CHANNEL}",),
    ).fetchone()
    assert row is not None
    return bool(row[0] == 1)


def test_a_listener_gets_its_own_new_notifications_at_once_and_nobody_elses(
    db: Database, school: School, listen: Listen
) -> None:
    notify(db, school, "sam", 1)
    sam, sue = listen("sam"), listen("sue")
    until(lambda: is_listened_to(db))
    for day in range(2, 12):
        notify(db, school, "sue", day)
        sequence = notify(db, school, "sam", day)
        started = time.monotonic()
        item = sam.next()
        assert item["sequence"] == sequence
        assert item["body"] == str(day)
        assert time.monotonic() - started < 2
    seen = [sue.next()["body"] for _ in range(10)]
    assert seen == [str(day) for day in range(2, 12)]
    sam.assert_silent()
    sue.assert_silent()


@pytest.mark.settings(pool_max=1)
def test_idle_streams_hold_no_connection_of_the_pool(
    db: Database, school: School, listen: Listen, server: Server, client: Callable[..., Any]
) -> None:
    for person in ("sam", "sue", "tia", "tom") * 3:
        listen(person)
    until(lambda: open_streams(server) == 12)
    assert client("sue").get("/v1/me").status_code == 200
    rows = db.execute(
        "select application_name, state from pg_stat_activity"
        " where datname = current_database() and usename = 'school_gateway'"
    ).fetchall()
    assert len(rows) == 2, rows
    assert {state for _, state in rows} == {"idle"}
    assert ("ostinato streams", "idle") in rows


def test_a_client_that_reconnects_with_the_last_id_it_had_misses_nothing(
    db: Database, school: School, listen: Listen
) -> None:
    old = [notify(db, school, "sam", day) for day in range(1, 4)]
    first = listen("sam")
    seen = [notify(db, school, "sam", 4)]
    assert first.next()["sequence"] == seen[0]
    first.close()
    notify(db, school, "sue", 5)
    missed = [notify(db, school, "sam", day) for day in range(5, 8)]

    again = listen("sam", seen[0])
    assert [again.next()["sequence"] for _ in missed] == missed
    older = listen("sam", old[0])
    wanted = [*old[1:], *seen, *missed]
    assert [older.next()["sequence"] for _ in wanted] == wanted
    fresh = listen("sam")
    assert fresh.headers["Last-Event-ID"] == str(missed[-1])
    newest = notify(db, school, "sam", 8)
    for listener in (again, older, fresh):
        assert listener.next()["sequence"] == newest
        listener.assert_silent()


def test_more_notifications_than_one_reading_takes_all_come_in_order(
    db: Database, school: School, listen: Listen
) -> None:
    made = [notify(db, school, "sam", day) for day in range(450)]
    listener = listen("sam", 0)
    rows = db.execute(
        "select sequence from school.notifications where recipient_user_id = %s order by sequence",
        (school["sam"],),
    ).fetchall()
    wanted = [row[0] for row in rows]
    assert wanted[-450:] == made
    assert [listener.next()["sequence"] for _ in wanted] == wanted


def test_a_transaction_that_commits_late_with_a_lower_sequence_is_not_passed_over(
    db: Database, school: School, conninfo: Callable[..., str], listen: Listen
) -> None:
    """It delays nobody, comes once to who listens, and to who comes back."""
    listener = listen("sam")
    until(lambda: is_listened_to(db))
    with (
        psycopg.connect(conninfo()) as early,
        psycopg.connect(conninfo()) as late,
    ):
        early.execute("select pg_current_xact_id()")
        lower = notify(late, school, "sam", 1)
        higher = notify(early, school, "sam", 2)
        committed = notify(db, school, "sam", 3)
        assert lower < higher < committed
        assert listener.next(2)["sequence"] == committed
        # A client comes back while both transactions still run.
        again = listen("sam", committed)
        late.commit()
        for each in (listener, again):
            assert each.next(2)["sequence"] == lower
        after_lower = listen("sam", lower)
        # What its maker could not see may have been sent before: it is sent again.
        assert after_lower.next()["sequence"] == committed
        newest = notify(db, school, "sam", 4)
        for each in (listener, again, after_lower):
            assert each.next(2)["sequence"] == newest
        early.commit()
        for each in (listener, again, after_lower):
            assert each.next(2)["sequence"] == higher
    for each in (listener, again, after_lower):
        each.assert_silent()
        each.close()
    # Whichever came last to a client, nothing that came after it is missing.
    for came, rest in (
        (committed, {lower, newest, higher}),
        (lower, {committed, newest, higher}),
        (newest, {higher}),
        (higher, {lower, committed, newest}),
    ):
        after = listen("sam", came)
        assert {after.next()["sequence"] for _ in rest} == rest
        after.assert_silent()
        after.close()


@pytest.mark.parametrize("where", ["here", "in another database"])
def test_an_idle_transaction_that_has_written_delays_nobodys_notifications(
    db: Database,
    school: School,
    conninfo: Callable[..., str],
    listen: Listen,
    where: str,
) -> None:
    database = db.info.dbname if where == "here" else "postgres"
    with psycopg.connect(make_conninfo(conninfo(), dbname=database)) as idle:
        idle.execute("select pg_current_xact_id()")
        listener = listen("sam")
        until(lambda: is_listened_to(db))
        started = time.monotonic()
        made = [notify(db, school, "sam", day) for day in range(1, 21)]
        assert [listener.next(2)["sequence"] for _ in made] == made
        assert time.monotonic() - started < 5
        # Nor is anything sent twice to who comes back: no maker of these was in the dark.
        again = listen("sam", made[9])
        assert [again.next(2)["sequence"] for _ in made[10:]] == made[10:]
        again.assert_silent()
        listener.assert_silent()


def test_a_long_transaction_full_of_notifications_is_streamed_whole_after_newer_ones(
    db: Database, school: School, conninfo: Callable[..., str], listen: Listen
) -> None:
    """More than one reading takes, all below what the client had last."""
    listener = listen("sam")
    until(lambda: is_listened_to(db))
    with psycopg.connect(conninfo()) as long:
        held = [notify(long, school, "sam", day) for day in range(250)]
        newest = notify(db, school, "sam", 250)
        assert listener.next(2)["sequence"] == newest
        long.commit()
    again = listen("sam", newest)
    for each in (listener, again):
        assert [each.next()["sequence"] for _ in held] == held
    assert notify(db, school, "sam", 251) == listener.next()["sequence"] == again.next()["sequence"]
    for each in (listener, again):
        each.assert_silent()


def test_a_stream_ends_with_its_session(
    db: Database, school: School, listen: Listen, quick: None, client: Callable[..., Any]
) -> None:
    streams_of = {name: listen(name) for name in ("sam", "sue", "tia", "tom", "una")}
    assert client("sam").post("/v1/auth/logout").status_code == 204
    root = client("root")
    assert root.patch(f"/v1/users/{school['sue']}", json={"status": "disabled"}).status_code == 200
    assert root.patch(f"/v1/users/{school['una']}", json={"name": "Una B"}).status_code == 200
    db.execute(
        "update auth.sessions set created_at = '2020-01-01', expires_at = '2027-03-01T08:59Z'"
        " where user_id = %s",
        (school["tia"],),
    )
    for name in ("sam", "sue", "tia"):
        streams_of[name].assert_ended()
    for name in ("tom", "una"):
        notify(db, school, name, 1)
        assert streams_of[name].next()["body"] == "1"
        assert streams_of[name].comments > 0


def test_a_stream_whose_session_has_ended_shows_not_one_notification_more(
    db: Database, school: School, listen: Listen
) -> None:
    listener = listen("sam")
    until(lambda: is_listened_to(db))
    db.execute("delete from auth.sessions where user_id = %s", (school["sam"],))
    notify(db, school, "sam", 1)
    listener.assert_ended()


def test_after_every_connection_was_killed_streams_catch_up_by_themselves(
    db: Database, school: School, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "RETRY_S", 0.3)
    sam, sue = listen("sam"), listen("sue")
    until(lambda: is_listened_to(db))
    db.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'school_gateway'"
        " and datname = current_database()"
    )
    until(lambda: not is_listened_to(db))
    notify(db, school, "sam", 1)
    assert sam.next()["body"] == "1"
    until(lambda: is_listened_to(db))
    notify(db, school, "sue", 2)
    assert sue.next()["body"] == "2"


def test_through_a_transaction_pooler_the_heartbeats_deliver(
    db: Database,
    school: School,
    listen: Listen,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A pooler answers with a process id of its own making.
    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", property(lambda info: -1))
    listener = listen("sam")
    notify(db, school, "sam", 1)
    assert listener.next()["body"] == "1"
    assert not is_listened_to(db)


def test_a_reader_that_does_not_keep_up_is_cut_off_and_the_others_are_not(
    db: Database,
    school: School,
    listen: Listen,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "WRITE_TIMEOUT_S", 0.5)
    place = urlsplit(server.url)
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((place.hostname, place.port))
        slow.sendall(
            f"GET {PATH} HTTP/1.1\r\nHost: school\r\n"
            f"Authorization: Bearer {school.token('sam')}\r\n\r\n".encode()
        )
        listener = listen("sam")
        until(lambda: open_streams(server) == 2)
        db.execute(
            "insert into school.notifications"
            " (event_id, recipient_user_id, type, entity_type, entity_id, day, title, body)"
            " select e.id, %s, 'lead.assigned', 'lead', gen_random_uuid(), '2027-04-01', 'long',"
            "   repeat('x', 100000)"
            " from (select id from school.notification_events limit 1) as e,"
            "   generate_series(1, 100)",
            (school["sam"],),
        )
        for _ in range(100):
            assert len(listener.next()["body"]) == 100_000
        until(lambda: open_streams(server) == 1)
    notify(db, school, "sam", 1)
    assert listener.next()["body"] == "1"


def test_a_client_that_goes_away_is_forgotten(
    school: School, listen: Listen, server: Server, quick: None
) -> None:
    listener = listen("sam")
    until(lambda: open_streams(server) == 1)
    listener.close()
    until(lambda: open_streams(server) == 0)


def test_what_one_process_is_told_another_process_streams_and_neither_waits_to_stop(
    db: Database,
    school: School,
    conninfo: Callable[..., str],
    tmp_path: Path,
) -> None:
    with (
        server_in_a_process(conninfo, tmp_path) as one,
        server_in_a_process(conninfo, tmp_path) as other,
    ):
        listeners = [Listener(url, school.token("sam"), None) for url in (one, other) * 5]
        until(lambda: listening_processes(db) == 2)
        started = time.monotonic()
        with httpx.Client(base_url=one, headers=bearer("ada")) as ada:
            answer = ada.post(f"/v1/leads/{school['unowned']}/assign", json=owner(school, "sam"))
            assert answer.status_code == 200
        for listener in listeners:
            assert listener.next()["entityId"] == school["unowned"]
        assert time.monotonic() - started < 5
        started = time.monotonic()
    # Both were told to end, one after the other, with five streams open in each.
    assert time.monotonic() - started < 12
    for listener in listeners:
        listener.assert_ended()
        listener.close()


def listening_processes(db: Database) -> int:
    row = db.execute(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and query = %s and state = 'idle'",
        (f"listen {CHANNEL}",),
    ).fetchone()
    assert row is not None
    count: int = row[0]
    return count


def owner(school: School, person: str) -> dict[str, str]:
    return {"ownerId": school[person]}


def test_what_cannot_be_streamed_is_refused_before_the_stream_begins(
    db: Database, school: School, client: Callable[..., Any], http: Callable[..., Any]
) -> None:
    assert http(None).get(PATH).status_code == 401
    assert http("no such session").get(PATH).status_code == 401
    open_session(db, school["sam"], "short-lived")
    db.execute(
        "update auth.sessions set created_at = '2020-01-01', expires_at = '2027-03-01T08:59Z'"
        " where token_hash = sha256('short-lived')"
    )
    assert http("short-lived").get(PATH).status_code == 401
    sam = client("sam")
    for headers in ({"Last-Event-ID": "seven"}, {"Last-Event-ID": "-1"}):
        answer = sam.get(PATH, headers=headers)
        refused(answer, 400, "invalid_request")
    assert sam.get(PATH, params={"after": "7"}).status_code == 400
    assert sam.get(PATH, headers={"Accept": "application/json"}).status_code == 406
    assert sam.post(PATH).status_code == 405


def test_the_answer_is_of_the_kind_that_event_sources_want(school: School, listen: Listen) -> None:
    headers = listen("sam").headers
    assert headers["Content-Type"].partition(";")[0] == "text/event-stream"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Accel-Buffering"] == "no"
    assert "Content-Length" not in headers


def test_the_stream_is_described(http: Callable[..., Any]) -> None:
    operation = http(None).get("/openapi.json").json()["paths"][PATH]["get"]
    assert [p["name"] for p in operation["parameters"]] == ["lastEventId", "Last-Event-ID"]
    assert list(operation["responses"]["200"]["content"]) == ["text/event-stream"]

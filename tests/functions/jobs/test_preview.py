"""What a preview tells is what the run of the same date then does, for every scheduled job."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.support.classrooms import ask
from tests.support.notices import run
from tests.support.races import behind
from tests.support.school import Caller, Clock, School

Database = psycopg.Connection[Any]
Call = Callable[[str | None], Caller]
Item = dict[str, Any]

PAST = """
insert into auth.sessions (token_hash, user_id, created_at, expires_at)
select sha256(n::text::bytea), %(sid)s, '2027-02-01', '2027-03-01'
from generate_series(1, 3) as n;
insert into auth.activation_tokens (token_hash, user_id, created_at, expires_at)
values (sha256('a'), %(sid)s, '2027-02-01', '2027-02-28'),
  (sha256('b'), %(sid)s, now(), '2200-01-01');
insert into auth.failed_attempts (kind, subject, last_failed_at)
values ('address', 'old', '2027-02-20'), ('address', 'new', '2027-05-01');
insert into auth.idempotency_keys (user_id, method, path, key, body_sha256, created_at)
select %(sid)s, 'POST', '/v1/leads', n, sha256('x'), '2027-02-20' from generate_series(1, 2) as n;
insert into school.deliveries
  (kind, type, entity_id, recipient_user_id, address, status, sent_at, next_attempt_at)
values
  ('email', 'account.activation', %(sid)s, %(sid)s, 'x', 'sent', '2027-01-01', '2027-01-01'),
  ('email', 'account.activation', %(sid)s, %(sid)s, 'x', 'dead', null, '2026-11-01'),
  ('email', 'account.activation', %(sid)s, %(sid)s, 'x', 'dead', null, '2027-04-30')
"""
TABLES = {
    "session": "auth.sessions",
    "activation_token": "auth.activation_tokens",
    "failed_attempt": "auth.failed_attempts",
    "idempotency_key": "auth.idempotency_keys",
    "delivery": "school.deliveries",
}


def told(db: Database) -> list[Item]:
    """Return the events of today's transactions as a preview shows them."""
    return [
        row[0]
        for row in db.execute(
            "select json_build_object('type', e.type, 'entityType', e.entity_type, 'entityId',"
            " e.entity_id, 'day', e.day, 'title', min(n.title), 'body', min(n.body), 'recipients',"
            " json_agg(u.card order by n.recipient_user_id))"
            " from school.notification_events as e"
            " join school.notifications as n on n.event_id = e.id"
            " join school.users as u on u.id = n.recipient_user_id"
            " where e.type ~ '^(follow_up|classes)' group by e.id"
        )
    ]


def changed(entity: str, table: str, status: str) -> Callable[[Database], list[Item]]:
    """Return what reads the rows of a state, as a preview shows them."""
    query = f"select id::text from school.{table} where status = %s"
    return lambda db: [
        {"entityType": entity, "entityId": row[0]} for row in db.execute(query.encode(), (status,))
    ]


def left(db: Database) -> dict[str, int]:
    counts = {}
    for kind, table in TABLES.items():
        row = db.execute(f"select count(*) from {table}".encode()).fetchone()
        assert row is not None
        counts[kind] = row[0]
    return counts


DONE: dict[str, Callable[[Database], list[Item]]] = {
    "follow_ups_due": told,
    "remaining_classes": told,
    "complete_admissions": changed("admission", "admissions", "completed"),
    "expire_reschedule_requests": changed("reschedule_request", "reschedule_requests", "expired"),
    "expire_offers": changed("waitlist_entry", "waitlist_entries", "expired"),
}


def in_order(items: list[Item]) -> list[str]:
    return sorted(str(sorted(item.items())) for item in items)


def test_every_job_of_the_schedule_is_compared(db: Database, school: School) -> None:
    scheduled = {row[0] for row in db.execute("select name from jobs.schedule")}
    assert scheduled == DONE.keys() | {"purge"}


@pytest.mark.parametrize("on", ["2027-02-20", "2027-03-14", "2027-03-25", "2027-05-01"])
@pytest.mark.parametrize("job", DONE)
def test_what_a_job_makes_is_what_its_preview_told(
    db: Database, school: School, call: Call, clock: Clock, job: str, on: str
) -> None:
    ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    ask(call("ada"), db, school, "2027-03-24", "violin_friday", "2027-03-26")
    for lead in ("unowned", "fresh"):
        call("ada")("create_waitlist_entry", course_id=school["violin"], lead_id=school[lead])
    clock.set("2027-05-01T09:00:00Z")
    preview = call("ada")("preview_job", name=job, date=on)
    assert call("ada")("preview_job", name=job, date=on) == preview
    ran = call("ada")("run_job", name=job, date=on)
    assert in_order(DONE[job](db)) == in_order(preview["items"])
    assert (preview["name"], preview["date"], preview["rows"]) == (job, on, ran["rows"])
    assert len(preview["items"]) == ran["rows"]
    again = call("ada")("preview_job", name=job, date=on)
    assert (again["rows"], again["items"]) == (0, [])


def test_every_job_has_something_to_do_on_the_last_of_these_dates(
    db: Database, school: School, call: Call, clock: Clock
) -> None:
    ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("create_waitlist_entry", course_id=school["violin"], lead_id=school["fresh"])
    clock.set("2027-05-01T09:00:00Z")
    for job in DONE:
        assert call("ada")("preview_job", name=job, date="2027-05-01")["rows"] > 0


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2020-01-01", {}),
        ("2027-02-28", {"activation_token": 1, "delivery": 2, "failed_attempt": 1,
                        "idempotency_key": 2, "session": 3}),
        ("2027-05-01", {"activation_token": 1, "delivery": 2, "failed_attempt": 1,
                        "idempotency_key": 2, "session": 3}),
        ("2200-01-01", {"activation_token": 1, "delivery": 2, "failed_attempt": 1,
                        "idempotency_key": 2, "session": 3}),
    ],
)  # fmt: skip
def test_what_is_purged_is_what_its_preview_told(
    db: Database, school: School, call: Call, clock: Clock, on: str, expected: dict[str, int]
) -> None:
    """Sessions end at midnight of the first of March: the end of the day before."""
    clock.set("2027-05-01T09:00:00Z")
    for statement in PAST.split(";"):
        db.execute(statement.encode(), {"sid": school["sid"]})
    preview = call("ada")("preview_job", name="purge", date=on)
    assert {item["entityType"]: item["rows"] for item in preview["items"]} == expected
    assert all(item.keys() == {"entityType", "rows"} for item in preview["items"])
    assert preview["rows"] == sum(expected.values())
    before = left(db)
    assert run(db, "purge", on) == preview["rows"]
    after = left(db)
    removed = {kind: before[kind] - after[kind] for kind in TABLES}
    assert {kind: rows for kind, rows in removed.items() if rows} == expected


def test_a_counter_that_goes_on_while_it_is_purged_stays(
    db: Database, school: School, conninfo: Callable[..., str]
) -> None:
    db.execute(
        "insert into auth.failed_attempts (kind, subject, last_failed_at)"
        " values ('address', 'back', '2027-02-01'), ('address', 'gone', '2027-02-01')"
    )
    with psycopg.connect(conninfo()) as guess, psycopg.connect(conninfo(), autocommit=True) as job:
        guess.execute(
            "update auth.failed_attempts set last_failed_at = now() where subject = 'back'"
        )
        waiting = behind(db, guess, run, job, "purge")
        guess.commit()
        assert waiting.result(30) == 1
    assert db.execute("select subject from auth.failed_attempts").fetchall() == [("back",)]

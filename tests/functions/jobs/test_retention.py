"""What happened is kept for as long as jobs.retention says, and goes by jobs.purge alone."""

import json
import re
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.operating.page import PAGE, block
from tests.support.asking import one, pages, refusal
from tests.support.console import console
from tests.support.notices import events, run
from tests.support.school import Callers, Clock, Conninfo, Database, School

TABLES = {
    "run": "jobs.runs",
    "notification": "school.notifications",
    "access_request": "school.access_requests",
    "notification_event": "school.notification_events",
    "lead_audit_event": "school.lead_audit_events",
    "attendance_history": "school.attendance_history",
    "admission_payment_history": "school.admission_payment_history",
}
HISTORIES = list(TABLES)[3:]
FOR_EVER = "update jobs.retention set days = null"
LATER, MUCH_LATER = "2028-03-01T08:59:00Z", "2029-06-01T09:00:00Z"
SMALL_STEPS = (
    "create or replace function jobs.most_purged() returns integer language sql immutable"
    " security invoker set search_path = '' as $$ select 2 $$"
)


def kept(db: Database, kind: str, days: int | None) -> None:
    db.execute("update jobs.retention set days = %s where kind = %s", (days, kind))


def counts(db: Database) -> dict[str, int]:
    return {kind: one(db, f"select count(*) from {table}") for kind, table in TABLES.items()}


def act(db: Database, school: School, call: Callers) -> None:
    """Write a row of every kind, at the school's time."""
    ada, sam = call("ada"), call("sam")
    sam("update_lead", lead_id=school["fresh"], area="North", present=["area"])
    ada("assign_lead", lead_id=school["unowned"], owner_id=school["sue"], present=["owner_id"])
    ada("assign_lead", lead_id=school["unowned"], owner_id=school["sam"], present=["owner_id"])
    ada("block_admission", admission_id=school["una_admission"])
    ada("unblock_admission", admission_id=school["una_admission"])
    for paid in ("paid", "unpaid"):
        ada("update_payment", admission_id=school["sid_admission"], status=paid, present=["status"])
    for note in ("A note", "Another"):
        db.execute(
            "update school.attendance set note = %s || school.clock() where id = ("
            " select id from school.attendance order by class_date, id limit 1)",
            (note,),
        )


def ask_for_access(db: Database, call: Callers, email: str) -> None:
    call(None)("request_access", email=email, name="Nobody", role="teacher")
    request = one(db, "select id from school.access_requests where status = 'pending'")
    call("ada")("reject_access_request", access_request_id=request)


@pytest.fixture
def past(db: Database, school: School, call: Callers, clock: Clock) -> dict[str, int]:
    """A school with rows of every kind, all deliveries gone; how many of each."""
    act(db, school, call)
    for email in ("a@nobody.test", "b@nobody.test", "c@nobody.test"):
        ask_for_access(db, call, email)
    for person in ("ada", "root", "sam", "sue", "sid", "una"):
        call(person)("read_all_notifications")
    db.execute(
        "insert into jobs.runs (name, run_on, started_at, finished_at, rows_made)"
        " select s.name, '2020-01-01', at, at, 0 from jobs.schedule as s,"
        " (values (timestamptz '2020-01-01'), ('2020-01-02'), ('2020-01-03')) as v (at)"
    )
    db.execute("delete from school.deliveries")
    db.execute(FOR_EVER)
    clock.set(MUCH_LATER)
    before = counts(db)
    assert min(before.values()) >= 2, before
    return before


def test_by_default_histories_and_events_are_kept_for_ever(db: Database) -> None:
    days: dict[str, int | None] = dict(
        db.execute("select kind, days from jobs.retention order by kind").fetchall()
    )
    assert days == {
        "access_request": 365,
        "admission_payment_history": None,
        "attendance_history": None,
        "lead_audit_event": None,
        "notification": 365,
        "notification_event": None,
        "run": 90,
    }


def test_for_ever_is_for_ever(db: Database, past: dict[str, int], clock: Clock) -> None:
    clock.set("2199-01-01T09:00:00Z")
    run(db, "purge")
    assert counts(db) == past
    assert one(db, "select count(gone_before) from jobs.retention") == 0


@pytest.mark.parametrize("kind", TABLES)
def test_of_a_kind_goes_what_is_older_than_its_days_and_nothing_else(
    db: Database, school: School, past: dict[str, int], call: Callers, kind: str
) -> None:
    old = [row[0] for row in db.execute(f"select id from {TABLES[kind]}".encode())]
    act(db, school, call)
    ask_for_access(db, call, "late@nobody.test")
    call("ada")("read_all_notifications")
    db.execute("delete from school.deliveries")
    kept(db, kind, 400)
    before = counts(db)
    preview = call("ada")("preview_job", name="purge")
    removed = run(db, "purge")
    after = counts(db)
    gone = {k: before[k] - after[k] for k in TABLES if before[k] != after[k]}
    assert {
        i["entityType"]: i["rows"] for i in preview["items"] if i["entityType"] in TABLES
    } == gone
    assert preview["rows"] == removed
    assert gone.keys() == {kind} | ({"notification"} if kind == "notification_event" else set())
    left = one(db, f"select count(*) from {TABLES[kind]} where id = any (%s)", old)
    stays = {
        # the last run of each job; what nobody read; what stages a lead went through
        "run": one(db, "select count(*) from jobs.schedule"),
        "notification": one(
            db,
            "select count(*) from school.notifications where read_at is null and id = any (%s)",
            old,
        ),
        "lead_audit_event": one(
            db, "select count(*) from school.lead_audit_events where field = 'stageId'"
        ),
    }.get(kind, 0)
    assert left == stays
    assert gone[kind] == len(old) - stays
    assert run(db, "purge") == 0


def test_a_run_takes_so_many_of_a_kind_the_oldest_first_and_the_next_one_goes_on(
    db: Database, past: dict[str, int], call: Callers
) -> None:
    for kind in TABLES:
        kept(db, kind, 366)
    total = sum(
        item["rows"]
        for item in call("ada")("preview_job", name="purge")["items"]
        if item["entityType"] in TABLES
    )
    db.execute(SMALL_STEPS)
    steps = []
    oldest = "select min(created_at) from school.attendance_history"
    while True:
        first, before = one(db, oldest), counts(db)
        preview = call("ada")("preview_job", name="purge")["rows"]
        assert run(db, "purge") == preview
        if not preview:
            break
        steps.append(sum(before.values()) - sum(counts(db).values()))
        assert first is None or one(db, oldest) is None or one(db, oldest) >= first
        for kind in ("attendance_history", "run", "lead_audit_event", "notification_event"):
            assert before[kind] - counts(db)[kind] <= 2
    assert sum(steps) == total
    assert len(steps) > 5


def test_the_command_goes_on_until_nothing_is_left(
    db: Database, past: dict[str, int], conninfo: Conninfo
) -> None:
    kept(db, "attendance_history", 366)
    db.execute(SMALL_STEPS)
    db.execute("delete from jobs.runs")  # no day was missed
    database = {"DATABASE_URL": conninfo("school_gateway"), "OWNER_DATABASE_URL": conninfo()}
    done = console("jobs", "run", "purge", "--repeat", **database)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line)["rows_made"] for line in done.stdout.splitlines()]
    assert rows[-1] == 0
    assert sum(rows) >= past["attendance_history"]
    assert len(rows) > past["attendance_history"] / 2
    assert one(db, "select count(*) from school.attendance_history") == 0


# --- the guard ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", HISTORIES)
def test_nobody_deletes_even_what_is_past_but_the_purge(
    db: Database, past: dict[str, int], kind: str
) -> None:
    kept(db, kind, 365)
    for role in ("school_owner", "postgres", "school_super_admin", "school_jobs"):
        with db.transaction(force_rollback=True):
            db.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(f"delete from {TABLES[kind]} where created_at < '2027-12-31'".encode())
    assert counts(db) == past


@pytest.mark.parametrize("kind", HISTORIES)
@pytest.mark.parametrize("days", [None, 1000])
def test_the_purge_itself_cannot_delete_what_is_kept(
    db: Database, past: dict[str, int], kind: str, days: int | None
) -> None:
    kept(db, kind, days)
    db.execute(
        "create or replace function jobs.aged_rows(p_now timestamptz)"
        " returns table (kind text, place tid) language sql stable security invoker"
        f" set search_path = '' as $$ select '{kind}', ctid from {TABLES[kind]}"
        " union all select 'notification', ctid from school.notifications $$"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"jobs\.retention keeps"):
        run(db, "purge")
    assert counts(db) == past


@pytest.mark.parametrize("kind", TABLES)
def test_what_else_needs_is_kept_whatever_is_asked_for(db: Database, kind: str) -> None:
    least = one(db, "select at_least from jobs.retention where kind = %s", kind)
    kept(db, kind, least)
    for days in (least - 1, 0, -1, 2_000_000_000):
        with pytest.raises(psycopg.errors.CheckViolation):
            kept(db, kind, days)


def test_who_runs_the_database_says_how_long_admins_only_see(
    db: Database, school: School, call: Callers
) -> None:
    for person in ("root", "ada", "sam", "tom", "sid"):
        caller = call(person)
        gateway = caller._gateway
        with gateway.transaction(force_rollback=True):
            caller.enter()
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                gateway.execute("update jobs.retention set days = 400")


# --- what stands on it -------------------------------------------------------------------------


def test_notifications_are_not_derived_again_from_before_what_was_removed(
    db: Database, school: School, past: dict[str, int], call: Callers, clock: Clock
) -> None:
    clock.set(LATER)
    act(db, school, call)
    made = one(db, "select count(*) from school.notifications where created_at = school.clock()")
    assert made > 0
    clock.set(MUCH_LATER)
    kept(db, "notification", 456)  # since 2028-03-02
    run(db, "purge")
    with pytest.raises(psycopg.Error, match=r"from: is before 2028-03-02: .* were removed"):
        run(db, "rebuild_notifications", "2028-03-01")
    kept(db, "notification", 457)  # nothing comes back by keeping for longer from now on
    with pytest.raises(psycopg.Error, match="is before 2028-03-02"):
        run(db, "rebuild_notifications", "1900-01-01")
    assert run(db, "rebuild_notifications", "2028-03-02") == 0
    # A class of a date to come is told of under that date: the day does not say how old it is.
    old = one(
        db,
        "insert into school.notification_events (type, entity_type, entity_id, payload, day,"
        " created_at) select type, entity_type, gen_random_uuid(), payload, '2029-01-01',"
        " '2027-03-01' from school.notification_events where payload -> 'recipients' <> '[]'"
        " limit 1 returning id",
    )
    db.execute("delete from school.notifications where event_id = %s", (old,))
    assert run(db, "rebuild_notifications", "2028-03-02") == 0
    clock.set("2029-06-01T10:00:00Z")
    act(db, school, call)
    told = one(db, "select count(*) from school.notifications where created_at = school.clock()")
    db.execute("delete from school.notifications where created_at = school.clock()")
    assert run(db, "rebuild_notifications", "2028-03-02") == told > 0


def test_a_reminder_stays_while_it_would_be_given_again(
    db: Database, school: School, past: dict[str, int], call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-20T09:00:00Z")
    assert run(db, "follow_ups_due") > 0
    assert run(db, "remaining_classes") > 0
    db.execute("delete from school.deliveries")
    told = {kind: events(db, kind) for kind in ("follow_up.due", "classes.remaining_4")}
    assert min(told.values()) > 0
    clock.set(MUCH_LATER)
    kept(db, "notification_event", 365)
    assert run(db, "purge") > 0
    assert {kind: events(db, kind) for kind in told} == told
    assert run(db, "follow_ups_due") == 0
    for lead in ("fresh", "unowned"):
        call("ada")("complete_follow_up", lead_id=school[lead], outcome="done")
    for admission in ("sid_admission", "una_admission"):
        call("ada")("cancel_admission", admission_id=school[admission])
    db.execute("delete from school.deliveries")
    assert run(db, "purge") > 0
    assert all(events(db, kind) < told[kind] for kind in told)


def test_an_event_stays_while_a_delivery_tells_of_it(
    db: Database, past: dict[str, int], school: School
) -> None:
    event = one(
        db,
        "select event_id from school.notifications where read_at is not null"
        " order by sequence limit 1",
    )
    db.execute(
        "insert into school.deliveries (kind, type, event_id, entity_id, recipient_user_id,"
        " address, next_attempt_at, created_at) select 'email', e.type, e.id, e.entity_id, %s,"
        " 'x@school.test', '2029-06-01', '2029-06-01' from school.notification_events as e"
        " where e.id = %s",
        (school["ada"], event),
    )
    kept(db, "notification_event", 365)
    run(db, "purge")
    left = "select array_agg(id) from school.notification_events"
    assert one(db, left) == [event]
    assert one(db, "select count(*) from school.notifications where event_id <> %s", event) == 0
    db.execute("delete from school.deliveries")
    run(db, "purge")
    assert one(db, left) is None
    assert one(db, "select count(*) from school.notifications") == 0


def test_leads_keep_their_stages_and_reports_what_they_said(
    db: Database, past: dict[str, int], school: School, call: Callers
) -> None:
    def said() -> Any:
        return [
            db.execute(f"select * from analytics.{view} order by 1, 2".encode()).fetchall()
            for view in ("leads", "lead_stages")
        ]

    before = said()
    assert [len(rows) > 0 for rows in before] == [True, True]
    lead = school["fresh"]
    fields = {
        e["field"]
        for page in pages(call("ada"), "list_lead_audit_events", lead_id=lead, limit=2)
        for e in page["items"]
    }
    assert {"area", "stageId"} <= fields
    kept(db, "lead_audit_event", 365)
    run(db, "purge")
    assert said() == before
    items = call("sam")("list_lead_audit_events", lead_id=lead)["items"]
    assert {item["field"] for item in items} == {"stageId"}
    happened = call("sam")("list_lead_timeline", lead_id=lead)["items"]
    assert {item["field"] for item in happened if item["kind"] == "change"} == {"stageId"}


def test_a_stream_goes_on_from_a_notification_that_was_removed(
    db: Database, past: dict[str, int], school: School, call: Callers
) -> None:
    root = call("root")
    had = root("list_notifications")["items"][0]
    kept(db, "notification", 365)
    run(db, "purge")
    assert refusal(root, "read_notification", notification_id=had["id"]).code == "not_found"
    assert root("count_unread_notifications") == {"count": 0}
    assert root("stream_notifications", last_event_id=had["sequence"])["items"] == []
    call("sam")("update_lead", lead_id=school["fresh"], area="South", present=["area"])
    act(db, school, call)
    new = [item["id"] for item in root("list_notifications")["items"]]
    again = root("stream_notifications", last_event_id=had["sequence"])["items"]
    assert [json.loads(item["data"])["id"] for item in again] == new[::-1]
    assert new


def test_a_log_that_begins_later_is_listed_and_replayed_as_far_as_it_goes(
    db: Database, past: dict[str, int], school: School, call: Callers
) -> None:
    kept(db, "notification_event", 365)
    run(db, "purge")
    assert call("ada")("list_notification_events")["items"] == []
    webhook = call("root")("create_webhook", url="https://hooks.school.test/")
    again = {"webhook_id": webhook["id"], "from": "2027-01-01T00:00:00Z"}
    assert call("root")("replay_webhook", **again) == {"deliveries": 0}
    act(db, school, call)
    assert call("ada")("list_notification_events")["items"]


def test_missed_days_are_made_up_for_after_runs_are_removed(
    db: Database, past: dict[str, int], school: School
) -> None:
    kept(db, "run", 31)
    run(db, "purge")
    assert one(db, "select array_agg(distinct started_at) from jobs.runs") == [
        one(db, "select timestamptz '2020-01-03'")
    ]
    # One that failed is no last run, and goes by its age.
    db.execute(
        "insert into jobs.runs (name, run_on, started_at) values"
        " ('purge', '2020-02-01', '2020-02-01')"
    )
    run(db, "purge")
    assert one(db, "select count(*) from jobs.runs where name = 'purge'") == 1
    one(db, "select rows_made from jobs.run('follow_ups_due')")
    assert one(db, "select count(*) from jobs.runs where name = 'follow_ups_due'") == 32


# --- what it costs -----------------------------------------------------------------------------

MANY = (
    """insert into school.notification_events (id, type, entity_type, entity_id, day, created_at)
    select md5('event ' || n)::uuid, 'admission.created', 'admission', md5('x ' || n)::uuid, d, d
    from generate_series(1, 4000) as n, lateral (select date '2020-01-01' + n / 2 as d) as d""",
    """insert into school.notifications (event_id, recipient_user_id, type, entity_type, entity_id,
      day, title, body, read_at, created_at)
    select e.id, %(ada)s, e.type, e.entity_type, e.entity_id, e.day, 'Title', 'Body', e.created_at,
      e.created_at
    from school.notification_events as e where e.day < '2027-01-01'""",
    """insert into school.deliveries (kind, type, event_id, entity_id, recipient_user_id, address,
      status, sent_at, created_at)
    select 'email', e.type, e.id, e.entity_id, %(ada)s, 'x', 'sent', school.clock(), school.clock()
    from school.notification_events as e where e.day between '2025-01-01' and '2026-12-31'""",
    """insert into school.lead_audit_events (lead_id, field, new, created_at)
    select %(fresh)s, 'area', to_jsonb(n), date '2020-01-01' + n / 2
    from generate_series(1, 4000) as n""",
    """insert into school.attendance_history (attendance_id, field, new, created_at)
    select b.id, 'note', to_jsonb(n), date '2020-01-01' + n / 2
    from generate_series(1, 4000) as n, (select id from school.attendance limit 1) as b""",
    """insert into school.admission_payment_history (admission_payment_id, new_status, created_at)
    select p.id, 'paid', date '2020-01-01' + n / 2
    from generate_series(1, 4000) as n, (select id from school.admission_payments limit 1) as p""",
    """insert into school.access_requests (email, name, role, status, reviewed_at, created_at)
    select n || '@nobody.test', 'X', 'teacher', 'rejected', d, d
    from generate_series(1, 4000) as n, lateral (select date '2020-01-01' + n / 2 as d) as d""",
    """insert into jobs.runs (name, run_on, started_at, rows_made)
    select 'purge', d, d, 0
    from generate_series(1, 4000) as n, lateral (select date '2020-01-01' + n / 2 as d) as d""",
)
READ = """
select c.oid::regclass::text, s.seq_tup_read, coalesce(i.read, 0)::integer
from pg_catalog.pg_stat_xact_user_tables as s
join pg_catalog.pg_class as c on c.oid = s.relid
cross join lateral (select s.idx_tup_fetch as read) as i
where c.oid::regclass::text = any (%s)
"""


@pytest.mark.unsound("four thousand rows of each kind are written without triggers")
@pytest.mark.parametrize("old", [0, 60])
def test_what_is_past_is_found_by_index_however_much_is_kept(
    db: Database, school: School, clock: Clock, old: int
) -> None:
    db.execute("set session_replication_role = replica")
    for statement in MANY:
        db.execute(statement.encode(), school.ids if "%(" in statement else None)
    db.execute("reset session_replication_role")
    db.execute("analyze")
    db.execute(
        "update jobs.retention set at_least = 1, days = case kind when 'run'"
        " then now()::date else date '2027-03-01' end - date '2020-01-01' + 1 - %s",
        (old // 2,),
    )
    db.execute("select pg_stat_force_next_flush()")  # what was read until here is not counted
    with db.transaction(force_rollback=True):
        purged = run(db, "purge")
        read = {
            table: (scanned, fetched)
            for table, scanned, fetched in db.execute(READ, (list(TABLES.values()),))
        }
    assert (purged > 0) == (old > 0)
    assert purged >= old * len(TABLES) - 20 if old else purged == 0
    assert {table: scanned for table, (scanned, _) in read.items() if scanned} == {}
    assert {t: fetched for t, (_, fetched) in read.items() if fetched > 6 * old + 20} == {}


# --- the page ----------------------------------------------------------------------------------


def test_the_page_tells_what_is_kept_how_long(db: Database) -> None:
    page = PAGE.read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \| ([\d]+|for ever) \| (\d+) \|", page, re.MULTILINE)
    rows = db.execute("select kind, coalesce(days::text, 'for ever'), at_least from jobs.retention")
    assert sorted((kind, days, int(least)) for kind, days, least in told) == sorted(rows)


def test_what_the_page_says_is_done(db: Database, past: dict[str, int], conninfo: Conninfo) -> None:
    """As the database's owner, with the events of the past older than two years."""
    with psycopg.connect(conninfo("postgres"), autocommit=True) as owner:
        owner.execute("set role school_owner")
        done = owner.execute(block("retention").encode())
        assert done.nextset()
        assert ("notification_event", 730, None) in done.fetchall()
    command = block("purge").split()
    assert command[:3] == ["python", "-m", "api"]
    database = {"DATABASE_URL": conninfo("school_gateway"), "OWNER_DATABASE_URL": conninfo()}
    ended = console(*command[3:], **database)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout.splitlines()[-1])["rows_made"] == 0
    assert one(db, "select count(*) from school.notification_events") == 0
    assert one(db, "select count(*) from school.attendance_history") == past["attendance_history"]

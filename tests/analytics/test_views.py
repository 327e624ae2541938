"""The reporting views: what they hold, for whom, and what they never tell."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.conventions import matrix
from tests.support.reading import become
from tests.support.school import Conninfo, Database, School

# What the contract names; more is no harm.
NAMED = {
    "leads": "lead_id stage stage_kind owner_id source created_on won_on lost_on lost_reason"
    " admission_id number_of_contact_attempts",
    "lead_stages": "lead_id stage stage_kind position entered_at left_at time_in_stage",
    "admissions": "admission_id lead_id student_id course status price first_class last_class"
    " classes_left absences source owner_id created_by renewed_by_id payment_status",
    "classes": "classroom_slot_id class_date week teacher_id hours students attended absent"
    " unmarked",
    "attendance": "attendance_id admission_id student_id teacher_id class_date status",
    "classroom_occupancy": "classroom_slot_id capacity occupied free",
    "occupancy_by_week": "classroom_slot_id week capacity expected closed",
    "reschedules": "status requested_on decided_on",
    "payments": "admission_id status price due_on paid_on",
    "waiting": "waitlist_entry_id status entered_on",
    "trials": "trial_id status class_date",
    "people": "person_id role name",
}
READERS = ("ada", "sam", "tom", "sid", "analyst")
# The rows of a view, one for each row of a table that the reader sees: its key and theirs.
ROWS = {
    "leads": ("lead_id", "select id from school.leads where deleted_at is null"),
    "lead_stages": (
        "lead_id",
        """select lead_id from school.lead_audit_events join school.leads as l on l.id = lead_id
        where field = 'stageId' and deleted_at is null""",
    ),
    "admissions": ("admission_id", "select id from school.admissions"),
    "attendance": ("attendance_id", "select id from school.attendance"),
    "reschedules": ("reschedule_request_id", "select id from school.reschedule_requests"),
    "payments": ("admission_id", "select admission_id from school.admission_payments"),
    "waiting": ("waitlist_entry_id", "select id from school.waitlist_entries"),
    "trials": ("trial_id", "select id from school.trials"),
    "people": ("person_id", "select id from school.users"),
}

Ask = Callable[[str, str], list[tuple[Any, ...]]]


@pytest.fixture
def ask(db: Database, story: School) -> Ask:
    """``ask("sam", query)``: the rows that a person gets by their session, or an analyst."""

    def rows(reader: str, query: str) -> list[tuple[Any, ...]]:
        with db.transaction(force_rollback=True):
            become(db, story, reader)
            return db.execute(query.encode()).fetchall()

    return rows


def views(db: Database) -> list[str]:
    rows = db.execute(
        "select relname::text from pg_class"
        " where relnamespace = 'analytics'::regnamespace and relkind = 'v' order by 1"
    )
    return [name for (name,) in rows]


def test_the_views_and_columns_are_those_of_the_contract(db: Database, school: School) -> None:
    assert views(db) == sorted(NAMED)
    for view, columns in NAMED.items():
        found = db.execute(f"select * from analytics.{view} limit 0".encode()).description or []
        assert set(columns.split()) <= {column.name for column in found}, view


@pytest.mark.parametrize("person", ["ada", "sam", "tom", "sid"])
def test_a_direct_login_reads_every_view(
    db: Database, story: School, conninfo: Conninfo, person: str
) -> None:
    login = matrix.login_of(db, person)
    db.execute("select auth.grant_sql(%s, %s, null, true)", (f"{person}@school.test", login))
    try:
        with psycopg.connect(conninfo(login), autocommit=True) as connection:
            for view in NAMED:
                connection.execute(f"select * from analytics.{view}".encode())
    finally:
        matrix.revoke_logins(db)


@pytest.mark.parametrize("reader", READERS)
def test_each_row_that_a_reader_sees_is_there_once(ask: Ask, reader: str) -> None:
    total = 0
    for view, (key, query) in ROWS.items():
        seen = sorted(map(str, ask(reader, query)))
        assert sorted(map(str, ask(reader, f"select {key} from analytics.{view}"))) == seen, view
        total += len(seen)
    assert total > 10


def test_who_finds_nothing_is_not_refused(ask: Ask) -> None:
    nothing = {
        "tom": {"waiting", "payments"},
        "sid": {"leads", "lead_stages", "trials", "classroom_occupancy", "occupancy_by_week"},
    }
    for reader, names in nothing.items():
        for view in names:
            assert ask("ada", f"select from analytics.{view}") != [], view
            assert ask(reader, f"select from analytics.{view}") == [], view


# --- what they never tell ----------------------------------------------------------------------

HIDDEN = (
    """update school.leads set name = 'Hidden', phone = 'Hidden', email = id || '@hidden.test',
    address = 'Hidden', guardian_name = 'Hidden'""",
    "update school.users set name = 'Hidden' where role = 'student'",
    "update school.users set email = id || '@hidden.test', phone = 'Hidden'",
    "insert into school.lead_notes (lead_id, body) select id, 'Hidden' from school.leads",
    "update school.attendance set note = 'Hidden'",
    "update school.admission_payments set notes = 'Hidden'",
    "update school.reschedule_requests set reason = 'Hidden', decision_reason = 'Hidden'",
    "update school.waitlist_entries set note = 'Hidden'",
    "update school.trials set note = 'Hidden'",
)


@pytest.mark.unsound("what is hidden is written without triggers")
@pytest.mark.parametrize("reader", READERS)
def test_no_view_tells_how_to_reach_a_person_or_what_a_pupil_or_lead_is_called(
    db: Database, ask: Ask, reader: str
) -> None:
    db.execute("set session_replication_role = replica")
    for statement in HIDDEN:
        db.execute(statement.encode())
    db.execute("reset session_replication_role")
    assert "Hidden" in str(ask("ada", "select name from school.leads"))
    for view in NAMED:
        assert "idden" not in str(ask(reader, f"select * from analytics.{view}")), view


def test_colleagues_are_named_to_analysts_and_to_whom_they_are_known(
    ask: Ask,
) -> None:
    query = "select name from analytics.people where name is not null order by 1"
    staff = ["Ada", "Root", "Sam", "Sue", "Tia", "Tom"]
    known = {"ada": staff, "analyst": staff, "sam": ["Sam", "Tia", "Tom"], "sid": ["Tom"]}
    for reader, names in known.items():
        assert [name for (name,) in ask(reader, query)] == names
    roles = "select distinct role from analytics.people where name is null"
    for reader in ("ada", "analyst", "sam", "sid"):
        assert ask(reader, roles) == [("student",)]


def test_an_analyst_reads_of_the_history_of_leads_only_how_they_moved(
    db: Database, story: School, ask: Ask
) -> None:
    fields = "select distinct field from school.lead_audit_events"
    assert len(ask("ada", fields)) > 3
    assert ask("analyst", fields) == [("stageId",)]
    for column in ("name", "phone", "email", "address", "guardian_name", "search_text"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask("analyst", f"select {column} from school.leads")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask("analyst", "select reason from school.reschedule_requests")
    for column in ("name", "card", "email", "phone"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask("analyst", f"select {column} from school.users")


# --- what they tell ----------------------------------------------------------------------------


def test_leads_tell_when_they_were_won_and_lost_by_the_dates_of_the_school(
    story: School, ask: Ask
) -> None:
    query = """select l.lead_id::text, stage, won_on::text, lost_on::text, lost_reason
    from analytics.leads as l where lead_id = '{}'"""
    assert ask("analyst", query.format(story["lia"])) == [
        (story["lia"], "Lost", None, "2027-03-04", "Too far away")
    ]
    assert ask("analyst", query.format(story["sams"])) == [
        (story["sams"], "Admitted", "2027-03-01", None, None)
    ]
    admission = f"select admission_id::text from analytics.leads where lead_id = '{story['sams']}'"
    assert ask("sam", admission) == [(story["sid_admission"],)]
    created = f"select created_on::text from analytics.leads where lead_id = '{story['lia']}'"
    assert ask("sam", created) == [("2027-03-01",)]


def test_stays_in_stages_follow_each_other_until_now(story: School, ask: Ask) -> None:
    query = f"""select stage, entered_on::text, left_on::text, time_in_stage
    from analytics.lead_stages where lead_id = '{story["fresh"]}' order by entered_at"""
    for reader in ("analyst", "sam", "tom"):
        assert ask(reader, query) == [
            ("New", "2027-03-01", "2027-03-02", timedelta(days=1)),
            ("Contacted", "2027-03-02", "2027-03-05", timedelta(days=3)),
            ("Demo scheduled", "2027-03-05", None, timedelta(days=13)),
        ]


def test_admissions_tell_how_far_they_are(story: School, ask: Ask) -> None:
    query = """select first_class::text, last_class::text, classes_left, attended, absences,
    source, owner_id::text, renewed_by_id is not null, payment_status
    from analytics.admissions where admission_id = '{}'"""
    sid = query.format(story["sid_admission"])
    told = ("2027-03-01", "2027-03-24", 3, 2, 2, "web", story["sam"], False, "unpaid")
    assert ask("analyst", sid) == ask("sam", sid) == [told]
    assert ask("sid", sid) == [(*told[:5], None, *told[6:])]
    assert ask("tom", sid) == [(*told[:5], None, *told[6:8], None)]
    assert ask("sue", query.format(story["una_admission"]))[0][7] is True
    # who gave up after the first class has no others
    (bob,) = ask("sue", query.format(story["bob_admission"]))
    assert bob[:5] == ("2027-03-05", "2027-03-05", 0, 0, 0)


def test_a_class_held_is_one_row_and_says_who_taught(story: School, ask: Ask) -> None:
    query = """select class_date::text, week::text, teacher_id::text, is_by_substitute,
    hours::text, students, attended, absent, unmarked from analytics.classes
    where classroom_slot_id = '{}' order by class_date"""
    tom, tia = story["tom"], story["tia"]
    assert ask("analyst", query.format(story["piano_thursday"])) == [
        ("2027-03-04", "2027-03-01", tia, False, "1.00", 1, 0, 1, 0),
        ("2027-03-11", "2027-03-08", tom, True, "1.00", 1, 1, 0, 0),
    ]  # that of the 18th begins at five
    friday = [
        ("2027-01-08", "2027-01-04", tom, False, "1.00", 1, 0, 0, 1),
        ("2027-03-05", "2027-03-01", tom, False, "1.00", 2, 1, 0, 1),
        ("2027-03-12", "2027-03-08", tom, False, "1.00", 1, 0, 1, 0),
    ]
    assert ask("tom", query.format(story["violin_friday"])) == friday
    of_vic = ask("sam", query.format(story["violin_friday"]))
    assert of_vic == [(*friday[1][:5], 1, 1, 0, 0), friday[2]]


def test_occupancy_by_week_counts_who_comes_and_knows_closures(story: School, ask: Ask) -> None:
    query = """select class_date::text, capacity, expected, closed
    from analytics.occupancy_by_week where classroom_slot_id = '{}'
      and week between '2027-03-08' and '2027-03-29' order by week"""
    friday, monday = query.format(story["violin_friday"]), query.format(story["violin_monday"])
    for reader in ("analyst", "ada", "sam", "tom"):
        assert ask(reader, friday) == [
            ("2027-03-12", 5, 2, False),  # Vic, and a lead on trial
            ("2027-03-19", 5, 2, False),  # Vic, and Sid who was moved there
            ("2027-03-26", 5, 0, True),
            ("2027-04-02", 5, 1, False),
        ]
        assert [row[2] for row in ask(reader, monday)] == [1, 0, 0, 0]
    weeks = "select count(distinct week), min(week)::text, max(week)::text from {}"
    assert ask("sam", weeks.format("analytics.occupancy_by_week")) == [
        (17, "2027-01-18", "2027-05-10")
    ]


@pytest.mark.unsound("a day with classes is closed")
def test_a_weekday_that_is_not_open_is_closed(db: Database, story: School, ask: Ask) -> None:
    query = "select distinct closed from analytics.occupancy_by_week where teacher_id = '{}'"
    assert ask("analyst", query.format(story["tia"])) == [(False,)]
    db.execute("set session_replication_role = replica")
    db.execute("update school.operating_days set is_open = false where weekday in (1, 4)")
    db.execute("reset session_replication_role")
    assert ask("analyst", query.format(story["tia"])) == [(True,)]


@pytest.mark.parametrize("reader", ["sam", "analyst"])
def test_seats_are_counted_for_everybody(story: School, ask: Ask, reader: str) -> None:
    query = """select capacity, occupied, held, free from analytics.classroom_occupancy
    where classroom_slot_id = '{}'"""
    assert ask(reader, query.format(story["piano_monday"])) == [(2, 1, 0, 1)]
    ((capacity, occupied, held, free),) = ask(
        reader, "select sum(capacity), sum(occupied), sum(held), sum(free)"
        " from analytics.classroom_occupancy"
    )  # fmt: skip
    assert (capacity, occupied, held) == (12, 5, 1)
    assert free == capacity - occupied - held


def test_a_student_counts_no_seats(db: Database, story: School, ask: Ask) -> None:
    slot = story["violin_monday"]
    assert ask("sam", f"select occupied from school.seats_of_class('{slot}')") == [(1,)]
    assert ask("sid", f"select occupied from school.seats_of_class('{slot}')") == []
    assert ask("sid", f"select from school.expected_by_week('{slot}', 1)") == []


def test_reschedules_tell_dates_of_the_school(story: School, ask: Ask) -> None:
    query = """select status, requested_on::text, decided_on::text, from_date::text, to_date::text,
    course from analytics.reschedules order by status"""
    moved = ("approved", "2027-03-09", "2027-03-09", "2027-03-15", "2027-03-19", "Violin I")
    assert ask("sid", query) == ask("sam", query) == [moved]
    assert [row[0] for row in ask("analyst", query)] == ["approved", "rejected"]

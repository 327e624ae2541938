"""Every check of what must always hold can fail: each is broken as the owner, and rolled back."""

import psycopg
import pytest

from tests.support.classrooms import broken, class_on
from tests.support.school import Callers, Clock, School
from tests.support.trials import book

Database = psycopg.Connection

# A seat of Friday is held for a lead.
OFFER = (
    "insert into school.waitlist_entries"
    " (lead_id, course_id, classes_per_week, status, offer_expires_at)"
    " values (%(unowned)s, %(violin)s, 1, 'offered', '2027-03-03');"
    " insert into school.held_seats (waitlist_entry_id, classroom_slot_id)"
    " select id, %(violin_friday)s from school.waitlist_entries;"
)

# What breaks each: statements as the owner, past every guard, for sid's and una's plans.
BREAKS = {
    "oversold_class": "update school.classroom_slots set capacity = 1 where id = %(violin_monday)s;"
    " update school.classroom_enrollments set classroom_slot_id = %(violin_monday)s"
    " where student_id = %(una)s and classroom_slot_id = %(piano_monday)s",
    "oversold_date": "update school.attendance"
    " set classroom_slot_id = %(violin_wednesday)s, class_date = '2027-03-03'"
    " where student_id = %(una)s and class_date = '2027-03-08'",
    "offer_without_its_seats": OFFER + "delete from school.held_seats",
    "offer_that_cannot_be_taken": OFFER + "update school.time_slot_templates"
    " set is_active = false where id = %(friday)s",
    "offered_classes_overlap": OFFER + "insert into school.held_seats"
    " (waitlist_entry_id, classroom_slot_id) select id, v from school.waitlist_entries,"
    " unnest(array[%(violin_monday)s, %(piano_monday)s]::uuid[]) as v",
    "nobody_waits": OFFER + "update school.leads set deleted_at = now() where id = %(unowned)s",
    "seat_in_a_deleted_class": "update school.classroom_slots set deleted_at = now()"
    " where id = %(violin_wednesday)s",
    "plan_total_differs": "update school.attendance set status = 'cancelled'"
    " where student_id = %(sid)s and class_date = '2027-03-24'",
    "student_in_two_places": "update school.attendance set class_date = '2027-03-03'"
    " where student_id = %(sid)s and class_date = '2027-03-08'",
    "seat_without_a_running_admission": "update school.admissions set status = 'completed'"
    " where id = %(sid_admission)s",
    "running_admission_without_its_seats": "update school.classroom_enrollments"
    " set status = 'inactive' where student_id = %(sid)s"
    " and classroom_slot_id = %(violin_wednesday)s",
    "scheduled_class_of_a_cancelled_admission": "update school.admissions"
    " set status = 'cancelled' where id = %(sid_admission)s",
    "completed_admission_with_classes_to_come": "update school.admissions"
    " set status = 'completed' where id = %(sid_admission)s",
    "class_on_a_closed_day": "insert into school.school_closures (start_date, end_date, reason)"
    " values ('2027-03-08', '2027-03-08', 'Flood')",
    "marked_in_the_future": "update school.attendance set status = 'present'"
    " where student_id = %(sid)s and class_date = '2027-03-03'",
    "pending_request_for_a_cancelled_class": "update school.attendance set status = 'cancelled'"
    " where id = %(requested)s",
    "teacher_in_two_places": "update school.time_slot_templates"
    " set weekday = 1, end_time = '16:10'"
    " where id = %(friday)s",
    "class_of_what_is_deleted": "update school.users set deleted_at = now() where id = %(tom)s",
    "trial_on_a_closed_day": "insert into school.school_closures (start_date, end_date, reason)"
    " values ('2027-03-05', '2027-03-05', 'Flood')",
    "trial_in_a_deleted_class": "update school.classroom_slots set deleted_at = now()"
    " where id = %(violin_friday)s",
    "trial_of_another_teacher": "update school.trials set teacher_id = %(tia)s",
    "trial_at_another_time": "update school.time_slot_templates set end_time = '16:50'"
    " where id = %(friday)s",
    "trial_of_who_does_not_come": "update school.leads set deleted_at = now() where id = %(fresh)s",
    "lead_owned_by_no_staff": "update school.users set role = 'student' where id = %(sue)s",
    "admission_without_a_payment": "delete from school.admission_payments"
    " where admission_id = %(sid_admission)s",
    "lead_admitted_twice": "drop index school.one_admission_per_lead;"
    " update school.admissions set lead_id = %(sams)s",
    "key_differs_from_its_parent": "update school.attendance set lead_owner_id = %(sue)s"
    " where student_id = %(sid)s and class_date = '2027-03-03'",
    "no_super_admin": "update school.users set status = 'disabled' where role = 'super_admin'",
}


def codes_of_the_function(db: Database) -> set[str]:
    """Return every code that the function can answer, from the texts of its parts by theme."""
    rows = db.execute(
        "select (regexp_matches(prosrc, 'select ''([a-z_]+)''', 'g'))[1] from pg_proc"
        " where pronamespace = 'school'::regnamespace and proname ~ '^unsound_'"
    )
    return {row[0] for row in rows}


def test_each_check_notices_what_it_is_for(db: Database, school: School, call: Callers) -> None:
    row = class_on(db, school, "sid", "2027-03-10")
    call("sid")(
        "create_reschedule_request",
        attendance_id=row,
        classroom_slot_id=school["violin_friday"],
        class_date="2027-03-12",
    )
    book(call("sam"), school)
    assert codes_of_the_function(db) == BREAKS.keys()
    assert broken(db) == []
    for code, statement in BREAKS.items():
        with db.transaction(force_rollback=True):
            db.execute("set local session_replication_role = replica")
            for part in statement.split(";"):
                db.execute(part, {**school.ids, "requested": row})
            assert code in {found for found, _ in broken(db)}, code
        assert broken(db) == []


@pytest.mark.parametrize(
    ("table", "name", "what"),
    [
        ("courses", "violin", "course"),
        ("time_slot_templates", "monday", "time slot"),
        ("users", "tom", "teacher"),
    ],
)
def test_a_live_class_of_anything_deleted_is_told_with_what_is_gone(
    db: Database, school: School, table: str, name: str, what: str
) -> None:
    with db.transaction(force_rollback=True):
        db.execute("set local session_replication_role = replica")
        db.execute(
            f"update school.{table} set deleted_at = now() where id = %s",
            (school[name],),
        )
        told = {detail for code, detail in broken(db) if code == "class_of_what_is_deleted"}
        assert told == {what}


def test_a_lead_of_somebody_disabled_or_deleted_or_a_deleted_lead_breaks_nothing(
    db: Database, school: School
) -> None:
    for change in ("status = 'disabled'", "deleted_at = now()"):
        with db.transaction(force_rollback=True):
            db.execute("set local session_replication_role = replica")
            db.execute(f"update school.users set {change} where id = %s", (school["sam"],))
            assert broken(db) == []
    with db.transaction(force_rollback=True):
        db.execute("set local session_replication_role = replica")
        db.execute("update school.users set role = 'student' where id = %s", (school["sue"],))
        db.execute("set local session_replication_role = origin")
        db.execute(
            "update school.leads set deleted_at = now() where owner_id = %s", (school["sue"],)
        )
        assert broken(db) == []


@pytest.mark.parametrize("state", ["marked", "begun"])
def test_a_dead_request_waits_for_the_job_without_breaking_anything(
    db: Database, school: School, call: Callers, clock: Clock, state: str
) -> None:
    row = class_on(db, school, "sid", "2027-03-01")
    call("sid")(
        "create_reschedule_request",
        attendance_id=row,
        classroom_slot_id=school["violin_friday"],
        class_date="2027-03-05",
    )
    if state == "marked":
        call("tom")("mark_attendance", attendance_id=row, status="absent")
    else:
        clock.set("2027-03-01T16:00:00+00:00")
    assert broken(db) == []


def test_a_dated_class_is_of_the_student_of_its_admission_whoever_writes_it(
    db: Database, school: School
) -> None:
    with pytest.raises(
        psycopg.errors.ForeignKeyViolation, match="student_is_that_of_the_admission"
    ):
        db.execute(
            "update school.attendance set student_id = %s where student_id = %s",
            (school["una"], school["sid"]),
        )

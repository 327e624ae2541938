"""What the tests of admissions share: a wanted admission, and a look at every row there is."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import sql

from tests.support.school import Caller, Database, School

# Where a refused attempt leaves its trace: the event, and the notifications and mails made of it.
TRACE = ("school.notification_events", "school.notifications", "school.deliveries")


def wish(
    school: School, *time_slots: str, course: str = "violin", **members: Any
) -> dict[str, Any]:
    """Arguments of ``create_admission``: the plan that fits so many slots, from 2027-03-01 on."""
    plan = {1: 4, 2: 8}.get(len(time_slots), 8)
    return {
        "course_id": school[course],
        "course_plan_id": school[f"{course}_{plan}"],
        "start_date": "2027-03-01",
        "time_slot_ids": [school[name] for name in time_slots],
        **members,
    }


def fingerprint(db: Database, but: Collection[str] = ()) -> dict[str, str]:
    """Return for every table of ours how many rows it has and what they hold."""
    tables = db.execute(
        "select n.nspname, c.relname from pg_class as c join pg_namespace as n"
        " on n.oid = c.relnamespace where c.relkind = 'r'"
        " and n.nspname in ('school', 'auth', 'jobs') order by 1, 2"
    ).fetchall()
    parts = [
        sql.SQL(
            "select {}, count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)),"
            " '') from {} as t"
        ).format(sql.Literal(f"{schema}.{table}"), sql.Identifier(schema, table))
        for schema, table in tables
        if f"{schema}.{table}" not in but
    ]
    return dict(db.execute(sql.SQL(" union all ").join(parts)).fetchall())


@contextmanager
def nothing_changes(db: Database, but: Collection[str] = ()) -> Iterator[None]:
    """Prove that what happens inside changes not one row of any table."""
    before = fingerprint(db, but)
    yield
    assert fingerprint(db, but) == before


def codes(conflicts: list[dict[str, Any]]) -> list[str]:
    return [conflict["code"] for conflict in conflicts]


def fill(db: Database, classroom_slot_id: str, seats: int) -> None:
    """Seat ``seats`` new students in a class; the one class of their plans was in January 2027."""
    db.execute(
        "with class as (select k.*, t.weekday, t.start_time, t.end_time, p.id as plan_id"
        "   from school.classroom_slots as k"
        "   join school.time_slot_templates as t on t.id = k.time_slot_id"
        "   join lateral (select id from school.course_plans where course_id = k.course_id limit 1)"
        "   as p on true where k.id = %(class)s),"
        " student as (insert into school.users (name, role)"
        "   select 'Seated ' || n, 'student' from generate_series(1, %(seats)s) as n returning id),"
        " admission as (insert into school.admissions"
        "   (student_id, course_id, course_plan_id, start_date, total_classes)"
        "   select s.id, class.course_id, class.plan_id, '2027-01-04', 1"
        "   from student as s, class returning id, student_id),"
        " slot as (insert into school.admission_slots"
        "   (admission_id, time_slot_id, classroom_slot_id)"
        "   select a.id, class.time_slot_id, class.id from admission as a, class),"
        " payment as (insert into school.admission_payments (admission_id)"
        "   select a.id from admission as a),"
        " dated as (insert into school.attendance (admission_id, student_id, classroom_slot_id,"
        "   teacher_id, class_date, start_time, end_time)"
        "   select a.id, a.student_id, class.id, class.teacher_id,"
        "     date '2027-01-03' + class.weekday, class.start_time, class.end_time"
        "   from admission as a, class)"
        " insert into school.classroom_enrollments (student_id, classroom_slot_id, admission_id)"
        " select a.student_id, %(class)s, a.id from admission as a",
        {"class": classroom_slot_id, "seats": seats},
    )


def seats_taken(db: Database, classroom_slot_id: str) -> int:
    row = db.execute(
        "select count(*) from school.classroom_enrollments"
        " where classroom_slot_id = %s and status = 'active'",
        (classroom_slot_id,),
    ).fetchone()
    assert row is not None
    return int(row[0])


def new_class(
    call: Callable[[str | None], Caller],
    school: School,
    weekday: int,
    start: str,
    end: str,
    *,
    course: str = "violin",
    teacher: str = "tom",
    capacity: int = 3,
) -> tuple[str, str]:
    """Make a time slot with a class in it; return their ids."""
    ada = call("ada")
    slot = ada("create_time_slot", weekday=weekday, start_time=start, end_time=end)
    made = ada(
        "create_classroom_slot",
        time_slot_id=slot["id"],
        course_id=school[course],
        teacher_id=school[teacher],
        capacity=capacity,
    )
    return slot["id"], made["id"]

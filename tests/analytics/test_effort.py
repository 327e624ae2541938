"""What the reporting views cost: one row is found by index, all rows are read once."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from tests.support.asking import one
from tests.support.reading import become
from tests.support.school import Database, School

# Tables that grow with the years.
GROWING = {
    "admission_payments",
    "admissions",
    "attendance",
    "lead_audit_events",
    "leads",
    "reschedule_requests",
    "trials",
    "waitlist_entries",
}
# What each reader asks for by its key, and finds.
KEYS = {
    "leads": ("lead_id", "lead"),
    "lead_stages": ("lead_id", "lead"),
    "admissions": ("admission_id", "admission"),
    "classes": ("classroom_slot_id", "slot"),
    "attendance": ("admission_id", "admission"),
    "reschedules": ("admission_id", "admission"),
    "payments": ("admission_id", "admission"),
    "waiting": ("lead_id", "lead"),
    "trials": ("lead_id", "lead"),
}
# Three thousand leads, half of them Sam's, half Sue's, all of them students: each in a weekly class
# of their own, with twenty classes and a request to move one.
YEARS = (
    """create temporary table n as
    select n, gen_random_uuid() as lead, gen_random_uuid() as student, gen_random_uuid() as slot,
      gen_random_uuid() as admission, md5(n::text)::uuid as class
    from generate_series(1, 3000) as n""",
    """insert into school.users (id, name, role) select student, 'Pupil ' || n, 'student' from n""",
    """insert into school.leads (id, stage_id, owner_id, assigned_teacher_id, name, phone,
      follow_up_date)
    select lead, %(stage_admitted)s, case n %% 2 when 0 then %(sam)s::uuid else %(sue)s::uuid end,
      %(tom)s, 'Lead ' || n, n, '2027-01-01'
    from n""",
    """insert into school.lead_audit_events (lead_id, field, new, created_at)
    select lead, e.field, to_jsonb(%(stage_new)s::text), '2027-01-01'
    from n, (values ('stageId'), ('stageId'), ('ownerId'), ('name')) as e (field)""",
    """insert into school.classroom_slots (id, time_slot_id, course_id, teacher_id, capacity,
      deleted_at)
    select slot, %(monday)s, %(violin)s, %(tom)s, 2, now() from n""",
    """insert into school.admissions (id, lead_id, student_id, course_id, course_plan_id,
      start_date, total_classes, lead_owner_id, teacher_ids)
    select admission, lead, student, %(violin)s, %(violin_8)s, '2026-01-05', 20,
      case n %% 2 when 0 then %(sam)s::uuid else %(sue)s::uuid end,
      jsonb_build_array(%(tom)s::text)
    from n""",
    """insert into school.admission_payments (admission_id, student_id, lead_owner_id)
    select id, student_id, lead_owner_id
    from school.admissions as a join n on n.admission = a.id""",
    """insert into school.attendance (id, admission_id, student_id, classroom_slot_id, teacher_id,
      class_date, start_time, end_time, lead_owner_id)
    select case w when 1 then n.class else gen_random_uuid() end, a.id, student_id, n.slot, %(tom)s,
      start_date + 7 * w, '16:00', '17:00', lead_owner_id
    from school.admissions as a join n on n.admission = a.id, generate_series(1, 20) as w""",
    """insert into school.reschedule_requests (original_attendance_id, student_id, admission_id,
      source_class_date, source_classroom_slot_id, class_date, classroom_slot_id, requested_by,
      lead_owner_id, teacher_ids)
    select n.class, student_id, a.id, '2026-01-12', n.slot, '2026-01-19', n.slot, student_id,
      lead_owner_id, teacher_ids
    from school.admissions as a join n on n.admission = a.id""",
    """insert into school.waitlist_entries (lead_id, course_id, classes_per_week, lead_owner_id)
    select lead_id, course_id, 1, lead_owner_id
    from school.admissions as a join n on n.admission = a.id""",
    """insert into school.trials (lead_id, classroom_slot_id, course_id, teacher_id, class_date,
      start_time, end_time, status, ended_at, lead_owner_id)
    select lead_id, n.slot, course_id, %(tom)s, '2026-01-01', '16:00', '17:00', 'attended', now(),
      lead_owner_id
    from school.admissions as a join n on n.admission = a.id""",
)


@pytest.fixture
def years(db: Database, school: School) -> dict[str, str]:
    """Fill the school with the past; the ids of one lead of Sam's and of what came of it."""
    db.execute("set session_replication_role = replica")
    for statement in YEARS:
        db.execute(statement.encode(), school.ids if "%(" in statement else None)
    db.execute("reset session_replication_role")
    one_of_sams = "select lead::text, admission::text, slot::text from n where n = 1000"
    found = dict(zip(("lead", "admission", "slot"), one(db, one_of_sams), strict=True))
    db.execute("drop table n")
    db.execute("analyze")
    return found


def scans(db: Database, school: School, reader: str, query: str) -> list[tuple[str, int, int]]:
    """Return what reads a growing table as it was run: which, how often, rows looked at."""

    def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield plan
        for child in plan.get("Plans", []):
            yield from nodes(child)

    with db.transaction(force_rollback=True):
        become(db, school, reader)
        db.execute("set local max_parallel_workers_per_gather = 0")
        (plan,) = one(db, "explain (analyze, timing off, summary off, format json) " + query)
    return [
        (
            f"{node['Node Type']} on {node['Relation Name']}",
            node["Actual Loops"],
            round(
                node["Actual Loops"]
                * sum(
                    node.get(rows, 0)
                    for rows in (
                        "Actual Rows",
                        "Rows Removed by Filter",
                        "Rows Removed by Index Recheck",
                    )
                )
            ),
        )
        for node in nodes(plan["Plan"])
        if node.get("Relation Name") in GROWING and node["Actual Loops"]
    ]


@pytest.mark.unsound("three thousand leads are written without triggers")
def test_what_is_asked_for_by_key_is_found_by_index(
    db: Database, school: School, years: dict[str, str]
) -> None:
    expensive = []
    for reader, (view, (key, of)) in product(("ada", "sam", "tom", "analyst"), KEYS.items()):
        query = f"select * from analytics.{view} where {key} = '{years[of]}'"
        for scan, loops, rows in scans(db, school, reader, query):
            if rows > 100:
                expensive.append(f"{reader}, {view}: {scan}, {loops} times, {rows} rows")
    assert expensive == []


@pytest.mark.unsound("three thousand leads are written without triggers")
def test_an_analyst_reads_a_table_once(db: Database, school: School, years: dict[str, str]) -> None:
    for view in KEYS:
        found = scans(db, school, "analyst", f"select * from analytics.{view}")
        assert found, view
        assert {loops for _, loops, _ in found} == {1}, (view, found)

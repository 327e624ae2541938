"""Events are written in sets: together they are what they are one by one."""

from typing import Any

from tests.support.asking import one
from tests.support.school import Callers, Database, School

EVENTS = (
    "select e.type, e.entity_type, e.entity_id, e.day, e.payload from school.notification_events"
    " as e where e.sequence > %s order by e.sequence"
)
TOLD = (
    "select n.type, n.entity_id, n.recipient_user_id, n.title, n.body, n.payload"
    " from school.notifications as n join school.notification_events as e on e.id = n.event_id"
    " where e.sequence > %s order by e.sequence, n.recipient_user_id"
)
NEWS = """
select array_agg(row(n.type, n.entity_type, n.entity_id, n.day, n.payload)::school.news)
from (
  select 'lead.assigned' as type, 'lead' as entity_type, l.id as entity_id, null::date as day,
    jsonb_build_object('ownerId', l.owner_id) as payload
  from school.leads as l
  union all
  select t.type, 'admission', a.id, '2027-03-09', jsonb_build_object(
    'leadId', a.lead_id, 'teacherId', %s::text, 'day', 'x', 'leadName', 'Given')
  from school.admissions as a
  join school.notification_types as t on 'admission' = any (t.entity_types)
  union all
  select 'reschedule.approved', 'reschedule_request', b.id, null, jsonb_build_object(
    'attendanceId', b.id, 'studentId', b.student_id, 'teacherId', b.teacher_id)
  from school.attendance as b
  union all
  select 'access.requested', 'access_request', '00000000-0000-4000-8000-000000000001',
    null, '{"name": "X"}'
) as n
"""


def test_a_set_of_events_is_what_they_are_one_by_one(
    db: Database, school: School, call: Callers
) -> None:
    call("sam")(
        "update_my_settings",
        muted_notification_types=["lead.assigned"],
        present=["muted_notification_types"],
    )
    db.execute("update school.users set status = 'disabled' where id = %s", (school["tia"],))
    start = one(db, "select max(sequence) from school.notification_events")
    seen: list[Any] = []
    # Each is undone, for a notice that is there already is not made again.
    for emit in (
        "school.emit_all(n.array_agg) from news as n",
        (
            "count(school.emit(e.type, e.entity_type, e.entity_id, e.payload, e.day))"
            " from news as n, unnest(n.array_agg) as e"
        ),
    ):
        with db.transaction(force_rollback=True):
            made = one(db, f"with news as ({NEWS}) select {emit}", school["tom"])
            events = db.execute(EVENTS, (start,)).fetchall()
            seen.append((made, events, db.execute(TOLD, (start,)).fetchall()))
    assert seen[0][0] > 20
    assert seen[0] == seen[1]

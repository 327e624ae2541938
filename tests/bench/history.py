"""A school with more or fewer years behind it: ``python -m tests.bench.history N DATA_DIR``.

What a school has at any time is the same whatever N is: weekly classes, teachers, staff, people
who come now, open leads, pending requests. What grows with the years is N: admissions of 48 classes
each, the others than the running ones spread over ten years, with their leads, students, requests
and notifications, and half as many leads again that came to nothing. Rows are made by set, without
triggers, their keys and histories with them. Ids are md5 of a word and a number, so every run makes
the same rows.
"""

import hashlib
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from api.database import migrations
from api.database.embedded import EmbeddedServer


@dataclass(frozen=True)
class Scale:
    """What a school has at any time; six weekly classes for each teacher."""

    teachers: int = 50
    staff: int = 30
    running: int = 900
    open_leads: int = 300

    @property
    def classes(self) -> int:
        return 6 * self.teachers


def key(word: str, number: int) -> str:
    """Return the id of the row that a word and a number name, as md5(…)::uuid does in SQL."""
    digest = hashlib.md5(f"{word} {number}".encode(), usedforsecurity=False)
    return str(uuid.UUID(digest.hexdigest()))


STEPS: dict[str, LiteralString] = {
    "users": """
        insert into school.users (id, name, role, email)
        select md5('root 1')::uuid, 'Root', 'super_admin', 'root@bench.test'
        union all
        select md5('ada 1')::uuid, 'Ada', 'admin', 'ada@bench.test'
        union all
        select md5('staff ' || n)::uuid, 'Staff ' || n, 'staff', 'staff' || n || '@bench.test'
        from generate_series(1, %(staff)s) as n
        union all
        select md5('teacher ' || n)::uuid, 'Teacher ' || n, 'teacher',
          'teacher' || n || '@bench.test'
        from generate_series(1, %(teachers)s) as n""",
    "instruments": """
        insert into school.instruments (id, name)
        select md5('instrument ' || n)::uuid, 'Instrument ' || n from generate_series(1, 3) as n""",
    "courses": """
        insert into school.courses (id, instrument_id, name)
        select md5('course ' || n)::uuid, md5('instrument ' || 1 + n %% 3)::uuid, 'Course ' || n
        from generate_series(1, 10) as n""",
    "course_plans": """
        insert into school.course_plans (id, course_id, name, total_classes, classes_per_week,
          price)
        select md5('plan ' || n)::uuid, md5('course ' || n)::uuid, 'Two a week', 48, 2, 480
        from generate_series(1, 10) as n""",
    "course_teachers": """
        insert into school.course_teachers (course_id, teacher_id)
        select md5('course ' || c)::uuid, md5('teacher ' || t)::uuid
        from generate_series(1, 10) as c, generate_series(1, %(teachers)s) as t""",
    "time_slot_templates": """
        insert into school.time_slot_templates (id, weekday, start_time, end_time)
        select md5('time slot ' || 10 * (d - 1) + h + 1)::uuid, d,
          time '09:00' + make_interval(hours => h), time '10:00' + make_interval(hours => h)
        from generate_series(1, 6) as d, generate_series(0, 9) as h""",
    # The six classes of a teacher are of one course, on six weekdays.
    "classroom_slots": """
        insert into school.classroom_slots (id, time_slot_id, course_id, teacher_id, capacity)
        select md5('class ' || n + 1)::uuid,
          md5('time slot ' || 1 + 10 * (n / %(teachers)s) + n %% 10)::uuid,
          md5('course ' || 1 + n %% 10)::uuid, md5('teacher ' || 1 + n %% %(teachers)s)::uuid, 8
        from generate_series(0, %(classes)s - 1) as n""",
    "school_closures": """
        insert into school.school_closures (id, start_date, end_date, reason, created_at)
        select md5('closure ' || n)::uuid, d.date, d.date, 'Holiday', d.date - 30
        from generate_series(1, 60) as n
        cross join lateral (select date_trunc('week', school.today())::date - 1 + 7 * (5 - n)
          as date) as d""",
    # A number for each person: the running, the rest of those admitted, who came to nothing.
    "numbers": """
        create table public.bench as
        select
          n,
          md5('lead ' || n)::uuid as lead_id,
          md5('student ' || n)::uuid as student_id,
          md5('admission ' || n)::uuid as admission_id,
          case
            when n <= %(running)s or n > %(total)s and n <= %(total)s + %(open_leads)s
              then d.today - 7 - n %% 100
            else d.today - 180 - (n::bigint * 7919 %% 3650)::integer
          end as start_date,
          d.today,
          n <= %(running)s as is_running,
          n <= %(total)s as is_admitted,
          n > %(total)s and n <= %(total)s + %(open_leads)s as is_open,
          case when n <= %(total)s or n %% 10 <> 7
            then md5('staff ' || 1 + n %% %(staff)s)::uuid end as owner_id
        from (select school.today() as today offset 0) as d,
          generate_series(1, greatest(%(total)s * 3 / 2, %(total)s + %(open_leads)s)) as n""",
    "leads": """
        insert into school.leads (id, stage_id, owner_id, assigned_teacher_id, name, phone, email,
          follow_up_date, follow_up_status, source, lost_reason, created_at, search_text, phone_key)
        select b.lead_id,
          s.ids[case when b.is_admitted then 5 when b.is_open then 1 + b.n %% 4 else 6 end],
          b.owner_id,
          case when b.n %% 3 = 0 then md5('teacher ' || 1 + b.n %% %(teachers)s)::uuid end,
          'Lead ' || b.n, '+1 555 ' || to_char(b.n, 'FM0000000'), 'lead' || b.n || '@bench.test',
          case when b.is_open then b.today - 10 + b.n %% 30 else b.start_date end,
          case when b.is_open then 'open' else 'done' end, 'web',
          case when not b.is_open and not b.is_admitted then 'Moved away' end,
          b.start_date, 'lead ' || b.n || E'\\n+1555' || to_char(b.n, 'FM0000000')
            || E'\\nlead' || b.n || '@bench.test', '+1555' || to_char(b.n, 'FM0000000')
        from public.bench as b
        cross join (
          select array_agg(id order by array_position(array['open', 'won', 'lost'], kind), position)
            as ids
          from school.lead_stages
        ) as s""",
    "lead_notes": """
        insert into school.lead_notes (id, lead_id, author_id, body, lead_owner_id, lead_teacher_id,
          created_at)
        select md5('note ' || n || '.' || k)::uuid, l.id, l.owner_id, 'A note', l.owner_id,
          l.assigned_teacher_id, l.created_at + make_interval(days => k)
        from public.bench as b
        join school.leads as l on l.id = b.lead_id
        cross join generate_series(1, 2) as k
        where l.owner_id is not null""",
    "lead_tags": """
        insert into school.lead_tags (id, lead_id, tag, lead_owner_id, lead_teacher_id)
        select md5('tag ' || n)::uuid, l.id, case when b.is_open then 'new' else 'old' end,
          l.owner_id, l.assigned_teacher_id
        from public.bench as b
        join school.leads as l on l.id = b.lead_id
        where b.n %% 2 = 0""",
    "lead_audit_events": """
        insert into school.lead_audit_events (id, lead_id, field, new, created_at)
        select md5('audit ' || b.n || f.field)::uuid, l.id, f.field, f.new, l.created_at
        from public.bench as b
        join school.leads as l on l.id = b.lead_id
        cross join lateral (values ('stageId', to_jsonb(l.stage_id)),
          ('ownerId', to_jsonb(l.owner_id))) as f (field, new)
        where f.new is not null""",
    "students": """
        insert into school.users (id, name, role, email, phone)
        select student_id, 'Student ' || n, 'student', 'student' || n || '@bench.test',
          '+1 555 ' || to_char(n, 'FM0000000')
        from public.bench
        where is_admitted""",
    # Two classes of one course, of two teachers, on two weekdays.
    "choices": """
        create table public.bench_slots as
        select b.*, side, k.id as slot_id, k.time_slot_id, k.teacher_id, k.course_id, t.weekday,
          t.start_time, t.end_time
        from public.bench as b
        cross join generate_series(0, 1) as side
        join school.classroom_slots as k
          on k.id = md5('class ' || 1 + (b.n + side * (%(teachers)s + 10)) %% %(classes)s)::uuid
        join school.time_slot_templates as t on t.id = k.time_slot_id
        where b.is_admitted""",
    "admissions": """
        insert into school.admissions (id, lead_id, student_id, course_id, course_plan_id,
          start_date, total_classes, status, created_at, lead_owner_id, teacher_ids)
        select b.admission_id, b.lead_id, b.student_id, p.course_id, p.id, b.start_date, 48,
          case when b.is_running then 'active' else 'completed' end, b.start_date, b.owner_id,
          s.teacher_ids
        from public.bench as b
        join (
          select admission_id, min(course_id::text)::uuid as course_id,
            jsonb_agg(distinct teacher_id) as teacher_ids
          from public.bench_slots
          group by admission_id
        ) as s on s.admission_id = b.admission_id
        join school.course_plans as p on p.course_id = s.course_id""",
    "admission_sight": """
        insert into school.admission_sight (admission_id, viewer_role, viewer_id, created_at,
          student_id, student_name)
        select a.id, v.role, v.id, a.created_at, a.student_id, u.name
        from school.admissions as a
        join school.users as u on u.id = a.student_id
        cross join lateral (
          select 'staff', a.lead_owner_id
          where a.lead_owner_id is not null
          union all
          select 'teacher', t.id::uuid from jsonb_array_elements_text(a.teacher_ids) as t (id)
        ) as v (role, id)""",
    "admission_slots": """
        insert into school.admission_slots (admission_id, time_slot_id, classroom_slot_id)
        select admission_id, time_slot_id, slot_id from public.bench_slots""",
    "classroom_enrollments": """
        insert into school.classroom_enrollments (id, student_id, classroom_slot_id, admission_id,
          status)
        select md5('seat ' || n || '.' || side)::uuid, student_id, slot_id, admission_id,
          case when is_running then 'active' else 'inactive' end
        from public.bench_slots""",
    "admission_payments": """
        insert into school.admission_payments (id, admission_id, status, student_id, lead_owner_id,
          created_at, due_on, paid_on)
        select md5('payment ' || n)::uuid, admission_id,
          case when is_running then 'unpaid' else 'paid' end, student_id, owner_id, start_date,
          start_date, case when not is_running then start_date end
        from public.bench
        where is_admitted""",
    "admission_payment_history": """
        insert into school.admission_payment_history (id, admission_payment_id, new_status,
          created_at)
        select md5('payment history ' || n)::uuid, md5('payment ' || n)::uuid, 'unpaid', start_date
        from public.bench
        where is_admitted""",
    # The classes of the last days are partly unmarked.
    "attendance": """
        insert into school.attendance (id, admission_id, student_id, lead_owner_id,
          classroom_slot_id, teacher_id, class_date, start_time, end_time, status, created_at)
        select md5('attendance ' || s.n || '.' || s.side || '.' || w)::uuid, s.admission_id,
          s.student_id, s.owner_id, s.slot_id, s.teacher_id, d.date, s.start_time, s.end_time,
          case
            when d.date >= s.today or d.date >= s.today - 5 and s.n %% 3 = 0 then 'scheduled'
            when (s.n + w) %% 11 = 0 then 'absent'
            when (s.n + w) %% 13 = 0 then 'late'
            else 'present'
          end,
          s.start_date
        from public.bench_slots as s
        cross join generate_series(0, 23) as w
        cross join lateral (
          select s.start_date + 7 * w
            + (s.weekday - extract(isodow from s.start_date)::integer + 7) %% 7 as date
          offset 0
        ) as d""",
    # The rows of the past that were moved have come back to their time: only the request tells.
    "reschedule_requests": """
        insert into school.reschedule_requests (id, original_attendance_id, admission_id,
          student_id,
          source_class_date, source_classroom_slot_id, class_date, classroom_slot_id, status,
          requested_by, decided_by, decided_at, created_at, lead_owner_id, teacher_ids)
        select md5('request ' || s.n)::uuid, b.id, b.admission_id, s.student_id, b.class_date,
          s.slot_id,
          b.class_date + 7, s.slot_id, case when s.is_running then 'pending' else 'approved' end,
          s.student_id, case when not s.is_running then md5('ada 1')::uuid end,
          case when not s.is_running then s.start_date::timestamptz end, s.start_date,
          s.owner_id, jsonb_build_array(s.teacher_id)
        from public.bench_slots as s
        join school.attendance as b
          on b.id = md5('attendance ' || s.n || '.0.' || case when s.is_running then 20 else 2 end
            )::uuid
        where s.side = 0 and s.n %% 4 = 1""",
    "access_requests": """
        insert into school.access_requests (id, email, name, role, status, user_id, reviewed_by,
          reviewed_at, created_at)
        select md5('access ' || n)::uuid, 'access' || n || '@bench.test', 'Access ' || n, 'student',
          case when n <= 60 then 'pending' else 'approved' end,
          case when n > 60 then student_id end, case when n > 60 then md5('ada 1')::uuid end,
          case when n > 60 then start_date::timestamptz end, start_date
        from public.bench
        where is_admitted and (n <= 60 or n %% 20 = 0)""",
    "notification_events": """
        insert into school.notification_events (id, type, entity_type, entity_id, payload, day,
          created_at)
        select md5('event ' || n)::uuid, 'admission.created', 'admission', admission_id,
          jsonb_build_object('studentName', 'Student ' || n), start_date, start_date
        from public.bench
        where is_admitted
        order by start_date, n""",
    "notifications": """
        insert into school.notifications (id, event_id, recipient_user_id, type, entity_type,
          entity_id, day, title, body, payload, read_at, created_at)
        select md5('notification ' || e.id || r.id)::uuid, e.id, r.id, e.type, e.entity_type,
          e.entity_id, e.day, 'An admission was made', 'It has 48 classes.', e.payload,
          case when not b.is_running then e.created_at end, e.created_at
        from public.bench_slots as b
        join school.notification_events as e on e.id = md5('event ' || b.n)::uuid
        cross join lateral (
          values (md5('ada 1')::uuid), (md5('root 1')::uuid), (b.student_id), (b.owner_id),
            (b.teacher_id)
        ) as r (id)
        where b.side = 0
        order by e.sequence""",
    "deliveries": """
        insert into school.deliveries (id, kind, type, event_id, entity_id, recipient_user_id,
          address, subject, status, sent_at, created_at)
        select md5('delivery ' || b.n)::uuid, 'email', e.type, e.id, e.entity_id, b.student_id,
          'student' || b.n || '@bench.test', 'An admission was made', 'sent', e.created_at,
          e.created_at
        from public.bench as b
        join school.notification_events as e on e.id = md5('event ' || b.n)::uuid
        order by e.sequence""",
    "tidy": "drop table public.bench, public.bench_slots",
}

# Made again after the rows: the eleven of attendance would take most of the time.
INDEXES: LiteralString = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_catalog.pg_index as i
where i.indrelid = to_regclass(%s) and not i.indisprimary
  and not exists (select from pg_catalog.pg_constraint as c where c.conindid = i.indexrelid)
"""

Report = Callable[[str], None]


def fill(
    connection: psycopg.Connection[Any], total: int, scale: Scale | None = None, say: Report = print
) -> None:
    """Fill an empty school; ``connection`` is a superuser's."""
    scale = scale or Scale()
    values = {
        **asdict(scale),
        "total": total,
        "classes": scale.classes,
        "running": min(scale.running, total),
    }
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        connection.execute("set local synchronous_commit = off")
        connection.execute("set local work_mem = '256MB'")
        connection.execute("set local maintenance_work_mem = '512MB'")
        for number, (name, statement) in enumerate(STEPS.items(), 1):
            started = time.monotonic()
            indexes = connection.execute(INDEXES, (f"school.{name}",)).fetchall()
            for index, _ in indexes:
                connection.execute(f"drop index {index}")
            connection.execute(statement, values)
            for _, definition in indexes:
                connection.execute(definition)
            if name in ("choices", "numbers"):
                connection.execute("analyze public.bench")
            took = time.monotonic() - started
            say(f"[{number:2}/{len(STEPS)}] {name:26} {took:6.1f} s")
    connection.execute("vacuum analyze")


def main() -> None:
    """Make the data folder and fill it."""
    total, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with EmbeddedServer(folder, durable=False) as server:
        migrations.migrate(server.owner, lambda line: None)
        with psycopg.connect(server.owner, autocommit=True) as connection:
            fill(connection, total, say=lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()

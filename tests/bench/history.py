"""A school with more or fewer years behind it: ``python -m tests.bench.history N DATA_DIR``.

300 weekly classes, 50 teachers and 30 staff, whatever N is; N admissions of 48 classes each, the
newest 900 of them running, the others spread over ten years; half as many leads and students again
that came to nothing. Rows are made by set, without triggers, their keys and histories with them.
"""

import sys
import time
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from api.database import migrations
from api.database.embedded import EmbeddedServer

CLASSES, TEACHERS, STAFF, RUNNING = 300, 50, 30, 900

STEPS: dict[str, LiteralString] = {
    "people": """
        insert into school.users (name, role, email)
        select 'Ada', 'admin', 'ada@bench.test'
        union all
        select 'Staff ' || n, 'staff', 'staff' || n || '@bench.test'
        from generate_series(1, %(staff)s) as n
        union all
        select 'Teacher ' || n, 'teacher', 'teacher' || n || '@bench.test'
        from generate_series(1, %(teachers)s) as n""",
    "catalogue": """
        with i as (insert into school.instruments (name) values ('Violin') returning id)
        insert into school.courses (instrument_id, name)
        select i.id, 'Course ' || n from i, generate_series(1, 10) as n""",
    "plans": """
        insert into school.course_plans (course_id, name, total_classes, classes_per_week, price)
        select id, 'Two a week', 48, 2, 480 from school.courses""",
    "course teachers": """
        insert into school.course_teachers (course_id, teacher_id)
        select c.id, u.id from school.courses as c, school.users as u where u.role = 'teacher'""",
    "time slots": """
        insert into school.time_slot_templates (weekday, start_time, end_time)
        select d, time '12:00' + make_interval(hours => h), time '13:00' + make_interval(hours => h)
        from generate_series(1, 6) as d, generate_series(0, 9) as h""",
    "classes": """
        insert into school.classroom_slots (time_slot_id, course_id, teacher_id, capacity)
        select t.id, c.id, u.id, 8
        from generate_series(0, %(classes)s - 1) as n
        join (select id, row_number() over (order by email) - 1 as k from school.users
          where role = 'teacher') as u on u.k = n %% %(teachers)s
        join (select id, row_number() over (order by name) - 1 as k from school.courses) as c
          on c.k = n %% 10
        join (select id, row_number() over (order by weekday, start_time) - 1 as k
          from school.time_slot_templates) as t
          on t.k = (n / %(teachers)s * 10 + n %% 10) %% 60""",
    "numbers": """
        create table public.bench as
        select
          n,
          gen_random_uuid() as lead_id,
          gen_random_uuid() as student_id,
          gen_random_uuid() as admission_id,
          case when n <= %(running)s then school.today() - 7 - n %% 100
            else school.today() - 180 - (n::bigint * 7919 %% 3650)::integer end as start_date,
          n <= %(total)s as is_admitted
        from generate_series(1, %(total)s * 3 / 2) as n""",
    "leads": """
        insert into school.leads (id, stage_id, owner_id, assigned_teacher_id, name, phone, email,
          follow_up_date, follow_up_status, source, created_at, search_text, phone_key)
        select b.lead_id,
          (select id from school.lead_stages where kind = case when b.is_admitted then 'won'
            else 'open' end order by position limit 1),
          case when b.n %% 10 = 7 and not b.is_admitted then null else s.id end,
          case when b.n %% 3 = 0 then t.id end,
          'Lead ' || b.n, '+1 555 ' || to_char(b.n, 'FM0000000'), 'lead' || b.n || '@bench.test',
          b.start_date, case when b.is_admitted then 'done' else 'open' end, 'web',
          b.start_date, 'lead ' || b.n, '+1555' || to_char(b.n, 'FM0000000')
        from public.bench as b
        join (select id, row_number() over (order by email) - 1 as k from school.users
          where role = 'staff') as s on s.k = b.n %% %(staff)s
        join (select id, row_number() over (order by email) - 1 as k from school.users
          where role = 'teacher') as t on t.k = b.n %% %(teachers)s""",
    "students": """
        insert into school.users (id, name, role, email, phone)
        select student_id, 'Student ' || n, 'student', 'student' || n || '@bench.test',
          '+1 555 ' || to_char(n, 'FM0000000')
        from public.bench""",
    "choices": """
        create table public.bench_slots as
        select b.admission_id, b.student_id, b.start_date, b.n, l.owner_id, k.id as slot_id,
          k.time_slot_id, k.teacher_id, k.course_id, t.weekday, t.start_time, t.end_time
        from public.bench as b
        join school.leads as l on l.id = b.lead_id
        cross join generate_series(0, 1) as side
        join (select *, row_number() over (order by id) - 1 as k from school.classroom_slots) as k
          on k.k = (b.n * 2 + side * 151) %% %(classes)s
        join school.time_slot_templates as t on t.id = k.time_slot_id
        where b.is_admitted""",
    "admissions": """
        insert into school.admissions (id, lead_id, student_id, course_id, course_plan_id,
          start_date, total_classes, status, created_at, lead_owner_id, teacher_ids)
        select b.admission_id, b.lead_id, b.student_id, p.course_id, p.id, b.start_date, 48,
          case when b.n <= %(running)s then 'active' else 'completed' end, b.start_date, s.owner_id,
          s.teacher_ids
        from public.bench as b
        join (select admission_id, min(owner_id::text)::uuid as owner_id,
            min(course_id::text)::uuid as course_id,
            jsonb_agg(distinct teacher_id) as teacher_ids
          from public.bench_slots group by 1) as s on s.admission_id = b.admission_id
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
    "slots": """
        insert into school.admission_slots (admission_id, time_slot_id, classroom_slot_id)
        select admission_id, time_slot_id, slot_id from public.bench_slots
        on conflict do nothing""",
    "seats": """
        insert into school.classroom_enrollments (student_id, classroom_slot_id, admission_id,
          status)
        select student_id, slot_id, admission_id,
          case when n <= %(running)s then 'active' else 'inactive' end
        from public.bench_slots""",
    "payments": """
        insert into school.admission_payments (admission_id, status, student_id, lead_owner_id)
        select id, case when status = 'active' then 'unpaid' else 'paid' end, student_id,
          lead_owner_id
        from school.admissions""",
    "attendance": """
        insert into school.attendance (admission_id, student_id, lead_owner_id, classroom_slot_id,
          teacher_id, class_date, start_time, end_time, status)
        select s.admission_id, s.student_id, s.owner_id, s.slot_id, s.teacher_id, d.date,
          s.start_time, s.end_time,
          case when d.date >= school.today() then 'scheduled'
            when (s.n + w) %% 11 = 0 then 'absent' when (s.n + w) %% 13 = 0 then 'late'
            else 'present' end
        from public.bench_slots as s
        cross join generate_series(0, 23) as w
        cross join lateral (select s.start_date + 7 * w
          + (s.weekday - extract(isodow from s.start_date)::integer + 7) %% 7 as date) as d""",
    "lead notes": """
        insert into school.lead_notes (lead_id, author_id, body, lead_owner_id, lead_teacher_id)
        select id, owner_id, 'A note', owner_id, assigned_teacher_id from school.leads
        where owner_id is not null""",
    "audit": """
        insert into school.lead_audit_events (lead_id, field, new, created_at)
        select id, 'stageId', to_jsonb(stage_id), created_at from school.leads""",
    "tidy": "drop table public.bench, public.bench_slots",
}

# Made again after the rows: the eleven of attendance would take most of the time.
INDEXES: LiteralString = """
select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
from pg_catalog.pg_index as i
where i.indrelid = to_regclass(%s) and not i.indisprimary
  and not exists (select from pg_catalog.pg_constraint as c where c.conindid = i.indexrelid)
"""


def fill(connection: psycopg.Connection[Any], total: int) -> None:
    """Fill an empty school; ``connection`` is a superuser's."""
    values = {
        "total": total,
        "classes": CLASSES,
        "teachers": TEACHERS,
        "staff": STAFF,
        "running": min(RUNNING, total),
    }
    with connection.transaction():
        connection.execute("set local session_replication_role = replica")
        connection.execute("set local synchronous_commit = off")
        connection.execute("set local work_mem = '256MB'")
        for number, (name, statement) in enumerate(STEPS.items(), 1):
            started = time.monotonic()
            indexes = connection.execute(INDEXES, (f"school.{name}",)).fetchall()
            for index, _ in indexes:
                connection.execute(f"drop index {index}")
            connection.execute(statement, values)
            for _, definition in indexes:
                connection.execute(definition)
            took = time.monotonic() - started
            print(f"[{number:2}/{len(STEPS)}] {name:16} {took:6.1f} s", flush=True)
    connection.execute("vacuum analyze")


def main() -> None:
    """Make the data folder and fill it."""
    total, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with EmbeddedServer(folder, durable=False) as server:
        migrations.migrate(server.owner, lambda line: None)
        with psycopg.connect(server.owner, autocommit=True) as connection:
            fill(connection, total)


if __name__ == "__main__":
    main()

"""What is written in a school: the calls of a day, each with arguments that a number makes.

The same number makes the same arguments as JSON for HTTP and as SQL for pgbench.
"""

import json
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

from api.database.pipeline import Statement
from api.http.plans import Plan
from api.http.routes import PREFIX, ROUTES
from tests.bench import history
from tests.bench.schools import person

PREPARED = 8_000
START = "2027-03-08"


@dataclass(frozen=True)
class Term:
    """``plus + times * ((n + shift) % modulo)``; without a modulo there is no remainder."""

    times: int = 1
    shift: int = 0
    modulo: int | None = None
    plus: int = 0

    def value(self, n: int) -> int:
        number = n + self.shift
        return self.plus + self.times * (number % self.modulo if self.modulo else number)

    def sql(self) -> str:
        number = f"(:n::integer + {self.shift})"
        return f"{self.plus} + {self.times} * " + (
            f"({number} % {self.modulo})" if self.modulo else number
        )


@dataclass(frozen=True)
class Words:
    """Text with a number at its end; a ``key`` is the id that tests.bench.history gives to it."""

    word: str
    terms: tuple[Term, ...] = (Term(),)
    key: bool = False
    tail: str = ""

    def value(self, n: int) -> str:
        number = sum(term.value(n) for term in self.terms)
        return history.key(self.word, number) if self.key else f"{self.word} {number}{self.tail}"

    def sql(self) -> str:
        text = f"'{self.word} ' || (" + " + ".join(term.sql() for term in self.terms) + ")"
        return f"md5({text})::uuid::text" if self.key else f"{text} || '{self.tail}'"


@dataclass(frozen=True)
class Pick:
    """One of some texts in turn, ``shift`` places on."""

    texts: tuple[str, ...]
    shift: int = 0

    def value(self, n: int) -> str:
        return self.texts[(n + self.shift) % len(self.texts)]

    def sql(self) -> str:
        listed = ",".join(self.texts)
        return f"('{{{listed}}}'::text[])[1 + (:n::integer + {self.shift}) % {len(self.texts)}]"


def valued(argument: Any, n: int) -> Any:
    """Return an argument as JSON has it."""
    if isinstance(argument, (Words, Pick)):
        return argument.value(n)
    if isinstance(argument, dict):
        return {name: valued(value, n) for name, value in argument.items()}
    if isinstance(argument, list):
        return [valued(value, n) for value in argument]
    return argument


def in_sql(argument: Any, *, inside: bool = False) -> str:
    """Return an argument as an SQL expression over pgbench's variable n."""
    if isinstance(argument, (Words, Pick)):
        return argument.sql()
    if isinstance(argument, dict):
        members = (f"'{name}', {in_sql(v, inside=True)}" for name, v in argument.items())
        return f"jsonb_build_object({', '.join(members)})"
    if isinstance(argument, list):
        texts = ", ".join(in_sql(value, inside=True) for value in argument)
        is_json = inside or any(isinstance(value, dict) for value in argument)
        return f"jsonb_build_array({texts})" if is_json else f"array[{texts}]"
    return f"'{argument}'"


@dataclass(frozen=True)
class Write:
    """A call that is made again and again; arguments are by segment: ``lead_id``."""

    function: str
    role: str
    arguments: dict[str, Any]

    @property
    def label(self) -> str:
        return f"{self.function} as {self.role}"

    def plan(self, plans: dict[Any, Plan]) -> Plan:
        return next(plan for route, plan in plans.items() if route.function == self.function)

    def request(self, n: int) -> tuple[str, str, str]:
        """Return method, path and body of the request that a number makes."""
        route = next(route for route in ROUTES if route.function == self.function)
        values = {name: valued(argument, n) for name, argument in self.arguments.items()}
        path = PREFIX + route.path.format(**values)
        body = {
            _camel(name): value for name, value in values.items() if f"{{{name}}}" not in route.path
        }
        return route.method, path, json.dumps(body)

    def statement(self, plans: dict[Any, Plan], n: int) -> Statement:
        """Return the call's statement for a number."""
        return Statement(self.sql(plans).replace(":n::integer", str(n)).encode())

    def sql(self, plans: dict[Any, Plan]) -> str:
        """Return the call's statement over pgbench's variable n."""
        plan = self.plan(plans)
        names = {f"p_{name}": b"" for name in self.arguments}
        expressions = [in_sql(argument) for argument in self.arguments.values()]
        if "p_present" in plan.takes:
            body = [n for n in self.arguments if f"{{{n}}}" not in plan.route.path]
            names["p_present"] = b""
            expressions.append(f"'{{{','.join(body)}}}'")
        statement = plan.call(names).statement.sql.decode()
        for number, expression in reversed(list(enumerate(expressions, 1))):
            statement = statement.replace(f"${number}::", f"({expression})::")
        return statement


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


PREPARE: tuple[LiteralString, ...] = (
    "set session_replication_role = replica",
    "update school.classroom_slots set capacity = 1000",
    """
    insert into school.leads (id, stage_id, owner_id, name, email, follow_up_date, search_text)
    select md5('bench lead ' || n)::uuid, s.id, %(staff)s, 'Bench lead ' || n,
      'bench' || n || '@bench.test', '2027-03-01', 'bench lead ' || n
    from generate_series(1, %(count)s) as n
    cross join (
      select id from school.lead_stages where kind = 'open' order by position limit 1
    ) as s""",
    # Each to the class of its teacher on the next weekday, a day when the student has none.
    """
    insert into school.reschedule_requests (id, original_attendance_id, student_id,
      source_class_date, source_classroom_slot_id, class_date, classroom_slot_id, requested_by,
      admission_id, lead_owner_id, teacher_ids)
    select md5('bench request ' || row_number() over (order by r.id))::uuid, r.id, r.student_id,
      r.class_date, r.classroom_slot_id, r.new_date, r.new_slot_id, r.student_id, r.admission_id,
      r.lead_owner_id, school.teachers_of_request(r.teacher_id, r.classroom_slot_id)
    from (
      select distinct on (b.student_id, d.date) b.*, d.date as new_date, k2.id as new_slot_id
      from school.attendance as b
      join school.classroom_slots as k on k.id = b.classroom_slot_id
      join school.time_slot_templates as t on t.id = k.time_slot_id
      join school.classroom_slots as k2
        on k2.course_id = k.course_id and k2.teacher_id = k.teacher_id
      join school.time_slot_templates as t2
        on t2.id = k2.time_slot_id and t2.weekday = t.weekday %% 6 + 1
      cross join lateral (select b.class_date + t2.weekday - t.weekday as date) as d
      where b.class_date between date '2027-03-08' and date '2027-08-01'
        and b.status = 'scheduled'
        and not exists (
          select from school.attendance as o
          where o.student_id = b.student_id and o.class_date = d.date
        )
        and not exists (
          select from school.reschedule_requests as r where r.original_attendance_id = b.id
        )
      order by b.student_id, d.date, b.id
    ) as r
    limit %(count)s""",
    "set session_replication_role = origin",
    "analyze",
)

UNMARKED: LiteralString = """
select array_agg(b.id::text order by b.id)
from (
  select id from school.attendance
  where class_date between '2027-02-23' and '2027-02-28' and status <> 'cancelled'
    and (%(teacher)s::uuid is null or teacher_id = %(teacher)s::uuid)
  limit 400
) as b
"""


def prepare(
    owner: psycopg.Connection[Any], count: int = PREPARED, *, once: bool = False
) -> list[Write]:
    """Make room, so many leads and requests in a school; return what can be written there.

    With ``once`` also what can be done but once to a row: it ends an admission, or a booking.
    """
    for statement in PREPARE:
        owner.execute(statement, {"count": count, "staff": person("staff")})
    (rows,) = owner.execute(UNMARKED, {"teacher": None}).fetchone() or ([],)
    (own,) = owner.execute(UNMARKED, {"teacher": person("teacher")}).fetchone() or ([],)
    found = owner.execute(
        "select array_agg(id::text order by id) from (select id from school.admissions"
        " where status = 'active' limit 400) as a"
    ).fetchone()
    running = tuple(found[0]) if found else ()
    (stage,) = owner.execute(
        "select id::text from school.lead_stages where kind = 'open' order by position limit 1"
    ).fetchone() or ("",)
    several = calls(tuple(rows), tuple(own), running, stage)
    return several + (calls_made_once(running, stage) if once else [])


def calls(
    rows: tuple[str, ...], own: tuple[str, ...], running: tuple[str, ...], stage: str
) -> list[Write]:
    """Return the writes: on rows of everybody, of the teacher, on running admissions."""
    wanted = {
        "course_id": Words("course", (Term(modulo=10, plus=1),), key=True),
        "course_plan_id": Words("plan", (Term(modulo=10, plus=1),), key=True),
        "start_date": START,
        "time_slot_ids": [
            Words("time slot", (Term(10, shift, 6), Term(modulo=10, plus=1)), key=True)
            for shift in (0, 2)
        ],
    }
    statuses = Pick(("present", "late", "absent"))
    by_lead = {**wanted, "lead_id": Words("bench lead", key=True)}
    return [
        Write("preview_admission", "admin", {**wanted, "student": {"name": Words("New")}}),
        Write("preview_admission", "staff", by_lead),
        Write("create_admission", "admin", {**wanted, "student": {"name": Words("New")}}),
        Write("create_admission", "staff", by_lead),
        Write("mark_attendance", "admin", {"attendance_id": Pick(rows), "status": statuses}),
        Write("mark_attendance", "teacher", {"attendance_id": Pick(own), "status": statuses}),
        Write(
            "mark_attendances",
            "teacher",
            {
                "items": [
                    {"id": Pick(own, shift), "status": Pick(statuses.texts, shift)}
                    for shift in range(6)
                ]
            },
        ),
        Write(
            "approve_reschedule_request",
            "admin",
            {"reschedule_request_id": Words("bench request", key=True)},
        ),
        Write(
            "update_payment",
            "admin",
            {
                "admission_id": Pick(running[: len(running) - 1 + len(running) % 2]),
                "status": Pick(("paid", "unpaid")),
            },
        ),
        Write(
            "create_lead",
            "staff",
            {
                "stage_id": stage,
                "name": Words("Fresh"),
                "follow_up_date": START,
                "phone": Words("+1 777"),
            },
        ),
        Write(
            "preview_closure",
            "admin",
            {"start_date": "2027-03-22", "end_date": "2027-03-24", "reason": "Holiday"},
        ),
    ]


def calls_made_once(running: tuple[str, ...], stage: str) -> list[Write]:
    """Return the writes that a row takes once: of running admissions, and of the leads made."""
    lead = {"lead_id": Words("bench lead", key=True)}
    course = Words("course", (Term(modulo=10, plus=1),), key=True)
    return [
        Write("cancel_admission", "admin", {"admission_id": Pick(running)}),
        Write("block_admission", "admin", {"admission_id": Pick(running)}),
        Write("renew_admission", "admin", {"admission_id": Pick(running)}),
        Write(
            "pause_admission",
            "admin",
            {"admission_id": Pick(running), "from": "2027-03-08", "to": "2027-03-21"},
        ),
        Write(
            "create_trial",
            "staff",
            {
                **lead,
                # The first class of each teacher is on Monday.
                "classroom_slot_id": Words("class", (Term(modulo=5, plus=1),), key=True),
                "date": START,
            },
        ),
        Write(
            "create_waitlist_entry", "staff", {**lead, "course_id": course, "classes_per_week": 14}
        ),
        Write("update_lead", "staff", {**lead, "area": Words("Area"), "stage_id": stage}),
        Write("assign_lead", "admin", {**lead, "owner_id": person("admin")}),
        Write(
            "complete_follow_up",
            "staff",
            {**lead, "outcome": "rescheduled", "follow_up_date": "2027-04-01"},
        ),
        Write("delete_lead", "admin", lead),
        Write("create_user", "admin", {"name": Words("Fresh"), "role": "student"}),
        Write("read_all_notifications", "admin", {}),
        Write(
            "create_closure",
            "admin",
            {"start_date": "2027-03-22", "end_date": "2027-03-22", "reason": Words("Holiday")},
        ),
    ]

"""Races for seats: over HTTP on two server processes, and interleaved at SQL level."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from typing import Any

import httpx
import psycopg
import pytest

from tests.support.admitting import fill, new_class, nothing_changes, seats_taken, wish
from tests.support.asking import refusal
from tests.support.classrooms import class_without_locks
from tests.support.races import at_once, behind
from tests.support.school import Caller, Callers, Conninfo, Database, Refusal, School, bearer

pytestmark = pytest.mark.promise("races")

NO_ORPHANS = """
select 'student', u.id from school.users as u where u.role = 'student'
  and u.name like 'Racer%' and not exists (
    select from school.admissions as a where a.student_id = u.id)
union all
select 'admission', a.id from school.admissions as a where a.status = 'active' and (
  select count(*) from school.classroom_enrollments as e
  where e.admission_id = a.id and e.status = 'active') is distinct from (
  select count(*) from school.admission_slots as s where s.admission_id = a.id)
union all
select 'dates', a.id from school.admissions as a where a.status = 'active' and (
  select count(*) from school.attendance as b where b.admission_id = a.id) <> a.total_classes
union all
select 'payment', a.id from school.admissions as a where a.status = 'active' and not exists (
  select from school.admission_payments as p where p.admission_id = a.id)
union all
select 'lead', l.id from school.leads as l
  join school.lead_stages as s on s.id = l.stage_id where (s.kind = 'won') <> exists (
    select from school.admissions as a where a.lead_id = l.id)
union all
select 'oversold', k.id from school.classroom_slots as k
  where (select n.occupied from school.seats_of_class(k.id) as n) > k.capacity
"""


def sound(db: Database) -> Any:
    """Prove that no half of an admission is left, and that no class is oversold."""
    return db.execute(NO_ORPHANS).fetchall() == []


def body(school: School, *days: str, **members: Any) -> Any:
    wanted = wish(school, *days)
    return {
        "courseId": wanted["course_id"],
        "coursePlanId": wanted["course_plan_id"],
        "startDate": wanted["start_date"],
        "timeSlotIds": wanted["time_slot_ids"],
        **members,
    }


def race(urls: Any, requests: Any) -> Any:
    """Send all the requests (body, headers) at once, in turn to each server; return the answers."""
    limits = httpx.Limits(max_connections=len(requests))
    with httpx.Client(headers=bearer("ada"), timeout=60, limits=limits) as client:
        return at_once(
            *(
                partial(client.post, f"{url}/v1/admissions", json=json, headers=headers)
                for url, (json, headers) in zip(cycle(urls), requests, strict=False)
            )
        )


def outcomes(answers: Any) -> Any:
    return Counter((answer.status_code, answer.json().get("code")) for answer in answers)


def new_leads(db: Database, school: School, count: Any) -> Any:
    rows = db.execute(
        "insert into school.leads (stage_id, name, email, follow_up_date)"
        " select %s, 'Racer ' || n, 'racer' || n || '@race.test', '2027-03-01'"
        " from generate_series(1, %s) as n returning id::text",
        (school["stage_new"], count),
    )
    return [row[0] for row in rows]


def test_forty_at_once_for_three_seats_on_two_servers(
    db: Database, school: School, serve_processes: Callable[..., list[str]]
) -> None:
    # Nobody is sent away for want of a connection, or because the machine is busy.
    urls = serve_processes(2, POOL_MAX="20", STATEMENT_TIMEOUT_MS="60000")
    leads = new_leads(db, school, 40)
    answers = race(urls, [(body(school, "friday", leadId=lead), {}) for lead in leads])
    assert outcomes(answers) == {(201, None): 3, (409, "slot_full"): 37}
    assert seats_taken(db, school["violin_friday"]) == 3
    assert sound(db)
    events = dict(
        db.execute(
            "select type, count(*) from school.notification_events"
            " where type like 'admission.%%' and entity_id = any (%s::uuid[])"
            " or type = 'admission.created' and payload ->> 'leadId' = any (%s) group by 1",
            (leads, leads),
        ).fetchall()
    )
    assert events == {"admission.created": 3, "admission.refused": 37}
    assert db.execute(
        "select count(*) from school.users where email like '%@race.test'"
    ).fetchone() == (3,)

    # The same again for two classes in opposite orders: 2 seats in one, 10 in the other.
    db.execute("update school.classroom_slots set capacity = 13 where id = %s",
               (school["violin_friday"],))  # fmt: skip
    db.execute("update school.classroom_slots set capacity = 3 where id = %s",
               (school["violin_monday"],))  # fmt: skip
    answers = race(
        urls,
        [
            (
                body(
                    school,
                    *(("monday", "friday") if n % 2 else ("friday", "monday")),
                    student={"name": f"Racer {n}"},
                ),
                {},
            )
            for n in range(30)
        ],
    )
    assert outcomes(answers) == {(201, None): 2, (409, "slot_full"): 28}
    assert seats_taken(db, school["violin_monday"]) == 3
    assert seats_taken(db, school["violin_friday"]) == 5
    assert sound(db)


def test_the_same_request_at_once_makes_one_admission(
    db: Database, school: School, serve_processes: Callable[..., list[str]]
) -> None:
    urls = serve_processes(2)
    db.execute("update school.classroom_slots set capacity = 20")
    keyed = (body(school, "friday", student={"name": "Racer"}), {"Idempotency-Key": "once"})
    answers = race(urls, [keyed] * 10)
    assert outcomes(answers) == {(201, None): 10}
    assert len({answer.text for answer in answers}) == 1
    replayed = Counter(answer.headers.get("idempotency-replayed") for answer in answers)
    assert replayed == {None: 1, "true": 9}
    assert seats_taken(db, school["violin_friday"]) == 1
    # A double click without a key: the lead converts once, the other is told what it became.
    (lead,) = new_leads(db, school, 1)
    double = race(urls, [(body(school, "friday", leadId=lead), {})] * 2)
    assert outcomes(double) == {(201, None): 1, (409, "lead_already_converted"): 1}
    made, told = sorted(double, key=lambda answer: answer.status_code)
    assert told.json()["admissionId"] == made.json()["id"]
    # The same new student twice: one user with that e-mail.
    twice = race(
        urls,
        [(body(school, "friday", student={"name": "Racer", "email": "one@race.test"}), {})] * 6,
    )
    assert outcomes(twice) == {(201, None): 1, (409, "email_in_use"): 5}
    assert sound(db)


class Transaction:
    """A caller's transaction that a test holds open."""

    def __init__(self, connection: Database, person: str) -> None:
        self.connection = connection
        self._caller = Caller(connection, f"session-of-{person}")
        self.answer: Any = None
        self.problem: Any = None
        self.error: str | None = None

    def run(self, function: str, **arguments: Any) -> None:
        """Call, once, and leave the transaction open: the answer, the refusal or the SQLSTATE."""
        self.answer = self.problem = self.error = None
        self.connection.execute("select")  # begins one, where none is open
        try:
            self.answer = self._caller(function, **arguments)
        except Refusal as refused:
            self.problem = refused
        except psycopg.Error as error:
            self.error = error.sqlstate

    def commit(self) -> None:
        self.connection.commit()


@pytest.fixture
def transactions(school: School, conninfo: Conninfo) -> Iterator[Any]:
    """``transactions("ada", isolation)``: a transaction of a person, open until committed."""
    opened = []

    def start(person: str, isolation: str = "read committed") -> Any:
        connection = psycopg.connect(conninfo("school_gateway"))
        opened.append(connection)
        connection.execute(f"set transaction isolation level {isolation}")
        connection.execute("select count(*) from pg_class")  # the snapshot, if it keeps one
        return Transaction(connection, person)

    yield start
    for connection in opened:
        connection.close()


@contextmanager
def second_waits(
    db: Database, first: Any, second: Any, function: str, **arguments: Any
) -> Iterator[None]:
    """Inside, the second waits for the first; at the end it has got its outcome."""
    done = behind(db, first.connection, second.run, function, **arguments)
    yield
    done.result(30)


def racer(**members: Any) -> Any:
    return {"student": {"name": "Racer"}, **members}


def test_the_waiter_counts_after_the_wait(
    db: Database, school: School, transactions: Callable[..., Any]
) -> None:
    db.execute("update school.classroom_slots set capacity = 1 where id = %s",
               (school["violin_friday"],))  # fmt: skip
    first, second = transactions("ada"), transactions("root")
    first.run("create_admission", **wish(school, "friday", **racer()))
    assert first.answer["status"] == "active"
    with second_waits(db, first, second, "create_admission", **wish(school, "friday", **racer())):
        first.commit()
    assert second.problem.code == "slot_full"
    assert second.problem.members["conflicts"][0]["occupied"] == 1
    second.commit()
    assert sound(db)


def test_a_seat_that_is_not_taken_after_all_goes_to_the_waiter(
    db: Database, school: School, transactions: Callable[..., Any]
) -> None:
    db.execute("update school.classroom_slots set capacity = 1 where id = %s",
               (school["violin_friday"],))  # fmt: skip
    first, second = transactions("ada"), transactions("root")
    first.run("create_admission", **wish(school, "friday", **racer()))
    with second_waits(db, first, second, "create_admission", **wish(school, "friday", **racer())):
        first.connection.rollback()
    assert second.answer["status"] == "active"
    second.commit()
    assert seats_taken(db, school["violin_friday"]) == 1
    assert sound(db)


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_no_isolation_level_oversells_or_seats_a_student_twice(
    db: Database, school: School, transactions: Callable[..., Any], isolation: str
) -> None:
    db.execute("update school.classroom_slots set capacity = 1 where id = %s",
               (school["violin_friday"],))  # fmt: skip
    friday = wish(school, "friday", **racer())
    first, second = transactions("ada", isolation), transactions("root", isolation)
    first.run("create_admission", **friday)
    with second_waits(db, first, second, "create_admission", **friday):
        first.commit()
    assert (second.answer, second.problem, second.error) == (None, None, "40001")
    second.connection.rollback()
    # A snapshot from before the rival's commit, no wait at all.
    db.execute("update school.classroom_slots set capacity = 2 where id = %s",
               (school["violin_friday"],))  # fmt: skip
    late, early = transactions("root", isolation), transactions("ada", isolation)
    early.run("create_admission", **friday)
    early.commit()
    late.run("create_admission", **friday)
    assert (late.answer, late.error) == (None, "40001")
    late.connection.rollback()
    # One student, two classes at one time, in two admissions.
    wanted = {"student_id": school["sid"]}
    for table, status in (
        ("classroom_enrollments", "inactive"),
        ("attendance", "cancelled"),
        ("admissions", "cancelled"),
    ):
        db.execute(f"update school.{table} set status = %s", (status,))
    first, second = transactions("ada", isolation), transactions("root", isolation)
    first.run("create_admission", **wish(school, "monday", **wanted))
    piano = wish(school, "monday", course="piano", **wanted)
    with second_waits(db, first, second, "create_admission", **piano):
        first.commit()
    assert (second.answer, second.error) == (None, "40001")
    second.connection.rollback()
    assert sound(db)


def test_an_admission_and_a_cut_of_the_last_seat_exclude_each_other(
    db: Database, school: School, transactions: Callable[..., Any]
) -> None:
    friday = school["violin_friday"]
    fill(db, friday, 2)
    cut = {"classroom_slot_id": friday, "capacity": 2, "present": ["capacity"]}
    first, second = transactions("ada"), transactions("root")
    first.run("create_admission", **wish(school, "friday", **racer()))
    with second_waits(db, first, second, "update_classroom_slot", **cut):
        first.commit()
    assert second.problem.code == "in_use"
    second.connection.rollback()
    db.execute("update school.classroom_slots set capacity = 4 where id = %s", (friday,))
    first.run("update_classroom_slot", **cut | {"capacity": 3})
    with second_waits(db, first, second, "create_admission", **wish(school, "friday", **racer())):
        first.commit()
    assert second.problem.code == "slot_full"
    assert second.problem.members["conflicts"][0]["capacity"] == 3
    second.commit()
    assert sound(db)


def test_an_admission_and_the_deletion_of_its_class_exclude_each_other(
    db: Database, school: School, transactions: Callable[..., Any]
) -> None:
    gone = {"classroom_slot_id": school["violin_friday"]}
    first, second = transactions("ada"), transactions("root")
    first.run("create_admission", **wish(school, "friday", **racer()))
    with second_waits(db, first, second, "delete_classroom_slot", **gone):
        first.connection.rollback()
    assert (second.problem, second.error) == (None, None)
    with second_waits(db, second, first, "create_admission", **wish(school, "friday", **racer())):
        second.commit()
    assert first.problem.code == "no_classroom"
    first.connection.rollback()
    assert sound(db)


@pytest.mark.unsound("what goes is taken away as the owner")
def test_what_went_while_an_admission_waited_is_seen(
    db: Database, school: School, call: Callers, transactions: Callable[..., Any]
) -> None:
    """Ids, owner, weekday and time slot are judged after the wait, not before it."""
    plan = call("ada")(
        "create_course_plan", course_id=school["violin"], name="5", total_classes=5,
        classes_per_week=1,
    )["id"]  # fmt: skip
    idle, made = new_class(call, school, 6, "10:00", "11:00")
    call("ada")("delete_classroom_slot", classroom_slot_id=made)
    una = school["una"]
    db.execute("update school.admissions set status = 'completed' where student_id = %s", (una,))
    wanted = wish(school, "friday", **racer())
    fresh = wish(school, "friday", lead_id=school["fresh"])
    cases = [
        ("ada", "delete_course_plan", {"course_plan_id": plan}, wanted | {"course_plan_id": plan},
         "unknown_reference"),
        ("ada", "delete_time_slot", {"time_slot_id": idle},
         wish(school, "friday", "monday", **racer()) | {"time_slot_ids": [school["friday"], idle]},
         "unknown_reference"),
        ("ada", "update_time_slot",
         {"time_slot_id": school["friday"], "is_active": False, "present": ["is_active"]}, wanted,
         "slot_not_operating"),
        ("ada", "set_operating_days", {"days": '[{"weekday": 5, "isOpen": false}]'}, wanted,
         "slot_not_operating"),
        ("ada", "update_lead",
         {"lead_id": school["fresh"], "owner_id": school["sue"], "present": ["owner_id"]}, fresh,
         "unknown_reference"),
        ("ada", "delete_lead", {"lead_id": school["fresh"]}, fresh, "unknown_reference"),
        ("ada", "delete_user", {"user_id": una}, wish(school, "friday", student_id=una),
         "unknown_reference"),
    ]  # fmt: skip
    for person, function, arguments, admission, code in cases:
        rival = transactions(person)
        waiter = transactions("sam" if admission is fresh else "root")
        with nothing_changes(db):
            rival.run(function, **arguments)
            assert (rival.problem, rival.error) == (None, None), function
            # The rival is undone, so that the next case starts from the same school ...
            with second_waits(db, rival, waiter, "create_admission", **admission):
                rival.connection.rollback()
            assert waiter.error is None, function
            undone = "no_classroom" if function == "delete_time_slot" else None
            assert (waiter.problem and waiter.problem.code) == undone, function
            waiter.connection.rollback()
        # ... and done.
        rival.run(function, **arguments)
        with second_waits(db, rival, waiter, "create_admission", **admission):
            rival.commit()
        assert waiter.problem is not None, function
        assert waiter.problem.code == code, function
        waiter.connection.rollback()
        if function in ("update_time_slot", "set_operating_days"):
            db.execute("update school.time_slot_templates set is_active = true")
            db.execute("update school.operating_days set is_open = true where weekday = 5")
        if function == "update_lead":
            db.execute("update school.leads set owner_id = %s where id = %s",
                       (school["sam"], school["fresh"]))  # fmt: skip


def test_a_weekday_is_not_closed_under_an_admission_in_flight(
    db: Database, school: School, transactions: Callable[..., Any]
) -> None:
    first, second = transactions("ada"), transactions("root")
    first.run("create_admission", **wish(school, "friday", **racer()))
    closing = {"days": '[{"weekday": 5, "isOpen": false}]'}
    with second_waits(db, first, second, "set_operating_days", **closing):
        first.commit()
    assert second.problem.code == "in_use"
    second.connection.rollback()
    assert sound(db)


def test_a_class_made_while_an_admission_waits_is_not_taken_unlocked(
    db: Database, school: School, call: Callers, transactions: Callable[..., Any]
) -> None:
    holder, waiter = transactions("ada"), transactions("root")
    holder.run("create_admission", **wish(school, "friday", **racer()))
    both = wish(school, "friday", "tuesday", **racer())
    with second_waits(db, holder, waiter, "create_admission", **both):
        class_without_locks(db, school, "tuesday", 1)
        holder.commit()
    # From the start again, which the HTTP layer does by itself.
    assert (waiter.answer, waiter.error) == (None, "40001")
    waiter.connection.rollback()
    waiter.run("create_admission", **both)
    assert waiter.answer["status"] == "active"
    waiter.commit()
    assert sound(db)
    assert refusal(call("ada"), "create_admission", **both).code == "slot_full"


def test_one_email_is_one_user_and_who_has_it_is_told_only_to_admins(
    db: Database, school: School, transactions: Callable[..., Any]
) -> None:
    email = {"name": "Racer", "email": "one@race.test"}
    lead = {"lead_id": school["fresh"]}
    for person, members, told in (("sam", lead, False), ("root", {}, True)):
        first, second = transactions("ada"), transactions(person)
        first.run("create_admission", **wish(school, "friday", student=email))
        made = first.answer["studentId"]
        wanted = wish(school, "monday", student=email, **members)
        with second_waits(db, first, second, "create_admission", **wanted):
            first.commit()
        assert second.problem.code == "email_in_use"
        assert second.problem.members.get("userId") == (made if told else None)
        second.connection.rollback()
        email["email"] = "two@race.test"
    assert sound(db)

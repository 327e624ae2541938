"""Two people do what excludes the other, at every isolation level: never do both get their way.

Both transactions have begun, and taken their snapshots, before either acts. The first acts; the
second acts until it is done or waits for the first; the first commits, then the second. Every pair
is tried both ways round, on rows of its own. At READ COMMITTED the first gets its way and the
second is told why not; above it whoever cannot see what is judged is turned away with 40001
(school.require_fresh_sight), but for those who write what they count.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel

from tests.support.asking import one
from tests.support.classrooms import broken
from tests.support.promises import Figure
from tests.support.races import Call, code, in_background, outcome, waits
from tests.support.school import Caller, Conninfo, Database, School, open_session
from tests.support.waiting import until

pytestmark = pytest.mark.promise("races")

READ_COMMITTED = IsolationLevel.READ_COMMITTED
LEVELS = [
    (READ_COMMITTED, READ_COMMITTED),
    (IsolationLevel.REPEATABLE_READ, IsolationLevel.REPEATABLE_READ),
    (IsolationLevel.SERIALIZABLE, IsolationLevel.SERIALIZABLE),
    (READ_COMMITTED, IsolationLevel.REPEATABLE_READ),
    (READ_COMMITTED, IsolationLevel.SERIALIZABLE),
]

# These hold at every level: they write, or lock to write, the row that their rival counts.
HOLD = {"create_admission", "create_course", "create_lead", "update_lead"}


class Rows:
    """Makes what a pair needs, new for each turn, past the functions; ``turn`` counts."""

    def __init__(self, db: Database, school: School, ada: Caller) -> None:
        self.db, self.school, self.ada = db, school, ada
        self.turn = 0
        self._minutes = 0

    def add(self, table: str, **members: Any) -> str:
        columns = ", ".join(members)
        values = ", ".join(["%s"] * len(members))
        query = f"insert into school.{table} ({columns}) values ({values}) returning id::text"
        row = self.db.execute(query.encode(), list(members.values())).fetchone()
        assert row is not None
        return str(row[0])

    def user(self, role: str) -> str:
        return self.add("users", name=f"{role} {self.turn}", role=role)

    def course(self) -> str:
        return self.add(
            "courses", instrument_id=self.school["violin_instrument"], name=f"C{self.turn}"
        )

    def plan(self, course: str, classes: int = 2) -> str:
        return self.add(
            "course_plans", course_id=course, name="P", total_classes=classes, classes_per_week=1
        )

    def teaches(self, course: str, teacher: str) -> None:
        self.db.execute(
            "insert into school.course_teachers (course_id, teacher_id) values (%s, %s)",
            (course, teacher),
        )

    def time(self, weekday: int = 5) -> str:
        """Half an hour; each begins a minute after the one before, so that all overlap."""
        self._minutes += 1
        starts = f"{8 + self._minutes // 60:02}:{self._minutes % 60:02}"
        ends = f"{9 + self._minutes // 60:02}:{self._minutes % 60:02}"
        return self.add("time_slot_templates", weekday=weekday, start_time=starts, end_time=ends)

    def room(self, course: str, teacher: str, time: str, capacity: int = 1) -> str:
        return self.add(
            "classroom_slots",
            time_slot_id=time,
            course_id=course,
            teacher_id=teacher,
            capacity=capacity,
        )

    def admission(self, course: str, plan: str, time: str, **members: Any) -> dict[str, Any]:
        """The arguments of an admission of a new student, or of members."""
        return {
            "course_id": course,
            "course_plan_id": plan,
            "start_date": "2027-03-02",
            "time_slot_ids": [time],
            **(members or {"student": {"name": f"Student {self.turn}"}}),
        }

    def taught(self, capacity: int = 1, weekday: int = 5) -> tuple[str, str, str, str, str]:
        """Return a course, its teacher, a plan, a time and a class in it."""
        course, teacher = self.course(), self.user("teacher")
        self.teaches(course, teacher)
        time = self.time(weekday)
        return course, teacher, self.plan(course), time, self.room(course, teacher, time, capacity)

    def admit(self, course: str, plan: str, time: str, **members: Any) -> str:
        answer = self.ada("create_admission", **self.admission(course, plan, time, **members))
        return str(answer["id"])

    def ask(self, admission: str, room: str, day: str) -> str:
        """Ask to move the first class of an admission; return the request."""
        row = one(
            self.db,
            "select id::text from school.attendance where admission_id = %s"
            " order by class_date limit 1",
            admission,
        )
        answer = self.ada(
            "create_reschedule_request", attendance_id=row, classroom_slot_id=room, class_date=day
        )
        return str(answer["id"])


def make_class(course: str, teacher: str, time: str, person: str = "ada") -> Call:
    members = {"time_slot_id": time, "course_id": course, "teacher_id": teacher, "capacity": 1}
    return (person, "create_classroom_slot", members)


def approve(request: str, person: str = "ada") -> Call:
    return (person, "approve_reschedule_request", {"reschedule_request_id": request})


Pair = Callable[[Rows], tuple[Call, Call]]

# --- the pairs ---------------------------------------------------------------------------------


def each_of_two_super_admins_takes_the_other_away(rows: Rows) -> tuple[Call, Call]:
    rows.db.execute(
        "update school.users set status = 'active', deleted_at = null where role = 'super_admin'"
    )
    if rows.db.execute("select from school.users where name = 'Rex'").fetchone() is None:
        rows.add("users", name="Rex", role="super_admin")
    rex = one(rows.db, "select id::text from school.users where name = 'Rex'")
    for user_id, token in ((rows.school["root"], "session-of-root"), (rex, "session-of-rex")):
        rows.db.execute("delete from auth.sessions where user_id = %s", (user_id,))
        open_session(rows.db, user_id, token)
    off = {"status": "disabled", "present": ["status"]}
    return (
        ("root", "update_user", {"user_id": rex, **off}),
        ("rex", "update_user", {"user_id": rows.school["root"], **off}),
    )


def one_teacher_gets_two_classes_at_once(rows: Rows) -> tuple[Call, Call]:
    course, teacher = rows.course(), rows.user("teacher")
    rows.teaches(course, teacher)
    times = rows.time(), rows.time()
    return make_class(course, teacher, times[0]), make_class(course, teacher, times[1], "root")


def two_are_moved_to_one_place(rows: Rows) -> tuple[Call, Call]:
    course, teacher, plan, time, _ = rows.taught(capacity=2, weekday=2)
    target = rows.room(course, teacher, rows.time(5))
    asked = [rows.ask(rows.admit(course, plan, time), target, "2027-03-12") for _ in range(2)]
    return approve(asked[0]), approve(asked[1], "root")


def a_time_slot_moves_while_a_class_is_made_in_it(rows: Rows) -> tuple[Call, Call]:
    course, teacher, _, time, _ = rows.taught(weekday=2)
    other = rows.time(3)
    there = rows.db.execute(
        "select start_time::text, end_time::text from school.time_slot_templates where id = %s",
        (time,),
    ).fetchone()
    assert there is not None
    move = {
        "time_slot_id": other,
        "weekday": 2,
        "start_time": there[0],
        "end_time": "23:00",
        "present": ["weekday", "start_time", "end_time"],
    }
    return ("ada", "update_time_slot", move), make_class(course, teacher, other, "root")


def a_course_goes_while_it_gets_a_class(rows: Rows) -> tuple[Call, Call]:
    course, teacher = rows.course(), rows.user("teacher")
    rows.teaches(course, teacher)
    delete = ("ada", "delete_course", {"course_id": course})
    return delete, make_class(course, teacher, rows.time(), "root")


def a_time_slot_goes_while_it_gets_a_class(rows: Rows) -> tuple[Call, Call]:
    course, teacher, time = rows.course(), rows.user("teacher"), rows.time()
    rows.teaches(course, teacher)
    delete = ("ada", "delete_time_slot", {"time_slot_id": time})
    return delete, make_class(course, teacher, time, "root")


def a_teacher_goes_who_gets_a_class(rows: Rows) -> tuple[Call, Call]:
    course, teacher = rows.course(), rows.user("teacher")
    rows.teaches(course, teacher)
    delete = ("ada", "delete_user", {"user_id": teacher})
    return delete, make_class(course, teacher, rows.time(), "root")


def a_teacher_becomes_staff_who_gets_a_class(rows: Rows) -> tuple[Call, Call]:
    course, teacher = rows.course(), rows.user("teacher")
    rows.teaches(course, teacher)
    change = {"user_id": teacher, "role": "staff", "present": ["role"]}
    return ("ada", "update_user", change), make_class(course, teacher, rows.time(), "root")


def a_course_is_taken_from_a_teacher_who_gets_a_class_of_it(rows: Rows) -> tuple[Call, Call]:
    course, teacher = rows.course(), rows.user("teacher")
    rows.teaches(course, teacher)
    take = ("ada", "delete_course_teacher", {"course_id": course, "teacher_id": teacher})
    return take, make_class(course, teacher, rows.time(), "root")


def an_instrument_goes_while_it_gets_a_course(rows: Rows) -> tuple[Call, Call]:
    instrument = rows.add("instruments", name=f"I{rows.turn}")
    return (
        ("ada", "delete_instrument", {"instrument_id": instrument}),
        ("root", "create_course", {"instrument_id": instrument, "name": "New"}),
    )


def a_stage_goes_while_a_new_lead_enters_it(rows: Rows) -> tuple[Call, Call]:
    stage = rows.add("lead_stages", name=f"S{rows.turn}", position=9, kind="open")
    members = {"stage_id": stage, "name": "New", "phone": "1", "follow_up_date": "2027-03-05"}
    return ("ada", "delete_lead_stage", {"lead_stage_id": stage}), ("sam", "create_lead", members)


def a_stage_goes_while_a_lead_moves_to_it(rows: Rows) -> tuple[Call, Call]:
    stage = rows.add("lead_stages", name=f"S{rows.turn}", position=9, kind="open")
    move = {"lead_id": rows.school["fresh"], "stage_id": stage, "present": ["stage_id"]}
    return ("ada", "delete_lead_stage", {"lead_stage_id": stage}), ("sam", "update_lead", move)


def a_weekday_closes_while_somebody_is_admitted_to_it(rows: Rows) -> tuple[Call, Call]:
    rows.db.execute(
        "update school.attendance set status = 'cancelled'"
        " where extract(isodow from class_date) = 7"
    )
    rows.db.execute("update school.admissions set status = 'cancelled' where id in"
                    " (select admission_id from school.attendance"
                    " where extract(isodow from class_date) = 7)")  # fmt: skip
    rows.db.execute("update school.classroom_enrollments as e set status = 'inactive'"
                    " from school.admissions as a"
                    " where a.id = e.admission_id and a.status = 'cancelled'")  # fmt: skip
    rows.db.execute("update school.operating_days set is_open = true where weekday = 7")
    course, _, plan, time, _ = rows.taught(weekday=7)
    close = ("ada", "set_operating_days", {"days": '[{"weekday": 7, "isOpen": false}]'})
    return close, ("root", "create_admission", rows.admission(course, plan, time))


def a_plan_goes_while_somebody_is_admitted_to_it(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, _ = rows.taught()
    delete = ("ada", "delete_course_plan", {"course_plan_id": plan})
    return delete, ("root", "create_admission", rows.admission(course, plan, time))


def a_plan_goes_to_another_course_while_somebody_is_admitted(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, _ = rows.taught()
    rows.turn += 1000
    other = rows.course()
    rows.turn -= 1000
    change = {"course_plan_id": plan, "course_id": other, "present": ["course_id"]}
    admit = ("root", "create_admission", rows.admission(course, plan, time))
    return ("ada", "update_course_plan", change), admit


def a_class_goes_while_somebody_is_admitted_to_it(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, room = rows.taught()
    delete = ("ada", "delete_classroom_slot", {"classroom_slot_id": room})
    return delete, ("root", "create_admission", rows.admission(course, plan, time))


def a_student_goes_who_is_admitted(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, _ = rows.taught()
    student = rows.user("student")
    delete = ("ada", "delete_user", {"user_id": student})
    admit = rows.admission(course, plan, time, student_id=student)
    return delete, ("root", "create_admission", admit)


def two_are_admitted_to_one_seat(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, _ = rows.taught()
    admit = rows.admission(course, plan, time)
    return ("ada", "create_admission", admit), ("root", "create_admission", admit)


def one_student_is_admitted_twice_at_one_time(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, _ = rows.taught()
    rows.turn += 1000
    other = rows.taught()
    rows.turn -= 1000
    student = rows.user("student")
    return (
        ("ada", "create_admission", rows.admission(course, plan, time, student_id=student)),
        (
            "root",
            "create_admission",
            rows.admission(other[0], other[2], other[3], student_id=student),
        ),
    )


def the_last_seat_is_cut_while_somebody_is_admitted(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, room = rows.taught(capacity=2)
    rows.admit(course, plan, time)
    cut = {"classroom_slot_id": room, "capacity": 1, "present": ["capacity"]}
    admit = ("root", "create_admission", rows.admission(course, plan, time))
    return ("ada", "update_classroom_slot", cut), admit


def the_last_place_is_cut_while_somebody_moves_to_it(rows: Rows) -> tuple[Call, Call]:
    course, teacher, plan, time, _ = rows.taught(weekday=2)
    friday = rows.time(5)
    target = rows.room(course, teacher, friday, capacity=2)
    rows.admit(course, plan, friday)
    asked = rows.ask(rows.admit(course, plan, time), target, "2027-03-12")
    cut = {"classroom_slot_id": target, "capacity": 1, "present": ["capacity"]}
    return ("ada", "update_classroom_slot", cut), approve(asked, "root")


def a_substitute_stands_in_twice_at_once(rows: Rows) -> tuple[Call, Call]:
    room = rows.taught()[4]
    rows.turn += 1000
    other = rows.taught()[4]
    rows.turn -= 1000
    teacher = rows.user("teacher")
    members = {"date": "2027-03-12", "teacher_id": teacher, "present": ["teacher_id"]}
    return (
        ("ada", "set_substitute", {"classroom_slot_id": room, **members}),
        ("root", "set_substitute", {"classroom_slot_id": other, **members}),
    )


def a_substitute_goes_who_is_to_stand_in(rows: Rows) -> tuple[Call, Call]:
    room, teacher = rows.taught()[4], rows.user("teacher")
    members = {"date": "2027-03-12", "teacher_id": teacher, "present": ["teacher_id"]}
    return (
        ("ada", "delete_user", {"user_id": teacher}),
        ("root", "set_substitute", {"classroom_slot_id": room, **members}),
    )


def one_admission_is_renewed_twice(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, _ = rows.taught()
    own = {"admission_id": rows.admit(course, plan, time)}
    return ("ada", "renew_admission", own), ("root", "renew_admission", own)


# What the second is told at READ COMMITTED: in the order written, and the other way round.
EXCLUSIVE: dict[Pair, tuple[str, str]] = {
    each_of_two_super_admins_takes_the_other_away: ("last_super_admin", "last_super_admin"),
    one_teacher_gets_two_classes_at_once: ("teacher_conflict", "teacher_conflict"),
    two_are_moved_to_one_place: ("slot_full", "slot_full"),
    a_time_slot_moves_while_a_class_is_made_in_it: ("teacher_conflict", "teacher_conflict"),
    a_course_goes_while_it_gets_a_class: ("unknown_reference", "in_use"),
    a_time_slot_goes_while_it_gets_a_class: ("unknown_reference", "in_use"),
    a_teacher_goes_who_gets_a_class: ("unknown_reference", "in_use"),
    a_teacher_becomes_staff_who_gets_a_class: ("not_a_teacher", "in_use"),
    a_course_is_taken_from_a_teacher_who_gets_a_class_of_it: ("teacher_not_for_course", "in_use"),
    an_instrument_goes_while_it_gets_a_course: ("unknown_reference", "in_use"),
    a_stage_goes_while_a_new_lead_enters_it: ("unknown_reference", "in_use"),
    a_stage_goes_while_a_lead_moves_to_it: ("unknown_reference", "in_use"),
    a_weekday_closes_while_somebody_is_admitted_to_it: ("slot_not_operating", "in_use"),
    a_plan_goes_while_somebody_is_admitted_to_it: ("unknown_reference", "in_use"),
    a_plan_goes_to_another_course_while_somebody_is_admitted: ("plan_not_for_course", "in_use"),
    a_class_goes_while_somebody_is_admitted_to_it: ("no_classroom", "in_use"),
    a_student_goes_who_is_admitted: ("unknown_reference", "in_use"),
    two_are_admitted_to_one_seat: ("slot_full", "slot_full"),
    one_student_is_admitted_twice_at_one_time: ("student_conflict", "student_conflict"),
    the_last_seat_is_cut_while_somebody_is_admitted: ("slot_full", "in_use"),
    the_last_place_is_cut_while_somebody_moves_to_it: ("slot_full", "in_use"),
    a_substitute_stands_in_twice_at_once: ("teacher_conflict", "teacher_conflict"),
    a_substitute_goes_who_is_to_stand_in: ("unknown_reference", "in_use"),
    one_admission_is_renewed_twice: ("invalid_state", "invalid_state"),
}


def the_school_closes_while_somebody_is_admitted(rows: Rows) -> tuple[Call, Call]:
    course, _, plan, time, _ = rows.taught()
    day = (date(2027, 3, 5) + timedelta(days=7 * rows.turn)).isoformat()
    close = {"start_date": day, "end_date": day, "reason": "Flood"}
    admit = {**rows.admission(course, plan, time), "start_date": day}
    return ("ada", "create_closure", close), ("root", "create_admission", admit)


def the_school_closes_while_a_class_moves_to_that_day(rows: Rows) -> tuple[Call, Call]:
    course, teacher, plan, time, _ = rows.taught(weekday=2)
    target = rows.room(course, teacher, rows.time(5))
    day = (date(2027, 3, 5) + timedelta(days=7 * (rows.turn % 8))).isoformat()
    rows.db.execute("delete from school.school_closures where start_date = %s", (day,))
    asked = rows.ask(rows.admit(course, plan, time), target, day)
    close = {"start_date": day, "end_date": day, "reason": "Flood"}
    return ("ada", "create_closure", close), approve(asked, "root")


def a_student_is_moved_to_a_time_while_admitted_to_it(rows: Rows) -> tuple[Call, Call]:
    course, teacher, plan, time, _ = rows.taught(weekday=2)
    target = rows.room(course, teacher, rows.time(5))
    student = rows.user("student")
    asked = rows.ask(rows.admit(course, plan, time, student_id=student), target, "2027-03-05")
    rows.turn += 1000
    other = rows.taught()
    rows.turn -= 1000
    admit = rows.admission(other[0], other[2], other[3], student_id=student)
    return approve(asked), ("root", "create_admission", admit)


def somebody_moves_to_a_date_for_which_another_is_admitted(rows: Rows) -> tuple[Call, Call]:
    course, teacher, plan, time, _ = rows.taught(weekday=2)
    friday = rows.time(5)
    target = rows.room(course, teacher, friday)
    asked = rows.ask(rows.admit(course, plan, time), target, "2027-03-05")
    return approve(asked), ("root", "create_admission", rows.admission(course, plan, friday))


def an_admission_is_renewed_while_its_student_is_admitted_elsewhere(
    rows: Rows,
) -> tuple[Call, Call]:
    course, _, plan, time, _ = rows.taught()
    student = rows.user("student")
    own = {"admission_id": rows.admit(course, plan, time, student_id=student)}
    rows.turn += 1000
    other = rows.taught(weekday=3)
    rows.turn -= 1000
    admit = rows.admission(other[0], other[2], other[3], student_id=student)
    return ("ada", "renew_admission", own), ("root", "create_admission", admit)


def one_job_runs_twice(rows: Rows) -> tuple[Call, Call]:
    rows.db.execute(
        "update school.leads set follow_up_date = date '2027-01-01' + %s"
        " where follow_up_status = 'open'",
        (rows.turn,),
    )
    run = {"name": "follow_ups_due"}
    return ("ada", "run_job", run), ("root", "run_job", run)


COMPATIBLE: dict[Pair, tuple[str, str]] = {
    the_school_closes_while_somebody_is_admitted: ("ok", "ok"),
    the_school_closes_while_a_class_moves_to_that_day: ("school_closed", "ok"),
    a_student_is_moved_to_a_time_while_admitted_to_it: ("ok", "student_conflict"),
    somebody_moves_to_a_date_for_which_another_is_admitted: ("ok", "slot_full"),
    an_admission_is_renewed_while_its_student_is_admitted_elsewhere: ("ok", "ok"),
    one_job_runs_twice: ("ok", "ok"),
}

# --- trying them -------------------------------------------------------------------------------


@dataclass
class Side:
    """One of the two: a transaction that is begun, acts once, and ends."""

    connection: Database
    work: Call
    outcome: str = ""

    def begin(self, level: IsolationLevel) -> None:
        self.connection.set_isolation_level(level)
        self.connection.execute("select count(*) from pg_catalog.pg_class")

    def act(self) -> None:
        self.outcome = code(outcome(self.connection, self.work))

    def end(self) -> None:
        try:
            self.connection.commit()
        except psycopg.Error as error:
            self.connection.rollback()
            self.outcome = str(error.sqlstate)


@pytest.fixture
def connections(conninfo: Callable[..., str]) -> Iterator[tuple[Database, Database]]:
    with (
        psycopg.connect(conninfo("school_gateway")) as first,
        psycopg.connect(conninfo("school_gateway")) as second,
    ):
        yield first, second


def race(db: Database, first: Side, second: Side) -> None:
    first.act()
    done = in_background(second.act)
    until(lambda: done.done() or waits(db, second.connection))
    first.end()
    done.result(30)
    second.end()


def wanted(
    levels: tuple[IsolationLevel, IsolationLevel], works: Sequence[Call], told: str
) -> list[str]:
    """What both are told; ``told`` is for a second that sees what the first has committed."""
    first = "ok" if levels[0] is READ_COMMITTED or works[0][1] in HOLD else "40001"
    if levels[1] is READ_COMMITTED:
        return [first, told]
    return [first, "ok" if works[1][1] in HOLD and first != "ok" else "40001"]


def try_all(
    pair: Pair,
    told: tuple[str, str],
    rows: Rows,
    connections: tuple[Database, Database],
) -> None:
    """Try a pair at all levels, both ways round."""
    for levels in LEVELS:
        for order, second_is_told in zip((1, -1), told, strict=True):
            rows.turn += 1
            works = pair(rows)[::order]
            first, second = (Side(*s) for s in zip(connections, works, strict=True))
            for side, level in zip((first, second), levels, strict=True):
                side.begin(level)
            race(rows.db, first, second)
            turn = f"{works[0][1]} ({levels[0].name}), {works[1][1]} ({levels[1].name})"
            outcomes = [first.outcome, second.outcome]
            assert outcomes == wanted(levels, works, second_is_told), turn
            assert broken(rows.db) == [], (turn, outcomes)


@pytest.fixture
def rows(db: Database, school: School, call: Callable[[str | None], Caller]) -> Rows:
    return Rows(db, school, call("ada"))


def test_no_two_of_the_exclusive_get_their_way() -> None:
    assert "ok" not in {told for pair in EXCLUSIVE.values() for told in pair}


@pytest.mark.parametrize("pair", EXCLUSIVE, ids=lambda pair: pair.__name__)
def test_of_two_that_exclude_each_other_one_wins_at_most(
    rows: Rows, connections: tuple[Database, Database], pair: Pair, figure: Figure
) -> None:
    try_all(pair, EXCLUSIVE[pair], rows, connections)
    figure.count("pairs of sessions in order", rows.turn)


@pytest.mark.parametrize("pair", COMPATIBLE, ids=lambda pair: pair.__name__)
def test_of_two_that_may_both_happen_neither_overlooks_the_other(
    rows: Rows, connections: tuple[Database, Database], pair: Pair, figure: Figure
) -> None:
    try_all(pair, COMPATIBLE[pair], rows, connections)
    figure.count("pairs of sessions in order", rows.turn)
    twice = rows.db.execute(
        "select entity_id from school.notification_events where type = 'follow_up.due'"
        " group by entity_id, day having count(*) > 1"
    )
    assert twice.fetchall() == []


def test_who_is_turned_away_is_told_which_level_to_take(
    conninfo: Conninfo, school: School, connections: Any
) -> None:
    connection = connections[0]
    connection.set_isolation_level(IsolationLevel.REPEATABLE_READ)
    with pytest.raises(psycopg.errors.SerializationFailure) as refused:
        Caller(connection, school.token("ada"))("delete_course", course_id=school["violin"])
    assert "READ COMMITTED" in (refused.value.diag.message_hint or "")

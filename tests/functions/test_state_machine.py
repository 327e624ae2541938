"""Thousands of random operations by everybody, valid and not; the school stays sound after each."""

import datetime
import json
from collections import Counter
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.support.admitting import wish
from tests.support.effort import rounds
from tests.support.promises import Figure
from tests.support.school import Caller, Conninfo, Database, Refusal, School

pytestmark = pytest.mark.promise("races")

ADMINS = ("root", "ada")
PEOPLE = (*ADMINS * 7, "sam", "sue", "tom", "tia", "sid", "una", None)
SLOTS = ("violin_monday", "violin_wednesday", "violin_friday", "piano_monday", "piano_thursday")
DAYS = ("monday", "wednesday", "friday", "thursday", "tuesday", "monday_late")
NUMBER = st.integers(0, 10_000)
EXAMPLES, STEPS = rounds(15, 50), 120


class Classroom(RuleBasedStateMachine):
    """One school; each example begins with the school made and ends by undoing everything."""

    db: ClassVar[psycopg.Connection[Any]]
    gateway: ClassVar[psycopg.Connection[Any]]
    people: ClassVar[School]
    counts: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime.datetime(2027, 3, 1, 9, tzinfo=datetime.UTC)
        self.gateway.execute("begin")
        self._set_clock()

    def teardown(self) -> None:
        self.gateway.execute("rollback")

    def _set_clock(self) -> None:
        self.owner("select set_config('test.now', %s, true)", self.now.isoformat())

    def owner(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        self.gateway.execute("set local role none")
        self.gateway.execute("set local session authorization default")
        return self.gateway.execute(query, parameters).fetchall()

    def pick(self, number: int, query: str) -> Any:
        """Return the id of one of the rows, or one that names nothing."""
        rows = self.owner(query + " order by 1")
        if not rows or number % 29 == 28:
            return "00000000-0000-4000-8000-000000000000"
        return str(rows[number % len(rows)][0])

    def do(self, person: str | None, function: str, **arguments: Any) -> Any:
        self.gateway.execute("set local session authorization school_gateway")
        caller = Caller(self.gateway, None if person is None else self.people.token(person))
        try:
            answer = caller(function, **arguments)
        except Refusal as refusal:
            self.counts[refusal.code] += 1
            return None
        self.counts["ok"] += 1
        return answer

    @rule(
        person=st.sampled_from(PEOPLE),
        days=st.lists(st.sampled_from(DAYS), min_size=1, max_size=2),
        course=st.sampled_from(["violin", "violin", "piano"]),
        start=st.integers(-2, 20),
        whom=st.sampled_from(["new", "new", "sid", "una", "fresh", "unowned"]),
    )
    def admit(self, person: Any, days: Any, course: str, start: int, whom: str) -> None:
        members: dict[str, Any] = {"student": {"name": "Somebody"}}
        if whom in ("sid", "una"):
            members = {"student_id": self.people[whom]}
        elif whom != "new":
            members["lead_id"] = self.people[whom]
        date = (self.now.date() + datetime.timedelta(days=start)).isoformat()
        request = {**wish(self.people, *days, course=course, **members), "start_date": date}
        self.do(person, "create_admission", **request)

    @rule(
        person=st.sampled_from(PEOPLE + ADMINS * 3),
        function=st.sampled_from(["block", "unblock", "cancel", "renew", "renew"]),
        number=NUMBER,
    )
    def change_admission(self, person: Any, function: str, number: int) -> None:
        admission = self.pick(number, "select id from school.admissions")
        self.do(person, f"{function}_admission", admission_id=admission)

    @rule(
        person=st.sampled_from(PEOPLE + ADMINS * 3),
        number=NUMBER,
        slot=st.sampled_from(DAYS),
        start=st.integers(-1, 30),
        is_preview=st.booleans(),
    )
    def transfer(self, person: Any, number: int, slot: str, start: int, is_preview: bool) -> None:
        admission = self.pick(number, "select id from school.admissions")
        weekly = self.owner(
            "select classroom_slot_id::text from school.admission_slots where admission_id = %s"
            " order by 1",
            admission,
        )
        (source,) = weekly[number % len(weekly)] if weekly else (self.people["violin_friday"],)
        self.do(
            person,
            "preview_transfer" if is_preview else "transfer_admission",
            admission_id=admission,
            from_classroom_slot_id=source,
            time_slot_id=self.people[slot],
            **{"from": (self.now.date() + datetime.timedelta(days=start)).isoformat()},
        )

    @rule(
        person=st.sampled_from(PEOPLE + ADMINS * 2),
        number=NUMBER,
        start=st.integers(-1, 40),
        days=st.integers(-1, 20),
        override=st.booleans(),
    )
    def pause(self, person: Any, number: int, start: int, days: int, override: bool) -> None:
        first = self.now.date() + datetime.timedelta(days=start)
        dates = {"from": first, "to": first + datetime.timedelta(days=days)}
        self.do(
            person,
            "pause_admission" if start % 3 else "preview_pause",
            admission_id=self.pick(number, "select id from school.admissions"),
            override=override,
            **{name: date.isoformat() for name, date in dates.items()},
        )

    @rule(
        person=st.sampled_from(PEOPLE),
        whom=st.sampled_from(["sid", "una", "fresh", "unowned", "sams", "sues"]),
        course=st.sampled_from(["violin", "violin", "piano"]),
        days=st.lists(st.sampled_from(DAYS), max_size=4),
        classes=st.sampled_from([1, 1, 1, 2]),
        teacher=st.sampled_from([None, None, "tom", "tia"]),
    )
    def enter(
        self, person: Any, whom: str, course: str, days: Any, classes: int, teacher: str | None
    ) -> None:
        self.do(
            person,
            "create_waitlist_entry",
            **{"student_id" if whom in ("sid", "una") else "lead_id": self.people[whom]},
            course_id=self.people[course],
            time_slot_ids=[self.people[day] for day in days] or None,
            classes_per_week=classes,
            teacher_id=None if teacher is None else self.people[teacher],
        )

    @rule(
        person=st.sampled_from(PEOPLE),
        what=st.sampled_from(["decline", "withdraw", "first", "wish", "wish"]),
        number=NUMBER,
        days=st.lists(st.sampled_from(DAYS), max_size=4),
    )
    def change_entry(self, person: Any, what: str, number: int, days: Any) -> None:
        entry = self.pick(number, "select id from school.waitlist_entries")
        if what in ("decline", "withdraw"):
            self.do(person, f"{what}_waitlist_entry", waitlist_entry_id=entry)
            return
        members: dict[str, Any] = (
            {"first": number % 3 > 0}
            if what == "first"
            else {"time_slot_ids": [self.people[day] for day in days] or None}
        )
        self.do(
            person,
            "update_waitlist_entry",
            waitlist_entry_id=entry,
            present=list(members),
            **members,
        )

    @rule(person=st.sampled_from(PEOPLE), lost=st.booleans())
    def lose_or_win_back(self, person: Any, lost: bool) -> None:
        self.do(
            person,
            "update_lead",
            lead_id=self.people["unowned"],
            stage_id=self.people["stage_lost" if lost else "stage_new"],
            lost_reason="moved",
            present=["stage_id", "lost_reason"],
        )

    @rule(person=st.sampled_from(PEOPLE), slot=st.sampled_from(DAYS), active=st.booleans())
    def use_or_rest_a_time(self, person: Any, slot: str, active: bool) -> None:
        self.do(
            person,
            "update_time_slot",
            time_slot_id=self.people[slot],
            is_active=active,
            present=["is_active"],
        )

    @rule(
        person=st.sampled_from(PEOPLE),
        status=st.sampled_from(["present", "late", "absent", "scheduled"]),
        number=NUMBER,
        several=st.integers(1, 4),
    )
    def mark(self, person: Any, status: str, number: int, several: int) -> None:
        near = (
            "select id from school.attendance where class_date"
            " between school.today() - 9 and school.today() + 1"
        )
        ids = list({self.pick(number * (n + 1), near) for n in range(several)})
        if several == 1:
            self.do(person, "mark_attendance", attendance_id=ids[0], status=status)
        else:
            items = json.dumps([{"id": i, "status": status} for i in ids])
            self.do(person, "mark_attendances", items=items)

    @rule(
        person=st.sampled_from(PEOPLE + ("sid", "una", "ada") * 2),
        number=NUMBER,
        slot=st.sampled_from(SLOTS),
        week=st.integers(0, 6),
        shift=st.integers(0, 12),
    )
    def ask(self, person: Any, number: int, slot: str, week: int, shift: int) -> None:
        row = self.pick(number, "select id from school.attendance where status = 'scheduled'")
        weekday = {"monday": 0, "wednesday": 2, "thursday": 3, "friday": 4}[slot.split("_")[1]]
        monday = self.now.date() - datetime.timedelta(days=self.now.weekday())
        date = monday + datetime.timedelta(days=7 * week + weekday + (shift == 12))
        self.do(
            person,
            "create_reschedule_request",
            attendance_id=row,
            classroom_slot_id=self.people[slot],
            class_date=date.isoformat(),
        )

    @rule(
        person=st.sampled_from(PEOPLE + ADMINS * 3),
        function=st.sampled_from(["approve", "approve", "reject", "withdraw"]),
        number=NUMBER,
    )
    def decide(self, person: Any, function: str, number: int) -> None:
        request = self.pick(number, "select id from school.reschedule_requests")
        self.do(person, f"{function}_reschedule_request", reschedule_request_id=request)

    @rule(
        person=st.sampled_from(PEOPLE),
        slot=st.sampled_from(SLOTS),
        week=st.integers(0, 9),
        whom=st.sampled_from(["new", "new", "fresh", "unowned", "sues"]),
        number=NUMBER,
    )
    def book_a_trial(self, person: Any, slot: str, week: int, whom: str, number: int) -> None:
        lead = self.people.ids.get(whom)
        if whom == "new":
            members = {"name": "Somebody", "phone": "1", "stage_id": self.people["stage_new"]}
            made = self.do(person, "create_lead", **members, follow_up_date="2027-03-05")
            lead = made and made["id"]
        weekday = {"monday": 0, "wednesday": 2, "thursday": 3, "friday": 4}[slot.split("_")[1]]
        monday = self.now.date() - datetime.timedelta(days=self.now.weekday())
        self.do(
            person,
            "create_trial",
            lead_id=lead,
            classroom_slot_id=self.people[slot],
            date=(monday + datetime.timedelta(days=7 * week + weekday)).isoformat(),
            override=number % 5 == 0,
        )

    @rule(
        person=st.sampled_from(PEOPLE),
        how=st.sampled_from(["attended", "missed", "cancelled", "lost", "deleted"]),
        number=NUMBER,
    )
    def end_a_trial(self, person: Any, how: str, number: int) -> None:
        trial = self.pick(number, "select id from school.trials")
        lead = self.pick(number, "select lead_id from school.trials where status = 'booked'")
        if how == "cancelled":
            self.do(person, "cancel_trial", trial_id=trial)
        elif how == "lost":
            members = {"stage_id": self.people["stage_lost"], "lost_reason": "Far away"}
            self.do(person, "update_lead", lead_id=lead, **members, present=list(members))
        elif how == "deleted":
            self.do(person, "delete_lead", lead_id=lead)
        else:
            self.do(person, "record_trial_outcome", trial_id=trial, status=how)

    @rule(
        person=st.sampled_from(PEOPLE + ("sid", "una", "ada") * 2),
        function=st.sampled_from(["announce", "announce", "withdraw"]),
        number=NUMBER,
    )
    def stay_away(self, person: Any, function: str, number: int) -> None:
        rows = "select id from school.attendance where class_date >= school.today()"
        self.do(person, f"{function}_absence", attendance_id=self.pick(number, rows))

    @rule(person=st.sampled_from(PEOPLE), start=st.integers(-3, 40), days=st.integers(-1, 5))
    def close(self, person: Any, start: int, days: int) -> None:
        first = self.now.date() + datetime.timedelta(days=start)
        last = first + datetime.timedelta(days=days)
        dates = {"start_date": first.isoformat(), "end_date": last.isoformat()}
        self.do(person, "create_closure" if start % 3 else "preview_closure", **dates, reason="x")

    @rule(person=st.sampled_from(PEOPLE), number=NUMBER)
    def reopen(self, person: Any, number: int) -> None:
        closure = self.pick(number, "select id from school.school_closures")
        self.do(person, "delete_closure", closure_id=closure)

    @rule(
        person=st.sampled_from(PEOPLE),
        slot=st.sampled_from(SLOTS),
        capacity=st.integers(1, 4),
        teacher=st.sampled_from([None, None, "tom", "tia"]),
    )
    def change_class(self, person: Any, slot: str, capacity: int, teacher: str | None) -> None:
        members: dict[str, Any] = {"capacity": capacity}
        if teacher is not None:
            members["teacher_id"] = self.people[teacher]
        self.do(
            person,
            "update_classroom_slot",
            classroom_slot_id=self.people[slot],
            present=list(members),
            **members,
        )

    @rule(
        person=st.sampled_from(PEOPLE),
        slot=st.sampled_from(SLOTS),
        week=st.integers(-1, 3),
        teacher=st.sampled_from([None, "tom", "tia", "sam"]),
    )
    def stand_in(self, person: Any, slot: str, week: int, teacher: str | None) -> None:
        weekday = {"monday": 0, "wednesday": 2, "thursday": 3, "friday": 4}[slot.split("_")[1]]
        monday = self.now.date() - datetime.timedelta(days=self.now.weekday())
        self.do(
            person,
            "set_substitute",
            classroom_slot_id=self.people[slot],
            date=(monday + datetime.timedelta(days=7 * week + weekday)).isoformat(),
            teacher_id=None if teacher is None else self.people[teacher],
            present=["teacher_id"],
        )

    @rule(person=st.sampled_from(PEOPLE), weekday=st.integers(1, 7), is_open=st.booleans())
    def open_or_close_weekday(self, person: Any, weekday: int, is_open: bool) -> None:
        days = json.dumps([{"weekday": weekday, "isOpen": is_open}])
        self.do(person, "set_operating_days", days=days)

    @rule(person=st.sampled_from(PEOPLE), number=NUMBER, status=st.sampled_from(["paid", "unpaid"]))
    def pay(self, person: Any, number: int, status: str) -> None:
        admission = self.pick(number, "select id from school.admissions")
        self.do(person, "update_payment", admission_id=admission, status=status, present=["status"])

    @rule(hours=st.sampled_from([1, 3, 8, 24, 48, 24 * 7]))
    def wait(self, hours: int) -> None:
        self.now += datetime.timedelta(hours=hours)
        self._set_clock()

    @rule()
    def run_the_jobs(self) -> None:
        for job in ("complete_admissions", "expire_reschedule_requests", "expire_offers"):
            self.owner(f"select jobs.{job}()")

    @invariant()
    def what_must_hold_holds(self) -> None:
        assert self.owner("select code, detail from school.check_invariants()") == []

    @invariant()
    def nobody_waits_for_what_is_free(self) -> None:
        met = "select id from school.waitlist_entries as w where status = 'waiting'"
        assert self.owner(f"{met} and school.free_classes_for(w) is not null") == []


@pytest.mark.timeout(900)
def test_thousands_of_random_operations_leave_the_school_sound(
    db: Database, school: School, conninfo: Conninfo, figure: Figure
) -> None:
    # The clock is read from a setting here, so that undoing an example undoes its time as well.
    db.execute(
        "create or replace function school.clock() returns timestamptz language sql stable"
        " security invoker set search_path = ''"
        " as $$ select current_setting('test.now')::timestamptz $$"
    )
    db.execute("alter database " + db.info.dbname + " set test.now = '2027-03-01T09:00:00+00:00'")
    Classroom.people, Classroom.db, Classroom.counts = school, db, Counter()
    with psycopg.connect(conninfo(), autocommit=True) as gateway:
        Classroom.gateway = gateway
        run_state_machine_as_test(
            Classroom,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
            ),
        )
    counts = Classroom.counts
    figure.count("random operations", sum(counts.values()))
    assert sum(counts.values()) >= rounds(600, 2000), counts
    assert counts["ok"] > rounds(250, 500), counts
    assert len(counts) > 12, counts

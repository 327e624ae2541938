"""Seventeen days at the small school, with something for every report."""

from typing import Any

import pytest

from tests.support.admitting import fill, wish
from tests.support.classrooms import ask, class_on
from tests.support.leads import add_lead
from tests.support.school import Callers, Clock, Database, School
from tests.support.trials import book
from tests.support.waitlist import enter, resize


@pytest.fixture
def story(db: Database, school: School, call: Callers, clock: Clock) -> School:
    """The school in Kolkata (UTC+5:30) from March 1st to 18th, 14:30; classes are at four or later.

    Sid misses two classes of three weeks, moves one and has announced an absence; Una is taught by
    Tom once and renews; Vic, of Sam's, has paid and loses a class to a closure; Bob, of Sue's,
    gives up; somebody who came of no lead had their one class in January, which nobody marked.
    Lev waits for a seat. Leads move through the stages, one at an hour at which the school has
    another date than UTC.
    """
    ids = school.ids
    ada = call("ada")

    def at(day: int, time: str = "09:00") -> None:
        clock.set(f"2027-03-{day:02}T{time}:00Z")

    def move(lead: str, stage: str, **members: Any) -> None:
        call("sam")(
            "update_lead",
            lead_id=ids[lead],
            stage_id=ids[f"stage_{stage}"],
            present=["stage_id", *members],
            **members,
        )

    def mark(student: str, **marks: str) -> None:
        for day, status in marks.items():
            row = class_on(db, school, student, f"2027-03-{day[1:]}")
            ada("mark_attendance", attendance_id=row, status=status)

    def admit(caller: str, name: str, *slots: str) -> None:
        lead = add_lead(call, school, caller, name=name.capitalize(), source="friend")
        wanted = wish(school, *slots, lead_id=lead["id"], student={"name": name.capitalize()})
        made = call(caller)("create_admission", **wanted)
        ids[f"{name}_admission"], ids[name] = made["id"], made["studentId"]

    db.execute("update school.school_settings set timezone = 'Asia/Kolkata'")
    db.execute("update school.course_plans set price = 100 + total_classes")
    db.execute("update school.admissions set price = 240 where id = %s", (ids["sid_admission"],))
    for lead, came_by in (("sams", "web"), ("fresh", "web"), ("sues", "friend")):
        db.execute("update school.leads set source = %s where id = %s", (came_by, ids[lead]))
    resize(db, school, "violin_friday", 5)
    fill(db, ids["violin_friday"], 1)
    admit("sam", "vic", "friday")
    admit("sue", "bob", "friday")
    for name, source in (("lia", "web"), ("lev", None)):
        ids[name] = add_lead(
            call, school, name=name.capitalize(), source=source, number_of_contact_attempts=3
        )["id"]
    db.execute("update school.leads set created_at = '2027-03-01T09:00Z'")
    for lead, created_at in (("sams", "2027-02-27T12:00Z"), ("lia", "2027-02-28T20:00Z")):
        db.execute("update school.leads set created_at = %s where id = %s", (created_at, ids[lead]))
    ada("update_payment", admission_id=ids["vic_admission"], status="paid", present=["status"])
    at(2)
    move("fresh", "contacted")
    at(3, "20:00")  # the 4th at school
    move("lia", "lost", lost_reason="Too far away")
    at(4)
    move("lev", "contacted")
    ada(
        "set_substitute",
        classroom_slot_id=ids["piano_thursday"],
        date="2027-03-11",
        teacher_id=ids["tom"],
        present=["teacher_id"],
    )
    at(5)
    move("fresh", "demo_scheduled")
    book(call("sam"), school, "fresh", "violin_friday", "2027-03-12")
    at(9)
    moved = ask(call("sid"), db, school, "2027-03-15", "violin_friday", "2027-03-19")
    refused = ask(call("una"), db, school, "2027-03-15", "piano_monday", "2027-03-29", "una")
    ada("approve_reschedule_request", reschedule_request_id=moved)
    ada("reject_reschedule_request", reschedule_request_id=refused)
    at(10)
    ada("cancel_admission", admission_id=ids["bob_admission"])
    at(16)
    mark("sid", d01="present", d03="absent", d08="absent", d10="late")
    mark("una", d01="present", d04="absent", d08="present", d11="present")
    mark("vic", d05="present", d12="absent")
    ada("renew_admission", admission_id=ids["una_admission"])
    ada("create_closure", start_date="2027-03-26", end_date="2027-03-26", reason="Spring")
    enter(call("sam"), school, "lev")
    at(18)
    coming = class_on(db, school, "sid", "2027-03-22")
    call("sid")("announce_absence", attendance_id=coming)
    db.execute("select jobs.complete_admissions(school.today())")
    return school

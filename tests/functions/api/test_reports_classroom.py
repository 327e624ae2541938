"""Reports of attendance and occupancy, against numbers worked out by hand."""

from typing import Any

from tests.support.admitting import fill, nothing_changes, wish
from tests.support.asking import refusal
from tests.support.classrooms import class_on
from tests.support.school import Callers, Clock, Database, School


def mark(call: Callers, db: Database, school: School, student: str, marks: Any) -> None:
    for date, status in marks.items():
        row = class_on(db, school, student, date)
        call("ada")("mark_attendance", attendance_id=row, status=status)


def test_rates_by_course_and_teacher(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Sid: 4 marked (2 present, 1 late, 1 absent), 1 unmarked; una: 1 absent, 1 by a substitute."""
    clock.set("2027-03-16T09:00:00+00:00")
    mark(call, db, school, "sid", {
        "2027-03-01": "present", "2027-03-03": "present", "2027-03-08": "late",
        "2027-03-10": "absent",
    })  # fmt: skip
    clock.set("2027-03-04T09:00:00+00:00")
    call("ada")("set_substitute", classroom_slot_id=school["piano_thursday"], date="2027-03-11",
                teacher_id=school["tom"], present=["teacher_id"])  # fmt: skip
    clock.set("2027-03-16T09:00:00+00:00")
    mark(call, db, school, "una", {"2027-03-01": "absent", "2027-03-11": "present"})
    call("ada")("cancel_admission", admission_id=school["una_admission"])
    report = call("ada")("report_attendance")
    assert (report["from"], report["to"]) == ("2026-03-17", "2027-03-16")

    def line(lines: Any, name: str) -> Any:
        (found,) = (r for r in lines if r["name"] == name)
        return {k: v for k, v in found.items() if k not in ("id", "name")}

    violin = {
        "present": 2, "late": 1, "absent": 1, "cancelled": 0, "unmarked": 1,
        "attendanceRate": 0.75, "lateRate": 0.25, "absenceRate": 0.25,
    }  # fmt: skip
    assert line(report["byCourse"], "Violin I") == violin
    assert line(report["byCourse"], "Piano I") == {
        "present": 1, "late": 0, "absent": 1, "cancelled": 0, "unmarked": 3,
        "attendanceRate": 0.5, "lateRate": 0, "absenceRate": 0.5,
    }  # fmt: skip
    assert line(report["byTeacher"], "Tom") == {
        **violin, "present": 3, "attendanceRate": 0.8, "lateRate": 0.2, "absenceRate": 0.2,
    }  # fmt: skip
    assert line(report["byTeacher"], "Tia")["unmarked"] == 3
    # a window, both ends included; to come: cancelled ones are counted, rates have no meaning
    first = call("ada")("report_attendance", **{"from": "2027-03-03"}, to="2027-03-08")
    assert line(first["byCourse"], "Violin I")["present"] == 1
    assert line(first["byCourse"], "Violin I")["late"] == 1
    later = call("ada")("report_attendance", **{"from": "2027-03-17"}, to="2027-12-31")
    piano = line(later["byCourse"], "Piano I")
    assert (piano["cancelled"], piano["unmarked"], piano["attendanceRate"]) == (3, 0, None)
    none = call("ada")("report_attendance", **{"from": "2030-01-01"}, to="2030-12-31", by="month")
    assert (none["byCourse"], none["byTeacher"]) == ([], [])
    assert len(none["series"]) == 12
    assert none["series"][0] == {
        "start": "2030-01-01", "present": 0, "late": 0, "absent": 0, "cancelled": 0, "unmarked": 0,
        "attendanceRate": None, "lateRate": None, "absenceRate": None,
    }  # fmt: skip


def test_seats_by_class_and_when_the_next_one_frees(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    call("ada")("create_admission", **wish(school, "monday", student={"name": "Vic"}))
    fill(db, school["violin_friday"], 1)  # whose plan ended in January
    call("ada")("renew_admission", admission_id=school["una_admission"])
    report = call("ada")("report_occupancy")["items"]
    lines = {
        i["classroomSlotId"]: (i["capacity"], i["occupied"], i["free"], i["rate"],
                               i["nextSeatFreesOn"])
        for i in report
    }  # fmt: skip
    assert lines == {
        school["violin_monday"]: (2, 2, 0, 1, "2027-03-23"),  # Vic's last class is on the 22nd
        school["violin_wednesday"]: (1, 1, 0, 1, "2027-03-25"),
        school["violin_friday"]: (3, 1, 2, 0.3333, "2027-01-09"),
        school["piano_monday"]: (2, 1, 1, 0.5, "2027-04-23"),  # of the renewal
        school["piano_thursday"]: (2, 1, 1, 0.5, "2027-04-23"),
    }
    assert [(i["weekday"], i["startTime"]) for i in report] == sorted(
        (i["weekday"], i["startTime"]) for i in report
    )
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    wednesday = next(
        i
        for i in call("ada")("report_occupancy")["items"]
        if i["classroomSlotId"] == school["violin_wednesday"]
    )
    assert (wednesday["occupied"], wednesday["rate"], wednesday["nextSeatFreesOn"]) == (0, 0, None)


def test_students_and_nobody_get_no_report(db: Database, school: School, call: Callers) -> None:
    with nothing_changes(db):
        for function in ("report_attendance", "report_occupancy"):
            for person in ("root", "sam", "tom"):
                call(person)(function)
            for caller in (call("sid"), call(None)):
                assert refusal(caller, function).code == "forbidden"

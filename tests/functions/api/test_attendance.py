"""Marking classes, and the lists of them."""

import json
from typing import Any

import psycopg
import pytest

from tests.support.admitting import nothing_changes
from tests.support.asking import one, refusal
from tests.support.classrooms import class_on, classes, status
from tests.support.school import Caller, Callers, Clock, Database, School
from tests.support.servers import Client


def mark_all(caller: Caller) -> Any:
    """Return the bulk call, which takes the body that HTTP takes."""
    return lambda body: caller("mark_attendances", items=json.dumps(body["items"]))


def history(db: Database, class_id: str) -> Any:
    return db.execute(
        "select h.field, h.old #>> '{}', h.new #>> '{}', u.name from school.attendance_history as h"
        " join school.users as u on u.id = h.actor_user_id"
        " where h.attendance_id = %s order by h.sequence",
        (class_id,),
    ).fetchall()


def test_marking_keeps_who_when_from_and_to_and_the_same_again_is_no_news(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    first = class_on(db, school, "sid", "2027-03-01")
    clock.set("2027-03-01T17:05:00+00:00")
    marked = call("tom")("mark_attendance", attendance_id=first, status="present")
    assert (marked["status"], marked["markedBy"]) == ("present", school.person("tom"))
    assert marked["markedAt"].startswith("2027-03-01T17:05:00")
    clock.set("2027-03-01T18:00:00+00:00")
    with nothing_changes(db):
        again = call("ada")("mark_attendance", attendance_id=first, status="present")
    assert again == marked
    call("ada")("mark_attendance", attendance_id=first, status="absent", note="Sick")
    call("tom")("mark_attendance", attendance_id=first, status="absent")
    call("tom")("mark_attendance", attendance_id=first, status="late", note="Came at 16:20")
    assert history(db, first) == [
        ("status", "scheduled", "present", "Tom"),
        ("note", None, "Sick", "Ada"),
        ("status", "present", "absent", "Ada"),
        ("note", "Sick", "Came at 16:20", "Tom"),
        ("status", "absent", "late", "Tom"),
    ]
    row = call("ada")("list_attendance", date="2027-03-01", student_id=school["sid"])["items"]
    assert [(r["id"], r["note"]) for r in row] == [(first, "Came at 16:20")]


def test_a_mark_is_taken_back_and_taking_it_back_again_is_no_news(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-03T17:05:00+00:00")
    first, second = (class_on(db, school, "sid", day) for day in ("2027-03-01", "2027-03-03"))
    for row in (first, second):
        call("tom")("mark_attendance", attendance_id=row, status="absent", note="Sick")
    back = call("tom")("mark_attendance", attendance_id=first, status="scheduled")
    assert (back["status"], back["markedBy"], back["markedAt"]) == ("scheduled", None, None)
    assert back["note"] == "Sick"
    with nothing_changes(db):
        again = call("ada")("mark_attendance", attendance_id=first, status="scheduled")
    assert again == back
    assert history(db, first)[-1] == ("status", "absent", "scheduled", "Tom")
    assert [i["id"] for i in call("tom")("list_attendance", unmarked=True)["items"]] == [first]
    admission = call("sid")("get_admission", admission_id=school["sid_admission"])
    assert (admission["remaining"], admission["unmarked"]) == (6, 1)
    items = [{"id": first, "status": "late"}, {"id": second, "status": "scheduled"}]
    marked = mark_all(call("tom"))({"items": items})["items"]
    assert [(i["status"], i["markedAt"] is None) for i in marked] == [
        ("late", False),
        ("scheduled", True),
    ]
    call("tom")("mark_attendance", attendance_id=second, status="present")


def test_a_mark_is_taken_back_by_whoever_may_still_mark(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    row = class_on(db, school, "sid", "2027-03-01")
    call("tom")("mark_attendance", attendance_id=row, status="present")
    back = {"attendance_id": row, "status": "scheduled"}
    with nothing_changes(db):
        for person, code in {"tia": "not_found", "sam": "forbidden", "sid": "forbidden"}.items():
            assert refusal(call(person), "mark_attendance", **back).code == code
    call("ada")("block_admission", admission_id=school["sid_admission"])
    with nothing_changes(db):
        assert refusal(call("ada"), "mark_attendance", **back).code == "invalid_state"
    call("ada")("unblock_admission", admission_id=school["sid_admission"])
    clock.set("2027-03-09T00:00:00+00:00")
    with nothing_changes(db):
        assert refusal(call("tom"), "mark_attendance", **back).code == "too_late_to_mark"
        items = [{"id": row, "status": "scheduled"}]
        assert refusal(mark_all(call("tom")), {"items": items}).code == "too_late_to_mark"
    call("ada")("mark_attendance", **back)
    assert status(db, "attendance", row) == "scheduled"


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("cancel", "The admission is cancelled."),
        ("closure", "The school is closed on that date."),
        ("weekday", "The school is closed on that date."),
        ("pause", "The plan pauses on that date."),
        ("substitute", "Somebody else teaches the class on that date."),
        ("deletion", "The weekly class is deleted."),
    ],
)
def test_a_class_that_could_not_be_scheduled_any_more_keeps_its_mark_until_it_has_begun(
    db: Database, school: School, call: Callers, clock: Clock, what: str, why: str
) -> None:
    """Marked on its date before it began; what came then left it alone."""
    row = class_on(db, school, "sid", "2027-03-01")
    ada, day = call("ada"), "2027-03-01"
    call("tom")("mark_attendance", attendance_id=row, status="absent")
    if what == "cancel":
        ada("cancel_admission", admission_id=school["sid_admission"])
    elif what == "closure":
        ada("create_closure", start_date=day, end_date=day, reason="Flood")
    elif what == "pause":
        stretch = {"from": day, "to": "2027-03-03"}
        ada("pause_admission", admission_id=school["sid_admission"], **stretch)
    elif what == "substitute":
        ada(
            "set_substitute",
            classroom_slot_id=school["violin_monday"],
            date=day,
            teacher_id=ada("create_user", name="Tod", role="teacher")["id"],
            present=["teacher_id"],
        )
    else:
        unguarded = {
            "weekday": "update school.operating_days set is_open = false where weekday = 1",
            "deletion": "update school.classroom_slots set deleted_at = school.clock()"
            f" where id = '{school['violin_monday']}'",
        }
        db.execute(
            f"set session_replication_role = replica; {unguarded[what]};"
            " reset session_replication_role"
        )
    items = [{"id": row, "status": "scheduled"}]
    with nothing_changes(db):
        refused = refusal(ada, "mark_attendance", attendance_id=row, status="scheduled")
        assert refused.code == "invalid_state"
        assert str(refused).startswith(f"invalid_state: {why}")
        assert refusal(mark_all(ada), {"items": items}).code == "invalid_state"
    ada("mark_attendance", attendance_id=row, status="late")
    clock.set("2027-03-01T16:00:00+00:00")
    ada("mark_attendance", attendance_id=row, status="scheduled")
    assert status(db, "attendance", row) == "scheduled"
    if what in ("weekday", "deletion"):  # which nobody could have done
        db.execute("update school.operating_days set is_open = true")
        db.execute("update school.classroom_slots set deleted_at = null")


def test_a_class_of_a_completed_admission_is_unmarked_again(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    row = class_on(db, school, "sid", "2027-03-24")
    clock.set("2027-03-24T17:00:00+00:00")
    call("tom")("mark_attendance", attendance_id=row, status="absent")
    clock.set("2027-03-25T09:00:00+00:00")
    db.execute("select jobs.complete_admissions('2027-03-25')")
    assert status(db, "admissions", school["sid_admission"]) == "completed"
    call("tom")("mark_attendance", attendance_id=row, status="scheduled")
    call("tom")("mark_attendance", attendance_id=row, status="present")
    assert status(db, "attendance", row) == "present"


def test_marking_again_and_again_consumes_one_class(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-03T17:00:00+00:00")
    first = class_on(db, school, "sid", "2027-03-01")
    second = class_on(db, school, "sid", "2027-03-03")

    def numbers() -> Any:
        a = call("sid")("get_admission", admission_id=school["sid_admission"])
        return a["remaining"], a["unmarked"], a["progress"]

    def unmarked(person: str, function: str = "list_attendance") -> Any:
        return [i["id"] for i in call(person)(function, unmarked=True)["items"]]

    assert numbers() == (7, 1, 0)
    una_first = class_on(db, school, "una", "2027-03-01")
    assert unmarked("ada") == sorted([first, una_first])
    assert unmarked("tom") == unmarked("sam") == unmarked("sid") == [first]
    assert unmarked("tia") == unmarked("una", "list_my_attendance") == [una_first]
    for mark in ("present", "absent", "present", "present", "late"):
        call("tom")("mark_attendance", attendance_id=first, status=mark)
        assert numbers() == (7, 0, 0.125)
    assert unmarked("tom") == []
    call("tom")("mark_attendance", attendance_id=second, status="absent")
    assert numbers() == (6, 0, 0.25)
    clock.set("2027-03-25T00:00:00+00:00")
    assert numbers() == (0, 6, 0.25)
    assert len(unmarked("tom")) == 6
    items = call("tom")("list_attendance", unmarked=False, status="scheduled")["items"]
    assert items == []


def test_can_mark_is_what_marking_takes(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    ada = call("ada")
    ada("set_substitute", classroom_slot_id=school["violin_wednesday"], date="2027-03-10",
        teacher_id=school["tia"], present=["teacher_id"])  # fmt: skip
    ada("create_closure", start_date="2027-03-08", end_date="2027-03-08", reason="Fair")
    clock.set("2027-03-17T12:00:00+00:00")
    ada("block_admission", admission_id=school["una_admission"])

    def takes(person: str, row: str) -> bool:
        mark = "select (api.mark_attendance(%s, 'present')).id"
        try:
            return bool(call(person).rows(mark, (row,)))
        except psycopg.Error as error:
            if error.sqlstate not in ("OS001", "42501"):
                raise
            return False

    markable = {}
    for person in ("ada", "tom", "tia", "sam", "sid"):
        rows = call(person)("list_attendance", limit=200)["items"]
        said = {row["id"]: row["canMark"] for row in rows}
        assert said == {row: takes(person, row) for row in said}, person
        markable[person] = [row["classDate"] for row in rows if row["canMark"]]
        for date in {row["classDate"] for row in rows}:
            if person in ("sam", "sid"):
                continue
            for line in call(person)("list_classroom", date=date)["items"]:
                for student in line["students"]:
                    row = student["attendanceId"]
                    assert student["canMark"] is takes(person, row), (person, date)
                    plan = ada("get_admission", admission_id=student["admissionId"])
                    assert student["remaining"] == plan["remaining"]
    assert markable == {
        "ada": ["2027-03-01", "2027-03-03", "2027-03-10", "2027-03-15", "2027-03-17"],
        "tom": ["2027-03-15", "2027-03-17"],
        "tia": ["2027-03-10"],
        "sam": [],
        "sid": [],
    }
    for person in ("ada", "tom", "sam", "sid"):
        [row] = call(person)("list_attendance", date="2027-03-17", student_id=school["sid"])[
            "items"
        ]
        plan = call(person)("get_admission", admission_id=school["sid_admission"])
        assert row["remaining"] == plan["remaining"] == 4


def test_who_may_mark(db: Database, school: School, call: Callers, clock: Clock) -> None:
    clock.set("2027-03-01T17:05:00+00:00")
    own = class_on(db, school, "sid", "2027-03-01")
    with nothing_changes(db):
        for person, code in {
            "tia": "not_found",  # another teacher's class
            "sam": "forbidden",
            "sid": "forbidden",
            None: "forbidden",
        }.items():
            mark = {"attendance_id": own, "status": "present"}
            assert refusal(call(person), "mark_attendance", **mark).code == code, person
            bulk = {"items": [{"id": own, "status": "present"}]}
            assert refusal(mark_all(call(person)), bulk).code == code, person
        nowhere = "00000000-0000-4000-8000-000000000000"
        for person in ("ada", "tom"):
            refused = refusal(
                call(person), "mark_attendance", attendance_id=nowhere, status="present"
            )
            assert refused.code == "not_found"
    for person in ("tom", "ada", "root"):
        call(person)("mark_attendance", attendance_id=own, status="present")


def test_a_class_is_marked_from_its_date_on_never_before(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """By date: today's class also before it starts; the school's own date decides."""
    call("root")("update_settings", timezone="Asia/Kolkata", present=["timezone"])
    row = class_on(db, school, "sid", "2027-03-03")
    clock.set("2027-03-02T18:29:59+00:00")  # 23:59:59 on the 2nd in the school
    with nothing_changes(db):
        for person in ("tom", "ada", "root"):
            mark = {"attendance_id": row, "status": "absent"}
            assert refusal(call(person), "mark_attendance", **mark).code == "class_in_future"
    clock.set("2027-03-02T18:30:00+00:00")  # midnight
    call("tom")("mark_attendance", attendance_id=row, status="absent")
    assert status(db, "attendance", row) == "absent"


def test_marking_late_is_seven_days_for_teachers_and_any_date_for_admins(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    row = class_on(db, school, "sid", "2027-03-01")
    clock.set("2027-03-09T00:00:00+00:00")
    with nothing_changes(db):
        mark = {"attendance_id": row, "status": "present"}
        assert refusal(call("tom"), "mark_attendance", **mark).code == "too_late_to_mark"
    clock.set("2027-03-08T23:59:59+00:00")
    call("tom")("mark_attendance", attendance_id=row, status="present")
    clock.set("2028-03-09T00:00:00+00:00")
    with nothing_changes(db):  # nor corrected, nor repeated
        for again in ("absent", "present"):
            mark = {"attendance_id": row, "status": again}
            assert refusal(call("tom"), "mark_attendance", **mark).code == "too_late_to_mark"
    call("ada")("mark_attendance", attendance_id=row, status="absent")
    assert status(db, "attendance", row) == "absent"


def test_only_existing_rows_are_marked_and_no_second_row_for_a_date(
    db: Database, school: School
) -> None:
    """A day without a class has no row; a duplicate is refused by the index, not by a look."""
    row = class_on(db, school, "sid", "2027-03-01")
    with pytest.raises(Exception, match="one_class_per_student_slot_and_date"):
        db.execute(
            "insert into school.attendance (admission_id, student_id, classroom_slot_id,"
            " teacher_id, class_date, start_time, end_time) select admission_id, student_id,"
            " classroom_slot_id, teacher_id, class_date, start_time, end_time"
            " from school.attendance where id = %s",
            (row,),
        )
    assert (
        one(db, "select count(*) from school.attendance where student_id = %s", school["sid"]) == 8
    )


def test_a_blocked_student_is_on_the_sheet_but_not_marked_and_missed_classes_are_marked_after(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Nothing is consumed by itself while blocked, nothing silently cancelled after."""
    call("ada")("block_admission", admission_id=school["sid_admission"])
    clock.set("2027-03-05T09:00:00+00:00")
    row = class_on(db, school, "sid", "2027-03-01")
    with nothing_changes(db):
        for person in ("tom", "ada"):
            mark = {"attendance_id": row, "status": "present"}
            assert refusal(call(person), "mark_attendance", **mark).code == "invalid_state"
    sheet = call("tom")("list_attendance", date="2027-03-03")["items"]
    assert [i["student"]["id"] for i in sheet] == [school["sid"]]
    admission = call("tom")("get_admission", admission_id=school["sid_admission"])
    assert (admission["status"], admission["remaining"], admission["unmarked"]) == ("blocked", 6, 2)
    call("ada")("unblock_admission", admission_id=school["sid_admission"])
    admission = call("tom")("get_admission", admission_id=school["sid_admission"])
    assert (admission["status"], admission["remaining"], admission["unmarked"]) == ("active", 6, 2)
    call("tom")("mark_attendance", attendance_id=row, status="absent")


def test_a_cancelled_class_is_not_marked_and_one_that_had_begun_still_is(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Leaving erases nothing of what was: yesterday's and today's begun classes stay."""
    clock.set("2027-03-03T16:30:00+00:00")  # the second class is on
    future = class_on(db, school, "sid", "2027-03-08")
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    assert classes(db, school["sid_admission"])[:3] == [
        ("2027-03-01", "scheduled"),
        ("2027-03-03", "scheduled"),
        ("2027-03-08", "cancelled"),
    ]
    with nothing_changes(db):
        for person in ("tom", "ada"):
            mark = {"attendance_id": future, "status": "present"}
            assert refusal(call(person), "mark_attendance", **mark).code == "invalid_state"
    for date in ("2027-03-01", "2027-03-03"):
        row = class_on(db, school, "sid", date)
        call("tom")("mark_attendance", attendance_id=row, status="present")
    unmarked = call("tom")("list_attendance", unmarked=True)["items"]
    assert unmarked == []


def test_marking_many_is_all_or_nothing(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-04T12:00:00+00:00")
    tom, ada = mark_all(call("tom")), mark_all(call("ada"))
    first, second, future = (
        class_on(db, school, "sid", date) for date in ("2027-03-01", "2027-03-03", "2027-03-08")
    )
    other = class_on(db, school, "una", "2027-03-01")

    def items(*ids: str) -> Any:
        return {"items": [{"id": i, "status": "present"} for i in ids]}

    with nothing_changes(db):
        assert refusal(tom, items(first, future)).code == "class_in_future"
        assert refusal(tom, items(first, other)).code == "not_found"
        assert refusal(ada, items(first, second, first.upper())).code == "invalid_request"
    answer = tom(
        {
            "items": [
                {"id": second, "status": "late", "note": "bus"},
                {"id": first, "status": "present"},
            ]
        }
    )
    assert [(i["id"], i["status"], i["note"]) for i in answer["items"]] == [
        (second, "late", "bus"),
        (first, "present", None),
    ]
    ada(items(other, first))
    assert status(db, "attendance", other) == "present"
    versions = "select sum(version) from school.attendance"
    before = one(db, versions)
    ada(items(other, first))
    assert one(db, versions) == before


def test_the_sheet_of_a_past_date_shows_who_was_there_then(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Rows are of the date, not of today's enrollment."""
    clock.set("2027-03-02T09:00:00+00:00")
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    sheet = call("tom")("list_attendance", date="2027-03-01")["items"]
    assert [(i["student"]["name"], i["status"]) for i in sheet] == [("Sid", "scheduled")]
    later = call("tom")("list_attendance", **{"from": "2027-03-02"}, status="scheduled")["items"]
    assert later == []


def test_lists_follow_the_role_and_the_filters(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    def dates(person: str, function: str = "list_attendance", **filters: Any) -> Any:
        items = call(person)(function, **filters)["items"]
        return [(i["classDate"], i["course"]["name"]) for i in items]

    assert len(dates("ada", limit=200)) == 16
    assert {name for _, name in dates("sam")} == {name for _, name in dates("tom")} == {"Violin I"}
    assert dates("sid") == dates("sid", "list_my_attendance") == dates("tom", "list_my_attendance")
    assert dates("sue") == dates("una") == dates("tia")
    assert dates("ada", "list_my_attendance") == []
    assert dates("una", student_id=school["sid"]) == []
    assert dates("ada", classroom_slot_id=school["violin_monday"], to="2027-03-08") == [
        ("2027-03-01", "Violin I"),
        ("2027-03-08", "Violin I"),
    ]
    assert dates("ada", admission_id=school["una_admission"], date="2027-03-04") == [
        ("2027-03-04", "Piano I")
    ]
    assert dates("ada", **{"from": "2027-03-24"}, status="scheduled") == [
        ("2027-03-24", "Violin I"),
        ("2027-03-25", "Piano I"),
    ]


def test_over_http_a_mark_is_one_of_four_and_a_list_has_one_to_five_hundred(
    school: School, db: Database, client: Client
) -> None:
    row = class_on(db, school, "sid", "2027-03-01")
    tom = client("tom")
    with nothing_changes(db):
        for body in (
            {"status": "cancelled"},
            {"status": None},
            {},
            {"status": "present", "student": "x"},
        ):
            assert tom.post(f"/v1/attendance/{row}/mark", json=body).status_code == 400, body
        several: Any
        for several in ([], [{"id": row}], [{"id": "x", "status": "present"}], [{}] * 501):
            answer = tom.post("/v1/attendance/mark", json={"items": several})
            assert answer.status_code == 400, several
        assert tom.post("/v1/attendance/x/mark", json={"status": "late"}).status_code == 404
        twice = [{"id": row, "status": "late"}] * 2
        assert tom.post("/v1/attendance/mark", json={"items": twice}).status_code == 400
        answer = client("sid").post(f"/v1/attendance/{row}/mark", json={"status": "present"})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    answer = tom.post(f"/v1/attendance/{row}/mark", json={"status": "late"})
    assert (answer.status_code, answer.json()["status"]) == (200, "late")
    answer = tom.post("/v1/attendance/mark", json={"items": [{"id": row, "status": "present"}]})
    assert (answer.status_code, answer.json()["items"][0]["status"]) == (200, "present")
    answer = tom.post(f"/v1/attendance/{row}/mark", json={"status": "scheduled"})
    assert (answer.status_code, answer.json()["status"]) == (200, "scheduled")
    assert answer.json()["markedAt"] is None

"""The preview of an admission: what creating would do or refuse, and nothing of it done."""

from typing import Any

import psycopg
import pytest

from tests.support.admitting import (
    TRACE,
    codes,
    fill,
    fingerprint,
    new_class,
    nothing_changes,
    wish,
)
from tests.support.asking import one, refusal
from tests.support.school import Callers, Conninfo, Database, School
from tests.support.servers import Client


@pytest.mark.unsound("the closure is written as the owner, over dated classes")
def test_what_the_preview_shows_is_what_creating_then_makes(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    late, _ = new_class(call, school, 5, "17:00", "18:00")
    for start, end in (("2027-03-08", "2027-03-08"), ("2027-03-25", "2027-03-27")):
        db.execute(
            "insert into school.school_closures (start_date, end_date, reason)"
            " values (%s, %s, 'holiday')",
            (start, end),
        )
    ada("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    ada(
        "set_substitute",
        classroom_slot_id=school["violin_friday"],
        date="2027-03-12",
        teacher_id=school["tia"],
        present=["teacher_id"],
    )
    ada("update_course_plan", course_plan_id=school["violin_8"], price=150, present=["price"])
    dear = wish(school, "monday", "friday", student={"name": "New"}, start_date="2027-03-06")
    for wanted in (
        wish(school, "friday", lead_id=school["fresh"]),
        dear,
        wish(school, "friday", student_id=school["una"]) | {"time_slot_ids": [late]},
        wish(
            school,
            "friday",
            student={"name": "Old"},
            start_date="2027-01-15",
            allow_backdated=True,
        ),
    ):
        with nothing_changes(db):
            preview = ada("preview_admission", **wanted)
        assert (preview["ok"], preview["conflicts"]) == (True, [])
        made = ada("create_admission", **wanted)
        rows = db.execute(
            "select jsonb_build_object('date', b.class_date,"
            " 'weekday', extract(isodow from b.class_date)::integer,"
            " 'classroomSlotId', b.classroom_slot_id,"
            " 'classroomSlot', school.class_ref(b.classroom_slot_id),"
            " 'startTime', left(b.start_time::text, 5),"
            " 'endTime', left(b.end_time::text, 5),"
            " 'teacher', jsonb_build_object('id', u.id, 'name', u.name))"
            " from school.attendance as b join school.users as u on u.id = b.teacher_id"
            " where b.admission_id = %s order by b.class_date, b.start_time",
            (made["id"],),
        ).fetchall()
        assert preview["classDates"] == [row[0] for row in rows]
        assert preview["slots"] == made["slots"]
        assert preview["price"] == made["price"] == (150 if wanted is dear else None)
        assert (preview["firstDate"], preview["lastDate"]) == (
            made["attendance"]["firstDate"],
            made["attendance"]["lastDate"],
        )
        assert preview["warnings"] == made["warnings"]


def test_the_preview_shows_the_conflicts_that_creating_refuses_for(
    db: Database, school: School, call: Callers
) -> None:
    fill(db, school["violin_friday"], 3)
    student: dict[str, Any] = {"student": {"name": "Sid", "email": "sid@school.test"}}
    for person, wanted in (
        ("ada", wish(school, "friday", "wednesday", **student)),
        ("ada", wish(school, "monday", "monday_late", **student, start_date="2027-02-01")),
        ("ada", wish(school, "monday", "tuesday", student_id=school["sid"])),
        ("ada", wish(school, "monday", course="piano", student_id=school["sid"])),
        ("ada", wish(school, "monday", lead_id=school["sams"])),
        ("sam", wish(school, "friday", lead_id=school["fresh"])),
        ("sue", wish(school, "monday", lead_id=school["sues"])),
    ):
        with nothing_changes(db):
            preview = call(person)("preview_admission", **wanted)
        assert preview["ok"] is False
        with nothing_changes(db, but=TRACE):
            refused = refusal(call(person), "create_admission", **wanted)
        assert preview["conflicts"] == refused.members["conflicts"]
        assert refused.code == codes(preview["conflicts"])[0]


def test_a_refused_preview_still_shows_the_dates_it_can(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        full = call("ada")("preview_admission", **wish(school, "wednesday", student={"name": "X"}))
    assert codes(full["conflicts"]) == ["slot_full"]
    assert [d["date"] for d in full["classDates"]] == [
        "2027-03-03",
        "2027-03-10",
        "2027-03-17",
        "2027-03-24",
    ]
    assert (full["firstDate"], full["lastDate"]) == ("2027-03-03", "2027-03-24")
    assert [s["classroomSlotId"] for s in full["slots"]] == [school["violin_wednesday"]]
    converted = call("sam")("preview_admission", **wish(school, "friday", lead_id=school["sams"]))
    assert (converted["classDates"], converted["slots"], converted["firstDate"]) == ([], [], None)


def test_the_preview_takes_and_keeps_no_lock(
    school: School, conninfo: Conninfo, call: Callers
) -> None:
    wanted = wish(school, "monday", "friday", lead_id=school["fresh"])
    with (
        psycopg.connect(conninfo()) as rival,
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
    ):
        # Everything an admission locks is held by somebody else.
        for table in ("leads", "classroom_slots", "time_slot_templates", "course_plans", "users"):
            rival.execute(f"select from school.{table} for update")
        with gateway.transaction():
            gateway.execute(
                "select auth.enter(sha256('session-of-sam'), 'test', '127.0.0.1', 2000)"
            )
            preview = one(
                gateway,
                "select api.preview_admission(p_course_id => %s, p_course_plan_id => %s,"
                " p_start_date => %s, p_time_slot_ids => %s::uuid[], p_lead_id => %s)",
                *(
                    wanted[name]
                    for name in (
                        "course_id",
                        "course_plan_id",
                        "start_date",
                        "time_slot_ids",
                        "lead_id",
                    )
                ),
            )
            assert preview["ok"] is True
            rival.rollback()
            # The preview's transaction is still open, and in nobody's way.
            for table in ("leads", "classroom_slots", "time_slot_templates", "operating_days"):
                rival.execute(f"select from school.{table} for update nowait")


def test_ids_that_do_not_exist_are_refused_in_the_preview_too(
    db: Database, school: School, call: Callers
) -> None:
    before = fingerprint(db)
    refused = refusal(
        call("ada"),
        "preview_admission",
        **wish(school, "friday", student={"name": "X"}) | {"course_plan_id": school["friday"]},
    )
    assert refused.code == "unknown_reference"
    assert [e["pointer"] for e in refused.members["errors"]] == ["/coursePlanId"]
    assert fingerprint(db) == before


def test_over_http_a_preview_is_200_also_when_it_would_be_refused(
    school: School, client: Client
) -> None:
    body = {
        "leadId": school["fresh"],
        "courseId": school["violin"],
        "coursePlanId": school["violin_4"],
        "startDate": "2027-03-01",
        "timeSlotIds": [school["wednesday"]],
    }
    answer = client("sam").post("/v1/admissions/preview", json=body)
    assert answer.status_code == 200
    assert answer.json()["ok"] is False
    assert codes(answer.json()["conflicts"]) == ["slot_full"]
    fine = client("sam").post(
        "/v1/admissions/preview", json=body | {"timeSlotIds": [school["friday"]]}
    )
    assert (fine.status_code, fine.json()["ok"], len(fine.json()["classDates"])) == (200, True, 4)
    assert client("sid").post("/v1/admissions/preview", json=body).status_code == 403


def test_a_teacher_wished_for_is_judged_in_the_preview(school: School, call: Callers) -> None:
    for teacher, code in (("tia", "teacher_not_for_course"), ("sid", "not_a_teacher")):
        wanted = wish(school, "friday", student={"name": "X"}, teacher_id=school[teacher])
        preview = call("ada")("preview_admission", **wanted)
        assert code in codes(preview["conflicts"])
    fine = wish(school, "friday", student={"name": "X"}, teacher_id=school["tom"])
    assert call("ada")("preview_admission", **fine)["ok"] is True

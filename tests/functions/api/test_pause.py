"""A stretch without classes of one plan."""

from typing import Any

import pytest

from tests.support.admitting import codes, new_class, nothing_changes, seats_taken, wish
from tests.support.asking import one, refusal
from tests.support.classrooms import ask, classes, events, seats, status
from tests.support.notices import names
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client

FUNCTIONS = ("pause_admission", "preview_pause")
WEEK = {"from": "2027-03-08", "to": "2027-03-14"}


def own(school: School, **members: Any) -> dict[str, Any]:
    """Arguments of a pause of Sid's plan, for the second week."""
    return {"admission_id": school["sid_admission"], **WEEK, **members}


def scheduled(db: Database, school: School) -> Any:
    return [d for d, s in classes(db, school["sid_admission"]) if s == "scheduled"]


def test_classes_of_the_stretch_fall_out_and_follow_at_the_end_as_the_preview_said(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        told = call("ada")("preview_pause", **own(school, reason="Tour"))
    answer = call("ada")("pause_admission", **own(school, reason=" Tour "))
    lost, _ = classes(db, school["sid_admission"]), None
    assert [d for d, s in lost if s == "cancelled"] == ["2027-03-08", "2027-03-10"]
    assert scheduled(db, school)[-2:] == ["2027-03-29", "2027-03-31"]
    assert (told["ok"], told["conflicts"]) == (True, [])
    row = one(
        db,
        "select id::text from school.attendance where student_id = %s"
        " and class_date = '2027-03-08'",
        school["sid"],
    )
    named = {"student", "course", "teacher", "startTime"}
    assert told["cancelled"][0].keys() > named
    assert {k: v for k, v in told["cancelled"][0].items() if k not in named} == {
        "attendanceId": row,
        "admissionId": school["sid_admission"],
        "studentId": school["sid"],
        "classroomSlotId": school["violin_monday"],
        "classroomSlot": school.weekly_class("violin_monday"),
        "classDate": "2027-03-08",
    }
    assert [{k: v for k, v in a.items() if k not in named} for a in told["added"]] == [
        {
            "admissionId": school["sid_admission"],
            "studentId": school["sid"],
            "classroomSlotId": school[slot],
            "classroomSlot": school.weekly_class(slot),
            "classDate": date,
        }
        for slot, date in (("violin_monday", "2027-03-29"), ("violin_wednesday", "2027-03-31"))
    ]
    assert (answer["remaining"], answer["attendance"]["total"]) == (8, 8)
    assert seats(db, school["sid_admission"]) == ["active", "active"]
    assert seats_taken(db, school["violin_wednesday"]) == 1
    kept = one(db, "select start_date::text, end_date::text, reason from school.pauses")
    assert kept == ("2027-03-08", "2027-03-14", "Tour")
    assert events(db, school["sid_admission"]) == ["admission.created", "admission.paused"]


def test_what_follows_comes_after_the_pause_also_at_the_end_of_a_plan(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")("pause_admission", **own(school, **{"from": "2027-03-15", "to": "2027-04-04"}))
    assert scheduled(db, school)[4:] == ["2027-04-05", "2027-04-07", "2027-04-12", "2027-04-14"]
    # and so does what a closure of the school adds later
    call("ada")("create_closure", start_date="2027-03-10", end_date="2027-03-10", reason="Fair")
    assert scheduled(db, school)[-1] == "2027-04-19"


def test_dates_that_are_closed_or_full_of_visitors_are_passed_over(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ada("create_closure", start_date="2027-03-29", end_date="2027-03-29", reason="Easter")
    for name in ("Vic", "Val"):
        made = ada("create_admission", **wish(school, "friday", student={"name": name}))
        row = one(
            db,
            "select id::text from school.attendance where admission_id = %s"
            " and class_date = '2027-03-19'",
            made["id"],
        )
        asked = ada("create_reschedule_request", attendance_id=row,
                    classroom_slot_id=school["violin_monday"], class_date="2027-04-05")  # fmt: skip
        ada("approve_reschedule_request", reschedule_request_id=asked["id"])
    told = ada("preview_pause", **own(school))
    assert [c["classDate"] for c in told["added"]] == ["2027-03-31", "2027-04-07"]


def test_a_class_that_has_begun_stays_and_the_day_itself_may_begin_the_pause(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-08T16:00:00Z")
    told = call("ada")("preview_pause", **own(school))
    assert [c["classDate"] for c in told["cancelled"]] == ["2027-03-10"]
    with nothing_changes(db):
        refused = refusal(call("ada"), "pause_admission", **own(school, to="2027-03-09"))
        assert refused.code == "no_change"
    clock.set("2027-03-08T15:59:00Z")
    call("ada")("pause_admission", **own(school, to="2027-03-08"))
    assert ("2027-03-08", "cancelled") in classes(db, school["sid_admission"])


def test_a_class_moved_into_the_stretch_falls_out_and_one_moved_away_does_not(
    db: Database, school: School, call: Callers
) -> None:
    for source, target in (("2027-03-08", "2027-03-19"), ("2027-03-15", "2027-03-12")):
        asked = ask(call("sid"), db, school, source, "violin_friday", target)
        call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    told = call("ada")("preview_pause", **own(school))
    assert [c["classDate"] for c in told["cancelled"]] == ["2027-03-10", "2027-03-12"]
    call("ada")("pause_admission", **own(school))


def test_requests_of_classes_that_fall_out_are_closed(
    db: Database, school: School, call: Callers
) -> None:
    gone = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-19")
    kept = ask(call("sid"), db, school, "2027-03-15", "violin_friday", "2027-03-26")
    call("ada")("pause_admission", **own(school))
    assert status(db, "reschedule_requests", gone) == "closed"
    assert status(db, "reschedule_requests", kept) == "pending"


def test_each_rule_refuses_a_pause_and_shows_in_its_preview(
    db: Database, school: School, call: Callers
) -> None:
    for members, code in (
        ({"from": "2027-02-28"}, "start_date_out_of_range"),
        ({"from": "2027-03-02", "to": "2027-04-01"}, "pause_too_long"),
        ({"from": "2027-03-11", "to": "2027-03-14"}, "no_change"),
    ):
        with nothing_changes(db):
            refused = refusal(call("ada"), "pause_admission", **own(school, **members))
            told = call("ada")("preview_pause", **own(school, **members))
        assert (refused.code, codes(told["conflicts"]), told["ok"]) == (code, [code], False)
        assert refused.members["conflicts"] == told["conflicts"]
    for function in FUNCTIONS:
        refused = refusal(call("ada"), function, **own(school, to="2027-03-07"))
        assert refused.code == "invalid_request"
        assert refused.members["errors"][0]["pointer"] == "/to"
    stale = own(school, if_match=99)
    assert refusal(call("ada"), "pause_admission", **stale).code == "version_mismatch"
    db.execute(
        "insert into school.school_closures (start_date, end_date, reason) select d, d + 365, 'x'"
        " from unnest('{2027-04-01,2028-04-01,2029-04-01,2030-04-01}'::date[]) as d"
    )
    with nothing_changes(db):
        refused = refusal(
            call("ada"), "pause_admission", **own(school, **{"from": "2027-03-15"}, to="2027-03-26")
        )
    assert refused.code == "no_class_dates"


@pytest.mark.parametrize("end", ["block", "cancel"])
def test_only_an_active_admission_pauses(
    db: Database, school: School, call: Callers, end: str
) -> None:
    call("ada")(f"{end}_admission", admission_id=school["sid_admission"])
    with nothing_changes(db):
        refused = refusal(call("ada"), "pause_admission", **own(school))
        told = call("ada")("preview_pause", **own(school))
    assert refused.code == "invalid_state"
    assert (told["ok"], codes(told["conflicts"])) == (False, ["invalid_state"])


def test_days_add_up_over_all_pauses_and_admins_go_beyond(
    db: Database, school: School, call: Callers
) -> None:
    """Thirty calendar days in all, both ends counted, a day in two pauses once."""
    sam = call("sam")
    db.execute("update school.school_settings set pause_days_per_admission = 10")
    sam("pause_admission", **own(school))  # seven days
    four = {"from": "2027-03-15", "to": "2027-03-18"}
    with nothing_changes(db):
        refused = refusal(sam, "pause_admission", **own(school, **four))
        assert refused.code == "pause_too_long"
        (conflict,) = refused.members["conflicts"]
        assert conflict["daysLeft"] == 3
        for function in FUNCTIONS:
            beyond = own(school, **four, override=True)
            assert refusal(sam, function, **beyond).code == "forbidden"
    assert sam("preview_pause", **own(school, **{**four, "to": "2027-03-17"}))["ok"]
    assert sam("preview_pause", **own(school, to="2027-03-17"))["ok"], "seven are paused already"
    call("ada")("pause_admission", **own(school, **four, override=True))
    refused = refusal(
        sam, "pause_admission", **own(school, **{"from": "2027-03-22"}, to="2027-03-22")
    )
    assert refused.members["conflicts"][0]["daysLeft"] == 0


def test_who_may_pause_and_who_is_told(db: Database, school: School, call: Callers) -> None:
    with nothing_changes(db):
        for function in FUNCTIONS:
            for person in ("tom", "sid", None):
                assert refusal(call(person), function, **own(school)).code == "forbidden"
            assert refusal(call("sue"), function, **own(school)).code == "not_found"
    owner = "update school.leads set owner_id = %s where id = %s"
    db.execute(owner, (None, school["sams"]))
    with nothing_changes(db):
        for function in FUNCTIONS:
            assert refusal(call("sam"), function, **own(school)).code == "forbidden"
    db.execute(owner, (school["sam"], school["sams"]))
    call("sam")("pause_admission", **own(school, reason="Tour"))
    assert names(db, "admission.paused") == ["Ada", "Root", "Sid", "Tom"]
    told = one(
        db,
        "select distinct title || ': ' || body from school.notifications"
        " where type = 'admission.paused'",
    )
    assert told == "A plan pauses: Sid, Violin I: from 2027-03-08 to 2027-03-14, Tour"


def test_a_pause_is_seen_by_who_sees_the_admission_but_not_by_its_teachers(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")("pause_admission", **own(school))
    seen = "select start_date::text from school.pauses"
    for person in ("sid", "sam", "ada"):
        assert call(person).rows(seen) == [("2027-03-08",)]
    for person in ("una", "sue"):
        assert call(person).rows(seen) == []
    call("ada")("assign_lead", lead_id=school["sams"], owner_id=school["sue"],
                present=["owner_id"])  # fmt: skip
    assert call("sam").rows(seen) == []
    assert call("sue").rows(seen) == [("2027-03-08",)]


def test_a_class_of_another_time_that_a_transfer_made_pauses_with_the_plan(
    db: Database, school: School, call: Callers
) -> None:
    new_class(call, school, 6, "10:00", "11:00")
    call("ada")(
        "transfer_admission",
        admission_id=school["sid_admission"],
        from_classroom_slot_id=school["violin_wednesday"],
        time_slot_id=school["friday"],
        **{"from": "2027-03-08"},
    )
    told = call("ada")("preview_pause", **own(school))
    assert [c["classDate"] for c in told["cancelled"]] == ["2027-03-08", "2027-03-12"]
    assert [c["classDate"] for c in told["added"]] == ["2027-03-29", "2027-04-02"]


def test_over_http_both_answer_200(db: Database, school: School, client: Client) -> None:
    path = f"/v1/admissions/{school['sid_admission']}/pause"
    ada = client("ada")
    with nothing_changes(db):
        told = ada.post(f"{path}/preview", json=WEEK)
        assert (told.status_code, told.json()["ok"]) == (200, True)
        assert ada.post(path, json={**WEEK, "to": "2027-03-01"}).status_code == 400
        assert client("sid").post(path, json=WEEK).status_code == 403
        long = client("sam").post(path, json={**WEEK, "to": "2027-06-01"})
        assert (long.status_code, long.json()["code"]) == (422, "pause_too_long")
    answer = ada.post(path, json={**WEEK, "reason": "Tour", "override": True})
    assert (answer.status_code, answer.json()["remaining"]) == (200, 8)

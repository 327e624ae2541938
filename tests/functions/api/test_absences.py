"""Absences announced ahead: the class stays, its place on that date is free for others."""

from typing import Any

import pytest

from tests.support.admitting import nothing_changes, wish
from tests.support.asking import one, refusal, refused
from tests.support.classrooms import ask, class_on
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client
from tests.support.trials import book, trial

EXPECTED = "select school.count_expected(%s, %s)"


@pytest.fixture
def sids(db: Database, school: School) -> str:
    """Sid's class on Wednesday 2027-03-03, which has one seat."""
    return class_on(db, school, "sid", "2027-03-03")


@pytest.mark.parametrize("person", ["sid", "sam", "ada", "root"])
def test_an_absence_frees_the_place_and_nothing_else(
    db: Database, school: School, call: Callers, sids: str, person: str
) -> None:
    caller = call(person)
    answer = caller("announce_absence", attendance_id=sids, reason=" A journey ")
    assert (answer["status"], answer["absenceReason"]) == ("scheduled", "A journey")
    assert answer["absenceAnnouncedAt"].startswith("2027-03-01T09:00:00")
    assert answer["version"] == 2
    assert one(db, EXPECTED, school["violin_wednesday"], "2027-03-03") == 0
    admission = call("ada")("get_admission", admission_id=school["sid_admission"])
    assert admission["remaining"] == 8, "the class is not given back"
    trial_id = book(call("sam"), school, "fresh", "violin_wednesday", "2027-03-03")
    with nothing_changes(db):
        assert refusal(caller, "withdraw_absence", attendance_id=sids).code == "date_full"
    call("sam")("cancel_trial", trial_id=trial_id)
    back = caller("withdraw_absence", attendance_id=sids)
    assert (back["absenceAnnouncedAt"], back["absenceReason"]) == (None, None)
    assert one(db, EXPECTED, school["violin_wednesday"], "2027-03-03") == 1
    history = db.execute(
        "select field, old is null, new is null, actor_user_id::text from school.attendance_history"
        " where attendance_id = %s order by created_at, old nulls first",
        (sids,),
    ).fetchall()
    assert history == [
        ("absenceAnnouncedAt", True, False, school[person]),
        ("absenceAnnouncedAt", False, True, school[person]),
    ]


@pytest.mark.parametrize(
    ("person", "code"),
    [("una", "not_found"), ("sue", "not_found"), ("tom", "forbidden"), (None, "forbidden")],
)
def test_nobody_else_says_who_is_absent(
    db: Database, school: School, call: Callers, sids: str, person: str, code: str
) -> None:
    with nothing_changes(db):
        for function in ("announce_absence", "withdraw_absence"):
            assert refusal(call(person), function, attendance_id=sids).code == code


def test_the_same_again_changes_nothing_but_the_reason(
    db: Database, school: School, call: Callers, clock: Clock, sids: str
) -> None:
    call("sid")("announce_absence", attendance_id=sids, reason="Ill")
    clock.set("2027-03-02T09:00:00Z")
    with nothing_changes(db, but=["school.classroom_slots"]):
        call("ada")("announce_absence", attendance_id=sids)
    again = call("sid")("announce_absence", attendance_id=sids, reason="Still ill")
    assert again["absenceReason"] == "Still ill"
    assert again["absenceAnnouncedAt"].startswith("2027-03-01")
    call("sid")("withdraw_absence", attendance_id=sids)
    with nothing_changes(db):
        call("sid")("withdraw_absence", attendance_id=sids)


def test_a_class_that_has_begun_or_is_not_scheduled_has_no_absence(
    db: Database, school: School, call: Callers, clock: Clock, sids: str
) -> None:
    call("sid")("announce_absence", attendance_id=class_on(db, school, "sid", "2027-03-08"))
    clock.set("2027-03-03T16:00:00Z")
    with nothing_changes(db):
        for function in ("announce_absence", "withdraw_absence"):
            for person in ("sid", "ada"):
                wrong = refusal(call(person), function, attendance_id=sids)
                assert wrong.code == "class_not_in_future"
    call("tom")("mark_attendance", attendance_id=sids, status="absent")
    gone = class_on(db, school, "sid", "2027-03-08")
    call("ada")("create_closure", start_date="2027-03-08", end_date="2027-03-08", reason="Fair")
    with nothing_changes(db):
        for function in ("announce_absence", "withdraw_absence"):
            for row in (sids, gone):
                assert refusal(call("ada"), function, attendance_id=row).code == "invalid_state"


def test_an_announced_absence_is_marked_like_any_other_class(
    school: School, call: Callers, clock: Clock, sids: str
) -> None:
    call("sid")("announce_absence", attendance_id=sids)
    clock.set("2027-03-03T17:00:00Z")
    marked = call("tom")("mark_attendance", attendance_id=sids, status="absent")
    assert (marked["status"], marked["absenceAnnouncedAt"] is None) == ("absent", False)
    read = call("sid")("get_admission", admission_id=school["sid_admission"])
    assert (read["remaining"], read["progress"]) == (6, 0.125)


def test_moving_the_class_ends_the_announcement(
    db: Database, school: School, call: Callers, sids: str
) -> None:
    call("sid")("announce_absence", attendance_id=sids, reason="Ill")
    asked = ask(call("sid"), db, school, "2027-03-03", "violin_friday", "2027-03-12")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    (moved,) = call("sid")("list_attendance", date="2027-03-12")["items"]
    assert (moved["id"], moved["absenceAnnouncedAt"], moved["absenceReason"]) == (sids, None, None)
    assert one(db, EXPECTED, school["violin_friday"], "2027-03-12") == 1


def test_the_place_is_free_for_a_move_and_the_week_stays_full(
    db: Database, school: School, call: Callers, sids: str
) -> None:
    """A move needs a weekly seat besides the place; the one seat of the class is sid's."""
    ada = call("ada")
    vic = ada("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    ids = School({**school.ids, "vic": vic["studentId"]})
    move = {
        "attendance_id": class_on(db, ids, "vic", "2027-03-05"),
        "classroom_slot_id": school["violin_wednesday"],
        "class_date": "2027-03-10",
    }
    call("sid")("announce_absence", attendance_id=class_on(db, school, "sid", "2027-03-10"))
    assert refusal(ada, "create_reschedule_request", **move).code == "slot_full"
    ada("update_classroom_slot", classroom_slot_id=school["violin_wednesday"], capacity=2,
        present=["capacity"])  # fmt: skip
    asked = ada("create_reschedule_request", **move)["id"]
    book(ada, school, "unowned", "violin_wednesday", "2027-03-10")
    ada("approve_reschedule_request", reschedule_request_id=asked)
    full = trial(school, "fresh", "violin_wednesday", "2027-03-10")
    assert refusal(ada, "create_trial", **full).code == "date_full"
    back = class_on(db, school, "sid", "2027-03-10")
    assert refusal(call("sid"), "withdraw_absence", attendance_id=back).code == "date_full"


def test_a_capacity_cut_minds_absences(db: Database, school: School, call: Callers) -> None:
    """One seat is taken; on one date a trial and a visitor come, and the seated one does not."""
    ada = call("ada")
    monday = school["violin_monday"]
    ada("update_classroom_slot", classroom_slot_id=monday, capacity=3, present=["capacity"])
    row = class_on(db, school, "sid", "2027-03-08")
    book(ada, school, "unowned", "violin_monday", "2027-03-08")
    cut: dict[str, Any] = {"classroom_slot_id": monday, "capacity": 1, "present": ["capacity"]}
    with nothing_changes(db):
        assert refusal(ada, "update_classroom_slot", **cut).code == "in_use"
    call("sid")("announce_absence", attendance_id=row)
    ada("update_classroom_slot", **cut)
    assert refusal(call("sid"), "withdraw_absence", attendance_id=row).code == "date_full"


def test_absences_over_http(school: School, client: Client, sids: str) -> None:
    path = f"/v1/attendance/{sids}/absence"
    sid = client("sid")
    refused(client("tom").post(path, json={}), 403, "forbidden")
    refused(client("una").post(path, json={}), 404, "not_found")
    refused(sid.post(path, json={"reason": 5}), 400, "invalid_request")
    answer = sid.post(path, json={"reason": "Ill"})
    assert answer.status_code == 200, answer.text
    listed = client("tom").get("/v1/attendance", params={"date": "2027-03-03"}).json()["items"]
    assert [i["absenceAnnouncedAt"] for i in listed] == [answer.json()["absenceAnnouncedAt"]]
    back = sid.delete(path)
    assert (back.status_code, back.json()["absenceAnnouncedAt"]) == (200, None)

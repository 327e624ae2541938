"""People who come once fill a room on a date: nobody is dated there, and who admits is told."""

from typing import Any

from tests.support.admitting import nothing_changes, wish
from tests.support.asking import one, refusal
from tests.support.classrooms import ask, broken, classes
from tests.support.school import Callers, Clock, Database, School


def visit(call: Callers, db: Database, school: School, source: str, target: str) -> None:
    """Move a class of sid's to a Friday on which nobody sits in violin's class."""
    asked = ask(call("sid"), db, school, source, "violin_friday", target)
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)


def one_seat(db: Database, school: School) -> None:
    query = "update school.classroom_slots set capacity = 1 where id = %s"
    db.execute(query, (school["violin_friday"],))


def friday(school: School, name: str = "Vera") -> Any:
    return wish(school, "friday", student={"name": name})


def days(db: Database, admission: str) -> Any:
    return [day for day, _ in classes(db, admission)]


def test_an_admission_passes_over_a_full_date_and_says_which(
    db: Database, school: School, call: Callers
) -> None:
    one_seat(db, school)
    visit(call, db, school, "2027-03-08", "2027-03-12")
    expected = ["2027-03-05", "2027-03-19", "2027-03-26", "2027-04-02"]
    preview = call("ada")("preview_admission", **friday(school))
    assert (preview["ok"], [d["date"] for d in preview["classDates"]]) == (True, expected)
    made = call("ada")("create_admission", **friday(school))
    assert days(db, made["id"]) == expected
    for answer in (preview, made):
        (warning,) = [w for w in answer["warnings"] if w["code"] == "date_full"]
        assert warning["dates"] == ["2027-03-12"]
        assert warning["message"]


def test_full_dates_before_and_after_the_plan_are_nobodys_concern(
    db: Database, school: School, call: Callers
) -> None:
    one_seat(db, school)
    visit(call, db, school, "2027-03-08", "2027-03-05")
    visit(call, db, school, "2027-03-15", "2027-04-16")
    answer = call("ada")("create_admission", **{**friday(school), "start_date": "2027-03-06"})
    assert days(db, answer["id"]) == ["2027-03-12", "2027-03-19", "2027-03-26", "2027-04-02"]
    assert {w["code"] for w in answer["warnings"]} == {"student_without_login"}


def test_a_date_with_a_place_left_is_taken(db: Database, school: School, call: Callers) -> None:
    visit(call, db, school, "2027-03-08", "2027-03-12")
    answer = call("ada")("create_admission", **friday(school))
    assert days(db, answer["id"])[1] == "2027-03-12"
    assert {w["code"] for w in answer["warnings"]} == {"student_without_login"}


def test_a_class_that_is_full_every_week_refuses_the_seat_and_shows_dates(
    db: Database, school: School, call: Callers
) -> None:
    preview = call("ada")("preview_admission", **wish(school, "wednesday", student={"name": "V"}))
    assert [c["code"] for c in preview["conflicts"]] == ["slot_full"]
    assert preview["classDates"][0]["date"] == "2027-03-03"
    assert "date_full" not in {w["code"] for w in preview["warnings"]}


def test_a_renewal_passes_over_a_full_date(db: Database, school: School, call: Callers) -> None:
    one_seat(db, school)
    visit(call, db, school, "2027-03-08", "2027-04-02")
    made = call("ada")("create_admission", **friday(school))
    renewed = call("ada")("renew_admission", admission_id=made["id"])
    assert days(db, renewed["id"])[0] == "2027-04-09"


def test_backdated_classes_take_every_date_from_the_start(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    one_seat(db, school)
    visit(call, db, school, "2027-03-08", "2027-03-12")
    clock.set("2027-03-20T09:00:00Z")
    wanted = {**friday(school), "allow_backdated": True}
    made = call("ada")("create_admission", **wanted)
    assert days(db, made["id"]) == ["2027-03-05", "2027-03-12", "2027-03-19", "2027-03-26"]


def test_seats_for_people_expected_on_a_date_are_not_cut(
    db: Database, school: School, call: Callers
) -> None:
    visit(call, db, school, "2027-03-08", "2027-03-12")
    call("ada")("create_admission", **friday(school))
    cut = {"classroom_slot_id": school["violin_friday"], "present": ["capacity"]}
    with nothing_changes(db):
        refused = refusal(call("ada"), "update_classroom_slot", **cut, capacity=1)
    assert refused.code == "in_use"
    assert [(c["kind"], c["classDate"]) for c in refused.members["conflicts"]] == [
        ("classroom_slot", "2027-03-12")
    ]
    assert call("ada")("update_classroom_slot", **cut, capacity=2)["capacity"] == 2
    assert broken(db) == []


def test_what_was_held_already_keeps_no_seat(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    visit(call, db, school, "2027-03-08", "2027-03-12")
    call("ada")("create_admission", **friday(school))
    clock.set("2027-03-13T09:00:00Z")
    cut = {"classroom_slot_id": school["violin_friday"], "present": ["capacity"]}
    assert call("ada")("update_classroom_slot", **cut, capacity=1)["capacity"] == 1
    assert one(db, "select school.expected(%s, '2027-03-12')", school["violin_friday"]) == 2

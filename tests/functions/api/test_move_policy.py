"""The school's policy of moves: how late, how many and how far ahead."""

from typing import Any

import pytest

from tests.support.admitting import codes, nothing_changes
from tests.support.asking import one, refusal
from tests.support.classrooms import ask, class_on, status
from tests.support.notices import names
from tests.support.school import Caller, Callers, Clock, Database, School
from tests.support.servers import Client

MOVE = "create_reschedule_request"
FRIDAY = "2027-03-12"


def policy(db: Database, **settings: int | None) -> None:
    """Set ``notice_hours``, ``per_admission`` or ``within_days`` of the school's moves."""
    columns = {
        "notice_hours": "reschedule_notice_hours",
        "per_admission": "reschedules_per_admission",
        "within_days": "reschedule_within_days",
    }
    for name, value in settings.items():
        db.execute(f"update school.school_settings set {columns[name]} = %s", (value,))


def wanted(
    db: Database,
    school: School,
    source: str = "2027-03-08",
    to: str = FRIDAY,
    slot: str = "violin_friday",
    **members: Any,
) -> dict[str, Any]:
    return {
        "attendance_id": class_on(db, school, "sid", source),
        "classroom_slot_id": school[slot],
        "class_date": to,
        **members,
    }


def moves(caller: Caller, school: School) -> Any:
    return caller("get_admission", admission_id=school["sid_admission"])["moves"]


def options(caller: Caller, db: Database, school: School, source: str = "2027-03-08") -> Any:
    row = class_on(db, school, "sid", source)
    items = caller("list_reschedule_options", attendance_id=row)["items"]
    return [item["date"] for item in items]


def approve(call: Callers, asked: str) -> Any:
    return call("ada")("approve_reschedule_request", reschedule_request_id=asked)


def refused_approval(call: Callers, asked: str) -> str:
    return refusal(call("ada"), "approve_reschedule_request", reschedule_request_id=asked).code


@pytest.mark.parametrize(
    ("now", "is_late"),
    [
        ("2027-03-06T15:59:00Z", False),
        ("2027-03-06T16:00:00Z", True),  # 48 hours before
        ("2027-03-08T15:59:00Z", True),
    ],
)
def test_from_so_many_hours_before_the_class_nobody_asks(
    db: Database, school: School, call: Callers, clock: Clock, now: str, is_late: bool
) -> None:
    policy(db, notice_hours=48)
    clock.set(now)
    if not is_late:
        assert options(call("sid"), db, school)
        call("sid")(MOVE, **wanted(db, school))
        return
    with nothing_changes(db):
        for person in ("sid", "sam", "ada"):
            refused = refusal(call(person), MOVE, **wanted(db, school))
            assert codes(refused.members["conflicts"]) == [refused.code] == ["too_late_to_move"]
        assert options(call("ada"), db, school) == []
    assert options(call("sid"), db, school, "2027-03-15")


def test_a_class_that_has_begun_is_refused_for_that_alone(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    policy(db, notice_hours=48)
    clock.set("2027-03-08T16:00:00Z")
    refused = refusal(call("sid"), MOVE, **wanted(db, school))
    assert codes(refused.members["conflicts"]) == ["class_not_in_future"]


def test_so_many_moves_of_a_plan_and_only_those_that_may_still_be_or_were_made_count(
    db: Database, school: School, call: Callers
) -> None:
    sid = call("sid")
    assert moves(sid, school) == {"used": 0, "allowed": None}
    policy(db, per_admission=2)
    first = ask(sid, db, school, "2027-03-08", "violin_friday", FRIDAY)
    second = ask(sid, db, school, "2027-03-10", "violin_friday", "2027-03-19")
    for person in ("sid", "sam", "tom", "ada"):
        assert moves(call(person), school) == {"used": 2, "allowed": 2}
    third = wanted(db, school, "2027-03-15", "2027-03-26")
    with nothing_changes(db):
        refused = refusal(sid, MOVE, **third)
        assert codes(refused.members["conflicts"]) == ["no_moves_left"]
        assert options(sid, db, school, "2027-03-15") == []
    call("ada")("reject_reschedule_request", reschedule_request_id=first)
    assert moves(sid, school)["used"] == 1
    again = ask(sid, db, school, "2027-03-08", "violin_friday", FRIDAY)
    sid("withdraw_reschedule_request", reschedule_request_id=again)
    approve(call, second)
    assert moves(sid, school)["used"] == 1
    sid(MOVE, **third)
    assert moves(sid, school)["used"] == 2
    listed = call("ada")("list_admissions", student_id=school["sid"])["items"]
    assert [item["moves"] for item in listed] == [{"used": 2, "allowed": 2}]


def test_when_deciding_those_that_were_made_count(
    db: Database, school: School, call: Callers
) -> None:
    first = ask(call("sid"), db, school, "2027-03-08", "violin_friday", FRIDAY)
    second = ask(call("sid"), db, school, "2027-03-10", "violin_friday", "2027-03-19")
    policy(db, per_admission=1)
    approve(call, first)
    with nothing_changes(db):
        assert refused_approval(call, second) == "no_moves_left"
    assert status(db, "reschedule_requests", second) == "pending"
    policy(db, per_admission=None)
    approve(call, second)


def test_another_plan_of_the_same_student_has_moves_of_its_own(
    db: Database, school: School, call: Callers
) -> None:
    renewed = call("ada")("renew_admission", admission_id=school["sid_admission"])
    policy(db, per_admission=1)
    ask(call("sid"), db, school, "2027-03-08", "violin_friday", FRIDAY)
    ask(call("sid"), db, school, "2027-04-05", "violin_friday", "2027-04-09")
    own = call("sid")("get_admission", admission_id=renewed["id"])
    assert own["moves"] == {"used": 1, "allowed": 1}


def test_no_further_ahead_of_the_class_than_the_window(
    db: Database, school: School, call: Callers
) -> None:
    policy(db, within_days=11)
    with nothing_changes(db):
        for person in ("sid", "ada"):
            refused = refusal(call(person), MOVE, **wanted(db, school, to="2027-03-26"))
            assert codes(refused.members["conflicts"]) == ["beyond_window"]
    dates = options(call("sid"), db, school)
    assert dates[-1] == "2027-03-19", "the eleventh day"
    assert "2027-03-05" in dates, "earlier is as near as one likes"
    call("sid")(MOVE, **wanted(db, school, to="2027-03-19"))


def test_the_policy_is_that_of_the_day_of_the_decision(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-19")
    policy(db, within_days=10)
    with nothing_changes(db):
        assert refused_approval(call, asked) == "beyond_window"
    policy(db, within_days=60, notice_hours=24)
    clock.set("2027-03-08T09:00:00Z")
    with nothing_changes(db):
        assert refused_approval(call, asked) == "too_late_to_move"
    policy(db, notice_hours=0)
    approve(call, asked)


@pytest.mark.parametrize(("member", "used"), [("school_caused", 0), ("override", 1)])
def test_admins_go_beyond_and_what_the_school_causes_does_not_count(
    db: Database, school: School, call: Callers, clock: Clock, member: str, used: int
) -> None:
    policy(db, notice_hours=336, per_admission=0, within_days=1)
    clock.set("2027-03-08T09:00:00Z")
    flag: dict[str, Any] = {member: True}
    beyond = wanted(db, school, **flag)
    with nothing_changes(db):
        for person in ("sid", "sam"):
            assert refusal(call(person), MOVE, **beyond).code == "forbidden"
        refused = refusal(call("ada"), MOVE, **wanted(db, school))
        assert codes(refused.members["conflicts"]) == [
            "beyond_window",
            "no_moves_left",
            "too_late_to_move",
        ]
    asked = call("ada")(MOVE, **beyond)
    wire = {"school_caused": "schoolCaused", "override": "override"}
    assert [asked[name] for name in wire.values()] == [name == member for name in wire]
    approve(call, asked["id"])
    assert status(db, "reschedule_requests", asked["id"]) == "approved"
    assert moves(call("sid"), school) == {"used": used, "allowed": 0}


def test_other_rules_hold_for_whoever_goes_beyond(
    db: Database, school: School, call: Callers
) -> None:
    for member in ("school_caused", "override"):
        flag: dict[str, Any] = {member: True}
        closed = wanted(db, school, to="2027-03-11", **flag)
        assert refusal(call("ada"), MOVE, **closed).code == "weekday_mismatch"


def test_a_place_is_free_by_the_one_count_of_a_date(
    db: Database, school: School, call: Callers
) -> None:
    """A trial takes it, an absence that is announced leaves it."""
    db.execute(
        "update school.classroom_slots set capacity = 1 where id = %s", (school["violin_friday"],)
    )
    db.execute(
        "insert into school.trials (lead_id, classroom_slot_id, course_id, teacher_id, class_date,"
        " start_time, end_time) values (%s, %s, %s, %s, %s, '16:00', '17:00')",
        (school["fresh"], school["violin_friday"], school["violin"], school["tom"], FRIDAY),
    )
    with nothing_changes(db):
        assert refusal(call("sid"), MOVE, **wanted(db, school)).code == "slot_full"
        assert FRIDAY not in options(call("sid"), db, school)
    other = ask(call("sid"), db, school, "2027-03-10", "violin_friday", "2027-03-19")
    approve(call, other)
    with nothing_changes(db):
        assert "2027-03-19" not in options(call("sid"), db, school)
    db.execute("update school.trials set status = 'cancelled', ended_at = now()")
    call("sid")(MOVE, **wanted(db, school))


def test_who_teaches_the_class_on_its_date_hears_of_the_wish_and_who_asked_of_the_decision(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")(
        "set_substitute",
        classroom_slot_id=school["violin_wednesday"],
        date="2027-03-10",
        teacher_id=school["tia"],
        present=["teacher_id"],
    )
    asked = ask(call("sam"), db, school, "2027-03-10", "violin_friday", FRIDAY)
    assert names(db, "reschedule.requested") == ["Ada", "Root", "Tia"]
    call("ada")("reject_reschedule_request", reschedule_request_id=asked)
    assert names(db, "reschedule.rejected") == ["Sam", "Sid", "Tia"]
    asked = ask(call("root"), db, school, "2027-03-10", "violin_friday", FRIDAY)
    approve(call, asked)
    assert names(db, "reschedule.approved") == ["Root", "Sid", "Tom"]
    payload = one(
        db,
        "select payload from school.notification_events where type = 'reschedule.approved'",
    )
    assert payload["requestedBy"] == school["root"]


def test_over_http_the_limits_are_422(db: Database, school: School, client: Client) -> None:
    policy(db, notice_hours=336, per_admission=0, within_days=1)
    row = class_on(db, school, "sid", "2027-03-08")
    body = {
        "attendanceId": row,
        "classroomSlotId": school["violin_friday"],
        "classDate": FRIDAY,
    }
    refused = client("sid").post("/v1/reschedule-requests", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "beyond_window")
    path = "/v1/reschedule-requests"
    assert client("sid").post(path, json={**body, "override": True}).status_code == 403
    caused = client("ada").post(path, json={**body, "schoolCaused": True})
    assert (caused.status_code, caused.json()["schoolCaused"]) == (201, True)
    assert client("sid").get(f"/v1/attendance/{row}/reschedule-options").json()["items"] == []

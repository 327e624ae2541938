"""The school's own days and hours, wherever it is and while the clocks change."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support.admitting import wish
from tests.support.asking import one, refusal
from tests.support.school import Callers, Clock, Database, School, zone
from tests.support.servers import Client


def admit(school: School, call: Callers, start: str) -> Any:
    return call("sam")(
        "create_admission",
        **wish(school, "friday", lead_id=school["fresh"], start_date=start),
    )


def dates(db: Database, admission: str) -> Any:
    rows = db.execute(
        "select class_date::text, start_time::text from school.attendance"
        " where admission_id = %s and status <> 'cancelled' order by 1, 2",
        (admission,),
    ).fetchall()
    return [(day, time[:5]) for day, time in rows]


def test_server_in_utc_and_school_ahead_today_is_the_schools(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    zone(db, "Asia/Kolkata")
    clock.set("2027-03-02T19:00:00Z")  # 00:30 on the 3rd at school
    assert str(one(db, "select school.today()")) == "2027-03-03"
    row = one(
        db,
        "select id::text from school.attendance where admission_id = %s"
        " and class_date = '2027-03-03'",
        school["sid_admission"],
    )
    marked = call("ada")("mark_attendance", attendance_id=row, status="absent")
    assert marked["status"] == "absent"
    assert refusal(admit, school, call, "2027-03-02").code == "start_date_out_of_range"
    assert admit(school, call, "2027-03-03")["startDate"] == "2027-03-03"


def test_weekly_class_keeps_its_hour_on_the_wall_across_dst(
    db: Database, school: School, call: Callers
) -> None:
    zone(db, "America/New_York")  # clocks go forward on 14 March 2027
    made = admit(school, call, "2027-03-05")
    assert dates(db, made["id"]) == [
        ("2027-03-05", "16:00"),
        ("2027-03-12", "16:00"),
        ("2027-03-19", "16:00"),
        ("2027-03-26", "16:00"),
    ]
    local = ZoneInfo("America/New_York")
    instants = [
        datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=local)
        for day, time in dates(db, made["id"])
    ]
    hours = [instant.astimezone(ZoneInfo("UTC")).hour for instant in instants]
    assert hours == [21, 21, 20, 20]


def test_weekday_is_that_of_the_local_date_and_not_of_the_utc_instant(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    zone(db, "Pacific/Auckland")  # Friday 16:00 there is Friday 03:00 UTC; Monday's is Sunday's
    slot = call("ada")("create_time_slot", weekday=6, start_time="09:00", end_time="10:00")["id"]
    call("ada")(
        "create_classroom_slot",
        time_slot_id=slot,
        course_id=school["violin"],
        teacher_id=school["tom"],
        capacity=1,
    )
    school_ids = {**school.ids, "saturday": slot}
    made = call("sam")(
        "create_admission",
        lead_id=school["fresh"],
        course_id=school["violin"],
        course_plan_id=school["violin_4"],
        start_date="2027-03-03",
        time_slot_ids=[school_ids["saturday"]],
    )
    assert {date.fromisoformat(day).isoweekday() for day, _ in dates(db, made["id"])} == {6}
    assert dates(db, made["id"])[0] == ("2027-03-06", "09:00")


@pytest.fixture
def sundays(db: Database, school: School, call: Callers) -> Any:
    """Open the school on Sundays in Amsterdam, where the clocks go forward on 28 March 2027 at
    02:00 and back on 31 October 2027 at 03:00. ``sundays(start, end)`` makes a violin class."""
    zone(db, "Europe/Amsterdam")
    db.execute("update school.operating_days set is_open = true where weekday = 7")
    ada = call("ada")

    def make(start: str, end: str) -> Any:
        slot = ada("create_time_slot", weekday=7, start_time=start, end_time=end)["id"]
        ada(
            "create_classroom_slot",
            time_slot_id=slot,
            course_id=school["violin"],
            teacher_id=school["tom"],
            capacity=3,
        )
        return slot

    return make


def admit_to(
    school: School,
    call: Callers,
    slots: Any,
    start: str,
    plan: str = "violin_4",
    lead: str = "fresh",
) -> Any:
    return call("ada")(
        "create_admission",
        lead_id=school[lead],
        course_id=school["violin"],
        course_plan_id=school[plan],
        start_date=start,
        time_slot_ids=slots,
    )


@pytest.mark.parametrize(
    ("now", "first"),
    [("2027-03-28T07:59:59Z", "2027-03-28"), ("2027-03-28T08:00:00Z", "2027-04-04")],
)
def test_class_on_the_dst_day_begins_by_the_clock_on_the_wall(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sundays: Callable[..., Any],
    now: str,
    first: str,
) -> None:
    slot = sundays("10:00", "11:00")
    clock.set(now)
    made = admit_to(school, call, [slot], "2027-03-28")
    assert dates(db, made["id"])[0] == (first, "10:00")


def test_date_strings_stay_the_same_from_end_to_end(
    db: Database, school: School, client: Client
) -> None:
    sam = client("sam")
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"):
        zone(db, name)
        for day in ("2027-03-28", "2028-02-29", "2027-12-31"):
            answer = sam.patch(f"/v1/leads/{school['fresh']}", json={"followUpDate": day})
            assert answer.status_code == 200
            assert answer.json()["followUpDate"] == day
            assert sam.get(f"/v1/leads/{school['fresh']}").json()["followUpDate"] == day
            found = sam.get("/v1/leads", params={"search": "fresh"}).json()["items"]
            assert [lead["followUpDate"] for lead in found] == [day]


def test_days_of_23_and_25_hours_hold_the_same_classes(
    db: Database, school: School, call: Callers, sundays: Callable[..., Any]
) -> None:
    slots = [sundays("01:00", "02:30"), sundays("02:30", "04:00")]
    for lead, day in (("fresh", "2027-03-28"), ("unowned", "2027-10-31")):
        made = admit_to(school, call, slots, day, plan="violin_8", lead=lead)
        rows = db.execute(
            "select start_time::text, end_time::text from school.attendance"
            " where admission_id = %s and class_date = %s order by 1",
            (made["id"], day),
        ).fetchall()
        assert rows == [("01:00:00", "02:30:00"), ("02:30:00", "04:00:00")]


@pytest.mark.parametrize(
    ("now", "has_begun"), [("2027-03-28T00:59:59Z", False), ("2027-03-28T01:00:00Z", True)]
)
def test_class_at_half_past_two_in_the_dst_gap_begins_when_the_wall_has_passed_it(
    db: Database,
    school: School,
    clock: Clock,
    sundays: Callable[..., Any],
    now: str,
    has_begun: bool,
) -> None:
    clock.set(now)
    assert one(db, "select school.has_begun('2027-03-28', '02:30')") is has_begun

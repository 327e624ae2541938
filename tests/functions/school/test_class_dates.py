"""The dates of a plan: exactly so many, on the school's own calendar."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.support.admitting import new_class, nothing_changes, wish
from tests.support.asking import refusal
from tests.support.classrooms import classes
from tests.support.school import Callers, Clock, Database, School


@pytest.fixture
def dates(db: Database, school: School) -> Any:
    """``dates("monday", "friday", start=…, total=…)``: the class dates, as ISO text."""

    def ask(
        *classes: str, start: str, total: Any, student: str | None = None, course: str = "violin"
    ) -> Any:
        ids = [school.ids.get(f"{course}_{name}", name) for name in classes]
        rows = db.execute(
            "select class_date from school.class_dates(%s::uuid[], %s::date, %s, %s)",
            (ids, start, total, student),
        )
        return [row[0].isoformat() for row in rows]

    return ask


def close(db: Database, start: str, end: str) -> None:
    db.execute(
        "insert into school.school_closures (start_date, end_date, reason) values (%s, %s, 'x')",
        (start, end),
    )


def test_a_start_between_class_days_begins_on_the_next_one(dates: Callable[..., Any]) -> None:
    assert dates("monday", "friday", start="2027-03-02", total=3) == [
        "2027-03-05",
        "2027-03-08",
        "2027-03-12",
    ]
    assert dates("friday", start="2027-03-05", total=1) == ["2027-03-05"]


def test_a_total_that_weeks_do_not_divide_ends_in_a_partial_week(dates: Callable[..., Any]) -> None:
    assert dates("monday", "friday", start="2027-03-02", total=5)[-1] == "2027-03-19"
    for total in (1, 2, 3, 7, 8, 99, 100):
        got = dates("monday", "wednesday", "friday", start="2027-03-02", total=total)
        assert len(got) == total
        assert got == sorted(set(got))


def test_two_classes_on_one_day_are_two_rows_in_order_of_time(
    db: Database, school: School, call: Callers
) -> None:
    _, late = new_class(call, school, 1, "18:00", "19:00")
    _, early = new_class(call, school, 1, "08:00", "09:00")
    rows = db.execute(
        "select class_date::text, start_time::text from school.class_dates(%s::uuid[],"
        " '2027-03-02', 5, null)",
        ([late, school["violin_monday"], early],),
    ).fetchall()
    assert rows == [
        ("2027-03-08", "08:00:00"),
        ("2027-03-08", "16:00:00"),
        ("2027-03-08", "18:00:00"),
        ("2027-03-15", "08:00:00"),
        ("2027-03-15", "16:00:00"),
    ]


def test_weekdays_are_iso_from_monday_to_sunday(
    db: Database, school: School, call: Callers, dates: Callable[..., Any]
) -> None:
    db.execute("update school.operating_days set is_open = true")
    for weekday in range(1, 8):
        _, made = new_class(call, school, weekday, "20:00", "21:00")
        for start in (date(2027, 3, 1) + timedelta(days=n) for n in range(7)):
            first = date.fromisoformat(dates(made, start=start, total=1)[0])
            assert first.isoweekday() == weekday
            assert start <= first < start + timedelta(days=7)


@pytest.mark.unsound("closures are written as the owner, over dated classes")
def test_closures_and_closed_days_are_skipped_wherever_they_fall(
    db: Database, dates: Callable[..., Any]
) -> None:
    plain = dates("monday", "friday", start="2027-03-01", total=6)
    assert plain[0] == "2027-03-01"
    close(db, "2027-03-01", "2027-03-01")  # the first
    close(db, "2027-03-10", "2027-03-12")  # one in the middle, its last day
    close(db, "2027-03-22", "2027-03-24")  # what is the last then, its first day
    close(db, "2027-03-20", "2027-03-23")  # overlapping the one before
    assert dates("monday", "friday", start="2027-03-01", total=6) == [
        "2027-03-05",
        "2027-03-08",
        "2027-03-15",
        "2027-03-19",
        "2027-03-26",
        "2027-03-29",
    ]
    # Nothing is scheduled in this test, so that days may be closed.
    db.execute("update school.attendance set status = 'cancelled'")
    db.execute("update school.operating_days set is_open = false where weekday = 1")
    assert dates("monday", "friday", start="2027-03-01", total=3) == [
        "2027-03-05",
        "2027-03-19",
        "2027-03-26",
    ]
    db.execute("update school.operating_days set is_open = false")
    assert dates("monday", "friday", start="2027-03-01", total=3) == []


def test_a_class_that_has_begun_today_is_skipped_only_when_the_plan_starts_today(
    dates: Callable[..., Any], clock: Clock
) -> None:
    for instant, first in (
        ("2027-03-01T15:59:59Z", "2027-03-01"),
        ("2027-03-01T16:00:00Z", "2027-03-08"),
        ("2027-03-01T16:30:00Z", "2027-03-08"),
    ):
        clock.set(instant)
        assert dates("monday", start="2027-03-01", total=1) == [first]
    # Backdated: every date from its start, today's begun class among them.
    assert dates("monday", start="2027-02-22", total=3) == [
        "2027-02-22",
        "2027-03-01",
        "2027-03-08",
    ]
    assert dates("monday", start="2027-03-02", total=1) == ["2027-03-08"]


def test_begun_is_judged_by_the_wall_clock_of_the_school(
    db: Database, dates: Callable[..., Any], clock: Clock
) -> None:
    # 16:00 on Monday in Kolkata is 10:30 UTC, in Los Angeles midnight UTC.
    for zone, before, begun in (
        ("Asia/Kolkata", "2027-03-01T10:29:00Z", "2027-03-01T10:30:00Z"),
        ("America/Los_Angeles", "2027-03-01T23:59:00Z", "2027-03-02T00:00:00Z"),
    ):
        db.execute("update school.school_settings set timezone = %s", (zone,))
        clock.set(before)
        assert dates("monday", start="2027-03-01", total=1) == ["2027-03-01"]
        clock.set(begun)
        assert dates("monday", start="2027-03-01", total=1) == ["2027-03-08"]


def test_leap_day_and_year_boundary_are_dates_like_others(
    db: Database, dates: Callable[..., Any]
) -> None:
    assert dates("monday", start="2028-02-21", total=3) == [
        "2028-02-21",
        "2028-02-28",
        "2028-03-06",
    ]
    assert dates("wednesday", "friday", start="2032-02-27", total=3) == [
        "2032-02-27",
        "2032-03-03",
        "2032-03-05",
    ]
    # 2028-02-29 is a Tuesday; moved to Friday's class, 2036-02-29 is a Friday.
    assert dates("friday", start="2036-02-29", total=2) == ["2036-02-29", "2036-03-07"]
    # Week 53 of 2026 runs from December 28 to January 3.
    assert dates("monday", "friday", start="2026-12-27", total=4) == [
        "2026-12-28",
        "2027-01-01",
        "2027-01-04",
        "2027-01-08",
    ]


def test_daylight_saving_moves_no_class(
    db: Database, school: School, call: Callers, dates: Callable[..., Any], clock: Clock
) -> None:
    db.execute("update school.school_settings set timezone = 'America/New_York'")
    db.execute("update school.operating_days set is_open = true")
    # On 2027-03-14, a Sunday, 02:30 does not exist; on 2027-11-07 it is there once more at 01:30.
    _, gap = new_class(call, school, 7, "02:30", "03:15")
    _, twice = new_class(call, school, 7, "01:15", "01:45")
    for made, start in ((gap, "2027-03-07"), (twice, "2027-10-31")):
        rows = db.execute(
            "select class_date, start_time, end_time from school.class_dates(array[%s::uuid],"
            " %s::date, 3, null)",
            (made, start),
        ).fetchall()
        assert [row[0] for row in rows] == [
            date.fromisoformat(start) + timedelta(weeks=n) for n in range(3)
        ]
        assert len({row[1:] for row in rows}) == 1
    assert dates("monday", start="2027-03-08", total=2) == ["2027-03-08", "2027-03-15"]
    # The gap is 07:00 UTC: a moment before, the class is to come, a moment after it has begun.
    clock.set("2027-03-14T06:59:59Z")
    assert dates(gap, start="2027-03-14", total=1) == ["2027-03-14"]
    clock.set("2027-03-14T07:00:00Z")
    assert dates(gap, start="2027-03-14", total=1) == ["2027-03-21"]


def test_the_search_ends_after_three_years(dates: Callable[..., Any]) -> None:
    weekly = dates("monday", start="2027-03-01", total=500)
    assert (len(weekly), weekly[-1]) == (157, "2030-02-25")
    leap = dates("friday", start="2028-02-29", total=500)
    assert leap[-1] < "2031-02-28"
    assert dates("monday", start="infinity", total=5) == []
    assert dates("monday", start="-infinity", total=5) == []
    assert dates(start="2027-03-01", total=5) == []


@pytest.mark.unsound("classes are dated as the owner")
def test_times_at_which_the_student_has_a_class_are_skipped(
    db: Database, school: School, dates: Callable[..., Any]
) -> None:
    una = school["una"]  # piano, Monday 16:00 and Thursday 17:00, until March 25
    assert dates("monday", "friday", start="2027-03-15", total=4, student=una) == [
        "2027-03-19",
        "2027-03-26",
        "2027-03-29",
        "2027-04-02",
    ]
    db.execute(
        "update school.attendance set status = 'cancelled' where student_id = %s"
        " and class_date = '2027-03-22'",
        (una,),
    )
    assert "2027-03-22" in dates("monday", start="2027-03-15", total=2, student=una)
    db.execute(
        "update school.attendance set status = 'present' where student_id = %s"
        " and class_date = '2027-03-01'",
        (una,),
    )
    assert dates("monday", start="2027-03-01", total=1, student=una) == ["2027-03-22"]
    # Half-open: a class that ends at 16:00 is in nobody's way at 16:00.
    db.execute(
        "update school.attendance set start_time = '15:00', end_time = '16:00'"
        " where student_id = %s and class_date = '2027-03-15'",
        (una,),
    )
    assert dates("monday", start="2027-03-15", total=1, student=una) == ["2027-03-15"]
    assert dates("monday", start="2027-03-15", total=1, student=school["sam"]) == ["2027-03-15"]


def test_a_substitute_teaches_the_date_it_was_named_for(db: Database, school: School) -> None:
    db.execute(
        "insert into school.class_substitutes (classroom_slot_id, class_date, teacher_id)"
        " values (%s, '2027-03-08', %s)",
        (school["violin_monday"], school["tia"]),
    )
    rows = db.execute(
        "select teacher_id::text from school.class_dates(array[%s::uuid], '2027-03-01', 3, null)",
        (school["violin_monday"],),
    ).fetchall()
    assert rows == [(school["tom"],), (school["tia"],), (school["tom"],)]


def test_the_longest_plan_over_year_ends_has_exactly_its_classes(
    db: Database, school: School, call: Callers
) -> None:
    """500 classes would take ten years of Fridays: refused. 48, twice a week: all of them."""
    plan = call("ada")("create_course_plan", course_id=school["violin"], name="500",
                       total_classes=500, classes_per_week=1)["id"]  # fmt: skip
    long = {**wish(school, "friday", student={"name": "Vic"}), "course_plan_id": plan}
    with nothing_changes(db):
        assert refusal(call("ada"), "create_admission", **long).code == "no_class_dates"
    made = call("ada")(
        "create_admission",
        **{
            **wish(school, "monday", "friday", student={"name": "Vic"}),
            "course_plan_id": school["violin_48"],
            "start_date": "2027-11-01",
        },
    )
    dates = [date for date, _ in classes(db, made["id"])]
    assert len(dates) == len(set(dates)) == 48
    assert "2027-12-31" in dates
    assert "2028-01-03" in dates

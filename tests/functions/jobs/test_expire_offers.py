"""The job that ends offers which have run out."""

import pytest

from tests.support.admitting import fill
from tests.support.asking import one
from tests.support.classrooms import events
from tests.support.school import Callers, Clock, Database, School
from tests.support.waitlist import enter, held, state, states

RUN = "select jobs.expire_offers(%s)"
NOW = "select jobs.expire_offers()"


@pytest.fixture
def entries(db: Database, school: School, call: Callers) -> tuple[str, str]:
    """Return an entry that was offered the last seat of Friday at 09:00, and the next in line."""
    fill(db, school["violin_friday"], 2)
    return (
        enter(call("sam"), school, "fresh", "friday"),
        enter(call("ada"), school, "unowned", "friday"),
    )


def test_an_offer_ends_on_the_minute_and_the_seat_goes_on(
    db: Database, school: School, call: Callers, clock: Clock, entries: tuple[str, str]
) -> None:
    first, second = entries
    clock.set("2027-03-03T08:59:00Z")
    assert one(db, NOW) == 0
    assert states(db, first, second) == ["offered", "waiting"]
    clock.set("2027-03-03T09:00:00Z")
    assert one(db, NOW) == 1
    assert states(db, first, second) == ["expired", "offered"]
    assert held(db, school, second) == ["violin_friday"]
    shown = call("ada")("get_waitlist_entry", waitlist_entry_id=second)
    assert shown["offer"]["expiresAt"] == "2027-03-05T09:00:00+00:00"
    assert one(db, NOW) == 0
    assert events(db, first) == ["waitlist.offered", "waitlist.expired"]
    again = enter(call("sam"), school, "fresh", "friday")
    assert call("sam")("get_waitlist_entry", waitlist_entry_id=again)["position"] == 1


def test_a_date_is_judged_at_the_present_time_of_day(
    db: Database, school: School, clock: Clock, entries: tuple[str, str]
) -> None:
    clock.set("2027-03-10T08:59:00Z")
    assert one(db, RUN, "2027-03-03") == 0
    clock.set("2027-03-10T09:00:00Z")
    assert one(db, RUN, "2027-03-02") == 0
    assert one(db, RUN, "2027-03-03") == 1
    day = "select day::text from school.notification_events where type = 'waitlist.expired'"
    assert one(db, day) == "2027-03-03"


def test_the_setting_counts_from_when_the_offer_is_made(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    call("root")("update_settings", waitlist_offer_hours=1, present=["waitlist_offer_hours"])
    entry = enter(call("sam"), school, "fresh", "friday")
    clock.set("2027-03-01T10:00:00Z")
    call("root")("update_settings", waitlist_offer_hours=336, present=["waitlist_offer_hours"])
    assert one(db, NOW) == 1
    assert state(db, entry) == "expired"


def told(call: Callers, person: str) -> list[tuple[str, str, str]]:
    items = call(person)("list_notifications")["items"]
    return sorted(
        (item["type"], item["title"], item["body"])
        for item in items
        if item["type"].startswith("waitlist")
    )


def test_the_owner_hears_or_the_admins_and_a_student_with_them(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    root = call("root")
    enter(root, school, "fresh", "friday")
    enter(root, school, "unowned", "friday")
    enter(root, school, "una", "friday")
    clock.set("2027-03-03T09:00:00Z")
    assert one(db, NOW) == 3
    texts = {
        name: [
            (
                "waitlist.expired",
                "An offer has run out",
                f"{name}, Violin I",
            ),
            (
                "waitlist.offered",
                "A seat is free and held",
                f"{name}, Violin I, Friday 16:00: held until 2027-03-03",
            ),
        ]
        for name in ("Fresh", "Unowned", "Una")
    }
    assert told(call, "sam") == texts["Fresh"]
    assert told(call, "una") == texts["Una"]
    assert told(call, "ada") == sorted([*texts["Unowned"], *texts["Una"]])
    # Who made the offers is not told of them, and of what the clock did like everybody.
    assert told(call, "root") == sorted([texts["Unowned"][0], texts["Una"][0]])
    assert told(call, "sue") == told(call, "tom") == []

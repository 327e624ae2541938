"""Calendar feeds, read by a parser that shares nothing with the one that writes them."""

import datetime
import itertools
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from tests.support.asking import refused
from tests.support.classrooms import ask, class_on
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client, Http
from tests.support.trials import book

WALL = "%Y-%m-%d %H:%M"


def feed(http: Http, url: str) -> Any:
    answer = http().get(url[url.index("/v1/") :])
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return answer.text


def events_of(text: str) -> Any:
    """Return the events by uid, as {start, end (instants), status, sequence, summary}."""
    calendar = vobject.readOne(text)
    return {
        event.uid.value: {
            "start": event.dtstart.value,
            "end": event.dtend.value,
            "status": event.status.value,
            "sequence": int(event.sequence.value),
            "summary": event.summary.value,
        }
        for event in calendar.contents.get("vevent", [])
    }


@pytest.mark.parametrize(
    ("zone", "change"), [("Europe/Berlin", "2027-03-28"), ("America/New_York", "2027-03-14")]
)
def test_classes_keep_their_local_time_on_both_sides_of_a_change_of_the_clock(
    school: School, call: Callers, client: Client, http: Http, zone: str, change: str
) -> None:
    call("root")("update_settings", timezone=zone, present=["timezone"])
    call("ada")("renew_admission", admission_id=school["sid_admission"])
    url = client("sid").post("/v1/me/calendar").json()["url"]
    text = feed(http, url)
    assert f"TZID:{zone}" in text
    assert "BEGIN:VTIMEZONE" in text
    assert "\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    found = events_of(text)
    assert len(found) == 16
    turn = datetime.date.fromisoformat(change)
    offsets: dict[str, set[Any]] = {"before": set(), "after": set()}
    for event in found.values():
        # the file's own rules say when that is, the system's say what the wall shows then
        assert event["start"].tzinfo is not None
        instant = event["start"].astimezone(datetime.UTC)
        wall = instant.astimezone(ZoneInfo(zone))
        assert wall.strftime("%H:%M") == "16:00"
        assert event["end"].astimezone(datetime.UTC) - instant == datetime.timedelta(hours=1)
        offsets["after" if wall.date() >= turn else "before"].add(wall.utcoffset())
    assert len(offsets["before"]) == len(offsets["after"]) == 1
    assert offsets["before"] != offsets["after"]


def test_a_moved_class_keeps_its_uid_and_counts_up_and_a_cancelled_one_says_so(
    db: Database, school: School, call: Callers, client: Client, http: Http
) -> None:
    url = client("sid").post("/v1/me/calendar").json()["url"]
    before = events_of(feed(http, url))
    row = class_on(db, school, "sid", "2027-03-08")
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    assert events_of(feed(http, url)) == before  # asking moves nothing
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    after = events_of(feed(http, url))
    assert after.keys() == before.keys()
    (moved,) = (uid for uid in after if after[uid] != before[uid])
    assert moved.startswith(row)
    assert after[moved]["sequence"] > before[moved]["sequence"]
    assert after[moved]["start"].strftime(WALL) == "2027-03-12 16:00"
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    gone = events_of(feed(http, url))
    assert gone.keys() == before.keys()
    assert {event["status"] for event in gone.values()} == {"CANCELLED"}
    assert all(gone[uid]["sequence"] > after[uid]["sequence"] for uid in gone)


def test_a_teachers_feed_has_one_event_a_class_whose_sequence_never_falls(
    db: Database, school: School, call: Callers, client: Client, http: Http
) -> None:
    for name in ("Vic", "Val"):
        call("ada")(
            "create_admission",
            course_id=school["violin"],
            course_plan_id=school["violin_4"],
            start_date="2027-03-01",
            time_slot_ids=[school["friday"]],
            student={"name": name},
        )
    url = client("tom").post("/v1/me/calendar").json()["url"]
    seen = [events_of(feed(http, url))]
    assert len(seen[0]) == 8 + 4
    for source, slot, target in (
        ("2027-03-08", "violin_friday", "2027-03-12"),
        ("2027-03-12", "violin_friday", "2027-03-19"),
    ):
        asked = ask(call("sid"), db, school, source, slot, target)
        call("ada")("approve_reschedule_request", reschedule_request_id=asked)
        seen.append(events_of(feed(http, url)))
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    seen.append(events_of(feed(http, url)))
    for earlier, later in itertools.pairwise(seen):
        for uid in earlier.keys() & later.keys():
            assert later[uid]["sequence"] >= earlier[uid]["sequence"], uid
    passed_through = f"{school['violin_friday']}-2027-03-12@ostinato"
    sequences = [feed_of[passed_through]["sequence"] for feed_of in seen]
    assert sequences[0] < sequences[1] < sequences[2], "somebody comes, and goes on"
    assert {e["summary"] for e in seen[-1].values()} == {"Violin I"}
    by_start = {e["start"].strftime(WALL): e["status"] for e in seen[-1].values()}
    assert by_start["2027-03-03 16:00"] == "CANCELLED"
    assert by_start["2027-03-05 16:00"] == "CONFIRMED"


def test_an_address_ends_when_it_is_renewed_revoked_or_its_person_goes(
    db: Database, school: School, call: Callers, client: Client, http: Http
) -> None:
    sid, anybody = client("sid"), http()
    first = sid.post("/v1/me/calendar")
    assert first.status_code == 201
    path = first.json()["url"]
    path = path[path.index("/v1/") :]
    assert anybody.get(path).status_code == 200
    second = sid.post("/v1/me/calendar").json()["url"]
    second = second[second.index("/v1/") :]
    for gone in (path, "/v1/calendar/nothing.ics", path.replace(".ics", "x.ics")):
        answer = anybody.get(gone)
        refused(answer, 404, "not_found")
    assert anybody.get(second).status_code == 200
    person = {"user_id": school["sid"], "present": ["status"]}
    call("ada")("update_user", **person, status="disabled")
    assert anybody.get(second).status_code == 404
    call("ada")("update_user", **person, status="active")
    assert anybody.get(second).status_code == 404  # like the sessions, it ended for good
    una = client("una")
    third = una.post("/v1/me/calendar").json()["url"]
    assert una.delete("/v1/me/calendar").status_code == 204
    assert una.delete("/v1/me/calendar").status_code == 204
    assert anybody.get(third[third.index("/v1/") :]).status_code == 404
    tokens = db.execute("select token_hash from auth.calendar_tokens").fetchall()
    secret = second.rsplit("/", 1)[1].removesuffix(".ics").encode()
    assert all(secret not in bytes(row[0]) for row in tokens)
    assert anybody.post("/v1/me/calendar").status_code == 401


def test_people_without_classes_have_an_empty_calendar_and_old_classes_leave_it(
    school: School, client: Client, http: Http, clock: Clock
) -> None:
    url = client("ada").post("/v1/me/calendar").json()["url"]
    assert events_of(feed(http, url)) == {}
    url = client("sid").post("/v1/me/calendar").json()["url"]
    assert len(events_of(feed(http, url))) == 8
    clock.set("2027-06-01T09:00:00+00:00")  # 92 days after the first class
    assert len(events_of(feed(http, url))) == 7


def test_announced_absences_and_trials_are_told_and_count_the_event_up(
    db: Database, school: School, call: Callers, client: Client, http: Http
) -> None:
    def told(url: str) -> Any:
        calendar = vobject.readOne(feed(http, url))
        return {
            e.dtstart.value.strftime(WALL): (
                int(e.sequence.value),
                e.status.value,
                e.summary.value,
                e.description.value if "description" in e.contents else None,
            )
            for e in calendar.contents["vevent"]
        }

    sid, tom = (client(name).post("/v1/me/calendar").json()["url"] for name in ("sid", "tom"))
    row = class_on(db, school, "sid", "2027-03-03")
    day = "2027-03-03 16:00"
    before = told(tom)
    assert told(sid)[day] == (0, "CONFIRMED", "Violin I", "With Tom")
    call("sid")("announce_absence", attendance_id=row)
    assert told(sid)[day] == (1, "CONFIRMED", "Violin I (absence announced)", "With Tom")
    assert told(tom)[day] == (1, "CONFIRMED", "Violin I", "Sid (absence announced)")
    booked = book(call("sam"), school, "fresh", "violin_wednesday", "2027-03-03")
    assert told(tom)[day] == (2, "CONFIRMED", "Violin I", "Fresh (trial), Sid (absence announced)")
    call("sam")("cancel_trial", trial_id=booked)
    call("sid")("withdraw_absence", attendance_id=row)
    assert told(tom)[day] == (4, "CONFIRMED", "Violin I", "Sid")
    assert told(sid)[day] == (2, "CONFIRMED", "Violin I", "With Tom")
    friday = book(call("ada"), school, "unowned")
    alone = "2027-03-05 16:00"
    assert told(tom).keys() - before.keys() == {alone}
    assert told(tom)[alone] == (0, "CONFIRMED", "Violin I", "Unowned (trial)")
    call("ada")("cancel_trial", trial_id=friday)
    assert told(tom)[alone] == (1, "CANCELLED", "Violin I", None)

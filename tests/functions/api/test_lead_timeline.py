"""What happened to a lead, in one list, to each as far as they see it."""

from typing import Any

from tests.support.admitting import wish
from tests.support.asking import pages, refusal
from tests.support.leads import add_lead
from tests.support.school import Caller, Callers, Clock, Database, School
from tests.support.trials import trial


def told(caller: Caller, lead: str, **asked: Any) -> list[dict[str, Any]]:
    asked = {"limit": 3, **asked}
    found = pages(caller, "list_lead_timeline", lead_id=lead, **asked)
    return [item for page in found for item in page["items"]]


TABLES = ("lead_notes", "trials", "waitlist_entries", "admissions", "admission_sight")


def set_to(db: Database, clock: Clock, now: str) -> None:
    """Give what came since the last time that of the clock, which these take from the server."""
    at = db.execute("select school.clock()::text").fetchone()
    with db.transaction():
        db.execute("set local session_replication_role = replica")
        for table in TABLES:
            db.execute(
                f"update school.{table} set created_at = %s"
                " where created_at between now() - interval '1 hour' and now()",
                at,
            )
    clock.set(now)


def test_a_timeline_tells_notes_changes_follow_ups_demos_trials_waiting_and_admission(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    sam = call("sam")
    lead = add_lead(call, school, "sam", assigned_teacher_id=school["tom"])["id"]
    set_to(db, clock, "2027-03-01T10:00:00Z")
    sam("add_lead_note", lead_id=lead, body="Wants the violin.")
    set_to(db, clock, "2027-03-01T11:00:00Z")
    sam("complete_follow_up", lead_id=lead, outcome="rescheduled", follow_up_date="2027-03-09")
    set_to(db, clock, "2027-03-01T12:00:00Z")
    call("tom")("record_demo", lead_id=lead, demo_date="2027-03-01", demo_conducted=True)
    set_to(db, clock, "2027-03-01T13:00:00Z")
    asked = trial(School({**school.ids, "new": lead}), "new", "violin_friday", "2027-03-05")
    booked = sam("create_trial", **asked)
    set_to(db, clock, "2027-03-01T14:00:00Z")
    entry = sam("create_waitlist_entry", lead_id=lead, course_id=school["violin"])
    set_to(db, clock, "2027-03-05T17:00:00Z")
    call("tom")("record_trial_outcome", trial_id=booked["id"], status="attended")
    set_to(db, clock, "2027-03-06T09:00:00Z")
    admission = sam(
        "create_admission", **wish(school, "friday", lead_id=lead, start_date="2027-03-06")
    )
    set_to(db, clock, "2027-03-06T10:00:00Z")

    seen = told(sam, lead)
    kinds = [(item["kind"], item["at"][:16], item["actor"]["name"]) for item in seen]
    assert kinds[-3:] == [("change", "2027-03-01T09:00", "Sam")] * 3  # owner, teacher, stage
    assert {kind for kind in kinds if kind[0] not in ("change", "follow_up", "demo")} == {
        ("note", "2027-03-01T10:00", "Sam"),
        ("trial", "2027-03-01T13:00", "Sam"),
        ("waiting", "2027-03-01T14:00", "Sam"),
        ("trial", "2027-03-05T17:00", "Tom"),
        ("waiting", "2027-03-06T09:00", None),
        ("admission", "2027-03-06T09:00", "Sam"),
    }
    assert ("demo", "2027-03-01T12:00", "Tom") in kinds
    assert ("follow_up", "2027-03-01T11:00", "Sam") in kinds
    assert [item["at"] for item in seen] == sorted((item["at"] for item in seen), reverse=True)
    by = {
        (item["kind"], item["status"]): item
        for item in seen
        if item["kind"] in ("note", "trial", "waiting", "admission")
    }
    assert by["note", None]["body"] == "Wants the violin."
    violin = {"id": school["violin"], "name": "Violin I"}
    for kind, status, thing in (
        ("trial", "booked", booked),
        ("trial", "attended", booked),
        ("waiting", "waiting", entry),
        ("waiting", "admitted", entry),
        ("admission", "active", admission),
    ):
        item = by[kind, status]
        assert (item["id"], item["course"]) == (thing["id"], violin)
    assert by["trial", "booked"]["date"] == "2027-03-05"
    moved = next(i for i in seen if i["kind"] == "follow_up" and i["field"] == "followUpDate")
    assert (moved["old"], moved["new"]) == ("2027-03-05", "2027-03-09")
    won = next(i for i in seen if i["field"] == "stageId")
    assert (won["old"], won["newName"]) == (school["stage_new"], "Admitted")

    for kind in {item["kind"] for item in seen}:
        assert told(sam, lead, kind=kind) == [i for i in seen if i["kind"] == kind]
    assert told(call("ada"), lead) == seen
    assert told(call("ada"), lead, sort="at") == seen[::-1]


def test_a_timeline_shows_what_its_reader_may_see(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Its teacher sees the trials that they give and no waiting; a stranger no lead."""
    lead = add_lead(call, school, "sam", assigned_teacher_id=school["tom"])["id"]
    names = School({**school.ids, "new": lead})
    for slot, date in (("violin_friday", "2027-03-05"), ("piano_monday", "2027-03-08")):
        call("ada")("create_trial", **trial(names, "new", slot, date), override=True)
    call("sam")("create_waitlist_entry", lead_id=lead, course_id=school["violin"])
    assert len(told(call("sam"), lead, kind=["trial", "waiting"])) == 3
    toms = told(call("tom"), lead, kind=["trial", "waiting"])
    assert [(i["kind"], i["course"]["id"]) for i in toms] == [("trial", school["violin"])]
    for person in ("sue", "tia"):
        assert refusal(call(person), "list_lead_timeline", lead_id=lead).code == "not_found"
    assert refusal(call("sid"), "list_lead_timeline", lead_id=lead).code == "forbidden"

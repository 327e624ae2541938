"""jobs.rebuild_notifications: the notifications can be derived from the events at any time."""

from tests.support.asking import one
from tests.support.notices import run
from tests.support.school import Callers, Clock, Database, School

ALL = (
    "select event_id, recipient_user_id, type, entity_type, entity_id, day, title, body, payload,"
    " created_at from school.notifications order by 1, 2"
)


def busy_school(db: Database, school: School, call: Callers) -> None:
    """Make events of many types."""
    ada, sam = call("ada"), call("sam")
    ada("assign_lead", lead_id=school["unowned"], owner_id=school["sue"], present=["owner_id"])
    ada("block_admission", admission_id=school["sid_admission"], reason="unpaid")
    ada("unblock_admission", admission_id=school["sid_admission"])
    call(None)("request_access", email="new@school.test", name="New", role="teacher")
    row = one(
        db,
        "select id::text from school.attendance where admission_id = %s"
        " and class_date = '2027-03-08'",
        school["sid_admission"],
    )
    asked = call("sid")(
        "create_reschedule_request",
        attendance_id=row,
        classroom_slot_id=school["violin_friday"],
        class_date="2027-03-12",
    )
    ada("approve_reschedule_request", reschedule_request_id=asked["id"])
    sam(
        "update_my_settings",
        muted_notification_types=["admission.cancelled"],
        present=["muted_notification_types"],
    )
    ada("cancel_admission", admission_id=school["una_admission"])
    run(db, "follow_ups_due")
    run(db, "remaining_classes", "2027-03-16")


def test_rebuilt_they_equal_the_originals_whatever_has_changed_since(
    db: Database, school: School, call: Callers
) -> None:
    busy_school(db, school, call)
    originals = db.execute(ALL).fetchall()
    assert len({row[2] for row in originals}) >= 10
    # Names, owners, preferences and people change; what was told does not.
    db.execute("update school.leads set name = 'Renamed', owner_id = %s", (school["sue"],))
    db.execute("update school.courses set name = 'Renamed ' || name")
    db.execute("update school.users set name = 'Renamed' where role = 'student'")
    call("root")("update_user", user_id=school["sam"], status="disabled", present=["status"])
    call("ada")(
        "update_my_settings",
        muted_notification_types=["admission.blocked"],
        present=["muted_notification_types"],
    )
    after = one(db, "select max(sequence) from school.notification_events")
    originals = db.execute(ALL).fetchall()
    db.execute("delete from school.notifications")
    assert run(db, "rebuild_notifications", "1900-01-01") == len(originals)
    assert db.execute(ALL).fetchall() == originals
    assert one(db, "select max(sequence) from school.notification_events") == after
    assert run(db, "rebuild_notifications", "1900-01-01") == 0


def test_what_is_there_stays_as_it_is_and_what_is_missing_comes_back_unread(
    db: Database, school: School, call: Callers
) -> None:
    busy_school(db, school, call)
    call("ada")("read_all_notifications")
    before = db.execute("select id, sequence, read_at from school.notifications order by id")
    kept = before.fetchall()
    missing = one(
        db, "select count(*) from school.notifications where recipient_user_id = %s", school["sid"]
    )
    db.execute("delete from school.notifications where recipient_user_id = %s", (school["sid"],))
    assert run(db, "rebuild_notifications", "1900-01-01") == missing > 0
    rows = db.execute(
        "select id, sequence, read_at from school.notifications where recipient_user_id <> %s",
        (school["sid"],),
    ).fetchall()
    assert set(rows) == {row for row in kept if row in rows}
    assert call("sid")("count_unread_notifications") == {"count": missing}
    assert call("ada")("count_unread_notifications") == {"count": 0}


def test_only_events_since_the_day_are_derived(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-02T09:00:00Z")
    call("ada")("block_admission", admission_id=school["sid_admission"])
    since = one(db, "select count(*) from school.notifications where day >= '2027-03-02'")
    db.execute("delete from school.notifications")
    assert run(db, "rebuild_notifications", "2027-03-03") == 0
    assert run(db, "rebuild_notifications", "2027-03-02") == since

"""A person's inbox, and the admins' log of events."""

import pytest

from tests.support.asking import one, pages, refusal
from tests.support.notices import run
from tests.support.school import Callers, Clock, Database, School

MEMBERS = {
    "id",
    "type",
    "entityType",
    "entityId",
    "day",
    "title",
    "body",
    "payload",
    "readAt",
    "createdAt",
    "sequence",
}


def test_everybody_lists_their_own_newest_first_and_nobody_elses(
    db: Database, school: School, call: Callers
) -> None:
    run(db, "follow_ups_due")
    for person in ("root", "ada", "sam", "sue", "tom", "tia", "sid", "una"):
        items = call(person)("list_notifications", limit=200)["items"]
        wanted = db.execute(
            "select id::text from school.notifications where recipient_user_id = %s"
            " order by sequence desc",
            (school[person],),
        ).fetchall()
        assert [item["id"] for item in items] == [row[0] for row in wanted]
        assert all(item.keys() == MEMBERS for item in items)
    newest = call("sam")("list_notifications")["items"][0]
    assert newest["type"] == "follow_up.due"
    assert (newest["entityType"], newest["entityId"]) == ("lead", school["fresh"])
    assert (newest["title"], newest["day"]) == ("Follow-up due", "2027-03-01")
    assert newest["body"] == "Fresh, due 2027-03-01"
    assert newest["payload"]["leadName"] == "Fresh"
    assert "recipients" not in newest["payload"]
    assert newest["readAt"] is None


def test_reading_one_counts_once_and_again_changes_nothing(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    run(db, "follow_ups_due")
    sam = call("sam")
    count = sam("count_unread_notifications")["count"]
    one = sam("list_notifications")["items"][0]
    read = sam("read_notification", notification_id=one["id"])
    assert read["readAt"] is not None
    clock.set("2027-03-01T10:00:00Z")
    assert sam("read_notification", notification_id=one["id"])["readAt"] == read["readAt"]
    assert sam("count_unread_notifications") == {"count": count - 1}
    unread = sam("list_notifications", unread=True)["items"]
    assert one["id"] not in [item["id"] for item in unread]
    assert len(unread) == count - 1
    assert [i["id"] for i in sam("list_notifications", unread=False)["items"]] == [one["id"]]


def test_somebody_elses_is_not_there_to_be_read(
    db: Database, school: School, call: Callers
) -> None:
    run(db, "follow_ups_due")
    theirs = call("ada")("list_notifications")["items"][0]["id"]
    nobodys = "00000000-0000-4000-8000-000000000000"
    for person in ("root", "sam", "sid"):
        for row in (theirs, nobodys):
            assert (
                refusal(call(person), "read_notification", notification_id=row).code == "not_found"
            )
    assert one(db, "select read_at from school.notifications where id = %s", theirs) is None


def test_reading_all_is_all_of_ones_own(db: Database, school: School, call: Callers) -> None:
    run(db, "follow_ups_due")
    assert call("ada")("read_all_notifications") == {"count": 0}
    assert call("ada")("count_unread_notifications") == {"count": 0}
    assert call("ada")("list_notifications", unread=True)["items"] == []
    assert call("root")("count_unread_notifications")["count"] > 0
    others = one(
        db,
        "select count(*) from school.notifications where read_at is not null"
        " and recipient_user_id <> %s",
        school["ada"],
    )
    assert others == 0


def test_pages_have_no_gap_and_no_repetition_while_new_ones_come(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    everything = [item["id"] for item in ada("list_notifications", limit=200)["items"]]
    assert len(everything) >= 2
    seen = []
    for page in pages(ada, "list_notifications", limit=1):
        seen += [item["id"] for item in page["items"]]
        call(None)("request_access", email=f"{len(seen)}@new.test", name="New", role="staff")
    assert seen == everything


def test_nobody_without_a_session_has_an_inbox(db: Database, school: School, call: Callers) -> None:
    for function in (
        "list_notifications",
        "count_unread_notifications",
        "read_all_notifications",
        "stream_notifications",
    ):
        assert refusal(call(None), function).code == "forbidden"


def test_the_log_of_events_is_for_admins_and_newest_first(
    db: Database, school: School, call: Callers
) -> None:
    page = call("ada")("list_notification_events", limit=200)
    sequences = [item["sequence"] for item in page["items"]]
    assert sequences == sorted(sequences, reverse=True)
    assert len(sequences) == one(db, "select count(*) from school.notification_events")
    created = call("root")("list_notification_events", type="admission.created")["items"]
    assert {item["entityId"] for item in created} == {
        school["sid_admission"],
        school["una_admission"],
    }
    assert {item["actorUserId"] for item in created} == {school["sam"], school["sue"]}
    about = call("ada")("list_notification_events", entity_id=school["fresh"])["items"]
    assert [item["type"] for item in about] == ["lead.assigned"]
    for person in ("sam", "tom", "sid", None):
        assert refusal(call(person), "list_notification_events").code == "forbidden"


def test_notifications_and_events_cannot_be_made_changed_or_removed_by_people(
    db: Database, school: School, call: Callers
) -> None:
    before = db.execute(
        "select id, title, read_at from school.notifications order by id"
    ).fetchall()
    for person in ("ada", "sam", "tom", "sid"):
        for statement in (
            "update school.notifications set title = 'x' returning id",
            "delete from school.notifications returning id",
            "update school.notification_events set type = 'x.y' returning id",
            "delete from school.notification_events returning id",
            "insert into school.notification_events (type) values ('lead.assigned') returning id",
        ):
            with pytest.raises(Exception, match="permission denied"):
                call(person).rows(statement)
    rows = db.execute("select id, title, read_at from school.notifications order by id").fetchall()
    assert rows == before


def test_one_step_of_the_stream_goes_on_after_the_last(
    db: Database, school: School, call: Callers
) -> None:
    sam = call("sam")
    assert sam("stream_notifications")["last"] == 0
    call("ada")("block_admission", admission_id=school["sid_admission"])
    everything = sam("stream_notifications", last_event_id=0)
    assert everything["recipient"] == school["sam"]
    ids = [item["id"] for item in everything["items"]]
    assert len(ids) == 1
    assert (everything["last"], everything["more"]) == (ids[-1], False)
    assert {**sam("stream_notifications"), "snapshot": ""} == {
        **everything,
        "snapshot": "",
        "items": [],
    }
    assert sam("stream_notifications", last_event_id=ids[-1])["items"] == []
    run(db, "follow_ups_due")
    more = sam("stream_notifications", last_event_id=ids[-1])
    assert [item["id"] for item in more["items"]] == [more["last"]]
    assert more["last"] > ids[-1]
    assert sam("stream_notifications", snapshot=everything["snapshot"])["items"] == more["items"]
    assert sam("stream_notifications", snapshot=more["snapshot"])["items"] == []


def test_after_a_restore_into_another_server_what_is_old_stands_before_what_is_new(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ada("block_admission", admission_id=school["sid_admission"])
    sam = call("sam")
    old = sam("stream_notifications")["last"]
    # What a dump brings along is older than it looks.
    db.execute("update school.notifications set transaction_id = '900000000000'")
    begun = sam("stream_notifications")
    assert sam("stream_notifications", snapshot=begun["snapshot"])["items"] == []
    run(db, "purge")
    begun = sam("stream_notifications")
    assert begun["last"] == old
    assert sam("stream_notifications", last_event_id=old)["items"] == []
    assert sam("stream_notifications", snapshot=begun["snapshot"])["items"] == []
    ada("unblock_admission", admission_id=school["sid_admission"])
    step = sam("stream_notifications", last_event_id=old)
    assert [item["id"] for item in step["items"]] == [step["last"]]
    assert step["last"] > old

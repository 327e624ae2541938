"""Notifications are derived from events: one per person, type, entity and day, with the change."""

import re

import psycopg
import pytest

from tests.support.asking import one
from tests.support.notices import events, names, run, told
from tests.support.school import Callers, Database, School


def test_a_notice_that_is_there_already_aborts_none_of_the_others(
    db: Database, school: School
) -> None:
    db.execute(
        "insert into school.notifications"
        " (event_id, recipient_user_id, type, entity_type, entity_id, day, title, body)"
        " select id, %s, 'follow_up.due', 'lead', %s, '2027-03-01', 'there', 'already'"
        " from school.notification_events limit 1",
        (school["root"], school["unowned"]),
    )
    assert run(db, "follow_ups_due") == 2
    assert sorted(told(db, "follow_up.due")) == sorted(
        [
            ("Sam", school["fresh"], "2027-03-01"),
            ("Ada", school["unowned"], "2027-03-01"),
            ("Root", school["unowned"], "2027-03-01"),
        ]
    )


def test_the_conflict_that_is_passed_over_is_named_and_hides_no_other(
    db: Database, school: School
) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        db.execute(
            "insert into school.notification_events (type, entity_type, entity_id, payload, day)"
            " values ('lead.assigned', 'lead', %s,"
            "   jsonb_build_object('recipients', jsonb_build_array(gen_random_uuid())),"
            "   '2027-03-01')",
            (school["fresh"],),
        )
    source = one(db, "select prosrc from pg_proc where proname = 'derive_notifications'")
    assert re.findall(r"on conflict.*", source) == [
        "on conflict on constraint one_notice_per_recipient_type_entity_and_day do nothing;"
    ]


def test_no_column_that_tells_notices_apart_can_be_null(db: Database, school: School) -> None:
    rows = db.execute(
        "select a.attname, a.attnotnull from pg_constraint as k"
        " join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)"
        " where k.conname = 'one_notice_per_recipient_type_entity_and_day' order by 1"
    ).fetchall()
    assert rows == [("day", True), ("entity_id", True), ("recipient_user_id", True), ("type", True)]


def test_what_tells_notices_and_deliveries_apart_is_ours_and_no_providers(
    db: Database, school: School
) -> None:
    rows = db.execute(
        "select i.indrelid::regclass::text, a.attname from pg_index as i"
        " join pg_class as c on c.oid = i.indrelid"
        " join pg_attribute as a on a.attrelid = c.oid and a.attnum = any (i.indkey)"
        " where i.indisunique and c.relnamespace = 'school'::regnamespace"
    ).fetchall()
    assert [row for row in rows if re.search("provider|message_id|transaction", row[1])] == []
    assert ("school.notifications", "entity_id") in rows


def test_notices_are_part_of_the_change_and_their_delivery_is_not(
    db: Database, school: School, call: Callers
) -> None:
    # Nobody listens and nothing sends: the change stands, and the notice waits.
    call("ada")("block_admission", admission_id=school["sid_admission"])
    assert names(db, "admission.blocked") == ["Root", "Sam", "Sid", "Tom"]
    before = call("sid")("stream_notifications", last_event_id=0)["items"]
    assert '"admission.blocked"' in before[-1]["data"]
    # The notice itself cannot be written: neither is the change.
    db.execute(
        "create or replace function school.tell_recipients() returns trigger language plpgsql"
        " as $$ begin raise exception 'broken'; end $$"
    )
    with pytest.raises(psycopg.errors.RaiseException, match="broken"):
        call("ada")("unblock_admission", admission_id=school["sid_admission"])
    status = one(db, "select status from school.admissions where id = %s", school["sid_admission"])
    assert (status, events(db, "admission.unblocked")) == ("blocked", 0)

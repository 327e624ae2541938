"""school.notification_types: a type is a row, which says whom it concerns and how it is told."""

import json
import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from api.database import migrations
from tests.support.asking import one
from tests.support.notices import events, names
from tests.support.school import Caller, School

Database = psycopg.Connection[Any]
Call = Callable[[str | None], Caller]

DAY = "2027-03-04"
SEAT = {"studentName": "Sid", "courseName": "Violin"}
MOVE = {**SEAT, "fromDate": "2027-03-08", "toDate": "2027-03-12", "reason": "ill"}
WAITER = {"leadName": "Ann", "courseName": "Violin"}
TRIAL = {**WAITER, "classDate": "2027-03-08", "startTime": "16:00"}
FULL = [{"code": "slot_full", "message": "Monday is full"}, {"message": "Friday, too"}]
# Type, payload, title, body: to the letter what people have been told since the first release.
TEXTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("lead.assigned", {"leadName": "Ann"}, "A lead is yours", "Ann"),
    ("lead.assigned", {}, "A lead is yours", ""),
    (
        "reschedule.requested",
        MOVE,
        "A class is to be moved",
        "Sid, Violin: from 2027-03-08 to 2027-03-12",
    ),
    (
        "reschedule.approved",
        MOVE,
        "A class was moved",
        "Sid, Violin: from 2027-03-08 to 2027-03-12",
    ),
    (
        "reschedule.rejected",
        MOVE,
        "A class was not moved",
        "Sid, Violin: from 2027-03-08 to 2027-03-12",
    ),
    ("admission.created", SEAT, "New admission", "Sid, Violin"),
    ("admission.blocked", {**SEAT, "reason": None}, "Admission blocked", "Sid, Violin"),
    ("admission.blocked", {**SEAT, "reason": "unpaid"}, "Admission blocked", "Sid, Violin, unpaid"),
    ("admission.unblocked", {**SEAT, "reason": ""}, "Admission unblocked", "Sid, Violin, "),
    ("admission.cancelled", {**SEAT, "reason": "[a]"}, "Admission cancelled", "Sid, Violin, [a]"),
    (
        "admission.refused",
        {"leadName": "Ann", "conflicts": FULL},
        "Admission refused: a class is full",
        "Ann: Monday is full",
    ),
    (
        "admission.refused",
        {"leadName": None, "conflicts": FULL},
        "Admission refused: a class is full",
        "Monday is full",
    ),
    (
        "access.requested",
        {"name": "{role}", "role": "staff"},
        "Somebody asks to be let in",
        "{role}, as staff",
    ),
    ("follow_up.due", {"leadName": "Ann"}, "Follow-up due", "Ann, due 2027-03-04"),
    ("classes.remaining_4", {**SEAT, "remaining": 3}, "Few classes left", "Sid, Violin: 3 left"),
    ("classes.remaining_0", {**SEAT, "remaining": 0}, "No classes left", "Sid, Violin"),
    (
        "closure.declared",
        {"period": "on 2027-03-08", "reason": "Flood", "lost": "2027-03-08", "added": "2027-03-29"},
        "The school is closed on 2027-03-08",
        "Flood; classes that fall out: 2027-03-08; new dates: 2027-03-29",
    ),
    (
        "closure.declared",
        {"period": "from 2027-03-08 to 2027-03-09", "reason": "Flood", "added": None},
        "The school is closed from 2027-03-08 to 2027-03-09",
        "Flood",
    ),
    (
        "class.substituted",
        {"courseName": "Violin", "classDate": "2027-03-08", "substituteName": "Tia"},
        "Another teacher on 2027-03-08",
        "Violin: Tia teaches",
    ),
    (
        "class.teacher_changed",
        {"courseName": "Violin", "weekly": "Monday 16:00", "teacherName": "Tia"},
        "A class has another teacher",
        "Violin, Monday 16:00: Tia teaches from now on",
    ),
    (
        "admission.transferred",
        {
            **SEAT,
            "fromWeekly": "Monday 16:00",
            "toWeekly": "Friday 16:00",
            "fromDate": "2027-03-08",
        },
        "Another weekly time",
        "Sid, Violin: Friday 16:00 instead of Monday 16:00, from 2027-03-08 on",
    ),
    (
        "admission.paused",
        {**SEAT, "fromDate": "2027-03-08", "toDate": "2027-03-14", "reason": "exams"},
        "A plan pauses",
        "Sid, Violin: from 2027-03-08 to 2027-03-14, exams",
    ),
    (
        "admission.paused",
        {**SEAT, "fromDate": "2027-03-08", "toDate": "2027-03-14"},
        "A plan pauses",
        "Sid, Violin: from 2027-03-08 to 2027-03-14",
    ),
    (
        "waitlist.offered",
        {**WAITER, "weekly": "Monday 16:00", "expiresOn": "2027-03-06"},
        "A seat is free and held",
        "Ann, Violin, Monday 16:00: held until 2027-03-06",
    ),
    (
        "waitlist.offered",
        {**SEAT, "weekly": "Monday 16:00 and Friday 16:00", "expiresOn": "2027-03-06"},
        "A seat is free and held",
        "Sid, Violin, Monday 16:00 and Friday 16:00: held until 2027-03-06",
    ),
    ("waitlist.expired", WAITER, "An offer has run out", "Ann, Violin"),
    ("waitlist.put_first", SEAT, "Put first in line", "Sid, Violin"),
    ("trial.booked", TRIAL, "A trial class", "Ann, Violin: on 2027-03-08 at 16:00"),
    (
        "trial.cancelled",
        TRIAL,
        "A trial class is cancelled",
        "Ann, Violin: on 2027-03-08 at 16:00",
    ),
    (
        "trial.cancelled",
        {**TRIAL, "reason": "The school is closed."},
        "A trial class is cancelled",
        "Ann, Violin: on 2027-03-08 at 16:00, The school is closed.",
    ),
]
ON_THE_WIRE = [
    "lead.assigned",
    "reschedule.requested",
    "reschedule.approved",
    "reschedule.rejected",
    "admission.created",
    "admission.blocked",
    "admission.unblocked",
    "admission.cancelled",
    "admission.refused",
    "access.requested",
    "follow_up.due",
    "classes.remaining_4",
    "classes.remaining_0",
    "closure.declared",
    "class.substituted",
    "class.teacher_changed",
    "admission.transferred",
    "admission.paused",
    "waitlist.offered",
    "waitlist.expired",
    "waitlist.put_first",
    "trial.booked",
    "trial.cancelled",
]
OWN = "class.told"


def add_type(db: Database, **members: Any) -> None:
    """Add a type as a migration does; ``members`` differ from what goes to Tom and the admins."""
    row = {
        "type": OWN,
        "entity_types": ["admission"],
        "recipients": ["admins", "{teacherId}"],
        "title": "A class",
        "body": "{studentName}[ by {teacherName}]",
    } | members
    columns = ", ".join(row)
    db.execute(
        f"insert into school.notification_types ({columns})"
        f" values ({', '.join(f'%({name})s' for name in row)})".encode(),
        row,
    )


def emit(db: Database, school: School, **payload: Any) -> None:
    db.execute(
        "select school.emit(%s, 'admission', %s, %s)",
        (OWN, school["sid_admission"], Jsonb({"teacherId": school["tom"], **payload})),
    )


def enum(db: Database, domain: str) -> list[str]:
    """Return what the wire takes of a domain."""
    schema = json.loads(one(db, "select obj_description(%s::regtype, 'pg_type')", domain))
    taken: list[str] = schema["items"]["enum"]
    return taken


@pytest.mark.parametrize(("kind", "payload", "title", "body"), TEXTS)
def test_a_notification_reads_as_it_always_did(
    db: Database, school: School, kind: str, payload: dict[str, Any], title: str, body: str
) -> None:
    db.execute(
        "insert into school.notification_events (type, entity_type, entity_id, payload, day)"
        " select t.type, t.entity_types[1], gen_random_uuid(), %s, %s"
        " from school.notification_types as t where t.type = %s",
        (Jsonb({**payload, "recipients": [school["sid"]]}), DAY, kind),
    )
    told = "select title, body from school.notifications where type = %s and day = %s"
    assert db.execute(told, (kind, DAY)).fetchall() == [(title, body)]


def test_no_text_and_no_e_mail_has_a_gap(db: Database, school: School) -> None:
    """Whatever the payload may lack: no placeholder is left, and nothing begins or ends bare."""
    for kind, payload, title, body in TEXTS:
        if not any(payload.values()) or "" in payload.values() or kind == "access.requested":
            continue  # what no function writes any more, and a name that is made to look like one
        told = {"recipientName": "Ada", "title": title, "body": body, "day": DAY, **payload}
        subject, text = one(
            db,
            "select m.subject, m.body from school.mail_text(%s, 'en', %s) as m",
            kind,
            Jsonb(told),
        )
        assert text.startswith("Hello Ada,\n\n"), kind
        for part in (title, body, subject, text):
            assert not re.search(r"\{\w*\}|\[\]", part), (kind, part)
            assert not re.search(r" [,.:;]|[,:;] ?[,.:;]", part), (kind, part)
            assert not re.search(r"^[,.:;]|[:;]$", part), (kind, part)


def test_each_type_may_be_muted_but_what_admins_must_hear(school: School, call: Call) -> None:
    for kind in ON_THE_WIRE:
        wanted = {"muted_notification_types": [kind], "present": ["muted_notification_types"]}
        if kind == "access.requested":
            with pytest.raises(psycopg.errors.CheckViolation):
                call("sam")("update_my_settings", **wanted)
        else:
            answer = call("sam")("update_my_settings", **wanted)
            assert answer["mutedNotificationTypes"] == [kind]


def test_every_type_has_its_texts_pinned(db: Database) -> None:
    assert {row[0] for row in TEXTS} == {
        row[0] for row in db.execute("select type from school.notification_types")
    }


def test_the_wire_offers_what_may_be_muted_and_what_webhooks_are_told(db: Database) -> None:
    assert enum(db, "api.event_types") == ON_THE_WIRE
    assert enum(db, "api.notification_types") == [t for t in ON_THE_WIRE if t != "access.requested"]


def test_a_new_type_is_a_row(
    db: Database, school: School, call: Call, conninfo: Callable[..., str]
) -> None:
    offered = enum(db, "api.event_types")
    add_type(db)
    emit(db, school, teacherName="Tom")
    assert names(db, OWN) == ["Ada", "Root", "Tom"]
    assert db.execute(
        "select distinct title, body from school.notifications where type = %s", (OWN,)
    ).fetchall() == [("A class", "Sid by Tom")]
    written = "select count(*) from school.deliveries where type = %s and kind = 'email'"
    assert one(db, written, OWN) == 3
    migrations.migrate(conninfo(), lambda line: None, force=True)
    assert enum(db, "api.event_types") == [*offered, OWN]
    assert enum(db, "api.notification_types")[-1] == OWN
    call("root")("create_webhook", url="https://hooks.test/", event_types=[OWN])
    emit(db, school)
    assert one(db, "select count(*) from school.deliveries where kind = 'webhook'") == 1


def test_a_rule_in_braces_is_the_person_or_the_people_whom_the_payload_names(
    db: Database, school: School
) -> None:
    add_type(db, recipients=["{teacherId}", "{studentIds}", "{nobodyId}"])
    emit(db, school, studentIds=[school["sid"], school["una"]], nobodyId=None)
    assert names(db, OWN) == ["Sid", "Tom", "Una"]


def test_what_the_clock_causes_is_told_to_its_actor_too(
    db: Database, school: School, call: Call
) -> None:
    block = {"admission_id": school["sid_admission"]}
    call("ada")("block_admission", **block)
    assert names(db, "admission.blocked") == ["Root", "Sam", "Sid", "Tom"]
    db.execute("update school.notification_types set is_scheduled = true")
    call("ada")("unblock_admission", **block)
    assert names(db, "admission.unblocked") == ["Ada", "Root", "Sam", "Sid", "Tom"]


def test_what_may_not_be_muted_is_told_all_the_same(
    db: Database, school: School, call: Call
) -> None:
    add_type(db, may_be_muted=False)
    mute = {"muted_notification_types": [OWN], "present": ["muted_notification_types"]}
    call("ada")("update_my_settings", **mute)
    emit(db, school)
    assert names(db, OWN) == ["Ada", "Root", "Tom"]
    db.execute("update school.notification_types set may_be_muted = true where type = %s", (OWN,))
    emit(db, school)
    newest = (
        "select payload -> 'recipients' from school.notification_events order by sequence desc"
        " limit 1"
    )
    assert one(db, newest) == sorted([school["root"], school["tom"]])


def test_what_is_not_mailed_and_not_for_webhooks_stays_inside(
    db: Database, school: School, call: Call
) -> None:
    add_type(db, is_mailed=False, is_for_webhooks=False)
    hook = call("root")("create_webhook", url="https://hooks.test/")
    before = one(db, "select count(*) from school.deliveries")
    emit(db, school)
    assert names(db, OWN) == ["Ada", "Root", "Tom"]
    assert one(db, "select count(*) from school.deliveries") == before
    replayed = call("root")("replay_webhook", webhook_id=hook["id"], **{"from": "2000-01-01"})
    assert replayed["deliveries"] == one(db, "select count(*) - 1 from school.notification_events")


def test_an_event_is_of_a_type_that_there_is(db: Database, school: School) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        db.execute("select school.emit('class.unheard', 'admission', gen_random_uuid())")
    assert events(db, "class.unheard") == 0


@pytest.mark.parametrize(
    "recipients", [["nobody"], ["admins", "nobody"], ["{}"], ["{a b}"], ["admins", None]]
)
def test_a_rule_that_nobody_judges_is_refused(
    db: Database, school: School, recipients: list[str | None]
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="recipients_are_rules_or_members"):
        add_type(db, recipients=recipients)


@pytest.mark.unsound("an event is about what its type is not about")
def test_an_event_about_something_else_is_found(db: Database, school: School) -> None:
    found = "select code, detail from school.check_invariants()"
    assert db.execute(found.encode()).fetchall() == []
    db.execute("select school.emit('lead.assigned', 'course', gen_random_uuid())")
    assert db.execute(found.encode()).fetchall() == [
        ("event_about_something_else", "lead.assigned of a course")
    ]

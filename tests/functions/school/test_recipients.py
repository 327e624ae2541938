"""Who is told of what: everybody concerned, not the one who did it, nobody else."""

from typing import Any

import psycopg
import pytest

from tests.support.asking import one, refusal
from tests.support.notices import events, names, run, told
from tests.support.school import Caller, Callers, Clock, Conninfo, Database, Refusal, School

MUTABLE = "muted_notification_types"


def mute(call: Callers, person: str, *kinds: str) -> None:
    call(person)("update_my_settings", muted_notification_types=list(kinds), present=[MUTABLE])


def class_of(db: Database, school: School, date: str) -> Any:
    return one(
        db,
        "select id::text from school.attendance where admission_id = %s and class_date = %s",
        school["sid_admission"],
        date,
    )


def ask(
    db: Database,
    school: School,
    call: Callers,
    person: str = "sid",
    date: str = "2027-03-08",
    to: str = "2027-03-12",
) -> Any:
    return call(person)(
        "create_reschedule_request",
        attendance_id=class_of(db, school, date),
        classroom_slot_id=school["violin_friday"],
        class_date=to,
    )["id"]


def admit(call: Callers, school: School, person: str, lead: str, slot: str) -> Any:
    return call(person)(
        "create_admission",
        lead_id=school[lead],
        course_id=school["violin"],
        course_plan_id=school["violin_4"],
        start_date="2027-03-02",
        time_slot_ids=[school[slot]],
    )


def test_a_lead_is_told_to_its_new_owner_and_its_new_teacher(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    both = ["owner_id", "assigned_teacher_id"]
    ada(
        "assign_lead",
        lead_id=school["unowned"],
        owner_id=school["sam"],
        assigned_teacher_id=school["tom"],
        present=both,
    )
    assert names(db, "lead.assigned") == ["Sam", "Tom"]
    # only the one who is new
    ada("assign_lead", lead_id=school["unowned"], owner_id=school["sue"], present=both[:1])
    assert names(db, "lead.assigned") == ["Sue"]
    ada("assign_lead", lead_id=school["unowned"], owner_id=school["ada"], present=both[:1])
    assert names(db, "lead.assigned") == []
    count = events(db, "lead.assigned")
    ada("assign_lead", lead_id=school["unowned"], owner_id=school["ada"], present=both[:1])
    ada("update_lead", lead_id=school["unowned"], name="Renamed", present=["name"])
    assert events(db, "lead.assigned") == count


def test_a_lead_one_makes_or_claims_is_no_news_to_oneself(
    db: Database, school: School, call: Callers
) -> None:
    call("sam")(
        "assign_lead", lead_id=school["unowned"], owner_id=school["sam"], present=["owner_id"]
    )
    assert names(db, "lead.assigned") == []
    call("sam")(
        "create_lead",
        name="New",
        stage_id=school["stage_new"],
        follow_up_date="2027-03-05",
        phone="+31 6 1234 5678",
    )
    assert names(db, "lead.assigned") == []


def test_reschedule_requests_go_to_admins_and_teacher_decisions_also_to_student_and_who_asked(
    db: Database, school: School, call: Callers
) -> None:
    first = ask(db, school, call)
    assert names(db, "reschedule.requested") == ["Ada", "Root", "Tom"]
    call("ada")("approve_reschedule_request", reschedule_request_id=first)
    assert names(db, "reschedule.approved") == ["Sid", "Tom"]
    second = ask(db, school, call, "ada", "2027-03-10", "2027-03-19")
    assert names(db, "reschedule.requested") == ["Root", "Tom"]
    call("root")("reject_reschedule_request", reschedule_request_id=second)
    assert names(db, "reschedule.rejected") == ["Ada", "Sid", "Tom"], "Ada asked"
    third = ask(db, school, call, "sid", "2027-03-15", "2027-03-19")
    before = one(db, "select count(*) from school.notification_events")
    call("sid")("withdraw_reschedule_request", reschedule_request_id=third)
    assert one(db, "select count(*) from school.notification_events") == before


def test_an_admission_is_told_to_admins_owner_teachers_and_student(
    db: Database, school: School, call: Callers
) -> None:
    made = admit(call, school, "sam", "fresh", "friday")
    assert names(db, "admission.created") == ["Ada", "Fresh", "Root", "Tom"]
    ada = call("ada")
    for verb, kind in (
        ("block", "admission.blocked"),
        ("unblock", "admission.unblocked"),
        ("cancel", "admission.cancelled"),
    ):
        ada(f"{verb}_admission", admission_id=made["id"])
        assert names(db, kind) == ["Fresh", "Root", "Sam", "Tom"]
    call("root")("renew_admission", admission_id=school["una_admission"])
    assert names(db, "admission.created") == ["Ada", "Sue", "Tia", "Una"]


def test_an_admission_without_a_lead_has_no_owner_to_tell(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")(
        "create_admission",
        student_id=school["una"],
        course_id=school["violin"],
        course_plan_id=school["violin_4"],
        start_date="2027-03-02",
        time_slot_ids=[school["friday"]],
    )
    assert names(db, "admission.created") == ["Root", "Tom", "Una"]


@pytest.mark.parametrize(
    ("person", "told"),
    [("sam", ["Ada", "Root"]), ("ada", ["Root", "Sam"]), ("root", ["Ada", "Sam"])],
)
def test_a_refused_admission_is_told_to_admins_and_owner(
    db: Database, school: School, call: Callers, person: str, told: list[str]
) -> None:
    assert refusal(admit, call, school, person, "fresh", "wednesday").code == "slot_full"
    assert names(db, "admission.refused") == told
    row = db.execute(
        "select entity_type, entity_id::text from school.notification_events"
        " where type = 'admission.refused'"
    ).fetchone()
    assert row == ("lead", school["fresh"])


def test_scheduled_notifications_go_to_all_also_to_who_starts_the_job(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    call("ada")("run_job", name="follow_ups_due")
    clock.set("2027-03-14T09:00:00Z")
    call("ada")("run_job", name="remaining_classes")
    rows = db.execute(
        "select e.type, array(select u.name from school.notifications as n join school.users as u"
        " on u.id = n.recipient_user_id where n.event_id = e.id order by u.name)"
        " from school.notification_events as e where e.type = any (%s) order by 1, 2",
        (["follow_up.due", "classes.remaining_4"],),
    ).fetchall()
    assert rows == [
        ("classes.remaining_4", ["Ada", "Root", "Sam", "Sid"]),
        ("classes.remaining_4", ["Ada", "Root", "Sue", "Una"]),
        ("follow_up.due", ["Ada", "Root"]),
        ("follow_up.due", ["Sam"]),
    ]


def test_an_access_request_is_told_to_every_admin_and_cannot_be_muted(
    db: Database, school: School, call: Callers
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="access_requests_are_never_muted"):
        mute(call, "ada", "access.requested")
    mute(call, "root", "admission.created")
    # not even by a row that says so
    db.execute("alter table school.user_settings disable trigger user")
    constraints = db.execute(
        "select conname from pg_constraint where conrelid = 'school.user_settings'::regclass"
        " and contype = 'c'"
    ).fetchall()
    for (name,) in constraints:
        db.execute(f'alter table school.user_settings drop constraint "{name}"')
    db.execute(
        "insert into school.user_settings (user_id, muted_notification_types)"
        " select id, array['access.requested'] from school.users"
        " on conflict (user_id) do update set muted_notification_types ="
        " excluded.muted_notification_types"
    )
    call(None)("request_access", email="new@school.test", name="New", role="teacher")
    assert names(db, "access.requested") == ["Ada", "Root"]


def test_a_second_request_of_one_address_is_told_once(
    db: Database, school: School, call: Callers
) -> None:
    for _ in range(2):
        call(None)("request_access", email="new@school.test", name="New", role="teacher")
    call(None)("request_access", email="sam@school.test", name="Sam", role="teacher")
    assert events(db, "access.requested") == 1


def test_who_is_disabled_deleted_or_muted_it_is_not_told(
    db: Database, school: School, call: Callers
) -> None:
    root = call("root")
    mute(call, "sid", "admission.blocked", "admission.unblocked")
    mute(call, "tom", "admission.created")
    root("update_user", user_id=school["ada"], status="disabled", present=["status"])
    root("block_admission", admission_id=school["sid_admission"])
    assert names(db, "admission.blocked") == ["Sam", "Tom"]
    db.execute("update school.users set deleted_at = now() where id = %s", (school["sam"],))
    root("unblock_admission", admission_id=school["sid_admission"])
    assert names(db, "admission.unblocked") == ["Tom"]
    # what is no longer muted is told again, and what was muted is not made up for
    mute(call, "sid")
    root("block_admission", admission_id=school["sid_admission"], reason="again")
    root("cancel_admission", admission_id=school["sid_admission"])
    assert names(db, "admission.cancelled") == ["Sid", "Tom"]


def test_every_type_can_be_muted_but_access_requests(
    db: Database, school: School, call: Callers
) -> None:
    kinds = [
        "lead.assigned",
        "reschedule.requested",
        "reschedule.approved",
        "reschedule.rejected",
        "admission.created",
        "admission.blocked",
        "admission.unblocked",
        "admission.cancelled",
        "admission.refused",
        "follow_up.due",
        "classes.remaining_4",
        "classes.remaining_0",
    ]
    mute(call, "root", *kinds)
    mute(call, "ada", *kinds)
    with pytest.raises(Refusal):
        admit(call, school, "sam", "fresh", "wednesday")
    admit(call, school, "sam", "fresh", "friday")
    call("sam")(
        "assign_lead", lead_id=school["unowned"], owner_id=school["sam"], present=["owner_id"]
    )
    call("ada")("approve_reschedule_request", reschedule_request_id=ask(db, school, call))
    call("ada")("block_admission", admission_id=school["una_admission"])
    call("ada")("unblock_admission", admission_id=school["una_admission"])
    call("ada")("cancel_admission", admission_id=school["una_admission"])
    run(db, "follow_ups_due", "2027-03-09")
    run(db, "remaining_classes", "2027-03-16")
    run(db, "remaining_classes", "2027-06-16")
    after = "select count(*) from school.notifications where recipient_user_id = any (%s::uuid[])"
    admins = [school["root"], school["ada"]]
    told_before = one(db, after + " and type <> 'admission.created'", admins)
    assert told_before == 0
    call(None)("request_access", email="new@school.test", name="New", role="teacher")
    assert one(db, after + " and type = 'access.requested'", admins) == 2


def test_a_change_that_is_refused_leaves_no_event(
    db: Database, school: School, call: Callers
) -> None:
    before = one(db, "select count(*) from school.notification_events")
    ada, sam = call("ada"), call("sam")
    attempts: list[tuple[Caller, str, dict[str, Any]]] = [
        (ada, "unblock_admission", {"admission_id": school["sid_admission"]}),
        (ada, "block_admission", {"admission_id": school["sid_admission"], "if_match": -1}),
        (sam, "block_admission", {"admission_id": school["sid_admission"]}),
        (
            sam,
            "assign_lead",
            {"lead_id": school["sues"], "owner_id": school["sam"], "present": ["owner_id"]},
        ),
        (
            call("sid"),
            "create_reschedule_request",
            {
                "attendance_id": class_of(db, school, "2027-03-08"),
                "classroom_slot_id": school["violin_friday"],
                "class_date": "2027-03-13",
            },
        ),
        (
            sam,
            "create_admission",
            {
                "lead_id": school["fresh"],
                "course_id": school["violin"],
                "course_plan_id": school["violin_4"],
                "start_date": "2030-03-01",
                "time_slot_ids": [school["friday"]],
            },
        ),
    ]
    for caller, function, arguments in attempts:
        with pytest.raises(Refusal):
            caller(function, **arguments)
    assert one(db, "select count(*) from school.notification_events") == before


def test_what_is_rolled_back_is_not_told_and_nobody_is_woken(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    db.execute("listen ostinato_notifications")
    before = one(db, "select count(*) from school.notification_events")
    with psycopg.connect(conninfo()) as other:
        other.execute(
            "update school.leads set owner_id = %s where id = %s",
            (school["sam"], school["unowned"]),
        )
        other.rollback()
        other.execute(
            "update school.leads set owner_id = %s where id = %s",
            (school["sue"], school["unowned"]),
        )
        other.commit()
    heard = [notify.payload for notify in db.notifies(timeout=2, stop_after=1)]
    assert heard == [one(db, "select auth.inbox_key(%s)", school["sue"])]
    assert one(db, "select count(*) from school.notification_events") == before + 1


def test_one_notice_per_person_and_event_also_for_who_is_concerned_twice(
    db: Database, school: School, call: Callers
) -> None:
    # Owner of the lead and admin at once.
    call("root")(
        "assign_lead", lead_id=school["sams"], owner_id=school["ada"], present=["owner_id"]
    )
    call("root")("block_admission", admission_id=school["sid_admission"])
    assert names(db, "admission.blocked") == ["Ada", "Sid", "Tom"]


def test_recipient_gone_is_skipped_and_the_admins_are_told_instead(
    db: Database, school: School, call: Callers
) -> None:
    call("root")("update_user", user_id=school["sam"], status="disabled", present=["status"])
    run(db, "follow_ups_due")
    rows = [row for row in told(db, "follow_up.due") if row[1] == school["fresh"]]
    assert [name for name, _, _ in rows] == ["Ada", "Root"]
    call("root")("block_admission", admission_id=school["sid_admission"])
    assert names(db, "admission.blocked") == ["Ada", "Sid", "Tom"]

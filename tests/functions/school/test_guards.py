"""The guards of the catalogue: what would break live rows is refused, and nothing changed."""

import json
from typing import Any

import psycopg
import pytest

from tests.support.admitting import codes, fill, new_class, nothing_changes
from tests.support.asking import one, refusal
from tests.support.races import behind
from tests.support.school import Callers, Clock, Conninfo, Database, School

NOWHERE = "00000000-0000-0000-0000-000000000000"


def in_the_way(refused: Any, kind: str) -> Any:
    """Return the ids of what stands in the way, all of one kind."""
    assert refused.code == "in_use"
    conflicts = refused.members["conflicts"]
    assert {(c["code"], c["kind"]) for c in conflicts} == {("in_use", kind)}
    assert all(c["message"] for c in conflicts)
    return [c["id"] for c in conflicts]


def seats_of(db: Database, *classes: str) -> Any:
    rows = db.execute(
        "select e.id::text from school.classroom_enrollments as e join school.users as u"
        " on u.id = e.student_id where e.classroom_slot_id = any (%s::uuid[])"
        " and e.status = 'active' order by u.name, e.id",
        (list(classes),),
    )
    return [row[0] for row in rows]


@pytest.mark.unsound("seats are given up as the owner")
def test_a_class_with_students_neither_goes_nor_moves_nor_shrinks_below_them(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    fill(db, school["violin_friday"], 2)
    friday, seated = school["violin_friday"], seats_of(db, school["violin_friday"])
    assert len(seated) == 2
    with nothing_changes(db):
        for function, members in (
            ("delete_classroom_slot", {}),
            ("update_classroom_slot", {"capacity": 1, "present": ["capacity"]}),
            (
                "update_classroom_slot",
                {"time_slot_id": school["tuesday"], "present": ["time_slot_id"]},
            ),
            ("update_classroom_slot", {"course_id": school["piano"], "present": ["course_id"]}),
        ):
            refused = refusal(ada, function, classroom_slot_id=friday, **members)
            assert in_the_way(refused, "enrollment") == seated, members
    assert (
        ada("update_classroom_slot", classroom_slot_id=friday, capacity=2, present=["capacity"])[
            "capacity"
        ]
        == 2
    )
    db.execute(
        "update school.classroom_enrollments set status = 'inactive' where classroom_slot_id = %s",
        (friday,),
    )
    ada("update_classroom_slot", classroom_slot_id=friday, capacity=1, present=["capacity"])
    ada("delete_classroom_slot", classroom_slot_id=friday)


@pytest.mark.unsound("seats are given up as the owner")
def test_a_class_that_people_were_moved_into_is_in_use(
    db: Database, school: School, call: Callers
) -> None:
    row = one(
        db,
        "update school.attendance set classroom_slot_id = %s, class_date = '2027-03-12'"
        " where id = (select id from school.attendance where student_id = %s limit 1)"
        " returning id::text",
        school["violin_friday"],
        school["sid"],
    )
    ada = call("ada")
    with nothing_changes(db):
        for function, members in (
            ("delete_classroom_slot", {"classroom_slot_id": school["violin_friday"]}),
            (
                "update_classroom_slot",
                {
                    "classroom_slot_id": school["violin_friday"],
                    "time_slot_id": school["tuesday"],
                    "present": ["time_slot_id"],
                },
            ),
            (
                "update_time_slot",
                {"time_slot_id": school["friday"], "weekday": 2, "present": ["weekday"]},
            ),
        ):
            assert in_the_way(refusal(ada, function, **members), "attendance") == [row]
    # What is over, or was cancelled, is in nobody's way.
    db.execute("update school.attendance set status = 'present', marked_by = %s, marked_at = now()"
               " where id = %s", (school["ada"], row))  # fmt: skip
    ada("delete_classroom_slot", classroom_slot_id=school["violin_friday"])


@pytest.mark.parametrize("bad", [0, -1, None, 1001])
def test_capacity_is_one_to_a_thousand(db: Database, school: School, bad: int | None) -> None:
    with nothing_changes(db), pytest.raises(psycopg.errors.IntegrityError):
        db.execute(
            "update school.classroom_slots set capacity = %s where id = %s",
            (bad, school["violin_friday"]),
        )


def test_a_class_needs_a_teacher_of_the_course_and_live_parents(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    whole = {
        "time_slot_id": school["tuesday"],
        "course_id": school["violin"],
        "teacher_id": school["tom"],
        "capacity": 1,
    }
    disabled = ada("create_user", name="Dora", role="teacher")["id"]
    ada("update_user", user_id=disabled, status="disabled", present=["status"])
    with nothing_changes(db):
        for changed, code in (
            ({"time_slot_id": NOWHERE}, "unknown_reference"),
            ({"course_id": NOWHERE}, "unknown_reference"),
            ({"teacher_id": NOWHERE}, "unknown_reference"),
            ({"teacher_id": disabled}, "unknown_reference"),
            ({"teacher_id": school["sam"]}, "not_a_teacher"),
            ({"teacher_id": school["tia"]}, "teacher_not_for_course"),
            ({"time_slot_id": school["friday"]}, "already_exists"),
        ):
            refused = refusal(ada, "create_classroom_slot", **whole | changed)
            assert refused.code == code
            if code == "unknown_reference":
                (member,) = changed
                camel = {"time_slot_id": "timeSlotId", "course_id": "courseId"}.get(
                    member, "teacherId"
                )
                assert refused.members["errors"][0]["pointer"] == f"/{camel}"


def test_a_teacher_is_in_one_place_at_a_time_whatever_the_course(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ada("put_course_teacher", course_id=school["piano"], teacher_id=school["tom"])

    def piano(slot: str) -> Any:
        return {
            "time_slot_id": slot,
            "course_id": school["piano"],
            "teacher_id": school["tom"],
            "capacity": 1,
        }

    slots = {
        times: ada("create_time_slot", weekday=5, start_time=times[0], end_time=times[1])["id"]
        for times in (
            ("15:00", "16:01"),  # runs into it
            ("16:59", "18:00"),  # starts within it
            ("16:15", "16:45"),  # inside it
            ("15:00", "18:00"),  # around it
            ("15:00", "16:00"),  # ends as it begins
            ("17:00", "18:00"),  # begins as it ends
        )
    }
    clashing, free = list(slots.values())[:4], list(slots.values())[4:]
    with nothing_changes(db):
        for slot in [*clashing, school["friday"]]:
            refused = refusal(ada, "create_classroom_slot", **piano(slot))
            assert refused.code == "teacher_conflict"
            (conflict,) = refused.members["conflicts"]
            assert conflict["code"] == "teacher_conflict"
            assert conflict["classroomSlotId"] == school["violin_friday"]
            assert conflict["timeSlotId"] == school["friday"]
    made = [ada("create_classroom_slot", **piano(slot))["id"] for slot in free]
    with nothing_changes(db):
        # Moving a class, giving it to another teacher, or changing a time slot leads there too.
        moved = refusal(ada, "update_classroom_slot", classroom_slot_id=made[0],
                        time_slot_id=clashing[0], present=["time_slot_id"])  # fmt: skip
        longer = refusal(ada, "update_time_slot", time_slot_id=free[0],
                         end_time="16:30", present=["end_time"])  # fmt: skip
        assert (moved.code, longer.code) == ("teacher_conflict", "teacher_conflict")
    tias = ada("create_classroom_slot", **piano(clashing[2]) | {"teacher_id": school["tia"]})["id"]
    with nothing_changes(db):
        given = refusal(ada, "update_classroom_slot", classroom_slot_id=tias,
                        teacher_id=school["tom"], present=["teacher_id"])  # fmt: skip
        assert given.code == "teacher_conflict"
    # A deleted class blocks nobody.
    ada("delete_classroom_slot", classroom_slot_id=school["violin_friday"])
    ada("update_classroom_slot", classroom_slot_id=tias, teacher_id=school["tom"],
        present=["teacher_id"])  # fmt: skip


def test_a_new_teacher_takes_over_what_is_to_come_and_past_classes_keep_who_taught(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    ada = call("ada")
    tara = ada("create_user", name="Tara", role="teacher")["id"]
    ada("put_course_teacher", course_id=school["violin"], teacher_id=tara)
    clock.set("2027-03-08T16:00:00Z")
    db.execute(
        "insert into school.class_substitutes (classroom_slot_id, class_date, teacher_id)"
        " values (%s, '2027-03-15', %s)",
        (school["violin_monday"], school["tia"]),
    )
    db.execute(
        "update school.attendance set teacher_id = %s where classroom_slot_id = %s"
        " and class_date = '2027-03-15'",
        (school["tia"], school["violin_monday"]),
    )
    ada("update_classroom_slot", classroom_slot_id=school["violin_monday"], teacher_id=tara,
        present=["teacher_id"])  # fmt: skip
    taught = db.execute(
        "select class_date::text, teacher_id::text from school.attendance"
        " where classroom_slot_id = %s order by 1",
        (school["violin_monday"],),
    ).fetchall()
    assert taught == [
        ("2027-03-01", school["tom"]),
        ("2027-03-08", school["tom"]),
        ("2027-03-15", school["tia"]),
        ("2027-03-22", tara),
    ]


def test_a_time_slot_in_use_neither_moves_nor_goes(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    monday = school["monday"]
    seated = seats_of(db, school["violin_monday"], school["piano_monday"])
    with nothing_changes(db):
        for members in ({"weekday": 2}, {"start_time": "15:00"}, {"end_time": "17:30"}):
            refused = refusal(
                ada, "update_time_slot", time_slot_id=monday, **members, present=list(members)
            )
            assert in_the_way(refused, "enrollment") == seated
        gone = refusal(ada, "delete_time_slot", time_slot_id=monday)
        assert set(in_the_way(gone, "classroom_slot")) == {
            school["violin_monday"],
            school["piano_monday"],
        }
        with pytest.raises(psycopg.errors.UniqueViolation):
            ada("update_time_slot", time_slot_id=school["monday_late"], start_time="16:00",
                end_time="17:00", present=["start_time", "end_time"])  # fmt: skip
    # Switching it off hides it from new admissions; those seated stay.
    ada("update_time_slot", time_slot_id=monday, is_active=False, present=["is_active"])
    # Friday's class has nobody in it: its time may move.
    ada("update_time_slot", time_slot_id=school["friday"], weekday=6, present=["weekday"])


def test_time_slots_do_not_cross_midnight_or_last_no_time(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        for start, end in (("16:00", "16:00"), ("17:00", "16:00"), ("23:00", "00:00")):
            with pytest.raises(psycopg.errors.CheckViolation) as caught:
                call("ada")("create_time_slot", weekday=1, start_time=start, end_time=end)
            assert caught.value.diag.constraint_name == "ends_after_it_starts"
        for weekday in (0, 8):
            with pytest.raises(psycopg.errors.CheckViolation) as caught:
                call("ada")(
                    "create_time_slot", weekday=weekday, start_time="08:00", end_time="09:00"
                )
            assert caught.value.diag.constraint_name == "weekday_is_1_to_7"


@pytest.mark.unsound("classes are cancelled as the owner")
def test_a_weekday_with_scheduled_classes_is_not_closed(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    ada = call("ada")
    mondays = [
        str(row[0])
        for row in db.execute(
            "select id from school.attendance where extract(isodow from class_date) = 1"
            " and status = 'scheduled' order by class_date, start_time, id"
        )
    ]
    closing = {"days": json.dumps([{"weekday": d, "isOpen": False} for d in (2, 1)])}
    with nothing_changes(db):
        refused = refusal(ada, "set_operating_days", **closing)
        assert in_the_way(refused, "attendance") == mondays
        assert all(c["classDate"] and c["classroomSlotId"] for c in refused.members["conflicts"])
    # Cancelled and past classes are in nobody's way.
    db.execute("update school.attendance set status = 'cancelled' where class_date >= '2027-03-22'")
    clock.set("2027-03-16T09:00:00Z")
    days = ada("set_operating_days", **closing)["items"]
    assert [d["weekday"] for d in days if not d["isOpen"]] == [1, 2, 7]


@pytest.mark.unsound("admissions are ended as the owner")
def test_what_is_in_use_is_not_deleted_and_the_list_says_why(
    db: Database, school: School, call: Callers
) -> None:
    ada, root = call("ada"), call("root")
    violin_classes = {school[f"violin_{day}"] for day in ("monday", "wednesday", "friday")}
    with nothing_changes(db):
        instrument = refusal(ada, "delete_instrument", instrument_id=school["violin_instrument"])
        assert in_the_way(instrument, "course") == [school["violin"]]
        course = refusal(ada, "delete_course", course_id=school["violin"])
        assert set(in_the_way(course, "classroom_slot")) == violin_classes
        plan = refusal(ada, "delete_course_plan", course_plan_id=school["violin_8"])
        assert in_the_way(plan, "admission") == [school["sid_admission"]]
        moved = refusal(ada, "update_course_plan", course_plan_id=school["violin_8"],
                        course_id=school["piano"], present=["course_id"])  # fmt: skip
        assert in_the_way(moved, "admission") == [school["sid_admission"]]
        taken = refusal(
            ada, "delete_course_teacher", course_id=school["violin"], teacher_id=school["tom"]
        )
        assert set(in_the_way(taken, "classroom_slot")) == violin_classes
        for members in ({"function": "delete_user"}, {"role": "staff", "present": ["role"]}):
            function = members.pop("function", "update_user")
            teacher = refusal(root, function, user_id=school["tom"], **members)
            assert set(in_the_way(teacher, "classroom_slot")) == violin_classes
            student = refusal(root, function, user_id=school["sid"], **members)
            assert in_the_way(student, "admission") == [school["sid_admission"]]
        stage = refusal(ada, "delete_lead_stage", lead_stage_id=school["stage_admitted"])
        assert set(in_the_way(stage, "lead")) == {school["sams"], school["sues"]}
    # A plan of the course without classes still holds it.
    db.execute(
        "update school.classroom_enrollments set status = 'inactive';"
        " update school.attendance set status = 'cancelled'"
    )
    for made in violin_classes:
        ada("delete_classroom_slot", classroom_slot_id=made)
    held = refusal(ada, "delete_course", course_id=school["violin"])
    assert in_the_way(held, "admission") == [school["sid_admission"]]
    db.execute("update school.admissions set status = 'completed'")
    ada("delete_course_plan", course_plan_id=school["violin_8"])
    ada("delete_course_teacher", course_id=school["violin"], teacher_id=school["tom"])
    ada("delete_course", course_id=school["violin"])
    ada("delete_instrument", instrument_id=school["violin_instrument"])
    ada("delete_user", user_id=school["tom"])
    ada("delete_user", user_id=school["sid"])
    ada("delete_time_slot", time_slot_id=school["friday"])
    # What is gone is not selectable.
    gone: list[tuple[str, dict[str, Any], str]] = [
        (
            "create_course",
            {"name": "X", "instrument_id": school["violin_instrument"]},
            "unknown_reference",
        ),
        (
            "create_course_plan",
            {"name": "X", "course_id": school["violin"], "total_classes": 1, "classes_per_week": 1},
            "unknown_reference",
        ),
        (
            "put_course_teacher",
            {"course_id": school["violin"], "teacher_id": school["tia"]},
            "not_found",
        ),
        (
            "put_course_teacher",
            {"course_id": school["piano"], "teacher_id": school["tom"]},
            "not_found",
        ),
    ]
    for function, given, code in gone:
        assert refusal(ada, function, **given).code == code, function


def test_names_and_times_are_free_again_once_deleted(school: School, call: Callers) -> None:
    ada = call("ada")
    slot, made = new_class(call, school, 6, "10:00", "11:00")
    ada("delete_classroom_slot", classroom_slot_id=made)
    ada("create_classroom_slot", time_slot_id=slot, course_id=school["violin"],
        teacher_id=school["tom"], capacity=1)  # fmt: skip
    with pytest.raises(psycopg.errors.UniqueViolation):
        ada("create_time_slot", weekday=6, start_time="10:00", end_time="11:00")


def test_the_school_keeps_a_super_admin(db: Database, school: School, call: Callers) -> None:
    root = call("root")
    with nothing_changes(db):
        for function, members in (
            ("update_user", {"role": "admin", "present": ["role"]}),
            ("update_user", {"status": "disabled", "present": ["status"]}),
            ("delete_user", {}),
        ):
            refused = refusal(root, function, user_id=school["root"], **members)
            assert refused.code == "last_super_admin"
            assert refusal(call("ada"), function, user_id=school["root"], **members).code == (
                "forbidden"
            )
    # A disabled one does not count.
    second = root("create_user", name="Rob", role="super_admin")["id"]
    root("update_user", user_id=second, status="disabled", present=["status"])
    assert refusal(root, "delete_user", user_id=school["root"]).code == "last_super_admin"
    root("update_user", user_id=second, status="active", present=["status"])
    root("delete_user", user_id=second)


def test_two_super_admins_who_demote_each_other_leave_one(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    rob = one(db, "select school.add_user('Rob', 'super_admin', 'rob@school.test', null)")
    demote = "update school.users set role = 'admin' where id = %s"
    with psycopg.connect(conninfo()) as first, psycopg.connect(conninfo()) as second:
        first.execute(demote, (rob,))
        rival = behind(db, first, second.execute, demote, (school["root"],))
        first.commit()
        with pytest.raises(psycopg.DatabaseError) as refused:
            rival.result(30)
    assert json.loads(refused.value.diag.message_detail or "")["code"] == "last_super_admin"
    assert db.execute(
        "select array_agg(id::text) from school.users where role = 'super_admin'"
    ).fetchone() == ([school["root"]],)


def test_a_time_zone_is_one_the_server_knows(db: Database, school: School, call: Callers) -> None:
    with nothing_changes(db):
        refused = refusal(
            call("root"), "update_settings", timezone="Mars/Olympus", present=["timezone"]
        )
        assert (refused.code, codes(refused.members.get("conflicts", []))) == (
            "invalid_request",
            [],
        )
        mine = refusal(
            call("sid"), "update_my_settings", timezone="Mars/Olympus", present=["timezone"]
        )
        assert mine.code == "invalid_request"
    call("root")("update_settings", timezone="Asia/Kolkata", present=["timezone"])

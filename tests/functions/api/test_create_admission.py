"""Admission creation: one function, one transaction, and every way in which it refuses."""

from typing import Any

import psycopg
import pytest

from tests.support.admitting import (
    TRACE,
    codes,
    fill,
    fingerprint,
    new_class,
    nothing_changes,
    seats_taken,
    wish,
)
from tests.support.asking import one, refusal
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client

MONDAY_AND_FRIDAY = [
    "2027-03-01",
    "2027-03-05",
    "2027-03-08",
    "2027-03-12",
    "2027-03-15",
    "2027-03-19",
    "2027-03-22",
    "2027-03-26",
]


def test_an_admission_makes_student_seats_payment_and_every_class(
    db: Database, school: School, call: Callers
) -> None:
    answer = call("sam")(
        "create_admission", **wish(school, "friday", "monday", lead_id=school["fresh"])
    )
    assert {
        name: answer[name]
        for name in ("status", "leadId", "courseId", "coursePlanId", "startDate", "warnings")
    } == {
        "status": "active",
        "leadId": school["fresh"],
        "courseId": school["violin"],
        "coursePlanId": school["violin_8"],
        "startDate": "2027-03-01",
        "warnings": [],
    }
    tom = {"id": school["tom"], "name": "Tom"}
    assert answer["slots"] == [
        {
            "timeSlotId": school[day],
            "classroomSlotId": school[f"violin_{day}"],
            "classroomSlot": school.weekly_class(f"violin_{day}"),
            "weekday": weekday,
            "startTime": "16:00",
            "endTime": "17:00",
            "teacher": tom,
        }
        for day, weekday in (("monday", 1), ("friday", 5))
    ]
    assert answer["attendance"] == {
        "total": 8,
        "firstDate": "2027-03-01",
        "lastDate": "2027-03-26",
    }
    assert answer["payment"] == {"status": "unpaid"}
    assert (answer["remaining"], answer["unmarked"], answer["progress"]) == (8, 0, 0)
    admission, student = answer["id"], answer["studentId"]
    assert db.execute(
        "select name, email, role, status from school.users where id = %s", (student,)
    ).fetchone() == ("Fresh", "fresh@leads.test", "student", "active")
    assert db.execute(
        "select lead_id::text, student_id::text, total_classes, renewed_from_id, created_by::text"
        " from school.admissions where id = %s",
        (admission,),
    ).fetchone() == (school["fresh"], student, 8, None, school["sam"])
    taken = {(school["violin_monday"], "active"), (school["violin_friday"], "active")}
    assert (
        set(
            db.execute(
                "select classroom_slot_id::text, status from school.classroom_enrollments"
                " where admission_id = %s and student_id = %s",
                (admission, student),
            )
        )
        == taken
    )
    assert db.execute(
        "select count(*) from school.admission_slots where admission_id = %s", (admission,)
    ).fetchone() == (2,)
    assert db.execute(
        "select status, updated_by::text from school.admission_payments where admission_id = %s",
        (admission,),
    ).fetchall() == [("unpaid", school["sam"])]
    rows = db.execute(
        "select class_date::text, start_time::text, end_time::text, status, teacher_id::text,"
        " student_id::text, original_class_date from school.attendance where admission_id = %s"
        " order by class_date",
        (admission,),
    ).fetchall()
    assert rows == [
        (date, "16:00:00", "17:00:00", "scheduled", school["tom"], student, None)
        for date in MONDAY_AND_FRIDAY
    ]


def test_conversion_moves_the_lead_to_the_first_won_stage_and_is_on_record(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ada("create_lead_stage", name="Alumni", position=9, kind="won")
    answer = call("sam")("create_admission", **wish(school, "friday", lead_id=school["fresh"]))
    lead = call("sam")("get_lead", lead_id=school["fresh"])
    assert lead["stageId"] == school["stage_admitted"]
    assert lead["followUpStatus"] == "done"
    assert lead["admissionId"] == answer["id"]
    changes = db.execute(
        "select field, old #>> '{}', new #>> '{}', actor_user_id::text"
        " from school.lead_audit_events where lead_id = %s order by sequence desc limit 2",
        (school["fresh"],),
    ).fetchall()
    assert sorted(changes) == [
        ("followUpStatus", "open", "done", school["sam"]),
        ("stageId", school["stage_new"], school["stage_admitted"], school["sam"]),
    ]
    events = db.execute(
        "select type, entity_type, entity_id::text, actor_user_id::text, day::text,"
        " payload ->> 'leadId', payload ->> 'courseId' from school.notification_events"
        " where entity_id in (%s, %s) and type like 'admission.%%'",
        (answer["id"], school["fresh"]),
    ).fetchall()
    assert events == [
        (
            "admission.created",
            "admission",
            answer["id"],
            school["sam"],
            "2027-03-01",
            school["fresh"],
            school["violin"],
        )
    ]


def test_who_may_admit(db: Database, school: School, call: Callers) -> None:
    friday = wish(school, "friday")
    with nothing_changes(db):
        for person, members, code in (
            ("sam", {"lead_id": school["unowned"]}, "forbidden"),
            ("sam", {"lead_id": school["sues"]}, "unknown_reference"),
            ("sam", {"student_id": school["sid"]}, "forbidden"),
            ("sam", {"student": {"name": "New"}}, "forbidden"),
            ("sam", {"lead_id": school["fresh"], "allow_backdated": True}, "forbidden"),
            (
                "sam",
                {"lead_id": school["fresh"], "student_id": school["una"]},
                "unknown_reference",
            ),
            ("tom", {"lead_id": school["fresh"]}, "forbidden"),
            ("sid", {"student_id": school["sid"]}, "forbidden"),
            (None, {"student": {"name": "New"}}, "forbidden"),
        ):
            for function in ("create_admission", "preview_admission"):
                assert refusal(call(person), function, **friday, **members).code == code, person
    call("ada")("create_admission", **friday, lead_id=school["unowned"])
    call("root")("create_admission", **friday, student={"name": "New"})
    call("sam")("create_admission", **friday, lead_id=school["fresh"])
    assert seats_taken(db, school["violin_friday"]) == 3


def test_the_student_is_a_user_already_or_is_made_from_the_lead_or_as_given(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    db.execute("update school.classroom_slots set capacity = 10")
    existing = ada("create_admission", **wish(school, "friday", student_id=school["una"]))
    assert existing["studentId"] == school["una"]
    assert existing["leadId"] is None
    given = call("sam")(
        "create_admission",
        **wish(
            school,
            "friday",
            lead_id=school["fresh"],
            student={"name": "  Nia ", "email": " NIA@School.TEST ", "phone": " +1 555 0100 "},
        ),
    )
    without_lead = ada("create_admission", **wish(school, "friday", student={"name": "Ola"}))
    # Siblings share a phone; that is a remark to admins, no obstacle.
    sibling = ada(
        "create_admission",
        **wish(school, "friday", student={"name": "Ole", "phone": "+1 555 0100"}),
    )
    assert codes(without_lead["warnings"]) == ["student_without_login"]
    assert sorted(codes(sibling["warnings"])) == ["same_phone", "student_without_login"]
    people = dict(
        db.execute(
            "select id::text, (name, email, phone, role)::text from school.users"
            " where role = 'student'"
        ).fetchall()
    )
    assert people[given["studentId"]] == '(Nia,nia@school.test,"+1 555 0100",student)'
    assert people[without_lead["studentId"]] == "(Ola,,,student)"
    assert people[sibling["studentId"]] == '(Ole,,"+1 555 0100",student)'


def test_a_student_is_named_exactly_once(db: Database, school: School, call: Callers) -> None:
    friday = wish(school, "friday")
    with nothing_changes(db):
        nobody = refusal(call("ada"), "create_admission", **friday)
        both = refusal(
            call("ada"),
            "create_admission",
            **friday,
            student_id=school["sid"],
            student={"name": "Sid"},
        )
    assert (nobody.code, both.code) == ("invalid_request", "invalid_request")
    assert nobody.members["errors"][0]["pointer"] == "/studentId"
    assert both.members["errors"][0]["pointer"] == "/student"


def test_an_email_that_belongs_to_a_user_is_refused_naming_whom_the_caller_may_see(
    db: Database, school: School, call: Callers
) -> None:
    friday = wish(school, "friday")
    db.execute(
        "update school.leads set email = 'una@school.test' where id = %s", (school["unowned"],)
    )
    db.execute(
        "insert into school.users (name, role, email, deleted_at)"
        " values ('Gone', 'student', 'gone@school.test', now())"
    )

    def asked(person: str, email: dict[str, str], **members: Any) -> Any:
        return refusal(
            call(person), "create_admission", **friday, **members, student={"name": "X"} | email
        )

    with nothing_changes(db):
        fresh = {"lead_id": school["fresh"]}
        for person, email, user, members in (
            ("ada", "sid@school.test", "sid", {}),
            ("ada", " SID@SCHOOL.test ", "sid", {}),
            ("ada", "root@school.test", "root", {}),
            ("sam", "sid@school.test", "sid", fresh),
            ("sam", "tom@school.test", "tom", fresh),
            ("sam", "una@school.test", None, fresh),
            ("sam", "ada@school.test", None, fresh),
        ):
            refused = asked(person, {"email": email}, **members)
            assert refused.code == "email_in_use"
            assert refused.members.get("userId") == (user and school[user]), (person, email)
            assert codes(refused.members["conflicts"]) == ["email_in_use"]
        from_lead = refusal(call("ada"), "create_admission", **friday, lead_id=school["unowned"])
        assert (from_lead.code, from_lead.members["userId"]) == ("email_in_use", school["una"])
    freed = call("ada")(
        "create_admission", **friday, student={"name": "Gil", "email": "gone@school.test"}
    )
    assert freed["status"] == "active"


@pytest.mark.unsound("the admission is ended as the owner")
def test_a_lead_converts_once(db: Database, school: School, call: Callers) -> None:
    db.execute(
        "update school.admissions set status = 'cancelled' where id = %s",
        (school["una_admission"],),
    )
    with nothing_changes(db):
        for person, lead, admission in (
            ("sam", "sams", "sid_admission"),
            ("ada", "sams", "sid_admission"),
            ("sue", "sues", "una_admission"),
        ):
            refused = refusal(
                call(person),
                "create_admission",
                **wish(school, "wednesday", lead_id=school[lead], student={"name": "Again"}),
            )
            assert refused.code == "lead_already_converted"
            assert refused.members["admissionId"] == school[admission]
            assert codes(refused.members["conflicts"]) == ["lead_already_converted"]


def test_every_id_that_is_missing_deleted_or_hidden_is_pointed_at(
    db: Database, school: School, call: Callers
) -> None:
    nowhere = "00000000-0000-0000-0000-000000000000"
    ada = call("ada")
    gone = ada("create_course_plan", course_id=school["violin"], name="Gone", total_classes=4,
               classes_per_week=1)["id"]  # fmt: skip
    ada("delete_course_plan", course_plan_id=gone)
    slot = ada("create_time_slot", weekday=6, start_time="10:00", end_time="11:00")["id"]
    ada("delete_time_slot", time_slot_id=slot)
    ada("delete_lead", lead_id=school["unowned"])
    with nothing_changes(db):
        missing = refusal(
            ada,
            "create_admission",
            course_id=nowhere,
            course_plan_id=nowhere,
            start_date="2027-03-01",
            time_slot_ids=[school["monday"], nowhere],
            lead_id=nowhere,
            student_id=nowhere,
            teacher_id=nowhere,
        )
        deleted = refusal(
            ada,
            "create_admission",
            **wish(school, "friday", lead_id=school["unowned"])
            | {"course_plan_id": gone, "time_slot_ids": [slot]},
        )
        hidden = refusal(
            call("sam"),
            "preview_admission",
            **wish(school, "friday", lead_id=school["sues"], student_id=school["una"]),
        )

    def pointers(refused: Any) -> Any:
        assert refused.code == "unknown_reference"
        return {error["pointer"] for error in refused.members["errors"]}

    assert pointers(missing) == {
        "/leadId", "/studentId", "/courseId", "/coursePlanId", "/teacherId", "/timeSlotIds/1"
    }  # fmt: skip
    assert pointers(deleted) == {"/leadId", "/coursePlanId", "/timeSlotIds/0"}
    assert pointers(hidden) == {"/leadId", "/studentId"}


def test_each_rule_of_the_selection_refuses_with_its_code(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    student = {"student": {"name": "New"}}
    saturday, _ = new_class(call, school, 6, "10:00", "11:00")
    db.execute("update school.operating_days set is_open = false where weekday = 6")
    inactive, _ = new_class(call, school, 2, "08:00", "09:00")
    ada("update_time_slot", time_slot_id=inactive, is_active=False, present=["is_active"])
    tara = ada("create_user", name="Tara", role="teacher")["id"]
    ada("put_course_teacher", course_id=school["violin"], teacher_id=tara)
    disabled = ada("create_user", name="Dan", role="student")["id"]
    ada("update_user", user_id=disabled, status="disabled", present=["status"])
    four, eight = {"course_plan_id": school["violin_4"]}, {"course_plan_id": school["violin_8"]}
    friday = wish(school, "friday")
    cases = [
        ("plan_not_for_course", friday | {"course_plan_id": school["piano_4"]} | student),
        ("slot_count_mismatch", friday | eight | student),
        ("slot_count_mismatch", wish(school, "monday", "friday") | four | student),
        ("start_date_out_of_range", friday | {"start_date": "2027-02-28"} | student),
        ("start_date_out_of_range", friday | {"start_date": "2028-03-01"} | student),
        ("start_date_out_of_range", friday | {"start_date": "1900-01-01"} | student),
        ("start_date_out_of_range", friday | {"start_date": "infinity"} | student),
        ("start_date_out_of_range", friday | {"start_date": "-infinity"} | student),
        (
            "start_date_out_of_range",
            friday | {"start_date": "2026-12-30", "allow_backdated": True} | student,
        ),
        ("not_a_teacher", friday | {"teacher_id": school["sid"]} | student),
        ("teacher_not_for_course", friday | {"teacher_id": school["tia"]} | student),
        ("no_classroom", friday | {"teacher_id": tara} | student),
        ("no_classroom", wish(school, "tuesday") | student),
        ("duplicate_slot", wish(school, "friday", "friday") | student),
        ("slot_not_operating", friday | {"time_slot_ids": [saturday]} | student),
        ("slot_not_operating", friday | {"time_slot_ids": [inactive]} | student),
        ("overlapping_slots", wish(school, "monday", "monday_late") | student),
        ("not_a_student", friday | {"student_id": school["tom"]}),
        ("not_a_student", friday | {"student_id": disabled}),
        ("already_enrolled", wish(school, "monday") | {"student_id": school["sid"]}),
        (
            "student_conflict",
            wish(school, "monday", course="piano") | {"student_id": school["sid"]},
        ),
    ]
    with nothing_changes(db):
        for code, wanted in cases:
            refused = refusal(ada, "create_admission", **wanted)
            conflicts = refused.members["conflicts"]
            assert code in codes(conflicts), (code, wanted)
            assert refused.code == conflicts[0]["code"]
            assert all(conflict["message"].endswith(".") for conflict in conflicts)
            preview = ada("preview_admission", **wanted)
            assert (preview["ok"], preview["conflicts"]) == (False, conflicts)
    last_day = ada("create_admission", **friday | {"start_date": "2028-02-29"} | student)
    assert last_day["attendance"]["firstDate"] == "2028-03-03"


def test_a_conflict_about_a_time_slot_names_it(school: School, call: Callers) -> None:
    refused = refusal(
        call("ada"),
        "create_admission",
        **wish(school, "monday", "monday_late", student={"name": "New"}),
    )
    overlap = next(c for c in refused.members["conflicts"] if c["code"] == "overlapping_slots")
    assert overlap == {
        "code": "overlapping_slots",
        "timeSlotId": school["monday_late"],
        "overlapsTimeSlotId": school["monday"],
        "weekday": 1,
        "startTime": "16:30",
        "endTime": "17:30",
        "message": "Monday 16:30–17:30 overlaps another chosen time slot.",  # noqa: RUF001
    }


def test_back_to_back_time_slots_do_not_overlap(school: School, call: Callers) -> None:
    late, _ = new_class(call, school, 1, "17:00", "18:00")
    wanted = wish(school, "monday", "friday", student={"name": "New"})
    wanted["time_slot_ids"] = [late, school["monday"]]
    answer = call("ada")("create_admission", **wanted)
    assert [slot["startTime"] for slot in answer["slots"]] == ["16:00", "17:00"]
    # One day, two classes: the plan's dates are pairs.
    assert (answer["attendance"]["total"], answer["attendance"]["lastDate"]) == (8, "2027-03-22")


def test_several_conflicts_come_together_selection_first_then_seats_by_weekday(
    db: Database, school: School, call: Callers
) -> None:
    fill(db, school["violin_friday"], 3)
    refused = refusal(
        call("ada"),
        "create_admission",
        course_id=school["violin"],
        course_plan_id=school["piano_8"],
        start_date="2027-02-01",
        time_slot_ids=[
            school[day] for day in ("friday", "tuesday", "monday_late", "wednesday", "monday")
        ],
        student={"name": "Sid", "email": "sid@school.test"},
    )
    assert codes(refused.members["conflicts"]) == [
        "plan_not_for_course",
        "slot_count_mismatch",
        "start_date_out_of_range",
        "no_classroom",
        "overlapping_slots",
        "no_classroom",
        "email_in_use",
        "slot_full",
        "slot_full",
    ]
    assert refused.code == "plan_not_for_course"
    weekdays = [c["weekday"] for c in refused.members["conflicts"] if "weekday" in c]
    assert weekdays == [1, 1, 2, 3, 5]


def test_a_full_class_leaves_one_event_and_not_one_other_row(
    db: Database, school: School, call: Callers
) -> None:
    fill(db, school["violin_friday"], 3)
    wanted = wish(school, "friday", "wednesday", lead_id=school["fresh"])
    before_events = one(db, "select count(*) from school.notification_events")
    with nothing_changes(db, but=TRACE):
        refused = refusal(call("sam"), "create_admission", **wanted)
    assert refused.code == "slot_full"
    named = [
        (c["code"], c["timeSlotId"], c["classroomSlotId"], c["weekday"], c["startTime"],
         c["endTime"], c["capacity"], c["occupied"])
        for c in refused.members["conflicts"]
    ]  # fmt: skip
    assert named == [
        ("slot_full", school["wednesday"], school["violin_wednesday"], 3, "16:00", "17:00", 1, 1),
        ("slot_full", school["friday"], school["violin_friday"], 5, "16:00", "17:00", 3, 3),
    ]
    monday = {
        "timeSlotId": school["monday"],
        "classroomSlotId": school["violin_monday"],
        "classroomSlot": school.weekly_class("violin_monday"),
        "weekday": 1,
        "startTime": "16:00",
        "endTime": "17:00",
        "teacher": {"id": school["tom"], "name": "Tom"},
        "free": 1,
    }
    assert [c["alternatives"] for c in refused.members["conflicts"]] == [[monday], [monday]]
    events = db.execute(
        "select type, entity_type, entity_id::text, actor_user_id::text,"
        " jsonb_array_length(payload -> 'conflicts'), payload ->> 'leadId'"
        " from school.notification_events order by sequence offset %s",
        (before_events,),
    ).fetchall()
    assert events == [
        ("admission.refused", "lead", school["fresh"], school["sam"], 2, school["fresh"])
    ]
    refusal(call("ada"), "create_admission", **wish(school, "friday", student={"name": "New"}))
    assert db.execute(
        "select entity_type, entity_id::text from school.notification_events"
        " order by sequence desc limit 1"
    ).fetchone() == ("course", school["violin"])


def test_a_class_that_is_full_is_named_also_when_the_student_is_busy_then(
    db: Database, school: School, call: Callers
) -> None:
    fill(db, school["violin_monday"], 1)
    refused = refusal(
        call("ada"), "create_admission", **wish(school, "monday", student_id=school["una"])
    )
    assert codes(refused.members["conflicts"]) == ["slot_full", "student_conflict"]


@pytest.mark.unsound("seats are given up as the owner")
def test_only_active_enrollments_take_seats(db: Database, school: School, call: Callers) -> None:
    wanted = wish(school, "wednesday", student={"name": "New"})
    assert refusal(call("ada"), "create_admission", **wanted).code == "slot_full"
    db.execute(
        "update school.classroom_enrollments set status = 'inactive' where student_id = %s",
        (school["sid"],),
    )
    call("ada")("create_admission", **wanted)
    assert seats_taken(db, school["violin_wednesday"]) == 1
    # A plan that starts next year takes its seat today.
    future = wish(school, "monday", student={"name": "Late"}, start_date="2028-01-10")
    db.execute("update school.classroom_slots set capacity = 1 where id = %s", (school["violin_monday"],))  # fmt: skip  # noqa: E501
    call("ada")("create_admission", **future)
    full = refusal(
        call("ada"), "create_admission", **wish(school, "monday", student={"name": "Now"})
    )
    assert full.code == "slot_full"


@pytest.mark.unsound("the first admission is ended as the owner")
def test_a_student_may_come_back_to_a_class_once_the_seat_was_given_up(
    db: Database, school: School, call: Callers
) -> None:
    db.execute(
        "update school.classroom_enrollments set status = 'inactive' where student_id = %s",
        (school["sid"],),
    )
    db.execute(
        "update school.attendance set status = 'cancelled' where student_id = %s", (school["sid"],)
    )
    again = call("ada")(
        "create_admission", **wish(school, "monday", "wednesday", student_id=school["sid"])
    )
    assert again["attendance"]["firstDate"] == "2027-03-01"
    assert again["attendance"]["total"] == 8


@pytest.mark.unsound("classes are moved as the owner")
def test_dates_at_which_the_student_has_a_class_are_skipped_and_made_up_at_the_end(
    db: Database, school: School, call: Callers
) -> None:
    # Sid's seats are given up, the dated classes stay: Mondays and Wednesdays until March 24.
    db.execute(
        "update school.classroom_enrollments set status = 'inactive' where student_id = %s",
        (school["sid"],),
    )
    answer = call("ada")(
        "create_admission", **wish(school, "monday", "friday", student_id=school["sid"])
    )
    dates = [
        str(row[0])
        for row in db.execute(
            "select class_date from school.attendance where admission_id = %s order by 1",
            (answer["id"],),
        )
    ]
    assert dates == [
        "2027-03-05",
        "2027-03-12",
        "2027-03-19",
        "2027-03-26",
        "2027-03-29",
        "2027-04-02",
        "2027-04-05",
        "2027-04-09",
    ]


def test_backdating_is_for_admins_and_sixty_days_and_takes_every_class(
    db: Database, school: School, call: Callers
) -> None:
    friday = wish(school, "friday", student={"name": "New"}, allow_backdated=True)
    answer = call("ada")("create_admission", **friday | {"start_date": "2026-12-31"})
    assert codes(answer["warnings"]) == ["student_without_login", "backdated"]
    assert answer["attendance"]["firstDate"] == "2027-01-01"
    assert (answer["remaining"], answer["unmarked"]) == (0, 4)
    assert refusal(
        call("ada"), "create_admission", **friday | {"start_date": "2026-12-30"}
    ).code == "start_date_out_of_range"  # fmt: skip
    assert (
        refusal(
            call("ada"),
            "create_admission",
            **friday | {"start_date": "2026-12-31", "allow_backdated": False},
        ).code
        == "start_date_out_of_range"
    )


@pytest.mark.unsound("the closure is written as the owner, over dated classes")
def test_a_plan_without_dates_within_three_years_is_refused(
    db: Database, school: School, call: Callers
) -> None:
    db.execute(
        "insert into school.school_closures (start_date, end_date, reason)"
        " values ('2027-03-10', '2031-01-01', 'rebuilt')"
    )
    with nothing_changes(db):
        refused = refusal(
            call("ada"), "create_admission", **wish(school, "friday", student={"name": "New"})
        )
    assert refused.code == "no_class_dates"
    assert refused.members["conflicts"][0]["message"].startswith("Only 1 of 4 classes")


def test_a_missing_classroom_is_not_also_a_lack_of_dates(school: School, call: Callers) -> None:
    plan = call("ada")(
        "create_course_plan",
        course_id=school["violin"],
        name="200",
        total_classes=200,
        classes_per_week=2,
    )["id"]
    wanted = wish(school, "friday", "tuesday", student={"name": "New"}, course_plan_id=plan)
    refused = refusal(call("ada"), "create_admission", **wanted)
    assert codes(refused.members["conflicts"]) == ["no_classroom"]


def test_today_is_the_schools_own(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    friday = wish(school, "friday", student={"name": "New"})
    db.execute("update school.school_settings set timezone = 'Asia/Kolkata'")
    clock.set("2027-03-01T18:29:59Z")
    call("ada")("create_admission", **friday | {"start_date": "2027-03-01"})
    clock.set("2027-03-01T18:30:00Z")
    assert refusal(call("ada"), "create_admission", **friday).code == "start_date_out_of_range"
    # 365 days on from March 2 in Kolkata.
    call("ada")("create_admission", **friday | {"start_date": "2028-03-01"})
    db.execute("update school.school_settings set timezone = 'America/Los_Angeles'")
    clock.set("2027-03-02T07:59:59Z")
    call("ada")("create_admission", **friday | {"start_date": "2027-03-01"})
    clock.set("2027-03-02T08:00:00Z")
    assert refusal(call("ada"), "create_admission", **friday).code == "start_date_out_of_range"
    day = db.execute(
        "select day::text from school.notification_events where type = 'admission.created'"
        " order by sequence desc limit 1"
    ).fetchone()
    assert day == ("2027-03-01",)


def test_a_class_that_has_begun_today_is_not_sold(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    db.execute("update school.classroom_slots set capacity = 10")
    monday = wish(school, "monday", student={"name": "New"})
    for instant, first in (
        ("2027-03-01T15:59:59Z", "2027-03-01"),
        ("2027-03-01T16:00:00Z", "2027-03-08"),
        ("2027-03-01T23:00:00Z", "2027-03-08"),
    ):
        clock.set(instant)
        answer = call("ada")("create_admission", **monday)
        assert (answer["attendance"]["firstDate"], answer["attendance"]["total"]) == (first, 4)


def test_of_several_teachers_the_one_with_most_seats_free_takes_the_student(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    tara = ada("create_user", name="Tara", role="teacher")["id"]
    ada("put_course_teacher", course_id=school["violin"], teacher_id=tara)
    made = ada(
        "create_classroom_slot",
        time_slot_id=school["wednesday"],
        course_id=school["violin"],
        teacher_id=tara,
        capacity=2,
    )
    wanted = wish(school, "wednesday", student={"name": "New"})
    # Tom's class is full: with a teacher wished for that is a refusal, without it goes to Tara.
    full = refusal(ada, "create_admission", **wanted, teacher_id=school["tom"])
    assert full.code == "slot_full"
    assert full.members["conflicts"][0]["classroomSlotId"] == school["violin_wednesday"]
    nearest = full.members["conflicts"][0]["alternatives"][0]
    assert (nearest["classroomSlotId"], nearest["free"]) == (made["id"], 2)
    for _ in range(2):
        answer = ada("create_admission", **wanted)
        assert answer["slots"][0]["classroomSlotId"] == made["id"]
        assert answer["slots"][0]["teacher"] == {"id": tara, "name": "Tara"}
    both_full = refusal(ada, "create_admission", **wanted)
    assert codes(both_full.members["conflicts"]) == ["slot_full"]


def test_direct_callers_cannot_leave_the_selection_out(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        nothing: list[str] | None
        for nothing in (None, []):
            refused = refusal(
                call("ada"),
                "create_admission",
                **wish(school, "friday", student={"name": "New"}) | {"time_slot_ids": nothing},
            )
            assert refused.code == "slot_count_mismatch"
        twice = [school["monday"], None]
        refused = refusal(
            call("ada"),
            "create_admission",
            **wish(school, "friday", student={"name": "New"}) | {"time_slot_ids": twice},
        )
        assert refused.code == "unknown_reference"


def test_a_failure_half_way_leaves_nothing(db: Database, school: School, call: Callers) -> None:
    db.execute(
        "create function school.break_it() returns trigger language plpgsql as"
        " $$ begin if (select count(*) from school.attendance where admission_id ="
        " new.admission_id) = 3 then raise exception 'broken'; end if; return null; end $$;"
        "create trigger break_it after insert on school.attendance for each row"
        " execute function school.break_it()"
    )
    wanted = wish(school, "monday", "friday", lead_id=school["fresh"])
    wanted["course_plan_id"] = call("ada")(
        "create_course_plan", course_id=school["violin"], name="3", total_classes=3,
        classes_per_week=2,
    )["id"]  # fmt: skip
    before = fingerprint(db)
    try:
        call("sam")("create_admission", **wanted)
    except psycopg.errors.RaiseException as error:
        assert "broken" in str(error)  # noqa: PT017
    else:
        raise AssertionError("the trigger did not fire")
    assert fingerprint(db) == before


def test_over_http_an_admission_is_201_and_refusals_are_problems(
    db: Database, school: School, client: Client
) -> None:
    def body(*days: str, **members: Any) -> Any:
        wanted = wish(school, *days, **members)
        return {
            "courseId": wanted["course_id"],
            "coursePlanId": wanted["course_plan_id"],
            "startDate": wanted["start_date"],
            "timeSlotIds": wanted["time_slot_ids"],
            **members,
        }

    sam, ada = client("sam"), client("ada")
    fresh = {"leadId": school["fresh"]}
    with nothing_changes(db):
        for changed, pointer in (
            ({"timeSlotIds": []}, "/timeSlotIds"),
            ({"timeSlotIds": [school["monday"]] * 15}, "/timeSlotIds"),
            ({"timeSlotIds": "monday"}, "/timeSlotIds"),
            ({"startDate": "2027-02-29"}, "/startDate"),
            ({"startDate": "infinity"}, "/startDate"),
            ({"startDate": "2201-01-01"}, "/startDate"),
            ({"startDate": None}, "/startDate"),
            ({"courseId": "violin"}, "/courseId"),
            ({"student": {"name": "New", "age": 5}}, "/student/age"),
            ({"student": {"email": "a@b.test"}}, "/student/name"),
            ({"student": {"name": "A\u0000B"}}, "/student/name"),
            ({"seat": 1}, "/seat"),
        ):
            refused = ada.post("/v1/admissions", json=body("friday") | fresh | changed)
            assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
            assert [e["pointer"] for e in refused.json()["errors"]] == [pointer], changed
    full = sam.post("/v1/admissions", json=body("wednesday") | fresh)
    assert full.headers["content-type"].startswith("application/problem+json")
    problem = full.json()
    assert (full.status_code, problem["status"], problem["code"]) == (409, 409, "slot_full")
    assert problem["type"] == "/problems/slot_full"
    assert problem["conflicts"][0]["alternatives"]
    for json, status, code in (
        (body("tuesday") | fresh, 422, "no_classroom"),
        (body("friday") | {"leadId": school["unowned"]}, 403, "forbidden"),
        (body("friday") | {"leadId": school["sues"]}, 422, "unknown_reference"),
        (body("friday") | {"leadId": school["sams"]}, 409, "lead_already_converted"),
        (body("friday") | fresh | {"allowBackdated": True}, 403, "forbidden"),
    ):
        refused = sam.post("/v1/admissions", json=json)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert client("tom").post("/v1/admissions", json=body("friday")).status_code == 403
    made = sam.post("/v1/admissions", json=body("friday") | fresh)
    assert made.status_code == 201, made.text
    assert made.headers["etag"] == '"1"'
    assert sam.get(f"/v1/admissions/{made.json()['id']}").json()["slots"] == made.json()["slots"]

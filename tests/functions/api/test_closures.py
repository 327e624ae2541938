"""Closing the school over classes that are dated already."""

from typing import Any

from tests.support.admitting import codes, fill, fingerprint, new_class, nothing_changes, wish
from tests.support.asking import one, refusal
from tests.support.classrooms import ask, classes, events, status
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client

CLOSURE = {"start_date": "2027-03-08", "end_date": "2027-03-10", "reason": "Flood"}


def moved(answer: Any) -> Any:
    """Return what a closure answers of rows, without the ids that each run makes anew."""
    return {
        "cancelled": answer["cancelled"],
        "counts": answer["counts"],
        "added": answer["added"],
        "conflicts": answer["conflicts"],
    }


def test_a_closure_cancels_its_dates_and_appends_as_many_as_the_preview_said(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        preview = call("ada")("preview_closure", **CLOSURE)
    declared = call("ada")("create_closure", **CLOSURE)
    assert moved(preview) == moved(declared)
    assert preview.keys() == declared.keys() - {"id", "version", "createdAt", "updatedAt"}
    assert (declared["startDate"], declared["endDate"], declared["reason"]) == (
        "2027-03-08",
        "2027-03-10",
        "Flood",
    )
    dates = [c["classDate"] for c in declared["cancelled"]]
    assert dates == ["2027-03-08", "2027-03-08", "2027-03-10"]
    assert {(c["studentId"], c["classDate"]) for c in declared["cancelled"]} == {
        (school["sid"], "2027-03-08"),
        (school["una"], "2027-03-08"),
        (school["sid"], "2027-03-10"),
    }
    assert sorted((a["studentId"], a["classDate"]) for a in declared["added"]) == sorted(
        [
            (school["sid"], "2027-03-29"),
            (school["sid"], "2027-03-31"),
            (school["una"], "2027-03-29"),
        ]
    )
    assert declared["conflicts"] == []
    dates = classes(db, school["sid_admission"])
    assert [d for d, s in dates if s == "cancelled"] == ["2027-03-08", "2027-03-10"]
    assert len([d for d, s in dates if s == "scheduled"]) == 8
    listed = call("sid")("list_closures")["items"]
    assert [c["id"] for c in listed] == [declared["id"]]


def test_a_closure_and_its_preview_name_whom_they_concern_and_count_them(
    school: School, call: Callers
) -> None:
    for function in ("preview_closure", "create_closure"):
        answer = call("ada")(function, **CLOSURE)
        assert answer["counts"] == {"classes": 3, "students": 2, "admissions": 2}
        piano = next(c for c in answer["cancelled"] if c["studentId"] == school["una"])
        gained = next(a for a in answer["added"] if a["studentId"] == school["una"])
        for item in (piano, gained):
            assert (item["startTime"], item["classroomSlotId"]) == ("16:00", school["piano_monday"])
            assert item["student"] == {"id": school["una"], "name": "Una"}
            assert item["course"] == {"id": school["piano"], "name": "Piano I"}
            assert item["teacher"] == {"id": school["tia"], "name": "Tia"}
        assert piano["attendanceId"]


def told_of_closures(db: Database) -> dict[str, tuple[str, str]]:
    """Return title and text by whom they are for."""
    rows = db.execute(
        "select u.name, n.title, n.body from school.notifications as n"
        " join school.users as u on u.id = n.recipient_user_id where n.type = 'closure.declared'"
    ).fetchall()
    assert len({name for name, _, _ in rows}) == len(rows)
    return {name: (title, body) for name, title, body in rows}


def test_each_who_loses_classes_is_told_once_of_the_dates_lost_and_added(
    db: Database, school: School, call: Callers
) -> None:
    """Students, who teaches the classes, and the owners of the leads; not Ada, who did it."""
    call("ada")("preview_closure", **CLOSURE)
    assert told_of_closures(db) == {}
    declared = call("ada")("create_closure", **CLOSURE)
    title = "The school is closed from 2027-03-08 to 2027-03-10"
    violin = (
        "Flood; classes that fall out: 2027-03-08, 2027-03-10; new dates: 2027-03-29, 2027-03-31"
    )
    piano = "Flood; classes that fall out: 2027-03-08; new dates: 2027-03-29"
    assert told_of_closures(db) == {
        "Sid": (title, violin),
        "Tom": (title, violin),
        "Sam": (title, violin),
        "Una": (title, piano),
        "Tia": (title, piano),
        "Sue": (title, piano),
    }
    heard = call("sid")("list_notifications")["items"][0]
    assert (heard["entityType"], heard["entityId"]) == ("closure", declared["id"])
    assert heard["payload"]["personId"] == school["sid"]
    assert heard["payload"]["lostDates"] == ["2027-03-08", "2027-03-10"]
    assert heard["payload"]["addedDates"] == ["2027-03-29", "2027-03-31"]
    mailed = (
        "select m.subject, m.body from school.notifications as n"
        " cross join lateral school.notification_mail("
        "n.event_id, n.recipient_user_id) as m"
        " where n.type = 'closure.declared' and n.recipient_user_id = %s"
    )
    subject, body = one(db, mailed, school["una"])
    assert subject.endswith(" is closed from 2027-03-08 to 2027-03-10")
    assert f"{title}.\n{piano}\n" in body


def test_a_closure_tells_nobody_whose_classes_stay(
    db: Database, school: School, call: Callers
) -> None:
    """One day, on which only piano is held; the owner who declares it is not told of it."""
    call("ada")("assign_lead", lead_id=school["sues"], owner_id=school["ada"], present=["owner_id"])
    call("ada")("create_closure", start_date="2027-03-04", end_date="2027-03-04", reason="Fair.")
    body = "Fair; classes that fall out: 2027-03-04; new dates: 2027-03-29"
    assert told_of_closures(db) == {
        "Una": ("The school is closed on 2027-03-04", body),
        "Tia": ("The school is closed on 2027-03-04", body),
    }
    call("ada")("create_closure", start_date="2027-03-06", end_date="2027-03-07", reason="Empty")
    assert len(told_of_closures(db)) == 2


def test_a_substitute_loses_the_class_and_who_is_away_does_not(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")("put_course_teacher", course_id=school["violin"], teacher_id=school["tia"])
    call("ada")(
        "set_substitute",
        classroom_slot_id=school["violin_wednesday"],
        date="2027-03-10",
        teacher_id=school["tia"],
        present=["teacher_id"],
    )
    call("ada")("create_closure", start_date="2027-03-10", end_date="2027-03-10", reason="Flood")
    told = told_of_closures(db)
    assert set(told) == {"Sid", "Sam", "Tia"}
    assert told["Tia"][1] == "Flood; classes that fall out: 2027-03-10"
    assert told["Sid"][1] == "Flood; classes that fall out: 2027-03-10; new dates: 2027-03-29"


def test_a_long_closure_is_told_in_a_few_dates_and_carries_all_of_them(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")("create_closure", start_date="2027-03-01", end_date="2027-03-31", reason="Works")
    body = told_of_closures(db)["Tom"][1]
    assert "2027-03-24; new dates: 2027-04-05" in body
    call("ada")(
        "create_admission",
        **wish(school, "monday", "friday", student={"name": "Vic"}, start_date="2027-04-01")
        | {"course_plan_id": school["violin_48"]},
    )
    call("ada")("create_closure", start_date="2027-04-01", end_date="2027-06-30", reason="More")
    heard = next(
        n
        for n in call("tom")("list_notifications")["items"]
        if n["type"] == "closure.declared" and n["payload"]["reason"] == "More"
    )
    lost = heard["payload"]["lostDates"]
    assert len(lost) > 20
    assert f"{', '.join(lost[:10])} and {len(lost) - 10} more;" in heard["body"]


def test_the_first_and_the_last_date_of_a_closure_are_closed_like_the_others(
    db: Database, school: School, call: Callers
) -> None:
    """Also for plans made later; a closure of one day is one day."""
    call("ada")("create_closure", start_date="2027-03-05", end_date="2027-03-12", reason="Flood")
    call("ada")("create_closure", start_date="2027-03-26", end_date="2027-03-26", reason="Fair")
    made = call("ada")("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    assert [d for d, _ in classes(db, made["id"])] == [
        "2027-03-19",
        "2027-04-02",
        "2027-04-09",
        "2027-04-16",
    ]
    declared = call("ada")(
        "create_closure", start_date="2027-04-16", end_date="2027-04-17", reason="Storm"
    )
    assert [c["classDate"] for c in declared["cancelled"]] == ["2027-04-16"]
    assert [a["classDate"] for a in declared["added"]] == ["2027-04-23"]


def test_replacements_come_after_a_class_that_was_moved_behind_the_end(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-15", "violin_wednesday", "2027-03-31")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    declared = call("ada")("create_closure", **CLOSURE)
    sids = [a["classDate"] for a in declared["added"] if a["studentId"] == school["sid"]]
    assert sids == ["2027-04-05", "2027-04-07"]


def test_a_replacement_goes_around_a_room_full_of_visitors(
    db: Database, school: School, call: Callers
) -> None:
    """Violin on Monday seats two: with two others expected there is no place on that date."""
    visitors = []
    for name in ("Vic", "Val"):
        made = call("ada")("create_admission", **wish(school, "friday", student={"name": name}))
        visitors.append(made["id"])
    for admission, target in zip(visitors, ("2027-03-29", "2027-03-29"), strict=True):
        row = one(
            db,
            "select id::text from school.attendance where admission_id = %s"
            " and class_date = '2027-03-19'",
            admission,
        )
        asked = call("ada")(
            "create_reschedule_request",
            attendance_id=row,
            classroom_slot_id=school["violin_monday"],
            class_date=target,
        )
        call("ada")("approve_reschedule_request", reschedule_request_id=asked["id"])
    declared = call("ada")(
        "create_closure", start_date="2027-03-08", end_date="2027-03-08", reason="Flood"
    )
    sids = [a["classDate"] for a in declared["added"] if a["studentId"] == school["sid"]]
    assert sids == ["2027-03-31"]


def test_a_replacement_goes_around_another_class_of_the_student(
    db: Database, school: School, call: Callers
) -> None:
    """Sid's violin was moved to a Monday evening: no piano on that date."""
    overlap = new_class(call, school, 1, "17:30", "18:30", course="piano", teacher="tia")
    call("ada")(
        "create_admission",
        course_id=school["piano"],
        course_plan_id=school["piano_4"],
        start_date="2027-03-01",
        time_slot_ids=[overlap[0]],
        student_id=school["sid"],
    )
    violin = new_class(call, school, 1, "18:00", "19:00")[1]
    row = one(
        db,
        "select id::text from school.attendance where student_id = %s"
        " and class_date = '2027-03-24'",
        school["sid"],
    )
    asked = call("ada")(
        "create_reschedule_request",
        attendance_id=row,
        classroom_slot_id=violin,
        class_date="2027-03-29",
    )
    call("ada")("approve_reschedule_request", reschedule_request_id=asked["id"])
    declared = call("ada")(
        "create_closure", start_date="2027-03-22", end_date="2027-03-22", reason="Flood"
    )
    piano = [a["classDate"] for a in declared["added"] if a["classroomSlotId"] == overlap[1]]
    assert piano == ["2027-04-05"]  # the 29th, 18:00, is violin


def test_what_has_begun_and_what_was_marked_stays_on_the_day_of_closing(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-01T16:00:00+00:00")
    declared = call("ada")(
        "create_closure", start_date="2027-02-22", end_date="2027-03-03", reason="Flood"
    )
    assert [(c["studentId"], c["classDate"]) for c in declared["cancelled"]] == [
        (school["sid"], "2027-03-03")
    ]
    assert classes(db, school["sid_admission"])[0] == ("2027-03-01", "scheduled")


def test_a_request_whose_class_falls_on_the_closure_is_closed_and_told_why(
    db: Database, school: School, call: Callers
) -> None:
    gone = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    kept = ask(call("sid"), db, school, "2027-03-15", "violin_friday", "2027-03-19")
    with nothing_changes(db):
        call("ada")("preview_closure", **CLOSURE)
    call("ada")("create_closure", **CLOSURE)
    assert status(db, "reschedule_requests", gone) == "closed"
    assert status(db, "reschedule_requests", kept) == "pending"
    answer = call("sid")("get_reschedule_request", reschedule_request_id=gone)
    assert answer["decisionReason"] == "The school is closed on that date."
    assert events(db, gone) == ["reschedule.requested"]


def test_blocked_plans_are_made_up_too_and_ended_ones_are_left_alone(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")("block_admission", admission_id=school["sid_admission"])
    call("ada")("cancel_admission", admission_id=school["una_admission"])
    declared = call("ada")("create_closure", **CLOSURE)
    assert {c["admissionId"] for c in declared["cancelled"]} == {school["sid_admission"]}
    assert len(declared["added"]) == 2


def test_a_closure_that_overlaps_another_cancels_what_that_one_appended(
    db: Database, school: School, call: Callers
) -> None:
    call("ada")("create_closure", **CLOSURE)
    second = call("ada")(
        "create_closure", start_date="2027-03-10", end_date="2027-03-29", reason="Flood again"
    )
    dates = [c["classDate"] for c in second["cancelled"] if c["studentId"] == school["sid"]]
    assert dates == ["2027-03-15", "2027-03-17", "2027-03-22", "2027-03-24", "2027-03-29"]
    assert [s for _, s in classes(db, school["sid_admission"])].count("scheduled") == 8


def test_removing_a_closure_changes_nothing_but_what_is_made_from_then_on(
    db: Database, school: School, call: Callers
) -> None:
    declared = call("ada")("create_closure", **CLOSURE)
    before = classes(db, school["sid_admission"])
    prints = fingerprint(db, but=("school.school_closures", "school.attendance"))
    call("ada")("delete_closure", closure_id=declared["id"], if_match=1)
    assert fingerprint(db, but=("school.school_closures", "school.attendance")) == prints
    assert classes(db, school["sid_admission"]) == before
    made = call("ada")("create_admission", **wish(school, "monday", student={"name": "Vic"}))
    assert classes(db, made["id"])[1] == ("2027-03-08", "scheduled")
    assert refusal(call("ada"), "delete_closure", closure_id=declared["id"]).code == "not_found"


def test_a_plan_that_finds_no_other_date_is_a_conflict_and_nothing_is_declared(
    db: Database, school: School, call: Callers
) -> None:
    for year in range(2027, 2031):
        call("ada")(
            "create_closure",
            start_date=f"{year}-04-01",
            end_date=f"{year + 1}-03-31",
            reason="Sabbatical",
        )
    with nothing_changes(db):
        refused = refusal(call("ada"), "create_closure", **{**CLOSURE, "end_date": "2027-03-30"})
        assert refused.code == "no_class_dates"
        preview = call("ada")("preview_closure", **{**CLOSURE, "end_date": "2027-03-30"})
    assert preview["conflicts"] == refused.members["conflicts"]
    assert codes(preview["conflicts"]) == ["no_class_dates"] * 2
    assert {c["student"]["name"] for c in preview["conflicts"]} == {"Sid", "Una"}
    assert {c["admissionId"] for c in preview["conflicts"]} == {
        school["sid_admission"],
        school["una_admission"],
    }


def test_who_may_close_the_school_and_for_how_long(
    db: Database, school: School, call: Callers
) -> None:
    declared = call("root")("create_closure", **CLOSURE)
    with nothing_changes(db):
        for person in ("sam", "tom", "sid", None):
            for function in ("create_closure", "preview_closure"):
                assert refusal(call(person), function, **CLOSURE).code == "forbidden"
            gone = {"closure_id": declared["id"]}
            assert refusal(call(person), "delete_closure", **gone).code == "forbidden"
        stale = refusal(call("ada"), "delete_closure", closure_id=declared["id"], if_match=7)
        assert stale.code == "version_mismatch"
        for dates in (
            {"start_date": "2027-03-08", "end_date": "2027-03-07"},
            {"start_date": "2027-03-08", "end_date": "2028-03-09"},
        ):
            for function in ("create_closure", "preview_closure"):
                refused = refusal(call("ada"), function, **dates, reason="x")
                assert refused.code == "invalid_request"
                assert refused.members["errors"][0]["pointer"] == "/endDate"
    for person in ("sam", "tom", "sid", "ada"):
        assert len(call(person)("list_closures")["items"]) == 1


def test_over_http_preview_is_200_and_declaring_201(
    db: Database, school: School, client: Client
) -> None:
    ada = client("ada")
    body = {"startDate": "2027-03-08", "endDate": "2027-03-10", "reason": "Flood"}
    with nothing_changes(db):
        answer = ada.post("/v1/closures/preview", json=body)
        assert answer.status_code == 200
        assert ada.post("/v1/closures", json={**body, "reason": ""}).status_code == 400
        assert ada.post("/v1/closures", json={**body, "endDate": "infinity"}).status_code == 400
    declared = ada.post("/v1/closures", json=body)
    assert declared.status_code == 201
    assert moved(declared.json()) == moved(answer.json())
    assert ada.delete(f"/v1/closures/{declared.json()['id']}").status_code == 204


def test_years_old_records_of_ended_plans_are_in_nobodys_way(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    """Only live rows to come conflict with closing a weekday or the school."""
    clock.set("2029-06-01T09:00:00+00:00")
    with_past = call("ada")(
        "create_closure", start_date="2027-03-01", end_date="2027-04-01", reason="Late entry"
    )
    assert (with_past["cancelled"], with_past["added"]) == ([], [])
    call("ada")("set_operating_days", days='[{"weekday": 1, "isOpen": false}]')
    fill(db, school["violin_friday"], 1)
    call("ada")("set_operating_days", days='[{"weekday": 5, "isOpen": false}]')

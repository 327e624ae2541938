"""Situations that hurt real schools, as far as no other test is named after them."""

import psycopg
import pytest

from tests.support.admitting import fingerprint, nothing_changes, refusal, seats_taken, wish
from tests.support.classrooms import ask, broken, class_on, classes, one, status


def test_a_move_that_fails_after_the_request_was_claimed_leaves_it_pending(db, school, call):
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    db.execute(
        "create function school.break_it() returns trigger language plpgsql as"
        " $$ begin raise exception 'broken'; end $$;"
        " create trigger break_it before update on school.attendance"
        " for each row execute function school.break_it()"
    )
    before = fingerprint(db)
    with pytest.raises(psycopg.errors.RaiseException, match="broken"):
        call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    assert fingerprint(db) == before
    assert status(db, "reschedule_requests", asked) == "pending"
    db.execute("drop function school.break_it cascade")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    assert status(db, "reschedule_requests", asked) == "approved"


def test_a_renewal_that_fails_half_way_keeps_the_old_seats(db, school, call):
    db.execute(
        "create function school.break_it() returns trigger language plpgsql as"
        " $$ begin raise exception 'broken'; end $$;"
        " create trigger break_it before insert on school.attendance"
        " for each row when (new.class_date > '2027-04-15') execute function school.break_it()"
    )
    with nothing_changes(db), pytest.raises(psycopg.errors.RaiseException, match="broken"):
        call("ada")("renew_admission", admission_id=school["sid_admission"])


def test_totals_and_lists_of_a_class_are_of_the_same_people(db, school, call):
    """Those who left are in neither; the date's list has who is expected on it."""
    vic = call("ada")("create_admission", **wish(school, "monday", student={"name": "Vic"}))
    call("ada")("cancel_admission", admission_id=school["sid_admission"])

    def monday():
        (line,) = call("ada")("list_classroom", weekday=1, course_id=school["violin"],
                              date="2027-03-08")["items"]  # fmt: skip
        return line

    line = monday()
    assert (line["occupied"], line["expected"]) == (1, 1)
    assert [s["name"] for s in line["students"]] == ["Vic"]
    assert line["occupied"] == seats_taken(db, school["violin_monday"])
    sheet = call("tom")("list_attendance", date="2027-03-08", status="scheduled")["items"]
    assert [i["admissionId"] for i in sheet] == [vic["id"]]


def test_a_plan_of_a_billion_classes_is_400(db, school, client):
    with nothing_changes(db):
        for total in (0, -1, 501, 10**9, 10**30):
            answer = client("ada").post(
                "/v1/course-plans",
                json={
                    "courseId": school["violin"],
                    "name": "Endless",
                    "totalClasses": total,
                    "classesPerWeek": 1,
                },
            )
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), total


def test_the_longest_plan_over_year_ends_has_exactly_its_classes(db, school, call):
    """500 classes would take ten years of Fridays: refused. 48, twice a week: all of them."""
    plan = call("ada")("create_course_plan", course_id=school["violin"], name="500",
                       total_classes=500, classes_per_week=1)["id"]  # fmt: skip
    long = {**wish(school, "friday", student={"name": "Vic"}), "course_plan_id": plan}
    with nothing_changes(db):
        assert refusal(call("ada"), "create_admission", **long).code == "no_class_dates"
    made = call("ada")(
        "create_admission",
        **{
            **wish(school, "monday", "friday", student={"name": "Vic"}),
            "course_plan_id": school["violin_48"],
            "start_date": "2027-11-01",
        },
    )
    dates = [date for date, _ in classes(db, made["id"])]
    assert len(dates) == len(set(dates)) == 48
    assert "2027-12-31" in dates
    assert "2028-01-03" in dates


def test_leaving_and_coming_back_the_same_day_collides_with_no_cancelled_row(db, school, call):
    for _ in range(3):
        call("ada")("cancel_admission", admission_id=one(
            db, "select id::text from school.admissions where student_id = %s"
            " and status = 'active'", school["sid"]))  # fmt: skip
        call("ada")(
            "create_admission", **wish(school, "monday", "wednesday", student_id=school["sid"])
        )
    assert broken(db) == []
    row = class_on(db, school, "sid", "2027-03-08")
    assert status(db, "attendance", row) == "scheduled"

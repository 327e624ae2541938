"""jobs.remaining_classes: few classes left and none, once each per admission.

Sid's classes are Mondays and Wednesdays, 1 to 24 March; una's Mondays and Thursdays, 1 to 25.
"""

from typing import Any

import psycopg
import pytest

from tests.support.admitting import wish
from tests.support.asking import one
from tests.support.classrooms import classes
from tests.support.notices import events, run, told
from tests.support.races import behind
from tests.support.school import Callers, Clock, Conninfo, Database, School

FOUR, NONE = "classes.remaining_4", "classes.remaining_0"
JOB = "remaining_classes"


def who(db: Database, kind: str, admission: str) -> Any:
    return sorted(name for name, entity, _ in told(db, kind) if entity == admission)


def days(db: Database, kind: str, admission: str) -> Any:
    return {day for _, entity, day in told(db, kind) if entity == admission}


def mark_today(db: Database, call: Callers, school: School, date: str) -> None:
    for (row,) in db.execute(
        "select id::text from school.attendance where admission_id = %s and class_date = %s",
        (school["sid_admission"], date),
    ).fetchall():
        call("ada")("mark_attendance", attendance_id=row, status="present")


def test_four_left_is_told_once_to_student_admins_and_owner_and_so_is_none(
    db: Database, school: School
) -> None:
    sid = school["sid_admission"]
    assert run(db, JOB, "2027-03-14") == 2  # sid and una, four each
    assert who(db, FOUR, sid) == ["Ada", "Root", "Sam", "Sid"]
    assert who(db, FOUR, school["una_admission"]) == ["Ada", "Root", "Sue", "Una"]
    # the day on which the threshold was crossed: after the fifth class from the end
    assert days(db, FOUR, sid) == {"2027-03-11"}
    assert days(db, FOUR, school["una_admission"]) == {"2027-03-12"}
    for on in ("2027-03-14", "2027-03-15", "2027-03-17", "2027-03-24"):
        assert run(db, JOB, on) == 0
    assert run(db, JOB, "2027-03-25") == 1
    assert who(db, NONE, sid) == ["Ada", "Root", "Sam", "Sid"]
    assert days(db, NONE, sid) == {"2027-03-25"}
    assert run(db, JOB, "2027-04-25") == 1  # una's
    assert run(db, JOB, "2027-05-25") == 0
    assert (events(db, FOUR), events(db, NONE)) == (2, 2)


def test_five_left_is_silent(db: Database, school: School) -> None:
    assert run(db, JOB, "2027-03-10") == 0


@pytest.mark.unsound("classes are dated as the owner")
def test_from_five_to_three_in_one_day_is_one_notification(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    # Two classes on one day, as a move to another day of the week makes it.
    db.execute(
        "update school.attendance set class_date = '2027-03-10'"
        " where admission_id = %s and class_date = '2027-03-15'",
        (school["sid_admission"],),
    )
    clock.set("2027-03-10T08:00:00Z")
    assert run(db, JOB) == 0
    mark_today(db, call, school, "2027-03-10")
    left = "select count(*) from school.attendance where admission_id = %s and status = 'scheduled'"
    assert one(db, left + " and class_date >= '2027-03-10'", school["sid_admission"]) == 3
    for _ in range(3):
        run(db, JOB)
    assert who(db, FOUR, school["sid_admission"]) == ["Ada", "Root", "Sam", "Sid"]
    assert days(db, FOUR, school["sid_admission"]) == {"2027-03-10"}
    payload = one(
        db,
        "select payload ->> 'remaining' from school.notification_events where type = %s"
        " and entity_id = %s",
        FOUR,
        school["sid_admission"],
    )
    assert payload == "3"


def test_from_five_to_none_between_two_runs_is_told_as_none(db: Database, school: School) -> None:
    assert run(db, JOB, "2027-03-10") == 0
    assert run(db, JOB, "2027-04-10") == 2
    assert (events(db, FOUR), events(db, NONE)) == (0, 2)
    assert run(db, JOB, "2027-04-11") == 0


def test_the_last_class_marked_today_leaves_none_today(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-24T18:00:00Z")
    run(db, JOB)
    assert who(db, NONE, school["sid_admission"]) == []
    mark_today(db, call, school, "2027-03-24")
    run(db, JOB)
    assert days(db, NONE, school["sid_admission"]) == {"2027-03-24"}
    clock.set("2027-03-25T08:00:00Z")
    run(db, JOB)
    assert days(db, NONE, school["sid_admission"]) == {"2027-03-24"}


def test_on_two_connections_at_once_it_is_told_once(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo()) as first,
        psycopg.connect(conninfo(), autocommit=True) as second,
    ):
        assert run(first, JOB, "2027-03-15") == 2
        waiting = behind(db, first, run, second, JOB, "2027-03-16")
        first.commit()
        assert waiting.result(30) == 0
    assert len(told(db, FOUR)) == 8
    assert events(db, FOUR) == 2


@pytest.mark.parametrize("on", ["2027-03-16", "2027-04-16"])
def test_blocked_and_cancelled_admissions_are_silent(
    db: Database, school: School, call: Callers, on: str
) -> None:
    ada = call("ada")
    ada("block_admission", admission_id=school["sid_admission"])
    ada("cancel_admission", admission_id=school["una_admission"])
    assert run(db, JOB, on) == 0
    ada("unblock_admission", admission_id=school["sid_admission"])
    assert run(db, JOB, on) == 1


def test_a_renewed_admission_is_silent_and_its_renewal_speaks_for_itself(
    db: Database, school: School, call: Callers
) -> None:
    renewed = call("ada")("renew_admission", admission_id=school["sid_admission"])["id"]
    assert run(db, JOB, "2027-03-26") == 1  # una: none left
    assert run(db, JOB, "2027-04-14") == 1
    assert [entity for _, entity, _ in told(db, FOUR)] == [renewed] * 4


def test_a_completed_admission_is_still_told_that_none_is_left(
    db: Database, school: School, clock: Clock
) -> None:
    clock.set("2027-03-25T09:00:00Z")
    assert run(db, "complete_admissions", "2027-03-25") == 1
    assert run(db, JOB, "2027-03-25") == 2
    assert who(db, NONE, school["sid_admission"]) == ["Ada", "Root", "Sam", "Sid"]


def test_who_is_disabled_or_muted_it_is_left_out_and_an_owner_gone_is_nobody(
    db: Database, school: School, call: Callers
) -> None:
    call("root")("update_user", user_id=school["sam"], status="disabled", present=["status"])
    call("root")("update_user", user_id=school["una"], status="disabled", present=["status"])
    call("ada")(
        "update_my_settings",
        muted_notification_types=[FOUR],
        present=["muted_notification_types"],
    )
    run(db, JOB, "2027-03-14")
    assert who(db, FOUR, school["sid_admission"]) == ["Root", "Sid"]
    assert who(db, FOUR, school["una_admission"]) == ["Root", "Sue"]
    run(db, JOB, "2027-03-26")
    assert who(db, NONE, school["sid_admission"]) == ["Ada", "Root", "Sid"]


def test_what_it_would_make_is_what_it_makes(db: Database, school: School, call: Callers) -> None:
    ada = call("ada")
    for on in ("2027-03-10", "2027-03-14", "2027-03-26"):
        preview = ada("preview_job", name=JOB, date=on)
        assert preview["rows"] == run(db, JOB, on)
        for item in preview["items"]:
            rows = db.execute(
                "select title, body, recipient_user_id::text from school.notifications"
                " where type = %s and entity_id = %s and day = %s",
                (item["type"], item["entityId"], item["day"]),
            ).fetchall()
            assert {row[:2] for row in rows} == {(item["title"], item["body"])}
            assert sorted(row[2] for row in rows) == sorted(r["id"] for r in item["recipients"])


def test_second_run_while_the_first_is_running_waits_and_finds_nothing(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo()) as first,
        psycopg.connect(conninfo(), autocommit=True) as second,
    ):
        assert run(first, "remaining_classes", "2027-03-16") == 2
        waiting = behind(db, first, run, second, "remaining_classes", "2027-03-16")
        first.commit()
        assert waiting.result(30) == 0


def test_remaining_jumps_from_five_to_three_and_is_told_once(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    clock.set("2027-03-10T09:00:00Z")
    assert run(db, "remaining_classes") == 0  # five: 10, 15, 17, 22, 24
    db.execute(
        "update school.attendance set class_date = '2027-03-09' where admission_id = %s"
        " and class_date = '2027-03-15'",
        (school["sid_admission"],),
    )
    clock.set("2027-03-11T09:00:00Z")
    assert run(db, "remaining_classes") == 1  # three: 17, 22, 24
    for on in ("2027-03-11", "2027-03-12", "2027-03-18", "2027-03-23"):
        run(db, "remaining_classes", on)
    assert (
        len(
            [
                1
                for _, entity, _ in told(db, "classes.remaining_4")
                if entity == school["sid_admission"]
            ]
        )
        == 4
    )


def test_four_remaining_all_week_is_told_once_per_admission(db: Database, school: School) -> None:
    made = [run(db, "remaining_classes", f"2027-03-{day}") for day in range(11, 18)]
    assert sum(made) == 2
    assert events(db, "classes.remaining_4") == 2


def test_remaining_that_climbs_and_falls_again_is_not_told_again(
    db: Database, school: School, call: Callers
) -> None:
    run(db, "remaining_classes", "2027-03-15")
    # The school closes for two weeks: the cancelled classes come back at the end.
    call("ada")(
        "create_closure", start_date="2027-03-15", end_date="2027-03-26", reason="Spring holidays"
    )
    kept = [day for day, status in classes(db, school["sid_admission"]) if status != "cancelled"]
    assert len(kept) == 8
    for on in ("2027-03-20", "2027-03-29", "2027-04-01", "2027-04-05"):
        assert run(db, "remaining_classes", on) == 0
    assert run(db, "remaining_classes", "2027-06-01") == 2
    assert events(db, "classes.remaining_0") == 2


def test_plan_of_four_classes_is_told_of_once(db: Database, school: School, call: Callers) -> None:
    made = call("sam")(
        "create_admission",
        **wish(school, "friday", lead_id=school["fresh"], start_date="2027-03-05"),
    )["id"]
    assert [run(db, "remaining_classes", on) for on in ("2027-03-01", "2027-03-06")] == [1, 0]
    assert {day for _, entity, day in told(db, "classes.remaining_4") if entity == made} == {
        "2027-03-01"
    }


def test_cancelled_blocked_and_renewed_admissions_are_silent(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    made = call("sam")(
        "create_admission",
        **wish(school, "friday", lead_id=school["fresh"], start_date="2027-03-05"),
    )["id"]
    ada("block_admission", admission_id=school["sid_admission"])
    ada("cancel_admission", admission_id=made)
    renewal = ada("renew_admission", admission_id=school["una_admission"])["id"]
    for on in ("2027-03-16", "2027-03-27"):
        assert run(db, "remaining_classes", on) == 0
    assert run(db, "remaining_classes", "2027-05-01") == 1
    assert {entity for _, entity, _ in told(db, "classes.remaining_0")} == {renewal}


def test_what_ended_long_ago_is_no_news_and_history_that_is_taken_over_makes_no_flood(
    db: Database, school: School
) -> None:
    """Both last classes are on 24 and 25 March."""
    assert run(db, JOB, "2027-05-25") == 0
    assert run(db, JOB, "2027-05-24") == 1
    assert {entity for _, entity, _ in told(db, NONE)} == {school["una_admission"]}
    assert run(db, JOB, "2027-05-23") == 1

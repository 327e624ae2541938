"""jobs.follow_ups_due: the owner, or the admins, once per due date."""

from typing import Any

import psycopg
import pytest

from tests.support.admitting import wish
from tests.support.asking import one
from tests.support.notices import events, names, run, told
from tests.support.races import behind
from tests.support.school import Callers, Clock, Conninfo, Database, School, zone


def follow_up(db: Database, school: School, lead: str, day: str) -> None:
    db.execute(
        "update school.leads set follow_up_date = %s, follow_up_status = 'open' where id = %s",
        (day, school[lead]),
    )


@pytest.fixture
def owned(school: School) -> Any:
    """The notification of sam's open lead."""
    return ("Sam", school["fresh"], "2027-03-01")


@pytest.fixture
def unowned(school: School) -> Any:
    return [(name, school["unowned"], "2027-03-01") for name in ("Ada", "Root")]


def test_a_follow_up_due_today_is_told_once_to_its_owner_or_to_the_admins(
    db: Database, owned: Any, unowned: Any, call: Callers
) -> None:
    assert run(db, "follow_ups_due") == 2
    assert sorted(told(db, "follow_up.due")) == sorted([owned, *unowned])
    for _ in range(2):
        assert run(db, "follow_ups_due") == 0
    assert sorted(told(db, "follow_up.due")) == sorted([owned, *unowned])
    assert events(db, "follow_up.due") == 2


def test_on_two_connections_at_once_it_is_told_once(
    db: Database, owned: Any, unowned: Any, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo()) as first,
        psycopg.connect(conninfo(), autocommit=True) as second,
    ):
        assert run(first, "follow_ups_due") == 2
        waiting = behind(db, first, run, second, "follow_ups_due")
        first.commit()
        assert waiting.result(30) == 0
    assert sorted(told(db, "follow_up.due")) == sorted([owned, *unowned])
    assert events(db, "follow_up.due") == 2


def test_a_first_run_that_is_rolled_back_leaves_all_to_the_second(
    db: Database, owned: Any, unowned: Any, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo()) as first,
        psycopg.connect(conninfo(), autocommit=True) as second,
    ):
        assert run(first, "follow_ups_due") == 2
        waiting = behind(db, first, run, second, "follow_ups_due")
        first.rollback()
        assert waiting.result(30) == 2
    assert sorted(told(db, "follow_up.due")) == sorted([owned, *unowned])


@pytest.mark.parametrize("runs", [["2027-03-02"], ["2027-03-03", "2027-03-04"]])
def test_a_run_that_comes_late_tells_once_and_with_the_due_date(
    db: Database, owned: Any, unowned: Any, runs: list[str]
) -> None:
    assert [run(db, "follow_ups_due", on) for on in runs] == [2, 0][: len(runs)]
    assert sorted(told(db, "follow_up.due")) == sorted([owned, *unowned])


def test_each_new_due_date_is_told_and_the_same_again_is_not(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    run(db, "follow_ups_due")
    sam = call("sam")

    def postpone(date: str) -> None:
        sam(
            "complete_follow_up",
            lead_id=school["fresh"],
            outcome="rescheduled",
            follow_up_date=date,
        )

    postpone("2027-03-05")
    assert run(db, "follow_ups_due", "2027-03-04") == 0
    assert run(db, "follow_ups_due", "2027-03-05") == 1
    postpone("2027-03-08")
    postpone("2027-03-05")
    assert run(db, "follow_ups_due", "2027-03-09") == 0
    days = [day for _, lead, day in told(db, "follow_up.due") if lead == school["fresh"]]
    assert days == ["2027-03-01", "2027-03-05"]


def test_today_is_the_schools_and_not_the_servers(
    db: Database, school: School, clock: Clock
) -> None:
    db.execute("update school.school_settings set timezone = 'Asia/Kolkata'")
    db.execute("update school.leads set follow_up_date = '2027-03-02'")
    clock.set("2027-03-01T18:29:59Z")
    assert run(db, "follow_ups_due") == 0
    clock.set("2027-03-01T18:30:00Z")
    assert run(db, "follow_ups_due") == 2
    # The server's own day turns at 05:30 of the school's, and that is nothing new.
    clock.set("2027-03-02T00:30:00Z")
    assert run(db, "follow_ups_due") == 0
    db.execute("update school.school_settings set timezone = 'America/Los_Angeles'")
    db.execute("update school.leads set follow_up_date = '2027-03-03'")
    clock.set("2027-03-03T07:59:00Z")
    assert run(db, "follow_ups_due") == 0
    clock.set("2027-03-03T08:00:00Z")
    assert run(db, "follow_ups_due") == 2


def test_leads_that_are_done_lost_won_converted_or_deleted_are_silent(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    for name, change in {
        "done": {"follow_up_status": "done"},
        "lost": {"stage_id": school["stage_lost"], "lost_reason": "too far"},
        "won": {"stage_id": school["stage_admitted"]},
        "deleted": None,
    }.items():
        lead = ada(
            "create_lead",
            name=name,
            stage_id=school["stage_new"],
            follow_up_date="2027-03-01",
            email=f"{name}@quiet.test",
        )["id"]
        if change is None:
            ada("delete_lead", lead_id=lead)
        else:
            ada("update_lead", lead_id=lead, present=list(change), **change)
        # also when only the follow-up was opened again by hand
        if name in ("lost", "won"):
            db.execute(
                "update school.leads set follow_up_status = 'open', follow_up_date = '2027-03-01'"
                " where id = %s",
                (lead,),
            )
    db.execute("update school.leads set follow_up_status = 'open' where id = %s", (school["sams"],))
    assert run(db, "follow_ups_due") == 2
    assert {row[1] for row in told(db, "follow_up.due")} == {school["fresh"], school["unowned"]}


@pytest.mark.parametrize("gone", ["disabled", "deleted"])
def test_a_lead_whose_owner_is_gone_is_the_admins(
    db: Database, school: School, call: Callers, gone: str
) -> None:
    if gone == "disabled":
        call("root")("update_user", user_id=school["sam"], status="disabled", present=["status"])
    else:
        db.execute("update school.users set deleted_at = now() where id = %s", (school["sam"],))
    assert run(db, "follow_ups_due") == 2
    for lead in ("fresh", "unowned"):
        assert [n for n, entity, _ in told(db, "follow_up.due") if entity == school[lead]] == [
            "Ada",
            "Root",
        ]


def test_who_muted_it_is_not_told_and_the_event_stands(
    db: Database, school: School, call: Callers
) -> None:
    call("sam")(
        "update_my_settings",
        muted_notification_types=["follow_up.due"],
        present=["muted_notification_types"],
    )
    assert run(db, "follow_ups_due") == 2
    assert {name for name, _, _ in told(db, "follow_up.due")} == {"Ada", "Root"}
    assert events(db, "follow_up.due") == 2
    assert run(db, "follow_ups_due") == 0


def test_what_it_would_make_is_what_it_makes(db: Database, school: School, call: Callers) -> None:
    ada = call("ada")
    before = one(db, "select count(*) from school.notification_events")
    preview = ada("preview_job", name="follow_ups_due")
    assert one(db, "select count(*) from school.notification_events") == before
    assert preview["rows"] == run(db, "follow_ups_due") == 2
    made = sorted(
        (
            *(item[name] for name in ("entityId", "day", "title", "body")),
            sorted(r["id"] for r in item["recipients"]),
        )
        for item in preview["items"]
    )
    rows = db.execute(
        "select entity_id::text, day::text, min(title), min(body),"
        " array_agg(recipient_user_id::text order by recipient_user_id::text)"
        " from school.notifications where type = 'follow_up.due' group by 1, 2 order by 1"
    ).fetchall()
    assert made == [tuple(row) for row in rows]
    assert ada("preview_job", name="follow_ups_due")["rows"] == 0
    assert names(db, "follow_up.due")


def test_scheduler_in_gmt_the_job_computes_the_schools_date_itself(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    zone(db, "Asia/Kolkata")
    clock.set("2027-03-01T23:30:00Z")
    follow_up(db, school, "fresh", "2027-03-02")
    made = call("ada")("run_job", name="follow_ups_due")
    assert made["date"] == "2027-03-02"
    assert ("Sam", school["fresh"], "2027-03-02") in told(db, "follow_up.due")


def test_run_that_crosses_utc_midnight_tells_a_school_day_once(
    db: Database, school: School, clock: Clock
) -> None:
    zone(db, "America/Los_Angeles")
    for now, rows in (("2027-03-01T23:59:00Z", 2), ("2027-03-02T00:01:00Z", 0)):
        clock.set(now)
        assert run(db, "follow_ups_due") == rows
    assert {day for _, _, day in told(db, "follow_up.due")} == {"2027-03-01"}


def test_clocks_going_back_run_it_twice_and_forward_skip_no_day(
    db: Database, school: School, clock: Clock
) -> None:
    zone(db, "America/New_York")
    follow_up(db, school, "fresh", "2027-11-07")
    for now in ("2027-11-07T05:30:00Z", "2027-11-07T06:30:00Z"):  # 01:30, twice
        clock.set(now)
        run(db, "follow_ups_due")
    days = [day for _, lead, day in told(db, "follow_up.due") if lead == school["fresh"]]
    assert days == ["2027-11-07"]
    # Every job comes at least hourly, so that no hour that is left out matters.
    hours = db.execute("select distinct split_part(cron, ' ', 2) from jobs.schedule").fetchall()
    assert hours == [("*",)]


def test_two_nodes_run_the_job_and_one_notice_comes_of_it(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo("school_gateway")) as api,
        psycopg.connect(conninfo(), autocommit=True) as cron,
    ):
        api.execute("select jobs.run('follow_ups_due')")
        waiting = behind(db, api, cron.execute, "select jobs.run('follow_ups_due')")
        api.commit()
        assert waiting.result(30) is not None
    assert len(told(db, "follow_up.due")) == 3
    # and if no lock had held them apart, the key would have
    db.execute(
        "insert into school.notification_events (type, entity_type, entity_id, payload, day)"
        " select type, entity_type, entity_id, payload, day from school.notification_events"
        " where type = 'follow_up.due'"
    )
    assert len(told(db, "follow_up.due")) == 3


def test_job_down_on_the_due_day_the_next_run_catches_up_once(
    db: Database, school: School, clock: Clock
) -> None:
    clock.set("2027-03-02T09:00:00Z")
    assert [run(db, "follow_ups_due") for _ in range(2)] == [2, 0]
    assert {day for _, _, day in told(db, "follow_up.due")} == {"2027-03-01"}


def test_follow_up_on_a_closed_day_is_told_on_its_due_date_and_shown_from_then(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    follow_up(db, school, "fresh", "2027-03-07")  # a Sunday
    clock.set("2027-03-06T09:00:00Z")
    assert run(db, "follow_ups_due") == 1  # the unowned lead's
    clock.set("2027-03-07T09:00:00Z")
    assert run(db, "follow_ups_due") == 1
    assert ("Sam", school["fresh"], "2027-03-07") in told(db, "follow_up.due")
    assert school["fresh"] in [
        i["id"] for i in call("sam")("list_leads", follow_up="today")["items"]
    ]
    clock.set("2027-03-08T09:00:00Z")
    overdue = call("sam")("list_leads", follow_up="overdue")["items"]
    assert school["fresh"] in [i["id"] for i in overdue]


def test_lead_converted_or_lost_before_the_due_date_is_silent(
    db: Database, school: School, call: Callers
) -> None:
    follow_up(db, school, "fresh", "2027-03-10")
    follow_up(db, school, "unowned", "2027-03-10")
    call("sam")(
        "create_admission",
        **wish(school, "friday", lead_id=school["fresh"], start_date="2027-03-05"),
    )
    call("ada")(
        "update_lead",
        lead_id=school["unowned"],
        stage_id=school["stage_lost"],
        lost_reason="moved away",
        present=["stage_id", "lost_reason"],
    )
    assert run(db, "follow_ups_due", "2027-03-10") == 0

"""Situations of time zones, of jobs and of notices that hurt real schools, one test each."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.support.notices import InBackground, events, names, run, told, until_blocked, value
from tests.support.school import Refusal


def zone(db, name):
    db.execute("update school.school_settings set timezone = %s", (name,))


def admit(school, call, start, slots=("friday",), plan="violin_4", person="sam", lead="fresh"):
    return call(person)(
        "create_admission",
        lead_id=school[lead],
        course_id=school["violin"],
        course_plan_id=school[plan],
        start_date=start,
        time_slot_ids=[school[slot] for slot in slots],
    )


def dates(db, admission):
    rows = db.execute(
        "select class_date::text, start_time::text from school.attendance"
        " where admission_id = %s and status <> 'cancelled' order by 1, 2",
        (admission,),
    ).fetchall()
    return [(day, time[:5]) for day, time in rows]


def follow_up(db, school, lead, day):
    db.execute(
        "update school.leads set follow_up_date = %s, follow_up_status = 'open' where id = %s",
        (day, school[lead]),
    )


# time zones and daylight saving


def test_server_in_utc_and_school_ahead_today_is_the_schools(db, school, call, clock):
    zone(db, "Asia/Kolkata")
    clock.set("2027-03-02T19:00:00Z")  # 00:30 on the 3rd at school
    assert str(value(db, "select school.today()")) == "2027-03-03"
    row = value(
        db,
        "select id::text from school.attendance where admission_id = %s"
        " and class_date = '2027-03-03'",
        school["sid_admission"],
    )
    marked = call("ada")("mark_attendance", attendance_id=row, status="absent")
    assert marked["status"] == "absent"
    with pytest.raises(Refusal) as refused:
        admit(school, call, "2027-03-02")
    assert refused.value.code == "start_date_out_of_range"
    assert admit(school, call, "2027-03-03")["startDate"] == "2027-03-03"


def test_weekly_class_keeps_its_hour_on_the_wall_across_dst(db, school, call):
    zone(db, "America/New_York")  # clocks go forward on 14 March 2027
    made = admit(school, call, "2027-03-05")
    assert dates(db, made["id"]) == [
        ("2027-03-05", "16:00"),
        ("2027-03-12", "16:00"),
        ("2027-03-19", "16:00"),
        ("2027-03-26", "16:00"),
    ]
    local = ZoneInfo("America/New_York")
    instants = [
        datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=local)
        for day, time in dates(db, made["id"])
    ]
    hours = [instant.astimezone(ZoneInfo("UTC")).hour for instant in instants]
    assert hours == [21, 21, 20, 20]


def test_weekday_is_that_of_the_local_date_and_not_of_the_utc_instant(db, school, call, clock):
    zone(db, "Pacific/Auckland")  # Friday 16:00 there is Friday 03:00 UTC; Monday's is Sunday's
    slot = call("ada")("create_time_slot", weekday=6, start_time="09:00", end_time="10:00")["id"]
    call("ada")(
        "create_classroom_slot",
        time_slot_id=slot,
        course_id=school["violin"],
        teacher_id=school["tom"],
        capacity=1,
    )
    school_ids = {**school.ids, "saturday": slot}
    made = call("sam")(
        "create_admission",
        lead_id=school["fresh"],
        course_id=school["violin"],
        course_plan_id=school["violin_4"],
        start_date="2027-03-03",
        time_slot_ids=[school_ids["saturday"]],
    )
    assert {date.fromisoformat(day).isoweekday() for day, _ in dates(db, made["id"])} == {6}
    assert dates(db, made["id"])[0] == ("2027-03-06", "09:00")


@pytest.fixture
def sundays(db, school, call):
    """Open the school on Sundays in Amsterdam, where the clocks go forward on 28 March 2027 at
    02:00 and back on 31 October 2027 at 03:00. ``sundays(start, end)`` makes a violin class."""
    zone(db, "Europe/Amsterdam")
    db.execute("update school.operating_days set is_open = true where weekday = 7")
    ada = call("ada")

    def make(start, end):
        slot = ada("create_time_slot", weekday=7, start_time=start, end_time=end)["id"]
        ada(
            "create_classroom_slot",
            time_slot_id=slot,
            course_id=school["violin"],
            teacher_id=school["tom"],
            capacity=3,
        )
        return slot

    return make


def admit_to(school, call, slots, start, plan="violin_4", lead="fresh"):
    return call("ada")(
        "create_admission",
        lead_id=school[lead],
        course_id=school["violin"],
        course_plan_id=school[plan],
        start_date=start,
        time_slot_ids=slots,
    )


@pytest.mark.parametrize(
    ("now", "first"),
    [("2027-03-28T07:59:59Z", "2027-03-28"), ("2027-03-28T08:00:00Z", "2027-04-04")],
)
def test_class_on_the_dst_day_begins_by_the_clock_on_the_wall(
    db, school, call, clock, sundays, now, first
):
    slot = sundays("10:00", "11:00")
    clock.set(now)
    made = admit_to(school, call, [slot], "2027-03-28")
    assert dates(db, made["id"])[0] == (first, "10:00")


def test_date_strings_stay_the_same_from_end_to_end(db, school, client):
    sam = client("sam")
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"):
        zone(db, name)
        for day in ("2027-03-28", "2028-02-29", "2027-12-31"):
            answer = sam.patch(f"/v1/leads/{school['fresh']}", json={"followUpDate": day})
            assert answer.status_code == 200
            assert answer.json()["followUpDate"] == day
            assert sam.get(f"/v1/leads/{school['fresh']}").json()["followUpDate"] == day
            found = sam.get("/v1/leads", params={"search": "fresh"}).json()["items"]
            assert [lead["followUpDate"] for lead in found] == [day]


def test_days_of_23_and_25_hours_hold_the_same_classes(db, school, call, sundays):
    slots = [sundays("01:00", "02:30"), sundays("02:30", "04:00")]
    for lead, day in (("fresh", "2027-03-28"), ("unowned", "2027-10-31")):
        made = admit_to(school, call, slots, day, plan="violin_8", lead=lead)
        rows = db.execute(
            "select start_time::text, end_time::text from school.attendance"
            " where admission_id = %s and class_date = %s order by 1",
            (made["id"], day),
        ).fetchall()
        assert rows == [("01:00:00", "02:30:00"), ("02:30:00", "04:00:00")]


@pytest.mark.parametrize(
    ("now", "has_begun"), [("2027-03-28T00:59:59Z", False), ("2027-03-28T01:00:00Z", True)]
)
def test_class_at_half_past_two_in_the_dst_gap_begins_when_the_wall_has_passed_it(
    db, school, clock, sundays, now, has_begun
):
    clock.set(now)
    assert value(db, "select school.has_begun('2027-03-28', '02:30')") is has_begun


# jobs


def test_scheduler_in_gmt_the_job_computes_the_schools_date_itself(db, school, call, clock):
    zone(db, "Asia/Kolkata")
    clock.set("2027-03-01T23:30:00Z")
    follow_up(db, school, "fresh", "2027-03-02")
    made = call("ada")("run_job", name="follow_ups_due")
    assert made["date"] == "2027-03-02"
    assert ("Sam", school["fresh"], "2027-03-02") in told(db, "follow_up.due")


def test_run_that_crosses_utc_midnight_tells_a_school_day_once(db, school, clock):
    zone(db, "America/Los_Angeles")
    for now, rows in (("2027-03-01T23:59:00Z", 2), ("2027-03-02T00:01:00Z", 0)):
        clock.set(now)
        assert run(db, "follow_ups_due") == rows
    assert {day for _, _, day in told(db, "follow_up.due")} == {"2027-03-01"}


def test_clocks_going_back_run_it_twice_and_forward_skip_no_day(db, school, clock):
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


def test_two_nodes_run_the_job_and_one_notice_comes_of_it(db, school, conninfo):
    with (
        psycopg.connect(conninfo("school_gateway")) as api,
        psycopg.connect(conninfo(), autocommit=True) as cron,
    ):
        api.execute("select jobs.run('follow_ups_due')")
        waiting = InBackground(cron.execute, "select jobs.run('follow_ups_due')")
        until_blocked(db, api)
        api.commit()
        assert waiting.result() is not None
    assert len(told(db, "follow_up.due")) == 3
    # and if no lock had held them apart, the key would have
    db.execute(
        "insert into school.notification_events (type, entity_type, entity_id, payload, day)"
        " select type, entity_type, entity_id, payload, day from school.notification_events"
        " where type = 'follow_up.due'"
    )
    assert len(told(db, "follow_up.due")) == 3


def test_a_notice_that_is_there_already_aborts_none_of_the_others(db, school):
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


def test_the_conflict_that_is_passed_over_is_named_and_hides_no_other(db, school):
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        db.execute(
            "insert into school.notification_events (type, entity_type, entity_id, payload, day)"
            " values ('lead.assigned', 'lead', %s,"
            "   jsonb_build_object('recipients', jsonb_build_array(gen_random_uuid())),"
            "   '2027-03-01')",
            (school["fresh"],),
        )
    source = value(db, "select prosrc from pg_proc where proname = 'derive_notifications'")
    assert re.findall(r"on conflict.*", source) == [
        "on conflict on constraint one_notice_per_recipient_type_entity_and_day do nothing;"
    ]


def test_no_column_that_tells_notices_apart_can_be_null(db, school):
    rows = db.execute(
        "select a.attname, a.attnotnull from pg_constraint as k"
        " join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)"
        " where k.conname = 'one_notice_per_recipient_type_entity_and_day' order by 1"
    ).fetchall()
    assert rows == [("day", True), ("entity_id", True), ("recipient_user_id", True), ("type", True)]


def test_job_down_on_the_due_day_the_next_run_catches_up_once(db, school, clock):
    clock.set("2027-03-02T09:00:00Z")
    assert [run(db, "follow_ups_due") for _ in range(2)] == [2, 0]
    assert {day for _, _, day in told(db, "follow_up.due")} == {"2027-03-01"}


def test_long_outage_brings_one_notice_of_an_episode_and_not_one_of_a_day(db, school, clock):
    run(db, "follow_ups_due", "2027-02-20")
    db.execute("select jobs.run('follow_ups_due'), jobs.run('remaining_classes')")
    clock.set("2027-03-20T09:00:00Z")
    db.execute("select jobs.run('follow_ups_due'), jobs.run('remaining_classes')")
    assert events(db, "follow_up.due") == 2
    assert events(db, "classes.remaining_4") == 2


def test_second_run_while_the_first_is_running_waits_and_finds_nothing(db, school, conninfo):
    with (
        psycopg.connect(conninfo()) as first,
        psycopg.connect(conninfo(), autocommit=True) as second,
    ):
        assert run(first, "remaining_classes", "2027-03-16") == 2
        waiting = InBackground(run, second, "remaining_classes", "2027-03-16")
        until_blocked(db, first)
        first.commit()
        assert waiting.result() == 0


def test_remaining_jumps_from_five_to_three_and_is_told_once(db, school, call, clock):
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


def test_four_remaining_all_week_is_told_once_per_admission(db, school):
    made = [run(db, "remaining_classes", f"2027-03-{day}") for day in range(11, 18)]
    assert sum(made) == 2
    assert events(db, "classes.remaining_4") == 2


def test_remaining_that_climbs_and_falls_again_is_not_told_again(db, school, call):
    run(db, "remaining_classes", "2027-03-15")
    # The school closes for two weeks: the cancelled classes come back at the end.
    call("ada")(
        "create_closure", start_date="2027-03-15", end_date="2027-03-26", reason="Spring holidays"
    )
    assert len(dates(db, school["sid_admission"])) == 8
    for on in ("2027-03-20", "2027-03-29", "2027-04-01", "2027-04-05"):
        assert run(db, "remaining_classes", on) == 0
    assert run(db, "remaining_classes", "2027-06-01") == 2
    assert events(db, "classes.remaining_0") == 2


def test_plan_of_four_classes_is_told_of_once(db, school, call):
    made = admit(school, call, "2027-03-05")["id"]
    assert [run(db, "remaining_classes", on) for on in ("2027-03-01", "2027-03-06")] == [1, 0]
    assert {day for _, entity, day in told(db, "classes.remaining_4") if entity == made} == {
        "2027-03-01"
    }


def test_cancelled_blocked_and_renewed_admissions_are_silent(db, school, call):
    ada = call("ada")
    made = admit(school, call, "2027-03-05")["id"]
    ada("block_admission", admission_id=school["sid_admission"])
    ada("cancel_admission", admission_id=made)
    renewal = ada("renew_admission", admission_id=school["una_admission"])["id"]
    for on in ("2027-03-16", "2027-03-27"):
        assert run(db, "remaining_classes", on) == 0
    assert run(db, "remaining_classes", "2027-05-01") == 1
    assert {entity for _, entity, _ in told(db, "classes.remaining_0")} == {renewal}


def test_follow_up_on_a_closed_day_is_told_on_its_due_date_and_shown_from_then(
    db, school, call, clock
):
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


def test_lead_converted_or_lost_before_the_due_date_is_silent(db, school, call):
    follow_up(db, school, "fresh", "2027-03-10")
    follow_up(db, school, "unowned", "2027-03-10")
    admit(school, call, "2027-03-05")
    call("ada")(
        "update_lead",
        lead_id=school["unowned"],
        stage_id=school["stage_lost"],
        lost_reason="moved away",
        present=["stage_id", "lost_reason"],
    )
    assert run(db, "follow_ups_due", "2027-03-10") == 0


def test_recipient_gone_is_skipped_and_the_admins_are_told_instead(db, school, call):
    call("root")("update_user", user_id=school["sam"], status="disabled", present=["status"])
    run(db, "follow_ups_due")
    rows = [row for row in told(db, "follow_up.due") if row[1] == school["fresh"]]
    assert [name for name, _, _ in rows] == ["Ada", "Root"]
    call("root")("block_admission", admission_id=school["sid_admission"])
    assert names(db, "admission.blocked") == ["Ada", "Sid", "Tom"]


def test_what_tells_notices_and_deliveries_apart_is_ours_and_no_providers(db, school):
    rows = db.execute(
        "select i.indrelid::regclass::text, a.attname from pg_index as i"
        " join pg_class as c on c.oid = i.indrelid"
        " join pg_attribute as a on a.attrelid = c.oid and a.attnum = any (i.indkey)"
        " where i.indisunique and c.relnamespace = 'school'::regnamespace"
    ).fetchall()
    assert [row for row in rows if re.search("provider|message_id|transaction", row[1])] == []
    assert ("school.notifications", "entity_id") in rows


def test_notices_are_part_of_the_change_and_their_delivery_is_not(db, school, call):
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
    status = value(
        db, "select status from school.admissions where id = %s", school["sid_admission"]
    )
    assert (status, events(db, "admission.unblocked")) == ("blocked", 0)

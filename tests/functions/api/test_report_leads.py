"""The report on leads, against numbers worked out by hand from a small story."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.asking import refusal
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client


@pytest.fixture
def story(db: Database, school: School, call: Callers, clock: Clock) -> Any:
    """Five leads of March 2027, the school in Kolkata (UTC+5:30), told at noon UTC.

    ===== ======= ====== ======= ================================================================
    lead  owner   source teacher what happened
    ===== ======= ====== ======= ================================================================
    Amy   Sam     web    Tom     New 1st; Contacted 3rd; Admitted 9th
    Bea   Sam     web            New 1st; Contacted 2nd; Lost 6th
    Cas   Sue     friend         New 1st; Contacted 5th; New 7th; Contacted 8th
    Dot   nobody                 New 5th
    Eli   Sue     web            deleted on the 6th: counts nowhere
    ===== ======= ====== ======= ================================================================
    """
    for name in ("sams", "fresh", "sues", "unowned"):
        db.execute("update school.leads set deleted_at = now() where id = %s", (school[name],))
    db.execute("update school.school_settings set timezone = 'Asia/Kolkata'")
    leads = {}

    def at(day: int, time: str = "12:00:00") -> None:
        clock.set(f"2027-03-{day:02}T{time}Z")

    def add(person: str, name: str, due: Any, **members: Any) -> None:
        leads[name] = call(person)(
            "create_lead",
            stage_id=school["stage_new"],
            name=name,
            phone="1",
            follow_up_date=due,
            **members,
        )["id"]

    def move(person: str, name: str, stage: str, **members: Any) -> None:
        call(person)(
            "update_lead",
            lead_id=leads[name],
            stage_id=school[f"stage_{stage}"],
            present=["stage_id", *members],
            **members,
        )

    def follow_up(person: str, name: str, date: str | None = None) -> None:
        call(person)(
            "complete_follow_up",
            lead_id=leads[name],
            outcome="done" if date is None else "rescheduled",
            follow_up_date=date,
        )

    at(1)
    add("sam", "Amy", "2027-03-03", source="web", assigned_teacher_id=school["tom"])
    add("sam", "Bea", "2027-03-02", source="web")
    add("sue", "Cas", "2027-03-05", source="friend")
    add("sue", "Eli", "2027-03-01", source="web")
    at(2)
    move("sam", "Bea", "contacted")
    at(3)
    follow_up("sam", "Amy", "2027-03-06")  # due on the 3rd: on time
    move("sam", "Amy", "contacted")
    at(4, "18:31:00")  # 00:01 on the 5th at school
    follow_up("sam", "Bea", "2027-03-05")  # due on the 2nd: late
    at(5)
    move("sue", "Cas", "contacted")
    add("ada", "Dot", "2027-03-06")
    at(5, "18:29:00")  # 23:59 at school
    follow_up("sue", "Cas")  # due on the 5th: on time
    at(6)
    move("sam", "Bea", "lost", lost_reason="price")  # closes what was due on the 5th: late
    call("sue")("delete_lead", lead_id=leads["Eli"])
    at(7)
    move("sue", "Cas", "new")
    follow_up("sue", "Cas", "2027-03-20")  # nothing was open: no completion
    at(8)
    move("sue", "Cas", "contacted")
    follow_up("sam", "Amy", "2027-03-07")  # due on the 6th: late
    at(9)
    move("sam", "Amy", "admitted")  # closes what was due on the 7th: late
    at(11)
    return leads


def test_the_funnel_counts_who_is_who_was_and_how_long(
    school: School, call: Callers, story: Any
) -> None:
    funnel = call("ada")("report_leads")["funnel"]
    assert [stage["stageId"] for stage in funnel] == [
        school[f"stage_{name}"]
        for name in ("new", "contacted", "demo_scheduled", "demo_done", "admitted", "lost")
    ]
    assert [
        (s["name"], s["kind"], s["current"], s["entered"], s["averageDays"], s["medianDays"])
        for s in funnel
    ] == [
        # Amy 1-3: 2, Bea 1-2: 1, Cas 1-5: 4 and 7-8: 1, Dot 5-11: 6. Sum 14, sorted 1 1 2 4 6.
        ("New", "open", 1, 4, 2.8, 2),
        # Amy 3-9: 6, Bea 2-6: 4, Cas 5-7: 2 and 8-11: 3. Sum 15, sorted 2 3 4 6.
        ("Contacted", "open", 1, 3, 3.75, 3.5),
        ("Demo scheduled", "open", 0, 0, None, None),
        ("Demo done", "open", 0, 0, None, None),
        ("Admitted", "won", 1, 1, 2, 2),
        ("Lost", "lost", 1, 1, 5, 5),
    ]


def test_conversion_is_told_by_source_owner_and_teacher(
    school: School, call: Callers, story: Any
) -> None:
    conversion = call("root")("report_leads")["conversion"]

    def rows(by: Any) -> Any:
        return [
            (c["key"], c["name"], c["leads"], c["won"], c["lost"], Decimal(str(c["rate"])))
            for c in conversion[by]
        ]

    assert rows("bySource") == [
        ("web", "web", 2, 1, 1, Decimal("0.5")),
        ("friend", "friend", 1, 0, 0, 0),
        (None, None, 1, 0, 0, 0),
    ]
    assert rows("byOwner") == [
        (school["sam"], "Sam", 2, 1, 1, Decimal("0.5")),
        (school["sue"], "Sue", 1, 0, 0, 0),
        (None, None, 1, 0, 0, 0),
    ]
    assert rows("byTeacher") == [
        (None, None, 3, 0, 1, 0),
        (school["tom"], "Tom", 1, 1, 0, 1),
    ]


def test_follow_ups_count_on_time_late_missed_and_upcoming_by_the_schools_days(
    school: School, call: Callers, clock: Clock, story: Any
) -> None:
    def told() -> Any:
        return call("ada")("report_leads")["followUps"]

    assert told() == {"onTime": 2, "late": 4, "missed": 1, "upcoming": 1}
    clock.set("2027-03-20T18:29:00Z")
    assert told() == {"onTime": 2, "late": 4, "missed": 1, "upcoming": 1}
    clock.set("2027-03-20T18:31:00Z")
    assert told() == {"onTime": 2, "late": 4, "missed": 2, "upcoming": 0}


def test_everybody_is_told_of_the_leads_they_see(
    school: School, call: Callers, client: Client, story: Any
) -> None:
    answer = client("ada").get("/v1/reports/leads")
    assert answer.status_code == 200
    assert answer.json().keys() == {"from", "to", "funnel", "conversion", "followUps", "series"}
    # Dot is nobody's; Amy is Sam's and assigned to Tom
    for person, leads, on_time in (("sam", 3, 1), ("sue", 2, 1), ("tom", 1, 1)):
        report = call(person)("report_leads")
        assert sum(period["leads"] for period in report["series"]) == leads
        assert report["followUps"]["onTime"] == on_time
    assert refusal(call("sid"), "report_leads").code == "forbidden"


def test_a_school_without_leads_reports_its_stages_and_nothing_else(
    db: Database, school: School, call: Callers
) -> None:
    db.execute("update school.leads set deleted_at = now()")
    report = call("ada")("report_leads")
    assert [stage["entered"] for stage in report["funnel"]] == [0] * 6
    assert report["conversion"] == {"bySource": [], "byOwner": [], "byTeacher": []}
    assert report["followUps"] == {"onTime": 0, "late": 0, "missed": 0, "upcoming": 0}

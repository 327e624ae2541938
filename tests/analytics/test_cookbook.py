"""The ten queries of docs/cookbook.md, against figures worked out in Python from the tables."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import sql

from api.database.checkout import SQL
from tests.conventions import matrix
from tests.support.books import NOW, TODAY, Books, Line, grouped, hours, local, ratio, rounded
from tests.support.school import Callers, Conninfo, Database, School

COOKBOOK = (SQL.parent / "docs" / "cookbook.md").read_text(encoding="utf-8")
QUERIES = {
    int(number): query
    for number, query in re.findall(
        r"^## (\d+)\. [^\n]+\n.*?```sql\n(.*?)\n```", COOKBOOK, re.MULTILINE | re.DOTALL
    )
}


def conversion(books: Books) -> list[Line]:
    leads = [row | {"month": f"{local(row['created_at']):%Y-%m}"} for row in books.leads()]
    lines = []
    for (month, source), rows in grouped(leads, "month", "source").items():
        won = sum(row["kind"] == "won" for row in rows)
        lines.append((month, source, len(rows), won, ratio(won, len(rows))))
    return sorted(lines, key=lambda line: (line[0], line[1] is None, line[1]))


def time_in_stage(books: Books) -> list[Line]:
    stages = {str(stage["id"]): stage for stage in books.rows("lead_stages")}
    seen = {lead["id"] for lead in books.leads()}
    moves = [
        event
        for event in sorted(books.rows("lead_audit_events"), key=lambda event: event["sequence"])
        if event["field"] == "stageId" and event["lead_id"] in seen
    ]
    stays = defaultdict(list)
    for events in grouped(moves, "lead_id").values():
        for event, following in zip(events, [*events[1:], None], strict=True):
            left = following["created_at"] if following else NOW
            stays[event["new"]].append((left - event["created_at"], following is None))
    ordered = sorted(stays.items(), key=lambda item: stages[item[0]]["position"])
    return [
        (
            stages[stage]["name"],
            len(found),
            sum(is_there for _, is_there in found),
            rounded(
                Decimal(sum(stay.total_seconds() for stay, _ in found)) / len(found) / 86400, 1
            ),
        )
        for stage, found in ordered
    ]


def staff_performance(books: Books) -> list[Line]:
    sold = {
        a["lead_id"]: a["price"] or 0
        for a in books.admissions()
        if not a["renewed_from_id"] and a["status"] != "cancelled"
    }
    lines = []
    for (owner,), leads in grouped(books.leads(), "owner_id").items():
        attempts = sum(lead["number_of_contact_attempts"] for lead in leads)
        lines.append(
            (
                books.name(owner),
                len(leads),
                sum(lead["kind"] == "won" for lead in leads),
                sum(lead["kind"] == "lost" for lead in leads),
                ratio(attempts, len(leads), 1),
                sum(sold.get(lead["id"], 0) for lead in leads),
            )
        )
    return sorted(lines, key=lambda line: (-line[5], -line[1]))


def revenue(books: Books) -> list[Line]:
    lines = []
    for (course,), admissions in grouped(books.admissions(), "course").items():
        paid = [a["price"] or 0 for a in admissions if a["payment"]["status"] == "paid"]
        unpaid = [
            a
            for a in admissions
            if a["payment"]["status"] == "unpaid" and a["status"] != "cancelled"
        ]
        still = sum(a["price"] or 0 for a in unpaid)
        late = sum(a["price"] or 0 for a in unpaid if a["payment"]["due_on"] < TODAY)
        lines.append((course, sum(paid) + still, sum(paid), still, late))
    return sorted(lines)


def occupancy(books: Books) -> list[Line]:
    """Seats are counted for everybody, whoever asks."""
    everybody = Books(books.db)
    slots, monday = everybody.by_id("time_slot_templates"), TODAY - timedelta(TODAY.weekday())
    open_days = {day["weekday"] for day in everybody.rows("operating_days") if day["is_open"]}
    closures = everybody.rows("school_closures")
    trials = [x for x in everybody.rows("trials") if x["status"] == "booked"]
    coming = [b for b in everybody.attendance() if b["absence_announced_at"] is None]
    lines = []
    for week in (monday + timedelta(weeks=number) for number in range(-8, 9)):
        places = expected = 0
        for slot in everybody.rows("classroom_slots"):
            day = week + timedelta(slots[slot["time_slot_id"]]["weekday"] - 1)
            if day.isoweekday() in open_days and not any(
                c["start_date"] <= day <= c["end_date"] for c in closures
            ):
                places += slot["capacity"]
                expected += sum(
                    (row["classroom_slot_id"], row["class_date"]) == (slot["id"], day)
                    for row in (*coming, *trials)
                )
        lines.append((week, places, expected, ratio(expected, places)))
    return lines


def attendance_rates(books: Books) -> list[Line]:
    lines = []
    for (course,), held in grouped(books.held(), "course").items():
        marks = [row["status"] for each in held for row in each["rows"]]
        came = marks.count("present") + marks.count("late")
        absent, unmarked = marks.count("absent"), marks.count("scheduled")
        lines.append((course, came, absent, unmarked, ratio(came, came + absent)))
    return sorted(lines)


def left(books: Books) -> dict[Any, int]:
    count: dict[Any, int] = defaultdict(int)
    for row in books.attendance():
        count[row["admission_id"]] += row["status"] == "scheduled" and row["class_date"] >= TODAY
    return count


def at_risk(books: Books) -> list[Line]:
    remaining = left(books)
    absences: dict[Any, int] = defaultdict(int)
    for row in books.attendance():
        is_recent = (TODAY - row["class_date"]).days < 28
        absences[row["admission_id"]] += row["status"] == "absent" and is_recent
    return [
        (a["id"], a["student_id"], a["course"], a["owner"], remaining[a["id"]], absences[a["id"]])
        for a in books.admissions()
        if a["status"] == "active" and absences[a["id"]] >= 2
    ]


def teaching_hours(books: Books) -> list[Line]:
    substitutes = {
        (s["classroom_slot_id"], s["class_date"]): s["teacher_id"]
        for s in books.rows("class_substitutes")
    }
    lines = []
    for (teacher,), held in grouped(books.held(), "teacher_id").items():
        instead = [
            row
            for row in held
            if substitutes.get((row["classroom_slot_id"], row["class_date"])) == teacher
        ]
        lines.append((books.name(teacher), len(held), hours(held), hours(instead)))
    return sorted(lines)


def renewals(books: Books) -> list[Line]:
    remaining = left(books)
    lines = []
    for (course,), admissions in grouped(books.admissions(), "course").items():
        renewed = [a for a in admissions if a["renewal"]]
        ran_out = [a for a in admissions if a["status"] == "completed" and not a["renewal"]]
        due = [
            a
            for a in admissions
            if a["status"] == "active" and not a["renewal"] and remaining[a["id"]] <= 4
        ]
        rate = ratio(len(renewed), len(renewed) + len(ran_out))
        lines.append((course, len(due), len(renewed), len(ran_out), rate))
    return sorted(lines)


def reschedules(books: Books) -> list[Line]:
    requests = grouped(
        (r for r in books.rows("reschedule_requests") if not r["is_school_caused"]),
        "original_attendance_id",
    )
    lines = []
    for (course,), rows in grouped(books.attendance(), "course").items():
        states = [r["status"] for row in rows for r in requests.get((row["id"],), [])]
        moved = states.count("approved")
        lines.append((course, len(rows), len(states), moved, ratio(moved, len(rows), 3)))
    return sorted(lines)


FIGURES: dict[int, Callable[[Books], list[Line]]] = {
    1: conversion,
    2: time_in_stage,
    3: staff_performance,
    4: revenue,
    5: occupancy,
    6: attendance_rates,
    7: at_risk,
    8: teaching_hours,
    9: renewals,
    10: reschedules,
}


@contextmanager
def asking(
    db: Database, conninfo: Conninfo, call: Callers, reader: str
) -> Iterator[Callable[[str], list[Line]]]:
    """Ask as a person, or as an analyst: by a login that stands for nobody."""
    if reader != "analyst":
        yield call(reader).rows
        return
    name = sql.Identifier("analyst_" + matrix.login_of(db, reader))
    db.execute(sql.SQL("create role {} login in role school_analyst").format(name))
    try:
        with psycopg.connect(conninfo(name.as_string().strip('"'))) as analyst:
            yield lambda query: analyst.execute(query.encode()).fetchall()
    finally:
        db.execute(sql.SQL("drop role {}").format(name))


def test_the_cookbook_has_ten_queries_of_ten_lines_at_most() -> None:
    assert QUERIES.keys() == FIGURES.keys() == set(range(1, 11))
    assert COOKBOOK.count("```sql") == 10
    long = {
        number: query for number, query in QUERIES.items()
        if len(query.splitlines()) > 10 or query.count(";") != 1 or not query.endswith(";")
    }  # fmt: skip
    assert long == {}


@pytest.mark.parametrize("reader", ["analyst", "ada", "sam"])
def test_each_query_tells_what_the_tables_hold(
    db: Database, story: School, conninfo: Conninfo, call: Callers, reader: str
) -> None:
    books = Books(db, story["sam"] if reader == "sam" else None)
    expected = {number: figures(books) for number, figures in FIGURES.items()}
    assert all(expected.values())
    with asking(db, conninfo, call, reader) as ask:
        assert {number: ask(query) for number, query in QUERIES.items()} == expected


def test_the_figures_of_the_story_are_those_that_one_counts_by_hand(
    db: Database, story: School
) -> None:
    """That what is worked out in Python is right, and worth being compared."""
    books = Books(db)
    assert conversion(books) == [
        ("2027-02", "web", 1, 1, 1),
        ("2027-03", "friend", 3, 3, 1),
        ("2027-03", "web", 2, 0, 0),
        ("2027-03", None, 2, 0, 0),
    ]
    assert [line[:3] for line in time_in_stage(books)] == [
        ("New", 8, 1),
        ("Contacted", 2, 1),
        ("Demo scheduled", 1, 1),
        ("Admitted", 4, 4),
        ("Lost", 1, 1),
    ]
    assert staff_performance(books) == [
        ("Sam", 5, 2, 1, Decimal("1.2"), 344),
        ("Sue", 2, 2, 0, 0, 0),
        (None, 1, 0, 0, 0, 0),
    ]
    assert revenue(books) == [("Piano I", 108, 0, 108, 0), ("Violin I", 344, 104, 240, 240)]
    # this week: Sid's Wednesday and the class moved to Friday, Vic's Friday, Una's two
    by_week = {line[0].isoformat(): line[1:3] for line in occupancy(books)}
    assert (by_week["2027-03-15"], by_week["2027-03-22"]) == ((12, 5), (7, 3))
    assert (min(by_week), max(by_week)) == ("2027-01-18", "2027-05-10")
    assert attendance_rates(books) == [
        ("Piano I", 3, 1, 1, Decimal("0.75")),
        ("Violin I", 3, 3, 3, Decimal("0.50")),
    ]
    assert [(str(line[0]), *line[4:]) for line in at_risk(books)] == [
        (story["sid_admission"], 3, 2)
    ]
    assert teaching_hours(books) == [("Tia", 4, 4, 0), ("Tom", 9, 9, 1)]
    assert renewals(books) == [("Piano I", 0, 1, 0, 1), ("Violin I", 2, 0, 1, 0)]
    assert reschedules(books) == [
        ("Piano I", 16, 1, 0, 0),
        ("Violin I", 14, 1, 1, Decimal("0.071")),
    ]

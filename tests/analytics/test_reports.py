"""The reports of /v1/reports, against figures worked out in Python from the tables."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, median
from typing import Any

import pytest

from tests.support.asking import one, refusal
from tests.support.books import NOW, TODAY, Books, Row, grouped, hours, local, ratio, rounded
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client

READERS = ("ada", "sam", "tom")
YEAR = (TODAY - timedelta(364), TODAY)
RANGES: dict[str, dict[str, str]] = {
    "by default": {},
    "by month": {"from": "2026-12-15", "to": "2027-06-30", "by": "month"},
    "ten days": {"from": "2027-03-03", "to": "2027-03-12", "by": "week"},
}
ROUTES = {
    "report_leads": "leads",
    "report_attendance": "attendance",
    "report_occupancy": "occupancy",
    "report_revenue": "revenue",
    "report_renewals": "renewals",
    "report_at_risk": "at-risk",
    "report_teaching_hours": "teaching-hours",
}
NOT_OF_TEACHERS = {"report_revenue", "report_renewals"}


class Range:
    """What a report is asked about, its ends filled in."""

    def __init__(self, given: dict[str, str], first: date, last: date) -> None:
        self.first = date.fromisoformat(given.get("from", first.isoformat()))
        self.last = date.fromisoformat(given.get("to", last.isoformat()))
        self.by = given.get("by", "week")
        self.ends = {"from": self.first.isoformat(), "to": self.last.isoformat()}

    def has(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last

    def start(self, day: date) -> date:
        return day.replace(day=1) if self.by == "month" else day - timedelta(day.weekday())

    def series(self, rows: Iterable[Row], day: str, told: Callable[[list[Row]], Row]) -> list[Row]:
        """Tell of the rows of each period, of none too."""
        days = ((self.first + timedelta(n)) for n in range((self.last - self.first).days + 1))
        periods: dict[date, list[Row]] = {self.start(d): [] for d in days}
        for row in rows:
            periods[self.start(row[day])].append(row)
        return [{"start": start.isoformat(), **told(rows)} for start, rows in periods.items()]


class Reports(Books):
    """What each report should answer."""

    def colleague(self, person: Any) -> str | None:
        return None if person is None else Books(self.db).name(person)

    def person(self, person: Any) -> Row:
        user = self.by_id("users")[person]
        return {"id": str(person), "name": user["name"]}

    def course(self, course: Any) -> Row:
        return {"id": str(course), "name": self.by_id("courses")[course]["name"]}

    def remaining(self, admission: Any) -> int:
        """Count the classes left that the reader sees."""
        return sum(
            row["admission_id"] == admission
            and row["status"] == "scheduled"
            and row["class_date"] >= TODAY
            for row in self.attendance()
        )

    def last_class(self, admission: Any) -> date | None:
        days = [r["class_date"] for r in self.attendance() if r["admission_id"] == admission]
        return max(days, default=None)

    # leads

    def completions(self, lead: Row) -> Row:
        """Replay the changes of a lead from the last to the first."""
        events = [e for e in self.rows("lead_audit_events") if e["lead_id"] == lead["id"]]
        due, status = lead["follow_up_date"], lead["follow_up_status"]
        counts = dict.fromkeys(("onTime", "late", "missed", "upcoming"), 0)
        if status == "open":
            counts["missed" if due < TODAY else "upcoming"] += 1
        moments = grouped(
            (e for e in events if e["field"] in ("followUpDate", "followUpStatus")), "created_at"
        )
        for (moment,), changes in sorted(moments.items(), reverse=True):
            for change in changes:
                if change["field"] == "followUpDate":
                    due = date.fromisoformat(change["old"])
                else:
                    status = change["old"]
            if status == "open":
                counts["onTime" if local(moment) <= due else "late"] += 1
        return counts

    def report_leads(self, given: dict[str, str]) -> Row:
        span = Range(given, *YEAR)
        leads = [
            lead | {"day": local(lead["created_at"]), "kept": self.completions(lead)}
            for lead in self.leads()
            if span.has(local(lead["created_at"]))
        ]

        def counted(rows: list[Row]) -> Row:
            won = sum(row["kind"] == "won" for row in rows)
            lost = sum(row["kind"] == "lost" for row in rows)
            rate = ratio(won, len(rows), 4)
            return {"leads": len(rows), "won": won, "lost": lost, "rate": rate}

        def kept(rows: list[Row]) -> Row:
            names = ("onTime", "late", "missed", "upcoming")
            return {name: sum(row["kept"][name] for row in rows) for name in names}

        def by(key: str, name: Callable[[Any], str | None]) -> list[Row]:
            lines = [
                {"key": None if value is None else str(value), "name": name(value), **counted(rows)}
                for (value,), rows in grouped(leads, key).items()
            ]
            return sorted(lines, key=lambda r: (-r["leads"], r["key"] is None, r["key"]))

        return span.ends | {
            "funnel": self.funnel(leads),
            "conversion": {
                "bySource": by("source", lambda source: source),
                "byOwner": by("owner_id", self.colleague),
                "byTeacher": by("assigned_teacher_id", self.colleague),
            },
            "followUps": kept(leads),
            "series": span.series(
                leads, "day", lambda rows: counted(rows) | {"followUps": kept(rows)}
            ),
        }

    def funnel(self, leads: list[Row]) -> list[Row]:
        ids = {lead["id"] for lead in leads}
        moves = [
            event
            for event in sorted(self.rows("lead_audit_events"), key=lambda e: e["sequence"])
            if event["field"] == "stageId" and event["lead_id"] in ids
        ]
        stays = [
            {
                "stage": event["new"],
                "lead_id": event["lead_id"],
                "days": ((following["created_at"] if following else NOW) - event["created_at"])
                / timedelta(days=1),
            }
            for events in grouped(moves, "lead_id").values()
            for event, following in zip(events, [*events[1:], None], strict=True)
        ]
        lines = []
        for stage in sorted(self.rows("lead_stages"), key=lambda stage: stage["position"]):
            there = [stay for stay in stays if stay["stage"] == str(stage["id"])]
            days = [stay["days"] for stay in there]
            lines.append(
                {
                    "stageId": str(stage["id"]),
                    "stage": {"id": str(stage["id"]), "name": stage["name"]},
                    **{name: stage[name] for name in ("name", "position", "kind")},
                    "current": sum(lead["stage_id"] == stage["id"] for lead in leads),
                    "entered": len({stay["lead_id"] for stay in there}),
                    "averageDays": rounded(mean(days), 2) if days else None,
                    "medianDays": rounded(median(days), 2) if days else None,
                }
            )
        return lines

    # classes

    def report_attendance(self, given: dict[str, str]) -> Row:
        span = Range(given, *YEAR)
        rows = [row for row in self.dated() if span.has(row["class_date"])]

        def rates(rows: list[Row]) -> Row:
            names = ("present", "late", "absent", "cancelled")
            counts = {name: sum(row["status"] == name for row in rows) for name in names}
            unmarked = [r for r in rows if r["status"] == "scheduled" and r["class_date"] < TODAY]
            marked = counts["present"] + counts["late"] + counts["absent"]
            return counts | {
                "unmarked": len(unmarked),
                "attendanceRate": ratio(marked - counts["absent"], marked, 4),
                "lateRate": ratio(counts["late"], marked, 4),
                "absenceRate": ratio(counts["absent"], marked, 4),
            }

        courses = [
            self.course(course) | rates(of_course)
            for (course,), of_course in grouped(
                (row | {"course_id": row["admission"]["course_id"]} for row in rows), "course_id"
            ).items()
        ]
        teachers = [
            {"id": str(teacher), "name": self.colleague(teacher), **rates(of_teacher)}
            for (teacher,), of_teacher in grouped(rows, "teacher_id").items()
        ]
        return span.ends | {
            "byCourse": sorted(courses, key=lambda line: line["name"]),
            "byTeacher": sorted(teachers, key=lambda line: line["name"]),
            "series": span.series(rows, "class_date", rates),
        }

    def report_occupancy(self, given: dict[str, str]) -> Row:
        """Tell the series; the seats of now have tests of their own."""
        monday = TODAY - timedelta(TODAY.weekday())
        span = Range(given, monday - timedelta(weeks=8), monday + timedelta(weeks=9, days=-1))
        everybody = Books(self.db)
        slots = {
            slot["id"]: slot
            for slot in everybody.rows("classroom_slots")
            if self.teacher in (None, str(slot["teacher_id"]))
        }
        times = everybody.by_id("time_slot_templates")
        open_days = {day["weekday"] for day in everybody.rows("operating_days") if day["is_open"]}
        closures = everybody.rows("school_closures")
        seen = [
            row
            for row in (
                *(b for b in everybody.attendance() if b["absence_announced_at"] is None),
                *(x for x in everybody.rows("trials") if x["status"] == "booked"),
            )
            if row["classroom_slot_id"] in slots
        ]
        dates = []
        for number in range((span.last - span.first).days + 1):
            day = span.first + timedelta(number)
            is_closed = any(c["start_date"] <= day <= c["end_date"] for c in closures)
            if is_closed or day.isoweekday() not in open_days:
                continue
            held = [
                slot
                for slot in slots.values()
                if times[slot["time_slot_id"]]["weekday"] == day.isoweekday()
            ]
            people = sum(row["class_date"] == day for row in seen)
            dates.append(
                {"day": day, "places": sum(s["capacity"] for s in held), "expected": people}
            )

        def told(rows: list[Row]) -> Row:
            places = sum(row["places"] for row in rows)
            expected = sum(row["expected"] for row in rows)
            rate = ratio(expected, places, 4)
            return {"places": places, "expected": expected, "rate": rate}

        return span.ends | {"series": span.series(dates, "day", told)}

    def report_teaching_hours(self, given: dict[str, str]) -> Row:
        span = Range(given, *YEAR)
        substitutes = {
            (s["classroom_slot_id"], s["class_date"]): s["teacher_id"]
            for s in self.rows("class_substitutes")
        }
        held = [row for row in self.held(365) if span.has(row["class_date"])]

        def told(rows: list[Row]) -> Row:
            instead = [
                r for r in rows
                if substitutes.get((r["classroom_slot_id"], r["class_date"])) == r["teacher_id"]
            ]  # fmt: skip
            return {
                "classes": len(rows),
                "hours": hours(rows),
                "hoursAsSubstitute": hours(instead),
            }

        teachers = [
            {"teacher": {"id": str(teacher), "name": self.colleague(teacher)}, **told(rows)}
            for (teacher,), rows in grouped(held, "teacher_id").items()
        ]
        return span.ends | {
            "classes": len(held),
            "hours": hours(held),
            "byTeacher": sorted(teachers, key=lambda line: line["teacher"]["name"]),
            "series": span.series(held, "class_date", told),
        }

    def report_at_risk(self, given: dict[str, str]) -> Row:
        span = Range(given, TODAY - timedelta(27), TODAY)
        absences = [
            row
            for row in self.attendance()
            if row["status"] == "absent"
            and span.has(row["class_date"])
            and row["admission"]["status"] == "active"
        ]
        items = []
        for (admission_id,), missed in grouped(absences, "admission_id").items():
            admission = missed[0]["admission"]
            if len(missed) >= 2:
                owner = admission["owner"]
                items.append(
                    {
                        "admissionId": str(admission_id),
                        "student": self.person(admission["student_id"]),
                        "course": self.course(admission["course_id"]),
                        "owner": owner and {"id": str(owner), "name": self.colleague(owner)},
                        "remaining": self.remaining(admission_id),
                        "absences": len(missed),
                        "lastAbsence": max(row["class_date"] for row in missed).isoformat(),
                    }
                )
        return span.ends | {
            "items": sorted(items, key=lambda item: (-item["absences"], item["admissionId"])),
            "series": span.series(
                absences,
                "class_date",
                lambda rows: {
                    "absences": len(rows),
                    "admissions": len({row["admission_id"] for row in rows}),
                },
            ),
        }

    # admissions

    def report_revenue(self, given: dict[str, str]) -> Row:
        span = Range(given, TODAY - timedelta(364), TODAY + timedelta(56))
        entries = []
        for admission in self.admissions():
            payment, price = admission["payment"], admission["price"] or 0
            entry = {"course": admission["course_id"], "paid": 0, "open": 0, "overdue": 0}
            if payment["status"] == "paid":
                entries.append(entry | {"day": payment["paid_on"], "paid": price})
            elif admission["status"] != "cancelled":
                overdue = price if payment["due_on"] < TODAY else 0
                entries.append(
                    entry | {"day": payment["due_on"], "open": price, "overdue": overdue}
                )
        entries = [entry for entry in entries if span.has(entry["day"])]

        def sums(rows: list[Row]) -> Row:
            return {name: sum(row[name] for row in rows) for name in ("paid", "open", "overdue")}

        courses = [
            {"course": self.course(course), **sums(rows)}
            for (course,), rows in grouped(entries, "course").items()
        ]
        return (
            span.ends
            | sums(entries)
            | {
                "byCourse": sorted(courses, key=lambda line: line["course"]["name"]),
                "series": span.series(entries, "day", sums),
            }
        )

    def report_renewals(self, given: dict[str, str]) -> Row:
        span = Range(given, *YEAR)
        admissions = [
            a | {"last": self.last_class(a["id"]), "left": self.remaining(a["id"])}
            for a in self.admissions()
        ]
        due = [
            a for a in admissions
            if a["status"] == "active" and a["left"] <= 4 and a["renewal"] is None
        ]  # fmt: skip
        ended = [
            a for a in admissions
            if span.has(a["last"]) and (a["status"] == "completed" or a["renewal"] is not None)
        ]  # fmt: skip

        def told(rows: list[Row]) -> Row:
            renewed = sum(row["renewal"] is not None for row in rows)
            rate = ratio(renewed, len(rows), 4)
            return {"renewed": renewed, "ranOut": len(rows) - renewed, "rate": rate}

        courses = []
        for course in {a["course_id"] for a in (*due, *ended)}:
            dues = sum(a["course_id"] == course for a in due)
            line = told([a for a in ended if a["course_id"] == course])
            courses.append({"course": self.course(course), "due": dues, **line})
        items = [
            {
                "admissionId": str(a["id"]),
                "student": self.person(a["student_id"]),
                "course": self.course(a["course_id"]),
                "remaining": a["left"],
                "lastDate": a["last"].isoformat(),
            }
            for a in sorted(due, key=lambda a: (a["last"], str(a["id"])))
        ]
        return (
            span.ends
            | told(ended)
            | {
                "due": items,
                "byCourse": sorted(courses, key=lambda line: line["course"]["name"]),
                "series": span.series(ended, "last", told),
            }
        )


def plain(value: Any) -> Any:
    """Give numbers as JSON has them."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


@pytest.fixture
def busy(story: School, call: Callers, clock: Clock) -> School:
    """The story, and follow-ups that are done, moved, late and on time."""
    for day, lead, done in ((12, "lev", None), (14, "fresh", "2027-03-16"), (17, "fresh", None)):
        clock.set(f"2027-03-{day}T20:00Z")  # the day after at school
        call("sam")(
            "complete_follow_up",
            lead_id=story[lead],
            outcome="rescheduled" if done else "done",
            follow_up_date=done,
        )
    clock.set(NOW.isoformat())
    return story


@pytest.mark.parametrize("reader", READERS)
def test_each_figure_is_what_the_tables_hold(
    db: Database, busy: School, call: Callers, reader: str
) -> None:
    books = Reports(
        db,
        staff=busy["sam"] if reader == "sam" else None,
        teacher=busy["tom"] if reader == "tom" else None,
    )
    for function in ROUTES:
        if reader == "tom" and function in NOT_OF_TEACHERS:
            continue
        for name, given in RANGES.items():
            told = call(reader)(function, **given)
            if function == "report_occupancy":
                told.pop("items")
            assert told == plain(getattr(books, function)(given)), (function, name)


def test_the_figures_are_those_that_one_counts_by_hand(busy: School, call: Callers) -> None:
    """That what is worked out in Python is right, and worth being compared."""
    ada, sam, tom = call("ada"), call("sam"), call("tom")
    by_month = RANGES["by month"]
    leads = sam("report_leads", **by_month)
    assert [(p["start"], p["leads"], p["won"], p["lost"]) for p in leads["series"]] == [
        ("2026-12-01", 0, 0, 0),
        ("2027-01-01", 0, 0, 0),
        ("2027-02-01", 1, 1, 0),
        ("2027-03-01", 5, 1, 1),
        ("2027-04-01", 0, 0, 0),
        ("2027-05-01", 0, 0, 0),
        ("2027-06-01", 0, 0, 0),
    ]
    assert [line["key"] for line in tom("report_leads")["conversion"]["bySource"]] == ["web"]
    revenue = ada("report_revenue")
    assert (revenue["paid"], revenue["open"], revenue["overdue"]) == (104, 348, 240)
    assert sam("report_revenue")["open"] == 240
    (risk,) = sam("report_at_risk")["items"]
    assert (risk["student"]["name"], risk["owner"]["name"], risk["absences"]) == ("Sid", "Sam", 2)
    assert tom("report_at_risk")["items"] == [risk]
    assert call("sue")("report_at_risk")["items"] == []
    taught = {
        line["teacher"]["name"]: (line["classes"], line["hours"], line["hoursAsSubstitute"])
        for line in ada("report_teaching_hours")["byTeacher"]
    }
    assert taught["Tom"][2] == 1
    assert [line["teacher"]["name"] for line in tom("report_teaching_hours")["byTeacher"]] == [
        "Tom"
    ]
    renewals = ada("report_renewals", **by_month)
    assert (renewals["renewed"], renewals["ranOut"], renewals["rate"]) == (1, 1, 0.5)
    assert [item["student"]["name"] for item in sam("report_renewals")["due"]] == ["Sid", "Vic"]
    occupancy = {p["start"]: (p["places"], p["expected"]) for p in
                 ada("report_occupancy")["series"]}  # fmt: skip
    assert (occupancy["2027-03-15"], occupancy["2027-03-22"]) == ((12, 5), (7, 3))
    assert (min(occupancy), max(occupancy)) == ("2027-01-18", "2027-05-10")


def test_a_series_adds_up_to_the_whole(busy: School, call: Callers) -> None:
    for by in ("week", "month"):
        leads = call("ada")("report_leads", by=by)
        for name in ("onTime", "late", "missed", "upcoming"):
            parts = [period["followUps"][name] for period in leads["series"]]
            assert sum(parts) == leads["followUps"][name]
        assert leads["followUps"]["late"] > 0
        assert sum(period["leads"] for period in leads["series"]) == 8
        starts = [date.fromisoformat(period["start"]) for period in leads["series"]]
        assert starts == sorted(set(starts))
        assert {start.day if by == "month" else start.isoweekday() for start in starts} == {1}


@pytest.mark.parametrize("function", ROUTES)
def test_a_report_is_of_a_range_of_three_years_at_most(
    story: School, call: Callers, function: str
) -> None:
    ada = call("ada")
    report = ada(function, **{"from": "2027-01-05"}, to="2027-01-05")
    assert [period["start"] for period in report["series"]] == ["2027-01-04"]
    assert len(ada(function, **{"from": "2024-02-29"}, to="2027-02-27")["series"]) == 157
    for first, last in (("2027-01-05", "2027-01-04"), ("2024-02-28", "2027-02-28")):
        refused = refusal(ada, function, **{"from": first}, to=last)
        assert (refused.code, refused.members["errors"][0]["pointer"]) == ("invalid_request", "/to")
    # one end alone: the other follows
    late = ada(function, **{"from": "2027-12-01"})
    assert (late["from"], late["to"]) == ("2027-12-01", "2027-12-01")
    early = ada(function, to="2020-01-01")
    assert early["to"] == "2020-01-01"
    assert early["from"] < "2020-01-01"


def test_who_reads_which_report(busy: School, client: Client) -> None:
    may = {person: set(ROUTES) for person in ("root", "ada", "sam", "tom")} | {"sid": set()}
    may["tom"] -= NOT_OF_TEACHERS
    for person, functions in may.items():
        for function, path in ROUTES.items():
            answer = client(person).get(f"/v1/reports/{path}", params={"by": "month"})
            assert answer.status_code == (200 if function in functions else 403), (person, path)
    wrong = client("ada").get("/v1/reports/leads", params={"by": "day"})
    assert wrong.status_code == 400


def test_staff_and_teachers_are_told_of_nobody_elses(
    db: Database, busy: School, call: Callers
) -> None:
    told = str([call("sam")(function) for function in ROUTES if function != "report_occupancy"])
    for hidden in ("una", "una_admission", "bob_admission", "sues"):
        assert busy[hidden] not in told
    assert busy["sid"] in told
    hers = one(db, "select id::text from school.classroom_slots where teacher_id = %s limit 1",
               busy["tia"])  # fmt: skip
    slots = [item["classroomSlotId"] for item in call("tom")("report_occupancy")["items"]]
    assert len(slots) == 3
    assert hers not in slots
    assert len(call("sam")("report_occupancy")["items"]) == 5


def test_a_report_judges_days_by_the_clock_of_the_school(
    db: Database, busy: School, call: Callers
) -> None:
    """Lia was entered on February 28th at 20:00 UTC, the first of March at school."""
    day = {"from": "2027-03-01", "to": "2027-03-01"}
    ids = one(
        db,
        "select array_agg(id::text) from school.leads where created_at < '2027-03-01T18:30Z'"
        " and created_at >= '2027-02-28T18:30Z'",
    )
    assert busy["lia"] in ids
    assert call("ada")("report_leads", **day)["series"][0]["leads"] == len(ids)

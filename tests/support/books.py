"""What the figures of reports should be: the tables read whole, and counted in Python.

The school is that of the fixture ``story``: in Kolkata, at half past two on March 18th.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row

from tests.support.school import Database

ZONE = ZoneInfo("Asia/Kolkata")
NOW = datetime(2027, 3, 18, 9, tzinfo=UTC)
TODAY = NOW.astimezone(ZONE).date()

Row = dict[str, Any]
Line = tuple[Any, ...]


def local(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()


def rounded(value: Decimal | float, places: int) -> Decimal:
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def ratio(part: int, whole: int, places: int = 2) -> Decimal | None:
    return rounded(Decimal(part) / whole, places) if whole else None


def grouped(rows: Iterable[Row], *keys: str) -> dict[Line, list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return groups


@dataclass
class Books:
    """The tables as their owner reads them, cut to the rows that one reader may see."""

    db: Database
    staff: str | None = None
    """Of whose leads; None for all."""
    teacher: str | None = None
    """In whose classes; None for all."""

    def rows(self, table: str) -> list[Row]:
        with self.db.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(f"select * from school.{table}".encode()).fetchall()

    def by_id(self, table: str) -> dict[Any, Row]:
        return {row["id"]: row for row in self.rows(table)}

    def is_mine(self, owner: Any, *, unowned: bool = False) -> bool:
        return self.staff is None or str(owner) == self.staff or (unowned and owner is None)

    def leads(self) -> list[Row]:
        stages = self.by_id("lead_stages")
        return [
            lead | {"kind": stages[lead["stage_id"]]["kind"]}
            for lead in self.rows("leads")
            if lead["deleted_at"] is None
            and self.is_mine(lead["owner_id"], unowned=True)
            and self.teacher in (None, str(lead["assigned_teacher_id"]))
        ]

    def admissions(self) -> list[Row]:
        leads, courses = self.by_id("leads"), self.by_id("courses")
        renewals = {a["renewed_from_id"]: a["id"] for a in self.rows("admissions")}
        payments = {p["admission_id"]: p for p in self.rows("admission_payments")}
        found = []
        for admission in self.rows("admissions"):
            lead = leads.get(admission["lead_id"])
            owner = lead["owner_id"] if lead and lead["deleted_at"] is None else None
            if self.is_mine(owner) and (
                self.teacher is None or self.teacher in admission["teacher_ids"]
            ):
                found.append(
                    admission
                    | {
                        "owner": owner,
                        "course": courses[admission["course_id"]]["name"],
                        "renewal": renewals.get(admission["id"]),
                        "payment": payments[admission["id"]],
                    }
                )
        return found

    def dated(self) -> list[Row]:
        """Return the dated classes, cancelled ones too."""
        mine = {a["id"]: a for a in self.admissions()}
        return [
            row
            | {
                "admission": mine[row["admission_id"]],
                "course": mine[row["admission_id"]]["course"],
            }
            for row in self.rows("attendance")
            if row["admission_id"] in mine and self.teacher in (None, str(row["teacher_id"]))
        ]

    def attendance(self) -> list[Row]:
        return [row for row in self.dated() if row["status"] != "cancelled"]

    def held(self, days: int = 90) -> list[Row]:
        """Return what has begun of the last days, in classes of one date."""
        begun = [
            row
            for row in self.attendance()
            if datetime.combine(row["class_date"], row["start_time"], ZONE) <= NOW
            and (TODAY - row["class_date"]).days < days
        ]
        return [
            rows[0] | {"rows": rows}
            for rows in grouped(begun, "classroom_slot_id", "class_date").values()
        ]

    def name(self, person: Any) -> str | None:
        user = self.by_id("users").get(person, {"role": "student"})
        is_known = self.staff is None or str(person) == self.staff or user["role"] == "teacher"
        return user["name"] if is_known and user["role"] != "student" else None


def hours(held: Iterable[Row]) -> Decimal:
    day = date(2000, 1, 1)
    lasted = (
        datetime.combine(day, row["end_time"]) - datetime.combine(day, row["start_time"])
        for row in held
    )
    return Decimal(sum(stretch.total_seconds() for stretch in lasted)) / 3600

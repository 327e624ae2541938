"""What the tests of the waiting list share: entering people, and looking at what became of it."""

from typing import Any

from tests.support.asking import one
from tests.support.school import Caller, Database, School

STUDENTS = ("sid", "una")


def enter(caller: Caller, school: School, person: str, *time_slots: str, **members: Any) -> str:
    """Enter a person of the small school into the waiting list of violin; return the entry's id."""
    member = "student_id" if person in STUDENTS else "lead_id"
    wanted = {"course_id": school["violin"], member: school[person], **members}
    if time_slots:
        wanted["time_slot_ids"] = [school[name] for name in time_slots]
    return str(caller("create_waitlist_entry", **wanted)["id"])


def state(db: Database, entry: str) -> str:
    return str(one(db, "select status from school.waitlist_entries where id = %s", entry))


def states(db: Database, *entries: str) -> list[str]:
    return [state(db, entry) for entry in entries]


def held(db: Database, school: School, entry: str) -> list[str]:
    """Return the names of the classes of which a seat is held for an entry."""
    names = {value: name for name, value in school.ids.items()}
    rows = db.execute(
        "select classroom_slot_id::text from school.held_seats where waitlist_entry_id = %s",
        (entry,),
    )
    return sorted(names.get(row[0], row[0]) for row in rows)


def resize(db: Database, school: School, name: str, capacity: int) -> None:
    """Give a class another number of seats, as an admin does by SQL."""
    db.execute(
        "update school.classroom_slots set capacity = %s where id = %s", (capacity, school[name])
    )

"""Seats that are freed are offered in line, in the same transaction."""

from tests.support.admitting import wish
from tests.support.asking import one, refusal
from tests.support.classrooms import broken, events
from tests.support.school import Callers, Database, School


def waits(
    db: Database,
    school: School,
    person: str,
    *time_slots: str,
    course: str = "violin",
    classes: int = 1,
    teacher: str | None = None,
) -> str:
    """Write an entry of the waiting list, without offering it anything; return its id."""
    column = "student_id" if person in ("sid", "una") else "lead_id"
    entry = one(
        db,
        f"insert into school.waitlist_entries ({column}, course_id, classes_per_week, teacher_id)"
        " values (%s, %s, %s, %s) returning id::text",
        school[person],
        school[course],
        classes,
        None if teacher is None else school[teacher],
    )
    for slot in time_slots:
        db.execute(
            "insert into school.waitlist_time_slots (waitlist_entry_id, time_slot_id)"
            " values (%s, %s)",
            (entry, school[slot]),
        )
    return str(entry)


def held(db: Database, school: School, entry: str) -> list[str]:
    """Return the names of the classes of which a seat is held for an entry."""
    names = {value: name for name, value in school.ids.items()}
    rows = db.execute(
        "select classroom_slot_id::text from school.held_seats where waitlist_entry_id = %s",
        (entry,),
    )
    return sorted(names[row[0]] for row in rows)


def offer(db: Database, school: School, *courses: str) -> None:
    ids = [school[course] for course in courses or ("violin",)]
    db.execute("select school.offer_seats(%s::uuid[])", (ids,))


def state(db: Database, entry: str) -> str:
    return str(one(db, "select status from school.waitlist_entries where id = %s", entry))


def test_the_first_in_line_is_offered_the_seat_and_told(db: Database, school: School) -> None:
    first = waits(db, school, "sues", "wednesday")
    second = waits(db, school, "unowned", "wednesday")
    offer(db, school)
    assert (state(db, first), state(db, second)) == ("waiting", "waiting")
    db.execute(
        "update school.classroom_slots set capacity = 2 where id = %s",
        (school["violin_wednesday"],),
    )
    assert (state(db, first), state(db, second)) == ("offered", "waiting")
    assert held(db, school, first) == ["violin_wednesday"]
    assert events(db, first) == ["waitlist.offered"]
    assert broken(db) == []


def test_a_cancelled_admission_frees_its_seats_for_who_waits(
    db: Database, school: School, call: Callers
) -> None:
    entry = waits(db, school, "unowned", "wednesday")
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    assert held(db, school, entry) == ["violin_wednesday"]
    assert broken(db) == []
    found = refusal(
        call("ada"),
        "create_admission",
        **wish(school, "wednesday"),
        student={"name": "Somebody else"},
    )
    assert found.code == "slot_held"
    made = call("ada")("create_admission", **wish(school, "wednesday"), lead_id=school["unowned"])
    assert state(db, entry) == "admitted"
    assert one(db, "select admission_id::text from school.waitlist_entries") == made["id"]
    assert held(db, school, entry) == []
    assert broken(db) == []

"""What the tests of classes share: looking at rows, and moving them as people do."""

from tests.support.asking import one
from tests.support.school import Caller, Database, School


def broken(db: Database) -> list[tuple[str, str]]:
    """Return what does not hold, though it always must."""
    return db.execute("select code, detail from school.check_invariants()").fetchall()


def class_on(db: Database, school: School, student: str, date: str) -> str:
    """Return the id of the class that a student has on a date."""
    return str(
        one(
            db,
            "select id from school.attendance where student_id = %s and class_date = %s"
            " and status <> 'cancelled'",
            school[student],
            date,
        )
    )


def classes(db: Database, admission_id: str) -> list[tuple[str, str]]:
    """Return date and status of every class of an admission, in order."""
    return db.execute(
        "select class_date::text, status from school.attendance where admission_id = %s"
        " order by class_date, start_time, status",
        (admission_id,),
    ).fetchall()


def events(db: Database, entity_id: str) -> list[str]:
    """Return the types of the events about something, in order."""
    rows = db.execute(
        "select type from school.notification_events where entity_id = %s order by sequence",
        (entity_id,),
    )
    return [row[0] for row in rows]


def seats(db: Database, admission_id: str) -> list[str]:
    """Return the states of the seats of an admission."""
    rows = db.execute(
        "select status from school.classroom_enrollments where admission_id = %s order by 1",
        (admission_id,),
    )
    return [row[0] for row in rows]


def status(db: Database, table: str, row_id: str) -> str:
    return str(one(db, f"select status from school.{table} where id = %s", row_id))


def ask(
    caller: Caller,
    db: Database,
    school: School,
    date: str,
    slot: str,
    to: str,
    student: str = "sid",
) -> str:
    """Ask to move the student's class on ``date`` to ``slot`` on ``to``; return the id."""
    answer = caller(
        "create_reschedule_request",
        attendance_id=class_on(db, school, student, date),
        classroom_slot_id=school[slot],
        class_date=to,
    )
    return str(answer["id"])


def deadlocks(db: Database) -> int:
    """Return how many deadlocks the server has broken in this database."""
    db.execute("select pg_stat_force_next_flush()")
    return int(one(db, "select deadlocks from pg_stat_database where datname = current_database()"))


def class_without_locks(db: Database, school: School, time_slot: str, capacity: int) -> None:
    """Make a weekly class of violin as no function does: past the locks of its course."""
    with db.transaction():
        db.execute("set local session_replication_role = replica")
        db.execute(
            "insert into school.classroom_slots (time_slot_id, course_id, teacher_id, capacity)"
            " values (%s, %s, %s, %s)",
            (school[time_slot], school["violin"], school["tom"], capacity),
        )

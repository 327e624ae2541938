"""What tests of notifications ask of the database, as its superuser."""

from typing import Any

from tests.support.asking import one
from tests.support.school import Database


def told(db: Database, kind: str) -> Any:
    """Return who has notifications of a type: sorted triples of name, entity id and day."""
    return db.execute(
        "select u.name, n.entity_id::text, n.day::text from school.notifications as n"
        " join school.users as u on u.id = n.recipient_user_id where n.type = %s"
        " order by n.day, n.entity_id, u.name",
        (kind,),
    ).fetchall()


def names(db: Database, kind: str) -> Any:
    """Return who was told of the newest event of a type: sorted names; None without an event."""
    row = db.execute(
        "select array(select u.name from school.notifications as n join school.users as u"
        " on u.id = n.recipient_user_id where n.event_id = e.id order by u.name)"
        " from school.notification_events as e where e.type = %s order by e.sequence desc limit 1",
        (kind,),
    ).fetchone()
    return None if row is None else row[0]


def events(db: Database, kind: str) -> Any:
    """Return how many events of a type there are."""
    return one(db, "select count(*) from school.notification_events where type = %s", kind)


def run(db: Database, job: str, on: str | None = None) -> Any:
    """Run a job function, for today when no date is given; return the rows it made."""
    if on is None:
        return one(db, f"select jobs.{job}()")
    return one(db, f"select jobs.{job}(%s::date)", on)

"""Reading as somebody, on a superuser's connection."""

from tests.conventions import matrix
from tests.support.school import Database, School


def become(db: Database, school: School, reader: str) -> None:
    """Take the place of a person, by their session, or of "analyst", until the transaction ends."""
    if reader == "analyst":
        db.execute("set local session authorization school_analyst")
    else:
        token = school.token(reader)
        matrix.Person(reader, frozenset(), token=token).become(db)

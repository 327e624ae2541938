"""What tests of notifications ask of the database, as its superuser."""

import threading
import time


def value(db, query, *parameters):
    """Return the one value of a query."""
    return db.execute(query, parameters).fetchone()[0]


def told(db, kind):
    """Return who has notifications of a type: sorted triples of name, entity id and day."""
    return db.execute(
        "select u.name, n.entity_id::text, n.day::text from school.notifications as n"
        " join school.users as u on u.id = n.recipient_user_id where n.type = %s"
        " order by n.day, n.entity_id, u.name",
        (kind,),
    ).fetchall()


def names(db, kind):
    """Return who was told of the newest event of a type: sorted names; None without an event."""
    row = db.execute(
        "select array(select u.name from school.notifications as n join school.users as u"
        " on u.id = n.recipient_user_id where n.event_id = e.id order by u.name)"
        " from school.notification_events as e where e.type = %s order by e.sequence desc limit 1",
        (kind,),
    ).fetchone()
    return None if row is None else row[0]


def events(db, kind):
    """Return how many events of a type there are."""
    return value(db, "select count(*) from school.notification_events where type = %s", kind)


def run(db, job, on=None):
    """Run a job function, for today when no date is given; return the rows it made."""
    if on is None:
        return value(db, f"select jobs.{job}()")
    return value(db, f"select jobs.{job}(%s::date)", on)


def until_blocked(db, connection):
    """Wait until somebody waits for a lock that ``connection`` holds."""
    end = time.monotonic() + 20
    query = "select count(*) from pg_stat_activity where %s = any (pg_blocking_pids(pid))"
    while value(db, query, connection.info.backend_pid) == 0:
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.01)


class InBackground:
    """Calls a function in a thread; `result` waits for it."""

    def __init__(self, function, *arguments):
        self._outcome = []
        self._thread = threading.Thread(
            target=lambda: self._outcome.append(function(*arguments)), daemon=True
        )
        self._thread.start()

    def result(self):
        self._thread.join(20)
        return self._outcome[0]

"""The job that removes what has had its time."""

from tests.support.admitting import nothing_changes
from tests.support.asking import one
from tests.support.school import Clock, Database, School, open_session, token_hash


def test_what_is_past_goes_and_what_counts_stays(
    db: Database, school: School, clock: Clock
) -> None:
    open_session(db, school["sid"], "ended")
    db.execute(
        "update auth.sessions set expires_at = '2027-03-01 09:00+00' where token_hash = %s",
        (token_hash("ended"),),
    )
    db.execute(
        "insert into auth.failed_attempts (kind, subject, failures, last_failed_at) values"
        " ('address', 'old', 9, '2027-02-27 08:59+00'), ('address', 'new', 9, '2027-02-28')"
    )
    db.execute(
        "insert into auth.idempotency_keys (user_id, method, path, key, body_sha256, created_at)"
        " select %s, 'POST', '/v1/leads', k, sha256('x'), at::timestamptz from (values"
        " ('old', '2027-02-28 08:59+00'), ('new', '2027-02-28 09:01+00')) as v (k, at)",
        (school["sid"],),
    )
    sessions = one(db, "select count(*) from auth.sessions")
    assert one(db, "select jobs.purge()") == 3
    assert one(db, "select count(*) from auth.sessions") == sessions - 1
    assert one(db, "select subject from auth.failed_attempts") == "new"
    assert one(db, "select key from auth.idempotency_keys") == "new"
    with nothing_changes(db):
        assert one(db, "select jobs.purge()") == 0
        # a date to come removes nothing that still counts today
        assert one(db, "select jobs.purge('2100-01-01')") == 0

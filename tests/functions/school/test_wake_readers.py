"""What anybody who listens to the database hears of other people's notifications."""

import psycopg

from tests.support.asking import one
from tests.support.school import Callers, Conninfo, Database, School


def test_who_listens_hears_that_an_inbox_has_grown_and_not_whose(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    with psycopg.connect(conninfo(), autocommit=True) as listener:
        listener.execute("listen ostinato_notifications")
        call("root")("block_admission", admission_id=school["sid_admission"])
        heard = {notify.payload for notify in listener.notifies(timeout=2, stop_after=4)}
    people = {str(row[0]) for row in db.execute("select id from school.users")}
    assert len(heard) == 4
    assert heard & people == set()
    assert all(len(payload) == 64 for payload in heard)
    for person in ("root", "sam", "sid"):
        for hidden in (
            "select key from auth.channel_key",
            "select auth.channel_key()",
            "select auth.notice_key()",
            "select auth.inbox_key(auth.user_id())",
        ):
            try:
                call(person).rows(hidden)
            except psycopg.errors.InsufficientPrivilege:
                continue
            raise AssertionError(hidden)


def test_no_two_schools_call_a_person_the_same(db: Database, school: School) -> None:
    before = one(db, "select auth.inbox_key(%s)", school["sid"])
    db.execute("update auth.channel_key set key = sha256('another school')")
    assert one(db, "select auth.inbox_key(%s)", school["sid"]) != before

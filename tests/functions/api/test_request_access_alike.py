"""Asking to be let in is the same work whether the e-mail is known or not."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.asking import one
from tests.support.school import Callers, Database, School

WORK = """
select 'function', schemaname || '.' || funcname, calls from pg_stat_xact_user_functions
union all
select 'rows into', schemaname || '.' || relname, n_tup_ins from pg_stat_xact_user_tables
where n_tup_ins > 0
order by 1, 2
"""


@pytest.fixture
def work_of(db: Database, school: School) -> Any:
    """Return what one request does, as the server counts it: calls and written rows."""

    def measure(email: str) -> Any:
        db.execute("select pg_stat_force_next_flush()")  # what was counted before is not of it
        with db.transaction(force_rollback=True):
            db.execute("set local track_functions = 'all'")
            answer = one(
                db,
                "select api.request_access(p_email => %s, p_name => 'New', p_role => 'staff',"
                " p_client_address => '203.0.113.1')",
                email,
            )
            assert answer == {"status": "received"}
            return db.execute(WORK).fetchall()

    return measure


def test_for_a_newcomer_one_who_waits_and_a_user_the_same_is_done(
    db: Database, call: Callers, work_of: Callable[..., Any]
) -> None:
    call(None)("request_access", email="waits@people.test", name="Waits", role="staff")
    for _ in range(6):  # the first few times the server plans, which calls functions, too
        work_of("warms@people.test")
    new = work_of("new@people.test")
    assert ("rows into", "school.access_requests", 1) in new
    assert ("rows into", "school.deliveries", 2) in new
    assert work_of("sam@school.test") == new
    assert work_of("waits@people.test") == new


def test_what_was_done_for_a_known_email_leaves_nothing(
    db: Database, school: School, call: Callers
) -> None:
    call(None)("request_access", email="sam@school.test", name="Sam", role="admin")
    for table in ("access_requests", "notification_events where type = 'access.requested'"):
        assert one(db, f"select count(*) from school.{table}") == 0
    assert one(db, "select count(*) from school.deliveries where type = 'access.requested'") == 0

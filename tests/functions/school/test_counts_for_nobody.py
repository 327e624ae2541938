"""Seats are counted for people and analysts, and for nobody else: not for students either."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.conventions import matrix
from tests.support.school import Callers, Conninfo, Database, School

COUNTS = """select (select occupied from school.seats_of_class(%(class)s)),
  school.expected(%(class)s, '2027-03-03')"""
MEMBER = "counts_for_nobody"


@pytest.fixture
def member(db: Database) -> Iterator[Any]:
    """A login that nobody mapped to a user; ``member("staff")`` makes it a member of a role."""
    name = sql.Identifier(MEMBER)

    def of(role: str) -> Any:
        granted = sql.Identifier(f"school_{role}")
        db.execute(sql.SQL("create role {} login in role {}").format(name, granted))
        return MEMBER

    yield of
    db.execute(sql.SQL("drop role if exists {}").format(name))


ROWS = """select (select occupied from school.seats_of_class(%(class)s)),
  (select expected from school.expected_by_week(%(class)s, 3) where class_date = '2027-03-03')"""


def counts(connection: Database, school: School) -> Any:
    """Ask for seats, and for people on a date and by week: these two tell the same."""
    chosen = {"class": school["violin_wednesday"]}
    values = connection.execute(COUNTS, chosen).fetchone()
    assert connection.execute(ROWS, chosen).fetchone() == values
    return values


def test_a_person_is_told_until_disabled_in_the_same_open_session(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    db.execute("select auth.grant_sql('sam@school.test', 'sam_counts')")
    try:
        with psycopg.connect(conninfo("sam_counts"), autocommit=True) as sam:
            assert counts(sam, school) == (1, 1)
            occupied = "select occupied, free from analytics.classroom_occupancy"
            assert (1, 0) in sam.execute(occupied).fetchall()
            db.execute("alter table school.users disable trigger user")
            db.execute(
                "update school.users set status = 'disabled' where id = %s", (school["sam"],)
            )
            assert counts(sam, school) == (None, None)
    finally:
        matrix.revoke_logins(db)


def test_a_member_of_a_role_who_is_nobody_is_told_nothing(
    db: Database, school: School, conninfo: Conninfo, member: Callable[[str], str]
) -> None:
    with psycopg.connect(conninfo(member("staff")), autocommit=True) as nobody:
        assert counts(nobody, school) == (None, None)


def test_an_analyst_counts(
    db: Database, school: School, conninfo: Conninfo, member: Callable[[str], str]
) -> None:
    with psycopg.connect(conninfo(member("analyst")), autocommit=True) as analyst:
        assert counts(analyst, school) == (1, 1)
        rows = analyst.execute("select occupied from analytics.classroom_occupancy").fetchall()
        assert sorted(row[0] for row in rows) == [0, 1, 1, 1, 1]


def test_a_disabled_person_does_not_count_as_an_analyst_either(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    db.execute("select auth.grant_sql('sam@school.test', 'sam_counts')")
    try:
        db.execute("grant school_analyst to sam_counts")
        db.execute("alter table school.users disable trigger user")
        db.execute("update school.users set status = 'disabled' where id = %s", (school["sam"],))
        with psycopg.connect(conninfo("sam_counts"), autocommit=True) as sam:
            assert counts(sam, school) == (None, None)
    finally:
        matrix.revoke_logins(db)


def test_a_teacher_sees_the_seats_of_their_own_classes_as_on_the_dashboard(
    call: Callers, school: School
) -> None:
    query = "select distinct teacher_id::text from analytics.classroom_occupancy"
    assert call("tom").rows(query) == [(school["tom"],)]
    everybodys = {teacher for (teacher,) in call("sam").rows(query)}
    assert everybodys == {school["tom"], school["tia"]}


def test_a_student_counts_nothing(db: Database, school: School, conninfo: Conninfo) -> None:
    db.execute("select auth.grant_sql('sid@school.test', 'sid_counts')")
    try:
        with psycopg.connect(conninfo("sid_counts"), autocommit=True) as sid:
            row = sid.execute(ROWS, {"class": school["violin_wednesday"]}).fetchone()
            assert row == (None, None)
            assert sid.execute("select from analytics.classroom_occupancy").fetchall() == []
    finally:
        matrix.revoke_logins(db)

"""``why`` tells in a few lines why a person sees a row, or does not, whoever owns the school."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from psycopg import sql

from tests.support.console import Done
from tests.support.school import Database, School

Why = Callable[..., Done]
HIDDEN = (
    "Does not show it. Staff see the leads that are theirs or nobody's, unless they are deleted."
)


@pytest.fixture
def why(run: Callable[..., Done], conninfo: Callable[..., str], school: School) -> Why:
    return partial(run, "why", OWNER_DATABASE_URL=conninfo())


def test_it_says_what_hides_a_row(why: Why, school: School) -> None:
    done = why("--as", "Sam@School.test", "lead", school["sues"])
    assert done.stdout.splitlines() == [
        f"* select_staff  {HIDDEN}",
        "Sam@School.test does not see this row of lead; * decides",
    ]
    assert (done.returncode, done.stderr) == (0, "")


def test_it_says_what_shows_a_row_that_is_deleted(db: Database, why: Why, school: School) -> None:
    assert "ada@school.test sees" in why("--as", "ada@school.test", "lead", school["sues"]).stdout
    db.execute("update school.leads set deleted_at = now() where id = %s", (school["sues"],))
    done = why("--as", "ada@school.test", "lead", school["sues"])
    assert done.stdout.splitlines() == [
        "  select_admin  Shows it. Admins see every lead.",
        "* lead          Leaves it out. It is deleted, and nobody is shown what is.",
        "ada@school.test does not see this row of lead; * decides",
    ]


@pytest.mark.parametrize("table", ["lead", "leads", "school.leads", "api.lead"])
def test_a_table_is_called_as_on_the_wire_or_in_sql(why: Why, school: School, table: str) -> None:
    done = why("--as", "sue@school.test", table, school["sues"])
    assert f"sue@school.test sees this row of {table}; * decides" in done.stdout


def test_tables_that_the_wire_has_no_word_for_are_explained(
    db: Database, why: Why, school: School
) -> None:
    row = db.execute(
        "select e.id::text from school.classroom_enrollments as e where e.student_id = %s limit 1",
        (school["sid"],),
    ).fetchone()
    assert row is not None
    for person, sees in (("sid", True), ("tom", True), ("una", False), ("sue", False)):
        done = why("--as", f"{person}@school.test", "classroom_enrollments", row[0])
        assert (" sees " in done.stdout, done.returncode) == (sees, 0), done


def test_what_is_not_there_is_one_line_and_status_2(why: Why, school: School) -> None:
    lead = school["sues"]
    for arguments, line in (
        (("nobody@school.test", "lead", lead), "No user has this e-mail."),
        (("sam@school.test", "lead", school["sid"]), "There is no such row."),
        (
            ("sam@school.test", "sessions", lead),
            "No table or resource with an id is called that.",
        ),
        (
            ("sam@school.test", "leads; drop table school.leads", lead),
            "No table or resource with an id is called that.",
        ),
        (("sam@school.test", "lead", "7"), "expected an id (UUID), got '7'"),
    ):
        done = why("--as", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert line in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr


@pytest.fixture
def owner(db: Database) -> Iterator[str]:
    """A login that owns the database and may make roles, and is no superuser."""
    name = f"owner_of_{db.info.dbname}"
    owner, database = sql.Identifier(name), sql.Identifier(db.info.dbname)
    db.execute(sql.SQL("create role {} login createrole").format(owner))
    db.execute(sql.SQL("alter database {} owner to {}").format(database, owner))
    # What a migrating login makes for its own records is its own.
    own = "grant school_owner to {0}; grant select on all tables in schema public to {0}"
    db.execute(sql.SQL(own).format(owner))
    if db.info.server_version >= 160_000:
        admin = sql.SQL("grant school_staff, school_student to {} with admin option, set false")
        db.execute(admin.format(owner))
    yield name
    db.execute(sql.SQL("alter database {} owner to current_user").format(database))
    db.execute(sql.SQL("drop owned by {0}; drop role {0}").format(owner))


def test_an_owner_who_is_no_superuser_takes_the_persons_role_for_a_moment(
    db: Database,
    run: Callable[..., Done],
    conninfo: Callable[..., str],
    school: School,
    owner: str,
) -> None:
    members = (
        "select roleid::regrole::text, member::regrole::text from pg_auth_members order by 1, 2"
    )
    before = db.execute(members).fetchall()
    for person, words in (("sam", HIDDEN), ("sue", "sue@school.test sees"), ("sid", "No policy")):
        done = run(
            "why",
            "--as",
            f"{person}@school.test",
            "lead",
            school["sues"],
            OWNER_DATABASE_URL=conninfo(owner),
        )
        assert (done.returncode, done.stderr) == (0, ""), done
        assert words in done.stdout
    assert db.execute(members).fetchall() == before

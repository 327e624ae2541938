"""school.sees_lead, which functions with the owner's rights ask, sees what the policies show."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import psycopg
import pytest

from tests.conventions import matrix
from tests.conventions.matrix import Person
from tests.support.school import School

Database = psycopg.Connection[Any]

OWNERS = (None, "sam", "sue", "ada", "dan", "old", "dee")
TEACHERS = (None, "tom", "tia")

# Run with the owner's rights, as the functions are that ask.
PROBE = """
create function school.probe() returns uuid[] language sql stable security definer
set search_path = ''
as 'select array(select l.id from school.leads as l where school.sees_lead(l.id))';
alter function school.probe() owner to school_owner;
grant execute on function school.probe() to public
"""
# The same leads by the policies of what hangs on them. Admins are shown what is deleted, too.
BY_POLICY = {
    "leads": "select id from school.leads where deleted_at is null",
    "notes": "select lead_id from school.lead_notes where lead_is_live",
    "tags": "select lead_id from school.lead_tags where lead_is_live",
    "leads to change": "select id from school.leads where deleted_at is null for update",
}


@pytest.fixture
def people(db: Database, school: School) -> Iterator[list[Person]]:
    """Everybody of the matrix, and a lead of every owner, teacher and fate, noted and tagged."""
    try:
        world = matrix.world_of(db, school)
        ids = world.school
        with db.transaction():
            db.execute("set local session_replication_role = replica")
            for owner, teacher, is_live in product(OWNERS, TEACHERS, (True, False)):
                keys = (owner and ids[owner], teacher and ids[teacher])
                (lead,) = db.execute(
                    "insert into school.leads (stage_id, owner_id, assigned_teacher_id, name,"
                    " search_text, phone, follow_up_date, deleted_at) values (%s, %s, %s, 'Varied',"
                    " 'varied', '1', '2027-03-01', case when not %s then now() end) returning id",
                    (ids["stage_new"], *keys, is_live),
                ).fetchone()  # type: ignore[misc]
                for what, text in (("note", "body"), ("tag", "tag")):
                    db.execute(
                        f"insert into school.lead_{what}s (lead_id, {text}, lead_owner_id,"
                        " lead_teacher_id, lead_is_live) values (%s, 'x', %s, %s, %s)",
                        (lead, *keys, is_live),
                    )
        # Of the small school's own leads not each has both.
        db.execute("delete from school.lead_tags where tag = 'tagged'")
        db.execute(
            "insert into school.lead_tags (lead_id, tag) select id, 'tagged' from school.leads"
        )
        db.execute(
            "insert into school.lead_notes (lead_id, body) select id, 'Note' from school.leads"
        )
        db.execute(PROBE)
        yield world.people
    finally:
        matrix.revoke_logins(db)


def seen(db: Database, me: Person, query: str) -> set[Any]:
    with db.transaction(force_rollback=True):
        me.become(db)
        return {row[0] for row in db.execute(query)}


def test_the_function_and_the_policies_show_everybody_the_same_leads(
    db: Database, people: list[Person]
) -> None:
    numbers = {}
    for me in people:
        if me.role is None or me.role == "student":
            continue
        sight = seen(db, me, "select unnest(school.probe())")
        for what, query in BY_POLICY.items():
            if what == "leads to change" and me.role == "teacher":
                continue
            # Policies also ask for the role that a login was given.
            expected = sight if me.role in me.granted else set()
            assert seen(db, me, query) == expected, (me.label, what)
        numbers[me.label] = len(sight)
    # Each sees something, nobody but admins everything.
    assert numbers["admin by session"] == 4 + 21
    assert numbers["staff by session"] == 3 + 6
    assert numbers["staff by login"] == 3 + 6
    assert numbers["teacher by session"] == 1 + 7
    assert numbers["former admin by login"] == 1 + 6


def test_who_is_nobody_or_a_student_sees_no_lead(db: Database, people: list[Person]) -> None:
    none = [me for me in people if me.role in (None, "student") and me.login != "school_owner"]
    assert len(none) > 10
    for me in none:
        if me.granted - {"anonymous", "jobs", "analyst"}:
            assert seen(db, me, "select unnest(school.probe())") == set(), me.label


def test_nobody_but_the_owner_reads_the_view(db: Database) -> None:
    rows = db.execute(
        "select r.rolname::text from pg_catalog.pg_roles as r where r.rolname ~ '^school_'"
        " and has_table_privilege(r.oid, 'school.lead_sight', 'select')"
    ).fetchall()
    assert rows == [("school_owner",)]


def test_what_looks_into_the_indexes_for_admins_finds_nothing_for_others(
    db: Database, people: list[Person]
) -> None:
    """Also when they hold the admins' grants by a login that is not theirs any more."""
    calls = ("school.all_lead_ids_matching('varied')", "school.all_lead_ids_tagged('{tagged}')")
    by_label = {me.label: me for me in people}
    for call in calls:
        asked = f"select unnest({call})"
        assert len(seen(db, by_label["admin by session"], asked)) >= 21
        assert seen(db, by_label["former admin by login"], asked) == set()
        for label in ("staff by login", "teacher by session", "student by login"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                seen(db, by_label[label], asked)

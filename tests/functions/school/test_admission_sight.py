"""Lists in the order of school.admission_sight show what the policies show, and follow it."""

from typing import Any

import psycopg
import pytest

from tests.support.asking import pages
from tests.support.classrooms import broken
from tests.support.school import Callers, School

Database = psycopg.Connection[Any]
SEEING = ("sam", "sue", "tom", "tia", "sid", "una")


def ids_of(call: Callers, person: str, function: str, **arguments: Any) -> list[str]:
    """Return the ids of a list, read one by one."""
    found = pages(call(person), function, limit=1, **arguments)
    return [item["id"] for page in found for item in page["items"]]


def names_of(call: Callers, person: str, **arguments: Any) -> list[str]:
    return [item["name"] for item in call(person)("list_users", **arguments)["items"]]


@pytest.mark.parametrize("person", SEEING)
def test_a_list_of_people_holds_whom_the_policies_show_by_name(
    school: School, call: Callers, person: str
) -> None:
    rows = call(person).rows("select u.id::text from api.person as u order by u.name, u.id")
    assert ids_of(call, person, "list_users") == [row[0] for row in rows]
    assert ids_of(call, person, "list_users", sort="-name") == [row[0] for row in rows[::-1]]
    for role in ("staff", "teacher", "student"):
        rows = call(person).rows(
            "select u.id::text from api.person as u where u.role = %s order by u.name, u.id",
            (role,),
        )
        assert ids_of(call, person, "list_users", role=role) == [row[0] for row in rows]


@pytest.mark.parametrize("person", SEEING)
def test_a_list_of_admissions_holds_what_the_policies_show_newest_first(
    school: School, call: Callers, person: str
) -> None:
    rows = call(person).rows(
        'select a.id::text from api.admission as a order by a."createdAt" desc, a.id desc'
    )
    assert ids_of(call, person, "list_admissions") == [row[0] for row in rows]
    oldest_first = ids_of(call, person, "list_admissions", sort="createdAt")
    assert oldest_first == [row[0] for row in rows[::-1]]
    assert rows


def test_a_new_owner_of_a_lead_has_the_student_and_the_old_one_has_not(
    school: School, call: Callers
) -> None:
    call("ada")("update_lead", lead_id=school["sams"], owner_id=school["sue"], present=["owner_id"])
    assert school["sid"] in ids_of(call, "sue", "list_users")
    assert school["sid"] not in ids_of(call, "sam", "list_users")
    assert school["sid_admission"] in ids_of(call, "sue", "list_admissions")


def test_people_are_found_and_ordered_by_the_name_they_have_now(
    db: Database, school: School, call: Callers
) -> None:
    db.execute("update school.users set name = 'Zacharias' where id = %s", (school["sid"],))
    assert names_of(call, "tom")[-1] == "Zacharias"
    assert names_of(call, "tom", search="achar") == ["Zacharias"]
    assert names_of(call, "tom", search="sid") == []


def test_who_was_deleted_is_in_no_list_and_takes_no_place_on_a_page(
    db: Database, school: School, call: Callers
) -> None:
    with db.transaction():  # past the guard, who asks that the plan be ended first
        db.execute("set local session_replication_role = replica")
        db.execute("update school.users set deleted_at = now() where id = %s", (school["sid"],))
    assert school["sid"] not in ids_of(call, "tom", "list_users")
    assert len(call("sam")("list_users", limit=1)["items"]) == 1


def test_a_row_that_does_not_belong_or_is_missing_is_noticed(db: Database, school: School) -> None:
    for statement in (
        "update school.admission_sight set student_name = 'Nobody' where student_id = %(sid)s",
        "delete from school.admission_sight where admission_id = %(sid_admission)s",
        "update school.admission_sight set viewer_id = %(sue)s where viewer_id = %(sam)s",
    ):
        with db.transaction(force_rollback=True):
            db.execute(statement, dict(school.ids))
            assert ("key_differs_from_its_parent", "admission_sight") in [
                (code, detail) for code, detail in broken(db)
            ]
    assert broken(db) == []


def test_admins_find_people_by_parts_of_name_e_mail_and_phone(
    db: Database, school: School, call: Callers
) -> None:
    db.execute(
        "update school.users set name = 'Quentin %%', email = 'under_score@school.test',"
        " phone = '+1 555 987' where id = %s",
        (school["sid"],),
    )
    for search in ("QUENT", "n %", "under_sc", "5 98"):
        assert names_of(call, "ada", search=search) == ["Quentin %"], search
    assert names_of(call, "ada", search="under1score") == []

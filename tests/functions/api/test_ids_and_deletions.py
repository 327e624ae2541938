"""Nobody chooses an id, and nobody deletes a row but through a function."""

from typing import Any

import psycopg
import pytest

from tests.support.school import BUILT, Caller, Callers, Conninfo, Database, Refusal, School

KNOWN = "00000000-0000-4000-8000-000000000001"


def as_person(db: Database, conninfo: Conninfo, person: str, query: str, *parameters: Any) -> Any:
    """Run a statement in the person's role, on the gateway's connection."""
    with (
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
        gateway.transaction(),
    ):
        Caller(gateway, BUILT.token(person)).enter()
        return gateway.execute(query, parameters)


@pytest.mark.parametrize("person", ["sam", "ada"])
@pytest.mark.parametrize("lead", ["sues", "a new one"])
def test_a_direct_insert_of_a_lead_with_an_id_tells_nothing(
    db: Database, school: School, conninfo: Conninfo, person: str, lead: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_person(
            db,
            conninfo,
            person,
            "insert into school.leads (id, stage_id, name, phone, follow_up_date)"
            " values (%s, %s, 'X', '1', '2027-03-05')",
            school.ids.get(lead, KNOWN),
            school["stage_new"],
        )


def test_staff_add_a_lead_of_their_own_and_get_its_id(
    db: Database, school: School, call: Callers
) -> None:
    members = {"stage_id": school["stage_new"], "name": "New", "phone": "1"}
    made = call("sam")("create_lead", **members, follow_up_date="2027-03-05")
    assert made["ownerId"] == school["sam"]
    assert call("sam")("get_lead", lead_id=made["id"])["name"] == "New"


def test_an_id_in_the_lines_of_a_file_is_not_taken(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    rows = (
        '[{"line": 1, "cells": ["id", "name", "phone", "followUpDate"]},'
        f' {{"line": 2, "cells": ["{KNOWN}", "Filed", "1", "2027-03-05"]}}]'
    )
    as_person(db, conninfo, "sam", "select school.insert_csv_leads(%s)", rows)
    made = db.execute(
        "select id::text, owner_id::text from school.leads where name = 'Filed'"
    ).fetchone()
    assert made is not None
    assert (made[0] != KNOWN, made[1]) == (True, school["sam"])


def test_who_is_nobody_any_more_adds_no_leads_from_a_file(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    rows = (
        '[{"line": 1, "cells": ["name", "phone", "followUpDate"]},'
        ' {"line": 2, "cells": ["Filed", "1", "2027-03-05"]}]'
    )
    with psycopg.connect(conninfo("school_gateway")) as gateway:
        gateway.execute("set local role school_staff")
        with pytest.raises(psycopg.Error, match="Staff and admins add leads"):
            gateway.execute("select school.insert_csv_leads(%s)", (rows,))
    assert db.execute("select from school.leads where name = 'Filed'").fetchone() is None


@pytest.mark.parametrize(
    ("person", "lead", "goes"),
    [
        ("ada", "sues", True),
        ("sam", "sams", True),
        ("sam", "sues", False),
        ("sam", "unowned", False),
    ],
)
def test_a_tag_goes_only_from_a_lead_of_ones_own(
    db: Database, school: School, conninfo: Conninfo, person: str, lead: str, goes: bool
) -> None:
    db.execute("insert into school.lead_tags (lead_id, tag) values (%s, 'vip')", (school[lead],))
    as_person(db, conninfo, person, "select school.take_tag_off(%s, 'vip')", school[lead])
    left = db.execute("select from school.lead_tags where tag = 'vip'").fetchall()
    assert left == ([] if goes else [()])


def test_only_admins_take_a_course_from_a_teacher(
    db: Database, school: School, call: Callers
) -> None:
    own = {"course_id": school["violin"], "teacher_id": school["tom"]}
    for person, code in (("sam", "forbidden"), ("tom", "forbidden"), ("ada", "in_use")):
        with pytest.raises(Refusal) as refused:
            call(person)("delete_course_teacher", **own)
        assert refused.value.code == code

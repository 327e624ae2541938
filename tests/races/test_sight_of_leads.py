"""Who waits for a lead that leaves their sight meanwhile finds nothing, and changes nothing."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.support.races import behind
from tests.support.school import Caller, Refusal, School

pytestmark = pytest.mark.promise("races")

Database = psycopg.Connection[Any]
LEAD = "select demo_conducted, deleted_at from school.leads where id = %s"


@pytest.mark.parametrize(
    ("person", "function", "arguments", "taken"),
    [
        (
            "tom",
            "record_demo",
            {"demo_date": "2027-03-01", "demo_conducted": True},
            "assigned_teacher_id = null",
        ),
        ("sam", "delete_lead", {}, "owner_id = (select id from school.users where name = 'Sue')"),
    ],
)
def test_a_lead_that_leaves_the_sight_of_who_waits_for_it_is_not_found(
    db: Database,
    school: School,
    conninfo: Callable[..., str],
    person: str,
    function: str,
    arguments: dict[str, Any],
    taken: str,
) -> None:
    with (
        psycopg.connect(conninfo()) as first,
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as second,
    ):
        first.execute(f"update school.leads set {taken} where id = %s", (school["fresh"],))
        ask = Caller(second, school.token(person))
        waiting = behind(db, first, ask, function, lead_id=school["fresh"], **arguments)
        first.commit()
        with pytest.raises(Refusal) as refused:
            waiting.result(30)
    assert refused.value.code == "not_found"
    assert db.execute(LEAD, (school["fresh"],)).fetchone() == (False, None)


@pytest.mark.parametrize("person", ["sue", "tia"])
def test_nobody_waits_for_a_lead_out_of_their_sight(
    db: Database,
    school: School,
    conninfo: Callable[..., str],
    call: Callable[..., Caller],
    person: str,
) -> None:
    with psycopg.connect(conninfo()) as first:
        first.execute("select from school.leads where id = %s for update", (school["fresh"],))
        with pytest.raises(Refusal) as refused:
            call(person)(
                "record_demo",
                lead_id=school["fresh"],
                demo_date="2027-03-01",
                demo_conducted=True,
            )
    assert refused.value.code == "not_found"

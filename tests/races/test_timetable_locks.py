"""Who changes a weekly class and who changes its time slot take their locks in one order."""

from collections.abc import Callable

import psycopg
import pytest

from tests.support.races import behind
from tests.support.school import Caller, Database, School

pytestmark = pytest.mark.promise("races")


def test_a_class_and_its_time_slot_are_changed_at_once_without_a_circle(
    db: Database, school: School, conninfo: Callable[..., str]
) -> None:
    """The second is stopped where the first has its time slot and not yet the class."""
    row = db.execute(
        "select time_slot_id::text, version from school.classroom_slots where id = %s",
        (school["violin_friday"],),
    ).fetchone()
    assert row is not None
    with (
        psycopg.connect(conninfo("school_gateway")) as first,
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as second,
    ):
        Caller(first, school.token("ada")).enter()
        first.execute("select from school.time_slot_templates where id = %s for update", row[:1])
        raising = behind(
            db,
            first,
            Caller(second, school.token("root")),
            "update_classroom_slot",
            classroom_slot_id=school["violin_friday"],
            capacity=7,
            present=["capacity"],
        )
        # Asked for the class: the second one must not hold it.
        first.execute(
            "select from school.classroom_slots where id = %s for update nowait",
            (school["violin_friday"],),
        )
        first.commit()
        assert raising.result(30)["capacity"] == 7


def test_who_names_a_time_slot_that_is_changed_holds_no_class_meanwhile(
    db: Database,
    school: School,
    call: Callable[[str], Caller],
    conninfo: Callable[..., str],
) -> None:
    """What an entry of the waiting list names is locked before the classes of its course."""
    row = db.execute(
        "select time_slot_id::text from school.classroom_slots where id = %s",
        (school["violin_friday"],),
    ).fetchone()
    assert row is not None
    entry = call("ada")(
        "create_waitlist_entry", course_id=school["violin"], lead_id=school["fresh"]
    )
    for function, arguments in (
        (
            "create_waitlist_entry",
            {"course_id": school["violin"], "lead_id": school["unowned"]},
        ),
        (
            "update_waitlist_entry",
            {"waitlist_entry_id": entry["id"], "present": ["time_slot_ids"]},
        ),
    ):
        with (
            psycopg.connect(conninfo()) as first,
            psycopg.connect(conninfo("school_gateway"), autocommit=True) as second,
        ):
            first.execute("select from school.time_slot_templates where id = %s for update", row)
            naming = behind(
                db,
                first,
                Caller(second, school.token("root")),
                function,
                **arguments,
                time_slot_ids=list(row),
            )
            first.execute("select from school.classroom_slots for update nowait")
            first.commit()
            assert [t["id"] for t in naming.result(30)["timeSlots"]] == list(row)

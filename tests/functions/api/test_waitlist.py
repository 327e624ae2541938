"""Entries of the waiting list: who may, what is refused, and what each tells."""

from typing import Any

from tests.support.school import Callers, Database, School


def test_smoke(db: Database, school: School, call: Callers) -> None:
    sue: Any = call("sue")
    made = sue(
        "create_waitlist_entry",
        course_id=school["violin"],
        lead_id=school["sues"],
        time_slot_ids=[school["wednesday"]],
    )
    print(made)
    print(sue("get_waitlist_entry", waitlist_entry_id=made["id"]))
    print(sue("list_waitlist", course_id=school["violin"], time_slot_id=school["wednesday"]))
    free = sue(
        "update_waitlist_entry",
        waitlist_entry_id=made["id"],
        time_slot_ids=[school["friday"]],
        present=["time_slot_ids"],
    )
    print(free)
    print(sue("decline_waitlist_entry", waitlist_entry_id=made["id"]))
    assert db.execute("select jobs.expire_offers()").fetchone() == (0,)
    raise AssertionError

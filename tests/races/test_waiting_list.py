"""Races around the waiting list: nobody slips in between a seat that is freed and its offer."""

from collections import Counter
from typing import Any

import pytest

from tests.support.admitting import fill, seats_taken, wish
from tests.support.asking import one
from tests.support.classrooms import broken
from tests.support.effort import rounds
from tests.support.races import Call, calls_at_once, calls_in_order, code, codes
from tests.support.school import Callers, Clock, Conninfo, Database, School
from tests.support.waitlist import enter, held, state, states

pytestmark = pytest.mark.promise("races")

LATER = "2027-03-03T10:00:00Z"  # an hour after offers of the small school have run out


def new_lead(db: Database, school: School) -> str:
    """Return the id of a new lead without an owner."""
    return str(
        one(
            db,
            "insert into school.leads (stage_id, name, email, follow_up_date)"
            " values (%s, 'Racer', gen_random_uuid() || '@race.test', '2027-03-01') returning id",
            school["stage_new"],
        )
    )


def someone(school: School, *days: str, **members: Any) -> dict[str, Any]:
    """Arguments of an admission that begins after the offers have run out."""
    return wish(school, *days, **({"student": {"name": "Racer"}} | members)) | {
        "start_date": "2027-03-04"
    }


def admitted(call: Callers, school: School, *days: str) -> str:
    return str(call("ada")("create_admission", **someone(school, *days))["id"])


def waiting(call: Callers, db: Database, school: School, *days: str, **members: Any) -> str:
    """Enter a new lead that waits for one of these days; return the id of the entry."""
    school.ids["racer"] = new_lead(db, school)
    return enter(call("ada"), school, "racer", *days, **members)


def test_twenty_takers_do_not_slip_in_before_who_waits(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    def patient(user: str) -> str:
        return f"{conninfo(user)} options='-c lock_timeout=60s -c statement_timeout=60s'"

    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    for _ in range(rounds(3, 20)):
        seated = admitted(call, school, "wednesday")
        entry = waiting(call, db, school, "wednesday")
        takers: list[Call] = [
            (("ada", "root")[n % 2], "create_admission", someone(school, "wednesday"))
            for n in range(20)
        ]
        cancelled, *taken = calls_at_once(
            patient, [("ada", "cancel_admission", {"admission_id": seated}), *takers]
        )
        assert code(cancelled) == "ok"
        assert set(codes(taken)) <= {"slot_full", "slot_held"}
        assert held(db, school, entry) == ["violin_wednesday"]
        assert seats_taken(db, school["violin_wednesday"]) == 0
        assert broken(db) == []
        call("ada")("withdraw_waitlist_entry", waitlist_entry_id=entry)


@pytest.fixture
def offered(db: Database, school: School, call: Callers) -> tuple[str, str]:
    """Return an entry that is offered the one seat of Wednesday, and one that is next in line."""
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    entry = waiting(call, db, school, "wednesday")
    school.ids["holder"] = school["racer"]
    return entry, waiting(call, db, school, "wednesday")


def taking(school: School) -> Call:
    return (
        "root",
        "create_admission",
        someone(school, "wednesday", student=None, lead_id=school["holder"]),
    )


EXPIRING: Call = ("ada", "run_job", {"name": "expire_offers"})


def test_an_offer_that_expires_first_is_gone_for_its_holder(
    db: Database,
    school: School,
    conninfo: Conninfo,
    clock: Clock,
    offered: tuple[str, str],
) -> None:
    clock.set(LATER)
    expired, taken = calls_in_order(db, conninfo, [EXPIRING, taking(school)])
    assert (expired["rows"], code(taken)) == (1, "slot_held")
    assert states(db, *offered) == ["expired", "offered"]


def test_an_offer_that_is_taken_first_does_not_expire(
    db: Database,
    school: School,
    conninfo: Conninfo,
    clock: Clock,
    offered: tuple[str, str],
) -> None:
    clock.set(LATER)
    taken, expired = calls_in_order(db, conninfo, [taking(school), EXPIRING])
    assert (code(taken), expired["rows"]) == ("ok", 0)
    assert states(db, *offered) == ["admitted", "waiting"]


def test_an_offer_that_is_declined_first_is_gone_for_its_holder(
    db: Database, school: School, conninfo: Conninfo, offered: tuple[str, str]
) -> None:
    declining: Call = ("ada", "decline_waitlist_entry", {"waitlist_entry_id": offered[0]})
    declined, taken = calls_in_order(db, conninfo, [declining, taking(school)])
    assert codes([declined, taken]) == ["ok", "slot_held"]
    assert states(db, *offered) == ["declined", "offered"]


def test_an_offer_that_is_taken_first_is_not_declined(
    db: Database, school: School, conninfo: Conninfo, offered: tuple[str, str]
) -> None:
    declining: Call = ("ada", "decline_waitlist_entry", {"waitlist_entry_id": offered[0]})
    taken, declined = calls_in_order(db, conninfo, [taking(school), declining])
    assert codes([taken, declined]) == ["ok", "invalid_state"]
    assert states(db, *offered) == ["admitted", "waiting"]


def test_all_that_may_end_an_offer_at_once_ends_it_once(
    db: Database, school: School, call: Callers, conninfo: Conninfo, clock: Clock
) -> None:
    """Expired, declined, withdrawn, taken, its lead deleted: then the seat is the next one's."""
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    ended = Counter[str]()
    for _ in range(rounds(5, 30)):
        clock.set("2027-03-01T09:00:00Z")
        entry = waiting(call, db, school, "wednesday")
        school.ids["holder"] = school["racer"]
        after = waiting(call, db, school, "wednesday")
        assert states(db, entry, after) == ["offered", "waiting"]
        clock.set(LATER)
        its: dict[str, Any] = {"waitlist_entry_id": entry}
        outcomes = calls_at_once(
            conninfo,
            [
                EXPIRING,
                taking(school),
                ("ada", "decline_waitlist_entry", its),
                ("root", "withdraw_waitlist_entry", its),
                ("root", "delete_lead", {"lead_id": school["holder"]}),
            ],
        )
        assert not {"40001", "40P01"} & set(codes(outcomes)), codes(outcomes)
        assert broken(db) == []
        became = state(db, entry)
        ended[became] += 1
        assert (became == "admitted") == (code(outcomes[1]) == "ok")
        assert state(db, after) == ("waiting" if became == "admitted" else "offered")
        call("ada")("withdraw_waitlist_entry", waitlist_entry_id=after)
        if became == "admitted":
            call("ada")("cancel_admission", admission_id=outcomes[1]["id"])
    assert sum(ended.values()) == rounds(5, 30)


def test_two_cancellations_meet_one_wish_of_two_classes(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    fill(db, school["violin_friday"], 2)
    for _ in range(rounds(5, 30)):
        seated = [admitted(call, school, day) for day in ("wednesday", "friday")]
        both = waiting(call, db, school, "wednesday", "friday", classes_per_week=2)
        outcomes = calls_at_once(
            conninfo,
            [
                (person, "cancel_admission", {"admission_id": admission})
                for person, admission in zip(("ada", "root"), seated, strict=True)
            ],
        )
        assert codes(outcomes) == ["ok", "ok"]
        assert held(db, school, both) == ["violin_friday", "violin_wednesday"]
        assert broken(db) == []
        call("ada")("withdraw_waitlist_entry", waitlist_entry_id=both)


def test_one_person_is_entered_once_however_many_enter_it(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    entering: Call = (
        "ada",
        "create_waitlist_entry",
        {"course_id": school["violin"], "lead_id": school["unowned"]},
    )
    outcomes = codes(calls_at_once(conninfo, [entering] * 6))
    assert Counter(outcomes) == {"ok": 1, "already_exists": 5}


def test_a_class_and_who_waits_for_it_do_not_miss_each_other(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    ada = call("ada")
    for _ in range(rounds(4, 20)):
        course = ada("create_course", name="Cello I", instrument_id=school["violin_instrument"])[
            "id"
        ]
        ada("put_course_teacher", course_id=course, teacher_id=school["tom"])
        made, entered = calls_at_once(
            conninfo,
            [
                (
                    "root",
                    "create_classroom_slot",
                    {
                        "course_id": course,
                        "time_slot_id": school["tuesday"],
                        "teacher_id": school["tom"],
                        "capacity": 1,
                    },
                ),
                (
                    "ada",
                    "create_waitlist_entry",
                    {"course_id": course, "lead_id": new_lead(db, school)},
                ),
            ],
        )
        assert codes([made, entered]) == ["ok", "ok"]
        assert state(db, entered["id"]) == "offered"
        ada("withdraw_waitlist_entry", waitlist_entry_id=entered["id"])
        ada("delete_classroom_slot", classroom_slot_id=made["id"])
        ada("delete_course", course_id=course)


def test_an_offer_and_what_it_stands_in_the_way_of_exclude_each_other(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    """A cut of the free seat, its time slot put out of use, its weekday closed: one wins."""
    call("ada")("cancel_admission", admission_id=school["sid_admission"])
    time = {"time_slot_id": school["tuesday"]}
    school.ids["violin_tuesday"] = call("ada")(
        "create_classroom_slot",
        **time,
        course_id=school["violin"],
        teacher_id=school["tom"],
        capacity=2,
    )["id"]
    slot = {"classroom_slot_id": school["violin_tuesday"]}
    edits: list[tuple[Call, Call]] = [
        (
            ("root", "update_classroom_slot", {**slot, "capacity": 1, "present": ["capacity"]}),
            ("root", "update_classroom_slot", {**slot, "capacity": 2, "present": ["capacity"]}),
        ),
        (
            ("root", "update_time_slot", {**time, "is_active": False, "present": ["is_active"]}),
            ("root", "update_time_slot", {**time, "is_active": True, "present": ["is_active"]}),
        ),
        (
            ("root", "set_operating_days", {"days": '[{"weekday": 2, "isOpen": false}]'}),
            ("root", "set_operating_days", {"days": '[{"weekday": 2, "isOpen": true}]'}),
        ),
    ]
    fill(db, school["violin_tuesday"], 1)
    for edit, undo in edits * rounds(2, 10):
        school.ids["racer"] = new_lead(db, school)
        entering: Call = (
            "ada",
            "create_waitlist_entry",
            {
                "course_id": school["violin"],
                "lead_id": school["racer"],
                "time_slot_ids": [school["tuesday"]],
            },
        )
        entered, edited = calls_at_once(conninfo, [entering, edit])
        assert code(entered) == "ok"
        assert code(edited) in ("ok", "in_use")
        assert broken(db) == []
        was_offered = state(db, entered["id"]) == "offered"
        assert was_offered == (code(edited) == "in_use")
        call("ada")("withdraw_waitlist_entry", waitlist_entry_id=entered["id"])
        if not was_offered:
            call(undo[0])(undo[1], **undo[2])

"""Several leads changed at once: what the calls for one do, for all of them or for none."""

from typing import Any

import pytest

from tests.support.admitting import nothing_changes
from tests.support.asking import one, refusal, refused
from tests.support.classrooms import broken, deadlocks
from tests.support.leads import add_lead
from tests.support.races import Call, calls_at_once, calls_in_order, code, codes
from tests.support.school import Callers, Conninfo, Database, Refusal, School
from tests.support.servers import Client

NOWHERE = "00000000-0000-4000-8000-000000000000"


def change(caller: Any, ids: list[str], **members: Any) -> Any:
    return caller("change_leads", ids=ids, **members, present=list(members))


def told(refusal: Refusal) -> list[tuple[str, str, str | None]]:
    """Return of each conflict its code and the lead that it names."""
    conflicts = refusal.members["conflicts"]
    assert conflicts[0]["code"] == refusal.code
    return sorted((c["lead"]["id"], c["code"], c["lead"]["name"]) for c in conflicts)


def test_an_admin_changes_many_as_each_alone_and_gets_them_in_the_order_asked(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ids = [add_lead(call, school, "sam", name=f"Lead {n}")["id"] for n in range(3)][::-1]
    alone = add_lead(call, school, "sam", name="Alone")["id"]
    ada("put_lead_tag", lead_id=ids[0], tag="old")
    members = {
        "owner_id": school["sue"],
        "assigned_teacher_id": school["tia"],
        "stage_id": school["stage_lost"],
        "lost_reason": "Moved away",
    }
    items = change(ada, ids, **members, add_tags=["summer", " new "], remove_tags=["old"])["items"]
    expected = ada("update_lead", lead_id=alone, **members, present=list(members))
    own = ("id", "name", "createdAt", "possibleDuplicates", "tags", "version")
    for item in items:
        assert {k: v for k, v in item.items() if k not in own} == {
            k: v for k, v in expected.items() if k not in own
        }
        assert item["tags"] == ["new", "summer"]
    assert [item["id"] for item in items] == ids
    for lead in ids:
        trail = {e["field"] for e in ada("list_lead_audit_events", lead_id=lead)["items"]}
        assert trail >= {"ownerId", "assignedTeacherId", "stageId", "lostReason", "tags"}
    assert items == [ada("get_lead", lead_id=lead) for lead in ids]


def test_staff_claim_and_change_what_is_theirs_and_all_that_is_refused_is_told(
    db: Database, school: School, call: Callers
) -> None:
    sam = call("sam")
    mine, free, free_too, sues = (
        add_lead(call, school, person, name=name)["id"]
        for person, name in (("sam", "Mine"), ("ada", "Free"), ("ada", "Free too"), ("sue", "Hers"))
    )
    with nothing_changes(db):
        wrong = refusal(
            change, sam, [free, mine, sues, NOWHERE], stage_id=school["stage_contacted"]
        )
        assert told(wrong) == sorted(
            [
                (free, "forbidden", "Free"),
                (sues, "not_found", None),
                (NOWHERE, "not_found", None),
            ]
        )
        for members in ({"owner_id": school["sue"]}, {"owner_id": None}):
            wrong = refusal(change, sam, [mine], **members)
            assert told(wrong) == [(mine, "forbidden", "Mine")]
        for tags in ({"add_tags": ["x"]}, {"remove_tags": ["x"]}):
            wrong = refusal(change, sam, [mine, free], **tags)
            assert told(wrong) == [(free, "forbidden", "Free")]
    for person in ("tom", "sid", None):
        assert refusal(change, call(person), [mine], add_tags=["x"]).code == "forbidden"
    items = change(
        sam,
        [free, mine],
        owner_id=school["sam"],
        stage_id=school["stage_contacted"],
        assigned_teacher_id=school["tom"],
        add_tags=["summer"],
    )["items"]
    assert {item["ownerId"] for item in items} == {school["sam"]}
    assert {item["stageId"] for item in items} == {school["stage_contacted"]}
    assert [item["tags"] for item in items] == [["summer"], ["summer"]]
    call("sue")("assign_lead", lead_id=free_too, owner_id=school["sue"], present=["owner_id"])
    with nothing_changes(db):
        wrong = refusal(change, sam, [mine, free_too], owner_id=school["sam"])
        assert told(wrong) == [(free_too, "already_claimed", None)]


def test_what_is_wrong_with_the_request_is_told_once(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ids = [add_lead(call, school, "sam", name=f"Lead {n}")["id"] for n in range(2)]
    with nothing_changes(db):
        wrong = refusal(change, ada, ids, stage_id=NOWHERE)
        assert (wrong.code, wrong.members["errors"][0]["pointer"]) == (
            "unknown_reference",
            "/stageId",
        )
        assert refusal(change, ada, ids, owner_id=school["tom"]).code == "not_staff"
        assert refusal(change, ada, ids, assigned_teacher_id=school["sam"]).code == "not_a_teacher"
        wrong = refusal(change, ada, ids, stage_id=school["stage_lost"])
        assert {c for _, c, _ in told(wrong)} == {"lost_reason_required"}
        assert len(told(wrong)) == 2
        assert refusal(change, ada, ids, add_tags=[" "]).code == "invalid_request"
        assert refusal(change, ada, [ids[0], ids[0]], add_tags=["x"]).code == "invalid_request"


def test_over_http_two_hundred_are_changed_and_no_more(
    db: Database, school: School, client: Client
) -> None:
    ada = client("ada")
    rows = db.execute(
        "insert into school.leads (stage_id, name, phone, follow_up_date)"
        " select %s, 'Many', '1' || n, '2027-03-05' from generate_series(1, 201) as n"
        " returning id::text",
        (school["stage_new"],),
    ).fetchall()
    ids = [row[0] for row in rows]
    body = {"ownerId": school["sam"], "stageId": school["stage_contacted"], "addTags": ["spring"]}
    answer = ada.post("/v1/leads/bulk", json={"ids": ids[:200], **body})
    assert answer.status_code == 200, answer.text
    assert [item["id"] for item in answer.json()["items"]] == ids[:200]
    for wrong in (ids, [], ["x"]):
        refused(ada.post("/v1/leads/bulk", json={"ids": wrong, **body}), 400, "invalid_request")
    sue = client("sue").post("/v1/leads/bulk", json={"ids": ids[:2], "addTags": ["x"]})
    problem = refused(sue, 404, "not_found")
    assert [c["lead"] for c in problem["conflicts"]] == [
        {"id": lead, "name": None} for lead in sorted(ids[:2])
    ]


def test_two_who_change_the_same_leads_in_opposite_orders_wait_for_each_other(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    """Leads that are students, too, wait for a course or come to a trial: all is locked before."""
    ada = call("ada")
    ids = [school["sams"], school["sues"], school["fresh"], school["unowned"]]
    for lead in ids[2:]:
        ada("create_waitlist_entry", lead_id=lead, course_id=school["violin"])
    works: list[Call] = [
        (
            person,
            "change_leads",
            {
                "ids": order,
                "owner_id": school[owner],
                "stage_id": school[stage],
                "lost_reason": "x",
                "present": ["owner_id", "stage_id", "lost_reason"],
            },
        )
        for person, order, owner, stage in (
            ("ada", ids, "sue", "stage_lost"),
            ("root", ids[::-1], "sam", "stage_contacted"),
        )
    ]
    assert codes(calls_in_order(db, conninfo, works)) == ["ok", "ok"]
    for _ in range(3):
        assert {code(answer) for answer in calls_at_once(conninfo, works * 2)} == {"ok"}
    assert broken(db) == []
    assert deadlocks(db) == 0


@pytest.mark.parametrize("order", [("sam", "sue"), ("sue", "sam")])
def test_of_two_who_claim_many_the_second_is_told_that_they_were_claimed(
    db: Database, school: School, call: Callers, conninfo: Conninfo, order: tuple[str, str]
) -> None:
    ids = [add_lead(call, school, "ada", name=f"Free {n}")["id"] for n in range(2)]
    works: list[Call] = [
        (
            person,
            "change_leads",
            {"ids": ids, "owner_id": school[person], "present": ["owner_id"]},
        )
        for person in order
    ]
    assert codes(calls_in_order(db, conninfo, works)) == ["ok", "already_claimed"]
    owner = one(db, "select distinct owner_id::text from school.leads where id = any (%s)", ids)
    assert owner == school[order[0]]

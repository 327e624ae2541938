"""Payments: paid or unpaid, with notes and a history."""

from typing import Any

from tests.support.admitting import nothing_changes
from tests.support.asking import one, refusal, refused
from tests.support.school import Caller, Callers, Database, School
from tests.support.servers import Client

NOWHERE = "00000000-0000-4000-8000-000000000000"


def note(caller: Caller, school: School, **members: Any) -> Any:
    return caller(
        "update_payment",
        admission_id=school["sid_admission"],
        present=[name for name in members if name != "if_match"],
        **members,
    )


def history(db: Database) -> Any:
    return db.execute(
        "select h.old_status, h.new_status, h.old_notes, h.new_notes, u.name"
        " from school.admission_payment_history as h"
        " join school.users as u on u.id = h.actor_user_id order by h.sequence"
    ).fetchall()


def test_every_change_of_a_payment_is_kept_and_what_is_no_change_is_not(
    db: Database, school: School, call: Callers
) -> None:
    paid = note(call("ada"), school, status="paid", notes=" cash ")
    assert (paid["status"], paid["notes"], paid["updatedBy"]) == ("paid", "cash", school["ada"])
    note(call("root"), school, status="paid")
    note(call("root"), school, notes=None)
    note(call("ada"), school, status="unpaid", notes="bounced")
    assert history(db) == [
        ("unpaid", "paid", None, "cash", "Ada"),
        ("paid", "paid", "cash", None, "Root"),
        ("paid", "unpaid", None, "bounced", "Ada"),
    ]
    admission = call("sid")("get_admission", admission_id=school["sid_admission"])
    assert admission["payment"] == {"status": "unpaid"}
    assert one(db, "select count(*) from school.admission_payments") == 2


def test_who_reads_and_who_writes_a_payment(db: Database, school: School, call: Callers) -> None:
    own = {"admission_id": school["sid_admission"]}
    for person in ("ada", "root", "sam", "sid"):
        assert call(person)("get_payment", **own)["status"] == "unpaid"
    for person in ("sue", "una"):
        assert refusal(call(person), "get_payment", **own).code == "not_found"
    for stranger in ("tom", None):
        assert refusal(call(stranger), "get_payment", **own).code == "forbidden"
    with nothing_changes(db):
        for stranger in ("sam", "tom", "sid", None):
            assert refusal(note, call(stranger), school, status="paid").code == "forbidden"
        missing = {"admission_id": NOWHERE, "status": "paid", "present": ["status"]}
        assert refusal(call("ada"), "update_payment", **missing).code == "not_found"
        stale = refusal(note, call("ada"), school, status="paid", if_match=7)
        assert stale.code == "version_mismatch"
    note(call("ada"), school, status="paid", if_match=1)


def test_admissions_are_found_by_payment_and_every_other_filter(
    school: School, call: Callers
) -> None:
    note(call("ada"), school, status="paid")

    def found(person: str, **filters: Any) -> Any:
        return {a["studentId"] for a in call(person)("list_admissions", **filters)["items"]}

    sid, una = school["sid"], school["una"]
    assert found("ada", payment_status="paid") == {sid}
    assert found("ada", payment_status="unpaid") == {una}
    assert found("sam", payment_status="unpaid") == found("sid", payment_status="unpaid") == set()
    assert found("ada", course_id=school["violin"]) == found("ada", lead_id=school["sams"]) == {sid}
    assert found("ada", student_id=una) == {una}
    call("ada")("block_admission", admission_id=school["una_admission"])
    assert found("ada", status="blocked") == {una}
    assert found("ada", status="active", payment_status="paid") == {sid}
    assert found("tom") == found("sam") == found("sid") == {sid}
    assert found("tom", payment_status="paid") == set()  # teachers know nothing of money


def test_over_http_a_payment_has_an_etag_and_no_third_status(
    db: Database, school: School, client: Client
) -> None:
    path = f"/v1/admissions/{school['sid_admission']}/payment"
    ada = client("ada")
    etag = ada.get(path).headers["etag"]
    with nothing_changes(db):
        for body in ({"status": "partly"}, {"status": None}, {"amount": 3}):
            assert ada.patch(path, json=body).status_code == 400, body
        answer = client("sam").patch(path, json={"status": "paid"})
        refused(answer, 403, "forbidden")
        stale = ada.patch(path, json={"status": "paid"}, headers={"If-Match": '"9"'})
        refused(stale, 412, "version_mismatch")
    answer = ada.patch(path, json={"status": "paid"}, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["status"]) == (200, "paid")

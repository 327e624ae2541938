"""Payments: what an admission costs, when that is due, whether it is paid, and every change."""

from typing import Any

from tests.support.admitting import nothing_changes, wish
from tests.support.asking import one, pages, refusal, refused
from tests.support.school import Caller, Callers, Clock, Database, Refusal, School, zone
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
    assert (paid["status"], paid["notes"]) == ("paid", "cash")
    assert paid["updatedBy"] == school.person("ada")
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


def price(call: Callers, plan_id: str, amount: float | None) -> None:
    call("ada")("update_course_plan", course_plan_id=plan_id, price=amount, present=["price"])


def test_an_admission_keeps_the_price_of_its_day(
    db: Database, school: School, call: Callers
) -> None:
    """The plan had none when Sid came; each admission and renewal has the price of its moment."""
    ada = call("ada")
    wanted = wish(school, "friday", student={"name": "Vic"})
    price(call, school["violin_4"], 120.5)
    price(call, school["violin_8"], 200)
    made = ada("create_admission", **wanted)
    price(call, school["violin_4"], 140)
    assert made["price"] == 120.5
    assert ada("get_admission", admission_id=made["id"])["price"] == 120.5
    assert ada("get_payment", admission_id=made["id"])["price"] == 120.5
    for person in ("ada", "sam", "sid"):
        assert call(person)("get_admission", admission_id=school["sid_admission"])["price"] is None
    renewed = ada("renew_admission", admission_id=school["sid_admission"])
    assert renewed["price"] == 200
    price(call, school["violin_8"], None)
    assert ada("get_payment", admission_id=renewed["id"])["price"] == 200
    dear = "select price from analytics.admissions where price is not null order by 1"
    assert [row[0] for row in db.execute(dear)] == [120.5, 200]


def test_a_payment_is_due_when_the_plan_starts_unless_an_admin_says_otherwise(
    db: Database, school: School, call: Callers
) -> None:
    wanted = wish(school, "friday", student={"name": "Vic"}, start_date="2027-04-02")
    own = {"admission_id": call("ada")("create_admission", **wanted)["id"]}

    def due() -> Any:
        return call("ada")("get_payment", **own)["dueOn"]

    assert due() == "2027-04-02"
    call("ada")("update_payment", **own, due_on="2027-05-01", present=["due_on"])
    call("ada")("update_payment", **own, notes="waits", present=["notes"])
    assert due() == "2027-05-01"
    call("ada")("update_payment", **own, due_on=None, present=["due_on"])
    assert due() == "2027-04-02"
    told = call("ada")("list_payment_history", **own)["items"]
    assert [(c["oldDueOn"], c["newDueOn"]) for c in told] == [
        ("2027-04-02", "2027-05-01"),
        ("2027-05-01", "2027-05-01"),
        ("2027-05-01", "2027-04-02"),
    ]
    renewed = call("ada")("renew_admission", admission_id=school["una_admission"])
    assert renewed["startDate"] == renewed["attendance"]["firstDate"] == "2027-03-29"
    payment = call("ada")("get_payment", admission_id=renewed["id"])
    assert (payment["dueOn"], payment["version"]) == ("2027-03-29", 1)


def test_paid_on_is_the_local_date_of_the_last_change_to_paid(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    assert note(call("ada"), school, notes="soon")["paidOn"] is None
    zone(db, "Pacific/Auckland")
    clock.set("2027-03-05T20:00:00+00:00")
    assert note(call("ada"), school, status="paid")["paidOn"] == "2027-03-06"
    clock.set("2027-03-09T09:00:00+00:00")
    assert note(call("ada"), school, status="paid", notes="x")["paidOn"] == "2027-03-06"
    assert note(call("ada"), school, status="unpaid")["paidOn"] is None
    assert note(call("ada"), school, status="paid")["paidOn"] == "2027-03-09"
    assert one(db, "select count(*) from school.admission_payments where paid_on is not null") == 1


def test_the_history_of_a_payment_is_read_by_whoever_reads_the_payment(
    school: School, call: Callers
) -> None:
    own = {"admission_id": school["sid_admission"]}
    note(call("ada"), school, status="paid", notes="cash")
    note(call("root"), school, due_on="2027-04-01")
    note(call("ada"), school, status="unpaid", notes=None)
    for person, knows in (("ada", True), ("root", True), ("sam", True), ("sid", False)):
        first, second, third = (
            page["items"][0] for page in pages(call(person), "list_payment_history", limit=1, **own)
        )
        assert {k: v for k, v in first.items() if k not in ("id", "createdAt")} == {
            "oldStatus": "unpaid",
            "newStatus": "paid",
            "oldNotes": None,
            "newNotes": "cash",
            "oldDueOn": "2027-03-01",
            "newDueOn": "2027-03-01",
            "actor": {"id": school["ada"], "name": "Ada" if knows else None},
        }
        assert (second["oldDueOn"], second["newDueOn"]) == ("2027-03-01", "2027-04-01")
        assert second["actor"] == {"id": school["root"], "name": "Root" if knows else None}
        assert (third["newStatus"], third["oldNotes"], third["newNotes"]) == (
            "unpaid",
            "cash",
            None,
        )
    for person in ("sue", "una"):
        assert refusal(call(person), "list_payment_history", **own).code == "not_found"
    for stranger in ("tom", None):
        assert refusal(call(stranger), "list_payment_history", **own).code == "forbidden"
    missing = {"admission_id": NOWHERE}
    assert refusal(call("ada"), "list_payment_history", **missing).code == "not_found"


def test_who_reads_the_history_follows_the_lead_and_ends_with_it(
    school: School, call: Callers
) -> None:
    """The right stands in the function; it says what the policies of the payment say."""
    own = {"admission_id": school["sid_admission"]}

    def readers(function: str) -> set[str]:
        found = set()
        for person in ("ada", "root", "sam", "sue", "sid", "una"):
            try:
                call(person)(function, **own)
            except Refusal:
                continue
            found.add(person)
        return found

    assert (
        readers("get_payment") == readers("list_payment_history") == {"ada", "root", "sam", "sid"}
    )
    call("ada")("assign_lead", lead_id=school["sams"], owner_id=school["sue"], present=["owner_id"])
    assert (
        readers("get_payment") == readers("list_payment_history") == {"ada", "root", "sue", "sid"}
    )


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
        for member in ({"due_on": "2027-04-01"}, {"notes": "x"}):
            assert refusal(note, call("sam"), school, **member).code == "forbidden"
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
        for body in (
            {"status": "partly"},
            {"status": None},
            {"amount": 3},
            {"dueOn": "soon"},
            {"dueOn": "1899-12-31"},
            {"paidOn": "2027-03-01"},
        ):
            assert ada.patch(path, json=body).status_code == 400, body
        answer = client("sam").patch(path, json={"status": "paid"})
        refused(answer, 403, "forbidden")
        stale = ada.patch(path, json={"status": "paid"}, headers={"If-Match": '"9"'})
        refused(stale, 412, "version_mismatch")
    body = {"status": "paid", "dueOn": "2027-03-15"}
    answer = ada.patch(path, json=body, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["status"]) == (200, "paid")
    assert (answer.json()["dueOn"], answer.json()["paidOn"]) == ("2027-03-15", "2027-03-01")
    changes = client("sid").get(f"{path}/history").json()
    assert changes["nextCursor"] is None
    assert [(c["oldStatus"], c["newStatus"], c["newDueOn"]) for c in changes["items"]] == [
        ("unpaid", "paid", "2027-03-15")
    ]
    refused(client("una").get(f"{path}/history"), 404, "not_found")
    refused(client("tom").get(f"{path}/history"), 403, "forbidden")
    refused(ada.get(f"{path}/history?cursor=x"), 400, "invalid_request")

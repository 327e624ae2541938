"""Two staff want one unowned lead: one gets it, the other is told."""

from functools import partial
from typing import Any

import psycopg
import pytest

from tests.support.asking import one, refused
from tests.support.leads import add_lead
from tests.support.races import at_once, behind, calls_at_once, code, outcome
from tests.support.school import Caller, Callers, Clock, Conninfo, Database, School
from tests.support.servers import Client

pytestmark = pytest.mark.promise("races")


def claim(school: School, person: str, lead: str) -> Any:
    members = {"lead_id": lead, "owner_id": school[person], "present": ["owner_id"]}
    return (person, "assign_lead", members)


def test_of_two_claims_at_once_exactly_one_wins_every_time(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    rivals = ("sam", "sue")
    for attempt in range(25):
        lead = add_lead(call, school, "ada", name=f"Wanted {attempt}")["id"]
        answers = calls_at_once(conninfo, [claim(school, person, lead) for person in rivals])
        owner = one(db, "select owner_id::text from school.leads where id = %s", lead)
        winner = [school[person] for person in rivals].index(owner)
        assert answers[winner]["ownerId"] == owner
        assert code(answers[1 - winner]) == "already_claimed"
        changes = (
            "select count(*) from school.lead_audit_events where lead_id = %s and field = 'ownerId'"
        )
        assert one(db, changes, lead) == 1
        told = (
            "select count(*) from school.notification_events"
            " where entity_id = %s and type = 'lead.assigned'"
        )
        assert one(db, told, lead) == 1


def test_a_claim_waits_for_the_one_before_it_and_then_loses(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    """The second transaction is seen waiting for the first one's row."""
    with (
        psycopg.connect(conninfo("school_gateway")) as first,
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as second,
    ):
        Caller(first, school.token("sam")).enter()
        first.execute(
            "select api.assign_lead(%s, p_owner_id => %s, p_present => '{owner_id}')",
            (school["unowned"], school["sam"]),
        )
        waiting = behind(db, first, outcome, second, claim(school, "sue", school["unowned"]))
        first.commit()
        assert code(waiting.result(30)) == "already_claimed"
    assert call("ada")("get_lead", lead_id=school["unowned"])["ownerId"] == school["sam"]


def test_over_http_the_loser_gets_a_409_and_an_hour_later_a_third_a_404(
    db: Database, school: School, client: Client, clock: Clock, call: Callers
) -> None:
    sid = call("ada")("create_user", name="Third", role="staff", email="third@school.test")
    path = f"/v1/leads/{school['unowned']}"
    clients = {person: client(person) for person in ("sam", "sue")}

    def claim_over_http(person: str) -> Any:
        return clients[person].post(f"{path}/assign", json={"ownerId": school[person]})

    answers = dict(
        zip(clients, at_once(*(partial(claim_over_http, p) for p in clients)), strict=True)
    )
    winner = client("ada").get(path).json()["ownerId"]
    won, late = ("sam", "sue") if winner == school["sam"] else ("sue", "sam")
    assert answers[won].status_code == 200
    assert answers[won].json()["ownerId"] == winner == school[won]
    refused(answers[late], 409, "already_claimed")
    assert clients[late].get(path).status_code == 404
    clock.set("2027-03-01T09:59:59Z")
    again = clients[late].post(f"{path}/assign", json={"ownerId": school[late]})
    assert again.json()["code"] == "already_claimed"
    clock.set("2027-03-01T10:00:01Z")
    over = clients[late].post(f"{path}/assign", json={"ownerId": school[late]})
    refused(over, 404, "not_found")
    assert sid["id"] not in (winner, None)
    assert client("ada").get(path).json()["ownerId"] == winner


def test_a_lead_that_was_never_unowned_is_simply_not_there(
    db: Database, school: School, client: Client
) -> None:
    for lead in ("sues", "00000000-0000-4000-8000-000000000000"):
        answer = client("sam").post(
            f"/v1/leads/{school.ids.get(lead, lead)}/assign", json={"ownerId": school["sam"]}
        )
        refused(answer, 404, "not_found")

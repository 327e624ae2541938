"""Two staff want one unowned lead: one gets it, the other is told."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg

from tests.support.school import Caller, Refusal


def claim(conninfo, school, person, lead, gate):
    """One attempt on a connection of its own, as soon as everybody is at the gate."""
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        caller = Caller(gateway, school.token(person))
        gate.wait()
        try:
            return caller(
                "assign_lead", lead_id=lead, owner_id=school[person], present=["owner_id"]
            )["ownerId"]
        except Refusal as refused:
            return refused.code


def test_of_two_claims_at_once_exactly_one_wins_every_time(db, school, call, conninfo):
    for attempt in range(25):
        lead = call("ada")(
            "create_lead",
            stage_id=school["stage_new"],
            name=f"Wanted {attempt}",
            follow_up_date="2027-03-05",
            phone="1",
        )["id"]
        gate = threading.Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(
                    lambda person, lead=lead, gate=gate: claim(
                        conninfo, school, person, lead, gate
                    ),
                    ("sam", "sue"),
                )
            )
        owner = db.execute(
            "select owner_id::text from school.leads where id = %s", (lead,)
        ).fetchone()[0]
        assert sorted(answers) == sorted([owner, "already_claimed"])
        assert db.execute(
            "select count(*) from school.lead_audit_events"
            " where lead_id = %s and field = 'ownerId'",
            (lead,),
        ).fetchone() == (1,)
        assert db.execute(
            "select count(*) from school.notification_events"
            " where entity_id = %s and type = 'lead.assigned'",
            (lead,),
        ).fetchone() == (1,)


def test_a_claim_waits_for_the_one_before_it_and_then_loses(db, school, call, conninfo):
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
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(
                lambda: _code(
                    Caller(second, school.token("sue")),
                    lead_id=school["unowned"],
                    owner_id=school["sue"],
                    present=["owner_id"],
                )
            )
            while not db.execute(
                "select pg_blocking_pids(%s) = array[%s]::integer[]",
                (second.info.backend_pid, first.info.backend_pid),
            ).fetchone()[0]:
                assert not waiting.done()
            first.commit()
            assert waiting.result(timeout=30) == "already_claimed"
    assert call("ada")("get_lead", lead_id=school["unowned"])["ownerId"] == school["sam"]


def test_over_http_the_loser_gets_a_409_and_an_hour_later_a_third_a_404(
    db, school, client, clock, call
):
    sid = call("ada")("create_user", name="Third", role="staff", email="third@school.test")
    path = f"/v1/leads/{school['unowned']}"
    gate = threading.Barrier(2)
    clients = {person: client(person) for person in ("sam", "sue")}

    def claim_over_http(person):
        gate.wait()
        return clients[person].post(f"{path}/assign", json={"ownerId": school[person]})

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(claim_over_http, ("sam", "sue")))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert loser.json()["code"] == "already_claimed"
    winner = next(answer for answer in answers if answer.status_code == 200).json()["ownerId"]
    assert client("ada").get(path).json()["ownerId"] == winner
    late = "sam" if winner == school["sue"] else "sue"
    assert clients[late].get(path).status_code == 404
    clock.set("2027-03-01T09:59:59Z")
    again = clients[late].post(f"{path}/assign", json={"ownerId": school[late]})
    assert again.json()["code"] == "already_claimed"
    clock.set("2027-03-01T10:00:01Z")
    over = clients[late].post(f"{path}/assign", json={"ownerId": school[late]})
    assert (over.status_code, over.json()["code"]) == (404, "not_found")
    assert sid["id"] not in (winner, None)
    assert client("ada").get(path).json()["ownerId"] == winner


def test_a_lead_that_was_never_unowned_is_simply_not_there(db, school, client):
    for lead in ("sues", "00000000-0000-4000-8000-000000000000"):
        answer = client("sam").post(
            f"/v1/leads/{school.ids.get(lead, lead)}/assign", json={"ownerId": school["sam"]}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def _code(caller, **arguments):
    try:
        caller("assign_lead", **arguments)
    except Refusal as refused:
        return refused.code
    return "won"

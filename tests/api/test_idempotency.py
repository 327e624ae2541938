"""Idempotency-Key: one effect per key, whatever becomes of the answer."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.conftest import DERIVED
from tests.support.admitting import nothing_changes
from tests.support.asking import refused
from tests.support.races import at_once

Client = Callable[[str], httpx.Client]


def wish(school: Any, **members: Any) -> dict[str, Any]:
    return {
        "leadId": school["fresh"],
        "courseId": school["violin"],
        "coursePlanId": school["violin_4"],
        "startDate": "2027-03-01",
        "timeSlotIds": [school["friday"]],
        **members,
    }


def test_a_repeat_answers_the_first_result_and_does_nothing(
    client: Client, school: Any, db: psycopg.Connection[Any]
) -> None:
    sam, ada = client("sam"), client("ada")
    key = {"Idempotency-Key": "first"}
    first = sam.post("/v1/admissions", json=wish(school), headers=key)
    assert first.status_code == 201
    assert "Idempotency-Replayed" not in first.headers
    with nothing_changes(db):
        again = sam.post("/v1/admissions", json=wish(school), headers=key)
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["Idempotency-Replayed"] == "true"
        for header in ("ETag", "Location", "Content-Type"):
            assert again.headers.get(header) == first.headers.get(header)
        other = wish(school, startDate="2027-03-02")
        refused(sam.post("/v1/admissions", json=other, headers=key), 422, "idempotency_key_reused")
        # without the key, or with another caller's, it is judged anew
        refused(sam.post("/v1/admissions", json=wish(school)), 409, "lead_already_converted")
        answer = ada.post("/v1/admissions", json=wish(school), headers=key)
        refused(answer, 409, "lead_already_converted")
        for bad in (b"", b"x" * 256, "caf\u00e9".encode("latin-1"), b"a b"):
            answer = sam.post(
                "/v1/admissions", json=wish(school), headers={b"Idempotency-Key": bad}
            )
            refused(answer, 400, "invalid_request")
    # the same key on another path is another key
    lead = {
        "name": "Lea",
        "phone": "1",
        "stageId": school["stage_new"],
        "followUpDate": "2027-03-01",
    }
    one = sam.post("/v1/leads", json=lead, headers=key)
    note = sam.post(f"/v1/leads/{school['fresh']}/notes", json={"body": "n"}, headers=key)
    assert (one.status_code, note.status_code) == (201, 201)
    assert sam.post("/v1/leads", json=lead, headers=key).json()["id"] == one.json()["id"]
    assert ada.post("/v1/leads", json=lead, headers=key).json()["id"] != one.json()["id"]
    # it is kept a day
    kept = db.execute("select count(*) from auth.idempotency_keys").fetchone()
    assert kept == (4,)


def test_a_refusal_is_not_kept_but_judged_anew(
    client: Client, school: Any, db: psycopg.Connection[Any]
) -> None:
    sam, ada = client("sam"), client("ada")
    key = {"Idempotency-Key": "again"}
    path = "/v1/admissions"
    full = wish(school, timeSlotIds=[school["wednesday"]])
    for _ in range(2):
        # what a full class leaves behind is its event, and no key
        with nothing_changes(db, but=DERIVED):
            refused(sam.post(path, json=full, headers=key), 409, "slot_full")
    grown = f"/v1/classroom-slots/{school['violin_wednesday']}"
    assert ada.patch(grown, json={"capacity": 2}).status_code == 200
    taken = sam.post(path, json=full, headers=key)
    assert taken.status_code == 201
    assert "Idempotency-Replayed" not in taken.headers
    # and after a refusal that is raised the key takes another body
    key = {"Idempotency-Key": "other"}
    refused(sam.post("/v1/leads", json={"name": "x"}, headers=key), 400, "invalid_request")
    lead = {"name": "x", "stageId": school["fresh"], "followUpDate": "2027-03-01", "phone": "2"}
    refused(sam.post("/v1/leads", json=lead, headers=key), 422, "unknown_reference")
    lead["stageId"] = school["stage_new"]
    assert sam.post("/v1/leads", json=lead, headers=key).status_code == 201


@pytest.mark.settings(pool_max=8)
def test_repeats_at_the_same_time_have_one_effect(
    client: Client, school: Any, db: psycopg.Connection[Any]
) -> None:
    key = {"Idempotency-Key": "race"}
    clients = [client("sam") for _ in range(8)]
    answers = at_once(
        *(partial(c.post, "/v1/admissions", json=wish(school), headers=key) for c in clients)
    )
    assert [a.status_code for a in answers] == [201] * 8
    assert len({a.content for a in answers}) == 1
    replayed = Counter(a.headers.get("Idempotency-Replayed") for a in answers)
    assert replayed == {None: 1, "true": 7}
    count = db.execute(
        "select count(*) from school.admissions where lead_id = %s", (school["fresh"],)
    ).fetchone()
    assert count == (1,)
    # two bodies race for one key: one wins, all others hear that the key is taken
    key = {"Idempotency-Key": "bodies"}
    bodies = [
        {
            "name": f"L{n}",
            "phone": "5",
            "stageId": school["stage_new"],
            "followUpDate": "2027-03-01",
        }
        for n in range(8)
    ]
    answers = at_once(
        *(
            partial(own.post, "/v1/leads", json=body, headers=key)
            for own, body in zip(clients, bodies, strict=True)
        )
    )
    assert Counter(a.status_code for a in answers) == {201: 1, 422: 7}
    made = db.execute("select count(*) from school.leads where phone = '5'").fetchone()
    assert made == (1,)

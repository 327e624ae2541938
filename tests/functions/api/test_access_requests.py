"""Access requests: asked for by anybody, answered alike, decided once, by who may."""

from collections import Counter
from typing import Any

import pytest

from tests.support.admitting import nothing_changes
from tests.support.asking import one, refusal
from tests.support.races import calls_at_once, calls_in_order, codes
from tests.support.school import Callers, Clock, Conninfo, Database, School
from tests.support.servers import Client, Http

PASSWORD = "an entirely new passphrase"


def ask(call: Callers, email: str = "new@people.test", role: str = "staff", **members: Any) -> Any:
    given = {"name": "Newcomer", "requests_per_hour": 0}
    return call(None)("request_access", email=email, role=role, **given | members)


def pending(call: Callers, email: str = "new@people.test") -> Any:
    items = call("ada")("list_access_requests", status="pending")["items"]
    return next(item["id"] for item in items if item["email"] == email)


def test_the_answer_is_the_same_for_a_newcomer_one_who_waits_and_a_user(
    db: Database, school: School, http: Http
) -> None:
    nobody = http()
    body = {"name": "Somebody", "role": "teacher", "message": "Please."}
    answers = [
        nobody.post("/v1/access-requests", json=body | {"email": email})
        for email in (
            "new@people.test",
            "new@people.test",
            " NEW@People.Test ",
            "sam@school.test",
            "SAM@school.test",
        )
    ]
    assert {a.status_code for a in answers} == {202}
    assert {a.content for a in answers} == {answers[0].content}
    assert answers[0].json() == {"status": "received"}
    headers = [
        {k: v for k, v in a.headers.items() if k not in ("x-request-id", "server-timing", "date")}
        for a in answers
    ]
    assert all(h == headers[0] for h in headers)
    assert db.execute(
        "select email, name, role, message, status, user_id from school.access_requests"
    ).fetchall() == [("new@people.test", "Somebody", "teacher", "Please.", "pending", None)]
    events = db.execute(
        "select e.entity_id = r.id, e.actor_user_id, e.payload ->> 'name', e.payload ->> 'role'"
        " from school.notification_events as e, school.access_requests as r"
        " where e.type = 'access.requested'"
    ).fetchall()
    assert events == [(True, None, "Somebody", "teacher")]
    assert db.execute(
        "select count(*) from school.users where email = 'new@people.test'"
    ).fetchone() == (0,)


def test_a_wrong_shape_is_refused_and_leaves_nothing(
    db: Database, school: School, http: Http
) -> None:
    body = {"name": "Somebody", "role": "teacher", "email": "new@people.test"}
    with nothing_changes(db, but=["auth.failed_attempts"]):
        for change, pointer in (
            ({"role": "owner"}, "/role"),
            ({"email": "nobody"}, "/email"),
            ({"name": " \u200b"}, "/name"),
            ({"name": "x" * 201}, "/name"),
            ({"userId": school["sam"]}, "/userId"),
            ({"clientAddress": "::1"}, "/clientAddress"),
        ):
            answer = http().post("/v1/access-requests", json=body | change)
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
            assert [e["pointer"] for e in answer.json()["errors"]] == [pointer]


@pytest.mark.settings(access_requests_per_hour=3)
def test_an_address_asks_so_often_an_hour_and_is_then_told_to_wait(
    db: Database, school: School, http: Http, clock: Clock
) -> None:
    def send(n: Any) -> Any:
        body = {"name": "Somebody", "role": "student", "email": f"n{n}@people.test"}
        return http().post("/v1/access-requests", json=body)

    assert [send(n).status_code for n in (1, 2, 2)] == [202, 202, 202]
    clock.set("2027-03-01T09:20:00Z")
    refused = send(4)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "2400"
    # A known e-mail is told no different.
    known = http().post(
        "/v1/access-requests",
        json={"name": "S", "role": "staff", "email": "sam@school.test"},
    )
    assert known.status_code == 429
    assert db.execute("select count(*) from school.access_requests").fetchone() == (2,)
    clock.set("2027-03-01T10:00:00Z")
    assert [send(n).status_code for n in (5, 6, 7, 8)] == [202, 202, 202, 429]


def test_addresses_are_counted_apart_and_zero_counts_nothing(
    db: Database, school: School, call: Callers
) -> None:
    for n in range(30):
        ask(call, f"n{n}@people.test", client_address="192.0.2.1")
    assert db.execute("select count(*) from auth.failed_attempts").fetchone() == (0,)
    limit: dict[str, Any] = {"requests_per_hour": 1}
    ask(call, "a@people.test", client_address="192.0.2.1", **limit)
    ask(call, "b@people.test", client_address="192.0.2.2", **limit)
    refused = refusal(ask, call, "c@people.test", client_address="192.0.2.1", **limit)
    assert (refused.code, refused.members["retryAfter"]) == ("too_many_requests", 3600)


def test_only_admins_review(
    db: Database, school: School, call: Callers, http: Http, client: Client
) -> None:
    ask(call)
    request = pending(call)
    with nothing_changes(db):
        for person in ("sam", "tom", "sid", None):
            for function, arguments in (
                ("list_access_requests", {}),
                ("approve_access_request", {"access_request_id": request}),
                ("reject_access_request", {"access_request_id": request}),
            ):
                assert refusal(call(person), function, **arguments).code == "forbidden"
        for path in ("", f"/{request}/approve", f"/{request}/reject"):
            method = "POST" if path else "GET"
            answer = http().request(method, f"/v1/access-requests{path}")
            assert answer.status_code == 401
        unknown = client("ada").post(f"/v1/access-requests/{school['sam']}/approve", json={})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")


def test_approval_makes_the_user_who_activates_and_logs_in(
    db: Database, school: School, call: Callers, client: Client, http: Http
) -> None:
    ask(call, " New@People.test ", "teacher", message=" Hello ")
    request = pending(call)
    login = {"email": "new@people.test", "password": PASSWORD}
    assert http().post("/v1/auth/login", json=login).status_code == 401
    answer = client("ada").post(f"/v1/access-requests/{request}/approve", json={})
    assert answer.status_code == 200, answer.text
    approved = answer.json()
    assert approved["user"]["email"] == "new@people.test"
    assert (approved["user"]["role"], approved["user"]["name"]) == ("teacher", "Newcomer")
    reviewed = approved["accessRequest"]
    assert (reviewed["status"], reviewed["userId"]) == ("approved", approved["user"]["id"])
    assert (reviewed["reviewedBy"], reviewed["message"]) == (school.person("ada"), "Hello")
    assert approved["activation"]["expiresAt"].startswith("2027-03-04T09:00:00")
    assert http().post("/v1/auth/login", json=login).status_code == 401
    token = approved["activation"]["token"]
    assert db.execute(
        "select count(*) from auth.activation_tokens where token_hash = convert_to(%s, 'UTF8')",
        (token,),
    ).fetchone() == (0,), "the token itself is not stored"
    activated = http().post("/v1/auth/activate", json={"token": token, "password": PASSWORD})
    assert activated.status_code == 200, activated.text
    me = http(activated.json()["accessToken"]).get("/v1/me").json()
    assert (me["id"], me["role"]) == (approved["user"]["id"], "teacher")
    assert http().post("/v1/auth/login", json=login).status_code == 200
    again = http().post("/v1/auth/activate", json={"token": token, "password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (401, "invalid_token")


def test_an_activation_token_is_good_for_72_hours(
    db: Database, school: School, call: Callers, client: Client, http: Http, clock: Clock
) -> None:
    ask(call)
    token = call("ada")("approve_access_request", access_request_id=pending(call))["activation"][
        "token"
    ]
    clock.set("2027-03-04T09:00:01Z")
    late = http().post("/v1/auth/activate", json={"token": token, "password": PASSWORD})
    assert (late.status_code, late.json()["code"]) == (401, "invalid_token")


def test_only_a_super_admin_lets_admins_in(db: Database, school: School, call: Callers) -> None:
    for role in ("admin", "super_admin"):
        email = f"{role}@people.test"
        ask(call, email, role)
        request = pending(call, email)
        with nothing_changes(db):
            refused = refusal(call("ada"), "approve_access_request", access_request_id=request)
            assert refused.code == "forbidden"
        assert pending(call, email) == request
        answer = call("root")("approve_access_request", access_request_id=request)
        assert answer["user"]["role"] == role
    ask(call, "staff@people.test", "staff")
    request = pending(call, "staff@people.test")
    with nothing_changes(db):
        raised = {"access_request_id": request, "role": "admin"}
        assert refusal(call("ada"), "approve_access_request", **raised).code == "forbidden"
    ask(call, "lowered@people.test", "admin")
    lowered = call("ada")(
        "approve_access_request",
        access_request_id=pending(call, "lowered@people.test"),
        role="staff",
    )
    assert lowered["user"]["role"] == "staff"


def test_who_is_rejected_has_no_user_and_may_ask_again(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    ask(call)
    users = db.execute("select count(*) from school.users").fetchone()
    rejected = call("ada")(
        "reject_access_request", access_request_id=pending(call), reason=" Unknown here. "
    )
    assert (rejected["status"], rejected["reason"]) == ("rejected", "Unknown here.")
    assert (rejected["userId"], rejected["reviewedBy"]) == (None, school.person("ada"))
    with nothing_changes(db):
        for function in ("approve_access_request", "reject_access_request"):
            decided = refusal(call("ada"), function, access_request_id=rejected["id"])
            assert decided.code == "already_decided"
    clock.set("2027-03-02T09:00:00Z")
    ask(call)
    assert pending(call) != rejected["id"]
    listed = call("ada")("list_access_requests", limit=1)
    assert [item["status"] for item in listed["items"]] == ["rejected"]
    rest = call("ada")("list_access_requests", limit=1, cursor=listed["nextCursor"])
    assert [item["status"] for item in rest["items"]] == ["pending"]
    assert rest["nextCursor"] is None
    assert db.execute("select count(*) from school.users").fetchone() == users


def test_an_email_that_became_a_users_meanwhile_is_not_approved_twice(
    db: Database, school: School, call: Callers
) -> None:
    ask(call)
    user = call("ada")("create_user", name="Other", role="staff", email="new@people.test")
    with nothing_changes(db):
        refused = refusal(call("ada"), "approve_access_request", access_request_id=pending(call))
        assert (refused.code, refused.members["userId"]) == ("email_in_use", user["id"])


@pytest.mark.parametrize("second", ["approve", "reject"])
@pytest.mark.parametrize(
    ("first", "status", "users"), [("approve", "approved", 1), ("reject", "rejected", 0)]
)
def test_of_two_deciders_the_first_decides(
    db: Database,
    school: School,
    call: Callers,
    conninfo: Conninfo,
    first: str,
    status: str,
    users: int,
    second: str,
) -> None:
    ask(call)
    request = {"access_request_id": pending(call)}
    answers = calls_in_order(
        db,
        conninfo,
        [
            ("ada", f"{first}_access_request", request),
            ("root", f"{second}_access_request", request),
        ],
    )
    assert codes(answers) == ["ok", "already_decided"]
    row = db.execute("select status, reviewed_by::text from school.access_requests").fetchone()
    assert row == (status, school["ada"])
    made = "select count(*) from school.users where email = 'new@people.test'"
    assert one(db, made) == users


def test_of_two_deciders_at_once_one_decides(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    for attempt in range(12):
        email = f"race{attempt}@people.test"
        ask(call, email)
        request = {"access_request_id": pending(call, email)}
        answers = calls_at_once(
            conninfo, [(person, "approve_access_request", request) for person in ("ada", "root")]
        )
        assert Counter(codes(answers)) == {"ok": 1, "already_decided": 1}
        assert one(db, "select count(*) from school.users where email = %s", email) == 1


def test_of_many_requests_at_once_for_one_email_one_is_kept(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    given = {
        "email": "crowd@people.test",
        "name": "Crowd",
        "role": "student",
        "client_address": "192.0.2.9",
    }
    answers = calls_at_once(conninfo, [(None, "request_access", given)] * 6)
    assert answers == [{"status": "received"}] * 6
    assert one(db, "select count(*) from school.access_requests") == 1
    told = "select count(*) from school.notification_events where type = 'access.requested'"
    assert one(db, told) == 1
    assert one(db, "select failures from auth.failed_attempts") == 6

"""What is kept of the first answer for its repeat, and who may still have it."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest

from api.database.catalog import read_catalog
from api.http.plans import plan_of
from api.http.routes import ROUTES
from tests.support.admitting import nothing_changes
from tests.support.asking import refused
from tests.support.school import open_session

Client = Callable[[str], httpx.Client]
Db = psycopg.Connection[Any]
KEY = {"Idempotency-Key": "once"}
TOKEN = re.compile(r"[0-9a-f]{64}")


def lead(school: Any) -> dict[str, str]:
    return {
        "name": "Lea",
        "phone": "1",
        "stageId": school["stage_new"],
        "followUpDate": "2027-03-01",
    }


@pytest.mark.parametrize(
    ("path", "body", "secret"),
    [
        ("/v1/users", {"name": "N", "role": "staff", "email": "n@x.test"}, "activation.token"),
        ("/v1/users/{sue}/activation", {}, "token"),
        ("/v1/me/calendar", {}, "url"),
        ("/v1/webhooks", {"url": "https://hooks.test/in"}, "secret"),
    ],
)
def test_a_secret_is_answered_once_and_kept_nowhere(
    client: Client, school: Any, db: Db, path: str, body: dict[str, str], secret: str
) -> None:
    root = client("root")
    path = path.format(sue=school["sue"])
    first = root.post(path, json=body, headers=KEY)
    assert first.status_code == 201
    [token] = set(TOKEN.findall(first.text))
    kept = db.execute("select body from auth.idempotency_keys").fetchall()
    assert len(kept) == 1
    assert token not in str(kept)
    with nothing_changes(db):
        again = root.post(path, json=body, headers=KEY)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    expected = place = first.json()
    *way, last = secret.split(".")
    for member in way:
        place = place[member]
    assert place[last] is not None
    place[last] = None
    assert again.json() == expected


def test_a_user_without_an_email_has_no_secret_to_leave_out(client: Client, school: Any) -> None:
    body = {"name": "N", "role": "student"}
    first = client("ada").post("/v1/users", json=body, headers=KEY)
    again = client("ada").post("/v1/users", json=body, headers=KEY)
    assert first.json()["activation"] is None
    assert (again.status_code, again.json()) == (201, first.json())


def test_who_may_not_see_the_row_any_more_does_not_get_the_first_answer(
    client: Client, school: Any, db: Db
) -> None:
    sam, ada = client("sam"), client("ada")
    made = sam.post("/v1/leads", json=lead(school), headers=KEY).json()
    note = f"/v1/leads/{made['id']}/notes"
    assert sam.post(note, json={"body": "private"}, headers=KEY).status_code == 201
    assign = f"/v1/leads/{made['id']}/assign"
    assert ada.post(assign, json={"ownerId": school["sue"]}).status_code == 200
    with nothing_changes(db):
        refused(sam.post("/v1/leads", json=lead(school), headers=KEY), 404, "not_found")
        refused(sam.post(note, json={"body": "private"}, headers=KEY), 404, "not_found")
    assert ada.post(assign, json={"ownerId": school["sam"]}).status_code == 200
    again = sam.post("/v1/leads", json=lead(school), headers=KEY)
    assert (again.status_code, again.json()) == (201, made)
    assert ada.delete(f"/v1/leads/{made['id']}").status_code == 204
    refused(sam.post("/v1/leads", json=lead(school), headers=KEY), 404, "not_found")


@pytest.mark.parametrize("role", ["staff", "teacher", "student"])
def test_whose_role_may_not_do_it_any_more_does_not_get_the_first_answer(
    client: Client, school: Any, db: Db, role: str
) -> None:
    body = {"name": "Neo", "role": "student", "email": "neo@x.test"}
    first = client("ada").post("/v1/users", json=body, headers=KEY)
    made = client("ada").post("/v1/leads", json=lead(school), headers=KEY)
    assert (first.status_code, made.status_code) == (201, 201)
    path = f"/v1/users/{school['ada']}"
    assert client("root").patch(path, json={"role": role}).status_code == 200
    open_session(db, school["ada"], school.token("ada"))
    with nothing_changes(db):
        refused(client("ada").post("/v1/users", json=body, headers=KEY), 403, "forbidden")
    answer = client("ada").post("/v1/leads", json=lead(school), headers=KEY)
    # staff see a lead that is nobody's, and this one is
    assert answer.status_code == (201 if role == "staff" else 403)


def test_every_kept_answer_is_judged_by_a_view_and_keeps_no_token(db: Db) -> None:
    """A rule for routes to come: what makes a token names it, what shows a row names its view."""
    catalog = read_catalog(db)
    sources = dict(
        db.execute(
            "select proname::text, prosrc from pg_proc where pronamespace = 'api'::regnamespace"
        ).fetchall()
    )
    making = re.compile(r"auth\.(new_token|new_ticket|new_activation|invite|open_session)\(")
    silent = [
        route.path
        for route in ROUTES
        if route.keeps_key and bool(making.search(sources[route.function])) != bool(route.secrets)
    ]
    assert silent == []
    unjudged = [
        route.path
        for route in ROUTES
        if route.keeps_key and plan_of(route, catalog).resource is None
    ]
    # what is left of these without their secret tells nothing
    assert unjudged == [
        "/users/{user_id}/activation",
        "/leads/export-ticket",
        "/me/calendar",
        "/notifications/stream-ticket",
    ]
    misplaced = [r.path for r in ROUTES if not r.keeps_key and (r.secrets or r.resource)]
    assert misplaced == []


def test_the_document_tells_which_secrets_a_repeat_lacks(http: Callable[..., Any]) -> None:
    paths = http().get("/openapi.json").json()["paths"]
    for path, secret in (("/v1/users", "activation.token"), ("/v1/webhooks", "secret")):
        [header] = [p for p in paths[path]["post"]["parameters"] if p["name"] == "Idempotency-Key"]
        assert f"null in {secret}" in header["description"]

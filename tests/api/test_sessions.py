"""Logging in, activating, changing passwords, and the sessions that come of it."""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import psycopg
import pytest
from argon2 import PasswordHasher

from tests.support.admitting import nothing_changes
from tests.support.asking import refused
from tests.support.races import at_once
from tests.support.school import PASSWORD

Http = Callable[..., httpx.Client]
Db = psycopg.Connection[Any]
NEW = "another horse battery staple"


@pytest.fixture
def with_password(db: Db, school: Any) -> None:
    """Ada and Tom can log in with the school's password."""
    hashed = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    for person in ("ada", "tom"):
        db.execute("select auth.set_password(%s, %s)", (school[person], hashed))


def log_in(client: httpx.Client, person: str, password: str = PASSWORD) -> httpx.Response:
    body = {"email": f"{person}@school.test", "password": password}
    return client.post("/v1/auth/login", json=body)


def bearer(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


@pytest.mark.usefixtures("with_password")
def test_a_session_lives_from_login_to_logout(http: Http, school: Any, db: Db) -> None:
    client = http()
    first = log_in(client, "ada")
    assert first.status_code == 200
    session = first.json()
    assert session.keys() == {"accessToken", "tokenType", "expiresAt", "user"}
    assert session["tokenType"] == "Bearer"
    assert session["expiresAt"].startswith("2027-03-08T09:00")
    assert (session["user"]["id"], session["user"]["role"]) == (school["ada"], "admin")
    assert "password" not in first.text.lower()
    assert len(session["accessToken"]) == 64
    stored = db.execute(
        "select count(*) from auth.sessions where token_hash = sha256(%s)",
        (session["accessToken"].encode(),),
    ).fetchone()
    assert stored == (1,), "only the token's hash is kept"
    body = {"email": "  ADA@school.TEST ", "password": PASSWORD}
    second = client.post("/v1/auth/login", json=body, headers={"User-Agent": "x" * 900})
    assert second.json()["accessToken"] != session["accessToken"]

    sessions = client.get("/v1/me/sessions", headers=bearer(second)).json()["items"]
    assert len(sessions) == 3  # the fixture's, too
    assert [s["current"] for s in sessions].count(True) == 1
    assert max(len(s["userAgent"] or "") for s in sessions) == 400
    assert session["accessToken"] not in str(sessions)

    assert client.get("/v1/me", headers=bearer(first)).json()["email"] == "ada@school.test"
    gone = client.post("/v1/auth/logout", headers=bearer(first))
    assert (gone.status_code, gone.content) == (204, b"")
    refused(client.get("/v1/me", headers=bearer(first)), 401, "unauthenticated")
    refused(client.post("/v1/auth/logout", headers=bearer(first)), 401, "unauthenticated")
    assert client.get("/v1/me", headers=bearer(second)).status_code == 200
    everywhere = client.post("/v1/auth/logout?everywhere=true", headers=bearer(second))
    assert everywhere.status_code == 204
    refused(http(school.token("ada")).get("/v1/me"), 401, "unauthenticated")
    assert http(school.token("tom")).get("/v1/me").status_code == 200


@pytest.mark.usefixtures("with_password")
def test_a_person_ends_one_of_their_sessions_and_nobody_elses(http: Http, school: Any) -> None:
    client = http()
    here, there = log_in(client, "ada"), log_in(client, "ada")
    mine = client.get("/v1/me/sessions", headers=bearer(here)).json()["items"]
    (present,) = (s["id"] for s in mine if s["current"])
    for stranger in ("root", "tom"):
        refused(http(school.token(stranger)).delete(f"/v1/me/sessions/{present}"), 404, "not_found")
    (other,) = (
        s["id"]
        for s in client.get("/v1/me/sessions", headers=bearer(there)).json()["items"]
        if s["current"]
    )
    gone = client.delete(f"/v1/me/sessions/{other}", headers=bearer(here))
    assert (gone.status_code, gone.content) == (204, b"")
    refused(client.get("/v1/me", headers=bearer(there)), 401, "unauthenticated")
    again = client.delete(f"/v1/me/sessions/{other}", headers=bearer(here))
    refused(again, 404, "not_found")
    assert client.get("/v1/me", headers=bearer(here)).status_code == 200
    assert client.delete(f"/v1/me/sessions/{present}", headers=bearer(here)).status_code == 204
    refused(client.get("/v1/me", headers=bearer(here)), 401, "unauthenticated")


@pytest.mark.usefixtures("with_password")
def test_a_session_ends_with_its_time_and_with_its_users_right(
    http: Http, school: Any, clock: Any
) -> None:
    client, root = http(), http(school.token("root"))
    first = log_in(client, "tom")
    clock.set("2027-03-08T08:59:59Z")
    assert client.get("/v1/me", headers=bearer(first)).status_code == 200
    clock.set("2027-03-08T09:00:00Z")
    refused(client.get("/v1/me", headers=bearer(first)), 401, "unauthenticated")
    # disabled: the session and the login end with the request that does it
    again = log_in(client, "ada")
    path = f"/v1/users/{school['ada']}"
    assert root.patch(path, json={"status": "disabled"}).status_code == 200
    refused(client.get("/v1/me", headers=bearer(again)), 401, "unauthenticated")
    refused(log_in(client, "ada"), 401, "invalid_credentials")
    assert root.patch(path, json={"status": "active"}).status_code == 200
    refused(client.get("/v1/me", headers=bearer(again)), 401, "unauthenticated")
    again = log_in(client, "ada")
    assert again.status_code == 200
    # another role: the sessions of the old one end
    assert root.patch(path, json={"role": "staff"}).status_code == 200
    refused(client.get("/v1/users", headers=bearer(again)), 401, "unauthenticated")
    staff = log_in(client, "ada")
    refused(client.get("/v1/access-requests", headers=bearer(staff)), 403, "forbidden")


def test_an_activation_token_sets_one_password_once(
    http: Http, school: Any, clock: Any, db: Db
) -> None:
    ada, client = http(school.token("ada")), http()
    made = ada.post(
        "/v1/users", json={"name": "New", "role": "teacher", "email": "new@school.test"}
    )
    assert made.status_code == 201
    old = made.json()["activation"]["token"]
    assert made.json()["activation"]["expiresAt"].startswith("2027-03-04T09:00")
    refused(log_in(client, "new"), 401, "invalid_credentials")
    renewed = ada.post(f"/v1/users/{made.json()['id']}/activation")
    assert renewed.status_code == 201
    token = renewed.json()["token"]

    def activate(token: str, password: str = PASSWORD) -> httpx.Response:
        return client.post("/v1/auth/activate", json={"token": token, "password": password})

    for unknown in (old, "x", "x" * 200, token + "x"):
        refused(activate(unknown), 401, "invalid_token")
    for weak in ("x", "eleven char", "x" * 257):
        refused(activate(token, weak), 422, "weak_password")
    refused(activate(token, ""), 400, "invalid_request")
    assert token not in str(db.execute("select * from auth.activation_tokens").fetchall())
    session = activate(token)
    assert session.status_code == 200
    assert client.get("/v1/me", headers=bearer(session)).json()["name"] == "New"
    refused(activate(token), 401, "invalid_token")
    assert log_in(client, "new").status_code == 200
    late = ada.post(f"/v1/users/{made.json()['id']}/activation").json()["token"]
    clock.set("2027-03-04T09:00:01Z")
    refused(activate(late), 401, "invalid_token")
    without = ada.post("/v1/users", json={"name": "Mute", "role": "student"})
    assert without.json()["activation"] is None
    answer = ada.post(f"/v1/users/{without.json()['id']}/activation")
    refused(answer, 409, "invalid_state")


@pytest.mark.usefixtures("with_password")
def test_a_new_password_ends_the_other_sessions(http: Http, school: Any, db: Db) -> None:
    client = http()
    here, elsewhere = bearer(log_in(client, "ada")), bearer(log_in(client, "ada"))

    def change(current: str, new: str, headers: dict[str, str]) -> httpx.Response:
        body = {"currentPassword": current, "newPassword": new}
        return client.post("/v1/auth/password", json=body, headers=headers)

    with nothing_changes(db, but=("auth.failed_attempts",)):
        refused(change("wrong", NEW, here), 422, "wrong_password")
        refused(change(PASSWORD, "short", here), 422, "weak_password")
        refused(change(PASSWORD, "x" * 257, here), 422, "weak_password")
        refused(change(PASSWORD, "", here), 400, "invalid_request")
        refused(change(PASSWORD, NEW, {}), 401, "unauthenticated")
    assert change(PASSWORD, NEW, here).status_code == 204
    assert client.get("/v1/me", headers=here).status_code == 200
    refused(client.get("/v1/me", headers=elsewhere), 401, "unauthenticated")
    refused(http(school.token("ada")).get("/v1/me"), 401, "unauthenticated")
    refused(log_in(client, "ada"), 401, "invalid_credentials")
    assert log_in(client, "ada", NEW).status_code == 200
    # 12 and 256 characters, whatever their bytes
    for n, length in ((0, 12), (1, 256)):
        now = "é" * length
        assert change(NEW if n == 0 else "é" * 12, now, here).status_code == 204
        assert log_in(client, "ada", now).status_code == 200


@pytest.mark.usefixtures("with_password")
def test_guessing_waits_longer_and_longer_but_not_for_ever(http: Http, db: Db, clock: Any) -> None:
    client = http()
    codes = [log_in(client, "ada", f"wrong password {n}").status_code for n in range(49)]
    assert codes == [401] * 5 + [429] * 44
    problem = refused(log_in(client, "ada"), 429, "too_many_requests")
    assert problem["retryAfter"] == 1
    # a later attempt is let through once; each failure doubles the wait, up to 15 minutes
    second, waits = 0, []
    for _ in range(12):
        clock.set(f"2027-03-01T{9 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z")
        db.execute("delete from auth.failed_attempts where kind = 'address'")
        answer = log_in(client, "ada", "wrong again")
        if answer.status_code == 429:
            waits.append(int(answer.headers["Retry-After"]))
            second += waits[-1]
            continue
        refused(answer, 401, "invalid_credentials")
    assert waits == [1, 2, 4, 8, 16, 32], waits
    # other accounts are not held up, and who knows the password gets in once the wait is over
    assert log_in(client, "tom").status_code == 200
    clock.set("2027-03-01T10:00:00Z")
    assert log_in(client, "ada").status_code == 200
    left = db.execute("select count(*) from auth.failed_attempts where kind = 'account'").fetchone()
    assert left == (0,)
    codes = [log_in(client, "ada", "wrong").status_code for _ in range(5)]
    assert codes == [401] * 5, "a success starts the count again"


@pytest.mark.usefixtures("with_password")
@pytest.mark.settings(failures_per_address=6, login_failures_free=0)
def test_an_address_has_its_own_limit(http: Http, clock: Any) -> None:
    client = http()
    codes = [log_in(client, f"nobody{n}", "wrong").status_code for n in range(8)]
    assert codes == [401] * 6 + [429] * 2
    problem = refused(log_in(client, "ada"), 429, "too_many_requests")
    assert problem["retryAfter"] == 900
    token = {"token": "unknown", "password": PASSWORD}
    refused(client.post("/v1/auth/activate", json=token), 429, "too_many_requests")
    clock.set("2027-03-01T09:15:00Z")
    assert log_in(client, "ada").status_code == 200


@pytest.mark.usefixtures("with_password")
@pytest.mark.settings(failures_per_address=0, login_failures_free=0, access_requests_per_hour=0)
def test_limits_of_zero_are_none(http: Http, db: Db) -> None:
    client = http()
    assert {log_in(client, "ada", "wrong").status_code for _ in range(20)} == {401}
    assert log_in(client, "ada").status_code == 200
    assert db.execute("select count(*) from auth.failed_attempts").fetchone() == (0,)
    for n in range(25):
        body = {"email": f"n{n}@x.test", "name": "N", "role": "student"}
        assert client.post("/v1/access-requests", json=body).status_code == 202


@pytest.mark.usefixtures("with_password")
@pytest.mark.settings(access_requests_per_hour=3)
def test_access_requests_are_limited_and_tell_nothing(http: Http, clock: Any, db: Db) -> None:
    client = http()

    def ask(email: str) -> httpx.Response:
        body = {"email": email, "name": "N", "role": "student"}
        return client.post("/v1/access-requests", json=body)

    answers = [ask(e) for e in ("new@x.test", "new@x.test", "ada@school.test")]
    assert [(a.status_code, a.content) for a in answers] == [(202, answers[0].content)] * 3
    assert answers[0].json() == {"status": "received"}
    assert db.execute("select count(*) from school.access_requests").fetchone() == (1,)
    refused(ask("other@x.test"), 429, "too_many_requests")
    clock.set("2027-03-01T10:00:01Z")
    assert ask("other@x.test").status_code == 202


@pytest.mark.usefixtures("with_password")
@pytest.mark.settings(failures_per_address=0, login_failures_free=0)
def test_an_unknown_email_answers_as_a_wrong_password_does(http: Http, school: Any, db: Db) -> None:
    client = http()
    # five kinds of people who cannot log in, and one who gives a wrong password
    db.execute("update school.users set status = 'disabled' where id = %s", (school["tom"],))
    times: dict[str, list[float]] = {"ada": [], "unknown": [], "tom": [], "sam": []}
    bodies = set()
    for _ in range(12):
        for person, took in times.items():
            started = time.perf_counter()
            answer = log_in(client, person, "wrong password")
            took.append(time.perf_counter() - started)
            problem = refused(answer, 401, "invalid_credentials")
            problem.pop("requestId")
            bodies.add(str(problem))
    assert len(bodies) == 1
    medians = {person: statistics.median(took) for person, took in times.items()}
    assert max(medians.values()) < 1.5 * min(medians.values()), medians
    assert min(medians.values()) > 0.005, "a hash was computed for each"


@pytest.mark.usefixtures("with_password")
def test_attempts_at_the_same_time_do_not_slip_through(http: Http) -> None:
    clients = [http() for _ in range(12)]
    answers = at_once(*(partial(log_in, client, "ada", "wrong") for client in clients))
    assert Counter(answer.status_code for answer in answers) == {401: 5, 429: 7}


@pytest.mark.usefixtures("with_password")
def test_a_hash_of_old_parameters_is_renewed_by_a_login(http: Http, school: Any, db: Db) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.execute("select auth.set_password(%s, %s)", (school["ada"], weak))
    assert log_in(http(), "ada").status_code == 200
    row = db.execute(
        "select password_hash from auth.credentials where user_id = %s", (school["ada"],)
    ).fetchone()
    assert row is not None
    assert row[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert log_in(http(), "ada").status_code == 200

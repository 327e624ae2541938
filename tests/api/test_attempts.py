"""Guessing: who is slowed, by what, and that nobody can shut another out."""

from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from argon2 import PasswordHasher

from api.addresses import networks
from api.http.passwords import Hasher
from tests.support.asking import refused
from tests.support.school import PASSWORD

Http = Callable[..., httpx.Client]
Db = psycopg.Connection[Any]
PROXIED = pytest.mark.settings(trusted_proxies=networks("127.0.0.0/8"))


@pytest.fixture
def with_password(db: Db, school: Any) -> None:
    """Ada can log in with the school's password; its hash is a cheap one."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    db.execute("select auth.set_password(%s, %s)", (school["ada"], cheap))


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the server hashed or verified, in order."""
    done: list[str] = []

    def noting(name: str) -> None:
        method = getattr(Hasher, name)

        async def noted(self: Hasher, *given: Any) -> Any:
            done.append(name)
            return await method(self, *given)

        monkeypatch.setattr(Hasher, name, noted)

    noting("hash")
    noting("verify")
    return done


def log_in(client: httpx.Client, password: str, address: str = "203.0.113.1") -> httpx.Response:
    return client.post(
        "/v1/auth/login",
        json={"email": "ada@school.test", "password": password},
        headers={"X-Forwarded-For": address},
    )


@PROXIED
@pytest.mark.usefixtures("with_password")
def test_wrong_passwords_from_anywhere_do_not_keep_the_owner_out(http: Http) -> None:
    client = http()
    for address in ("198.51.100.1", "198.51.100.2"):
        codes = [log_in(client, "wrong", address).status_code for _ in range(7)]
        assert codes == [401] * 5 + [429] * 2
    assert log_in(client, PASSWORD).status_code == 200


@PROXIED
@pytest.mark.settings(failures_per_address=3)
@pytest.mark.usefixtures("with_password")
def test_a_whole_network_is_one_who_tries_however_the_address_is_written(http: Http) -> None:
    client = http()
    for same in (
        [f"2001:db8:1:2::{n:x}" for n in range(1, 5)],
        ["192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1:4711", "[::ffff:192.0.2.1]:80"],
    ):
        codes = [log_in(client, "wrong", address).status_code for address in same]
        assert codes == [401, 401, 401, 429], same
    assert log_in(client, "wrong", "2001:db8:1:3::1").status_code == 401


@PROXIED
@pytest.mark.settings(login_failures_free=1, failures_per_address=0)
@pytest.mark.usefixtures("with_password")
def test_an_account_tried_from_everywhere_is_slowed_to_a_guess_a_second(
    http: Http, db: Db, clock: Any
) -> None:
    client = http()
    assert log_in(client, "wrong", "198.51.100.1").status_code == 401
    db.execute("update auth.failed_attempts set failures = 100 where kind = 'account_everywhere'")
    problem = refused(log_in(client, PASSWORD), 429, "too_many_requests")
    assert problem["retryAfter"] == 1
    clock.set("2027-03-01T09:00:01Z")
    # the refused attempt was counted from that network, which waits by itself
    assert log_in(client, PASSWORD, "203.0.113.9").status_code == 200
    clock.set("2027-03-02T09:00:02Z")
    assert log_in(client, "wrong", "198.51.100.2").status_code == 401
    left = db.execute(
        "select failures from auth.failed_attempts where kind = 'account_everywhere'"
    ).fetchone()
    assert left == (1,), "a day later it starts anew"


@pytest.mark.settings(failures_per_address=3)
def test_an_activation_counts_before_it_hashes(http: Http, hashed: list[str], db: Db) -> None:
    client = http()
    body = {"token": "unknown", "password": PASSWORD}
    codes = [client.post("/v1/auth/activate", json=body).status_code for _ in range(6)]
    assert codes == [401] * 3 + [429] * 3
    assert hashed == ["hash"] * 3


@pytest.mark.settings(failures_per_address=3)
def test_a_token_that_opens_is_no_failed_attempt(
    http: Http, school: Any, hashed: list[str], db: Db
) -> None:
    ada, client = http(school.token("ada")), http()
    for n in range(5):
        made = ada.post(
            "/v1/users", json={"name": "N", "role": "staff", "email": f"n{n}@school.test"}
        )
        body = {"token": made.json()["activation"]["token"], "password": PASSWORD}
        assert client.post("/v1/auth/activate", json=body).status_code == 200
    assert hashed == ["hash"] * 5
    body["token"] = "unknown"
    refused(client.post("/v1/auth/activate", json=body), 401, "invalid_token")


@pytest.mark.usefixtures("with_password")
def test_who_found_an_open_session_does_not_guess_the_password_on(
    http: Http, school: Any, hashed: list[str], db: Db
) -> None:
    ada = http(school.token("ada"))

    def change(current: str, new: str = "another long password") -> httpx.Response:
        body = {"currentPassword": current, "newPassword": new}
        return ada.post("/v1/auth/password", json=body)

    refused(change("wrong", "short"), 422, "weak_password")
    assert hashed == [], "what is too short is not worth a hash"
    codes = [change("wrong").status_code for _ in range(8)]
    assert codes == [422] * 5 + [429] * 3
    assert hashed == ["verify"] * 5
    problem = refused(change(PASSWORD), 429, "too_many_requests")
    assert problem["retryAfter"] == 1
    # a login from there is the same guess
    login = {"email": "ada@school.test", "password": PASSWORD}
    refused(http().post("/v1/auth/login", json=login), 429, "too_many_requests")
    db.execute("delete from auth.failed_attempts")
    assert change(PASSWORD).status_code == 204
    left = db.execute("select kind from auth.failed_attempts where failures > 0").fetchall()
    assert left == [], "the right one is no failed attempt"


@pytest.mark.settings(failures_per_address=0, login_failures_free=0)
@pytest.mark.parametrize(
    ("path", "bodies"),
    [
        (
            "/v1/auth/login",
            [
                {"email": "ada@school.test", "password": "wrong"},
                {"email": "nobody@school.test", "password": "wrong"},
            ],
        ),
        (
            "/v1/auth/activate",
            [
                {"token": "unknown", "password": PASSWORD},
                {"token": "past", "password": PASSWORD},
            ],
        ),
    ],
)
@pytest.mark.usefixtures("with_password")
def test_who_is_known_is_refused_with_the_same_hashing_as_who_is_not(
    http: Http, school: Any, hashed: list[str], db: Db, path: str, bodies: list[dict[str, str]]
) -> None:
    db.execute(
        "insert into auth.activation_tokens (token_hash, user_id, expires_at)"
        " values (auth.token_hash('past'), %s, '2027-02-28')",
        (school["ada"],),
    )
    client, works = http(), []
    for body in bodies:
        hashed.clear()
        assert client.post(path, json=body).status_code == 401
        works.append(list(hashed))
    assert works[0] == works[1] != []

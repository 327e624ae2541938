"""Reads go to a standby only where nobody can tell, and a standby that is gone costs nothing."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest

from api.database import reads
from api.settings import Settings
from tests.api.test_outages import everything_readable
from tests.support.asking import refused
from tests.support.effort import THOROUGH
from tests.support.owned import OwnServer, Standby
from tests.support.school import BUILT, bearer, open_session
from tests.support.servers import client_of, running_server
from tests.support.waiting import until

pytestmark = pytest.mark.promise("replica")
takes_long = pytest.mark.skipif(not THOROUGH, reason="takes long: OSTINATO_TEST_THOROUGH=1")


@pytest.fixture(scope="module")
def primary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path_factory.mktemp("primary"), durable=True)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def standby(primary: OwnServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standby]:
    server = Standby(tmp_path_factory.mktemp("standby"), primary)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def both(primary: OwnServer, standby: Standby) -> Settings:
    """The settings of a process that reads from the standby,"""
    return replace(primary.settings, replica_database_url=standby.settings.database_url)


@pytest.fixture(scope="module")
def processes(both: Settings) -> Iterator[tuple[str, str]]:
    with running_server(both) as one, running_server(both) as other:
        yield one.url, other.url


@pytest.fixture
def two(processes: tuple[str, str], primary: OwnServer, standby: Standby) -> tuple[str, str]:
    """The addresses of two processes, which both read from the standby."""
    standby.catch_up(primary)
    for url in processes:
        until(partial(reads_from_standby, url))
    return processes


@pytest.fixture
def patience(two: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the standby may be as late as it likes, for all that time tells."""
    monkeypatch.setattr(reads, "MARK_S", (0.0, 600.0))
    for url in two:
        instruments(url, "sid")
    monkeypatch.setattr(reads.Marks, "add", lambda *mark: None)


def outcomes(url: str) -> dict[str, int]:
    """What became of the reads that the standby could have answered."""
    text = httpx.get(f"{url}/metrics").text
    head = 'standby_reads_total{outcome="'
    found = [line.removeprefix(head) for line in text.splitlines() if line.startswith(head)]
    return {name: int(float(count)) for name, count in (line.split('"} ') for line in found)}


def instruments(url: str, person: str) -> set[str]:
    with client_of(url) as client:
        answer = client.get("/v1/instruments?limit=200", headers=bearer(person))
    assert answer.status_code == 200, answer.text
    return {item["name"] for item in answer.json()["items"]}


def make(url: str, name: str, person: str = "ada", **headers: str) -> None:
    with client_of(url) as client:
        answer = client.post(
            "/v1/instruments", json={"name": name}, headers={**bearer(person), **headers}
        )
    assert answer.status_code == 201, answer.text


def reads_from_standby(url: str) -> bool:
    """Whether a read made now is the standby's to answer."""
    before = outcomes(url)["answered"]
    instruments(url, "sid")
    return outcomes(url)["answered"] > before


@takes_long
def test_every_reading_route_answers_from_the_standby_as_from_the_primary(
    primary: OwnServer, both: Settings
) -> None:
    with running_server(primary.settings) as server:
        expected = everything_readable(server.url, primary.ids)
        assert outcomes(server.url) == {}, "nothing is said of a standby that is not there"
    with running_server(both) as server:
        until(lambda: reads_from_standby(server.url))
        assert everything_readable(server.url, primary.ids) == expected
        found = outcomes(server.url)
    # Of the answers, those of the streams are read from the primary.
    answered = list(expected.values()).count(200)
    assert found["answered"] >= answered - 3
    assert found["failed"] == 0
    assert found["refused"] > 0, "what the standby refuses is asked of the primary"


def test_what_a_session_wrote_it_reads_whichever_process_it_asks(
    two: tuple[str, str], patience: None, primary: OwnServer, standby: Standby
) -> None:
    one, other = two
    with standby.behind():
        make(one, "Zither")
        before = outcomes(other)
        assert "Zither" not in instruments(other, "sid"), "who wrote nothing reads from the standby"
        assert outcomes(other)["answered"] == before["answered"] + 1
        assert "Zither" in instruments(other, "ada")
        assert outcomes(other)["behind"] == before["behind"] + 1
    standby.catch_up(primary)
    behind = outcomes(other)["behind"]
    assert "Zither" in instruments(other, "ada")
    assert outcomes(other)["behind"] == behind, "what is replayed is read from the standby"


def test_nobody_reads_what_is_older_than_some_seconds(
    two: tuple[str, str], standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    with standby.behind():
        make(one, "Theorbo")
        behind = outcomes(other)["behind"]
        monkeypatch.setattr(reads, "MARK_S", (600.0, 600.0))
        assert "Theorbo" in instruments(other, "sid"), "no mark is old enough: it has to have all"
        monkeypatch.setattr(reads, "MARK_S", (0.0, 600.0))
        assert "Theorbo" not in instruments(other, "sid"), "the mark is from before the write"
        assert "Theorbo" in instruments(other, "sid"), "the mark is from after the write"
        assert outcomes(other)["behind"] == behind + 2


def test_a_repeated_write_and_a_new_password_are_noted_as_writes(
    two: tuple[str, str], primary: OwnServer
) -> None:
    noted = (
        "select s.last_write::text from auth.sessions as s"
        f" where s.token_hash = auth.token_hash('{BUILT.token('ada')}')"
    )
    found = [primary.value(noted)]
    for _ in range(2):
        make(two[0], "Virginal", **{"Idempotency-Key": "virginal"})
        found.append(primary.value(noted))
    with client_of(two[0]) as client:
        wrong = {"currentPassword": "not this one", "newPassword": "long enough for all"}
        answer = client.post("/v1/auth/password", json=wrong, headers=bearer("ada"))
        refused(answer, 422, "wrong_password")
    found.append(primary.value(noted))
    assert len(set(found)) == 4, found


@pytest.mark.parametrize("ended", ["logged out", "disabled", "another role", "by another session"])
def test_what_ends_a_session_acts_on_its_next_request(
    two: tuple[str, str], patience: None, primary: OwnServer, standby: Standby, ended: str
) -> None:
    one, other = two
    token, second = f"a-token-{ended}".replace(" ", "-"), f"second-{ended}".replace(" ", "-")
    # The teacher who is given another role has no classes.
    with client_of(one) as client:
        body = {"name": ended, "role": "teacher"}
        user = client.post("/v1/users", json=body, headers=bearer("ada")).json()["id"]
    with psycopg.connect(primary.owner, autocommit=True) as db:
        open_session(db, user, token)
        open_session(db, user, second)
    standby.catch_up(primary)
    with standby.behind(), client_of(other, token) as person:
        assert person.get("/v1/me").status_code == 200
        with client_of(one) as client:
            if ended == "logged out":
                answer = client.post(
                    "/v1/auth/logout", headers={"Authorization": f"Bearer {token}"}
                )
            elif ended == "by another session":
                answer = client.post(
                    "/v1/auth/logout?everywhere=true",
                    headers={"Authorization": f"Bearer {second}"},
                )
            else:
                change = {"status": "disabled"} if ended == "disabled" else {"role": "staff"}
                answer = client.patch(f"/v1/users/{user}", json=change, headers=bearer("ada"))
        assert answer.status_code in (200, 204), answer.text
        refused(person.get("/v1/me"), 401, "unauthenticated")
    standby.catch_up(primary)
    assert standby.value("select count(*) from auth.sessions") == primary.value(
        "select count(*) from auth.sessions"
    )


def test_a_session_that_the_standby_does_not_know_yet_is_served(
    two: tuple[str, str], patience: None, primary: OwnServer, standby: Standby
) -> None:
    before = outcomes(two[0])["refused"]
    with standby.behind():
        with psycopg.connect(primary.owner, autocommit=True) as db:
            open_session(db, primary.ids["sam"], "quite-new")
        with client_of(two[0], "quite-new") as client:
            assert client.get("/v1/me").json()["role"] == "staff"
        assert outcomes(two[0])["refused"] == before + 1


def test_files_come_from_the_standby_also_with_a_ticket(
    two: tuple[str, str], primary: OwnServer, standby: Standby
) -> None:
    before = outcomes(two[1])
    with client_of(two[0]) as one, client_of(two[1]) as other:
        whole = other.get("/v1/leads/export", headers=bearer("ada"))
        assert whole.status_code == 200
        made = one.post("/v1/leads/export-ticket", headers=bearer("ada"))
        standby.catch_up(primary)
        ticketed = other.get("/v1/leads/export?" + urlsplit(made.json()["url"]).query)
        assert ticketed.text == whole.text
    assert outcomes(two[1])["answered"] == before["answered"] + 2


def test_a_dead_standby_costs_no_request_and_is_read_from_again(
    two: tuple[str, str], primary: OwnServer, standby: Standby
) -> None:
    url = two[0]
    standby.kill()
    try:
        asked = time.monotonic()
        for _ in range(20):
            instruments(url, "sid")
        assert time.monotonic() - asked < 10
        assert not reads_from_standby(url)
        with client_of(url) as client:
            assert client.get("/readyz").status_code == 200
    finally:
        standby.start()
    standby.catch_up(primary)
    until(lambda: reads_from_standby(url))


@takes_long
def test_a_standby_that_hangs_costs_no_request(
    two: tuple[str, str], standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "REST_S", 6.0)
    url = two[0]
    with standby.hung():
        before = outcomes(url)
        for _ in range(10):
            assert instruments(url, "sid")
        after = outcomes(url)
        assert after["failed"] == before["failed"] + 1
        assert after["resting"] == before["resting"] + 9
    monkeypatch.undo()
    until(lambda: reads_from_standby(url))


def test_a_process_starts_without_its_standby(
    both: Settings, primary: OwnServer, standby: Standby
) -> None:
    standby.stop()
    try:
        with running_server(both) as server:
            assert instruments(server.url, "sid")
    finally:
        standby.start()


def test_a_server_that_is_no_standby_is_not_read_from(primary: OwnServer) -> None:
    own = replace(primary.settings, replica_database_url=primary.settings.database_url)
    with running_server(own) as server:
        assert instruments(server.url, "sid")
        assert outcomes(server.url)["behind"] == 1
        assert outcomes(server.url)["answered"] == 0


def test_a_standby_can_be_served_from_with_itself_as_the_standby(
    primary: OwnServer, standby: Standby
) -> None:
    own = replace(standby.settings, replica_database_url=standby.settings.database_url)
    with running_server(own) as server:
        assert instruments(server.url, "sid")
        assert set(outcomes(server.url).values()) == {0}

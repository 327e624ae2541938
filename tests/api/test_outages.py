"""What a client is told when the database cannot serve, and that all goes on when it can again."""

import io
import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest

from api import logs
from api.http.routes import ROUTES
from api.settings import Settings
from tests.api.test_resilience import Client, Db, failing, tries
from tests.support.admitting import nothing_changes
from tests.support.asking import refused
from tests.support.owned import OwnServer
from tests.support.races import at_once
from tests.support.school import School, bearer
from tests.support.servers import client_of, running_server
from tests.support.waiting import until

NOWHERE = "00000000-0000-4000-8000-000000000000"
MADE = {
    "lead_id": "sams",
    "course_id": "violin",
    "admission_id": "sid_admission",
    "user_id": "sid",
    "classroom_slot_id": "violin_monday",
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path_factory.mktemp("own"))
    yield server
    server.stop()


def everything_readable(url: str, ids: dict[str, str]) -> dict[tuple[str, str], int]:
    """The status of every GET there is, as three people, of what has these ids."""
    found = {}
    with client_of(url) as client:
        for person in ("root", "sam", "sid"):
            for route in ROUTES:
                if route.method == "GET":
                    path = re.sub(
                        r"{(\w+)}",
                        lambda m: ids.get(MADE.get(m[1], ""), NOWHERE),
                        route.path,
                    ).replace(f"/jobs/{NOWHERE}", "/jobs/purge")
                    with client.stream("GET", f"/v1{path}", headers=bearer(person)) as answer:
                        found[person, route.path] = answer.status_code
    return found


def nothing_can_be_written(url: str) -> None:
    with client_of(url) as client:
        for path, body, person in (
            ("/v1/instruments", {"name": "Cello"}, "ada"),
            ("/v1/notifications/read-all", None, "sam"),
            ("/v1/auth/logout", None, "una"),
            ("/v1/auth/login", {"email": "ada@x.test", "password": "wrong"}, None),
        ):
            given = {} if person is None else bearer(person)
            answer = client.post(path, json=body, headers=given)
            refused(answer, 503, "unavailable")
        keyed = {**bearer("ada"), "Idempotency-Key": "k"}
        refused(
            client.post("/v1/instruments", json={"name": "x"}, headers=keyed), 503, "unavailable"
        )


def test_after_a_stop_with_a_crowd_waiting_calls_succeed_again_within_five_seconds(
    own: OwnServer,
) -> None:
    with running_server(replace(own.settings, pool_max=1)) as server:

        def ask() -> int:
            answer = httpx.get(f"{server.url}/v1/me", headers=bearer("sam"), timeout=30)
            if answer.status_code != 200:
                refused(answer, 503, "unavailable")
            return answer.status_code

        def press(end: float) -> None:
            while time.monotonic() < end:
                assert ask() == 503

        assert ask() == 200
        own.stop()
        # Longer than the pool tries to reconnect, with more asking than it has ever let wait.
        at_once(*[partial(press, time.monotonic() + 4.5)] * 40)
        metrics = httpx.get(f"{server.url}/metrics").text
        queue = float(metrics.partition("\ndb_requests_waiting ")[2].split()[0])
        assert queue < 40, "those who gave up are not kept for ever"
        own.start()
        until(lambda: ask() == 200, 5)
        assert [ask() for _ in range(20)] == [200] * 20


def test_on_a_standby_everything_can_be_read_and_nothing_written(own: OwnServer) -> None:
    with running_server(own.settings) as server:
        before = everything_readable(server.url, own.ids)
    assert list(before.values()).count(200) > 90
    own.stop()
    signal = own.cluster / "standby.signal"
    signal.touch()
    signal.chmod(0o644)
    own.start()
    try:
        with running_server(own.settings) as server:
            assert everything_readable(server.url, own.ids) == before
            nothing_can_be_written(server.url)
    finally:
        own.stop()
        signal.unlink()
        own.start()


def test_on_a_server_set_to_read_only_everything_can_be_read_and_nothing_written(
    db: Db, school: School, settings: Settings
) -> None:
    with running_server(settings) as server:
        before = everything_readable(server.url, school.ids)
    db.execute(f"alter database {db.info.dbname} set default_transaction_read_only = on")
    with nothing_changes(db), running_server(settings) as server:
        assert everything_readable(server.url, school.ids) == before
        nothing_can_be_written(server.url)
    db.execute(f"alter database {db.info.dbname} reset default_transaction_read_only")


@pytest.mark.parametrize(
    "sqlstate", ["25006", "53000", "53100", "53200", "53300", "53400", "58030", "42883", "3F000"]
)
def test_a_server_that_is_short_of_something_is_unavailable_not_in_error(
    client: Client, db: Db, sqlstate: str
) -> None:
    failing(db, sqlstate, 1)
    with nothing_changes(db):
        refused(client("ada").post("/v1/instruments", json={"name": "y"}), 503, "unavailable")
    assert tries(db) == 1, "it is not run again"
    assert client("ada").post("/v1/instruments", json={"name": "y"}).status_code == 201


@pytest.mark.parametrize(
    ("away", "back"),
    [
        (
            "alter function api.list_instruments rename to gone",
            "alter function api.gone rename to list_instruments",
        ),
        ("alter schema api rename to gone", "alter schema gone rename to api"),
        ("alter function auth.enter rename to gone", "alter function auth.gone rename to enter"),
        (
            "alter function auth.require_session rename to gone",
            "alter function auth.gone rename to require_session",
        ),
    ],
)
def test_while_functions_are_missing_calls_are_unavailable_and_then_go_on(
    client: Client, db: Db, away: str, back: str
) -> None:
    ada = client("ada")
    assert ada.get("/v1/instruments").status_code == 200
    db.execute(away)
    refused(ada.get("/v1/instruments"), 503, "unavailable")
    assert ada.get("/healthz").status_code == 200
    db.execute(back)
    assert ada.get("/v1/instruments").status_code == 200


def test_a_storm_of_one_error_is_one_line_in_the_log(
    serve_processes: Callable[..., list[str]], school: School, db: Db, tmp_path: Path
) -> None:
    url = serve_processes(1)[0]
    with httpx.Client(base_url=url, headers=bearer("ada"), timeout=30) as ada:
        for sqlstate, status in (("53100", 503), ("P0001", 500)):
            failing(db, sqlstate, 30)
            for _ in range(30):
                assert ada.post("/v1/instruments", json={"name": "z"}).status_code == status
    (log,) = tmp_path.glob("serve-*.log")
    text = log.read_text(encoding="utf-8")
    assert text.count("the database cannot serve: 53100") == 1
    assert text.count("failed: P0001") == 1
    assert "Traceback" not in text


def test_a_storm_of_exceptions_is_one_traceback_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("api.logs.time.monotonic", lambda: now)
    shown = io.StringIO()
    handler = logging.StreamHandler(shown)
    handler.addFilter(logs.Calm())
    log = logging.Logger("storm")
    log.addHandler(handler)

    def fail(error: Exception) -> None:
        try:
            raise error
        except type(error):
            log.exception("request %s failed", "abc")

    for _ in range(100):
        fail(ValueError("one"))
    assert shown.getvalue().count("Traceback") == 1
    fail(KeyError("two"))
    log.warning("a plain line")
    log.warning("a plain line")
    assert shown.getvalue().count("Traceback") == 2, "another kind is shown"
    assert shown.getvalue().count("a plain line") == 2, "plain lines are not of a kind"
    now += 61
    fail(ValueError("one"))
    assert "request abc failed (and 99 more like it)" in shown.getvalue()

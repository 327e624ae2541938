"""The primary dies, its standby is promoted, and the same processes go on by themselves."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.support.effort import THOROUGH
from tests.support.listening import Listener
from tests.support.owned import OwnServer, Standby
from tests.support.promises import Figure
from tests.support.school import BUILT, bearer
from tests.support.servers import server_in_a_process
from tests.support.waiting import until


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path / "primary", durable=True)
    yield server
    server.stop()


@pytest.fixture
def standby(primary: OwnServer, tmp_path: Path) -> Iterator[Standby]:
    """A standby that every commit waits for, as nothing is lost then."""
    server = Standby(tmp_path / "standby", primary)
    with psycopg.connect(primary.owner, autocommit=True) as db:
        db.execute("alter system set synchronous_standby_names = '*'")
        db.execute("select pg_reload_conf()")
        until(
            lambda: primary.value(
                "select count(*) from pg_stat_replication where sync_state = 'sync'"
            )
        )
    yield server
    server.stop()


class Writer:
    """Makes one instrument after the other, and remembers which were acknowledged, and when."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.acknowledged: list[tuple[float, str]] = []
        self.refused: set[int] = set()

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join(timeout=60)

    def _write(self) -> None:
        count = 0
        with httpx.Client(base_url=self._url, headers=bearer("ada"), timeout=30) as client:
            while not self._stopped.wait(0.02):
                name = f"instrument {(count := count + 1)}"
                answer = client.post("/v1/instruments", json={"name": name})
                if answer.status_code == 201:
                    self.acknowledged.append((time.monotonic(), name))
                else:
                    self.refused.add(answer.status_code)

    def has_written_since(self, moment: float) -> bool:
        return bool(self.acknowledged) and self.acknowledged[-1][0] > moment


@pytest.mark.skipif(not THOROUGH, reason="takes long: OSTINATO_TEST_THOROUGH=1")
@pytest.mark.promise("replica")
def test_after_a_failover_all_goes_on_and_nothing_acknowledged_is_lost(
    primary: OwnServer, standby: Standby, tmp_path: Path, figure: Figure
) -> None:
    hosts = f"{primary.socket_folder},{standby.socket_folder}"

    def either(user: str) -> str:
        return make_conninfo(
            host=hosts, user=user, dbname="ostinato", target_session_attrs="read-write"
        )

    replica = make_conninfo(either("school_gateway"), target_session_attrs="standby")
    with (
        server_in_a_process(either, tmp_path, REPLICA_DATABASE_URL=replica) as url,
        Writer(url) as writer,
    ):
        until(lambda: writer.acknowledged)
        listener = Listener(url, BUILT.token("sam"), None)
        primary.kill()
        killed = time.monotonic()
        standby.value("select pg_promote()")
        promoted = time.monotonic()
        until(lambda: writer.has_written_since(promoted), 60)
        first = next(at for at, _ in writer.acknowledged if at > killed)
        figure.peak("ms until a write after the primary's death", 1000 * (first - killed))
        assert httpx.get(f"{url}/v1/instruments", headers=bearer("sid")).status_code == 200
        assert httpx.get(f"{url}/readyz").json() == {"status": "ready"}
        body = {"ownerId": primary.ids["sam"]}
        path = f"{url}/v1/leads/{primary.ids['unowned']}/assign"
        until(lambda: httpx.post(path, json=body, headers=bearer("ada")).status_code == 200)
        assert listener.next(60)["type"] == "lead.assigned"
        listener.close()
    assert writer.refused <= {503, 504}
    names = [name for _, name in writer.acknowledged]
    with psycopg.connect(standby.owner) as db:
        found = db.execute(
            "select count(*) from school.instruments where name = any (%s)", (names,)
        ).fetchone()
    assert found == (len(names),)
    figure.count("acknowledged across it, 0 lost", len(names))

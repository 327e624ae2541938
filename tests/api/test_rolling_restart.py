"""Two API processes behind a proxy are restarted one after the other, and no client notices."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.support.effort import REQUIRED, THOROUGH
from tests.support.proxy import HAPROXY, haproxy
from tests.support.school import Database, School, bearer
from tests.support.servers import free_port, server_in_a_process
from tests.support.waiting import until

CLIENTS = 3
PAUSE_S = 0.03
"""Between two requests of a client: the machine has to start a process meanwhile."""


class Load:
    """Clients that read and write by turns for as long as they may, and what they were told."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._press, args=(number,)) for number in range(CLIENTS)
        ]
        self.told: Counter[str] = Counter()
        self.made: list[str] = []

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _press(self, number: int) -> None:
        with httpx.Client(base_url=self._url, headers=bearer("ada"), timeout=30) as client:
            count = 0
            while not self._stopped.wait(PAUSE_S):
                count += 1
                name = f"{number}-{count}"
                try:
                    if count % 3:
                        answer = client.get("/v1/instruments")
                    else:
                        answer = client.post("/v1/instruments", json={"name": name})
                except httpx.TransportError as error:
                    self.told[type(error).__name__] += 1
                    continue
                self.told[str(answer.status_code)] += 1
                if answer.status_code == 201:
                    self.made.append(name)


def requests_of(url: str) -> bool:
    """Whether a process has answered a client through the proxy."""
    try:
        return '"/v1/instruments"' in httpx.get(f"{url}/metrics", timeout=5).text
    except httpx.TransportError:
        return False


@pytest.mark.skipif(not THOROUGH, reason="takes long: OSTINATO_TEST_THOROUGH=1")
@pytest.mark.skipif(
    HAPROXY is None and not REQUIRED, reason="needs haproxy (Debian: apt install haproxy)"
)
def test_a_rolling_restart_fails_no_request(
    conninfo: Callable[..., str], school: School, db: Database, tmp_path: Path
) -> None:
    ports = [str(free_port()) for _ in range(2)]
    with ExitStack() as proxied:
        running = [proxied.enter_context(ExitStack()) for _ in ports]

        def start(which: int) -> str:
            return running[which].enter_context(
                server_in_a_process(conninfo, tmp_path, PORT=ports[which], DRAIN_SECONDS="5")
            )

        urls = [start(which) for which in (0, 1)]
        proxy = proxied.enter_context(haproxy(tmp_path, urls))
        with Load(proxy) as load:
            for which in (0, 1):
                until(lambda: all(map(requests_of, urls)), 60)
                running[which].close()
                start(which)
            until(lambda: all(map(requests_of, urls)), 60)
    print(dict(load.told))
    assert load.told.keys() == {"200", "201"}, load.told
    assert len(load.made) > CLIENTS
    found = db.execute(
        "select count(*) from school.instruments where name = any (%s)", (load.made,)
    )
    assert found.fetchone() == (len(load.made),)

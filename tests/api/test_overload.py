"""Ten times as many requests as a process can serve: who is served, who is told, and afterwards.

Each call keeps a connection for a fixed time, so that what the process can serve does not depend on
the machine. The requests come at a fixed rate, whether or not those before were answered.
"""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.bench.load import answers
from tests.support.asking import refused
from tests.support.effort import rounds
from tests.support.promises import Figure
from tests.support.races import in_background
from tests.support.school import Database, School, bearer

CONNECTIONS, SECONDS_A_CALL = 2, 0.04
SECONDS = rounds(3, 20)
PATH = "/v1/operating-days"


@pytest.mark.promise("overload")
def test_ten_times_what_can_be_served_is_served_or_told_and_forgotten_soon(
    db: Database, school: School, serve_processes: Callable[..., list[str]], figure: Figure
) -> None:
    db.execute(
        "create or replace function api.list_operating_days() returns json language plpgsql stable"
        " set search_path = '' as $$ begin"
        f" perform pg_catalog.pg_sleep({SECONDS_A_CALL}); return '{{\"items\": []}}'; end $$"
    )
    url = serve_processes(1, POOL_MAX=str(CONNECTIONS))[0]
    request = [("GET", PATH, "")]
    alone = answers(url, school.token("sam"), request, seconds=2, clients=CONNECTIONS)
    assert alone["statuses"].keys() == {"200"}
    capacity = alone["statuses"]["200"] / alone["seconds"]

    storm = in_background(
        answers,
        url,
        school.token("sam"),
        request,
        seconds=SECONDS,
        clients=400,
        rate=10 * capacity,
    )
    with httpx.Client(base_url=url, timeout=30) as client:
        while not storm.done():
            began = time.monotonic()
            assert client.get("/healthz").status_code == 200
            figure.peak("ms for /healthz meanwhile", (time.monotonic() - began) * 1000)
            answer = client.get(PATH, headers=bearer("sam"))
            if answer.status_code != 200:
                refused(answer, 503, "unavailable")
        calm = since = time.monotonic()
        served = 0
        while served < 20:
            if client.get(PATH, headers=bearer("sam")).is_success:
                served += 1
            else:
                served, since = 0, time.monotonic()
            assert time.monotonic() < calm + 30, "it did not recover"
        figure.peak("s afterwards until everybody was served", since - calm)
    told = storm.result(0)
    statuses = told["statuses"]
    asked = sum(statuses.values())
    figure.count("a second served alone", round(capacity))
    figure.count("a second asked", round(asked / told["seconds"]))
    figure.count("a second served then", round(statuses["200"] / told["seconds"]))
    figure.count("told 503", statuses.get("503", 0))
    figure.count("answered otherwise", asked - statuses["200"] - statuses.get("503", 0))
    assert statuses.keys() == {"200", "503"}
    assert asked / told["seconds"] > 4 * capacity
    assert statuses["200"] / told["seconds"] > capacity / 3

"""LOG_FORMAT=json: every line of the log is one object that tells of which request it is."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from api.logs import REQUEST_ID, Objects
from tests.support.asking import one
from tests.support.school import Database, School
from tests.support.waiting import until


def lines(folder: Path) -> list[Any]:
    """The objects that the process has logged; everything but its first line must be one."""
    (log,) = folder.glob("serve-*.log")
    first, *others = log.read_text(encoding="utf-8").splitlines()
    assert first.startswith("Ostinato: http://")
    return [json.loads(line) for line in others]


def test_a_record_is_one_object_whatever_is_in_it() -> None:
    def formatted(**values: Any) -> Any:
        record = logging.makeLogRecord({"name": "a.b", "levelname": "ERROR", **values})
        text = Objects().format(record)
        assert "\n" not in text
        return json.loads(text)

    told = formatted(created=1_800_000_000.25, msg="first\nsecond %s", args=("ü",))
    assert told == {
        "time": "2027-01-15T08:00:00.250+00:00",
        "level": "error",
        "logger": "a.b",
        "message": "first\nsecond ü",
    }
    token = REQUEST_ID.set("mine")
    try:
        raise ValueError("lost")
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
        told = formatted(msg="it failed", kind=("some", 1), exc_info=info)
    finally:
        REQUEST_ID.reset(token)
    assert (told["requestId"], told["kind"]) == ("mine", ["some", 1])
    assert told["exception"].startswith("Traceback")
    assert told["exception"].endswith("ValueError: lost")


def test_a_storm_is_a_line_with_the_id_of_the_first_request(
    db: Database, school: School, serve_processes: Callable[..., list[str]], tmp_path: Path
) -> None:
    (url,) = serve_processes(1, LOG_FORMAT="json")
    db.execute(
        "create or replace function school.guard_nothing() returns trigger language plpgsql"
        " volatile security invoker set search_path = ''"
        " as $$ begin raise exception 'out of order'; end; $$"
    )
    db.execute(
        "create trigger nothing before insert on school.instruments"
        " for each row execute function school.guard_nothing()"
    )
    headers = {"Authorization": f"Bearer {school.token('ada')}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as ada:
        for number in range(20):
            sent = {"X-Request-Id": f"storm-{number}"}
            answer = ada.post("/v1/instruments", json={"name": "z"}, headers=sent)
            assert answer.status_code == 500
    (told,) = [line for line in lines(tmp_path) if "P0001" in line["message"]]
    assert (told["requestId"], told["level"]) == ("storm-0", "error")
    assert told["logger"] == "ostinato.gateway"
    assert told["kind"].startswith("failed P0001 PL/pgSQL function school.guard_nothing()")
    assert "exception" not in told


def test_lines_of_the_server_and_of_the_jobs_are_objects_too(
    db: Database, school: School, serve_processes: Callable[..., list[str]], tmp_path: Path
) -> None:
    serve_processes(1, LOG_FORMAT="json", SCHEDULER="jobs", WORKERS="2", LOG_LEVEL="debug")
    until(lambda: one(db, "select count(*) from jobs.runs where finished_at is not null") >= 6)
    told = until(lambda: [x for x in lines(tmp_path) if x["message"].startswith("job purge for ")])
    assert told[0]["requestId"].startswith("purge-")
    (started,) = [x for x in lines(tmp_path) if x["message"].startswith("Started parent process")]
    assert started["logger"] == "uvicorn.error"

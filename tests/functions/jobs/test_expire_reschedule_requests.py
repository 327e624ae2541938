"""The job that expires requests which nobody decided in time."""

from contextlib import ExitStack
from functools import partial
from typing import Any

import psycopg
import pytest

from tests.support.admitting import nothing_changes
from tests.support.asking import one
from tests.support.classrooms import ask, events, status
from tests.support.races import at_once, behind, code, outcome
from tests.support.school import Callers, Clock, Conninfo, Database, School

RUN = "select jobs.expire_reschedule_requests(%s)"
NOW = "select jobs.expire_reschedule_requests()"


def test_a_request_expires_when_its_class_or_the_wanted_one_begins(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    source = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    target = ask(call("sid"), db, school, "2027-03-24", "violin_friday", "2027-03-05")
    clock.set("2027-03-05T15:59:59+00:00")
    with nothing_changes(db):
        assert one(db, NOW) == 0
    clock.set("2027-03-05T16:00:00+00:00")
    assert one(db, NOW) == 1
    assert status(db, "reschedule_requests", target) == "expired"
    clock.set("2027-03-08T15:59:59+00:00")
    assert one(db, NOW) == 0
    clock.set("2027-03-08T16:00:00+00:00")
    assert one(db, NOW) == 1
    assert one(db, NOW) == 0
    read = call("sid")("get_reschedule_request", reschedule_request_id=source)
    assert (read["status"], read["decidedBy"]) == ("expired", None)
    assert events(db, source) == ["reschedule.requested"]
    # the class can be asked for again, were it to come
    kept = ask(call("sid"), db, school, "2027-03-24", "violin_friday", "2027-03-26")
    assert status(db, "reschedule_requests", kept) == "pending"


def test_another_date_is_judged_as_if_it_were_today_and_late_runs_catch_up(
    db: Database, school: School, call: Callers
) -> None:
    """As of a day that is not today, what lies before it has begun, and nothing of it itself."""
    first = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    second = ask(call("sid"), db, school, "2027-03-15", "violin_friday", "2027-03-19")
    with nothing_changes(db):
        assert one(db, RUN, "2027-03-08") == 0
        assert one(db, RUN, "2020-01-01") == 0
    assert one(db, RUN, "2027-04-01") == 2
    assert one(db, RUN, "2027-04-01") == 0
    for asked in (first, second):
        assert status(db, "reschedule_requests", asked) == "expired"


def test_decided_requests_stay_as_they_were_decided(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("reject_reschedule_request", reschedule_request_id=asked)
    with nothing_changes(db):
        assert one(db, RUN, "2028-01-01") == 0


@pytest.fixture
def two(db: Database, school: School, call: Callers) -> Any:
    """Two requests that wait for a decision."""
    return [
        ask(call("sid"), db, school, source, "violin_friday", target)
        for source, target in (("2027-03-08", "2027-03-12"), ("2027-03-15", "2027-03-19"))
    ]


def test_several_at_once_end_each_request_once(db: Database, two: Any, conninfo: Conninfo) -> None:
    with ExitStack() as stack:
        runs = [stack.enter_context(psycopg.connect(conninfo(), autocommit=True)) for _ in range(4)]
        made = at_once(*(partial(one, run, RUN, "2027-04-01") for run in runs))
    assert sum(made) == 2
    assert [status(db, "reschedule_requests", asked) for asked in two] == ["expired"] * 2


def test_a_decision_while_the_job_ends_the_request_comes_too_late(
    db: Database, two: Any, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo()) as job,
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
    ):
        assert one(job, RUN, "2027-04-01") == 2
        reject = ("ada", "reject_reschedule_request", {"reschedule_request_id": two[0]})
        deciding = behind(db, job, outcome, gateway, reject)
        job.commit()
        assert code(deciding.result(30)) == "already_decided"
    assert [status(db, "reschedule_requests", asked) for asked in two] == ["expired"] * 2


def test_a_request_that_is_being_decided_is_not_ended_by_the_job(
    db: Database, two: Any, conninfo: Conninfo
) -> None:
    with (
        psycopg.connect(conninfo("school_gateway")) as gateway,
        psycopg.connect(conninfo(), autocommit=True) as job,
    ):
        gateway.execute("select")
        reject = ("ada", "reject_reschedule_request", {"reschedule_request_id": two[0]})
        assert code(outcome(gateway, reject)) == "ok"
        ending = behind(db, gateway, one, job, RUN, "2027-04-01")
        gateway.commit()
        assert ending.result(30) == 1
    assert [status(db, "reschedule_requests", asked) for asked in two] == ["rejected", "expired"]

"""The job that expires requests which nobody decided in time."""

import threading

import psycopg

from tests.support.admitting import nothing_changes
from tests.support.classrooms import ask, at_once, events, one, status

RUN = "select jobs.expire_reschedule_requests(%s)"
NOW = "select jobs.expire_reschedule_requests()"


def test_a_request_expires_when_its_class_or_the_wanted_one_begins(db, school, call, clock):
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


def test_another_date_is_judged_as_if_it_were_today_and_late_runs_catch_up(db, school, call):
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


def test_decided_requests_stay_as_they_were_decided(db, school, call):
    asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("ada")("reject_reschedule_request", reschedule_request_id=asked)
    with nothing_changes(db):
        assert one(db, RUN, "2028-01-01") == 0


def test_two_at_once_and_a_decision_at_the_same_time_end_each_request_once(
    db, school, call, conninfo
):
    asked = [
        ask(call("sid"), db, school, source, "violin_friday", target)
        for source, target in (("2027-03-08", "2027-03-12"), ("2027-03-15", "2027-03-19"))
    ]
    made = []
    start = threading.Barrier(5)

    def run():
        with psycopg.connect(conninfo(), autocommit=True) as connection:
            start.wait(timeout=30)
            made.append(one(connection, RUN, "2027-04-01"))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    start.wait(timeout=30)
    (decision,) = at_once(
        conninfo,
        school,
        [("ada", "reject_reschedule_request", {"reschedule_request_id": asked[0]})],
    )
    for thread in threads:
        thread.join(timeout=30)
    assert decision in {"ok", "already_decided"}
    assert sum(made) == 2 - (decision == "ok")
    assert status(db, "reschedule_requests", asked[1]) == "expired"

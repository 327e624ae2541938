"""How much mail a person can make."""

from typing import Any

import pytest

from tests.support.asking import one, refusal
from tests.support.classrooms import ask, class_on
from tests.support.notices import told
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client


def letters(db: Database) -> Any:
    return one(
        db,
        "select count(*) from school.deliveries where type = 'reschedule.requested'"
        " and kind = 'email'",
    )


def ask_and_withdraw(db: Database, school: School, call: Callers) -> None:
    request = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("sid")("withdraw_reschedule_request", reschedule_request_id=request)


def test_asking_and_withdrawing_sends_no_mail_and_leaves_the_notifications(
    db: Database, school: School, call: Callers
) -> None:
    ask_and_withdraw(db, school, call)
    assert letters(db) == 0
    assert {name for name, *_ in told(db, "reschedule.requested")} == {"Ada", "Root", "Tom"}


@pytest.mark.parametrize("end", ["expired", "closed"])
def test_a_request_that_ends_by_itself_is_not_written_about_any_more(
    db: Database, school: School, call: Callers, end: str
) -> None:
    request = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    assert letters(db) == 3
    if end == "closed":
        call("ada")("cancel_admission", admission_id=school["sid_admission"])
    else:
        db.execute("select jobs.expire_reschedule_requests('2027-03-09')")
    row = "select status from school.reschedule_requests where id = %s"
    assert one(db, row, request) == end
    assert letters(db) == 0


def test_what_was_sent_before_stays_sent_and_a_decided_request_is_written_about(
    db: Database, school: School, call: Callers
) -> None:
    request = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    db.execute(
        "update school.deliveries set status = 'sent', sent_at = now(), body = null"
        " where address = 'tom@school.test' and type = 'reschedule.requested'"
    )
    call("ada")("approve_reschedule_request", reschedule_request_id=request)
    assert letters(db) == 3


def test_a_student_asks_twenty_times_a_day_and_is_then_told_to_wait(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    for _ in range(20):
        ask_and_withdraw(db, school, call)
    for person in ("sid", "sam"):
        refused = refusal(
            ask, call(person), db, school, "2027-03-08", "violin_friday", "2027-03-12"
        )
        assert refused.code == "too_many_requests"
        assert refused.members["retryAfter"] == 24 * 3600
    assert one(db, "select count(*) from school.reschedule_requests") == 20
    # others are not held up, nor is the school
    ask(call("una"), db, school, "2027-03-08", "piano_thursday", "2027-04-01", "una")
    asked = ask(call("ada"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
    call("sid")("withdraw_reschedule_request", reschedule_request_id=asked)
    clock.set("2027-03-02T09:00:00Z")
    ask_and_withdraw(db, school, call)


def test_over_http_one_request_too_many_says_when_to_come_back(
    db: Database, school: School, client: Client
) -> None:
    db.execute(
        "insert into auth.failed_attempts (kind, subject, failures, window_started_at,"
        " last_failed_at) values ('reschedule_request', %s, 20, school.clock(), school.clock())",
        (school["sid"],),
    )
    answer = client("sid").post(
        "/v1/reschedule-requests",
        json={
            "attendanceId": class_on(db, school, "sid", "2027-03-08"),
            "classroomSlotId": school["violin_friday"],
            "classDate": "2027-03-12",
        },
    )
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "86400"


def test_who_causes_more_than_a_person_does_causes_notifications_and_no_more_mail(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    def assigned(person: str, name: str) -> Any:
        """Return how many notifications and e-mails a new lead of this person makes."""
        call(person)(
            "create_lead",
            stage_id=school["stage_new"],
            name=name,
            follow_up_date="2027-03-05",
            phone="1",
            assigned_teacher_id=school["tom"],
        )
        event = "select id from school.notification_events order by sequence desc limit 1"
        return tuple(
            one(db, f"select count(*) from school.{table} where event_id = ({event})")
            for table in ("notifications", "deliveries")
        )

    assert assigned("sam", "First") == (1, 1)
    db.execute(
        "insert into school.notification_events (type, entity_type, entity_id, actor_user_id, day,"
        " created_at) select 'lead.assigned', 'lead', gen_random_uuid(), a.id, school.today(),"
        " school.clock() from unnest(%s::uuid[]) as a (id), generate_series(1, 300)",
        ([school["sam"], school["ada"]],),
    )
    assert assigned("sam", "One too many") == (1, 0)
    assert assigned("sue", "Another's") == (1, 1)
    assert assigned("ada", "An admin's") == (1, 1)
    clock.set("2027-03-02T09:00:01Z")
    assert assigned("sam", "The next day's") == (1, 1)

"""The outbox in the database: filled with its cause, claimed, reported, tried again, given up."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.support.asking import one
from tests.support.classrooms import ask
from tests.support.school import NOW, Callers, Clock, Conninfo, Database, Refusal, School

START = datetime.fromisoformat(NOW)

Outbox = Callable[..., list[Any]]


@pytest.fixture
def sender(school: School, conninfo: Conninfo) -> Iterator[Any]:
    with psycopg.connect(conninfo("school_sender"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def outbox(db: Database, school: School) -> Any:
    """Return ``outbox(columns, condition)``; what building the school left is cleared away."""
    db.execute("delete from school.deliveries")

    def read(columns: str = "type, address", condition: str = "true") -> list[Any]:
        query = f"select {columns} from school.deliveries as d where {condition} order by sequence"
        rows = db.execute(query).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    return read


def at(clock: Clock, **passed: float) -> None:
    clock.set((START + timedelta(**passed)).isoformat())


def mails(sender: Database, limit: int = 10) -> Any:
    return one(sender, "select jobs.claim_mails(%s, 60, 72)", limit)


def webhooks(sender: Database, limit: int = 10, per_endpoint: int = 10) -> Any:
    query = "select jobs.claim_webhooks(%s, %s, 60)"
    return one(sender, query, limit, per_endpoint)


def finish(
    sender: Database, claimed: Any, error: str | None = None, *, is_final: bool = False
) -> None:
    sender.execute(
        "select jobs.finish_delivery(%s, %s, %s, %s)",
        (claimed["id"], claimed["attempt"], error, is_final),
    )


def assign(call: Callers, school: School, lead: str = "sams", teacher: str = "tom") -> None:
    """Cause one event and one notification, the teacher's."""
    call("ada")(
        "assign_lead",
        lead_id=school[lead],
        assigned_teacher_id=school[teacher],
        present=["assigned_teacher_id"],
    )


def hook(call: Callers, **members: Any) -> Any:
    return call("root")("create_webhook", url="https://hooks.test/in", **members)


def emit(db: Database, type_: str, entity_id: str, **payload: Any) -> None:
    db.execute("select school.emit(%s, 'lead', %s, %s)", (type_, entity_id, Jsonb(payload or {})))


# --- what is written ---------------------------------------------------------------------------


def test_a_notification_is_written_as_an_email_in_the_transaction_of_its_cause(
    db: Database,
    school: School,
    call: Callers,
    conninfo: Conninfo,
    sender: Database,
    outbox: Outbox,
) -> None:
    assign(call, school)
    written = outbox("type, address, status, subject, body")
    assert written == [("lead.assigned", "tom@school.test", "pending", None, None)]
    [mail] = mails(sender)
    assert mail["subject"] == "A lead is yours: Sams"
    assert mail["body"].startswith("Hello Tom,\n\nThe lead Sams is now in your hands.\n")
    assert "{" not in mail["body"]
    assert outbox("subject, body") == [(mail["subject"], None)]
    with psycopg.connect(conninfo()) as other:
        emit(other, "lead.assigned", school["sues"], ownerId=school["sue"], leadName="Sues")
        other.rollback()
    assert len(outbox()) == 1


def test_who_cannot_be_written_to_or_does_not_want_it_gets_no_email(
    db: Database, school: School, call: Callers, outbox: Outbox
) -> None:
    def told() -> Any:
        found = outbox("address", "d.type = 'lead.assigned'")
        db.execute("delete from school.deliveries")
        return found

    def owner_told() -> Any:
        emit(db, "lead.assigned", one(db, "select gen_random_uuid()"),
             ownerId=school["sam"], leadName="X")  # fmt: skip
        return told()

    sam = call("sam")
    assert owner_told() == ["sam@school.test"]
    sam("update_my_settings", preferences={"emailNotifications": False}, present=["preferences"])
    assert owner_told() == []
    for wanting in ({}, {"emailNotifications": True}, {"emailNotifications": None}):
        sam("update_my_settings", preferences=wanting, present=["preferences"])
        assert owner_told() == ["sam@school.test"], wanting
    sam(
        "update_my_settings",
        muted_notification_types=["lead.assigned"],
        present=["muted_notification_types"],
    )
    assert owner_told() == []
    sam("update_my_settings", muted_notification_types=[], present=["muted_notification_types"])
    db.execute("update school.users set email = null where id = %s", (school["sam"],))
    assert owner_told() == []
    before = db.execute("select count(*) from school.notifications where recipient_user_id = %s",
                        (school["sam"],)).fetchone()  # fmt: skip
    assert before == (6,)  # the inbox knows no e-mail: all but the muted one, and one of the school


def test_one_email_per_event_and_person_also_when_notifications_are_derived_again(
    db: Database, school: School, call: Callers, clock: Clock, outbox: Outbox
) -> None:
    at(clock, days=1)
    assign(call, school)
    assert len(outbox()) == 1
    for passed in (1, 2):
        at(clock, days=passed)
        db.execute("delete from school.notifications")
        made = db.execute("select jobs.rebuild_notifications('2000-01-01')").fetchone()
        assert made is not None
        assert made[0] > 1
        assert len(outbox()) == 1


def test_the_text_is_in_the_best_language_there_is(
    db: Database, school: School, call: Callers, sender: Database, outbox: Outbox
) -> None:
    def subjects(address: str) -> list[str]:
        return [mail["subject"] for mail in mails(sender) if mail["address"] == address]

    db.execute(
        "insert into school.mail_templates (type, locale, subject, body) values"
        " ('lead.assigned', 'de', 'Ein Lead: {leadName}', 'Hallo {recipientName}!'),"
        " ('lead.assigned', 'fr', 'Un lead', 'Bonjour')"
    )
    for chosen, expected in (
        ("de-AT", "Ein Lead: Sams"),
        ("de", "Ein Lead: Sams"),
        ("it", "A lead is yours: Sams"),
        (None, "A lead is yours: Sams"),
    ):
        call("tom")("update_my_settings", locale=chosen, present=["locale"])
        assign(call, school)
        assign(call, school, teacher="tia")
        assert subjects("tom@school.test") == [expected]
        db.execute("delete from school.deliveries")
        # Another day: one notification per recipient, type, entity and day.
        db.execute("delete from school.notifications")
    db.execute("update school.school_settings set locale = 'fr'")
    assign(call, school)
    assert subjects("tom@school.test") == ["Un lead"]


def test_a_value_is_never_taken_for_a_placeholder_nor_breaks_the_subject(
    db: Database, school: School
) -> None:
    filled = db.execute(
        "select school.fill_in('{a} {b} {none}{ {1} {a', %s)", (Jsonb({"a": "{b}", "b": "\\1"}),)
    ).fetchone()
    assert filled == ("{b} \\1 { {1} {a",)
    (subject, _) = one(
        db,
        "select * from school.mail_text('lead.assigned', null, %s)",
        Jsonb({"leadName": "X\r\nBcc: all@school.test\t\x07"}),
    )
    assert subject == "A lead is yours: X Bcc: all@school.test"


def test_an_unknown_type_is_told_in_general_words(db: Database, school: School) -> None:
    (subject, body) = one(
        db,
        "select * from school.mail_text('new.type', null, %s)",
        Jsonb({"title": "News", "body": "Something", "recipientName": "Sam"}),
    )
    assert subject == "News"
    assert "Hello Sam,\n\nNews\nSomething\n" in body


def test_every_type_of_notification_has_an_english_template(db: Database, school: School) -> None:
    types = one(db, "select array_agg(type) from school.notification_types where is_mailed")
    written = one(db, "select array_agg(type) from school.mail_templates where locale = 'en'")
    assert set(types) | {"notice", "notices", "account.activation", "access.approved"} == set(
        written
    )


# --- one cause, one e-mail ---------------------------------------------------------------------


def hand_over(db: Database, school: School, count: int, owner: str = "sam") -> None:
    """Add so many leads of one owner by one statement."""
    db.execute(
        "insert into school.leads (stage_id, name, phone, follow_up_date, owner_id)"
        " select %s, 'Lead ' || lpad(n::text, 3, '0'), '1', '2027-03-05', %s"
        " from generate_series(1, %s) as n",
        (school["stage_new"], school[owner], count),
    )


def test_many_notices_of_one_cause_are_one_email_and_each_is_a_notice_and_a_webhook(
    db: Database, school: School, call: Callers, sender: Database, outbox: Outbox
) -> None:
    hook(call, event_types=["lead.assigned"])
    before = call("sam")("count_unread_notifications")["count"]
    hand_over(db, school, 60)
    assert outbox("kind", "d.kind = 'email'") == ["email"]
    assert len(outbox("kind", "d.kind = 'webhook'")) == 60
    assert call("sam")("count_unread_notifications")["count"] == before + 60
    [mail] = mails(sender)
    assert mail["address"] == "sam@school.test"
    assert mail["subject"] == "A lead is yours, and 59 more"
    head, *lines, last = mail["body"].partition("\n\n- ")[2].partition("\n\n")[0].split("\n")
    assert mail["body"].startswith("Hello Sam,\n\nthere are 60 notices for you:\n\n")
    assert {head, *(line.removeprefix("- ") for line in lines)} <= {
        f"A lead is yours: Lead {n:03}" for n in range(1, 61)
    }
    assert (1 + len(lines), last) == (50, "…")
    finish(sender, mail)
    assert mails(sender) == []


def test_what_one_transaction_does_in_several_statements_is_one_cause(
    db: Database,
    school: School,
    conninfo: Conninfo,
    sender: Database,
    outbox: Outbox,
) -> None:
    with psycopg.connect(conninfo()) as other:
        hand_over(other, school, 1)
        hand_over(other, school, 1, "sue")
        emit(other, "follow_up.due", school["unowned"])
        hand_over(other, school, 2)
    assert sorted(outbox("address")) == [
        f"{name}@school.test" for name in ("ada", "root", "sam", "sue")
    ]
    by_address = {mail["address"]: mail["subject"] for mail in mails(sender)}
    assert by_address["sue@school.test"] == "A lead is yours: Lead 001"
    assert by_address["sam@school.test"] == "A lead is yours, and 2 more"
    hand_over(db, school, 1)
    hand_over(db, school, 1)
    assert len(mails(sender)) == 2, "two causes"


def test_a_request_that_is_gone_is_left_out_of_an_email_that_tells_of_more(
    db: Database, school: School, call: Callers, sender: Database, outbox: Outbox
) -> None:
    with db.transaction():
        asked = ask(call("sid"), db, school, "2027-03-08", "violin_friday", "2027-03-12")
        hand_over(db, school, 1, "ada")
    # The gateway's transaction is another one: tie the request to the cause of the lead.
    db.execute(
        "update school.notifications as n set transaction_id = l.transaction_id"
        " from school.notifications as l where l.type = 'lead.assigned'"
        " and l.recipient_user_id = %s and n.type = 'reschedule.requested'"
        " and n.recipient_user_id = l.recipient_user_id",
        (school["ada"],),
    )
    db.execute(
        "delete from school.deliveries where type = 'lead.assigned' and recipient_user_id = %s",
        (school["ada"],),
    )
    call("sid")("withdraw_reschedule_request", reschedule_request_id=asked)
    assert outbox("address, type") == [("ada@school.test", "reschedule.requested")]
    [mail] = mails(sender)
    assert mail["subject"] == "A lead is yours: Lead 001"


def test_notices_made_again_are_written_to_nobody(
    db: Database, school: School, outbox: Outbox
) -> None:
    hand_over(db, school, 3)
    db.execute("delete from school.deliveries")
    db.execute("delete from school.notifications")
    db.execute("select jobs.rebuild_notifications('2000-01-01')")
    assert outbox() == []


def test_an_email_that_has_nothing_to_tell_of_is_sent_to_nobody(
    db: Database, school: School, sender: Database, outbox: Outbox
) -> None:
    hand_over(db, school, 1)
    db.execute("delete from school.notifications")
    assert mails(sender) == []
    assert outbox("status, last_error") == [("dead", "There is nothing to tell of any more.")]


# --- invitations -------------------------------------------------------------------------------


def test_an_invitation_carries_the_token_and_leaves_nothing_of_it_once_sent(
    db: Database,
    school: School,
    call: Callers,
    sender: Database,
    outbox: Outbox,
) -> None:
    answer = call("ada")("create_user", name="Neo", role="staff", email="neo@school.test")
    token = answer["activation"]["token"]
    [mail] = mails(sender)
    assert (mail["address"], mail["name"]) == ("neo@school.test", "Neo")
    assert token in mail["body"]
    assert "2027-03-04 09:00 UTC" in mail["body"]
    finish(sender, mail)
    [row] = outbox("to_json(d)")
    assert row["status"] == "sent"
    assert token not in str(row)
    assert (row["body"], row["activation_token_hash"]) == (None, None)


def test_an_approved_request_is_answered_by_email(
    db: Database,
    school: School,
    call: Callers,
    sender: Database,
    outbox: Outbox,
) -> None:
    call(None)("request_access", email="new@school.test", name="New", role="teacher")
    [request] = call("ada")("list_access_requests")["items"]
    assert sorted(outbox()) == [
        ("access.requested", "ada@school.test"),
        ("access.requested", "root@school.test"),
    ]
    approved = call("ada")("approve_access_request", access_request_id=request["id"])
    [(address, body)] = outbox("address, body", "d.type = 'access.approved'")
    assert address == "new@school.test"
    assert approved["activation"]["token"] in body


def test_an_invitation_not_sent_goes_with_its_token(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sender: Database,
    outbox: Outbox,
) -> None:
    first = call("ada")("create_user", name="Neo", role="staff", email="neo@school.test")
    second = call("ada")("create_activation", user_id=first["id"])
    [body] = outbox("body")
    assert second["token"] in body
    assert first["activation"]["token"] not in body
    at(clock, hours=72)
    assert mails(sender) == []
    assert outbox("status, last_error, body, activation_token_hash") == [
        ("dead", "The activation token is past.", None, None)
    ]


def test_nobody_but_the_owner_reads_texts_and_secrets(
    school: School, call: Callers, outbox: Outbox
) -> None:
    call("ada")("create_user", name="Neo", role="staff", email="neo@school.test")
    hook(call)
    for person in ("root", "ada", "sam", "sid"):
        for column, table in (
            ("body", "deliveries"),
            ("activation_token_hash", "deliveries"),
            ("secret", "webhook_endpoints"),
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                call(person).rows(f"select {column} from school.{table}")
    assert call("ada").rows("select address from school.deliveries") == [("neo@school.test",)]


# --- claiming and reporting --------------------------------------------------------------------


def test_what_is_claimed_is_nobody_elses_until_the_lease_runs_out(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sender: Database,
    conninfo: Conninfo,
    outbox: Outbox,
) -> None:
    for lead in ("sams", "sues"):
        assign(call, school, lead)
    with (
        psycopg.connect(conninfo("school_sender")) as first,
        psycopg.connect(conninfo("school_sender")) as second,
    ):
        # Two at once: neither waits, neither gets what the other holds.
        [one] = mails(first, limit=1)
        [other] = mails(second)
        assert one["id"] != other["id"]
    assert mails(sender) == []
    at(clock, seconds=61)
    again = mails(sender)
    assert [mail["id"] for mail in again] == sorted(
        (one["id"], other["id"]), key=[mail["id"] for mail in again].index
    )
    assert [mail["attempt"] for mail in again] == [2, 2]
    # The sender that was given up still counts when it was sent, and no more when it was not.
    finish(sender, one, "too late")
    finish(sender, other)
    assert sorted(outbox("status, coalesce(last_error, '')")) == [("pending", ""), ("sent", "")]


def test_failures_are_retried_with_growing_delay_and_end_dead(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sender: Database,
    outbox: Outbox,
) -> None:
    assign(call, school)
    waited, passed = [], timedelta()
    while outbox("status") == ["pending"]:
        [mail] = mails(sender)
        finish(sender, mail, "451 not now")
        (due,) = outbox("next_attempt_at")
        if outbox("status") == ["pending"]:
            delay = due - (START + passed)
            waited.append(delay.total_seconds() / 60)
            passed += delay - timedelta(seconds=1)
            at(clock, seconds=passed.total_seconds())
            assert mails(sender) == []
            passed += timedelta(seconds=1)
            at(clock, seconds=passed.total_seconds())
    assert waited == [1, 2, 4, 8, 16, 32, 64, 128, 256, *[360] * 6]
    assert outbox("status, attempts, last_error") == [("dead", 16, "451 not now")]
    assert outbox("body") == [None]
    at(clock, days=30)
    assert mails(sender) == []
    [dead] = call("ada")("list_deliveries", status="dead", kind="email")["items"]
    assert (dead["lastError"], dead["attempts"]) == ("451 not now", 16)
    for person in ("sam", "tom", "sid"):
        with pytest.raises(Refusal, match="forbidden"):
            call(person)("list_deliveries")


def test_a_sender_that_never_comes_back_uses_up_the_attempts(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sender: Database,
    outbox: Outbox,
) -> None:
    assign(call, school)
    for minute in range(20):
        at(clock, minutes=minute + minute)
        mails(sender)
    assert outbox("status, attempts, last_error") == [
        ("dead", 16, "The sender ended before it could tell.")
    ]


def test_a_dead_letter_is_sent_again_when_a_super_admin_says_so(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sender: Database,
    outbox: Outbox,
) -> None:
    assign(call, school)
    [mail] = mails(sender)
    finish(sender, mail, "550 no such user", is_final=True)
    assert outbox("status") == ["dead"]
    for person in ("ada", "sam"):
        with pytest.raises(Refusal, match="forbidden"):
            call(person)("retry_delivery", delivery_id=mail["id"])
    assert outbox("status") == ["dead"]
    retried = call("root")("retry_delivery", delivery_id=mail["id"])
    assert (retried["status"], retried["attempts"]) == ("pending", 0)
    with pytest.raises(Refusal, match="invalid_state"):
        call("root")("retry_delivery", delivery_id=mail["id"])
    [again] = mails(sender)
    assert again["body"] == mail["body"]
    finish(sender, again)
    assert outbox("status, body, last_error") == [("sent", None, None)]
    with pytest.raises(Refusal, match="not_found"):
        call("root")("retry_delivery", delivery_id=school["tom"])


def test_who_has_left_is_not_written_to_and_a_new_address_counts(
    db: Database,
    school: School,
    call: Callers,
    sender: Database,
    outbox: Outbox,
) -> None:
    assign(call, school, "sams", "tom")
    assign(call, school, "sues", "tia")
    db.execute("update school.users set email = 'tia@new.test' where id = %s", (school["tia"],))
    db.execute("update school.users set email = null where id = %s", (school["tom"],))
    [mail] = mails(sender)
    assert mail["address"] == "tia@new.test"
    assert outbox("address, status") == [("tom@school.test", "dead"), ("tia@new.test", "pending")]


# --- webhooks ----------------------------------------------------------------------------------


def test_events_go_to_the_webhooks_that_want_them(
    db: Database,
    school: School,
    call: Callers,
    sender: Database,
    outbox: Outbox,
) -> None:
    every = hook(call)
    some = hook(call, event_types=["lead.assigned"])
    other = hook(call, event_types=["follow_up.due"])
    idle = hook(call)
    call("root")("update_webhook", webhook_id=idle["id"], is_active=False, present=["is_active"])
    assign(call, school)
    assert set(outbox("endpoint_id::text", "d.kind = 'webhook'")) == {every["id"], some["id"]}
    assert other["eventTypes"] == ["follow_up.due"]
    claimed = webhooks(sender)
    assert {c["secret"] for c in claimed} == {every["secret"], some["secret"]}
    assert '"type": "lead.assigned"' in claimed[0]["body"]
    assert "recipients" not in claimed[0]["body"]


def test_an_endpoint_gets_the_events_of_an_entity_one_at_a_time_in_order(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sender: Database,
    outbox: Outbox,
) -> None:
    hook(call)
    for number in range(3):
        for lead in ("sams", "sues"):
            emit(db, "lead.assigned", school[lead], number=number)

    def numbers(claimed: Any) -> Any:
        return [
            (c["body"].partition('"number": ')[2][0], school["sams"] in c["body"]) for c in claimed
        ]

    first = webhooks(sender)
    assert numbers(first) == [("0", True), ("0", False)]
    assert webhooks(sender) == []  # the rest waits for what is under way
    finish(sender, first[1])
    finish(sender, first[0], "it answered 500")
    second = webhooks(sender)
    assert numbers(second) == [("1", False)]  # one entity waits, the other goes on
    at(clock, seconds=61)
    finish(sender, second[0])
    assert numbers(webhooks(sender)) == [("0", True), ("2", False)]


def test_a_dead_webhook_lets_the_later_ones_of_its_entity_go(
    db: Database, school: School, call: Callers, sender: Database
) -> None:
    hook(call)
    emit(db, "lead.assigned", school["sams"], number=1)
    emit(db, "lead.assigned", school["sams"], number=2)
    [first] = webhooks(sender)
    finish(sender, first, "gone", is_final=True)
    [second] = webhooks(sender)
    assert '"number": 2' in second["body"]


def test_a_slow_endpoint_does_not_hold_the_others_up(
    db: Database, school: School, call: Callers, sender: Database
) -> None:
    slow = hook(call)
    for name in ("sams", "sues", "fresh", "unowned"):
        emit(db, "lead.assigned", school[name])
    other = hook(call)
    emit(db, "lead.assigned", school["sams"])
    claimed = webhooks(sender, limit=3, per_endpoint=2)
    assert [c["secret"] for c in claimed].count(slow["secret"]) == 2
    assert [c["secret"] for c in claimed].count(other["secret"]) == 1


def test_webhooks_of_an_idle_endpoint_wait(
    db: Database, school: School, call: Callers, sender: Database
) -> None:
    mine = hook(call)
    emit(db, "lead.assigned", school["sams"])
    root = call("root")
    root("update_webhook", webhook_id=mine["id"], is_active=False, present=["is_active"])
    assert webhooks(sender) == []
    root("update_webhook", webhook_id=mine["id"], is_active=True, present=["is_active"])
    assert len(webhooks(sender)) == 1


def test_events_are_replayed_from_the_log_in_their_order(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sender: Database,
    outbox: Outbox,
) -> None:
    emit(db, "lead.assigned", school["sams"], number=1)
    at(clock, days=1)
    for number in (2, 3):
        emit(db, "lead.assigned", school["sams"], number=number)
    emit(db, "lead.assigned", school["sues"], number=9)
    mine = hook(call, event_types=["lead.assigned"])
    root = call("root")
    since = (START + timedelta(hours=1)).isoformat()
    made = root(
        "replay_webhook", webhook_id=mine["id"], entity_id=school["sams"], **{"from": since}
    )
    assert made == {"deliveries": 2}
    seen = []
    while claimed := webhooks(sender):
        seen += [c["body"].partition('"number": ')[2][0] for c in claimed]
        for c in claimed:
            finish(sender, c)
    assert seen == ["2", "3"]
    assert root("replay_webhook", webhook_id=mine["id"], **{"from": since}) == {"deliveries": 3}
    for person in ("ada", "sam", "sid"):
        with pytest.raises(Refusal, match="forbidden"):
            call(person)("replay_webhook", webhook_id=mine["id"], **{"from": since})
    with pytest.raises(Refusal, match="not_found"):
        root("replay_webhook", webhook_id=school["sam"], **{"from": since})


def test_only_super_admins_write_webhooks_and_the_secret_is_shown_once(
    db: Database, school: School, call: Callers, outbox: Outbox
) -> None:
    mine = hook(call)
    assert len(mine["secret"]) == 64
    root = call("root")
    for person in ("ada", "sam", "tom", "sid"):
        for function, members in (
            ("create_webhook", {"url": "https://x.test"}),
            ("update_webhook", {"webhook_id": mine["id"], "rotate_secret": True}),
            ("delete_webhook", {"webhook_id": mine["id"]}),
        ):
            with pytest.raises(Refusal, match="forbidden"):
                call(person)(function, **members)
    [listed] = call("ada")("list_webhooks")["items"]
    assert listed == {name: value for name, value in mine.items() if name != "secret"}
    kept = db.execute("select secret from school.webhook_endpoints").fetchone()
    assert kept == (mine["secret"],)
    changed = root("update_webhook", webhook_id=mine["id"], url="https://y.test", present=["url"])
    assert (changed["url"], "secret" in changed) == ("https://y.test", False)
    rotated = root("update_webhook", webhook_id=mine["id"], rotate_secret=True)
    assert rotated["secret"] != mine["secret"]
    assert rotated["url"] == "https://y.test"
    with pytest.raises(Refusal, match="version_mismatch"):
        root("update_webhook", webhook_id=mine["id"], rotate_secret=True, if_match=1)
    emit(db, "lead.assigned", school["sams"])
    assert len(outbox("id", "d.kind = 'webhook'")) == 1
    root("delete_webhook", webhook_id=mine["id"])
    assert outbox("id", "d.kind = 'webhook'") == []
    with pytest.raises(Refusal, match="not_found"):
        root("delete_webhook", webhook_id=mine["id"])


def test_what_was_sent_a_month_ago_is_purged_and_what_waits_is_not(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    sender: Database,
    outbox: Outbox,
) -> None:
    for lead, end in (("sams", None), ("sues", "no"), ("fresh", "wait")):
        assign(call, school, lead, "tia")
        [mail] = mails(sender)
        if end != "wait":
            finish(sender, mail, end, is_final=True)
    hook(call)
    emit(db, "lead.assigned", school["sams"])
    for days, left in ((29, 4), (31, 3), (89, 3), (91, 2)):
        at(clock, days=days)
        db.execute("select jobs.purge()")
        assert len(outbox("id")) == left, days
    # The e-mail that nobody sent was given up after a month, the webhook waits on.
    assert outbox("kind, status") == [("email", "dead"), ("webhook", "pending")]
    at(clock, days=125)
    db.execute("select jobs.purge()")
    assert outbox("kind, status") == [("webhook", "pending")]

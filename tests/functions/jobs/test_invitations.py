"""How long an activation token stands in the outbox: no longer than its sending."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.support.asking import one
from tests.support.school import Callers, Clock, Conninfo, Database, Refusal, School


@pytest.fixture
def gateway(school: School, conninfo: Conninfo) -> Iterator[Any]:
    with psycopg.connect(conninfo("school_sender"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def token(db: Database, school: School, call: Callers) -> Any:
    """The token of an invitation that waits, the only mail there is."""
    db.execute("delete from school.deliveries")
    neo = call("ada")("create_user", name="Neo", role="staff", email="neo@school.test")
    return neo["activation"]["token"]


def claimed(gateway: Database) -> Any:
    [mail] = one(gateway, "select jobs.claim_mails(10, 60, 72)")
    return mail


def refuse_for_good(db: Database, gateway: Database, call: Callers, clock: Clock) -> None:
    gateway.execute(
        "select jobs.finish_delivery(%s, 1, '550 no such user', true)", (claimed(gateway)["id"],)
    )


def expire(db: Database, gateway: Database, call: Callers, clock: Clock) -> None:
    clock.set("2027-03-04T09:00:01Z")
    assert gateway.execute("select jobs.claim_mails(10, 60, 72)").fetchone() == ([],)


def disable(db: Database, gateway: Database, call: Callers, clock: Clock) -> None:
    db.execute("update school.users set email = null where name = 'Neo'")


def give_up_by_hand(db: Database, gateway: Database, call: Callers, clock: Clock) -> None:
    db.execute("update school.deliveries set status = 'dead', last_error = 'too old'")


@pytest.mark.parametrize("end", [refuse_for_good, expire, disable, give_up_by_hand])
def test_an_invitation_that_is_given_up_keeps_no_token(
    db: Database,
    gateway: Database,
    call: Callers,
    clock: Clock,
    token: str,
    end: Callable[..., None],
) -> None:
    assert token in one(db, "select string_agg(d::text, '') from school.deliveries as d")
    end(db, gateway, call, clock)
    left = one(db, "select coalesce(string_agg(d::text, ''), '') from school.deliveries as d")
    assert token not in left
    assert gateway.execute("select jobs.claim_mails(10, 60, 72)").fetchone() == ([],)


def test_an_invitation_that_was_given_up_is_made_anew_not_sent_again(
    db: Database, gateway: Database, call: Callers, clock: Clock, token: str
) -> None:
    refuse_for_good(db, gateway, call, clock)
    delivery = one(db, "select id::text from school.deliveries")
    with pytest.raises(Refusal, match="invalid_state") as refused:
        call("root")("retry_delivery", delivery_id=delivery)
    assert "make another activation" in str(refused.value)
    neo = one(db, "select id::text from school.users where name = 'Neo'")
    again = call("ada")("create_activation", user_id=neo)["token"]
    assert one(db, "select count(*) from school.deliveries where status = 'pending'") == 1
    assert again in claimed(gateway)["body"]


@pytest.mark.unsound("a constraint is asked by the owner")
def test_no_path_leaves_a_token_behind_what_is_not_to_be_sent(db: Database, token: str) -> None:
    db.execute("alter table school.deliveries disable trigger forget_text")
    with pytest.raises(psycopg.errors.CheckViolation, match="invitation_has_a_text_while_it_waits"):
        db.execute("update school.deliveries set status = 'dead'")

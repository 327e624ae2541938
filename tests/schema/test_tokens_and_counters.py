"""What the migrations of tokens, counters and mail find in a school that has been used."""

import uuid
from typing import Any

import psycopg
import pytest
from psycopg import sql

from api.database import migrations
from tests.schema.conftest import quiet
from tests.support.asking import one
from tests.support.school import BUILT, Conninfo, Database

BEFORE = 13


@pytest.fixture
def owned(db: Database) -> Database:
    """A copied database, with the right of its owner that a copy lacks."""
    name = sql.Identifier(db.info.dbname)
    db.execute(sql.SQL("grant create on database {} to school_owner").format(name))
    return db


@pytest.fixture
def used(owned: Database, conninfo: Conninfo) -> Database:
    """A school as it was before, with the policies that let its owner see it."""
    db = owned
    migrations.rollback(conninfo(), BEFORE, quiet)
    for table in ("school.leads", "school.users", "auth.idempotency_keys"):
        db.execute(f"create policy owner_all on {table} for all to school_owner using (true)")
    db.execute("delete from school.deliveries")
    return db


def test_tokens_that_were_kept_and_leads_that_were_left_behind_are_gone(
    used: Database, conninfo: Conninfo
) -> None:
    db = used
    db.execute(
        "insert into auth.activation_tokens (token_hash, user_id, expires_at)"
        " values (sha256('a'), %s, '2200-01-01')",
        (BUILT["sue"],),
    )
    db.execute(
        "insert into school.deliveries (kind, type, entity_id, recipient_user_id, address, subject,"
        " body, status, activation_token_hash) values"
        " ('email', 'account.activation', %(sue)s, %(sue)s, 'x', 'x', 'secret', 'dead',"
        " sha256('a')),"
        " ('email', 'account.activation', %(sue)s, %(sue)s, 'x', 'x', 'waits', 'pending',"
        " sha256('a')),"
        " ('email', 'lead.assigned', %(sue)s, %(sue)s, 'x', 'x', 'text', 'dead', null)",
        {"sue": BUILT["sue"]},
    )
    db.execute("update school.users set role = 'student' where id = %s", (BUILT["sam"],))
    db.execute("update school.users set role = 'staff' where id = %s", (BUILT["tom"],))
    for path in ("/v1/users", f"/v1/users/{uuid.uuid4()}/activation", "/v1/leads"):
        db.execute(
            "insert into auth.idempotency_keys (user_id, method, path, key, body_sha256)"
            " values (%s, 'POST', %s, 'k', sha256('b'))",
            (BUILT["ada"], path),
        )
    migrations.migrate(conninfo(), quiet)
    assert one(db, "select array_agg(body order by sequence) from school.deliveries") == [
        None,
        "waits",
        None,
    ]
    assert one(db, "select count(*) from school.leads where owner_id = %s", BUILT["sam"]) == 0
    assert one(db, "select count(*) from school.leads where owner_id = %s", BUILT["sue"]) == 1
    left = "select count(*) from school.leads where assigned_teacher_id = %s"
    assert one(db, left, BUILT["tom"]) == 0
    assert one(db, "select array_agg(path) from auth.idempotency_keys") == ["/v1/leads"]
    assert one(db, "select pg_has_role('school_owner', 'pg_signal_backend', 'usage')")


def test_the_way_back_keeps_what_fits_the_older_school(owned: Any, conninfo: Conninfo) -> None:
    db = owned
    for kind in ("account", "account_everywhere", "reschedule_request"):
        db.execute("insert into auth.failed_attempts (kind, subject) values (%s, 'x')", (kind,))
    db.execute(
        "insert into auth.activation_tokens (token_hash, user_id, expires_at)"
        " values (sha256('a'), %s, '2200-01-01')",
        (BUILT["sue"],),
    )
    db.execute("delete from school.deliveries")
    for status, body, token in (("pending", "waits", b"a"), ("dead", None, None)):
        db.execute(
            "insert into school.deliveries (kind, type, entity_id, recipient_user_id, address,"
            " subject, body, status, activation_token_hash) values"
            " ('email', 'account.activation', %(sue)s, %(sue)s, 'x', 'x', %(body)s, %(status)s,"
            " sha256(%(token)s))",
            {"sue": BUILT["sue"], "status": status, "body": body, "token": token},
        )
    migrations.rollback(conninfo(), BEFORE, quiet)
    assert one(db, "select array_agg(kind) from auth.failed_attempts") == ["account"]
    assert one(db, "select array_agg(body order by sequence) from school.deliveries") == [
        "waits",
        "",
    ]
    with pytest.raises(psycopg.errors.CheckViolation):
        db.execute("insert into auth.failed_attempts (kind, subject) values ('other', 'x')")

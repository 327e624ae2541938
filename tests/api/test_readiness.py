"""Ready: what this process calls is there, nothing opens rows; two versions serve side by side."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from api.console.application import create_app
from api.database import migrations
from api.database.catalog import SIGNATURES, Signature, signatures_from
from api.database.startup import StartupError
from api.http import readiness
from api.settings import Settings
from tests.support.asking import refused
from tests.support.console import PROJECT

Db = psycopg.Connection[Any]
Http = Callable[..., httpx.Client]

OF_THE_OWNER = {"__main__.py", "code_layer.py", "migrations.py", "drift.py", "soundness.py"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog is judged at every call."""
    monkeypatch.setattr(readiness, "KEPT_S", 0.0)


def gauge(client: httpx.Client) -> str:
    found = re.search(r"^code_layer_differs (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert found is not None
    return found[1]


def definition(db: Db, function: str) -> str:
    row = db.execute(
        "select pg_get_functiondef(%s::regproc) || ';' || coalesce((select string_agg("
        "format('grant execute on function %%s to %%s', p.oid::regprocedure, a.grantee::regrole),"
        " ';') from pg_proc as p cross join aclexplode(p.proacl) as a where p.oid = %s::regproc),"
        " '')",
        (function, function),
    ).fetchone()
    assert row is not None
    return str(row[0])


def test_another_version_of_the_code_serves_and_is_told_of(http: Http, db: Db) -> None:
    nobody = http()
    assert nobody.get("/readyz").json() == {"status": "ready"}
    assert gauge(nobody) == "0.0"
    db.execute("update auth.code_layer set checksum = 'other'")
    db.execute(
        "create or replace function school.today() returns date language sql stable"
        " security invoker set search_path = '' as $$ select school.local_now()::date + 0 $$"
    )
    assert nobody.get("/readyz").status_code == 200
    assert gauge(nobody) == "1.0"


def test_a_function_that_is_gone_makes_a_process_unready_until_it_is_back(
    http: Http, db: Db
) -> None:
    nobody = http()
    for function in ("api.list_leads", "auth.claim_idempotency_key"):
        back = definition(db, function)
        assert nobody.get("/readyz").status_code == 200
        db.execute(f"drop function {function}".encode())
        refused(nobody.get("/readyz"), 503, "unavailable")
        assert nobody.get("/healthz").status_code == 200
        db.execute(back.encode())
        assert nobody.get("/readyz").status_code == 200


def test_a_database_without_the_code_layer_is_not_ready(http: Http, db: Db) -> None:
    db.execute("drop function auth.installed()")
    refused(http().get("/readyz"), 503, "unavailable")


def test_a_function_that_takes_something_more_serves_old_processes(
    http: Http, client: Callable[[str], httpx.Client], db: Db
) -> None:
    ada = client("ada")
    assert ada.get("/v1/instruments").status_code == 200
    old = definition(db, "api.create_instrument")
    db.execute("drop function api.create_instrument")
    old = old.partition(";grant")[0]
    named = "p_name api.name_text"
    assert named in old
    db.execute(old.replace(named, f"{named}, p_colour text DEFAULT 'none'", 1).encode())
    db.execute("grant execute on function api.create_instrument to school_admin")
    assert http().get("/readyz").status_code == 200
    assert ada.post("/v1/instruments", json={"name": "Harp"}).status_code == 201
    db.execute("drop function api.create_instrument")
    db.execute(old.replace(named, f"{named}, p_colour text", 1).encode())
    refused(http().get("/readyz"), 503, "unavailable")


# What processes of 0.1.0 call by names that newer ones do not know: their signatures, as they were.
EARLIER = {
    "auth.notice_key": Signature((), "pg_catalog.text", True, True),
    "jobs.lead": Signature(
        (("p_holder", "pg_catalog.uuid", False), ("p_seconds", "pg_catalog.int4", False)),
        "pg_catalog.bool",
        False,
        True,
    ),
    "jobs.resign": Signature(
        (("p_holder", "pg_catalog.uuid", False),), "pg_catalog.void", False, True
    ),
}


def test_processes_of_the_release_before_find_what_they_call_and_share_the_lease(
    db: Db, conninfo: Callable[..., str]
) -> None:
    row = db.execute(SIGNATURES).fetchone()
    assert row is not None
    found = signatures_from(row[0])
    assert [name for name, known in EARLIER.items() if not known.fits(found.get(name))] == []
    old, new = (str(uuid.uuid4()) for _ in range(2))
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:

        def ask(call: LiteralString, *values: str) -> object:
            return gateway.execute(f"select {call}", values).fetchall()[0][0]

        assert ask("jobs.lead(%s, 30)", old) is True
        assert ask("jobs.hold_lease(%s, 30)", new) is False
        ask("jobs.resign(%s)", old)
        assert ask("jobs.hold_lease(%s, 30)", new) is True
        assert ask("jobs.lead(%s, 30)", old) is False
        ask("jobs.give_up_lease(%s)", new)
        assert ask("jobs.lead(%s, 30)", old) is True
        assert ask("auth.notice_key()") == ask("auth.channel_key()")


def test_what_a_planned_call_fits() -> None:
    planned = Signature((("p_a", "t", False), ("p_b", "u", True)), "r", True, False)
    fitting = [
        planned,
        replace(planned, parameters=(("p_a", "t", True), ("p_b", "u", True))),
        replace(planned, parameters=(("p_a", "t", False), ("p_c", "t", True), ("p_b", "u", True))),
    ]
    not_fitting = [
        None,
        replace(planned, returns="other"),
        replace(planned, is_stable=False),
        replace(planned, parameters=planned.parameters[:1]),
        replace(planned, parameters=(("p_a", "other", False), ("p_b", "u", True))),
        replace(planned, parameters=(("p_a", "t", False), ("p_b", "u", False))),
        replace(planned, parameters=(*planned.parameters, ("p_c", "t", False))),
    ]
    assert [planned.fits(found) for found in fitting] == [True] * len(fitting)
    assert [planned.fits(found) for found in not_fitting] == [False] * len(not_fitting)
    by_place = replace(planned, is_positional=True)
    assert not by_place.fits(replace(fitting[2], is_positional=True))


@pytest.mark.parametrize(
    "change",
    [
        "alter table school.leads disable row level security",
        "alter table school.users no force row level security",
        "alter policy select_staff on school.leads using (true)",
        "drop policy select_staff on school.admissions",
        "create policy aside on school.leads for select to school_staff using (true)",
        "alter policy owner_all on auth.sessions to school_owner, school_student",
        "create table school.aside ()",
        "alter view api.lead reset (security_invoker)",
    ],
)
def test_what_opens_rows_makes_every_process_unready(http: Http, db: Db, change: str) -> None:
    nobody = http()
    assert nobody.get("/readyz").status_code == 200
    with db.transaction(force_rollback=True):
        db.execute(change.encode())
    assert nobody.get("/readyz").status_code == 200
    db.execute(change.encode())
    answer = nobody.get("/readyz")
    refused(answer, 503, "unavailable")
    assert "leads" not in answer.text


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ("alter role school_staff bypassrls", "alter role school_staff nobypassrls"),
        ("grant school_owner to school_teacher", "revoke school_owner from school_teacher"),
    ],
)
def test_a_role_that_goes_past_the_policies_makes_every_process_unready(
    http: Http, db: Db, change: str, back: str
) -> None:
    nobody = http()
    db.execute(change.encode())
    try:
        refused(nobody.get("/readyz"), 503, "unavailable")
    finally:
        db.execute(back.encode())
    assert nobody.get("/readyz").status_code == 200


def test_every_role_of_ours_is_asked_and_the_login_that_migrates_is_not(db: Db) -> None:
    ours = db.execute("select rolname from pg_roles where rolname ~ '^school_'").fetchall()
    assert len(ours) >= 11
    for (role,) in ours:
        with db.transaction(force_rollback=True):
            db.execute(f"alter role {role} bypassrls".encode())
            found = db.execute("select auth.open_rows()").fetchone()
        assert found == ([f"role {role} goes past row security"],)
    with db.transaction(force_rollback=True):
        db.execute("create role school_dba login createrole in role school_owner")
        assert db.execute("select auth.open_rows()").fetchone() == ([],)


def test_a_read_only_server_is_ready_and_says_so(http: Http, db: Db) -> None:
    nobody = http()
    assert nobody.get("/readyz").json() == {"status": "ready"}
    db.execute(f'alter database "{db.info.dbname}" set default_transaction_read_only = on'.encode())
    ended = db.execute(
        "select pid, pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where usename = 'school_gateway' and datname = current_database()"
    ).fetchall()
    assert all(is_gone for _, is_gone in ended)
    answer = nobody.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "read_only": True})


def test_a_new_process_starts_on_another_version_as_long_as_all_it_calls_is_there(
    settings: Settings, db: Db, caplog: pytest.LogCaptureFixture
) -> None:
    db.execute("update auth.code_layer set checksum = 'other'")
    db.execute("insert into auth.migration_checksums values ('9000.later', 'x')")
    create_app(settings)
    assert "the code layer differs from this checkout's" in caplog.messages
    assert "9000.later is unknown" in caplog.messages
    gateway = settings.database_url or ""
    assert migrations.standing_of(migrations.gateway_installed(gateway)).refusals == ()
    db.execute("delete from auth.migration_checksums where migration_id ~ '^0002'")
    (refusal,) = migrations.standing_of(migrations.gateway_installed(gateway)).refusals
    assert re.fullmatch(r"0002\.\S+ is pending", refusal)
    db.execute("drop function api.list_leads")
    with pytest.raises(StartupError, match=r"there is no function api\.list_leads"):
        create_app(settings)


def test_every_function_that_python_calls_by_name_is_asked_for() -> None:
    called = set()
    for path in (Path(PROJECT) / "api").rglob("*.py"):
        if path.parent.name != "console" and path.name not in OF_THE_OWNER:
            called |= set(re.findall(r"\b((?:auth|jobs)\.\w+)\(", path.read_text(encoding="utf-8")))
    assert called == set(readiness.BARE)

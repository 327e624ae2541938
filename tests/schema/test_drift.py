"""What was changed by hand is named by status, and healed by migrate where that can be done."""

import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.database import checkout, drift, embedded, migrations
from tests.schema.conftest import quiet
from tests.support.servers import OUTSIDE_SERVER

Owner = Callable[[], psycopg.Connection[Any]]

# Each change, and the lines that name it.
HEALED: dict[str, list[str]] = {
    "alter table school.leads disable row level security": [
        "row security: school.leads is changed"
    ],
    "alter table school.users no force row level security": [
        "row security: school.users is changed"
    ],
    "drop policy select_staff on school.leads": ["policy: select_staff on school.leads is missing"],
    "create policy open on school.admissions for select to school_staff using (true)": [
        "policy: open on school.admissions is added"
    ],
    "alter policy select_teacher on school.leads using (true)": [
        "policy: select_teacher on school.leads is changed"
    ],
    "alter policy owner_all on auth.sessions to school_owner, school_staff": [
        "policy: owner_all on auth.sessions is changed"
    ],
    "create or replace function school.today() returns date language sql stable"
    " security invoker set search_path = '' as 'select current_date'": [
        "function: school.today() is changed"
    ],
    "alter function auth.user_id() security invoker": ["function: auth.user_id() is changed"],
    "alter function auth.role() reset search_path": ["function: auth.role() is changed"],
    "alter function school.touch() owner to postgres": [
        "function: school.touch() is changed",
    ],
    "drop function school.hhmm(time) cascade": ["function: school.hhmm("],
    "create function api.backdoor() returns text language sql as 'select ''x'''": [
        "function: api.backdoor() is added"
    ],
    "grant execute on function auth.grant_sql(text, text, text, boolean) to public": [
        "right on function: auth.grant_sql(text,text,text,boolean) of public is added"
    ],
    "revoke execute on function api.get_me() from school_staff": [
        "right on function: api.get_me() of school_staff is missing"
    ],
    "grant truncate on school.lead_tags to school_staff": [
        "right on relation: school.lead_tags of school_staff is changed"
    ],
    "grant select on school.leads to public": [
        "right on relation: school.leads of public is added"
    ],
    "grant select (token_hash) on auth.sessions to school_student": [
        "right on relation: auth.sessions of school_student is added"
    ],
    "grant create on schema school to school_staff": [
        "right on schema: school of school_staff is changed"
    ],
    "grant usage on schema trigrams to school_staff": [
        "right on schema: trigrams of school_staff is added"
    ],
    "create view school.aside as select 1 as one": ["view: school.aside is added"],
    "alter view school.lead_sight reset (security_invoker)": ["view: school.lead_sight is changed"],
    "revoke usage on schema api from school_student": [
        "right on schema: api of school_student is missing"
    ],
    "alter table school.leads disable trigger guard_lead_state": [
        "trigger: guard_lead_state on school.leads is changed"
    ],
    "drop trigger append_only on school.attendance_history": [
        "trigger: append_only on school.attendance_history is missing"
    ],
    "create trigger zz before update on school.users for each row"
    " execute function school.touch()": ["trigger: zz on school.users is added"],
    "alter table school.attendance disable trigger all": [
        "constraint: attendance_classroom_slot_id_fkey on school.attendance is changed",
        "trigger: audit_attendance on school.attendance is changed",
    ],
    "alter view api.lead reset (security_invoker)": ["view: api.lead is changed"],
    "alter domain api.page_limit add constraint zz check (value < 7)": [
        "type: api.page_limit is changed"
    ],
    "alter domain api.page_limit owner to postgres": ["type: api.page_limit is changed"],
    "grant temporary on database {database} to public": [
        "right on database: database of public is added"
    ],
    "revoke create on database {database} from school_owner": [
        "right on database: database of school_owner is missing"
    ],
}
NOT_HEALED: dict[str, list[str]] = {
    "alter table school.leads add column secret text": ["column: school.leads.secret is added"],
    "alter table school.leads alter column name drop not null": [
        "column: school.leads.name is changed"
    ],
    "alter table school.leads alter column created_at drop default": [
        "column: school.leads.created_at is changed"
    ],
    "alter table jobs.runs alter column rows_made type bigint": [
        "column: jobs.runs.rows_made is changed"
    ],
    "drop extension pg_trgm cascade": [
        "extension: pg_trgm is missing",
        "index: school.leads_by_search_text is missing",
    ],
    "drop index school.leads_by_owner": ["index: school.leads_by_owner is missing"],
    "create index by_hand on school.leads (email)": ["index: school.by_hand is added"],
    "alter table school.attendance drop constraint ends_after_it_starts": [
        "constraint: ends_after_it_starts on school.attendance is missing"
    ],
    "create table school.aside ()": ["table: school.aside is added"],
    "create rule nothing as on delete to school.lead_tags do instead nothing": [
        "rule: nothing on school.lead_tags is added"
    ],
    "create statistics school.telling on email, phone from school.leads": [
        "statistics: school.telling is added"
    ],
    "alter role school_staff bypassrls": ["role: school_staff is changed"],
    "grant school_admin to school_teacher": ["membership: school_teacher in school_admin is added"],
    "alter default privileges for role school_owner grant execute on functions to public": [
        "default right: school_owner f is "
    ],
}


def changed(connection: psycopg.Connection[Any], change: str) -> list[str]:
    """The lines that name a change, which is taken back."""
    with connection.transaction(force_rollback=True):
        apply(connection, change)
        return [str(line) for line in drift.compare(connection).differences]


def apply(connection: psycopg.Connection[Any], change: str) -> None:
    database = sql.Identifier(connection.info.dbname).as_string()
    connection.execute(change.replace("{database}", database).encode())


def test_after_migrate_nothing_differs_and_a_second_run_does_nothing(
    migrated: str, owner: Owner
) -> None:
    said: list[str] = []
    with owner() as connection:
        number = "select 'school.today()'::regprocedure::oid"
        before = connection.execute(number).fetchone()
        assert migrations.migrate(migrated, said.append).differences == []
        assert said == []
        assert connection.execute(number).fetchone() == before
        assert migrations.migrate(migrated, said.append, force=True).differences == []
        assert connection.execute(number).fetchone() != before


def test_each_change_by_hand_is_named_alone(owner: Owner) -> None:
    with owner() as connection:
        assert drift.compare(connection).differences == []
        for change, expected in (HEALED | NOT_HEALED).items():
            named = changed(connection, change)
            assert named, change
            for line in expected:
                assert any(found.startswith(line) for found in named), (change, named)
        assert drift.compare(connection).differences == []


def test_migrate_heals_what_can_be_healed_and_says_so_line_by_line(
    migrated: str, owner: Owner
) -> None:
    said: list[str] = []
    with owner() as connection:
        for change in HEALED:
            if "drop function" not in change and "disable trigger all" not in change:
                apply(connection, change)
        apply(connection, "alter table school.attendance disable trigger all")
        before = drift.compare(connection).differences
        assert migrations.migrate(migrated, said.append).differences == []
        assert drift.compare(connection).differences == []
    for difference in before:
        line = f"healed: {difference.kind}: {difference.name} was {difference.how}"
        assert line in said


def test_what_cannot_be_healed_stays_named_until_it_is_put_right_or_accepted(
    migrated: str, owner: Owner
) -> None:
    said: list[str] = []
    line = "index: school.by_hand is added"
    with owner() as connection:
        connection.execute("create index by_hand on school.leads (area)")
        connection.execute("alter table school.leads add column aside text")
        for _ in range(2):
            after = migrations.migrate(migrated, said.append).differences
            assert [str(d) for d in after] == ["column: school.leads.aside is added", line]
        assert any(text.startswith(f"not healed: {line}") for text in said)
        connection.execute("alter table school.leads drop column aside")
        assert [str(d) for d in drift.compare(connection).differences] == [line]
        assert migrations.migrate(migrated, quiet, force=True).differences == []
        assert drift.compare(connection).differences == []


def test_a_newer_code_layer_is_no_change_by_hand(
    migrated: str, owner: Owner, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    copy = tmp_path / "sql"
    shutil.copytree(checkout.SQL, copy)
    monkeypatch.setattr(checkout, "SQL", copy)
    monkeypatch.setattr(drift, "SQL", copy)
    added = copy / "functions" / "school" / "zz_added.sql"
    added.write_text("create function school.zz() returns int language sql as 'select 1';\n")
    with owner() as connection:
        # A repair that was tried by hand before it was released.
        connection.execute(added.read_text().encode())
        assert [str(d) for d in drift.compare(connection).differences] != []
        migrations.migrate(migrated, quiet)
        assert drift.compare(connection).differences == []
        (copy / "status" / "catalog.sql").open("a").write("\n-- reads otherwise\n")
        compared = drift.compare(connection)
        assert compared.differences == []
        assert compared.why_not == "it was recorded by another version"


def test_a_record_of_another_major_version_raises_no_false_alarm(
    migrated: str, owner: Owner
) -> None:
    with owner() as connection:
        connection.execute(
            "update auth.catalog_fingerprint set server_major = 14, sha256 = repeat('0', 64)"
        )
        compared = drift.compare(connection)
        assert compared.differences == []
        assert compared.why_not is not None
        assert "recorded on PostgreSQL 14" in compared.why_not
        assert connection.execute("select auth.open_rows()").fetchone() == ([],)
        connection.execute("alter table school.leads no force row level security")
        assert [str(d) for d in drift.compare(connection).differences] == [
            "row security: school.leads is changed"
        ]
        migrations.migrate(migrated, quiet)
        compared = drift.compare(connection)
        assert (compared.differences, compared.why_not) == ([], None)


def test_a_restored_dump_lacks_the_rights_on_the_database_and_nothing_else(
    migrated: str, empty_conninfo: str, owner: Owner
) -> None:
    dump = str(shutil.which("pg_dump") if OUTSIDE_SERVER else embedded.BIN / "pg_dump")
    restore = str(shutil.which("psql") if OUTSIDE_SERVER else embedded.BIN / "psql")
    with owner() as connection:
        connection.execute("insert into school.instruments (name) values ('Violin')")
    text = subprocess.run([dump, "--dbname", migrated], check=True, capture_output=True).stdout
    done = subprocess.run(
        [restore, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", empty_conninfo],
        check=False,
        capture_output=True,
        input=text,
    )
    assert done.returncode == 0, done.stderr
    with psycopg.connect(empty_conninfo, autocommit=True) as restored:
        compared = drift.compare(restored)
        assert compared.why_not is None
        lost = compared.differences
        assert {difference.kind for difference in lost} == {"right on database"}
        assert "right on database: database of school_owner is missing" in map(str, lost)
        said: list[str] = []
        assert migrations.migrate(empty_conninfo, said.append).differences == []
        healed = [line for line in said if line.startswith("healed: right on database")]
        assert len(healed) == len(lost)


def test_the_owner_who_is_no_superuser_sees_and_heals_the_same(migrated: str, owner: Owner) -> None:
    login = "zz_drift_owner"
    with owner() as connection:
        connection.execute(f"drop role if exists {login}".encode())
        connection.execute(f"create role {login} login password 'x'".encode())
        try:
            connection.execute(f"grant school_owner to {login}".encode())
            migrations.migrate(migrated, quiet, force=True)
            connection.execute(f"grant all on all tables in schema public to {login}".encode())
            database = conninfo_to_dict(migrated)["dbname"]
            connection.execute(f"grant connect on database {database} to {login}".encode())
            connection.execute("drop policy select_staff on school.leads")
            connection.execute("alter table school.leads disable row level security")
            as_owner = make_conninfo(
                migrated, user=login, password=conninfo_to_dict(migrated).get("password", "x")
            )
            with psycopg.connect(as_owner, autocommit=True) as plain:
                assert len(drift.compare(plain).differences) == 2
            assert migrations.migrate(as_owner, quiet).differences == []
        finally:
            connection.execute(f"drop owned by {login}".encode())
            connection.execute(f"drop role {login}".encode())

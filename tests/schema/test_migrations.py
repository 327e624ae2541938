"""Migrations go up, down and up again; history is guarded; the code layer is re-created whole."""

import shutil
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.database import checkout, drift, migrations
from api.database.refusals import MigrationError
from tests.schema.conftest import quiet
from tests.support.races import at_once
from tests.tools.baseline import apply_with_yoyo

CATALOG = """
select format('%s %s.%s %s', c.relkind, n.nspname, c.relname, a.attname || ' '
  || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull) as thing
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname in ('school', 'auth', 'jobs', 'api', 'analytics')
union all
select p.oid::regprocedure::text || ' ' || md5(pg_get_functiondef(p.oid)) || p.proacl::text
from pg_catalog.pg_proc as p
where p.pronamespace::regnamespace::text in ('school', 'auth', 'jobs', 'api') and p.prokind = 'f'
union all
select format('policy %s on %s.%s', policyname, schemaname, tablename) || coalesce(qual, '')
  || coalesce(with_check, '')
from pg_catalog.pg_policies
union all
select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
from pg_catalog.pg_constraint
where connamespace::regnamespace::text in ('school', 'auth', 'jobs')
union all
select pg_get_triggerdef(oid) from pg_catalog.pg_trigger where not tgisinternal
order by 1
"""


def catalog(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo) as connection:
        return [row[0] for row in connection.execute(CATALOG)]


def extensions(conninfo: str) -> list[tuple[str, str]]:
    """The extensions that a migration may have brought, each with its schema."""
    with psycopg.connect(conninfo) as connection:
        return connection.execute(
            "select e.extname::text, n.nspname::text from pg_catalog.pg_extension as e"
            " join pg_catalog.pg_namespace as n on n.oid = e.extnamespace"
            " where e.extname <> 'plpgsql'"
        ).fetchall()


pytestmark = pytest.mark.usefixtures("project")


def test_up_down_and_up_again_gives_the_same_database(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, quiet)
    first = catalog(empty_conninfo)
    undone = migrations.rollback(empty_conninfo, progress=quiet)
    assert undone == list(reversed(checkout.migration_files()))
    assert catalog(empty_conninfo) == []
    assert extensions(empty_conninfo) == []
    migrations.migrate(empty_conninfo, quiet)
    assert catalog(empty_conninfo) == first


def test_each_step_down_can_be_taken_alone_and_back(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, quiet)
    first = catalog(empty_conninfo)
    for number in range(len(checkout.migration_files()) - 1, 0, -1):
        assert len(migrations.rollback(empty_conninfo, number, quiet)) == 1
        assert "the code layer is not loaded" in migrations.pending(empty_conninfo)
    migrations.migrate(empty_conninfo, quiet)
    assert catalog(empty_conninfo) == first
    assert migrations.pending(empty_conninfo) == []


def test_migrating_twice_changes_nothing(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, quiet)
    first = catalog(empty_conninfo)
    migrations.migrate(empty_conninfo, quiet)
    assert catalog(empty_conninfo) == first


def test_rolling_back_to_the_newest_changes_nothing(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, quiet)
    assert migrations.rollback(empty_conninfo, 9999, quiet) == []
    assert migrations.pending(empty_conninfo) == []


def test_a_server_without_the_contrib_package_is_told_of_in_a_line(
    empty_conninfo: str, project: Path
) -> None:
    path = project / "schema" / "0018.search-by-pg-trgm.sql"
    text = path.read_text()
    path.write_text(text.replace("if not exists pg_trgm ", "if not exists pg_trgm_left_out "))
    with pytest.raises(MigrationError) as refused:
        migrations.migrate(empty_conninfo, quiet)
    line = 1 + text[: text.index("create extension")].count("\n")
    assert str(refused.value).startswith(
        f'sql/schema/{path.name}:{line}: extension "pg_trgm_left_out" is not available'
    )
    assert "\n" not in str(refused.value)
    assert max(migrations.installed(empty_conninfo).applied) < path.stem


def test_an_extension_that_was_there_before_is_used_and_left(empty_conninfo: str) -> None:
    with psycopg.connect(empty_conninfo) as connection:
        connection.execute(
            'create schema "Other"; grant usage on schema "Other" to public;'
            ' create extension pg_trgm schema "Other"'
        )
    migrations.migrate(empty_conninfo, quiet)
    assert extensions(empty_conninfo) == [("pg_trgm", "Other")]
    migrations.rollback(empty_conninfo, progress=quiet)
    assert extensions(empty_conninfo) == [("pg_trgm", "Other")]


def test_an_extension_that_a_restore_gave_another_owner_goes_all_the_same(
    empty_conninfo: str,
) -> None:
    migrations.migrate(empty_conninfo, quiet)
    assert extensions(empty_conninfo) == [("pg_trgm", "trigrams")]
    with psycopg.connect(empty_conninfo) as connection:
        connection.execute(
            "update pg_catalog.pg_extension set extowner = current_user::regrole"
            " where extname = 'pg_trgm'"
        )
    migrations.rollback(empty_conninfo, 17, quiet)
    assert extensions(empty_conninfo) == []


def test_a_restored_older_database_gets_the_extension_though_its_rights_are_lost(
    empty_conninfo: str,
) -> None:
    migrations.migrate(empty_conninfo, quiet)
    migrations.rollback(empty_conninfo, 17, quiet)
    with psycopg.connect(empty_conninfo) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("revoke create on database {} from school_owner").format(name))
    migrations.migrate(empty_conninfo, quiet)
    assert extensions(empty_conninfo) == [("pg_trgm", "trigrams")]


def test_going_back_to_an_older_checkout_loads_its_code_at_once(
    empty_conninfo: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = tmp_path / "older" / "sql"
    shutil.copytree(project, older)
    added = project / "schema" / "9000.add.sql"
    added.write_text("set local role school_owner;\nalter table school.leads add column zz text;\n")
    added.with_suffix(".rollback.sql").write_text("alter table school.leads drop column zz;\n")
    code = project / "functions" / "school" / "zz_added.sql"
    code.write_text("create function school.zz() returns int language sql as 'select 1';\n")
    migrations.migrate(empty_conninfo, quiet)
    assert migrations.rollback(empty_conninfo, progress=quiet, code=older) == ["9000.add"]
    with psycopg.connect(empty_conninfo) as db:
        row = db.execute("select to_regprocedure('school.zz()'), to_regproc('api.get_me')")
        assert row.fetchone() == (None, "api.get_me")
    said: list[str] = []
    assert migrations.rollback(empty_conninfo, progress=said.append, code=older) == []
    assert said == []
    monkeypatch.setattr(checkout, "SQL", older)
    monkeypatch.setattr(drift, "SQL", older)
    assert migrations.pending(empty_conninfo) == []
    assert migrations.migrate(empty_conninfo, quiet).differences == []


def test_going_back_to_what_is_no_older_checkout_is_refused(
    migrated: str, project: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "sql"
    shutil.copytree(project, other)
    newest = max((other / "schema").glob("*[!k].sql"))
    newest.write_text(newest.read_text() + "\n-- changed\n")
    with pytest.raises(MigrationError, match=f"{newest.name} is not the migration that was"):
        migrations.rollback(migrated, progress=quiet, code=other)
    newest.write_text((project / "schema" / newest.name).read_text())
    (other / "schema" / "0002.people.sql").rename(tmp_path / "0002.people.sql")
    with pytest.raises(MigrationError, match=r"it lacks 0002\.people"):
        migrations.rollback(migrated, progress=quiet, code=other)
    (tmp_path / "0002.people.sql").rename(other / "schema" / "0002.people.sql")
    (other / "schema" / "9000.add.sql").write_text("select 1;\n")
    with pytest.raises(MigrationError, match=r"it has 9000\.add"):
        migrations.rollback(migrated, progress=quiet, code=other)
    assert migrations.pending(migrated) == []


def test_a_migration_whose_client_is_gone_ends(migrated: str, project: Path) -> None:
    """It would hold its locks until its statement is done."""
    (project / "schema" / "9000.ask.sql").write_text(
        "do $$ begin if current_setting('client_connection_check_interval') <> '2s'"
        " then raise 'it does not ask'; end if; end $$;\n"
    )
    (project / "schema" / "9000.ask.rollback.sql").write_text("")
    migrations.migrate(migrated, quiet)


def test_plain_yoyo_prepares_what_migrate_completes(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, quiet)
    first = catalog(empty_conninfo)
    migrations.rollback(empty_conninfo, progress=quiet)
    apply_with_yoyo(empty_conninfo)
    assert migrations.pending(empty_conninfo) == ["the code layer is not loaded"]
    migrations.migrate(empty_conninfo, quiet)
    assert catalog(empty_conninfo) == first


def test_plain_yoyo_finds_nothing_to_apply_after_migrate(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, quiet)
    first = catalog(empty_conninfo)
    apply_with_yoyo(empty_conninfo)
    assert catalog(empty_conninfo) == first


def test_an_edited_applied_migration_is_refused_by_name(empty_conninfo: str, project: Path) -> None:
    migrations.migrate(empty_conninfo, quiet)
    newest = max((project / "schema").glob("*[!k].sql"))
    newest.write_text(newest.read_text() + "\n-- changed\n")
    with pytest.raises(MigrationError, match=f"sql/schema/{newest.name} was edited"):
        migrations.migrate(empty_conninfo, quiet)
    assert migrations.pending(empty_conninfo) == [f"{newest.stem} is edited"]
    migrations_before = migrations.installed(empty_conninfo).applied
    assert newest.stem in migrations_before


def test_a_migration_of_another_version_is_refused(empty_conninfo: str, project: Path) -> None:
    migrations.migrate(empty_conninfo, quiet)
    newest = max((project / "schema").glob("*[!k].sql"))
    newest.unlink()
    newest.with_suffix(".rollback.sql").unlink()
    with pytest.raises(MigrationError, match="belongs to another version"):
        migrations.migrate(empty_conninfo, quiet)


def test_a_failing_migration_names_its_line_and_leaves_nothing(
    empty_conninfo: str, project: Path
) -> None:
    path = project / "schema" / "9000.broken.sql"
    path.write_text("create table school.half ();\n\n\nselect nonsense;\n")
    with pytest.raises(
        MigrationError, match=r'9000\.broken\.sql:4: column "nonsense" does not exist'
    ):
        migrations.migrate(empty_conninfo, quiet)
    with psycopg.connect(empty_conninfo) as connection:
        row = connection.execute("select to_regclass('school.half')").fetchone()
    assert row == (None,)
    assert "9000.broken is pending" in migrations.pending(empty_conninfo)


def test_a_failing_code_file_names_its_line_and_leaves_the_old_code(
    empty_conninfo: str, project: Path
) -> None:
    migrations.migrate(empty_conninfo, quiet)
    first = catalog(empty_conninfo)
    path = project / "functions" / "school" / "zz_broken.sql"
    path.write_text("-- broken\ncreate function school.zz()\nreturns nothing_known\nas '';\n")
    with pytest.raises(MigrationError, match=r"functions/school/zz_broken\.sql"):
        migrations.migrate(empty_conninfo, quiet)
    assert catalog(empty_conninfo) == first


def test_a_changed_code_layer_is_pending_until_migrated(empty_conninfo: str, project: Path) -> None:
    migrations.migrate(empty_conninfo, quiet)
    path = project / "functions" / "school" / "zz_added.sql"
    path.write_text("create function school.zz() returns int language sql as 'select 1';\n")
    assert migrations.pending(empty_conninfo) == ["the code layer differs from this checkout's"]
    migrations.migrate(empty_conninfo, quiet)
    assert migrations.pending(empty_conninfo) == []
    path.unlink()
    migrations.migrate(empty_conninfo, quiet)
    with psycopg.connect(empty_conninfo) as connection:
        row = connection.execute("select to_regprocedure('school.zz()')").fetchone()
    assert row == (None,)


def test_a_partly_missing_code_layer_is_repaired(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, quiet)
    first = catalog(empty_conninfo)
    with psycopg.connect(empty_conninfo) as connection:
        connection.execute("drop schema api cascade")
        connection.execute("drop function school.clock() cascade")
    migrations.migrate(empty_conninfo, quiet)
    assert catalog(empty_conninfo) == first


def test_code_that_a_table_depends_on_is_not_dropped(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, quiet)
    with psycopg.connect(empty_conninfo) as connection:
        connection.execute(
            "alter table school.users add constraint by_a_function"
            " check (school.clock() is not null)"
        )
    with pytest.raises(MigrationError, match="constraint by_a_function"):
        migrations.migrate(empty_conninfo, quiet, force=True)
    assert migrations.pending(empty_conninfo) == []


def test_two_at_once_take_turns(empty_conninfo: str) -> None:
    at_once(*[partial(migrations.migrate, empty_conninfo, quiet)] * 3)
    assert migrations.pending(empty_conninfo) == []


def test_the_gateway_sees_what_is_pending(empty_conninfo: str) -> None:
    gateway = make_conninfo(empty_conninfo, user="school_gateway")
    migrations.migrate(empty_conninfo, quiet)
    standing = migrations.standing_of(migrations.gateway_installed(gateway))
    assert standing == migrations.Standing((), ())
    migrations.rollback(empty_conninfo, 1, quiet)
    standing = migrations.standing_of(migrations.gateway_installed(gateway))
    assert "the code layer is not loaded" in standing.refusals

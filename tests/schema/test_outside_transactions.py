"""What cannot run in a transaction, an index that is built beside the service above all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.database import migrations
from api.database.patience import Patience
from api.database.refusals import MigrationError
from tests.schema.conftest import quiet
from tests.support.races import in_background
from tests.support.waiting import until
from tests.tools.baseline import apply_with_yoyo

Owner = Callable[[], psycopg.Connection[Any]]

HASTY = Patience(lock_timeout=0.2, total=60, pause=0.3)
BUILD = """\
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
set role school_owner;
drop index concurrently if exists school.zz_leads;
create unique index concurrently zz_leads on school.leads (area);
"""
VALID = (
    "select i.indisvalid from pg_catalog.pg_index as i"
    " where i.indexrelid = to_regclass('school.zz_leads')"
)


@pytest.fixture
def build(project: Path) -> Path:
    """A migration that builds an index beside the service."""
    path = project / "schema" / "9000.build.sql"
    path.write_text(BUILD)
    path.with_suffix(".rollback.sql").write_text("drop index school.zz_leads;\n")
    return path


def lead(db: psycopg.Connection[Any], area: str) -> None:
    db.execute(
        "insert into school.leads (name, phone, area, source, follow_up_date, stage_id)"
        " select 'L', '+1202555' || (1000 + random() * 8999)::int, %s, 'web', '2027-01-01',"
        " (select id from school.lead_stages where name = 'New')",
        (area,),
    )


def test_an_index_is_built_while_others_write_and_waits_for_who_began_before(
    migrated: str, build: Path, owner: Owner
) -> None:
    said: list[str] = []
    with psycopg.connect(migrated, application_name="a notebook") as analyst:
        analyst.execute("lock table school.leads in row exclusive mode")
        pid = analyst.info.backend_pid
        with owner() as db:
            wait = "select clock_timestamp() > %s::timestamptz + interval '0.3 s'"
            begun = db.execute("select clock_timestamp()::text").fetchone()
            until(lambda: db.execute(wait, begun).fetchone() == (True,), otherwise="time stands")
            migrating = in_background(migrations.migrate, migrated, said.append, limits=HASTY)
            asked = "select count(*) from pg_locks where not granted and locktype = 'virtualxid'"
            until(lambda: db.execute(asked).fetchone() != (0,), otherwise="it waits for nobody")
            db.execute("set lock_timeout = '5s'")
            lead(db, "Uptown")
            assert db.execute(VALID).fetchone() == (False,)
            assert not migrating.done()
            analyst.rollback()
            migrating.result(60)
            assert db.execute(VALID).fetchone() == (True,)
    waits = f"migration {build.stem} may wait for process {pid} ("
    assert any(line.startswith(waits) and "a notebook" in line for line in said), said
    assert migrations.pending(migrated) == []


def test_one_that_fails_is_named_with_what_it_left_and_the_next_try_begins_anew(
    migrated: str, build: Path, owner: Owner
) -> None:
    with owner() as db:
        for _ in range(2):
            lead(db, "Uptown")
        with pytest.raises(MigrationError) as refused:
            migrations.migrate(migrated, quiet)
        line = str(refused.value)
        assert line.startswith(f"sql/schema/{build.name}:5: could not create unique index")
        assert line.endswith("; left behind unfinished: school.zz_leads")
        assert migrations.pending(migrated) == [f"{build.stem} is pending"]
        db.execute("update school.leads set area = id::text")
        assert migrations.migrate(migrated, quiet).differences == []
        assert db.execute(VALID).fetchone() == (True,)
    assert migrations.rollback(migrated, 8999, quiet) == [build.stem]
    with owner() as db:
        assert db.execute(VALID).fetchone() is None


def test_an_unfinished_index_does_not_pass_for_a_finished_one(
    migrated: str, build: Path, owner: Owner
) -> None:
    build.write_text(
        "-- transactional: false\nset role school_owner;\n"
        "create unique index concurrently if not exists zz_leads on school.leads (area);\n"
    )
    with owner() as db:
        for _ in range(2):
            lead(db, "Uptown")
        with pytest.raises(MigrationError, match="could not create unique index"):
            migrations.migrate(migrated, quiet)
        db.execute("update school.leads set area = id::text")
        with pytest.raises(MigrationError, match=r"earlier try: school\.zz_leads; drop it"):
            migrations.migrate(migrated, quiet)
    assert migrations.pending(migrated) == [f"{build.stem} is pending"]


def test_who_does_not_end_is_named_when_patience_does(
    migrated: str, build: Path, owner: Owner
) -> None:
    with owner() as other, psycopg.connect(migrated, application_name="a notebook") as analyst:
        analyst.execute("lock table school.leads in row exclusive mode")
        with pytest.raises(MigrationError) as refused:
            migrations.migrate(migrated, quiet, limits=replace(HASTY, total=0.5))
        line = str(refused.value)
        assert line.startswith(f"migration {build.stem}: in the way is process ")
        assert "a notebook" in line
        assert line.endswith("; left behind unfinished: school.zz_leads")
        assert "\n" not in line
        analyst.rollback()
        migrations.migrate(migrated, quiet, limits=HASTY)
        assert other.execute(VALID).fetchone() == (True,)


def test_plain_yoyo_builds_it_as_well(migrated: str, build: Path, owner: Owner) -> None:
    apply_with_yoyo(migrated)
    with owner() as db:
        assert db.execute(VALID).fetchone() == (True,)
    assert migrations.installed(migrated).applied[-1] == build.stem

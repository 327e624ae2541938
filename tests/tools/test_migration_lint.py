"""New migrations are held to rules that keep the service going, by squawk and .squawk.toml."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.database.checkout import SQL

SQUAWK = Path(sys.executable).with_name("squawk")
OWNER = "set local role school_owner;\n"
BUILD = """\
-- transactional: false
-- squawk-ignore-file ban-concurrent-index-creation-in-transaction
set role school_owner;
drop index concurrently if exists school.leads_by_area;
create index concurrently leads_by_area on school.leads (area);
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules, in a folder for migrations of other names."""
    shutil.copy(SQL.parent / ".squawk.toml", tmp_path)
    (tmp_path / "sql" / "schema").mkdir(parents=True)
    return tmp_path


def broken(rules: Path, name: str, text: str) -> set[str]:
    """The rules that a migration breaks."""
    (rules / "sql" / "schema" / name).write_text(text)
    done = subprocess.run(
        [str(SQUAWK), "--no-error-on-unmatched-pattern", "--reporter=json", f"sql/schema/{name}"],
        cwd=rules,
        check=False,
        capture_output=True,
        text=True,
    )
    found = {offence["rule_name"] for offence in json.loads(done.stdout or "[]")}
    assert done.returncode == (1 if found else 0), done.stderr
    return found


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("create index zz on school.leads (area)", "require-concurrent-index-creation"),
        ("drop index school.leads_by_owner", "require-concurrent-index-deletion"),
        ("alter table school.leads add constraint zz check (true)", "constraint-missing-not-valid"),
        ("alter table school.leads alter column area type text", "changing-column-type"),
        ("alter table school.leads alter column area set not null", "adding-not-nullable-field"),
        ("alter table school.leads drop column area", "ban-drop-column"),
        ("alter table school.leads add column zz uuid default gen_random_uuid()", "adding-field-"),
    ],
)
def test_what_rewrites_or_holds_up_is_refused(rules: Path, statement: str, rule: str) -> None:
    found = broken(rules, "9000.bad.sql", f"{OWNER}{statement};\n")
    assert any(name.startswith(rule) for name in found), found
    excused = f"{OWNER}-- squawk-ignore {', '.join(found)}\n{statement};\n"
    assert broken(rules, "9000.bad.sql", excused) == set()


def test_a_new_table_an_index_beside_the_service_and_the_way_down_are_fine(rules: Path) -> None:
    table = (
        "create table school.zz (id uuid primary key, area text);\n"
        "create index zz_by_area on school.zz (area);\n"
        "alter table school.leads add column zz text;\n"
    )
    assert broken(rules, "9000.table.sql", OWNER + table) == set()
    assert broken(rules, "9000.table.rollback.sql", "drop table school.zz;\n") == set()
    assert broken(rules, "9001.build.sql", BUILD) == set()
    inside = BUILD.replace("-- transactional: false\n-- squawk-ignore-file", "-- of")
    assert broken(rules, "9001.build.sql", inside) != set()

"""``python -m api import-leads``: a file of leads added by who runs the server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.asking import one
from tests.support.console import console
from tests.support.school import Conninfo, Database, School

GOOD = (
    "\ufeffname,phone,followUpDate,tags\r\n"
    '"Ida\r\nQuist",+1 555 0100,2027-03-02,summer; cello\r\n'
    "Bo,555 0101,2027-03-03,\r\n"
)


@pytest.fixture
def run(conninfo: Conninfo, tmp_path: Path) -> Any:
    """``run(content, *options)``: the command on a file of this content, None for no file."""

    def command(content: Any, *options: str) -> Any:
        path = tmp_path / "leads.csv"
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return console("import-leads", str(path), *options, OWNER_DATABASE_URL=conninfo())

    return command


def count(db: Database) -> Any:
    return one(db, "select count(*) from school.leads")


def test_a_file_is_imported_and_belongs_to_nobody(
    db: Database, school: School, run: Callable[..., Any]
) -> None:
    done = run(GOOD)
    assert (done.returncode, done.stdout) == (0, "2 leads imported\n"), done.stderr
    assert done.stderr == "importing 2 rows\n"
    rows = db.execute(
        "select l.name, l.owner_id, l.stage_id::text, l.phone_key,"
        " array(select t.tag from school.lead_tags as t where t.lead_id = l.id order by t.tag)"
        " from school.leads as l where l.follow_up_date > '2027-03-01' order by l.follow_up_date"
    ).fetchall()
    assert rows == [
        ("Ida\r\nQuist", None, school["stage_new"], "+15550100", ["cello", "summer"]),
        ("Bo", None, school["stage_new"], "+15550101", []),
    ]


def test_a_dry_run_imports_nothing(db: Database, school: School, run: Callable[..., Any]) -> None:
    before = count(db)
    done = run(GOOD, "--dry-run")
    assert (done.returncode, done.stdout) == (0, "2 rows could be imported\n")
    assert done.stderr == "checking 2 rows\n"
    assert count(db) == before


def test_every_error_is_a_line_with_its_place_and_nothing_is_imported(
    db: Database, school: School, run: Callable[..., Any]
) -> None:
    before = count(db)
    content = (
        "name,phone,followUpDate,age\n"
        '"Two\nlines",1,2027-03-02,8\n'
        ",2,2027-02-29,old\n"
        "Short,3\n"
        "Fine,4,2027-03-02,9\n"
    )
    for options in ((), ("--dry-run",)):
        done = run(content, *options)
        assert done.returncode == 1
        assert done.stdout.splitlines() == [
            "4:age: is not a whole number",
            "4:followUpDate: is not a date, YYYY-MM-DD",
            "4:name: is required",
            "5: has 2 cells, the header has 4",
            "5:followUpDate: is required",
        ]
        assert done.stderr.splitlines()[-1] == "5 errors; nothing was imported"
    assert count(db) == before


def test_what_is_no_file_of_leads_is_one_line_and_status_2(
    db: Database, school: School, run: Callable[..., Any], tmp_path: Path
) -> None:
    before = count(db)
    path = tmp_path / "leads.csv"
    for content, message in (
        (None, f"{path}: No such file or directory"),
        (b"name\n\xff", f"{path}: it is not UTF-8"),
        ("na\x00me\n", f"{path}: it holds a NUL character"),
        ('name\n"open', f"{path}: line 2: unexpected end of data"),
        ("", f"{path}: body is empty; a header of column names is expected"),
        ("name,shoeSize\nA,40\n", f"{path}: shoeSize is not a column of leads"),
    ):
        done = run(content)
        assert (done.returncode, done.stdout) == (2, ""), content
        assert done.stderr.splitlines()[-1] == f"ostinato: {message}"
    assert count(db) == before

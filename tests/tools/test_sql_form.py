"""The check of the form of SQL notices each thing that it is for, and nothing in strings."""

import psycopg
import pytest

from api.database.checkout import SQL
from tests.tools import sql_form

IN_FORM = """-- What it does. Raises NOTHING.
create or replace function school.some_name(p_lead_id uuid)
returns text
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_name text := 'Upper, 	tab and ''quote''';
begin
  select l.name || e'\\'FROM school.leads x' into v_name
  from school.leads as l
  join school.leads as other_l on other_l.id = l.id
  where l.name is distinct from l.id::text
  for update of l;
  return v_name || '
 begins with a blank';
end;
$$;
comment on function school.some_name(uuid) is 'A name.';
"""


def offences(text: str) -> list[tuple[int, str]]:
    return [(line, message) for line, message in sql_form.offences(text) if message != "a tab"]


def test_what_is_in_form_is_let_through() -> None:
    assert offences(IN_FORM) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("What it does", "What it does " + "x" * 120, 1, "characters, more than 120"),
        ("volatile\n", "volatile \n", 5, "blanks at the end"),
        ("'A name.';\n", "'A name.';\n\n", 23, "does not end with one line end"),
        ("  where", "   where", 15, "odd number of blanks"),
        ("  return", "\treturn", 17, "tab"),
        ("  return", "  RETURN", 17, "RETURN is not in lower case"),
        ("v_name", "name", 10, "name does not begin with v_"),
        ("leads as l\n", "leads l\n", 13, "without as"),
        ("leads as l\n", "leads as k\n", 13, "school.leads is l, not k"),
        ("join school.leads as other_l", "join school.leads as other", 14, "is l, not other"),
        ("begin\n", "begin\n" + "  null;\n" * 60, 8, "no reason (-- long: …)"),
    ],
)
def test_each_offence_is_named_with_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in IN_FORM
    found = sql_form.offences(IN_FORM.replace(old, new))
    assert any(at == line and message in told for at, told in found), found


def test_a_long_body_with_its_reason_is_let_through() -> None:
    long = IN_FORM.replace("begin\n", "begin\n" + "  null;\n" * 60)
    assert offences("-- long: a table of words.\n" + long) == []


def test_the_guide_names_an_alias_for_every_table(db: psycopg.Connection) -> None:
    aliases = sql_form.aliases_of(sql_form.GUIDE.read_text(encoding="utf-8"))
    tables = db.execute(
        "select c.oid::regclass::text from pg_catalog.pg_class as c where c.relkind in ('r', 'p')"
        " and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')"
    )
    assert {name for (name,) in tables} == aliases.keys()


def test_the_check_reads_the_code_layer_and_not_the_history() -> None:
    files = {path.relative_to(SQL).as_posix() for path in sql_form.files()}
    assert {
        "cron/schedule.sql",
        "demo/99.end.sql",
        "domains/api.sql",
        "functions/school/shared/fail.sql",
        "policies/schemas.sql",
        "views/api/user.sql",
    } <= files
    assert not [name for name in files if name.startswith("schema/")]

"""Nobody who has a role of the school locks a table: that would stop everybody else."""

from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.support.school import School

Database = psycopg.Connection[Any]

ROLES = (
    "super_admin",
    "admin",
    "staff",
    "teacher",
    "student",
    "anonymous",
    "analyst",
    "jobs",
    "gateway",
)

# As whoever runs it, tries every relation in every mode but that of a SELECT; raises what it got.
TRY = """
do $$
declare
  v_relation text;
  v_mode text;
begin
  foreach v_relation in array string_to_array(current_setting('test.relations'), ',') loop
    foreach v_mode in array array[
      'row share', 'row exclusive', 'share update exclusive', 'share', 'share row exclusive',
      'exclusive', 'access exclusive'
    ] loop
      begin
        execute format('lock table %s in %s mode nowait', v_relation, v_mode);
        raise exception 'locked % in % mode', v_relation, v_mode;
      exception
        when insufficient_privilege then null;
      end;
    end loop;
  end loop;
end
$$
"""

RELATIONS = """
select string_agg(c.oid::regclass::text, ',')
from pg_catalog.pg_class as c
where c.relkind in ('r', 'p', 'v')
  and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs', 'api', 'analytics')
"""


@pytest.mark.parametrize("role", ROLES)
def test_no_role_locks_a_table_or_view_against_anybody(
    db: Database, school: School, role: str
) -> None:
    db.execute(f"select set_config('test.relations', ({RELATIONS}), false)")
    with db.transaction(force_rollback=True):
        db.execute(sql.SQL("set local role {}").format(sql.Identifier(f"school_{role}")))
        db.execute(TRY)


def test_the_owner_who_may_is_noticed(db: Database, school: School) -> None:
    db.execute(f"select set_config('test.relations', ({RELATIONS}), false)")
    with pytest.raises(psycopg.Error, match="locked "), db.transaction():  # noqa: PT012
        db.execute("set local role school_owner")
        db.execute(TRY)


def test_a_login_with_a_right_to_delete_would_lock(db: Database, school: School) -> None:
    db.execute("select set_config('test.relations', 'school.lead_tags', false)")
    db.execute("grant delete on school.lead_tags to school_staff")
    with pytest.raises(psycopg.Error, match="lead_tags"), db.transaction():  # noqa: PT012
        db.execute("set local role school_staff")
        db.execute(TRY)

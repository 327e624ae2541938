"""What the migration of prices finds in a school that has been used."""

import pytest
from psycopg import sql

from api.database import migrations
from tests.schema.conftest import quiet
from tests.support.asking import one
from tests.support.school import BUILT, Conninfo, Database

BEFORE = 27
NOTED = (
    "insert into school.admission_payment_history"
    " (admission_payment_id, old_status, new_status, created_at)"
    " select id, %s, %s, %s from school.admission_payments where admission_id = %s"
)


@pytest.fixture
def used(db: Database, conninfo: Conninfo) -> Database:
    """A school as it was before: Sid paid twice, Una was paid when nobody kept that."""
    name = sql.Identifier(db.info.dbname)
    db.execute(sql.SQL("grant create on database {} to school_owner").format(name))
    migrations.rollback(conninfo(), BEFORE, quiet)
    db.execute("update school.school_settings set timezone = 'Asia/Tokyo'")
    db.execute("update school.course_plans set price = 199.90 where id = %s", (BUILT["violin_8"],))
    sid = BUILT["sid_admission"]
    for old, new, at in (
        ("unpaid", "paid", "2027-01-10T12:00:00Z"),
        ("paid", "unpaid", "2027-01-11T12:00:00Z"),
        ("unpaid", "paid", "2027-02-10T20:00:00Z"),
        ("paid", "paid", "2027-02-20T20:00:00Z"),
    ):
        db.execute(NOTED, (old, new, at, sid))
    db.execute("update school.admission_payments set status = 'paid', updated_at = '2027-02-25'")
    return db


def test_what_there_was_has_the_price_of_its_plan_and_the_dates_that_are_known(
    used: Database, conninfo: Conninfo
) -> None:
    changed = "select sum(version), max(updated_at) from school.admission_payments"
    before = one(used, changed)
    migrations.migrate(conninfo(), quiet)
    assert one(used, changed) == before
    rows = used.execute(
        "select a.price::text, p.due_on::text, p.paid_on::text from school.admissions as a"
        " join school.admission_payments as p on p.admission_id = a.id order by a.price nulls last"
    ).fetchall()
    assert rows == [
        ("199.90", "2027-03-01", "2027-02-11"),
        (None, "2027-03-01", "2027-02-25"),
    ]
    assert one(used, "select count(*) from school.admission_payment_history") == 4
    assert used.execute("select code from school.check_invariants()").fetchall() == []


def test_the_code_of_before_goes_on_admitting_until_it_is_exchanged(
    used: Database, conninfo: Conninfo
) -> None:
    """A payment that is written without a due date is due now."""
    migrations.migrate(conninfo(), quiet)
    used.execute("set session_replication_role = replica")
    used.execute("delete from school.admission_payment_history")
    used.execute("delete from school.admission_payments")
    used.execute(
        "insert into school.admission_payments (admission_id, student_id)"
        " select id, student_id from school.admissions"
    )
    due = "select count(*) from school.admission_payments where due_on = current_date"
    assert one(used, due) == 2

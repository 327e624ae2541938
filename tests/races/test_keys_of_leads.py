"""A lead changes hands while something is hung on it: what hangs on it goes along with it."""

from collections.abc import Callable

import psycopg
import pytest

from tests.support.races import behind
from tests.support.school import Caller, Database, School

pytestmark = pytest.mark.promise("races")

STRAYED = "select detail from school.strayed_keys()"


def renew(caller: Caller, school: School, db: Database) -> str:
    return f"select api.renew_admission('{school['sid_admission']}')"


def ask_to_move(caller: Caller, school: School, db: Database) -> str:
    row = db.execute(
        "select id from school.attendance where admission_id = %s order by class_date desc limit 1",
        (school["sid_admission"],),
    ).fetchone()
    assert row is not None
    return (
        f"select api.create_reschedule_request(p_attendance_id => '{row[0]}',"
        f" p_classroom_slot_id => '{school['violin_friday']}', p_class_date => '2027-03-12')"
    )


def note(caller: Caller, school: School, db: Database) -> str:
    return f"select api.add_lead_note('{school['sams']}', 'A note')"


def tag(caller: Caller, school: School, db: Database) -> str:
    return f"select api.put_lead_tag('{school['sams']}', 'new')"


@pytest.mark.parametrize("hang", [renew, ask_to_move, note, tag])
def test_what_is_hung_on_a_lead_goes_along_when_the_lead_is_given_away_meanwhile(
    db: Database,
    school: School,
    conninfo: Callable[..., str],
    hang: Callable[[Caller, School, Database], str],
) -> None:
    person = "ada" if hang is renew else "sam"
    with (
        psycopg.connect(conninfo("school_gateway")) as first,
        psycopg.connect(conninfo(), autocommit=True) as second,
    ):
        caller = Caller(first, school.token(person))
        statement = hang(caller, school, db)
        caller.enter()
        first.execute(statement.encode())
        giving = behind(
            db,
            first,
            second.execute,
            "update school.leads set owner_id = %s where id = %s",
            (school["sue"], school["sams"]),
        )
        first.commit()
        assert giving.result(30).rowcount == 1
    assert db.execute(STRAYED).fetchall() == []

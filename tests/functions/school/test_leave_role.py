"""Who changes role, e-mail or status: what was theirs, and what was on its way to them."""

from typing import Any

import psycopg
import pytest

from tests.support.asking import one
from tests.support.notices import names
from tests.support.races import behind
from tests.support.school import Caller, Callers, Conninfo, Database, Refusal, School
from tests.support.servers import Http


def owner_of(db: Database, school: School, lead: str) -> Any:
    return one(db, "select owner_id::text from school.leads where id = %s", school[lead])


def letters(db: Database, person_id: str) -> Any:
    """Return the types of the e-mails that wait for a person."""
    rows = db.execute(
        "select type from school.deliveries where recipient_user_id = %s and status = 'pending'"
        " order by sequence",
        (person_id,),
    )
    return [row[0] for row in rows]


def tokens(db: Database, person_id: str) -> Any:
    return one(db, "select count(*) from auth.activation_tokens where user_id = %s", person_id)


def test_a_token_sent_to_a_mistyped_address_does_not_open_the_corrected_account(
    db: Database, school: School, call: Callers, http: Http
) -> None:
    neo = call("ada")("create_user", name="Neo", role="staff", email="noe@school.test")
    assert letters(db, neo["id"]) == ["account.activation"]
    call("ada")("update_user", user_id=neo["id"], name="Neon", present=["name"])
    assert tokens(db, neo["id"]) == 1
    call("ada")("update_user", user_id=neo["id"], email="neo@school.test", present=["email"])
    assert (tokens(db, neo["id"]), letters(db, neo["id"])) == (0, [])
    body = {"token": neo["activation"]["token"], "password": "a password of a stranger"}
    assert http().post("/v1/auth/activate", json=body).json()["code"] == "invalid_token"
    again = call("ada")("create_activation", user_id=neo["id"])
    body["token"] = again["token"]
    assert http().post("/v1/auth/activate", json=body).status_code == 200


def test_a_token_made_while_the_email_changes_ends_with_the_old_address(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    neo = call("ada")("create_user", name="Neo", role="staff", email="noe@school.test")
    with psycopg.connect(conninfo()) as changer, psycopg.connect(conninfo("school_gateway")) as g:
        changer.execute(
            "update school.users set email = 'neo@school.test' where id = %s", (neo["id"],)
        )
        invite = behind(
            db,
            changer,
            lambda: Caller(g, school.token("ada"))("create_activation", user_id=neo["id"]),
        )
        changer.commit()
        assert invite.result(30)["token"]
        g.commit()
    assert one(
        db, "select address from school.deliveries where recipient_user_id = %s", neo["id"]
    ) == ("neo@school.test")


def test_a_token_is_not_made_for_who_became_an_admin_meanwhile(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    with psycopg.connect(conninfo()) as promoter, psycopg.connect(conninfo("school_gateway")) as g:
        promoter.execute("update school.users set role = 'admin' where id = %s", (school["sue"],))

        def invite() -> Any:
            with pytest.raises(Refusal) as refused:
                Caller(g, school.token("ada"))("create_activation", user_id=school["sue"])
            return refused.value.code

        code = behind(db, promoter, invite)
        promoter.commit()
        assert code.result(30) == "forbidden"
    assert tokens(db, school["sue"]) == 0


@pytest.mark.parametrize("role", ["student", "teacher"])
def test_staff_who_get_another_role_leave_no_lead_behind_and_hear_of_none(
    db: Database, school: School, call: Callers, role: str
) -> None:
    call("ada")("assign_lead", lead_id=school["sues"], owner_id=school["sam"], present=["owner_id"])
    assert letters(db, school["sam"]) == ["lead.assigned"]
    call("sam")("delete_lead", lead_id=school["fresh"])
    call("ada")("update_user", user_id=school["sam"], role=role, present=["role"])
    for lead in ("sams", "fresh", "sues"):
        assert owner_of(db, school, lead) is None
    call("ada")("restore_lead", lead_id=school["fresh"])
    assert letters(db, school["sam"]) == [], "what was on its way is not sent"
    rows = db.execute(
        "select field, old #>> '{}', new, actor_user_id::text from school.lead_audit_events"
        " where lead_id = %s order by sequence desc limit 1",
        (school["sams"],),
    ).fetchall()
    assert rows == [("ownerId", school["sam"], None, school["ada"])]
    # what happens to the leads and their admissions is told to the admins, as of an unowned one
    call("root")("block_admission", admission_id=school["sid_admission"])
    assert names(db, "admission.blocked") == ["Ada", "Sid", "Tom"]
    db.execute("select jobs.follow_ups_due('2027-03-02')")
    assert "Sam" not in names(db, "follow_up.due")
    assert letters(db, school["sam"]) == []
    # staff may claim them
    call("sue")("assign_lead", lead_id=school["sams"], owner_id=school["sue"], present=["owner_id"])


def test_staff_who_become_admins_and_admins_who_become_staff_keep_their_leads(
    db: Database, school: School, call: Callers
) -> None:
    for role in ("admin", "super_admin", "staff"):
        call("root")("update_user", user_id=school["sam"], role=role, present=["role"])
        assert owner_of(db, school, "sams") == school["sam"]


def test_a_teacher_who_becomes_staff_teaches_no_course_and_has_no_lead_to_show(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ted = ada("create_user", name="Ted", role="teacher", email="ted@school.test")["id"]
    ada("put_course_teacher", course_id=school["violin"], teacher_id=ted)
    ada(
        "assign_lead",
        lead_id=school["sams"],
        assigned_teacher_id=ted,
        present=["assigned_teacher_id"],
    )
    with pytest.raises(Refusal, match="in_use"):
        ada("update_user", user_id=school["tom"], role="staff", present=["role"])
    ada("update_user", user_id=ted, role="staff", present=["role"])
    query = "select assigned_teacher_id from school.leads where id = %s"
    assert one(db, query, school["sams"]) is None
    assert [
        t["name"] for t in ada("list_course_teachers", course_id=school["violin"])["items"]
    ] == ["Tom"]
    assert "lead.assigned" not in letters(db, ted)


@pytest.mark.parametrize("person", ["owner", "teacher"])
def test_a_lead_given_while_the_role_changes_is_not_left_behind(
    db: Database, school: School, call: Callers, conninfo: Conninfo, person: str
) -> None:
    """Whoever comes first, the lead does not end with who may not have it."""
    ted = call("ada")("create_user", name="Ted", role="teacher")["id"]
    who, role, column = (
        (school["sue"], "student", "owner_id")
        if person == "owner"
        else (ted, "staff", "assigned_teacher_id")
    )
    give = f"update school.leads set {column} = %s where id = %s"
    take = "update school.users set role = %s where id = %s"
    left = f"select count(*) from school.leads where {column} = %s"
    with psycopg.connect(conninfo()) as first, psycopg.connect(conninfo()) as second:
        first.execute(give, (who, school["unowned"]))
        taking = behind(db, first, second.execute, take, (role, who))
        first.commit()
        assert taking.result(30).rowcount == 1
        second.commit()
        assert one(db, left, who) == 0
    db.execute(take, ("staff" if person == "owner" else "teacher", who))
    with psycopg.connect(conninfo()) as first, psycopg.connect(conninfo()) as second:
        first.execute(take, (role, who))

        def give_it() -> Any:
            with pytest.raises(psycopg.errors.DatabaseError) as refused:
                second.execute(give, (who, school["unowned"]))
            return refused.value.sqlstate

        giving = behind(db, first, give_it)
        first.commit()
        assert giving.result(30) == "OS001"
    assert one(db, left, who) == 0


def test_staff_who_add_a_lead_while_their_role_is_taken_do_not_own_it(
    db: Database, school: School, conninfo: Conninfo
) -> None:
    with psycopg.connect(conninfo()) as first, psycopg.connect(conninfo("school_gateway")) as g:
        first.execute("update school.users set role = 'teacher' where id = %s", (school["sue"],))

        def add() -> Any:
            with pytest.raises(Refusal) as refused:
                Caller(g, school.token("sue"))(
                    "create_lead",
                    stage_id=school["stage_new"],
                    name="Late",
                    follow_up_date="2027-03-05",
                    phone="1",
                )
            return refused.value.code

        added = behind(db, first, add)
        first.commit()
        assert added.result(30) == "not_staff"
    assert one(db, "select count(*) from school.leads where name = 'Late'") == 0


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_role_is_not_taken_away_with_old_eyes(
    db: Database, school: School, conninfo: Conninfo, level: str
) -> None:
    """A snapshot from before would not see the lead that was given meanwhile."""
    with psycopg.connect(conninfo()) as old:
        old.execute(f"set transaction isolation level {level}")
        old.execute("select count(*) from school.leads")
        db.execute(
            "update school.leads set owner_id = %s where id = %s",
            (school["sue"], school["unowned"]),
        )
        with pytest.raises(psycopg.errors.SerializationFailure):
            old.execute("update school.users set role = 'teacher' where id = %s", (school["sue"],))


@pytest.mark.unsound("an owner who is no staff is made by hand")
def test_an_owner_who_may_own_no_leads_counts_as_none(
    db: Database, school: School, call: Callers
) -> None:
    db.execute("alter table school.users disable trigger leave_role")
    db.execute("update school.users set role = 'student' where id = %s", (school["sam"],))
    db.execute("select jobs.follow_ups_due('2027-03-02')")
    assert "Sam" not in names(db, "follow_up.due")
    assert letters(db, school["sam"]) == []

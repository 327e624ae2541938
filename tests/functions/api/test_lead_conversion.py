"""A lead becomes a student: once, with or without an address, and never a second user."""

from collections import Counter

from tests.support.admitting import nothing_changes, wish
from tests.support.asking import refusal
from tests.support.leads import add_lead
from tests.support.races import calls_at_once, codes
from tests.support.school import Callers, Conninfo, Database, School


def test_lead_converted_twice_at_once_converts_once(
    db: Database, school: School, call: Callers, conninfo: Conninfo
) -> None:
    call("ada")(
        "create_classroom_slot",
        time_slot_id=school["tuesday"],
        course_id=school["violin"],
        teacher_id=school["tom"],
        capacity=50,
    )
    for attempt in range(6):
        lead = add_lead(call, school, name=f"Twice {attempt}", email=f"t{attempt}@leads.test")["id"]
        wanted = wish(school, "tuesday", lead_id=lead)
        answers = calls_at_once(
            conninfo,
            [(person, "create_admission", wanted) for person in ("sam", "ada")],
        )
        assert Counter(codes(answers)) == {"ok": 1, "lead_already_converted": 1}
        won = codes(answers).index("ok")
        assert answers[1 - won].members["admissionId"] == answers[won]["id"]
        assert db.execute(
            "select count(*), count(distinct student_id) from school.admissions where lead_id = %s",
            (lead,),
        ).fetchone() == (1, 1)
    assert refusal(call("sam"), "create_admission", **wanted).code == "lead_already_converted"


def test_lead_without_email_becomes_a_student_without_a_login(
    db: Database, school: School, call: Callers
) -> None:
    lead = add_lead(call, school, name="No mail")["id"]
    student = call("sam")("create_admission", **wish(school, "friday", lead_id=lead))["studentId"]
    assert db.execute(
        "select u.name, u.email, u.role,"
        " (select count(*) from auth.credentials as c where c.user_id = u.id),"
        " (select count(*) from auth.activation_tokens as a where a.user_id = u.id)"
        " from school.users as u where u.id = %s",
        (student,),
    ).fetchone() == ("No mail", None, "student", 0, 0)


def test_siblings_share_a_parents_email_and_phone(
    db: Database, school: School, call: Callers
) -> None:
    contact = {"email": "parent@family.test", "phone": "+1 555 0199"}
    first, second = (
        add_lead(call, school, name=name, guardian_name="Pat Parent", **contact)
        for name in ("Elder", "Younger")
    )
    assert [d["id"] for d in second["possibleDuplicates"]] == [first["id"]]
    students = [
        call("sam")(
            "create_admission",
            **wish(
                school,
                "friday",
                lead_id=lead["id"],
                student={"name": lead["name"], "phone": contact["phone"]},
            ),
        )["studentId"]
        for lead in (first, second)
    ]
    rows = db.execute(
        "select name, phone, email from school.users where id = any (%s::uuid[]) order by name",
        (students,),
    ).fetchall()
    assert rows == [("Elder", contact["phone"], None), ("Younger", contact["phone"], None)]


def test_login_user_with_that_email_exists_is_told_and_no_second_user_is_made(
    db: Database, school: School, call: Callers
) -> None:
    lead = add_lead(call, school, email="UNA@school.test")["id"]
    wanted = wish(school, "friday", lead_id=lead)
    with nothing_changes(db):
        refused = refusal(call("ada"), "create_admission", **wanted)
        assert (refused.code, refused.members["userId"]) == ("email_in_use", school["una"])
        hidden = refusal(call("sam"), "create_admission", **wanted)
        assert hidden.code == "email_in_use"
        assert "userId" not in hidden.members
    linked = call("ada")("create_admission", **wanted, student_id=school["una"])
    assert linked["studentId"] == school["una"]

"""Situations that hurt real systems: leads, people, text and export."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.support.admitting import nothing_changes, refusal, wish
from tests.support.school import Caller, Refusal, open_session


def add_lead(call, school, person="sam", **members):
    given = {
        "stage_id": school["stage_new"],
        "name": "Ida",
        "follow_up_date": "2027-03-05",
        "phone": "+1 555 0100",
    }
    return call(person)("create_lead", **given | members)


def http_lead(school, **members):
    return {
        "stageId": school["stage_new"],
        "name": "Ida",
        "followUpDate": "2027-03-05",
        "phone": "1",
    } | members


def at_once(conninfo, *attempts):
    """Run calls ``(token, function, arguments)`` at the same time: answers, or the refusals."""
    gate = threading.Barrier(len(attempts))

    def attempt(given):
        token, function, arguments = given
        with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
            caller = Caller(gateway, token)
            gate.wait()
            try:
                return caller(function, **arguments)
            except Refusal as refused:
                return refused

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(attempt, attempts))


def test_lead_converted_twice_at_once_converts_once(db, school, call, conninfo):
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
        answers = at_once(
            conninfo,
            *((school.token(person), "create_admission", wanted) for person in ("sam", "ada")),
        )
        won = [answer["id"] for answer in answers if not isinstance(answer, Refusal)]
        lost = [answer for answer in answers if isinstance(answer, Refusal)]
        assert (len(won), [refused.code for refused in lost]) == (1, ["lead_already_converted"])
        assert lost[0].members["admissionId"] == won[0]
        assert db.execute(
            "select count(*), count(distinct student_id) from school.admissions where lead_id = %s",
            (lead,),
        ).fetchone() == (1, 1)
    assert refusal(call("sam"), "create_admission", **wanted).code == "lead_already_converted"


def test_lead_without_email_becomes_a_student_without_a_login(db, school, call):
    lead = add_lead(call, school, name="No mail")["id"]
    student = call("sam")("create_admission", **wish(school, "friday", lead_id=lead))["studentId"]
    assert db.execute(
        "select u.name, u.email, u.role,"
        " (select count(*) from auth.credentials as c where c.user_id = u.id),"
        " (select count(*) from auth.activation_tokens as a where a.user_id = u.id)"
        " from school.users as u where u.id = %s",
        (student,),
    ).fetchone() == ("No mail", None, "student", 0, 0)


def test_siblings_share_a_parents_email_and_phone(db, school, call):
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


def test_login_user_with_that_email_exists_is_told_and_no_second_user_is_made(db, school, call):
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


def test_case_variants_of_an_email_are_one_address(db, school, call):
    lead = add_lead(call, school, email="  Ida.Quist@Leads.TEST\u00a0")
    assert lead["email"] == "ida.quist@leads.test"
    again = add_lead(call, school, phone=None, email="IDA.QUIST@leads.test")
    assert [d["matches"] for d in again["possibleDuplicates"]] == ["email"]
    with nothing_changes(db):
        user = {"name": "Sam 2", "role": "staff", "email": " SAM@School.Test "}
        assert refusal(call("ada"), "create_user", **user).code == "email_in_use"


def test_nfc_and_nfd_forms_are_one_text(school, call):
    composed, decomposed = "Zo\u00eb Bj\u00f6rk", "Zoe\u0308 Bjo\u0308rk"
    for name in (composed, decomposed):
        lead = add_lead(call, school, name=name, email=f"{name.split()[0]}@leads.test")
        assert (lead["name"], lead["email"]) == (composed, "zo\u00eb@leads.test")
        for term in (composed, decomposed):
            found = call("sam")("list_leads", search=term)["items"]
            assert lead["id"] in [item["id"] for item in found]
    assert len(lead["possibleDuplicates"]) == 1
    for tag in ("e\u0301te\u0301", "\u00e9t\u00e9"):
        tagged = call("sam")("put_lead_tag", lead_id=lead["id"], tag=tag)
        assert tagged["tags"] == ["\u00e9t\u00e9"]


def test_kelvin_sign_is_k_by_nfc_and_dotted_i_does_not_fold_into_ascii(db, school, call):
    """The stored address is the one that was judged, and the only one mail could go to."""
    kim = call("ada")("create_user", name="Kim", role="student", email="\u212aim@x.test")
    assert kim["email"] == "kim@x.test"
    with nothing_changes(db):
        again = {"name": "Other", "role": "student", "email": "\u212aIM@x.test"}
        assert refusal(call("ada"), "create_user", **again).code == "email_in_use"
    call("ada")("create_user", name="Ida", role="student", email="ida@x.test")
    other = call("ada")("create_user", name="Look-alike", role="student", email="\u0130da@x.test")
    assert other["email"] == "\u0130da@x.test"


def test_same_phone_in_several_formats_is_reported_and_never_refused(school, call):
    first = add_lead(call, school, phone="+1 (555) 201-0100")
    for phone in ("1-555-201-0100", "555.201.0100", "(555) 201 0100 ext. 5", "0015552010100"):
        lead = add_lead(call, school, phone=phone)
        assert lead["phone"] == phone
        assert first["id"] in [d["id"] for d in lead["possibleDuplicates"]], phone
        assert {d["matches"] for d in lead["possibleDuplicates"]} == {"phone"}


def test_formula_in_exported_csv_gets_an_apostrophe_there_and_is_stored_raw(db, school, call):
    for start in ("=", "+", "-", "@"):
        add_lead(call, school, name=f"{start}cmd|' /C calc'!A0", phone="+91 98765 43210")
    exported = call("sam")("export_leads", owner_id=school["sam"])
    for start in ("=", "+", "-", "@"):
        assert f"\n'{start}cmd" in exported
        assert f"\n{start}cmd" not in exported
    assert ",'+91 98765 43210," in exported
    stored = db.execute("select count(*) from school.leads where name like '=cmd%'").fetchone()
    assert stored == (1,)
    # Tab and carriage return are trimmed from the ends of text, so that no cell begins with one.
    assert add_lead(call, school, name="\t\r=x")["name"] == "=x"


def test_nul_byte_in_text_is_a_400_and_never_reaches_sql(db, school, client):
    sam = client("sam")
    with nothing_changes(db):
        body = json.dumps(http_lead(school, name="a\x00b"))
        for answer in (
            sam.post("/v1/leads", content=body, headers={"Content-Type": "application/json"}),
            sam.get("/v1/leads?search=a%00b"),
            sam.put(f"/v1/leads/{school['fresh']}/tags/a%00b"),
            sam.post(
                "/v1/leads/import",
                content=b"name,phone,followUpDate\na\x00b,1,2027-03-02\n",
                headers={"Content-Type": "text/csv"},
            ),
        ):
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


def test_infinity_typed_years_and_impossible_dates_are_refused(db, school, client, call):
    with nothing_changes(db):
        for date in (
            "infinity",
            "-infinity",
            "0001-01-01",
            "9999-12-31",
            "1899-12-31",
            "2201-01-01",
            "2027-02-29",
            "2027-04-31",
            "2027-3-5",
            "today",
        ):
            answer = client("sam").post("/v1/leads", json=http_lead(school, followUpDate=date))
            assert answer.status_code == 400, date
            assert [e["pointer"] for e in answer.json()["errors"]] == ["/followUpDate"]
        for date in ("infinity", "0001-01-01", "9999-12-31"):
            for member in ("follow_up_date", "demo_date", "walk_in_date"):
                with pytest.raises(psycopg.errors.CheckViolation):
                    add_lead(call, school, **{member: date})
    for date in ("1900-01-01", "2200-12-31", "2028-02-29"):
        assert add_lead(call, school, follow_up_date=date)["followUpDate"] == date


def test_very_long_indexed_text_is_refused_by_its_length(db, school, call, client):
    with nothing_changes(db):
        for member, value in (
            ("name", "x" * 201),
            ("phone", "1" * 41),
            ("email", "x" * 250 + "@x.test"),
            ("address", "x" * 3000),
            ("lostReason", "x" * 1001),
        ):
            answer = client("sam").post("/v1/leads", json=http_lead(school, **{member: value}))
            assert answer.status_code == 400, member
            assert [e["pointer"] for e in answer.json()["errors"]] == [f"/{member}"]
        with pytest.raises(psycopg.errors.CheckViolation):
            add_lead(call, school, name="x" * 3000)
        with pytest.raises(psycopg.errors.CheckViolation):
            call("sam")("put_lead_tag", lead_id=school["fresh"], tag="x" * 3000)
    longest = add_lead(call, school, name="\U0001f3bb" * 200)
    assert len(longest["name"]) == 200


def test_whitespace_only_and_zero_width_names_are_refused_and_ends_are_trimmed(
    db, school, call, client
):
    with nothing_changes(db):
        for name in ("", " ", "\t\n", "\u00a0\u2003", "\u200b\u200d\ufeff", "\u3000"):
            answer = client("sam").post("/v1/leads", json=http_lead(school, name=name))
            assert answer.status_code == 400, ascii(name)
            assert [e["pointer"] for e in answer.json()["errors"]] == ["/name"]
            user = {"name": name, "role": "student"}
            assert client("ada").post("/v1/users", json=user).status_code == 400, ascii(name)
    trimmed = add_lead(call, school, name="\u200b\u00a0 Ida \ufeff", area=" \u200b ")
    assert (trimmed["name"], trimmed["area"]) == ("Ida", None)


def test_search_text_with_percent_and_underscore_is_taken_literally(school, call):
    for name in ("50% off", "snake_case"):
        add_lead(call, school, name=name)
    for term, found in (("%", ["50% off"]), ("_", ["snake_case"]), ("%_", []), ("5_%", [])):
        items = call("sam")("list_leads", search=term)["items"]
        assert [item["name"] for item in items] == found, term
    assert call("ada")("list_users", search="_")["items"] == []


def test_an_email_is_free_again_once_its_user_is_deleted(db, school, call):
    first = call("ada")("create_user", name="First", role="staff", email="reuse@school.test")
    call("ada")("delete_user", user_id=first["id"])
    second = call("ada")("create_user", name="Second", role="staff", email="Reuse@school.test")
    assert second["id"] != first["id"]
    assert db.execute(
        "select name, deleted_at is null from school.users where email = 'reuse@school.test'"
        " order by name"
    ).fetchall() == [("First", False), ("Second", True)]
    assert refusal(call("ada"), "get_user", user_id=first["id"]).code == "not_found"


def test_the_last_active_super_admin_stays(db, school, call, conninfo):
    root = school["root"]
    with nothing_changes(db):
        for function, arguments in (
            ("delete_user", {}),
            ("update_user", {"status": "disabled", "present": ["status"]}),
            ("update_user", {"role": "admin", "present": ["role"]}),
        ):
            refused = refusal(call("root"), function, user_id=root, **arguments)
            assert refused.code == "last_super_admin"
            kept = refusal(call("ada"), function, user_id=root, **arguments)
            assert kept.code == "forbidden"
    other = call("root")("create_user", name="Second", role="super_admin", email="two@school.test")
    open_session(db, other["id"], "session-of-second")
    answers = at_once(
        conninfo,
        ("session-of-second", "delete_user", {"user_id": root}),
        (school.token("root"), "delete_user", {"user_id": other["id"]}),
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    assert db.execute(
        "select count(*) from school.users where role = 'super_admin' and deleted_at is null"
    ).fetchone() == (1,)


def test_settings_of_a_person_are_their_own_and_keep_what_is_not_named(db, school, client):
    sam, tom = client("sam"), client("tom")
    fresh = sam.get("/v1/me/settings").json()
    assert (fresh["locale"], fresh["mutedNotificationTypes"]) == (None, [])
    assert fresh["preferences"] == {}
    first = sam.patch(
        "/v1/me/settings",
        json={"locale": "de-CH", "timezone": "Europe/Zurich", "preferences": {"dense": True}},
    ).json()
    muted = sam.patch("/v1/me/settings", json={"mutedNotificationTypes": ["lead.assigned"]}).json()
    assert (muted["locale"], muted["timezone"]) == ("de-CH", "Europe/Zurich")
    assert muted["preferences"] == {"dense": True}
    assert muted["mutedNotificationTypes"] == ["lead.assigned"]
    assert muted["version"] == first["version"] + 1
    cleared = sam.patch("/v1/me/settings", json={"locale": None, "preferences": None}).json()
    assert (cleared["locale"], cleared["preferences"]) == (None, {})
    assert tom.get("/v1/me/settings").json()["mutedNotificationTypes"] == []
    for body, pointer in (
        ({"mutedNotificationTypes": ["access.requested"]}, "/mutedNotificationTypes/0"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"preferences": []}, "/preferences"),
        ({"userId": school["sam"]}, "/userId"),
    ):
        answer = tom.patch("/v1/me/settings", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), body
        assert [e["pointer"] for e in answer.json()["errors"]] == [pointer], body
    assert db.execute("select count(*) from school.user_settings").fetchone() == (1,)

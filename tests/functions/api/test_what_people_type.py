"""What people type: one form of it is stored, within limits, and searched for literally."""

import json
from typing import Any

import psycopg
import pytest

from tests.support.admitting import nothing_changes
from tests.support.asking import refusal, refused
from tests.support.leads import add_lead
from tests.support.school import Callers, Database, School
from tests.support.servers import Client


def http_lead(school: School, **members: Any) -> Any:
    return {
        "stageId": school["stage_new"],
        "name": "Ida",
        "followUpDate": "2027-03-05",
        "phone": "1",
    } | members


def test_case_variants_of_an_email_are_one_address(
    db: Database, school: School, call: Callers
) -> None:
    lead = add_lead(call, school, email="  Ida.Quist@Leads.TEST\u00a0")
    assert lead["email"] == "ida.quist@leads.test"
    again = add_lead(call, school, phone=None, email="IDA.QUIST@leads.test")
    assert [d["matches"] for d in again["possibleDuplicates"]] == ["email"]
    with nothing_changes(db):
        user = {"name": "Sam 2", "role": "staff", "email": " SAM@School.Test "}
        assert refusal(call("ada"), "create_user", **user).code == "email_in_use"


def test_nfc_and_nfd_forms_are_one_text(school: School, call: Callers) -> None:
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


def test_kelvin_sign_is_k_by_nfc_and_dotted_i_does_not_fold_into_ascii(
    db: Database, school: School, call: Callers
) -> None:
    """The stored address is the one that was judged, and the only one mail could go to."""
    kim = call("ada")("create_user", name="Kim", role="student", email="\u212aim@x.test")
    assert kim["email"] == "kim@x.test"
    with nothing_changes(db):
        again = {"name": "Other", "role": "student", "email": "\u212aIM@x.test"}
        assert refusal(call("ada"), "create_user", **again).code == "email_in_use"
    call("ada")("create_user", name="Ida", role="student", email="ida@x.test")
    other = call("ada")("create_user", name="Look-alike", role="student", email="\u0130da@x.test")
    assert other["email"] == "\u0130da@x.test"


def test_same_phone_in_several_formats_is_reported_and_never_refused(
    school: School, call: Callers
) -> None:
    first = add_lead(call, school, phone="+1 (555) 201-0100")
    for phone in ("1-555-201-0100", "555.201.0100", "(555) 201 0100 ext. 5", "0015552010100"):
        lead = add_lead(call, school, phone=phone)
        assert lead["phone"] == phone
        assert first["id"] in [d["id"] for d in lead["possibleDuplicates"]], phone
        assert {d["matches"] for d in lead["possibleDuplicates"]} == {"phone"}


def test_nul_byte_in_text_is_a_400_and_never_reaches_sql(
    db: Database, school: School, client: Client
) -> None:
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
            refused(answer, 400, "invalid_request")


def test_infinity_typed_years_and_impossible_dates_are_refused(
    db: Database, school: School, client: Client, call: Callers
) -> None:
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


def test_very_long_indexed_text_is_refused_by_its_length(
    db: Database, school: School, call: Callers, client: Client
) -> None:
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
    db: Database, school: School, call: Callers, client: Client
) -> None:
    with nothing_changes(db):
        for name in ("", " ", "\t\n", "\u00a0\u2003", "\u200b\u200d\ufeff", "\u3000"):
            answer = client("sam").post("/v1/leads", json=http_lead(school, name=name))
            assert answer.status_code == 400, ascii(name)
            assert [e["pointer"] for e in answer.json()["errors"]] == ["/name"]
            user = {"name": name, "role": "student"}
            assert client("ada").post("/v1/users", json=user).status_code == 400, ascii(name)
    trimmed = add_lead(call, school, name="\u200b\u00a0 Ida \ufeff", area=" \u200b ")
    assert (trimmed["name"], trimmed["area"]) == ("Ida", None)


def test_search_text_with_percent_and_underscore_is_taken_literally(
    school: School, call: Callers
) -> None:
    for name in ("50% off", "snake_case"):
        add_lead(call, school, name=name)
    for term, found in (("%", ["50% off"]), ("_", ["snake_case"]), ("%_", []), ("5_%", [])):
        items = call("sam")("list_leads", search=term)["items"]
        assert [item["name"] for item in items] == found, term
    assert call("ada")("list_users", search="_")["items"] == []


def test_a_plan_of_a_billion_classes_is_400(db: Database, school: School, client: Client) -> None:
    with nothing_changes(db):
        for total in (0, -1, 501, 10**9, 10**30):
            answer = client("ada").post(
                "/v1/course-plans",
                json={
                    "courseId": school["violin"],
                    "name": "Endless",
                    "totalClasses": total,
                    "classesPerWeek": 1,
                },
            )
            refused(answer, 400, "invalid_request")

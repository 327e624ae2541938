"""Beside the id of a person, lead, course, plan, stage or class stands its name.

The whole OpenAPI document is walked; then each reader is told the names that are theirs to know.
"""

from typing import Any

import pytest

from tests.api.conftest import Site

SCHEMA = "#/components/schemas/"
# Ids of what is called by no name, and why.
NAMELESS = {
    "admissionId": "an admission is its student and course, which stand beside it",
    "renewedFromId": "an admission",
    "attendanceId": "a dated class is its date and its weekly class, which stand beside it",
    "trialId": "a trial is its lead, date and weekly class",
    "timeSlotId": "a time slot is its weekday and its hours",
    "overlapsTimeSlotId": "a time slot",
    "eventId": "an event is its type and what it is about",
    "entityId": "what it is depends on entityType; its names are in title, body and payload",
    "webhookId": "a webhook is its address",
    "requestId": "a request has no other name",
}


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.client(None).get("/openapi.json").json()
    return found


def is_id(schema: dict[str, Any]) -> bool:
    return "uuid" in (schema.get("format"), schema.get("items", {}).get("format"))


def nameless(schemas: dict[str, Any]) -> list[str]:
    """Every member that is an id without a name beside it."""
    pairs = {
        f"{SCHEMA}{name}"
        for name, schema in schemas.items()
        if {"id", "name"} == schema.get("properties", {}).keys()
    }
    found = []
    for name, schema in schemas.items():
        members = schema.get("properties", {})
        for member, told in members.items():
            is_one = member != "id" and (member.endswith("Id") or is_id(told))
            beside = members.get(member.removesuffix("Id"), {}) if member.endswith("Id") else {}
            named = any(part.get("$ref") in pairs for part in (beside, *beside.get("anyOf", ())))
            if is_one and not named and member not in NAMELESS:
                found.append(f"{name}.{member}")
    return found


def test_every_id_of_what_has_a_name_stands_beside_it(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert nameless(schemas) == []
    members = {member for s in schemas.values() for member in s.get("properties", {})}
    assert NAMELESS.keys() <= members, "an exception that nothing needs"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"ownerId": {"format": "uuid"}}, ["Thing.ownerId"]),
        ({"ownerId": {"format": "uuid"}, "owner": {"type": "string"}}, ["Thing.ownerId"]),
        ({"ownerId": {"format": "uuid"}, "owner": {"$ref": f"{SCHEMA}PersonRef"}}, []),
        ({"decidedBy": {"format": "uuid"}}, ["Thing.decidedBy"]),
        ({"recipients": {"type": "array", "items": {"format": "uuid"}}}, ["Thing.recipients"]),
        ({"id": {"format": "uuid"}, "timeSlotId": {"format": "uuid"}}, []),
    ],
)
def test_an_id_without_a_name_is_found(told: dict[str, Any], wrong: list[str]) -> None:
    pair: dict[str, Any] = {"properties": {"id": {}, "name": {}}}
    assert nameless({"PersonRef": pair, "Thing": {"properties": told}}) == wrong


def hidden(person: dict[str, str]) -> dict[str, str | None]:
    return {**person, "name": None}


def test_a_lead_names_its_stage_and_its_people(site: Site) -> None:
    sam, school = site.client("sam"), site.school
    stage = {"id": school["stage_new"], "name": "New"}
    for reader in ("ada", "sam", "tom"):
        lead = site.client(reader).get(f"/v1/leads/{school['fresh']}").json()
        named = (lead["stage"], lead["owner"], lead["assignedTeacher"])
        assert named == (stage, school.person("sam"), school.person("tom")), reader
        listed = site.client(reader).get("/v1/leads").json()["items"]
        assert next(item for item in listed if item["id"] == school["fresh"]) == lead
    unowned = sam.get(f"/v1/leads/{school['unowned']}").json()
    assert (unowned["owner"], unowned["assignedTeacher"]) == (None, None)
    note = sam.post(f"/v1/leads/{school['fresh']}/notes", json={"body": "Called"}).json()
    assert note["lead"] == school.person("fresh")


def test_a_change_of_a_lead_names_stages_and_people_before_and_after(site: Site) -> None:
    school, path = site.school, f"/v1/leads/{site.school['sues']}"
    stage = school["stage_contacted"]
    site.client("ada").patch(
        path,
        json={"ownerId": school["sam"], "assignedTeacherId": school["tia"], "age": 7},
    ).raise_for_status()
    site.client("sam").post(f"{path}/notes", json={"body": "Mine now"}).raise_for_status()
    site.client("ada").patch(path, json={"ownerId": school["sue"]}).raise_for_status()
    moved = site.client("sam").patch(f"/v1/leads/{school['fresh']}", json={"stageId": stage})
    assert moved.json()["stage"] == {"id": stage, "name": "Contacted"}
    changes = [
        [e[name] for name in ("field", "old", "oldName", "new", "newName")]
        for lead, reader in (("sues", "tia"), ("fresh", "sam"))
        for e in site.client(reader).get(f"/v1/leads/{school[lead]}/audit-events").json()["items"]
        if e["field"] == "assignedTeacherId" or (e["old"] and e["field"] in ("stageId", "ownerId"))
    ]
    sam, sue, tia, tom = (school[name] for name in ("sam", "sue", "tia", "tom"))
    admitted = school["stage_admitted"]
    assert changes == [
        ["stageId", school["stage_new"], "New", admitted, "Admitted"],
        ["assignedTeacherId", None, None, tia, "Tia"],
        ["ownerId", sue, "Sue", sam, "Sam"],
        ["ownerId", sam, "Sam", sue, "Sue"],
        ["assignedTeacherId", None, None, tom, "Tom"],
        ["stageId", school["stage_new"], "New", stage, "Contacted"],
    ]
    events = site.client("tia").get(f"{path}/audit-events").json()["items"]
    assert [(e["new"], e["newName"]) for e in events if e["field"] == "age"] == [(7, None)]


def test_an_admission_names_its_lead_to_who_sees_the_lead(site: Site) -> None:
    school = site.school
    lead = school.person("sams")
    for reader, name in (("ada", "Sams"), ("sam", "Sams"), ("tom", None), ("sid", None)):
        one = site.client(reader).get(f"/v1/admissions/{school['sid_admission']}").json()
        assert one["lead"] == {**lead, "name": name}, reader
        assert one["coursePlan"] == {"id": school["violin_8"], "name": "8 classes, 2 a week"}
        assert [s["classroomSlot"] for s in one["slots"]] == [
            school.weekly_class("violin_monday"),
            school.weekly_class("violin_wednesday"),
        ]
        assert one in site.client(reader).get("/v1/admissions").json()["items"]
    payment = site.client("sam").get(f"/v1/admissions/{school['sid_admission']}/payment").json()
    assert payment["updatedBy"] == school.person("sam")
    own = site.client("sid").get(f"/v1/admissions/{school['sid_admission']}/payment").json()
    assert own["updatedBy"] == hidden(school.person("sam"))


def test_colleagues_are_named_to_who_works_here_and_to_students_their_teachers(site: Site) -> None:
    school, ada = site.school, site.client("ada")
    path = f"/v1/attendance?admissionId={school['sid_admission']}"
    first, second, *_ = ada.get(path).json()["items"]
    today = f"/v1/attendance/{first['id']}/mark"
    asked = site.client("sid").post(
        "/v1/reschedule-requests",
        json={
            "attendanceId": second["id"],
            "classroomSlotId": school["violin_friday"],
            "classDate": "2027-03-05",
        },
    )
    request = f"/v1/reschedule-requests/{asked.json()['id']}"
    decided = ada.post(f"{request}/approve", json={}).json()
    for marker in ("tom", "ada"):
        who = school.person(marker)
        status = {"tom": "late", "ada": "present"}[marker]
        site.client(marker).post(today, json={"status": status}).raise_for_status()
        for reader in ("ada", "sam", "tom", "sid"):
            row = site.client(reader).get(f"/v1/attendance/{first['id']}").json()
            told = hidden(who) if (marker, reader) == ("ada", "sid") else who
            assert row["markedBy"] == told, reader
            assert row["classroomSlot"] == school.weekly_class("violin_monday")
            assert row["originalClassroomSlot"] is None
    moved = site.client("sid").get(f"/v1/attendance/{second['id']}").json()
    assert moved["classroomSlot"] == school.weekly_class("violin_friday")
    assert moved["originalClassroomSlot"] == school.weekly_class("violin_wednesday")
    for reader in ("ada", "sam", "tom", "sid"):
        read = site.client(reader).get(request).json()
        assert read["requestedBy"] == school.person("sid")
        who = school.person("ada")
        assert read["decidedBy"] == (hidden(who) if reader == "sid" else who), reader
        assert read["sourceClassroomSlot"] == school.weekly_class("violin_wednesday")
        assert read["classroomSlot"] == decided["classroomSlot"] == moved["classroomSlot"]


def test_who_has_an_e_mail_is_named_to_who_may_know(site: Site) -> None:
    school = site.school
    wanted = {"name": "Twin", "role": "student", "email": "sid@school.test"}
    refused = site.client("ada").post("/v1/users", json=wanted).json()
    assert (refused["userId"], refused["user"]) == (school["sid"], school.person("sid"))
    admission = {
        "leadId": school["fresh"],
        "student": {"name": "Twin", "email": "una@school.test"},
        "courseId": school["violin"],
        "coursePlanId": school["violin_4"],
        "startDate": "2027-03-01",
        "timeSlotIds": [school["friday"]],
    }
    for reader, knows in (("ada", True), ("sam", False)):
        refused = site.client(reader).post("/v1/admissions", json=admission).json()
        assert refused["code"] == "email_in_use"
        assert refused.get("user") == (school.person("una") if knows else None)
        assert refused["conflicts"][0].get("user") == refused.get("user")
        assert ("userId" in refused) is knows

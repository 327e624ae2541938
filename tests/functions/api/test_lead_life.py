"""A lead from the first call to the admission, over HTTP, as its people live it."""

from tests.support.admitting import wish
from tests.support.asking import refused
from tests.support.school import Clock, School
from tests.support.servers import Client


def test_a_lead_lives_from_the_enquiry_to_the_admission_and_the_audit_trail_tells_it(
    school: School, client: Client, clock: Clock
) -> None:
    sam, sue, tom, tia = (client(person) for person in ("sam", "sue", "tom", "tia"))
    made = sam.post(
        "/v1/leads",
        json={
            "stageId": school["stage_new"],
            "name": "  Ida Quist ",
            "phone": "+1 555 010 0199",
            "followUpDate": "2027-03-02",
            "assignedTeacherId": school["tom"],
            "source": "walk-in",
        },
    )
    assert made.status_code == 201, made.text
    lead = made.json()
    path = f"/v1/leads/{lead['id']}"
    assert made.headers["Location"] == path
    assert lead["name"] == "Ida Quist"
    assert (lead["ownerId"], lead["followUpStatus"]) == (school["sam"], "open")
    assert (lead["tags"], lead["possibleDuplicates"], lead["admissionId"]) == ([], [], None)

    clock.set("2027-03-02T10:00:00Z")
    note = sam.post(f"{path}/notes", json={"body": "Wants the violin."})
    assert note.status_code == 201
    assert note.json()["author"] == {"id": school["sam"], "name": "Sam"}
    assert sam.put(f"{path}/tags/summer").json()["tags"] == ["summer"]
    assert sam.put(f"{path}/tags/summer").json()["tags"] == ["summer"]
    first = sam.post(
        f"{path}/follow-up",
        json={"outcome": "rescheduled", "followUpDate": "2027-03-04", "note": "Call again."},
    ).json()
    assert (first["followUpDate"], first["followUpStatus"]) == ("2027-03-04", "open")
    assert (first["numberOfContactAttempts"], first["lastContactedDate"]) == (1, "2027-03-02")

    clock.set("2027-03-03T15:00:00Z")
    demo = tom.post(
        f"{path}/demo",
        json={"demoDate": "2027-03-03", "demoConducted": True, "note": "Good ear."},
    )
    assert demo.status_code == 200, demo.text
    assert (demo.json()["demoDate"], demo.json()["demoConducted"]) == ("2027-03-03", True)

    clock.set("2027-03-04T09:00:00Z")
    moved = sam.patch(path, json={"stageId": school["stage_demo_done"]})
    assert moved.json()["stageId"] == school["stage_demo_done"]
    second = sam.post(f"{path}/follow-up", json={"outcome": "done"}).json()
    assert (second["followUpStatus"], second["numberOfContactAttempts"]) == ("done", 2)

    for other in (sue, tia):
        for answer in (
            other.get(path),
            other.get(f"{path}/notes"),
            other.get(f"{path}/audit-events"),
            other.post(f"{path}/notes", json={"body": "Mine?"}),
            other.post(f"{path}/demo", json={"demoDate": "2027-03-05", "demoConducted": False}),
        ):
            refused(answer, 404, "not_found")
        assert lead["id"] not in [item["id"] for item in other.get("/v1/leads").json()["items"]]
    clock.set("2027-03-04T11:00:00Z")
    for answer in (
        sue.patch(path, json={"ownerId": school["sue"]}),
        sue.post(f"{path}/assign", json={"ownerId": school["sue"]}),
        sue.post(f"{path}/follow-up", json={"outcome": "done"}),
        sue.put(f"{path}/tags/mine"),
        sue.delete(f"{path}/tags/summer"),
        sue.delete(path),
    ):
        refused(answer, 404, "not_found")
    for method, suffix, body in (
        ("PATCH", "", {"area": "North"}),
        ("DELETE", "", None),
        ("POST", "/follow-up", {"outcome": "done"}),
        ("POST", "/assign", {"ownerId": school["sam"]}),
    ):
        refused(tom.request(method, path + suffix, json=body), 403, "forbidden")
    assert sam.get(path).json()["ownerId"] == school["sam"]

    wished = {
        "courseId": "course_id",
        "coursePlanId": "course_plan_id",
        "startDate": "start_date",
        "timeSlotIds": "time_slot_ids",
    }
    wanted = wish(school, "friday", "monday")
    admitted = sam.post(
        "/v1/admissions",
        json={"leadId": lead["id"], **{wire: wanted[name] for wire, name in wished.items()}}
        | {"startDate": "2027-03-05"},
    )
    assert admitted.status_code == 201, admitted.text
    won = sam.get(path).json()
    assert (won["stageId"], won["admissionId"]) == (school["stage_admitted"], admitted.json()["id"])

    notes = sam.get(f"{path}/notes").json()["items"]
    assert [(n["body"], n["author"]["name"]) for n in notes] == [
        ("Good ear.", "Tom"),
        ("Call again.", "Sam"),
        ("Wants the violin.", "Sam"),
    ]
    story = sam.get(f"{path}/audit-events").json()["items"]
    told = [(e["field"], e["old"], e["new"], e["actor"]["name"]) for e in story]
    assert told == [
        ("assignedTeacherId", None, school["tom"], "Sam"),
        ("ownerId", None, school["sam"], "Sam"),
        ("stageId", None, school["stage_new"], "Sam"),
        ("tags", None, "summer", "Sam"),
        ("followUpDate", "2027-03-02", "2027-03-04", "Sam"),
        ("lastContactedDate", None, "2027-03-02", "Sam"),
        ("numberOfContactAttempts", 0, 1, "Sam"),
        ("demoConducted", False, True, "Tom"),
        ("demoDate", None, "2027-03-03", "Tom"),
        ("stageId", school["stage_new"], school["stage_demo_done"], "Sam"),
        ("followUpStatus", "open", "done", "Sam"),
        ("lastContactedDate", "2027-03-02", "2027-03-04", "Sam"),
        ("numberOfContactAttempts", 1, 2, "Sam"),
        ("stageId", school["stage_demo_done"], school["stage_admitted"], "Sam"),
    ]
    assert {e["actor"]["id"] for e in story} == {school["sam"], school["tom"]}
    assert story[3]["createdAt"].startswith("2027-03-02T10:00:00")
    pages, cursor = [], None
    while True:
        page = sam.get(
            f"{path}/audit-events", params={"limit": 5} | ({"cursor": cursor} if cursor else {})
        ).json()
        pages.append(len(page["items"]))
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert pages == [5, 5, 4]

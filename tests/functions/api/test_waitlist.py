"""Entries of the waiting list: who may do what, what is refused, and what each entry tells."""

from typing import Any

import httpx
import pytest

from tests.support.admitting import fill, nothing_changes
from tests.support.asking import pages, pointers, refusal, refused
from tests.support.classrooms import events
from tests.support.school import Callers, Clock, Database, School
from tests.support.waitlist import enter, held, state

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def full(db: Database, school: School) -> None:
    """Fill every class of violin."""
    fill(db, school["violin_monday"], 1)
    fill(db, school["violin_friday"], 3)


def test_an_entry_tells_who_waits_for_what_and_where_it_stands(
    db: Database, school: School, call: Callers, full: None
) -> None:
    made = call("sam")(
        "create_waitlist_entry",
        course_id=school["violin"],
        lead_id=school["fresh"],
        course_plan_id=school["violin_4"],
        time_slot_ids=[school["wednesday"], school["monday"]],
        teacher_id=school["tom"],
        note=" soon ",
    )
    assert made == {
        "id": made["id"],
        "status": "waiting",
        "lead": {"id": school["fresh"], "name": "Fresh"},
        "student": None,
        "course": {"id": school["violin"], "name": "Violin I"},
        "coursePlanId": school["violin_4"],
        "coursePlan": {"id": school["violin_4"], "name": "4 classes, 1 a week"},
        "classesPerWeek": 1,
        "timeSlots": [
            {"id": school["monday"], "weekday": 1, "startTime": "16:00", "endTime": "17:00"},
            {"id": school["wednesday"], "weekday": 3, "startTime": "16:00", "endTime": "17:00"},
        ],
        "teacher": {"id": school["tom"], "name": "Tom"},
        "note": "soon",
        "position": 1,
        "expectedOn": "2027-01-05",  # the day after the only class of who was seated on Monday
        "offer": None,
        "first": False,
        "admissionId": None,
        "endedAt": None,
        "createdAt": "2027-03-01T09:00:00+00:00",
        "updatedAt": "2027-03-01T09:00:00+00:00",
        "version": 1,
    }
    assert call("sam")("get_waitlist_entry", waitlist_entry_id=made["id"]) == made


def test_a_seat_is_expected_the_day_after_the_plan_that_frees_it(
    db: Database, school: School, call: Callers
) -> None:
    """sid has Wednesday until 2027-03-24; of Monday and Friday seats are free."""
    ada = call("ada")

    def expected(entry: str) -> Any:
        return ada("get_waitlist_entry", waitlist_entry_id=entry)["expectedOn"]

    alone = enter(ada, school, "unowned", "wednesday")
    pair = enter(ada, school, "sues", "wednesday", "friday", classes_per_week=2)
    never = enter(ada, school, "fresh", "wednesday", "tuesday", classes_per_week=2)
    assert [expected(e) for e in (alone, pair, never)] == ["2027-03-25", "2027-03-25", None]
    offered = enter(ada, school, "sid", "friday")
    assert (state(db, offered), expected(offered)) == ("offered", None)


def test_the_place_counts_who_waits_for_the_course(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    entries = [enter(ada, school, lead, "wednesday") for lead in ("unowned", "fresh", "sues")]

    def places() -> list[Any]:
        shown = [ada("get_waitlist_entry", waitlist_entry_id=entry) for entry in entries]
        return [(entry["position"], entry["first"]) for entry in shown]

    enter(ada, school, "una", course_id=school["piano"])
    assert places() == [(1, False), (2, False), (3, False)]
    for entry in (entries[1], entries[2]):
        ada("update_waitlist_entry", waitlist_entry_id=entry, first=True, present=["first"])
        assert events(db, entry) == ["waitlist.put_first"]
    assert places() == [(3, False), (2, True), (1, True)]
    assert call("sam")("get_waitlist_entry", waitlist_entry_id=entries[1])["position"] == 2
    ada("update_waitlist_entry", waitlist_entry_id=entries[2], first=False, present=["first"])
    ada("withdraw_waitlist_entry", waitlist_entry_id=entries[0])
    assert places() == [(None, False), (1, True), (2, False)]
    assert events(db, entries[2]) == ["waitlist.put_first"]


def test_the_list_is_read_by_filter_and_by_page(
    db: Database, school: School, call: Callers, clock: Clock, full: None
) -> None:
    ada = call("ada")
    entries = []
    for n, (person, slots) in enumerate(
        (("unowned", ("wednesday",)), ("fresh", ()), ("una", ("tuesday",)), ("sid", ("friday",)))
    ):
        clock.set(f"2027-03-01T09:00:0{n}Z")
        entries.append(enter(ada, school, person, *slots))
    piano = enter(ada, school, "unowned", course_id=school["piano"])

    def found(**filters: Any) -> list[str]:
        return [
            item["id"]
            for page in pages(ada, "list_waitlist", limit=2, **filters)
            for item in page["items"]
        ]

    assert sorted(found()) == sorted([*entries, piano])
    assert found(course_id=school["violin"]) == entries
    assert found(status="offered") == [piano]
    assert found(lead_id=school["fresh"]) == [entries[1]]
    assert found(student_id=school["sid"]) == [entries[3]]
    assert found(time_slot_id=school["wednesday"]) == entries[:2]
    assert found(time_slot_id=school["tuesday"]) == [entries[2]]


def test_staff_and_students_see_their_own_and_others_nothing(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    sues = enter(call("sue"), school, "sues", course_id=school["piano"], classes_per_week=14)
    fresh, una, unowned = (
        enter(ada, school, person, "wednesday") for person in ("fresh", "una", "unowned")
    )
    assert unowned
    for person, entry, others in (
        ("sam", fresh, (sues, una, unowned)),
        ("una", una, (fresh, sues)),
    ):
        caller = call(person)
        assert [item["id"] for item in caller("list_waitlist")["items"]] == [entry]
        assert caller("get_waitlist_entry", waitlist_entry_id=entry)["position"]
        for other in others:
            found = refusal(caller, "get_waitlist_entry", waitlist_entry_id=other)
            assert found.code == "not_found"
            assert caller.rows("select * from school.place_in_line(%s)", (other,)) == []
    for function in ("list_waitlist", "get_waitlist_entry"):
        arguments = {} if function == "list_waitlist" else {"waitlist_entry_id": fresh}
        assert refusal(call("tom"), function, **arguments).code == "forbidden"


def test_students_and_teachers_write_nothing(
    db: Database, school: School, call: Callers, full: None
) -> None:
    una = enter(call("ada"), school, "una", "wednesday")
    with nothing_changes(db):
        for person in ("una", "tom"):
            caller = call(person)
            for function, arguments in (
                ("create_waitlist_entry", {"course_id": school["violin"]}),
                ("update_waitlist_entry", {"waitlist_entry_id": una, "present": ["note"]}),
                ("decline_waitlist_entry", {"waitlist_entry_id": una}),
                ("withdraw_waitlist_entry", {"waitlist_entry_id": una}),
            ):
                assert refusal(caller, function, **arguments).code == "forbidden"


def test_staff_write_for_the_leads_they_own_only(
    db: Database, school: School, call: Callers
) -> None:
    sam, ada = call("sam"), call("ada")
    sues, unowned = (enter(ada, school, lead, "wednesday") for lead in ("sues", "unowned"))
    with nothing_changes(db):
        assert refusal(enter, sam, school, "unowned").code == "forbidden"
        assert refusal(enter, sam, school, "sid").code == "forbidden"
        found = refusal(enter, sam, school, "sues")
        assert (found.code, pointers(found.members)) == ("unknown_reference", ["/leadId"])
        for entry in (sues, unowned):
            its = {"waitlist_entry_id": entry}
            for function in ("decline_waitlist_entry", "withdraw_waitlist_entry"):
                assert refusal(sam, function, **its).code == "not_found"
            changed = refusal(sam, "update_waitlist_entry", **its, note="x", present=["note"])
            assert changed.code == "not_found"
    own = enter(sam, school, "fresh", "wednesday")
    with nothing_changes(db):
        first = refusal(
            sam, "update_waitlist_entry", waitlist_entry_id=own, first=True, present=["first"]
        )
        assert first.code == "forbidden"
    sam("update_waitlist_entry", waitlist_entry_id=own, note="x", present=["note"])
    # With the lead goes the entry.
    ada("assign_lead", lead_id=school["fresh"], owner_id=school["sue"], present=["owner_id"])
    assert refusal(sam, "withdraw_waitlist_entry", waitlist_entry_id=own).code == "not_found"
    call("sue")("withdraw_waitlist_entry", waitlist_entry_id=own)


def test_what_makes_no_wish_is_refused(db: Database, school: School, call: Callers) -> None:
    ada = call("ada")
    ada("update_lead", lead_id=school["unowned"], stage_id=school["stage_lost"],
        lost_reason="moved", present=["stage_id", "lost_reason"])  # fmt: skip
    ada("update_user", user_id=school["una"], status="disabled", present=["status"])
    fresh = {"lead_id": school["fresh"]}
    cases: list[tuple[str, dict[str, Any]]] = [
        ("invalid_request", {}),
        ("invalid_request", fresh | {"student_id": school["sid"]}),
        ("invalid_state", {"lead_id": school["unowned"]}),
        ("not_a_student", {"student_id": school["una"]}),
        ("not_a_student", {"student_id": school["tom"]}),
        ("plan_not_for_course", fresh | {"course_plan_id": school["piano_4"]}),
        (
            "slot_count_mismatch",
            fresh | {"course_plan_id": school["violin_8"], "classes_per_week": 1},
        ),
        (
            "slot_count_mismatch",
            fresh | {"time_slot_ids": [school["friday"]], "classes_per_week": 2},
        ),
        ("duplicate_slot", fresh | {"time_slot_ids": [school["friday"]] * 2}),
        ("not_a_teacher", fresh | {"teacher_id": school["sam"]}),
        ("teacher_not_for_course", fresh | {"teacher_id": school["tia"]}),
    ]
    with nothing_changes(db):
        for code, members in cases:
            found = refusal(ada, "create_waitlist_entry", course_id=school["violin"], **members)
            assert found.code == code, members
        unknown = refusal(
            ada,
            "create_waitlist_entry",
            course_id=NOBODY,
            lead_id=NOBODY,
            course_plan_id=NOBODY,
            teacher_id=NOBODY,
            time_slot_ids=[school["friday"], NOBODY],
        )
        assert unknown.code == "unknown_reference"
        assert pointers(unknown.members) == [
            "/courseId",
            "/coursePlanId",
            "/leadId",
            "/teacherId",
            "/timeSlotIds/1",
        ]


def test_a_person_waits_for_a_course_once(
    db: Database, school: School, call: Callers, full: None
) -> None:
    ada = call("ada")
    entry = enter(ada, school, "fresh", "wednesday")
    with nothing_changes(db):
        assert refusal(enter, ada, school, "fresh", "friday").code == "already_exists"
    enter(ada, school, "fresh", course_id=school["piano"])
    ada("withdraw_waitlist_entry", waitlist_entry_id=entry)
    enter(ada, school, "fresh", "friday")
    # A lead and the student it became are one person.
    enter(ada, school, "sid", "friday")
    assert refusal(enter, ada, school, "sams", "friday").code == "already_exists"


def test_a_changed_wish_is_met_at_once(db: Database, school: School, call: Callers) -> None:
    sam = call("sam")
    entry = enter(sam, school, "fresh", "wednesday")
    its = {"waitlist_entry_id": entry}
    assert sam("get_waitlist_entry", **its)["version"] == 1
    noted = sam("update_waitlist_entry", **its, note="x", present=["note"], if_match=1)
    assert (noted["note"], noted["status"], noted["version"]) == ("x", "waiting", 2)
    stale = refusal(sam, "update_waitlist_entry", **its, note="y", present=["note"], if_match=1)
    assert stale.code == "version_mismatch"
    met = sam("update_waitlist_entry", **its, time_slot_ids=None, present=["time_slot_ids"])
    assert (met["timeSlots"], met["status"]) == ([], "offered")
    assert held(db, school, entry) == ["violin_friday"]
    sam("update_waitlist_entry", **its, time_slot_ids=[school["friday"]], note=None,
        present=["time_slot_ids", "note"])  # fmt: skip
    with nothing_changes(db):
        for code, members in (
            ("invalid_state", {"time_slot_ids": [school["monday"]]}),
            ("duplicate_slot", {"time_slot_ids": [school["friday"]] * 2}),
            ("unknown_reference", {"time_slot_ids": [NOBODY]}),
            ("teacher_not_for_course", {"teacher_id": school["tia"]}),
            ("not_found", {"waitlist_entry_id": NOBODY}),
        ):
            found = refusal(sam, "update_waitlist_entry", **(its | members), present=list(members))
            assert found.code == code


def test_what_has_ended_stays_as_it_is(
    db: Database, school: School, call: Callers, full: None
) -> None:
    sam = call("sam")
    entry = enter(sam, school, "fresh", "wednesday")
    its = {"waitlist_entry_id": entry}
    with nothing_changes(db):
        assert refusal(sam, "decline_waitlist_entry", **its).code == "invalid_state"
        stale = refusal(sam, "withdraw_waitlist_entry", **its, if_match=9)
        assert stale.code == "version_mismatch"
    sam("withdraw_waitlist_entry", **its)
    with nothing_changes(db):
        assert refusal(sam, "withdraw_waitlist_entry", **its).code == "invalid_state"
        assert refusal(sam, "decline_waitlist_entry", **its).code == "invalid_state"
        changed = refusal(sam, "update_waitlist_entry", **its, note="x", present=["note"])
        assert changed.code == "invalid_state"


def test_the_waiting_list_over_http(school: School, client: Any, full: None) -> None:
    sam: httpx.Client = client("sam")
    body = {
        "leadId": school["fresh"],
        "courseId": school["violin"],
        "timeSlotIds": [school["wednesday"]],
    }
    made = sam.post("/v1/waitlist", json=body, headers={"Idempotency-Key": "once"})
    assert (made.status_code, made.json()["status"]) == (201, "waiting")
    again = sam.post("/v1/waitlist", json=body, headers={"Idempotency-Key": "once"})
    assert again.json() == made.json()
    address = f"/v1/waitlist/{made.json()['id']}"
    refused(sam.post("/v1/waitlist", json=body), 409, "already_exists")
    refused(sam.post("/v1/waitlist", json=body | {"classesPerWeek": 15}), 400, "invalid_request")
    refused(sam.get("/v1/waitlist", params={"status": "gone"}), 400, "invalid_request")
    assert sam.get(address).headers["ETag"] == '"1"'
    stale = sam.patch(address, json={"note": "x"}, headers={"If-Match": '"7"'})
    refused(stale, 412, "version_mismatch")
    assert sam.patch(address, json={"timeSlotIds": [], "note": "x"}).json()["timeSlots"] == []
    refused(sam.patch(address, json={"first": True}), 403, "forbidden")
    refused(sam.post(f"{address}/decline"), 409, "invalid_state")
    assert sam.get("/v1/waitlist", params={"leadId": school["fresh"]}).json()["items"]
    refused(client("tom").get("/v1/waitlist"), 403, "forbidden")
    assert client("sid").get("/v1/waitlist").json() == {"items": [], "nextCursor": None}
    refused(client("sid").post("/v1/waitlist", json=body), 403, "forbidden")
    assert sam.delete(address).status_code == 204
    assert sam.get(address).json()["status"] == "withdrawn"

"""Days at the school over HTTP, by everybody who works and learns there, and what each was told."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from tests.support.asking import refused
from tests.support.school import Clock, Database, School, open_session
from tests.support.servers import Client

Http = Callable[..., httpx.Client]

VIOLIN_PRICE = 90


def said(answer: httpx.Response, status: int = 200) -> Any:
    """Return what was answered, which must be of this status."""
    assert answer.status_code == status, answer.text
    return answer.json()


def inbox(person: httpx.Client) -> dict[str, str]:
    """Return the types of somebody's notifications by id."""
    items = said(person.get("/v1/notifications?limit=200"))["items"]
    return {n["id"]: n["type"] for n in items}


def admission_of(school: School, lead_id: str, time_slot: str, start: str) -> dict[str, Any]:
    return {
        "leadId": lead_id,
        "courseId": school["violin"],
        "coursePlanId": school["violin_4"],
        "startDate": start,
        "timeSlotIds": [school[time_slot]],
    }


def dashboard(person: httpx.Client, school: School, time_slot: str, **query: Any) -> Any:
    items = said(person.get("/v1/classroom", params={"courseId": school["violin"], **query}))
    slot = school[f"violin_{time_slot}"]
    return next(item for item in items["items"] if item["classroomSlotId"] == slot)


def a_full_class_and_two_who_wait(
    school: School, client: Client, clock: Clock
) -> tuple[str, dict[str, Any]]:
    """Let a seat go from who has it past the first in line to the second.

    Returns the second's lead and admission.
    """
    ada, sam, sue = client("ada"), client("sam"), client("sue")
    wanda = said(
        sue.post(
            "/v1/leads",
            json={
                "name": "Wanda",
                "email": "wanda@leads.test",
                "stageId": school["stage_new"],
                "followUpDate": "2027-03-02",
            },
        ),
        201,
    )["id"]
    # Sid has the only seat of Wednesday.
    full = sue.post("/v1/admissions", json=admission_of(school, wanda, "wednesday", "2027-03-03"))
    problem = refused(full, 409, "slot_full")
    assert problem["conflicts"][0]["alternatives"]

    def enter(person: httpx.Client, lead_id: str) -> Any:
        body = {
            "leadId": lead_id,
            "courseId": school["violin"],
            "coursePlanId": school["violin_4"],
            "timeSlotIds": [school["wednesday"]],
        }
        return said(person.post("/v1/waitlist", json=body), 201)

    first, second = enter(sam, school["fresh"]), enter(sue, wanda)
    assert (first["status"], first["position"]) == ("waiting", 1)
    assert (second["status"], second["position"]) == ("waiting", 2)
    assert first["lead"] == {"id": school["fresh"], "name": "Fresh"}
    refused(sam.get(f"/v1/waitlist/{second['id']}"), 404, "not_found")
    assert dashboard(ada, school, "wednesday")["waiting"] == 2

    # The cancellation offers the seat in the same breath, and nobody slips in between.
    said(ada.post(f"/v1/admissions/{school['sid_admission']}/cancel", json={"reason": "moves"}))
    offered = said(sam.get(f"/v1/waitlist/{first['id']}"))
    assert offered["status"] == "offered"
    assert [s["classroomSlotId"] for s in offered["offer"]["classroomSlots"]] == [
        school["violin_wednesday"]
    ]
    assert offered["offer"]["expiresAt"].startswith("2027-03-03T09:00:00")
    seen = dashboard(ada, school, "wednesday")
    assert (seen["occupied"], seen["held"], seen["free"], seen["waiting"]) == (0, 1, 0, 1)
    wish = admission_of(school, wanda, "wednesday", "2027-03-03")
    preview = said(ada.post("/v1/admissions/preview", json=wish))
    assert [c["code"] for c in preview["conflicts"]] == ["slot_held"]
    assert preview["conflicts"][0]["heldUntil"].startswith("2027-03-03T09:00:00")

    # Two days later Fresh has not answered: it is Wanda's turn.
    clock.set("2027-03-03T10:00:00+00:00")
    assert said(ada.post("/v1/jobs/expire_offers/run", json={}))["rows"] == 1
    assert said(sam.get(f"/v1/waitlist/{first['id']}"))["status"] == "expired"
    assert said(sue.get(f"/v1/waitlist/{second['id']}"))["status"] == "offered"
    preview = said(sue.post("/v1/admissions/preview", json=wish))
    assert (preview["ok"], preview["price"]) == (True, VIOLIN_PRICE)
    admitted: dict[str, Any] = said(sue.post("/v1/admissions", json=wish), 201)
    assert admitted["price"] == VIOLIN_PRICE
    assert admitted["attendance"] == {
        "total": 4,
        "firstDate": "2027-03-03",
        "lastDate": "2027-03-24",
    }
    assert said(sue.get(f"/v1/waitlist/{second['id']}"))["status"] == "admitted"
    seen = dashboard(ada, school, "wednesday")
    assert (seen["occupied"], seen["held"], seen["free"], seen["waiting"]) == (1, 0, 0, 0)
    return wanda, admitted


def a_trial_that_becomes_an_admission(
    school: School, client: Client, clock: Clock
) -> dict[str, Any]:
    """Let Fresh sit in on a Friday, and stay."""
    sam, tom = client("sam"), client("tom")
    body = {
        "leadId": school["fresh"],
        "classroomSlotId": school["violin_friday"],
        "date": "2027-03-05",
    }
    trial = said(sam.post("/v1/trials", json=body), 201)
    assert (trial["status"], trial["startTime"]) == ("booked", "16:00")
    assert said(sam.get(f"/v1/leads/{school['fresh']}"))["demoDate"] == "2027-03-05"
    register = dashboard(tom, school, "friday", date="2027-03-05")
    assert (register["expected"], register["freeOnDate"]) == (1, 2)
    assert [(s["name"], s["kind"], s["trialId"]) for s in register["students"]] == [
        ("Fresh", "trial", trial["id"])
    ]
    clock.set("2027-03-05T17:30:00+00:00")
    outcome = {"status": "attended", "note": "A good ear."}
    attended = said(tom.post(f"/v1/trials/{trial['id']}/outcome", json=outcome))
    assert attended["status"] == "attended"
    assert said(sam.get(f"/v1/leads/{school['fresh']}"))["demoConducted"] is True
    wish = admission_of(school, school["fresh"], "friday", "2027-03-12")
    admitted: dict[str, Any] = said(sam.post("/v1/admissions", json=wish), 201)
    assert admitted["attendance"]["lastDate"] == "2027-04-02"
    return admitted


def a_transfer_and_a_pause(school: School, client: Client, admission_id: str) -> None:
    """Let Fresh come on Mondays instead, and miss a week."""
    sam = client("sam")
    path = f"/v1/admissions/{admission_id}"
    move = {
        "fromClassroomSlotId": school["violin_friday"],
        "timeSlotId": school["monday"],
        "from": "2027-03-15",
    }
    preview = said(sam.post(f"{path}/transfer/preview", json=move))
    assert (preview["ok"], preview["conflicts"]) == (True, [])
    assert [(m["fromDate"], m["toDate"]) for m in preview["moved"]] == [
        ("2027-03-19", "2027-03-15"),
        ("2027-03-26", "2027-03-22"),
        ("2027-04-02", "2027-03-29"),
    ]
    moved = said(sam.post(f"{path}/transfer", json=move))
    assert [s["classroomSlotId"] for s in moved["slots"]] == [school["violin_monday"]]
    assert moved["attendance"] == {"total": 4, "firstDate": "2027-03-12", "lastDate": "2027-03-29"}

    holiday = {"from": "2027-03-22", "to": "2027-03-28", "reason": "holiday"}
    preview = said(sam.post(f"{path}/pause/preview", json=holiday))
    assert preview["ok"] is True
    assert [c["classDate"] for c in preview["cancelled"]] == ["2027-03-22"]
    assert [a["classDate"] for a in preview["added"]] == ["2027-04-05"]
    paused = said(sam.post(f"{path}/pause", json=holiday))
    assert (paused["status"], paused["attendance"]["lastDate"]) == ("active", "2027-04-05")


def a_move_refused_by_policy_and_one_overridden(
    school: School, client: Client, student: httpx.Client, admission_id: str
) -> None:
    """Let the school want two weeks' notice, and make one exception."""
    ada, root = client("ada"), client("root")
    policy = {"rescheduleNoticeHours": 336, "reschedulesPerAdmission": 1}
    said(root.patch("/v1/settings", json=policy))
    rows = said(student.get("/v1/attendance", params={"admissionId": admission_id}))["items"]
    by_date = {row["classDate"]: row["id"] for row in rows if row["status"] == "scheduled"}
    assert sorted(by_date) == ["2027-03-12", "2027-03-15", "2027-03-29", "2027-04-05"]
    soon = by_date["2027-03-15"]
    body = {
        "attendanceId": soon,
        "classroomSlotId": school["violin_friday"],
        "classDate": "2027-03-19",
    }
    options = said(student.get(f"/v1/attendance/{soon}/reschedule-options"))
    assert options["items"] == []
    refused(student.post("/v1/reschedule-requests", json=body), 422, "too_late_to_move")
    overridden = student.post("/v1/reschedule-requests", json=body | {"override": True})
    assert (overridden.status_code, overridden.json()["code"]) == (403, "forbidden")
    asked = said(ada.post("/v1/reschedule-requests", json=body | {"override": True}), 201)
    done = said(root.post(f"/v1/reschedule-requests/{asked['id']}/approve", json={}))
    assert done["status"] == "approved"
    admission = said(student.get(f"/v1/admissions/{admission_id}"))
    assert admission["moves"] == {"used": 1, "allowed": 1}
    second = {
        "attendanceId": by_date["2027-04-05"],
        "classroomSlotId": school["violin_friday"],
        "classDate": "2027-04-09",
    }
    refused(student.post("/v1/reschedule-requests", json=second), 422, "no_moves_left")


def test_the_days_of_a_school_and_what_each_person_was_told(
    db: Database, school: School, client: Client, http: Http, clock: Clock
) -> None:
    staff = ("root", "ada", "sam", "sue", "tom", "tia", "sid", "una")
    known = {person: set(inbox(client(person))) for person in staff}
    plan = f"/v1/course-plans/{school['violin_4']}"
    said(client("ada").patch(plan, json={"price": VIOLIN_PRICE}))

    def student_of(admission: dict[str, Any], token: str) -> httpx.Client:
        open_session(db, admission["studentId"], token)
        return http(token)

    _, wandas = a_full_class_and_two_who_wait(school, client, clock)
    freshs = a_trial_that_becomes_an_admission(school, client, clock)
    wanda, fresh = student_of(wandas, "wanda"), student_of(freshs, "fresh")
    a_transfer_and_a_pause(school, client, freshs["id"])
    a_move_refused_by_policy_and_one_overridden(school, client, fresh, freshs["id"])

    told = {
        person: Counter(kind for i, kind in inbox(client(person)).items() if i not in known[person])
        for person in staff
    }
    told["wanda"] = Counter(inbox(wanda).values())
    told["fresh"] = Counter(inbox(fresh).values())
    admissions = ["admission.created"] * 2 + ["admission.transferred", "admission.paused"]
    assert told == {
        "root": Counter(
            [*admissions, "admission.refused", "admission.cancelled", "reschedule.requested"]
        ),
        "ada": Counter([*admissions, "admission.refused", "reschedule.approved"]),
        "sam": Counter(["admission.cancelled", "waitlist.offered", "waitlist.expired"]),
        "sue": Counter(["waitlist.offered"]),
        "tom": Counter(
            [
                *admissions,
                "admission.cancelled",
                "trial.booked",
                "reschedule.requested",
                "reschedule.approved",
            ]
        ),
        "tia": Counter(),
        "sid": Counter(["admission.cancelled"]),
        "una": Counter(),
        "wanda": Counter(["admission.created"]),
        "fresh": Counter(
            [
                "admission.created",
                "admission.transferred",
                "admission.paused",
                "reschedule.approved",
            ]
        ),
    }
    assert said(client("ada").get("/v1/notifications/unread-count"))["count"] >= 6

"""Trial classes: a lead sits in one class on one date."""

from typing import Any

import pytest

from tests.support.admitting import nothing_changes, wish
from tests.support.asking import one, pages, refusal, refused
from tests.support.classrooms import ask, class_on, events, status
from tests.support.leads import add_lead
from tests.support.notices import names
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client
from tests.support.trials import book, demo, trial


def place(call: Callers, slot: str, date: str) -> Any:
    (line,) = (
        i for i in call("ada")("list_classroom", date=date)["items"] if i["classroomSlotId"] == slot
    )
    return line["expected"], line["freeOnDate"]


def test_a_booked_trial_takes_a_place_on_its_date_and_no_weekly_seat(
    db: Database, school: School, call: Callers
) -> None:
    made = call("sam")("create_trial", **trial(school))
    assert {k: made[k] for k in ("lead", "date", "startTime", "endTime", "status", "note")} == {
        "lead": {"id": school["fresh"], "name": "Fresh"},
        "date": "2027-03-05",
        "startTime": "16:00",
        "endTime": "17:00",
        "status": "booked",
        "note": None,
    }
    assert (made["course"], made["teacher"]["name"]) == (
        {"id": school["violin"], "name": "Violin I"},
        "Tom",
    )
    assert place(call, school["violin_friday"], "2027-03-05") == (1, 2)
    assert place(call, school["violin_friday"], "2027-03-12") == (0, 3)
    assert demo(db, school["fresh"]) == ("2027-03-05", False, school["tom"])
    assert events(db, made["id"]) == ["trial.booked"]
    assert names(db, "trial.booked") == ["Tom"], "sam did it"


def test_the_lead_is_given_the_teacher_of_the_date_when_it_has_none(
    db: Database, school: School, call: Callers
) -> None:
    ada = call("ada")
    ada("set_substitute", classroom_slot_id=school["violin_friday"], date="2027-03-05",
        teacher_id=school["tia"], present=["teacher_id"])  # fmt: skip
    book(ada, school, "unowned")
    assert demo(db, school["unowned"]) == ("2027-03-05", False, school["tia"])
    assert names(db, "trial.booked") == ["Tia"]
    call("ada")("update_user", user_id=school["tom"], status="disabled", present=["status"])
    ida = add_lead(call, school)["id"]
    book(ada, school, ida, "violin_friday", "2027-03-12")
    assert demo(db, ida) == ("2027-03-12", False, None), "who cannot log in is not given leads"


@pytest.mark.parametrize(
    ("person", "lead", "code"),
    [
        ("ada", "fresh", None),
        ("root", "unowned", None),
        ("sam", "fresh", None),
        ("sam", "unowned", "forbidden"),
        ("sue", "fresh", "unknown_reference"),
        ("tom", "fresh", "forbidden"),
        ("sid", "fresh", "forbidden"),
        (None, "fresh", "forbidden"),
    ],
)
def test_staff_book_for_leads_they_own_and_admins_for_all(
    db: Database, school: School, call: Callers, person: str, lead: str, code: str | None
) -> None:
    if code is None:
        assert call(person)("create_trial", **trial(school, lead))["status"] == "booked"
        return
    with nothing_changes(db):
        assert refusal(call(person), "create_trial", **trial(school, lead)).code == code


def test_ids_that_name_nothing_are_all_told_and_come_before_the_rest(
    db: Database, school: School, call: Callers
) -> None:
    nobody = "00000000-0000-0000-0000-000000000001"
    wrong = refusal(
        call("sam"), "create_trial", lead_id=nobody, classroom_slot_id=nobody, date="2027-03-02"
    )
    assert wrong.code == "unknown_reference"
    assert [e["pointer"] for e in wrong.members["errors"]] == ["/leadId", "/classroomSlotId"]
    call("ada")("delete_lead", lead_id=school["fresh"])
    assert refusal(call("ada"), "create_trial", **trial(school)).code == "unknown_reference"
    call("ada")("delete_classroom_slot", classroom_slot_id=school["violin_friday"])
    gone = refusal(call("ada"), "create_trial", **trial(school, "unowned"))
    assert gone.members["errors"] == [{"pointer": "/classroomSlotId", "message": "unknown"}]


def test_only_an_open_lead_sits_in_a_trial(db: Database, school: School, call: Callers) -> None:
    converted = refusal(call("sam"), "create_trial", **trial(school, "sams"))
    assert converted.code == "lead_already_converted"
    assert converted.members["admissionId"] == school["sid_admission"]
    for stage, reason in (("stage_lost", "far away"), ("stage_admitted", None)):
        call("sam")("update_lead", lead_id=school["fresh"], stage_id=school[stage],
                    lost_reason=reason, present=["stage_id", "lost_reason"])  # fmt: skip
        with nothing_changes(db):
            refused_ = refusal(call("sam"), "create_trial", **trial(school))
        assert refused_.code == "invalid_state"


@pytest.mark.parametrize(
    ("slot", "date", "codes"),
    [
        ("violin_friday", "2027-03-04", ["class_not_held"]),
        ("violin_friday", "2027-03-07", ["class_not_held", "school_closed"]),
        ("violin_friday", "2027-03-12", ["school_closed"]),
        ("violin_friday", "2027-02-26", ["class_not_in_future"]),
        ("violin_friday", "2027-04-30", []),
        ("violin_friday", "2027-05-07", ["beyond_window"]),
        ("violin_monday", "2027-03-01", []),
        ("violin_wednesday", "2027-03-03", ["date_full"]),
        ("piano_thursday", "2027-03-04", ["class_not_held"]),
    ],
)
def test_the_class_must_be_held_soon_and_have_a_place(
    db: Database, school: School, call: Callers, slot: str, date: str, codes: list[str]
) -> None:
    ada = call("ada")
    ada("create_closure", start_date="2027-03-12", end_date="2027-03-12", reason="Fair")
    ada("update_time_slot", time_slot_id=school["thursday"], is_active=False,
        present=["is_active"])  # fmt: skip
    wanted = trial(school, "fresh", slot, date)
    if not codes:
        assert ada("create_trial", **wanted)["date"] == date
        return
    with nothing_changes(db):
        wrong = refusal(ada, "create_trial", **wanted)
    assert wrong.code == codes[0]
    assert [c["code"] for c in wrong.members["conflicts"]] == codes


def test_a_class_that_has_begun_today_is_past(school: School, call: Callers, clock: Clock) -> None:
    clock.set("2027-03-05T16:00:00Z")
    assert refusal(call("ada"), "create_trial", **trial(school)).code == "class_not_in_future"


def test_one_booked_trial_for_a_course_and_so_many_in_all(
    db: Database, school: School, call: Callers
) -> None:
    ada, sam = call("ada"), call("sam")
    first = book(sam, school)
    again = trial(school, "fresh", "violin_friday", "2027-03-12")
    piano = trial(school, "fresh", "piano_monday", "2027-03-08")
    with nothing_changes(db):
        assert refusal(sam, "create_trial", **again).code == "already_exists"
        assert refusal(ada, "create_trial", **again, override=True).code == "already_exists"
        assert refusal(sam, "create_trial", **piano).code == "no_trials_left"
        assert refusal(sam, "create_trial", **piano, override=True).code == "forbidden"
    assert book(ada, school, "fresh", "piano_monday", "2027-03-08", override=True)
    sam("cancel_trial", trial_id=first)
    assert refusal(sam, "create_trial", **again).code == "no_trials_left", "piano counts"
    call("root")("update_settings", trials_per_lead=2, present=["trials_per_lead"])
    assert book(sam, school, "fresh", "violin_friday", "2027-03-12"), "a cancelled one does not"
    call("root")("update_settings", trials_per_lead=0, present=["trials_per_lead"])
    ida = add_lead(call, school)["id"]
    assert refusal(sam, "create_trial", **trial(school, ida)).code == "no_trials_left"


def test_an_override_lifts_no_full_date(school: School, call: Callers) -> None:
    wednesday = trial(school, "fresh", "violin_wednesday", "2027-03-03", override=True)
    assert refusal(call("ada"), "create_trial", **wednesday).code == "date_full"


def test_who_sits_there_every_week_but_not_on_that_date_takes_no_place(
    db: Database, school: School, call: Callers
) -> None:
    asked = ask(call("sid"), db, school, "2027-03-03", "violin_friday", "2027-03-12")
    call("ada")("approve_reschedule_request", reschedule_request_id=asked)
    book(call("sam"), school, "fresh", "violin_wednesday", "2027-03-03")


def test_a_trial_is_listed_to_its_owner_its_teacher_and_admins(
    school: School, call: Callers
) -> None:
    made = book(call("sam"), school)
    other = book(call("ada"), school, "unowned", "piano_thursday", "2027-03-04")
    seen = {
        person: [i["id"] for page in pages(call(person), "list_trials", limit=1)
                 for i in page["items"]]
        for person in ("ada", "root", "sam", "sue", "tom", "tia")
    }  # fmt: skip
    assert seen == {
        "ada": [other, made],
        "root": [other, made],
        "sam": [made],
        "sue": [],
        "tom": [made],
        "tia": [other],
    }
    for person, ids in seen.items():
        for one_of in (made, other):
            if one_of in ids:
                assert call(person)("get_trial", trial_id=one_of)["id"] == one_of
            else:
                assert refusal(call(person), "get_trial", trial_id=one_of).code == "not_found"
    tias = call("tia")("list_trials")["items"][0]
    assert tias["lead"] == {"id": school["unowned"], "name": "Unowned"}, "whoever's lead it is"
    for stranger in ("sid", None):
        assert refusal(call(stranger), "list_trials").code == "forbidden"
        assert refusal(call(stranger), "get_trial", trial_id=made).code == "forbidden"
    for filters, found in (
        ({"date": "2027-03-05"}, [made]),
        ({"lead_id": school["unowned"]}, [other]),
        ({"classroom_slot_id": school["violin_friday"]}, [made]),
        ({"status": "cancelled"}, []),
        ({"status": "booked"}, [other, made]),
    ):
        assert [i["id"] for i in call("ada")("list_trials", **filters)["items"]] == found


@pytest.mark.parametrize("person", ["ada", "sam", "tom"])
@pytest.mark.parametrize(("end", "came"), [("attended", True), ("missed", False)])
def test_an_outcome_is_written_to_the_lead_from_the_date_on(
    db: Database, school: School, call: Callers, clock: Clock, person: str, end: str, came: bool
) -> None:
    made = book(call("sam"), school)
    outcome = {"trial_id": made, "status": end, "note": " Knows her scales "}
    with nothing_changes(db):
        assert refusal(call(person), "record_trial_outcome", **outcome).code == "class_in_future"
    clock.set("2027-03-05T08:00:00Z")
    answer = call(person)("record_trial_outcome", **outcome)
    assert (answer["status"], answer["note"], answer["version"]) == (end, "Knows her scales", 2)
    assert demo(db, school["fresh"]) == ("2027-03-05", came, school["tom"])
    notes = call("sam")("list_lead_notes", lead_id=school["fresh"])["items"]
    assert [(n["body"], n["author"]["name"]) for n in notes] == [
        ("Knows her scales", person.capitalize())
    ]
    with nothing_changes(db):
        for call_of in ("record_trial_outcome", "cancel_trial"):
            given = outcome if call_of == "record_trial_outcome" else {"trial_id": made}
            again = "ada" if call_of == "cancel_trial" else person
            assert refusal(call(again), call_of, **given).code == "invalid_state"
    assert place(call, school["violin_friday"], "2027-03-05") == (0, 3)


def test_others_end_no_trial(db: Database, school: School, call: Callers, clock: Clock) -> None:
    made = book(call("sam"), school)
    clock.set("2027-03-05T18:00:00Z")
    with nothing_changes(db):
        for person, code in (("sue", "not_found"), ("tia", "not_found"), ("sid", "forbidden")):
            caller = call(person)
            outcome = refusal(caller, "record_trial_outcome", trial_id=made, status="attended")
            assert outcome.code == code
        assert refusal(call("sue"), "cancel_trial", trial_id=made).code == "not_found"
        for nobody in ("tom", "tia", "sid", None):
            assert refusal(call(nobody), "cancel_trial", trial_id=made).code == "forbidden"


def test_a_cancelled_trial_gives_its_place_back_and_tells(
    db: Database, school: School, call: Callers
) -> None:
    made = book(call("sam"), school)
    answer = call("sam")("cancel_trial", trial_id=made, reason="Ill")
    assert answer["status"] == "cancelled"
    assert demo(db, school["fresh"])[0] is None
    assert place(call, school["violin_friday"], "2027-03-05") == (0, 3)
    assert names(db, "trial.cancelled") == ["Tom"]
    body = "select body from school.notifications where type = 'trial.cancelled'"
    assert one(db, body) == "Fresh, Violin I: on 2027-03-05 at 16:00, Ill"
    assert refusal(call("sam"), "cancel_trial", trial_id=made).code == "invalid_state"


def test_a_demo_date_that_is_another_is_kept(db: Database, school: School, call: Callers) -> None:
    made = book(call("sam"), school)
    call("sam")("record_demo", lead_id=school["fresh"], demo_date="2027-03-09",
                demo_conducted=False)  # fmt: skip
    call("ada")("cancel_trial", trial_id=made)
    assert demo(db, school["fresh"])[0] == "2027-03-09"
    assert names(db, "trial.cancelled") == ["Sam", "Tom"]


def lose(call: Callers, school: School) -> None:
    call("ada")("update_lead", lead_id=school["fresh"], stage_id=school["stage_lost"],
                lost_reason="Far away", present=["stage_id", "lost_reason"])  # fmt: skip


def admit(call: Callers, school: School) -> None:
    call("ada")("create_admission", **wish(school, "monday", lead_id=school["fresh"]))


def close_the_date(call: Callers, school: School) -> None:
    call("ada")("create_closure", start_date="2027-03-04", end_date="2027-03-05", reason="Fair")


def close_the_day(call: Callers, school: School) -> None:
    call("ada")("set_operating_days", days='[{"weekday": 5, "isOpen": false}]')


ENDS = {
    "lost": (lose, "The lead is lost."),
    "deleted": (
        lambda call, school: call("ada")("delete_lead", lead_id=school["fresh"]),
        "The lead was deleted.",
    ),
    "admitted": (admit, "The lead was admitted."),
    "closure": (close_the_date, "The school is closed on that date."),
    "closing day": (close_the_day, "The school is closed on Fridays."),
    "class ended": (
        lambda call, school: call("ada")(
            "delete_classroom_slot", classroom_slot_id=school["violin_friday"]
        ),
        "The class is no longer held.",
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_trial_tells_teacher_and_owner(
    db: Database, school: School, call: Callers, end: str
) -> None:
    made = book(call("sam"), school)
    act, reason = ENDS[end]
    act(call, school)
    assert status(db, "trials", made) == "cancelled"
    assert demo(db, school["fresh"])[0] is None
    assert events(db, made) == ["trial.booked", "trial.cancelled"]
    assert names(db, "trial.cancelled") == ["Sam", "Tom"]
    told = "select payload ->> 'reason' from school.notification_events where type = %s"
    assert one(db, told, "trial.cancelled") == reason


@pytest.mark.parametrize("end", ENDS)
def test_a_trial_that_has_begun_waits_for_its_outcome(
    db: Database, school: School, call: Callers, clock: Clock, end: str
) -> None:
    made = book(call("sam"), school)
    clock.set("2027-03-05T16:30:00Z")
    if end == "admitted":
        call("ada")("create_admission",
                    **{**wish(school, "monday", lead_id=school["fresh"]),
                       "start_date": "2027-03-08"})  # fmt: skip
    else:
        ENDS[end][0](call, school)
    assert status(db, "trials", made) == "booked"
    answer = call("tom")("record_trial_outcome", trial_id=made, status="attended")
    assert (answer["status"], answer["lead"]["name"]) == ("attended", "Fresh")


def test_an_admission_that_is_refused_or_only_previewed_leaves_the_trial(
    db: Database, school: School, call: Callers
) -> None:
    made = book(call("sam"), school)
    full = wish(school, "wednesday", lead_id=school["fresh"])
    assert refusal(call("sam"), "create_admission", **full).code == "slot_full"
    assert call("sam")("preview_admission", **wish(school, "friday", lead_id=school["fresh"]))["ok"]
    call("ada")("preview_closure", start_date="2027-03-05", end_date="2027-03-05", reason="Fair")
    assert status(db, "trials", made) == "booked"
    # an admission without a lead leaves everybody's trials
    call("ada")("create_admission", **wish(school, "monday", student={"name": "Vic"}))
    assert status(db, "trials", made) == "booked"


def test_a_trial_keeps_a_class_from_moving_but_not_from_ending(
    db: Database, school: School, call: Callers
) -> None:
    made = book(call("sam"), school)
    ada = call("ada")
    moved = {"time_slot_id": school["friday"], "start_time": "15:00", "present": ["start_time"]}
    other = {
        "classroom_slot_id": school["violin_friday"],
        "time_slot_id": school["tuesday"],
        "present": ["time_slot_id"],
    }
    with nothing_changes(db):
        for function, members in (("update_time_slot", moved), ("update_classroom_slot", other)):
            wrong = refusal(ada, function, **members)
            assert wrong.code == "in_use"
            assert [(c["kind"], c["id"]) for c in wrong.members["conflicts"]] == [("trial", made)]
    ada("delete_classroom_slot", classroom_slot_id=school["violin_friday"])


def test_a_class_is_not_made_smaller_than_who_is_expected_on_a_date(
    db: Database, school: School, call: Callers
) -> None:
    book(call("sam"), school)
    book(call("ada"), school, "unowned")
    cut = {"classroom_slot_id": school["violin_friday"], "present": ["capacity"]}
    wrong = refusal(call("ada"), "update_classroom_slot", **cut, capacity=1)
    assert wrong.code == "in_use"
    assert [c["classDate"] for c in wrong.members["conflicts"]] == ["2027-03-05"]
    call("ada")("update_classroom_slot", **cut, capacity=2)


def test_a_substitute_or_a_new_teacher_takes_the_booked_trials_over(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    first = book(call("sam"), school)
    second = book(call("ada"), school, "unowned", "violin_friday", "2027-03-12")
    ada = call("ada")

    def teachers() -> Any:
        return [
            one(db, "select u.name from school.trials as x join school.users as u"
                    " on u.id = x.teacher_id where x.id = %s", i)
            for i in (first, second)
        ]  # fmt: skip

    stand_in = {"classroom_slot_id": school["violin_friday"], "present": ["teacher_id"]}
    ada("set_substitute", **stand_in, date="2027-03-05", teacher_id=school["tia"])
    assert teachers() == ["Tia", "Tom"]
    assert [i["id"] for i in call("tia")("list_trials")["items"]] == [first]
    tea = ada("create_user", name="Tea", role="teacher", email="tea@school.test")["id"]
    ada("put_course_teacher", course_id=school["violin"], teacher_id=tea)
    ada("update_classroom_slot", **stand_in, teacher_id=tea)
    assert teachers() == ["Tia", "Tea"]
    ada("set_substitute", **stand_in, date="2027-03-05", teacher_id=None)
    assert teachers() == ["Tea", "Tea"]
    clock.set("2027-03-05T20:00:00Z")
    ada("update_classroom_slot", **stand_in, teacher_id=school["tom"])
    assert teachers() == ["Tea", "Tom"], "who taught it keeps the outcome"
    ada("cancel_trial", trial_id=second)
    assert names(db, "trial.cancelled") == ["Tom"]


def test_a_place_taken_by_a_trial_is_no_place_for_a_move_nor_a_generated_class(
    db: Database, school: School, call: Callers
) -> None:
    db.execute("update school.classroom_slots set capacity = 1 where id = %s",
               (school["violin_friday"],))  # fmt: skip
    book(call("sam"), school, "fresh", "violin_friday", "2027-03-12")
    move = {
        "attendance_id": class_on(db, school, "sid", "2027-03-08"),
        "classroom_slot_id": school["violin_friday"],
        "class_date": "2027-03-12",
    }
    assert refusal(call("sid"), "create_reschedule_request", **move).code == "slot_full"
    options = call("sid")("list_reschedule_options", attendance_id=move["attendance_id"])["items"]
    assert "2027-03-12" not in {o["date"] for o in options}
    made = call("ada")("create_admission", **wish(school, "friday", student={"name": "Vic"}))
    assert [w["dates"] for w in made["warnings"] if w["code"] == "date_full"] == [["2027-03-12"]]


def test_trials_over_http(db: Database, school: School, client: Client, clock: Clock) -> None:
    sam, tom = client("sam"), client("tom")
    body = {
        "leadId": school["fresh"],
        "classroomSlotId": school["violin_friday"],
        "date": "2027-03-05",
    }
    made = sam.post("/v1/trials", json=body, headers={"Idempotency-Key": "one"})
    assert made.status_code == 201, made.text
    again = sam.post("/v1/trials", json=body, headers={"Idempotency-Key": "one"})
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (made.json(), "true")
    path = f"/v1/trials/{made.json()['id']}"
    assert sam.get(path).headers["ETag"] == '"1"'
    refused(sam.post("/v1/trials", json=body), 409, "already_exists")
    refused(sam.post("/v1/trials", json={**body, "override": True}), 403, "forbidden")
    refused(sam.post(f"{path}/outcome", json={"status": "booked"}), 400, "invalid_request")
    refused(tom.post(f"{path}/cancel"), 403, "forbidden")
    refused(tom.post(f"{path}/outcome", json={"status": "missed"}), 422, "class_in_future")
    refused(client("sue").post(f"{path}/cancel"), 404, "not_found")
    refused(client("sid").get("/v1/trials"), 403, "forbidden")
    refused(sam.get("/v1/trials/nothing"), 404, "not_found")
    found = tom.get("/v1/trials", params={"date": "2027-03-05", "status": "booked"}).json()
    assert [i["lead"]["name"] for i in found["items"]] == ["Fresh"]
    clock.set("2027-03-05T17:00:00Z")
    ended = tom.post(f"{path}/outcome", json={"status": "attended", "note": "Sings"})
    assert (ended.status_code, ended.json()["status"]) == (200, "attended")
    refused(sam.post(f"{path}/cancel", json={}), 409, "invalid_state")

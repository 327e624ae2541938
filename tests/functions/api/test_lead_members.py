"""The members of a lead: set, cleared and audited; its duplicates, notes, tags, end and return."""

from typing import Any

import psycopg
import pytest

from tests.support.admitting import nothing_changes
from tests.support.asking import pages, refusal
from tests.support.school import Callers, Clock, Database, School
from tests.support.servers import Client

MEMBERS = {
    "phone": ("+1 555 0100", "+1 555 0101"),
    "email": ("ida@leads.test", "quist@leads.test"),
    "assigned_teacher_id": ("tom", "tia"),
    "area": ("North", "South"),
    "community": ("Hill", "Vale"),
    "address": ("1 High Street", "2 Low Street"),
    "guardian_name": ("Per", "Eva"),
    "age": (8, 9),
    "expected_budget": (100.5, 80),
    "number_of_contact_attempts": (2, 3),
    "last_contacted_date": ("2027-02-01", "2027-02-02"),
    "next_follow_up": ("2027-04-01", "2027-04-02"),
    "walk_in_date": ("2027-01-01", "2027-01-02"),
    "demo_date": ("2027-03-10", "2027-03-11"),
    "demo_conducted": (True, False),
    "follow_up_date": ("2027-03-03", "2027-03-04"),
    "follow_up_status": ("open", "done"),
    "source": ("web", "friend"),
    "lost_reason": ("moved", "price"),
    "name": ("Ida", "Ida Quist"),
    "stage_id": ("stage_new", "stage_contacted"),
}
REQUIRED = {
    "name",
    "stage_id",
    "follow_up_date",
    "follow_up_status",
    "demo_conducted",
    "number_of_contact_attempts",
}


def wire(name: str) -> Any:
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def value(school: School, given: Any) -> Any:
    return school.ids.get(given, given) if isinstance(given, str) else given


def events(call: Callers, lead: str, since: int = 0) -> Any:
    found = call("ada")("list_lead_audit_events", lead_id=lead, limit=200)["items"][since:]
    return [(e["field"], e["old"], e["new"], e["actor"]["name"]) for e in found]


def create(call: Callers, school: School, person: str = "sam", **members: Any) -> Any:
    given = {
        "stage_id": school["stage_new"],
        "name": "Ida",
        "follow_up_date": "2027-03-03",
        "phone": "+1 555 0100",
    }
    return call(person)("create_lead", **given | members)


def test_every_member_is_set_changed_cleared_and_each_change_is_on_record(
    school: School, call: Callers
) -> None:
    first = {name: value(school, pair[0]) for name, pair in MEMBERS.items()}
    second = {name: value(school, pair[1]) for name, pair in MEMBERS.items()}
    lead = call("sam")("create_lead", **first)
    assert {name: lead[wire(name)] for name in first} == first
    assert lead["ownerId"] == school["sam"]
    told = len(events(call, lead["id"]))
    for name, given in second.items():
        changed = call("sam")("update_lead", lead_id=lead["id"], **{name: given}, present=[name])
        assert changed[wire(name)] == given, name
        assert events(call, lead["id"], told) == [(wire(name), first[name], given, "Sam")]
        told += 1
        same = call("sam")("update_lead", lead_id=lead["id"], **{name: given}, present=[name])
        assert same["version"] == changed["version"], name
    for name in second.keys() - REQUIRED - {"phone"}:
        cleared = call("sam")("update_lead", lead_id=lead["id"], present=[name])
        assert cleared[wire(name)] is None, name
        assert events(call, lead["id"], told) == [(wire(name), second[name], None, "Sam")]
        told += 1
    for name in REQUIRED:
        with pytest.raises(psycopg.errors.NotNullViolation):
            call("sam")("update_lead", lead_id=lead["id"], present=[name])
    with pytest.raises(psycopg.errors.CheckViolation, match="has_phone_or_email"):
        call("sam")("update_lead", lead_id=lead["id"], present=["phone"])
    assert events(call, lead["id"], told) == []
    admins = call("ada")(
        "update_lead",
        lead_id=lead["id"],
        owner_id=school["sue"],
        age=None,
        name="Idun",
        present=["owner_id", "age", "name"],
    )
    assert admins["ownerId"] == school["sue"]
    assert events(call, lead["id"], told) == [
        ("name", "Ida Quist", "Idun", "Ada"),
        ("ownerId", school["sam"], school["sue"], "Ada"),
    ]


def test_over_http_null_clears_an_absent_member_stays_and_a_required_one_is_pointed_at(
    school: School, client: Client, call: Callers
) -> None:
    lead = create(call, school, area="North", age=8)
    sam = client("sam")
    path = f"/v1/leads/{lead['id']}"
    changed = sam.patch(path, json={"age": None}, headers={"If-Match": f'"{lead["version"]}"'})
    assert (changed.json()["age"], changed.json()["area"]) == (None, "North")
    stale = sam.patch(path, json={"age": 5}, headers={"If-Match": f'"{lead["version"]}"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")
    for body, pointer in (
        ({"name": None}, "/name"),
        ({"followUpDate": None}, "/followUpDate"),
        ({"stageId": None}, "/stageId"),
        ({"name": " \u200b "}, "/name"),
        ({"age": 121}, "/age"),
        ({"followUpStatus": "closed"}, "/followUpStatus"),
        ({"shoeSize": 40}, "/shoeSize"),
    ):
        answer = sam.patch(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), body
        assert [e["pointer"] for e in answer.json()["errors"]] == [pointer], body
    neither = sam.patch(path, json={"phone": None})
    assert neither.status_code == 400
    assert "has phone or email" in neither.text
    for body, code in (
        ({"stageId": school["sam"]}, "unknown_reference"),
        ({"assignedTeacherId": school["sid"]}, "not_a_teacher"),
        ({"assignedTeacherId": school["fresh"]}, "unknown_reference"),
        ({"stageId": school["stage_lost"]}, "lost_reason_required"),
    ):
        answer = sam.patch(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code), body
    assert call("sam")("get_lead", lead_id=lead["id"])["version"] == changed.json()["version"]


def test_owners_are_staff_or_admins_and_only_admins_name_another(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        assert refusal(create, call, school, "sam", owner_id=school["sue"]).code == "forbidden"
        assert refusal(create, call, school, "ada", owner_id=school["tom"]).code == "not_staff"
        assert (
            refusal(create, call, school, "ada", owner_id=school["fresh"]).code
            == "unknown_reference"
        )
        assert refusal(create, call, school, "tom").code == "forbidden"
        for member, person in (("owner_id", "sue"), ("owner_id", None)):
            assert (
                refusal(
                    call("sam"),
                    "update_lead",
                    lead_id=school["fresh"],
                    owner_id=person and school[person],
                    present=[member],
                ).code
                == "forbidden"
            )
        unowned = {"lead_id": school["unowned"], "name": "Mine", "present": ["name"]}
        assert refusal(call("sam"), "update_lead", **unowned).code == "forbidden"
        for arguments in (
            {"owner_id": school["sue"], "present": ["owner_id"]},
            {"owner_id": school["sam"], "present": ["owner_id", "assigned_teacher_id"]},
            {"assigned_teacher_id": school["tom"], "present": ["assigned_teacher_id"]},
        ):
            refused = refusal(call("sam"), "assign_lead", lead_id=school["unowned"], **arguments)
            assert refused.code == "forbidden"
    assert create(call, school, "ada")["ownerId"] is None
    assert create(call, school, "ada", owner_id=school["root"])["ownerId"] == school["root"]
    both = call("ada")(
        "assign_lead",
        lead_id=school["unowned"],
        owner_id=school["sue"],
        assigned_teacher_id=school["tia"],
        present=["owner_id", "assigned_teacher_id"],
    )
    assert (both["ownerId"], both["assignedTeacherId"]) == (school["sue"], school["tia"])
    freed = call("ada")("assign_lead", lead_id=school["unowned"], present=["owner_id"])
    assert (freed["ownerId"], freed["assignedTeacherId"]) == (None, school["tia"])


def test_possible_duplicates_are_told_on_create_and_read_among_the_visible_only(
    school: School, call: Callers
) -> None:
    first = create(call, school, phone="+1 (555) 201-0100", email="Ida@Leads.test")["id"]
    by_phone = create(call, school, name="By phone", phone="1-555-201-0100")
    by_email = create(call, school, name="By e-mail", phone=None, email=" IDA@leads.TEST ")
    hidden = create(call, school, "sue", name="Hidden", phone="555 201 0100")["id"]
    other = create(call, school, name="Other", phone="555 201 0101")
    assert by_phone["possibleDuplicates"] == [{"id": first, "name": "Ida", "matches": "phone"}]
    assert by_email["possibleDuplicates"] == [{"id": first, "name": "Ida", "matches": "email"}]
    assert other["possibleDuplicates"] == []

    def seen(person: str) -> Any:
        lead = call(person)("get_lead", lead_id=first)
        return {(d["name"], d["matches"]) for d in lead["possibleDuplicates"]}

    assert seen("sam") == {("By phone", "phone"), ("By e-mail", "email")}
    assert seen("ada") == {("By phone", "phone"), ("By e-mail", "email"), ("Hidden", "phone")}
    assert call("sue")("get_lead", lead_id=hidden)["possibleDuplicates"] == []
    call("sam")("delete_lead", lead_id=by_phone["id"])
    assert seen("sam") == {("By e-mail", "email")}
    listed = call("sam")("list_leads", search="By e-mail")["items"][0]
    assert [d["id"] for d in listed["possibleDuplicates"]] == [first]
    for n in range(25):
        create(call, school, name=f"Again {n}", phone="+15552010101")
    many = call("sam")("get_lead", lead_id=other["id"])["possibleDuplicates"]
    assert len(many) == 20


def test_a_new_phone_region_gives_national_numbers_new_duplicates(
    db: Database, school: School, call: Callers
) -> None:
    abroad = create(call, school, name="Abroad", phone="+44 20 7946 0018")["id"]
    home = create(call, school, name="Home", phone="020 7946 0018")
    assert home["possibleDuplicates"] == []
    call("root")("update_settings", phone_region="GB", present=["phone_region"])
    found = call("sam")("get_lead", lead_id=home["id"])["possibleDuplicates"]
    assert [d["id"] for d in found] == [abroad]


def test_a_lost_lead_needs_its_reason_and_won_or_lost_closes_the_follow_up(
    db: Database, school: School, call: Callers
) -> None:
    for stage, reason in (("stage_lost", "moved away"), ("stage_admitted", None)):
        lead = create(call, school)["id"]
        if reason:
            for blank in (None, " \u200b"):
                refused = refusal(
                    call("sam"),
                    "update_lead",
                    lead_id=lead,
                    stage_id=school[stage],
                    lost_reason=blank,
                    present=["stage_id", "lost_reason"],
                )
                assert refused.code == "lost_reason_required"
        done = call("sam")(
            "update_lead",
            lead_id=lead,
            stage_id=school[stage],
            lost_reason=reason,
            present=["stage_id", "lost_reason"],
        )
        assert (done["followUpStatus"], done["lostReason"]) == ("done", reason)
        assert ("followUpStatus", "open", "done", "Sam") in events(call, lead)
        if reason:
            kept = refusal(call("sam"), "update_lead", lead_id=lead, present=["lost_reason"])
            assert kept.code == "lost_reason_required"
    with nothing_changes(db):
        assert (
            refusal(create, call, school, stage_id=school["stage_lost"]).code
            == "lost_reason_required"
        )
    born_lost = create(call, school, stage_id=school["stage_lost"], lost_reason="too far")
    assert born_lost["followUpStatus"] == "done"


def test_a_follow_up_is_done_or_moved_and_counts_one_attempt_of_the_school_day(
    db: Database, school: School, call: Callers, clock: Clock
) -> None:
    db.execute("update school.school_settings set timezone = 'Pacific/Kiritimati'")
    clock.set("2027-03-03T11:00:00Z")  # 01:00 on the 4th at school
    sam = call("sam")
    done = sam("complete_follow_up", lead_id=school["fresh"], outcome="done")
    assert (done["followUpStatus"], done["followUpDate"]) == ("done", "2027-03-01")
    assert (done["numberOfContactAttempts"], done["lastContactedDate"]) == (1, "2027-03-04")
    moved = sam(
        "complete_follow_up",
        lead_id=school["fresh"],
        outcome="rescheduled",
        follow_up_date="2027-03-09",
        note=" Later. ",
    )
    assert (moved["followUpStatus"], moved["followUpDate"]) == ("open", "2027-03-09")
    assert moved["numberOfContactAttempts"] == 2
    assert sam("list_lead_notes", lead_id=school["fresh"])["items"][0]["body"] == "Later."
    with nothing_changes(db):
        for arguments in (
            {"outcome": "rescheduled"},
            {"outcome": "done", "follow_up_date": "2027-03-10"},
        ):
            refused = refusal(sam, "complete_follow_up", lead_id=school["fresh"], **arguments)
            assert refused.code == "invalid_request"
        unowned = {"lead_id": school["unowned"], "outcome": "done"}
        assert refusal(sam, "complete_follow_up", **unowned).code == "forbidden"
        fresh = {"lead_id": school["fresh"], "outcome": "done"}
        assert refusal(call("sue"), "complete_follow_up", **fresh).code == "not_found"
        assert refusal(call("tom"), "complete_follow_up", **fresh).code == "forbidden"
    assert call("ada")("complete_follow_up", **unowned)["followUpStatus"] == "done"


def test_demo_and_notes_are_the_assigned_teachers_the_owners_and_the_admins(
    db: Database, school: School, call: Callers
) -> None:
    fresh = school["fresh"]
    demo = {"lead_id": fresh, "demo_date": "2027-03-06", "demo_conducted": False}
    for person in ("tom", "sam", "ada"):
        assert call(person)("record_demo", **demo, note=f"By {person}.")["demoDate"] == "2027-03-06"
        added = call(person)("add_lead_note", lead_id=fresh, body=f"  Note of {person} ")
        assert (added["body"], added["author"]["id"]) == (f"Note of {person}", school[person])
    with nothing_changes(db):
        for person in ("sue", "tia"):
            assert refusal(call(person), "record_demo", **demo).code == "not_found"
            refused = refusal(call(person), "add_lead_note", lead_id=fresh, body="x")
            assert refused.code == "not_found"
        unowned = {"lead_id": school["unowned"]}
        assert refusal(call("sam"), "record_demo", **demo | unowned).code == "forbidden"
        assert refusal(call("sam"), "add_lead_note", body="x", **unowned).code == "forbidden"
        assert refusal(call("sid"), "record_demo", **demo).code == "forbidden"
    notes = [
        note["body"]
        for page in pages(call("tom"), "list_lead_notes", lead_id=fresh, limit=4)
        for note in page["items"]
    ]
    assert notes == ["Note of ada", "By ada.", "Note of sam", "By sam.", "Note of tom", "By tom."]


def test_tags_are_put_once_taken_off_twice_trimmed_and_on_record(
    db: Database, school: School, call: Callers
) -> None:
    sam, fresh = call("sam"), school["fresh"]
    for tag, tags in (
        ("summer", ["summer"]),
        (" summer ", ["summer"]),
        ("Cello", ["Cello", "summer"]),
        ("été", ["Cello", "summer", "été"]),
    ):
        assert sam("put_lead_tag", lead_id=fresh, tag=tag)["tags"] == tags
    for _ in range(2):
        assert sam("delete_lead_tag", lead_id=fresh, tag="summer ")["tags"] == ["Cello", "été"]
    assert [e for e in events(call, fresh) if e[0] == "tags"] == [
        ("tags", None, "summer", "Sam"),
        ("tags", None, "Cello", "Sam"),
        ("tags", None, "été", "Sam"),
        ("tags", "summer", None, "Sam"),
    ]
    with nothing_changes(db):
        for function in ("put_lead_tag", "delete_lead_tag"):
            blank = refusal(sam, function, lead_id=fresh, tag=" \u200b")
            assert blank.code == "invalid_request"
            unowned = {"lead_id": school["unowned"], "tag": "x"}
            assert refusal(sam, function, **unowned).code == "forbidden"
            assert refusal(call("sue"), function, lead_id=fresh, tag="Cello").code == "not_found"
            assert refusal(call("tom"), function, lead_id=fresh, tag="Cello").code == "forbidden"


def test_a_deleted_lead_is_gone_for_all_and_only_an_admin_brings_it_back(
    db: Database, school: School, call: Callers
) -> None:
    fresh = school["fresh"]
    call("sam")("put_lead_tag", lead_id=fresh, tag="summer")
    with nothing_changes(db):
        assert refusal(call("sue"), "delete_lead", lead_id=fresh).code == "not_found"
        assert refusal(call("sam"), "delete_lead", lead_id=school["unowned"]).code == "forbidden"
        stale = refusal(call("sam"), "delete_lead", lead_id=fresh, if_match=99)
        assert stale.code == "version_mismatch"
        assert refusal(call("ada"), "restore_lead", lead_id=fresh).code == "invalid_state"
    call("sam")("delete_lead", lead_id=fresh)
    for person in ("sam", "ada", "tom"):
        for function in ("get_lead", "list_lead_notes", "list_lead_audit_events"):
            assert refusal(call(person), function, lead_id=fresh).code == "not_found"
        assert fresh not in [i["id"] for i in call(person)("list_leads")["items"]]
    assert call("ada")("list_leads", search="fresh")["items"] == []
    assert call("ada")("list_leads", tag="summer")["items"] == []
    assert refusal(call("sam"), "delete_lead", lead_id=fresh).code == "not_found"
    assert refusal(call("sam"), "restore_lead", lead_id=fresh).code == "forbidden"
    back = call("ada")("restore_lead", lead_id=fresh)
    assert (back["ownerId"], back["tags"]) == (school["sam"], ["summer"])
    told = events(call, fresh)[-2:]
    assert [(field, actor) for field, _, _, actor in told] == [
        ("deletedAt", "Sam"),
        ("deletedAt", "Ada"),
    ]
    assert told[0][1:3] == (None, told[1][1])
    assert told[1][2] is None
    assert call("sam")("get_lead", lead_id=fresh)["name"] == "Fresh"


def test_the_audit_trail_is_nobodys_to_change(db: Database, school: School, call: Callers) -> None:
    before = db.execute("select count(*), max(sequence) from school.lead_audit_events").fetchone()
    for person in ("ada", "root", "sam", "tom"):
        for statement in (
            "update school.lead_audit_events set old = null",
            "delete from school.lead_audit_events",
            "truncate school.lead_audit_events",
            "insert into school.lead_audit_events (lead_id, field) values (null, 'x')",
            "delete from school.leads",
            "update school.lead_notes set body = 'x'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                call(person).rows(statement)
    assert (
        db.execute("select count(*), max(sequence) from school.lead_audit_events").fetchone()
        == before
    )
    direct = call("sam").rows("select distinct lead_id::text from school.lead_audit_events")
    assert {row[0] for row in direct} == {school["sams"], school["fresh"], school["unowned"]}


def test_a_stage_with_leads_is_kept_and_one_without_goes(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        refused = refusal(call("ada"), "delete_lead_stage", lead_stage_id=school["stage_new"])
        assert refused.code == "in_use"
        assert {c["kind"] for c in refused.members["conflicts"]} == {"lead"}
    call("ada")("delete_lead_stage", lead_stage_id=school["stage_demo_done"])
    gone = refusal(create, call, school, stage_id=school["stage_demo_done"])
    assert gone.code == "unknown_reference"
    named = [s["name"] for s in call("tom")("list_lead_stages")["items"]]
    assert named == ["New", "Contacted", "Demo scheduled", "Admitted", "Lost"]
    for person in ("sam", "tom"):
        refused = refusal(call(person), "create_lead_stage", name="Mine", position=1, kind="open")
        assert refused.code == "forbidden"


def test_owner_and_teacher_are_told_of_a_lead_given_to_them(
    db: Database, school: School, call: Callers
) -> None:
    lead = create(call, school, "ada", owner_id=school["sue"], assigned_teacher_id=school["tia"])[
        "id"
    ]
    call("ada")("assign_lead", lead_id=lead, owner_id=school["sam"], present=["owner_id"])
    call("sam")("update_lead", lead_id=lead, name="Renamed", present=["name"])
    told = db.execute(
        "select actor_user_id::text, payload ->> 'ownerId', payload ->> 'assignedTeacherId',"
        " day::text from school.notification_events where type = 'lead.assigned' and entity_id = %s"
        " order by payload ->> 'assignedTeacherId'",
        (lead,),
    ).fetchall()
    assert told == [
        (school["ada"], school["sue"], school["tia"], "2027-03-01"),
        (school["ada"], school["sam"], None, "2027-03-01"),
    ]

"""A preview is what it previews, rolled back: what that refuses, the preview refuses alike."""

from collections.abc import Iterator
from typing import Any

import psycopg

from tests.support.admitting import TRACE, fill, nothing_changes, wish
from tests.support.school import Caller, Callers, Database, Refusal, School
from tests.support.servers import Client

NOWHERE = "00000000-0000-4000-8000-000000000000"
LONG = "x" * 201
CLOSURE = {"start_date": "2027-03-08", "end_date": "2027-03-10", "reason": "Flood"}


def outcome(caller: Caller, function: str, arguments: dict[str, Any]) -> Any:
    """Return how a call is refused: by what, and for which causes; None when it is not."""
    try:
        answer = caller(function, **arguments)
    except Refusal as refusal:
        causes = refusal.members.get("conflicts")
        return causes or (refusal.code, str(refusal).replace(function, "…"), refusal.members)
    except psycopg.Error as error:
        return (error.sqlstate, error.diag.constraint_name, error.diag.column_name)
    return answer.get("conflicts") or None


def bad_admissions(school: School) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give who asks, and for what, so that it must be refused."""
    friday = wish(school, "friday")
    students: tuple[dict[str, Any], ...] = (
        {},
        {"name": None},
        {"name": ""},
        {"name": " \u00a0\u200b"},
        {"name": LONG},
        {"name": "X", "email": "nobody"},
        {"name": "X", "email": "no body@school.test"},
        {"name": "X", "email": "a@b@c.test"},
        {"name": "X", "email": f"{'x' * 250}@school.test"},
        {"name": "X", "phone": "1" * 41},
        {"name": " ", "email": "nobody", "phone": "1" * 41},
        {"name": "X", "email": " SID@School.Test "},
        {"name": "X", "email": "ada@school.test"},
    )
    for student in students:
        yield "ada", friday | {"student": student}
        yield "sam", friday | {"student": student, "lead_id": school["fresh"]}
        yield "sam", friday | {"student": student}
        yield "tom", friday | {"student": student}
    vic = {"student": {"name": "Vic"}}
    yield "ada", friday
    yield "ada", friday | vic | {"student_id": school["una"]}
    yield "sam", friday | {"lead_id": school["unowned"]}
    yield "sam", friday | {"lead_id": school["sues"]}
    yield "sam", friday | {"lead_id": school["fresh"], "allow_backdated": True}
    yield "sam", friday | {"lead_id": school["fresh"], "student_id": school["una"]}
    yield "sid", friday | vic
    for member in ("course_id", "course_plan_id", "lead_id", "student_id", "teacher_id"):
        yield "ada", friday | ({} if member == "student_id" else vic) | {member: NOWHERE}
    yield "ada", friday | vic | {"time_slot_ids": [NOWHERE]}
    yield "ada", friday | vic | {"time_slot_ids": []}
    yield "ada", friday | vic | {"course_plan_id": school["piano_4"]}
    yield "ada", friday | vic | {"teacher_id": school["tia"]}
    yield "ada", friday | vic | {"teacher_id": school["sid"]}
    yield "ada", friday | {"student_id": school["tom"]}
    yield "ada", friday | {"lead_id": school["sams"]}
    yield "ada", wish(school, "monday", "friday", "wednesday") | vic
    yield "ada", wish(school, "friday", "friday") | vic
    yield "ada", wish(school, "monday", "monday_late") | vic
    yield "ada", wish(school, "tuesday") | vic
    yield "ada", wish(school, "wednesday") | vic
    yield "ada", wish(school, "monday") | {"student_id": school["sid"]}
    yield "ada", wish(school, "monday", course="piano") | {"student_id": school["sid"]}
    for start in ("2027-02-28", "2028-03-01", "2199-01-01", "1900-01-01"):
        yield "ada", friday | vic | {"start_date": start}
    yield "ada", friday | vic | {"start_date": "2026-12-30", "allow_backdated": True}


def test_an_admission_is_refused_as_its_preview_is(
    db: Database, school: School, call: Callers
) -> None:
    fill(db, school["piano_thursday"], 1)
    seen = []
    with nothing_changes(db, but=TRACE):
        for person, wanted in bad_admissions(school):
            shown = outcome(call(person), "preview_admission", wanted)
            refused = outcome(call(person), "create_admission", wanted)
            assert refused is not None, wanted
            assert shown == refused, wanted
            seen.append(refused)
    assert {r[0] for r in seen if isinstance(r, tuple)} == {
        "invalid_request",
        "forbidden",
        "unknown_reference",
    }
    assert len({r[0]["code"] for r in seen if isinstance(r, list)}) >= 12


def test_a_student_who_cannot_be_made_is_refused_member_by_member(
    school: School, call: Callers
) -> None:
    student = {"name": " ", "email": "nobody", "phone": "1" * 41}
    refused = outcome(call("ada"), "preview_admission", wish(school, "friday", student=student))
    assert [e["pointer"] for e in refused[2]["errors"]] == [
        "/student/name",
        "/student/email",
        "/student/phone",
    ]


def test_a_closure_is_refused_as_its_preview_is(
    db: Database, school: School, call: Callers
) -> None:
    with nothing_changes(db):
        for person, members in (
            ("ada", {"reason": None}),
            ("ada", {"reason": " \u200b"}),
            ("ada", {"reason": "x" * 501}),
            ("ada", {"start_date": None}),
            ("ada", {"end_date": "2027-03-07"}),
            ("ada", {"end_date": "2028-03-08"}),
            ("ada", {"end_date": "infinity"}),
            ("ada", {"start_date": "-infinity", "end_date": "-infinity"}),
            ("sam", {}),
            ("tom", {}),
            ("sid", {}),
        ):
            shown = outcome(call(person), "preview_closure", CLOSURE | members)
            refused = outcome(call(person), "create_closure", CLOSURE | members)
            assert refused is not None, members
            assert shown == refused, members


def test_a_job_is_refused_as_its_preview_is(db: Database, school: School, call: Callers) -> None:
    """But for a day that has not come, which a preview may look at."""
    with nothing_changes(db):
        for person, name, date in (
            ("ada", "unheard_of", "2027-03-01"),
            ("ada", "purge", "infinity"),
            ("ada", "purge", "-infinity"),
            ("sam", "purge", "2027-03-01"),
            ("sid", "purge", "2027-03-01"),
        ):
            asked = {"name": name, "date": date}
            shown = outcome(call(person), "preview_job", asked)
            refused = outcome(call(person), "run_job", asked)
            assert refused is not None, asked
            assert shown == refused, asked


def test_over_http_the_previews_refuse_alike_to_the_letter(
    db: Database, school: School, client: Client
) -> None:
    ada = client("ada")
    admission = {
        "courseId": school["violin"],
        "coursePlanId": school["violin_4"],
        "startDate": "2027-03-01",
        "timeSlotIds": [school["friday"]],
        "student": {"name": "Vic"},
    }
    closure = {"startDate": "2027-03-08", "endDate": "2027-03-10", "reason": "Flood"}
    students: list[Any] = [
        {"name": "   "},
        {"name": ""},
        {},
        [],
        {"name": "X", "email": "nobody"},
        {"name": "X", "email": "a b@school.test"},
        {"name": "X", "phone": ""},
        {"name": "X", "role": "admin"},
    ]
    bad: list[tuple[str, dict[str, Any]]] = [
        *(("/v1/admissions", admission | {"student": student}) for student in students),
        ("/v1/admissions", admission | {"startDate": "2027-02-30"}),
        ("/v1/admissions", admission | {"startDate": "2201-01-01"}),
        ("/v1/admissions", admission | {"timeSlotIds": []}),
        ("/v1/admissions", admission | {"timeSlotIds": None}),
        ("/v1/admissions", admission | {"unheard": 1}),
        ("/v1/admissions", admission | {"courseId": NOWHERE}),
        ("/v1/closures", closure | {"reason": "   "}),
        ("/v1/closures", closure | {"reason": ""}),
        ("/v1/closures", closure | {"endDate": "2027-03-07"}),
        ("/v1/closures", closure | {"unheard": 1}),
    ]
    with nothing_changes(db):
        for path, body in bad:
            shown = ada.post(f"{path}/preview", json=body)
            refused = ada.post(path, json=body)
            assert refused.status_code in (400, 422), body
            assert shown.status_code == refused.status_code, body
            for answer in (shown, refused):
                assert answer.headers["Content-Type"] == "application/problem+json"
            left, right = shown.json(), refused.json()
            assert left | {"requestId": ""} == right | {"requestId": ""}, body

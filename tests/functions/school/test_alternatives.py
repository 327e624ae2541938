"""What is offered instead of a full class: same course, seats free, nearest first."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.admitting import fill, new_class
from tests.support.asking import one
from tests.support.school import Callers, Database, School


@pytest.fixture
def offered(db: Database, school: School) -> Any:
    """``offered("wednesday", …)``: classes offered for the first slot, the others being chosen."""

    def ask(full: Any, *others: str, student: str | None = None, teacher: str | None = None) -> Any:
        wanted = [school[name] for name in (full, *others)]
        row = one(
            db,
            "select school.alternatives(row(null, null, null, %s, null, %s, null, null, %s::uuid[],"
            " %s, false)::school.admission_request, t.weekday, t.start_time)"
            " from school.time_slot_templates as t where t.id = %s",
            student,
            school["violin"],
            wanted,
            teacher,
            school[full],
        )
        return [
            (item["classroomSlotId"], item["weekday"], item["startTime"], item["free"])
            for item in row
        ]

    return ask


def test_nearest_comes_first_and_the_week_is_a_circle(
    db: Database, school: School, call: Callers, offered: Callable[..., Any]
) -> None:
    fill(db, school["violin_friday"], 3)
    _, saturday = new_class(call, school, 6, "16:00", "17:00")
    _, thursday = new_class(call, school, 4, "12:00", "13:00", capacity=1)
    _, evening = new_class(call, school, 5, "19:00", "20:00", capacity=2)
    assert offered("friday") == [
        (evening, 5, "19:00", 2),
        (saturday, 6, "16:00", 3),
        (thursday, 4, "12:00", 1),
        (school["violin_monday"], 1, "16:00", 1),
    ]
    # From Monday, Saturday (two days back) is nearer than Thursday (three days ahead).
    fill(db, school["violin_monday"], 1)
    assert [item[0] for item in offered("monday")] == [saturday, thursday, evening]


def test_five_at_most(call: Callers, school: School, offered: Callable[..., Any]) -> None:
    for hour in range(6, 14):
        new_class(call, school, 2, f"{hour:02}:00", f"{hour:02}:50")
    hours = [item[2] for item in offered("wednesday")]
    assert hours == ["13:00", "12:00", "11:00", "10:00", "09:00"]


def test_what_cannot_be_chosen_is_not_offered(
    db: Database, school: School, call: Callers, offered: Callable[..., Any]
) -> None:
    monday, friday = school["violin_monday"], school["violin_friday"]
    assert [item[0] for item in offered("wednesday")] == [monday, friday]
    # Chosen besides, or overlapping what is chosen besides.
    assert [item[0] for item in offered("wednesday", "friday")] == [monday]
    assert [item[0] for item in offered("wednesday", "monday_late")] == [friday]
    # The student is busy then: una is in piano on Monday at 16:00.
    assert [item[0] for item in offered("wednesday", student=school["una"])] == [friday]
    # Not active, closed, deleted, full, of another course.
    db.execute(
        "update school.time_slot_templates set is_active = false where id = %s", (school["friday"],)
    )
    assert [item[0] for item in offered("wednesday")] == [monday]
    new_class(call, school, 7, "10:00", "11:00")
    _, gone = new_class(call, school, 2, "10:00", "11:00")
    call("ada")("delete_classroom_slot", classroom_slot_id=gone)
    assert [item[0] for item in offered("wednesday")] == [monday]
    fill(db, monday, 1)
    assert offered("wednesday") == []


def test_another_teachers_class_at_the_very_time_is_the_nearest(
    school: School, call: Callers, offered: Callable[..., Any]
) -> None:
    ada = call("ada")
    tara = ada("create_user", name="Tara", role="teacher")["id"]
    ada("put_course_teacher", course_id=school["violin"], teacher_id=tara)
    made = ada(
        "create_classroom_slot",
        time_slot_id=school["wednesday"],
        course_id=school["violin"],
        teacher_id=tara,
        capacity=1,
    )["id"]
    assert offered("wednesday", "friday", teacher=school["tom"]) == [
        (made, 3, "16:00", 1),
        (school["violin_monday"], 1, "16:00", 1),
    ]

"""Which class a wanted time slot resolves to."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.admitting import fill
from tests.support.school import Callers, Database, School


@pytest.fixture
def choice(db: Database, school: School) -> Any:
    """``choice(teacher)``: (class, seats taken) that Wednesday's violin resolves to."""

    def ask(teacher: str | None = None) -> Any:
        return db.execute(
            "select c.classroom_slot_id::text, c.enrolled from school.admission_choice("
            "row(null, null, null, null, null, %s, null, null, array[%s::uuid], %s, false)"
            "::school.admission_request) as c",
            (school["violin"], school["wednesday"], teacher),
        ).fetchone()

    return ask


@pytest.fixture
def second(school: School, call: Callers) -> Any:
    """``second(capacity)``: another teacher's violin on Wednesday, with so many seats."""

    def make(capacity: Any) -> Any:
        ada = call("ada")
        teacher = ada("create_user", name="Tara", role="teacher")["id"]
        ada("put_course_teacher", course_id=school["violin"], teacher_id=teacher)
        made = ada(
            "create_classroom_slot",
            time_slot_id=school["wednesday"],
            course_id=school["violin"],
            teacher_id=teacher,
            capacity=capacity,
        )
        return made["id"], teacher

    return make


def test_most_seats_free_wins_then_the_lowest_id(
    db: Database, school: School, choice: Callable[..., Any], second: Any
) -> None:
    tom_class = school["violin_wednesday"]
    assert choice() == (tom_class, 1)
    taras, _ = second(2)
    third, _ = second(2)
    assert choice() == (min(taras, third), 0)
    fill(db, min(taras, third), 1)
    assert choice() == (max(taras, third), 0)
    fill(db, max(taras, third), 2)
    assert choice() == (min(taras, third), 1)
    # Seats free count, not seats: a large full class is behind a small one with room.
    db.execute("update school.classroom_slots set capacity = 3 where id = %s", (tom_class,))
    assert choice() == (tom_class, 1)


def test_the_wanted_teacher_is_kept_to_even_when_full(
    db: Database, school: School, choice: Callable[..., Any], second: Any
) -> None:
    made, tara = second(5)
    assert choice(school["tom"]) == (school["violin_wednesday"], 1)
    assert choice(tara) == (made, 0)
    assert choice(school["tia"]) == (None, None)


@pytest.mark.unsound("seats are given up as the owner")
def test_inactive_enrollments_and_deleted_classes_do_not_count(
    db: Database, school: School, call: Callers, choice: Callable[..., Any], second: Any
) -> None:
    made, _ = second(1)
    fill(db, made, 1)
    db.execute(
        "update school.classroom_enrollments set status = 'inactive' where classroom_slot_id = %s",
        (made,),
    )
    assert choice() == (made, 0)
    call("ada")("delete_classroom_slot", classroom_slot_id=made)
    assert choice() == (school["violin_wednesday"], 1)


@pytest.mark.unsound("una is put into a full class as the owner")
def test_people_expected_on_a_date_take_no_seat(
    db: Database, school: School, choice: Callable[..., Any]
) -> None:
    # Una comes once, moved from elsewhere: a head on that date, no seat of the class.
    db.execute(
        "update school.attendance set classroom_slot_id = %s, class_date = '2027-03-10'"
        " where id = (select id from school.attendance where student_id = %s limit 1)",
        (school["violin_wednesday"], school["una"]),
    )
    assert choice() == (school["violin_wednesday"], 1)

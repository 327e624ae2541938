"""Every role at every table: what the database allows is what the model in matrix.py says."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from tests.conventions import grants, matrix
from tests.conventions.matrix import FORBIDDEN, MODEL, NOTHING, World
from tests.support.promises import Figure
from tests.support.school import School, token_hash

Database = psycopg.Connection[Any]


@pytest.fixture
def world(db: Database, school: School) -> Iterator[World]:
    db.prepare_threshold = None
    try:
        yield matrix.world_of(db, school)
    finally:
        matrix.revoke_logins(db)


@pytest.mark.promise("matrix")
def test_every_attempt_at_every_table_ends_as_the_model_says(
    db: Database, world: World, figure: Figure
) -> None:
    assert world.keys.keys() == MODEL.keys()
    assert [table for table, rows in world.rows.items() if not rows] == []
    wrong, count = [], 0
    with db.transaction(force_rollback=True):
        for me in world.people:
            for table in MODEL:
                for cell in matrix.cells(me, table, world):
                    count += 1
                    outcome = matrix.tried(db, cell, world)
                    if outcome != cell.expected:
                        wrong.append(f"{cell}: {outcome!r} instead of {cell.expected!r}")
    figure.count("attempts", count)
    figure.count("not as foretold", len(wrong))
    assert wrong == [], "\n".join(wrong)


@pytest.mark.promise("matrix")
def test_real_logins_read_and_write_as_the_model_says(
    db: Database, world: World, conninfo: Callable[..., str], figure: Figure
) -> None:
    """Over connections of their own, each denied write committed and then re-read as owner."""
    direct = [me for me in world.people if me.login not in ("school_owner", "school_analyst")]
    wrong = []
    for me in direct:
        if me.login in ("school_gateway", "school_jobs"):
            continue
        with psycopg.connect(conninfo(me.login), autocommit=True) as connection:
            if me.stolen is not None:
                stolen = token_hash(me.stolen).hex()
                connection.execute("select set_config('ostinato.session', %s, false)", (stolen,))
            for cell in (c for table in MODEL for c in matrix.cells(me, table, world)):
                if cell.verb == "select" or cell.expected in (FORBIDDEN, NOTHING):
                    figure.count("attempts")
                    outcome = _outcome(connection, cell)
                    if outcome != cell.expected:
                        wrong.append(f"{cell}: {outcome!r} instead of {cell.expected!r}")
    for table, rows in world.rows.items():
        assert matrix.rows_of(db, table) == rows
    assert wrong == [], "\n".join(wrong)


def _outcome(connection: Database, cell: matrix.Cell) -> object:
    try:
        cursor = connection.execute(cell.statement)
    except psycopg.Error as error:
        return matrix.refusal(error)
    if cell.verb == "select":
        return frozenset(tuple(map(matrix._plain, row)) for row in cursor.fetchall())
    return cursor.rowcount or NOTHING


@pytest.mark.parametrize("token", ["expired", "session-of-dan", "session-of-old", "never was"])
def test_who_has_no_session_does_not_come_in(
    world: World, conninfo: Callable[..., str], token: str
) -> None:
    with (
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
        gateway.transaction(force_rollback=True),
    ):
        with pytest.raises(psycopg.Error) as refusal, gateway.transaction():
            gateway.execute(
                "select auth.enter(%s, 'test', '127.0.0.1', 10000)", (token_hash(token),)
            )
        assert refusal.value.sqlstate == "OS001"
        assert '"code": "unauthenticated"' in (refusal.value.diag.message_detail or "")
        assert gateway.execute("select current_user").fetchone() == ("school_gateway",)


# --- grants ------------------------------------------------------------------------------------


@pytest.mark.promise("matrix")
@pytest.mark.parametrize("role", grants.ROLES)
def test_columns_are_read_and_written_by_whom_they_concern(db: Database, role: str) -> None:
    assert grants.wrong_columns(db, role) == []


@pytest.mark.promise("matrix")
def test_functions_and_views_are_for_whom_the_rules_say(db: Database) -> None:
    assert grants.wrong_functions(db) == []
    assert grants.wrong_views(db) == []


# --- over HTTP ---------------------------------------------------------------------------------


def _live(row: matrix.Row) -> bool:
    return row.get("deleted_at") is None


LISTS: dict[str, tuple[str, str]] = {
    "/leads": ("school.leads", "id"),
    "/users": ("school.users", "id"),
    "/admissions": ("school.admissions", "id"),
    "/attendance": ("school.attendance", "id"),
    "/trials": ("school.trials", "id"),
    "/lead-stages": ("school.lead_stages", "id"),
    "/instruments": ("school.instruments", "id"),
    "/courses": ("school.courses", "id"),
    "/course-plans": ("school.course_plans", "id"),
    "/time-slots": ("school.time_slot_templates", "id"),
    "/classroom-slots": ("school.classroom_slots", "id"),
    "/operating-days": ("school.operating_days", "weekday"),
}


def ids_of(http: httpx.Client, path: str, key: str = "id") -> set[Any] | int:
    """Return the keys of all items of a list, page by page, or the status of a refusal."""
    found: set[Any] = set()
    cursor = None
    while True:
        parameters: dict[str, Any] = {} if cursor is None else {"cursor": cursor}
        answer = http.get(f"/v1{path}", params=parameters)
        if answer.status_code != 200:
            return answer.status_code
        document = answer.json()
        found |= {item[key] for item in document["items"]}
        cursor = document.get("nextCursor")
        if cursor is None:
            return found


def test_lists_over_http_hold_exactly_the_rows_of_the_model(
    db: Database, world: World, client: Callable[..., httpx.Client]
) -> None:
    wrong = []
    for me in (p for p in world.people if p.token is not None):
        person = next(name for name, i in world.school.ids.items() if i == me.id)
        http = client(person)
        for path, (table, key) in LISTS.items():
            rights = MODEL[table]
            expected: set[Any] | int = {
                row[key]
                for row in world.rows[table]
                if _live(row) and matrix.may(me, rights.read, row, world)
            }
            if not matrix.is_told(me, rights.read):
                expected = 403
            if (found := ids_of(http, path, key)) != expected:
                wrong.append(f"{me.label} {path}: {found} instead of {expected}")
        attendance = {
            row["id"]
            for row in world.rows["school.attendance"]
            if me.id in (row["student_id"], row["teacher_id"])
        }
        if (found := ids_of(http, "/me/attendance")) != attendance:
            wrong.append(f"{me.label} /me/attendance: {found} instead of {attendance}")
        classes: set[Any] | int = {
            row["id"]
            for row in world.rows["school.classroom_slots"]
            if me.role != "teacher" or row["teacher_id"] == me.id
        }
        if me.role == "student":
            classes = 403
        if (found := ids_of(http, "/classroom", "classroomSlotId")) != classes:
            wrong.append(f"{me.label} /classroom: {found} instead of {classes}")
    assert wrong == [], "\n".join(wrong)


def test_single_resources_over_http_are_found_only_by_who_may_see_them(
    world: World, client: Callable[..., httpx.Client]
) -> None:
    wrong = []
    for me in (p for p in world.people if p.token is not None):
        person = next(name for name, i in world.school.ids.items() if i == me.id)
        http = client(person)
        for path, table in (
            ("/leads", "school.leads"),
            ("/users", "school.users"),
            ("/admissions", "school.admissions"),
        ):
            rights = MODEL[table]
            for row in world.rows[table]:
                sees = _live(row) and matrix.may(me, rights.read, row, world)
                expected = 200 if sees else 404 if matrix.is_told(me, rights.read) else 403
                status = http.get(f"/v1{path}/{row['id']}").status_code
                if status != expected:
                    wrong.append(f"{me.label} {path}/{row['id']}: {status}, not {expected}")
    assert wrong == [], "\n".join(wrong)


def test_users_over_http_show_no_address_to_who_is_no_admin(
    world: World, client: Callable[..., httpx.Client]
) -> None:
    for person in ("sam", "tom", "sid"):
        for item in client(person).get("/v1/users").json()["items"]:
            assert item.keys() == {"id", "name", "role"}


def test_without_a_session_every_endpoint_but_the_open_ones_answers_401(
    world: World, http: Callable[..., httpx.Client]
) -> None:
    for token in (None, "expired", world.school.token("dan"), world.school.token("old")):
        for path in (*LISTS, "/me", "/me/attendance", "/me/settings", "/classroom", "/settings"):
            assert http(token).get(f"/v1{path}").status_code == 401, (token, path)

"""Every role at every table: what the database allows is what the model in matrix.py says."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from tests.conventions import matrix
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


# --- columns -----------------------------------------------------------------------------------

UPDATABLE: dict[str, dict[str, str]] = {
    "school.users": {"admin": "name email phone role status deleted_at"},
    "school.user_settings": dict.fromkeys(
        ("admin", "staff", "teacher", "student"),
        "locale timezone muted_notification_types preferences",
    ),
    "school.school_settings": {
        "super_admin": "school_name timezone phone_region locale currency reschedule_notice_hours"
        " reschedules_per_admission reschedule_within_days waitlist_offer_hours trials_per_lead"
        " pause_days_per_admission"
    },
    "school.leads": dict.fromkeys(
        ("admin", "staff"),
        "stage_id owner_id assigned_teacher_id name phone email area community address"
        " guardian_name age expected_budget number_of_contact_attempts last_contacted_date"
        " next_follow_up walk_in_date demo_date demo_conducted follow_up_date follow_up_status"
        " source lost_reason",
    ),
    "school.lead_stages": {"admin": "name position kind deleted_at"},
    "school.instruments": {"admin": "name deleted_at"},
    "school.courses": {"admin": "instrument_id name description deleted_at"},
    "school.course_plans": {
        "admin": "course_id name total_classes classes_per_week price deleted_at"
    },
    "school.time_slot_templates": {"admin": "weekday start_time end_time is_active deleted_at"},
    "school.classroom_slots": {"admin": "time_slot_id course_id teacher_id capacity deleted_at"},
    "school.operating_days": {"admin": "is_open"},
    "school.notifications": dict.fromkeys(("admin", "staff", "teacher", "student"), "read_at"),
}
ONLY_ADMINS_UPDATE = {("school.leads", "deleted_at")}

# Nobody sets these but the database.
KEPT_BY_THE_DATABASE = {
    "created_at",
    "updated_at",
    "version",
    "sequence",
    "session_login",
    "request_id",
    "phone_key",
    "search_text",
    "dates_changed_at",
    "seats_changed_at",
    "status_reason",
    "card",
    "colleague_card",
    "lead_owner_id",
    "lead_teacher_id",
    "lead_is_live",
    "teacher_ids",
}

# How to reach a person, what a pupil or a lead is called, and what is said about one: not for
# analysts. Why a lead was lost is theirs to count.
PERSONAL = {
    "school.users": {"name", "card", "email", "phone"},
    "school.leads": {
        "name",
        "phone",
        "phone_key",
        "email",
        "address",
        "guardian_name",
        "search_text",
    },
    "school.admissions": {"status_reason"},
    "school.admission_payments": {"notes"},
    "school.attendance": {"note", "absence_reason"},
    "school.reschedule_requests": {"reason", "decision_reason"},
    "school.lead_audit_events": {"session_login", "request_id"},
    "school.waitlist_entries": {"note"},
    "school.trials": {"note"},
    "school.pauses": {"reason"},
}
# Nobody but functions reads these: keys, and texts that may carry an activation token.
SECRET = {
    "school.webhook_endpoints": {"secret"},
    "school.deliveries": {"body", "activation_token_hash"},
}
NAME_AND_ROLE = {"id", "card", "colleague_card", "role", "deleted_at"}
STATES_OF_A_PAYMENT = {
    "id",
    "sequence",
    "admission_payment_id",
    "old_status",
    "new_status",
    "old_due_on",
    "new_due_on",
    "actor_user_id",
    "created_at",
}

COLUMNS = """
select c.oid::regclass::text, a.attname::text,
  has_column_privilege('school_analyst', c.oid, a.attnum, 'select'),
  has_column_privilege(r.oid, c.oid, a.attnum, 'select'),
  has_column_privilege(r.oid, c.oid, a.attnum, 'insert'),
  has_column_privilege(r.oid, c.oid, a.attnum, 'update')
from pg_catalog.pg_class as c
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join pg_catalog.pg_roles as r
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and r.rolname = 'school_' || %s
"""


@pytest.mark.parametrize(
    "role",
    ["super_admin", "admin", "staff", "teacher", "student", "anonymous", "analyst", "jobs"],
)
def test_columns_are_read_and_written_by_whom_they_concern(db: Database, role: str) -> None:
    granted = matrix.granted_to(role)
    wrong = []
    for table, column, is_reported, reads, adds, changes in db.execute(COLUMNS, (role,)):
        rights = MODEL[table]
        may_read = bool(granted & rights.read.keys())
        if table == "school.users" and role in ("staff", "teacher", "student"):
            may_read = column in NAME_AND_ROLE
        # Who finds no row may name the columns of the reports, and those that wire views join.
        if rights.read.get(role) is matrix.never:
            may_read = is_reported or (table, column) == ("school.leads", "name")
        if table == "school.admission_payment_history" and role in ("staff", "student"):
            may_read = column in STATES_OF_A_PAYMENT
        if column in SECRET.get(table, set()):
            may_read = False
        if role == "analyst" and column in PERSONAL.get(table, set()):
            may_read = False
        # Analysts get the columns they were given; more is no harm unless it is personal.
        if reads != may_read and not (role == "analyst" and may_read):
            wrong.append(f"{role} reads {table}.{column}: {reads}")
        may_change = any(
            column in columns.split()
            for holder, columns in UPDATABLE.get(table, {}).items()
            if holder in granted
        ) or ((table, column) in ONLY_ADMINS_UPDATE and "admin" in granted)
        if changes != may_change:
            wrong.append(f"{role} updates {table}.{column}: {changes}")
        if adds and (column in KEPT_BY_THE_DATABASE or not granted & rights.add.keys()):
            wrong.append(f"{role} inserts {table}.{column}")
    assert wrong == [], "\n".join(wrong)


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

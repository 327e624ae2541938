"""Who may do what with which row: a model written from the rules, and a way to try it out.

The model knows nothing of policies and grants. A cell of the matrix is one person trying one
statement; ``expected`` is the model's word, ``tried`` what the database did. Everything happens on
one superuser's connection that becomes the person by ``set session authorization``, in savepoints
that are rolled back, so that thousands of cells cost seconds.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from tests.support.school import School, open_session, token_hash

Row = dict[str, Any]
Database = psycopg.Connection[Any]

FORBIDDEN = "forbidden"
NOTHING = "nothing to touch"
ADMINS = ("super_admin", "admin")


@dataclass(frozen=True)
class Person:
    """Somebody at the door: what their database role was granted, and who they really are.

    ``role`` and ``id`` are what the school says at this moment (None: nobody); ``granted`` are the
    application roles whose grants they hold. ``login`` is the session user, ``taken`` the role
    they set themselves, ``token`` the bearer token they enter with, ``stolen`` one they put into
    the setting by hand.
    """

    label: str
    granted: frozenset[str]
    role: str | None = None
    id: str | None = None
    login: str = "school_gateway"
    taken: str | None = None
    token: str | None = None
    stolen: str | None = None

    @property
    def is_admin(self) -> bool:
        return self.role in ADMINS

    def become(self, db: Database) -> None:
        """Take the person's place on a superuser's connection, until the savepoint ends."""
        db.execute(sql.SQL("set local session authorization {}").format(sql.Identifier(self.login)))
        if self.token is not None or self.label == "nobody":
            token = None if self.token is None else token_hash(self.token)
            db.execute("select auth.enter(%s, 'test', '127.0.0.1', 10000)", (token,))
        if self.taken is not None:
            db.execute(sql.SQL("set local role {}").format(sql.Identifier(self.taken)))
        if self.stolen is not None:
            db.execute(
                "select set_config('ostinato.session', %s, true)",
                (token_hash(self.stolen).hex(),),
            )


@dataclass
class World:
    """All rows as their owner reads them, by table, and the people who try."""

    school: School
    rows: dict[str, list[Row]] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)

    def key(self, table: str, row: Row) -> tuple[Any, ...]:
        return tuple(row[column] for column in self.keys[table])

    def one(self, table: str, **members: Any) -> Row:
        return next(row for row in self.rows[table] if all(row[k] == v for k, v in members.items()))


# --- the model: which rows ---------------------------------------------------------------------

May = Callable[[Person, Row, World], bool]


def anybody(me: Person, row: Row, world: World) -> bool:
    """For roles that read all rows of a table, like jobs."""
    return True


def outsider(me: Person, row: Row, world: World) -> bool:
    """Analysts: all rows, for a login that stands for no person of the school."""
    return me.login == "school_analyst"


def never(me: Person, row: Row, world: World) -> bool:
    """For roles that may name a table in a query, as the reports do, and find nothing in it."""
    return False


def stage_of_lead(me: Person, event: Row, world: World) -> bool:
    """Analysts: how leads moved through the stages, no word of what was written of them."""
    return outsider(me, event, world) and event["field"] == "stageId"


def somebody(me: Person, row: Row, world: World) -> bool:
    """For what everybody of the school may know."""
    return me.id is not None


def admin(me: Person, row: Row, world: World) -> bool:
    return me.is_admin


def super_admin(me: Person, row: Row, world: World) -> bool:
    return me.role == "super_admin"


def manages(me: Person, row: Row, world: World) -> bool:
    """Admins manage staff, teachers and students; super_admins everybody."""
    return me.role == "super_admin" or (
        me.role == "admin" and row["role"] in ("staff", "teacher", "student")
    )


def owns_lead(me: Person, lead: Row, world: World) -> bool:
    return me.role == "staff" and lead["owner_id"] == me.id and lead["deleted_at"] is None


def may_claim_lead(me: Person, lead: Row, world: World) -> bool:
    """Staff read and work on their own leads and those that nobody owns."""
    return me.role == "staff" and lead["owner_id"] in (me.id, None) and lead["deleted_at"] is None


def demonstrates(me: Person, lead: Row, world: World) -> bool:
    return (
        me.role == "teacher" and lead["assigned_teacher_id"] == me.id and lead["deleted_at"] is None
    )


def of_lead(rule: May) -> May:
    """What hangs on a lead goes with the lead."""

    def may(me: Person, row: Row, world: World) -> bool:
        return rule(me, world.one("school.leads", id=row["lead_id"]), world)

    return may


def signed(rule: May) -> May:
    """A note bears the name of who writes it."""

    def may(me: Person, row: Row, world: World) -> bool:
        return row["author_id"] == me.id and rule(me, row, world)

    return may


def sold(me: Person, admission: Row, world: World) -> bool:
    """Staff: what came of the leads they own."""
    return admission["lead_id"] is not None and owns_lead(
        me, world.one("school.leads", id=admission["lead_id"]), world
    )


def teaches(me: Person, admission: Row, world: World) -> bool:
    """Teachers: who sits or sat in their weekly classes, or has a class with them."""
    classes = {k["id"] for k in world.rows["school.classroom_slots"] if k["teacher_id"] == me.id}
    return me.role == "teacher" and (
        any(
            e["admission_id"] == admission["id"] and e["classroom_slot_id"] in classes
            for e in world.rows["school.classroom_enrollments"]
        )
        or any(
            b["admission_id"] == admission["id"] and b["teacher_id"] == me.id
            for b in world.rows["school.attendance"]
        )
    )


def learns(me: Person, row: Row, world: World) -> bool:
    return me.role == "student" and row["student_id"] == me.id


def of_admission(rule: May) -> May:
    """What hangs on an admission goes with the admission."""

    def may(me: Person, row: Row, world: World) -> bool:
        return rule(me, world.one("school.admissions", id=row["admission_id"]), world)

    return may


def gives_class(me: Person, row: Row, world: World) -> bool:
    return me.role == "teacher" and row["teacher_id"] == me.id


def of_class(rule: May, column: str) -> May:
    """What hangs on one dated class goes with the class."""

    def may(me: Person, row: Row, world: World) -> bool:
        return rule(me, world.one("school.attendance", id=row[column]), world)

    return may


def owns_lead_of(me: Person, row: Row, world: World) -> bool:
    """Staff: what is of a lead they own, and nothing that is of no lead."""
    return row["lead_id"] is not None and of_lead(owns_lead)(me, row, world)


def of_entry(rule: May) -> May:
    """What hangs on an entry of the waiting list goes with the entry."""

    def may(me: Person, row: Row, world: World) -> bool:
        return rule(me, world.one("school.waitlist_entries", id=row["waitlist_entry_id"]), world)

    return may


def of_payment(rule: May) -> May:
    def may(me: Person, row: Row, world: World) -> bool:
        payment = world.one("school.admission_payments", id=row["admission_payment_id"])
        return rule(me, payment, world)

    return may


def hosts_request(me: Person, request: Row, world: World) -> bool:
    """Teachers: requests to move a class of theirs."""
    source = world.one("school.classroom_slots", id=request["source_classroom_slot_id"])
    return (me.role == "teacher" and source["teacher_id"] == me.id) or of_class(
        gives_class, "original_attendance_id"
    )(me, request, world)


def colleague_or_customer(me: Person, user: Row, world: World) -> bool:
    """Staff: themselves, all teachers, and the students of their leads."""
    return (
        me.role == "staff"
        and user["deleted_at"] is None
        and (
            user["id"] == me.id
            or user["role"] == "teacher"
            or any(
                a["student_id"] == user["id"] and sold(me, a, world)
                for a in world.rows["school.admissions"]
            )
        )
    )


def pupil(me: Person, user: Row, world: World) -> bool:
    """Teachers: themselves and the students they teach."""
    return (
        me.role == "teacher"
        and user["deleted_at"] is None
        and (
            user["id"] == me.id
            or any(
                a["student_id"] == user["id"] and teaches(me, a, world)
                for a in world.rows["school.admissions"]
            )
        )
    )


def own_teacher(me: Person, user: Row, world: World) -> bool:
    """Students: themselves and the teachers they have."""
    seats = {
        e["classroom_slot_id"]
        for e in world.rows["school.classroom_enrollments"]
        if e["student_id"] == me.id
    }
    return (
        me.role == "student"
        and user["deleted_at"] is None
        and (
            user["id"] == me.id
            or any(
                k["id"] in seats and k["teacher_id"] == user["id"]
                for k in world.rows["school.classroom_slots"]
            )
            or any(
                b["student_id"] == me.id and b["teacher_id"] == user["id"]
                for b in world.rows["school.attendance"]
            )
        )
    )


def mine(column: str) -> May:
    def may(me: Person, row: Row, world: World) -> bool:
        return me.id is not None and row[column] == me.id

    return may


# --- the model: which roles, which tables ------------------------------------------------------


@dataclass(frozen=True)
class Rights:
    """Per verb: the roles that hold it at all, and the rows they hold it for.

    ``become`` judges a row after a change where it differs from ``change``.
    """

    read: dict[str, May] = field(default_factory=dict)
    add: dict[str, May] = field(default_factory=dict)
    change: dict[str, May] = field(default_factory=dict)
    become: dict[str, May] = field(default_factory=dict)


OFFICE: dict[str, May] = dict.fromkeys(("admin", "staff", "teacher"), somebody)
EVERYBODY = {**OFFICE, "student": somebody}
CATALOGUE = Rights(
    read={**EVERYBODY, "analyst": outsider}, add={"admin": admin}, change={"admin": admin}
)
AS_LEAD = {
    "admin": of_lead(admin),
    "staff": of_lead(may_claim_lead),
    "teacher": of_lead(demonstrates),
}
AS_ADMISSION = {
    "admin": admin,
    "staff": of_admission(sold),
    "teacher": of_admission(teaches),
    "student": of_admission(learns),
    "analyst": outsider,
}
PAYERS = {**AS_ADMISSION, "teacher": never}
AS_CLASS = {**AS_ADMISSION, "teacher": gives_class, "student": learns}
OWN: dict[str, May] = dict.fromkeys(("admin", "staff", "teacher", "student"), mine("user_id"))
RECEIVED: dict[str, May] = dict.fromkeys(
    ("admin", "staff", "teacher", "student"), mine("recipient_user_id")
)
WAITING: dict[str, May] = {"admin": admin, "staff": owns_lead_of, "student": learns}
AS_ENTRY = Rights(
    read={**{role: of_entry(may) for role, may in WAITING.items()}, "analyst": outsider}
)
ADMINS_READ = Rights(read={"admin": admin})
OPERATED = Rights(read={"admin": admin, "jobs": anybody})
NOBODY = Rights()

MODEL: dict[str, Rights] = {
    "school.users": Rights(
        read={
            "admin": admin,
            "staff": colleague_or_customer,
            "teacher": pupil,
            "student": own_teacher,
            "analyst": outsider,
        },
        add={"admin": manages},
        change={"admin": manages},
    ),
    "school.user_settings": Rights(read=OWN, add=OWN, change=OWN),
    "school.access_requests": ADMINS_READ,
    "school.school_settings": Rights(read=EVERYBODY, change={"super_admin": super_admin}),
    "school.leads": Rights(
        read={
            "admin": admin,
            "staff": may_claim_lead,
            "teacher": demonstrates,
            "student": never,
            "analyst": outsider,
        },
        add={"admin": admin, "staff": owns_lead},
        change={"admin": admin, "staff": may_claim_lead},
        become={"staff": owns_lead},
    ),
    "school.lead_notes": Rights(
        read=AS_LEAD,
        add={
            "admin": signed(of_lead(admin)),
            "staff": signed(of_lead(owns_lead)),
            "teacher": signed(of_lead(demonstrates)),
        },
    ),
    "school.lead_tags": Rights(
        read={**AS_LEAD, "analyst": outsider},
        add={"admin": admin, "staff": of_lead(owns_lead)},
    ),
    "school.lead_audit_events": Rights(
        read={**AS_LEAD, "student": never, "analyst": stage_of_lead}
    ),
    "school.lead_stages": Rights(
        read={**OFFICE, "student": never, "analyst": outsider},
        add={"admin": admin},
        change={"admin": admin},
    ),
    "school.instruments": CATALOGUE,
    "school.courses": CATALOGUE,
    "school.course_plans": CATALOGUE,
    "school.time_slot_templates": CATALOGUE,
    "school.classroom_slots": CATALOGUE,
    "school.course_teachers": Rights(read=CATALOGUE.read, add={"admin": admin}),
    "school.operating_days": Rights(read=CATALOGUE.read, change={"admin": admin}),
    "school.school_closures": Rights(read=CATALOGUE.read),
    "school.class_substitutes": Rights(read=CATALOGUE.read),
    "school.admissions": Rights(
        read={
            "admin": admin,
            "staff": sold,
            "teacher": teaches,
            "student": learns,
            "analyst": outsider,
        }
    ),
    "school.admission_sight": NOBODY,
    "school.admission_slots": Rights(read=AS_ADMISSION),
    "school.classroom_enrollments": Rights(read=AS_ADMISSION),
    "school.admission_payments": Rights(read=PAYERS),
    "school.admission_payment_history": Rights(
        read={role: of_payment(PAYERS[role]) for role in ("admin", "staff", "student")}
    ),
    "school.pauses": Rights(
        read={role: may for role, may in AS_ADMISSION.items() if role != "teacher"}
    ),
    "school.attendance": Rights(read=AS_CLASS),
    "school.attendance_history": Rights(
        read={
            role: of_class(may, "attendance_id")
            for role, may in AS_CLASS.items()
            if role != "analyst"
        }
    ),
    "school.reschedule_requests": Rights(
        read={
            "admin": admin,
            "staff": of_class(of_admission(sold), "original_attendance_id"),
            "teacher": hosts_request,
            "student": learns,
            "analyst": outsider,
        }
    ),
    "school.waitlist_entries": Rights(read={**WAITING, "teacher": never, "analyst": outsider}),
    "school.waitlist_time_slots": AS_ENTRY,
    "school.held_seats": AS_ENTRY,
    "school.trials": Rights(
        read={
            "admin": admin,
            "staff": owns_lead_of,
            "teacher": gives_class,
            "student": never,
            "analyst": outsider,
        }
    ),
    "school.notifications": Rights(read=RECEIVED, change=RECEIVED),
    "school.notification_events": ADMINS_READ,
    "school.deliveries": ADMINS_READ,
    "school.mail_templates": ADMINS_READ,
    "school.notification_types": ADMINS_READ,
    "school.webhook_endpoints": ADMINS_READ,
    "jobs.schedule": OPERATED,
    "jobs.runs": OPERATED,
    "jobs.retention": OPERATED,
    "jobs.lease": NOBODY,
    "auth.activation_tokens": NOBODY,
    "auth.calendar_tokens": NOBODY,
    "auth.catalog_fingerprint": NOBODY,
    "auth.channel_key": NOBODY,
    "auth.code_layer": NOBODY,
    "auth.credentials": NOBODY,
    "auth.direct_logins": NOBODY,
    "auth.failed_attempts": NOBODY,
    "auth.idempotency_keys": NOBODY,
    "auth.migration_checksums": NOBODY,
    "auth.sessions": NOBODY,
    "auth.tickets": NOBODY,
}


def holds(me: Person, verb: dict[str, May]) -> bool:
    """Tell whether any of the person's roles has the verb at all."""
    return me.label == "owner" or bool(me.granted & verb.keys())


def is_told(me: Person, verb: dict[str, May]) -> bool:
    """Tell whether any of the person's roles has the verb for some row."""
    return holds(me, {role: rule for role, rule in verb.items() if rule is not never})


def may(me: Person, verb: dict[str, May], row: Row, world: World) -> bool:
    return me.label == "owner" or any(
        rule(me, row, world) for role, rule in verb.items() if role in me.granted
    )


# --- cells -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One attempt: its statement and the outcome that the model foretells.

    The outcome is FORBIDDEN, NOTHING, a refusal's code, or the keys of the rows seen or written.
    """

    me: Person
    table: str
    verb: str
    what: str
    statement: sql.Composed
    expected: object

    def __str__(self) -> str:
        return f"{self.me.label}: {self.verb} {self.table} ({self.what})"


def name_of(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split("."))


def where(world: World, table: str, row: Row) -> sql.Composable:
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(row[column]))
        for column in world.keys[table]
    )


def read_cell(me: Person, table: str, world: World) -> Cell:
    rights = MODEL[table]
    columns = sql.SQL(", ").join(map(sql.Identifier, world.keys[table]))
    seen = {world.key(table, row) for row in world.rows[table] if may(me, rights.read, row, world)}
    return Cell(
        me,
        table,
        "select",
        "all rows",
        sql.SQL("select {} from {}").format(columns, name_of(table)),
        frozenset(seen) if holds(me, rights.read) else FORBIDDEN,
    )


# What is written into each table that somebody may write: changes by column, every one harmless to
# the rules of the school, and some that carry a row out of the writer's reach.
CHANGES: dict[str, list[Callable[[Person, World], Row]]] = {
    "school.users": [
        lambda me, w: {"phone": "12345"},
        lambda me, w: {"role": "super_admin"},
        lambda me, w: {"role": "admin"},
    ],
    "school.user_settings": [lambda me, w: {"locale": "de"}],
    "school.school_settings": [lambda me, w: {"school_name": "Another"}],
    "school.leads": [
        lambda me, w: {"area": "Elsewhere"},
        lambda me, w: {"owner_id": w.school["sam"]},
        lambda me, w: {"owner_id": w.school["sue"]},
        lambda me, w: {"owner_id": None},
    ],
    "school.lead_stages": [lambda me, w: {"position": 77}],
    "school.instruments": [lambda me, w: {"deleted_at": None}],
    "school.courses": [lambda me, w: {"description": "Another"}],
    "school.course_plans": [lambda me, w: {"price": 12}],
    "school.time_slot_templates": [lambda me, w: {"is_active": True}],
    "school.classroom_slots": [lambda me, w: {"capacity": 9}],
    "school.operating_days": [lambda me, w: {"is_open": True}],
    "school.notifications": [lambda me, w: {"read_at": "2027-03-01 10:00+00"}],
}

ADDITIONS: dict[str, list[Callable[[Person, World], Row | None]]] = {
    "school.users": [
        lambda me, w: {"name": "New", "role": "student"},
        lambda me, w: {"name": "New", "role": "admin"},
        lambda me, w: {"name": "New", "role": "super_admin"},
    ],
    "school.user_settings": [
        lambda me, w: (
            None
            if any(row["user_id"] == me.id for row in w.rows["school.user_settings"])
            else {"user_id": me.id or w.school["sid"], "locale": "fr"}
        ),
        lambda me, w: {"user_id": w.school["una"], "locale": "fr"},
    ],
    "school.leads": [
        lambda me, w: _lead(w, owner_id=me.id if me.role in (*ADMINS, "staff") else None),
        lambda me, w: _lead(w, owner_id=w.school["sue"]),
    ],
    "school.lead_notes": [
        lambda me, w, lead=lead, author=author: {  # type: ignore[misc]
            "lead_id": w.school[lead],
            "author_id": me.id if author is None else w.school[author],
            "body": "Hello",
        }
        for lead in ("sams", "fresh", "sues", "unowned", "gone")
        for author in (None, "sue")
    ],
    "school.lead_tags": [
        lambda me, w, lead=lead: {"lead_id": w.school[lead], "tag": "new"}  # type: ignore[misc]
        for lead in ("sams", "sues", "unowned", "gone")
    ],
    "school.lead_stages": [lambda me, w: {"name": "New one", "position": 9, "kind": "open"}],
    "school.instruments": [lambda me, w: {"name": "Oboe"}],
    "school.courses": [
        lambda me, w: {"instrument_id": w.school["violin_instrument"], "name": "Violin II"}
    ],
    "school.course_plans": [
        lambda me, w: {
            "course_id": w.school["violin"],
            "name": "Another",
            "total_classes": 4,
            "classes_per_week": 1,
        }
    ],
    "school.time_slot_templates": [
        lambda me, w: {"weekday": 6, "start_time": "10:00", "end_time": "11:00"}
    ],
    "school.classroom_slots": [
        lambda me, w: {
            "time_slot_id": w.school["tuesday"],
            "course_id": w.school["violin"],
            "teacher_id": w.school["tom"],
            "capacity": 1,
        }
    ],
    "school.course_teachers": [
        lambda me, w: {"course_id": w.school["violin"], "teacher_id": w.school["tia"]}
    ],
}

SAMPLE = 6


def is_in_use(row: Row) -> bool:
    """Tell whether a rule of the school keeps a user's role, whoever asks."""
    return row["name"] in ("Root", "Tom", "Tia", "Sid", "Una")


def _lead(world: World, owner_id: str | None) -> Row:
    return {
        "name": "New",
        "phone": "555",
        "stage_id": world.school["stage_new"],
        "follow_up_date": "2027-03-02",
        "owner_id": owner_id,
        "deleted_at": None,
    }


def samples(table: str, world: World) -> list[Row]:
    """Return the rows that single writes aim at: few, but of every owner."""
    rows = world.rows[table]
    owners = ("lead_id", "admission_id", "recipient_user_id", "user_id", "teacher_id")
    column = next((name for name in owners if rows and name in rows[0]), None)
    if column is None or table in ("school.classroom_slots", "school.course_teachers"):
        return rows if table in ("school.users", "school.leads") else rows[:SAMPLE]
    return list({row[column]: row for row in rows}.values())[:SAMPLE]


def add_cells(me: Person, table: str, world: World) -> Iterator[Cell]:
    rights = MODEL[table]
    if table not in ADDITIONS:
        yield Cell(
            me,
            table,
            "insert",
            "a row of defaults",
            sql.SQL("insert into {} default values").format(name_of(table)),
            FORBIDDEN,
        )
    for number, addition in enumerate(ADDITIONS.get(table, []), 1):
        row = addition(me, world)
        if row is None:
            continue
        written = {column: value for column, value in row.items() if column != "deleted_at"}
        # What staff add without an owner is theirs.
        judged = {**row, "owner_id": row["owner_id"] or me.id} if "owner_id" in row else row
        yield Cell(
            me,
            table,
            "insert",
            f"row {number}",
            sql.SQL("insert into {} ({}) values ({})").format(
                name_of(table),
                sql.SQL(", ").join(map(sql.Identifier, written)),
                sql.SQL(", ").join(map(sql.Literal, written.values())),
            ),
            1 if may(me, rights.add, judged, world) else FORBIDDEN,
        )


def change_cells(me: Person, table: str, world: World) -> Iterator[Cell]:
    rights = MODEL[table]
    key = world.keys[table][0]
    if table not in CHANGES:
        for row in samples(table, world)[:2]:
            statement = sql.SQL("update {} set {} = {} where {}").format(
                name_of(table),
                sql.Identifier(key),
                sql.Identifier(key),
                where(world, table, row),
            )
            yield Cell(me, table, "update", str(row[key]), statement, FORBIDDEN)
    for change in (make(me, world) for make in CHANGES.get(table, [])):
        changes = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
            for column, value in change.items()
        )
        update = sql.SQL("update {} set {}").format(name_of(table), changes)
        for row in samples(table, world):
            if "role" in change and is_in_use(row):
                continue
            yield Cell(
                me,
                table,
                "update",
                f"{change} of {row[key]}",
                update + sql.SQL(" where ") + where(world, table, row),
                _foretold(me, table, rights, [row], change, world, is_blind=False),
            )
        if "role" in change and me.is_admin:
            continue
        yield Cell(
            me,
            table,
            "update",
            f"{change} of all rows, unseen",
            update,
            _foretold(me, table, rights, world.rows[table], change, world, is_blind=True),
        )


def _foretold(
    me: Person,
    table: str,
    rights: Rights,
    rows: Iterable[Row],
    change: Row,
    world: World,
    *,
    is_blind: bool,
) -> object:
    """Foretell an update; one with a WHERE reads, and may neither find nor leave the unseen."""
    if not holds(me, rights.change):
        return FORBIDDEN
    become = {**rights.change, **rights.become}
    reached = [
        row
        for row in rows
        if may(me, rights.change, row, world) and (is_blind or may(me, rights.read, row, world))
    ]
    changed = [{**row, **change} for row in reached]
    if not all(
        may(me, become, row, world) and (is_blind or may(me, rights.read, row, world))
        for row in changed
    ):
        return FORBIDDEN
    return len(changed) or NOTHING


def remove_cells(me: Person, table: str, world: World) -> Iterator[Cell]:
    """Nobody deletes rows; functions do."""
    delete = sql.SQL("delete from {}").format(name_of(table))
    for row in samples(table, world)[:2]:
        statement = delete + sql.SQL(" where ") + where(world, table, row)
        yield Cell(me, table, "delete", str(world.key(table, row)), statement, FORBIDDEN)
    yield Cell(me, table, "delete", "all rows, unseen", delete, FORBIDDEN)


def cells(me: Person, table: str, world: World) -> Iterator[Cell]:
    """All attempts of one person at one table. The owner only reads: it may write everything."""
    yield read_cell(me, table, world)
    if me.label != "owner":
        yield from add_cells(me, table, world)
        yield from change_cells(me, table, world)
        yield from remove_cells(me, table, world)


# --- trying ------------------------------------------------------------------------------------


def refusal(error: psycopg.Error) -> str:
    """Return FORBIDDEN, or the code with which a function refused, or else the error itself."""
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return FORBIDDEN
    detail = error.diag.message_detail or ""
    return detail.partition('"code": "')[2].partition('"')[0] or str(error)


def rows_of(db: Database, table: str) -> list[Row]:
    return [
        row
        for (row,) in db.execute(
            sql.SQL("select to_json(t) from {} as t order by t::text").format(name_of(table))
        )
    ]


def tried(db: Database, cell: Cell, world: World) -> object:
    """Try the cell in a savepoint and return its outcome; a write is re-read as owner.

    ``db`` is a superuser's connection inside a transaction.
    """
    outcome: object
    db.execute("savepoint cell")
    try:
        cell.me.become(db)
        cursor = db.execute(cell.statement)
        if cell.verb == "select":
            return frozenset(tuple(map(_plain, row)) for row in cursor.fetchall())
        db.execute("set local session authorization default")
        db.execute("reset role")
        after = rows_of(db, cell.table)
        written = _difference(world.rows[cell.table], after)
        if written != cursor.rowcount and cell.verb != "update":
            return f"claims {cursor.rowcount} rows, wrote {written}"
        outcome = cursor.rowcount or (NOTHING if written == 0 else f"wrote {written} rows")
    except psycopg.Error as error:
        outcome = refusal(error)
    finally:
        db.execute("rollback to savepoint cell")
        db.execute("release savepoint cell")
    return outcome


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _difference(before: list[Row], after: list[Row]) -> int:
    old, new = ({repr(row) for row in rows} for rows in (before, after))
    return max(len(old - new), len(new - old))


# --- the school of the matrix ------------------------------------------------------------------

PRIMARY_KEYS = """
select i.indrelid::regclass::text, array_agg(a.attname::text order by a.attnum)
from pg_catalog.pg_index as i
join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
join pg_catalog.pg_class as c on c.oid = i.indrelid
where i.indisprimary and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
group by i.indrelid
"""


def furnish(db: Database, school: School) -> School:
    """Add what the small school lacks, so that every table has rows of several people.

    Returns a copy of the school that knows the new people and leads.
    """
    school = School(dict(school.ids))
    ids = school.ids
    for name, role, status, deleted in (
        ("dan", "staff", "disabled", None),
        ("dee", "staff", "active", None),
        ("old", "staff", "active", "2027-02-01"),
    ):
        ids[name] = str(_value(db, "select gen_random_uuid()"))
        db.execute(
            "insert into school.users (id, name, email, role, status, deleted_at)"
            " values (%s, %s, %s, %s, %s, %s)",
            (ids[name], name, f"{name}@school.test", role, status, deleted),
        )
        open_session(db, ids[name], school.token(name))
    db.execute(
        "insert into auth.sessions (token_hash, user_id, created_at, expires_at)"
        " values (%s, %s, '2027-02-01', '2027-02-28')",
        (token_hash("expired"), ids["ada"]),
    )
    with db.transaction():
        db.execute("set local session_replication_role = replica")
        _fill(db, school)
    return school


def _value(db: Database, query: str, *parameters: object) -> Any:
    row = db.execute(query, parameters).fetchone()
    assert row is not None
    return row[0]


def _fill(db: Database, school: School) -> None:
    ids = school.ids
    ids["gone"] = str(
        _value(
            db,
            "insert into school.leads (stage_id, owner_id, assigned_teacher_id, name, phone,"
            " follow_up_date, deleted_at) values (%s, %s, %s, 'Gone', '1', '2027-03-01', now())"
            " returning id",
            ids["stage_new"],
            ids["sam"],
            ids["tom"],
        )
    )
    for lead, author in (("sams", "sam"), ("fresh", "tom"), ("sues", "sue"), ("gone", "sam")):
        db.execute(
            "insert into school.lead_notes (lead_id, author_id, body) values (%s, %s, 'Note')",
            (ids[lead], ids[author]),
        )
    for lead in ("sams", "fresh", "sues", "unowned", "gone"):
        db.execute(
            "insert into school.lead_tags (lead_id, tag) values (%s, 'tagged')", (ids[lead],)
        )
    db.execute(
        "insert into school.lead_audit_events (lead_id, field, new) values (%s, 'name', '1')",
        (ids["gone"],),
    )
    for person in ("root", "ada", "sam", "sue", "tom", "sid"):
        db.execute(
            "insert into school.notifications (event_id, recipient_user_id, type, entity_type,"
            " entity_id, day, title, body) select id, %s, 'test.type', entity_type, entity_id,"
            " '2001-01-01', 'Title', 'Body' from school.notification_events limit 1",
            (ids[person],),
        )
    for person in ("sam", "sue", "tom"):
        db.execute("insert into school.user_settings (user_id) values (%s)", (ids[person],))
    db.execute(
        "insert into school.course_teachers (course_id, teacher_id) values (%s, %s)",
        (ids["piano"], ids["tom"]),
    )
    db.execute("insert into school.instruments (name, deleted_at) values ('Lute', now())")
    for statement in (*FILLING, *KEYS):
        db.execute(statement)


# No trigger runs while this world is filled.
KEYS = (
    *(
        f"""update school.{table} as t set lead_owner_id = l.owner_id,
        lead_teacher_id = l.assigned_teacher_id, lead_is_live = l.deleted_at is null
        from school.leads as l where l.id = t.lead_id"""
        for table in ("lead_notes", "lead_tags")
    ),
    *(
        f"""update school.{table} as t set lead_owner_id = l.owner_id
        from school.leads as l where l.id = t.lead_id and l.deleted_at is null"""
        for table in ("waitlist_entries", "trials")
    ),
    """update school.pauses as p set student_id = a.student_id, lead_owner_id = a.lead_owner_id
    from school.admissions as a where a.id = p.admission_id""",
    """update school.reschedule_requests as r set lead_owner_id = b.lead_owner_id,
    admission_id = b.admission_id,
    teacher_ids = school.teachers_of_request(b.teacher_id, r.source_classroom_slot_id)
    from school.attendance as b where b.id = r.original_attendance_id""",
)
FILLING = (
    """insert into school.access_requests (email, name, role)
    values ('new@school.test', 'New', 'staff')""",
    """insert into school.school_closures (start_date, end_date, reason)
    values ('2027-12-24', '2027-12-26', 'Holidays')""",
    """insert into school.class_substitutes (classroom_slot_id, class_date, teacher_id)
    select id, '2027-03-05', teacher_id from school.classroom_slots""",
    """insert into school.reschedule_requests (original_attendance_id, student_id,
      source_class_date, source_classroom_slot_id, class_date, classroom_slot_id, requested_by)
    select distinct on (student_id) id, student_id, class_date, classroom_slot_id, '2027-03-12',
      classroom_slot_id, student_id
    from school.attendance order by student_id, class_date""",
    """insert into school.pauses (admission_id, start_date, end_date)
    select id, '2027-12-01', '2027-12-07' from school.admissions""",
    """insert into school.waitlist_entries (lead_id, course_id, classes_per_week, status,
      offer_expires_at, ended_at)
    select l.id, c.id, 1, v.status, v.expires, v.ended
    from school.leads as l
    join school.courses as c on c.name = 'Piano I'
    cross join lateral (
      select 'offered' as status, timestamptz '2027-03-03' as expires, null::timestamptz as ended
      where l.name in ('Sams', 'Sues')
      union all
      select 'withdrawn', null, '2027-03-01'
      where l.name not in ('Sams', 'Sues')
    ) as v""",
    """insert into school.waitlist_entries (student_id, course_id, classes_per_week)
    select u.id, c.id, 1 from school.users as u, school.courses as c
    where u.role = 'student' and c.name = 'Piano I'""",
    """insert into school.waitlist_time_slots (waitlist_entry_id, time_slot_id)
    select w.id, k.time_slot_id from school.waitlist_entries as w
    join school.classroom_slots as k on k.course_id = w.course_id""",
    # One seat of each class.
    """insert into school.held_seats (waitlist_entry_id, classroom_slot_id)
    select w.id, k.id
    from (
      select w.id, w.course_id, row_number() over (order by w.sequence) as place
      from school.waitlist_entries as w where w.status = 'offered'
    ) as w
    join (
      select k.id, k.course_id, row_number() over (partition by k.course_id order by k.id) as place
      from school.classroom_slots as k
    ) as k using (course_id, place)""",
    """insert into school.trials (lead_id, classroom_slot_id, course_id, teacher_id, class_date,
      start_time, end_time, status, ended_at)
    select l.id, k.id, k.course_id, k.teacher_id, '2027-02-22', '16:00', '17:00', 'attended',
      '2027-02-22'
    from school.leads as l, school.classroom_slots as k
    join school.time_slot_templates as t on t.id = k.time_slot_id where t.weekday = 1""",
    """insert into school.attendance_history (attendance_id, field, old, new)
    select distinct on (student_id) id, 'status', '1', '2' from school.attendance
    order by student_id, class_date""",
    """insert into school.admission_payment_history (admission_payment_id, new_status)
    select id, 'paid' from school.admission_payments""",
    """insert into school.webhook_endpoints (url, secret)
    values ('https://hooks.test/', repeat('s', 64))""",
    """insert into school.deliveries (kind, type, event_id, entity_id, endpoint_id, address)
    select 'webhook', e.type, e.id, e.entity_id, w.id, w.url
    from school.webhook_endpoints as w, school.notification_events as e""",
    """insert into jobs.runs (name, run_on) values ('purge', '2027-03-01')""",
    """insert into jobs.lease (holder, expires_at) values (gen_random_uuid(), '2200-01-01')""",
    """insert into auth.credentials (user_id, password_hash) select id, 'x' from school.users""",
    """insert into auth.activation_tokens (token_hash, user_id, expires_at)
    select sha256('a'), id, '2200-01-01' from school.users limit 1""",
    """insert into auth.calendar_tokens (token_hash, user_id)
    select sha256('c'), id from school.users limit 1""",
    """insert into auth.tickets (token_hash, session_token_hash, path, expires_at)
    select sha256('t'), token_hash, '/v1/leads/export', '2200-01-01' from auth.sessions limit 1""",
    """insert into auth.failed_attempts (kind, subject) values ('account', 'x')""",
    """insert into auth.idempotency_keys (user_id, method, path, key, body_sha256)
    select id, 'POST', '/v1/leads', 'k', sha256('b') from school.users""",
)

ROLES = {
    "root": "super_admin",
    "ada": "admin",
    "sam": "staff",
    "tom": "teacher",
    "sid": "student",
}
# People of whom somebody made analysts, too.
ANALYSTS_BESIDES = {"sue": "staff", "tia": "teacher", "una": "student"}


def granted_to(role: str) -> frozenset[str]:
    return frozenset(ADMINS) if role == "super_admin" else frozenset({role})


def login_of(db: Database, person: str) -> str:
    """Return the name of a person's direct login, of its own in every test's database."""
    return (
        f"{person}_{_value(db, 'select oid from pg_database where datname = current_database()')}"
    )


def grant_logins(db: Database) -> None:
    """Give direct logins to one of each role, and to two who lose their rights afterwards."""
    db.execute("update school.users set status = 'active' where name = 'dan'")
    db.execute("update school.users set role = 'admin' where name = 'dee'")
    for person in (*ROLES, "dan", "dee", *ANALYSTS_BESIDES):
        db.execute("select auth.grant_sql(%s, %s)", (f"{person}@school.test", login_of(db, person)))
    for person in ("dan", *ANALYSTS_BESIDES):
        db.execute(
            sql.SQL("grant school_analyst to {}").format(sql.Identifier(login_of(db, person)))
        )
    db.execute("update school.users set status = 'disabled' where name = 'dan'")
    db.execute("update school.users set role = 'staff' where name = 'dee'")


def revoke_logins(db: Database) -> None:
    """Drop the logins: roles outlive a test's database."""
    for (login,) in db.execute("select login::text from auth.direct_logins").fetchall():
        db.execute("select auth.revoke_sql(%s)", (login,))


def people(db: Database, school: School) -> list[Person]:
    """Return everybody who tries."""
    everyone = [
        Person("owner", frozenset(), login="school_owner"),
        Person("bare gateway", frozenset()),
        Person("nobody", frozenset({"anonymous"})),
        Person("analyst", frozenset({"analyst"}), login="school_analyst"),
        Person("jobs", frozenset({"jobs"}), login="school_jobs"),
    ]
    for name, role in ROLES.items():
        granted = granted_to(role)
        who = {"role": role, "id": school[name]}
        everyone += [
            Person(f"{role} by session", granted, token=school.token(name), **who),
            Person(f"{role} by login", granted, login=login_of(db, name), **who),
            Person(
                f"gateway as {role}, session expired",
                granted,
                taken=f"school_{role}",
                stolen="expired",
            ),
        ]
    return [
        *everyone,
        Person(
            "disabled staff by login, an analyst besides",
            frozenset({"staff", "analyst"}),
            login=login_of(db, "dan"),
        ),
        *(
            Person(
                f"{role} by login, an analyst besides",
                frozenset({role, "analyst"}),
                role,
                school[name],
                login=login_of(db, name),
            )
            for name, role in ANALYSTS_BESIDES.items()
        ),
        Person(
            "gateway as staff, user disabled",
            frozenset({"staff"}),
            taken="school_staff",
            stolen=school.token("dan"),
        ),
        Person(
            "gateway as staff, user deleted",
            frozenset({"staff"}),
            taken="school_staff",
            stolen=school.token("old"),
        ),
        Person(
            "former admin by login",
            frozenset({"admin"}),
            "staff",
            school["dee"],
            login=login_of(db, "dee"),
        ),
        Person(
            "student by login with a stolen session",
            frozenset({"student"}),
            "student",
            school["sid"],
            login=login_of(db, "sid"),
            stolen=school.token("root"),
        ),
    ]


def world_of(db: Database, school: School) -> World:
    """Furnish the school, give the logins and read everything as it then is."""
    school = furnish(db, school)
    grant_logins(db)
    # Disabling and demoting ended their sessions; a session left over is what is tried.
    for name in ("dan", "old"):
        db.execute(
            "insert into auth.sessions (token_hash, user_id, expires_at)"
            " values (%s, %s, '2200-01-01') on conflict do nothing",
            (token_hash(school.token(name)), school[name]),
        )
    keys = {table: tuple(columns) for table, columns in db.execute(PRIMARY_KEYS)}
    rows = {table: rows_of(db, table) for table in keys}
    return World(school, rows, keys, people(db, school))

"""A small school to test in, and callers who act in it.

Made once, through the functions themselves, into a template that every test gets a copy of. Its
clock stands at Monday 2027-03-01, 09:00 UTC.

======== =========== =====================================================================
name     role        what they have
======== =========== =====================================================================
root     super_admin
ada      admin
sam      staff       lead ``sams`` (converted: student ``sid``), lead ``fresh``
sue      staff       lead ``sues`` (converted: student ``una``)
tom      teacher     violin: Monday 16:00 (two seats, one taken), Wednesday 16:00 (one seat,
                     taken by sid), Friday 16:00 (three seats); assigned to lead ``fresh``
tia      teacher     piano: Monday 16:00 and Thursday 17:00 (two seats each, una in both)
sid      student     an 8-class plan of violin, Monday and Wednesday
una      student     an 8-class plan of piano, Monday and Thursday
======== =========== =====================================================================

Lead ``unowned`` belongs to nobody.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.database import migrations

Database = psycopg.Connection[Any]
Conninfo = Callable[..., str]
"""``conninfo(user)``: how a user, or the superuser, reaches the test's database."""

NOW = "2027-03-01T09:00:00+00:00"
PASSWORD = "correct horse battery staple"


class Refusal(Exception):  # noqa: N818
    """A function refused: the contract's code and the other members of the problem."""

    def __init__(self, code: str, message: str, members: dict[str, Any]) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.members = members


@dataclass
class School:
    """Ids by name, and bearer tokens by person."""

    ids: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.ids[name]

    def weekly_class(self, name: str) -> dict[str, str]:
        """Return a class such as ``violin_monday`` as answers name it."""
        course, _, day = name.partition("_")
        start = "17:00" if day == "thursday" else "16:00"
        return {"id": self[name], "name": f"{course.capitalize()} I, {day.capitalize()} {start}"}

    def person(self, name: str) -> dict[str, str]:
        """Return a person as answers name them."""
        return {"id": self[name], "name": name.capitalize()}

    def token(self, person: str) -> str:
        """Return the token of the person's open session."""
        return f"session-of-{person}"


def bearer(person: str) -> dict[str, str]:
    """Return the headers of a request of a person."""
    return {"Authorization": f"Bearer {BUILT.token(person)}"}


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def zone(db: Database, name: str) -> None:
    """Move the school to a time zone."""
    db.execute("update school.school_settings set timezone = %s", (name,))


class Clock:
    """The school's clock, stopped wherever a test puts it."""

    def __init__(self, connection: Database) -> None:
        self._connection = connection

    def set(self, instant: str) -> None:
        """Make it ``instant`` (ISO 8601 with a zone) for every transaction from now on."""
        row = self._connection.execute("select %s::timestamptz::text", (instant,)).fetchone()
        assert row is not None
        self._connection.execute(
            "create or replace function school.clock() returns timestamptz language sql stable"
            f" security invoker as $$ select pg_catalog.timestamptz '{row[0]}' $$"
        )


class Caller:
    """Calls functions of schema ``api`` as the gateway does, without HTTP, one transaction each."""

    _arrays: ClassVar[set[tuple[str, str]]] = set()

    def __init__(self, gateway: Database, token: str | None) -> None:
        self._gateway = gateway
        self._token = token

    def enter(self) -> None:
        """Take the caller's role on the gateway's connection, in its running transaction."""
        self._gateway.execute(
            "select auth.enter(%s, 'test', '127.0.0.1', 10000)",
            (None if self._token is None else token_hash(self._token),),
        )

    def _typed(self, function: str, arguments: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Give the arguments, a single value of a filter that takes several as one of them."""
        for name, value in arguments.items():
            if isinstance(value, str | int | UUID) and (function, name) in self._several():
                yield name, [value]
            else:
                yield name, value

    def _several(self) -> set[tuple[str, str]]:
        """Which parameters are arrays: the function and the parameter's name without ``p_``."""
        if not Caller._arrays:
            Caller._arrays.update(
                self._gateway.execute(
                    "select p.proname::text, substr(a.name, 3) from pg_catalog.pg_proc as p,"
                    " unnest(p.proargnames, p.proargtypes::oid[]) as a (name, type)"
                    " join pg_catalog.pg_type as t on t.oid = a.type"
                    " where p.pronamespace = 'api'::regnamespace and t.typcategory = 'A'"
                )
            )
        return Caller._arrays

    def __call__(self, function: str, **arguments: Any) -> Any:
        """Return what ``api.<function>`` answers, as JSON, or the text of its rows in one; raise
        Refusal when it refuses."""
        call = sql.SQL("select to_json(api.{}({}))").format(
            sql.Identifier(function),
            sql.SQL(", ").join(
                sql.SQL("{} => {}").format(
                    sql.Identifier(f"p_{name}"),
                    sql.Literal(json.dumps(value) if isinstance(value, dict) else value),
                )
                for name, value in self._typed(function, arguments)
            ),
        )
        try:
            with self._gateway.transaction():
                self.enter()
                rows = self._gateway.execute(call).fetchall()
        except psycopg.Error as error:
            if error.sqlstate == "OS001":
                members = json.loads(error.diag.message_detail or "{}")
                raise Refusal(
                    members.pop("code"), error.diag.message_primary or "", members
                ) from error
            if error.sqlstate == "42501":
                raise Refusal("forbidden", error.diag.message_primary or "", {}) from error
            raise
        if len(rows) > 1:
            return "".join(text for (text,) in rows)
        answer = rows[0][0]
        if isinstance(answer, dict) and answer.keys() == {"problem"}:
            problem = answer["problem"]
            raise Refusal(problem.pop("code"), problem.pop("message"), problem)
        return answer

    def rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query under the caller's policies; nothing of it is kept."""
        with self._gateway.transaction(force_rollback=True):
            self.enter()
            return self._gateway.execute(query, parameters).fetchall()


Callers = Callable[[str | None], Caller]
"""``call("sam")``: who calls functions as a person; None is nobody."""


def open_session(db: Database, user_id: str, token: str) -> None:
    """Open a session that lasts; the password is not what most tests are about."""
    db.execute(
        "insert into auth.sessions (token_hash, user_id, expires_at) values (%s, %s, '2200-01-01')",
        (token_hash(token), user_id),
    )


def build(db: Database, gateway: Database) -> School:
    """Make the school of this module's table; ``db`` is a superuser's connection."""
    school = School()
    ids = school.ids

    def person(name: str, role: str) -> None:
        row = db.execute(
            "select school.add_user(%s, %s, %s, null)",
            (name.capitalize(), role, f"{name}@school.test"),
        ).fetchone()
        assert row is not None
        ids[name] = str(row[0])
        open_session(db, ids[name], school.token(name))

    for name, role in {
        "root": "super_admin",
        "ada": "admin",
        "sam": "staff",
        "sue": "staff",
        "tom": "teacher",
        "tia": "teacher",
    }.items():
        person(name, role)
    ada = Caller(gateway, school.token("ada"))
    sam = Caller(gateway, school.token("sam"))
    sue = Caller(gateway, school.token("sue"))

    for weekday, start, end, name in (
        (1, "16:00", "17:00", "monday"),
        (3, "16:00", "17:00", "wednesday"),
        (4, "17:00", "18:00", "thursday"),
        (5, "16:00", "17:00", "friday"),
        (2, "16:00", "17:00", "tuesday"),
        (1, "16:30", "17:30", "monday_late"),
    ):
        slot = ada("create_time_slot", weekday=weekday, start_time=start, end_time=end)
        ids[name] = slot["id"]
    for course, teacher in (("violin", "tom"), ("piano", "tia")):
        instrument = ada("create_instrument", name=course.capitalize())
        ids[f"{course}_instrument"] = instrument["id"]
        ids[course] = ada(
            "create_course", instrument_id=instrument["id"], name=f"{course.capitalize()} I"
        )["id"]
        ada("put_course_teacher", course_id=ids[course], teacher_id=ids[teacher])
        for total, weekly in ((8, 2), (4, 1), (48, 2)):
            ids[f"{course}_{total}"] = ada(
                "create_course_plan",
                course_id=ids[course],
                name=f"{total} classes, {weekly} a week",
                total_classes=total,
                classes_per_week=weekly,
            )["id"]
    for course, teacher, slot_name, seats in (
        ("violin", "tom", "monday", 2),
        ("violin", "tom", "wednesday", 1),
        ("violin", "tom", "friday", 3),
        ("piano", "tia", "monday", 2),
        ("piano", "tia", "thursday", 2),
    ):
        ids[f"{course}_{slot_name}"] = ada(
            "create_classroom_slot",
            time_slot_id=ids[slot_name],
            course_id=ids[course],
            teacher_id=ids[teacher],
            capacity=seats,
        )["id"]

    for stage in ada("list_lead_stages")["items"]:
        ids[f"stage_{stage['name'].lower().replace(' ', '_')}"] = stage["id"]

    def lead(caller: Caller, name: str, **members: Any) -> None:
        ids[name] = caller(
            "create_lead",
            name=name.capitalize(),
            stage_id=ids["stage_new"],
            follow_up_date="2027-03-01",
            email=f"{name}@leads.test",
            **members,
        )["id"]

    lead(sam, "sams")
    lead(sam, "fresh", assigned_teacher_id=ids["tom"])
    lead(sue, "sues")
    lead(ada, "unowned")
    for caller, lead_name, student, course, slots in (
        (sam, "sams", "sid", "violin", ("monday", "wednesday")),
        (sue, "sues", "una", "piano", ("monday", "thursday")),
    ):
        admission = caller(
            "create_admission",
            lead_id=ids[lead_name],
            student={"name": student.capitalize(), "email": f"{student}@school.test"},
            course_id=ids[course],
            course_plan_id=ids[f"{course}_8"],
            start_date="2027-03-01",
            time_slot_ids=[ids[slot] for slot in slots],
        )
        ids[f"{student}_admission"] = admission["id"]
        ids[student] = admission["studentId"]
        open_session(db, ids[student], school.token(student))
    return school


BUILT = School()


def load(**parameters: Any) -> None:
    """Fill the template database: the schema, a stopped clock and the school."""
    parameters.pop("autocommit", None)
    conninfo = make_conninfo("", **parameters)
    migrations.migrate(conninfo, progress=lambda line: None)
    with (
        psycopg.connect(conninfo, autocommit=True) as db,
        psycopg.connect(
            make_conninfo(conninfo, user="school_gateway", password=""), autocommit=True
        ) as gateway,
    ):
        Clock(db).set(NOW)
        BUILT.ids.update(build(db, gateway).ids)

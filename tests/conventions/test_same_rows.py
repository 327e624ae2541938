"""The same person sees the same rows over HTTP, in SQL and in the model, in a school of some size.

Every list that has a wire view is paged to its end over HTTP; the ids must be those of the view
under the person's own database login, and those that the model of tests/conventions/matrix.py
derives from all rows. Who gets a 403 is refused the view.
"""

from collections.abc import Iterator

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.database import migrations
from api.http.routes import ROUTES, Route
from api.settings import Settings
from tests.bench import history
from tests.conventions import matrix
from tests.conventions.matrix import MODEL, Person, World
from tests.support.effort import THOROUGH
from tests.support.promises import Figure
from tests.support.school import NOW, Clock, Database, School, open_session
from tests.support.servers import client_of, running_server

SCALE = history.Scale(teachers=5, staff=4, running=60, open_leads=40)
ADMISSIONS = 150
PEOPLE = {
    "root": "super_admin",
    "ada": "admin",
    "staff1": "staff",
    "staff2": "staff",
    "teacher1": "teacher",
    "teacher2": "teacher",
    "student1": "student",
    "student2": "student",
}
TABLES = {
    "access_request": "school.access_requests",
    "admission": "school.admissions",
    "attendance": "school.attendance",
    "classroom_slot": "school.classroom_slots",
    "closure": "school.school_closures",
    "course": "school.courses",
    "course_plan": "school.course_plans",
    "delivery": "school.deliveries",
    "instrument": "school.instruments",
    "lead": "school.leads",
    "lead_stage": "school.lead_stages",
    "notification": "school.notifications",
    "notification_event": "school.notification_events",
    "person": "school.users",
    "reschedule_request": "school.reschedule_requests",
    "time_slot": "school.time_slot_templates",
    "trial": "school.trials",
    "user": "school.users",
    "waitlist_entry": "school.waitlist_entries",
    "webhook": "school.webhook_endpoints",
}
"""Whose rows a wire view shows."""

# What a school of the bench has none of: what is deleted, waiting, tried and called.
MORE = b"""
update school.leads as l set deleted_at = school.clock()
where l.follow_up_status = 'open' and substr(l.phone, 8)::integer % 10 = 3;
update school.users set deleted_at = school.clock() where email = 'teacher5@bench.test';
insert into school.instruments (name, deleted_at) values ('Lute', school.clock());
insert into school.waitlist_entries (lead_id, course_id, classes_per_week, lead_owner_id)
select l.id, c.id, 1, l.owner_id from school.leads as l, school.courses as c
where l.follow_up_status = 'open' and l.deleted_at is null and c.name = 'Course 1';
insert into school.waitlist_entries (student_id, course_id, classes_per_week)
select u.id, c.id, 1 from school.users as u, school.courses as c
where u.role = 'student' and c.name = 'Course 2';
insert into school.trials (lead_id, classroom_slot_id, course_id, teacher_id, class_date,
  start_time, end_time, status, ended_at, lead_owner_id)
select l.id, k.id, k.course_id, k.teacher_id, '2027-02-22', '09:00', '10:00', 'attended',
  '2027-02-22', l.owner_id
from school.leads as l, school.classroom_slots as k
where l.follow_up_status = 'open' and l.deleted_at is null;
insert into school.webhook_endpoints (url, secret)
values ('https://hooks.test/', repeat('s', 64));
"""


def rows_by_http(http: httpx.Client, path: str) -> set[str] | None:
    """Return the ids of a list, page by page; None when it is forbidden."""
    found: set[str] = set()
    cursor: dict[str, str] = {}
    while True:
        answer = http.get(f"/v1{path}", params={"limit": 200, **cursor})
        if answer.status_code == 403:
            return None
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found |= {item["id"] for item in page["items"]}
        if page["nextCursor"] is None:
            return found
        cursor = {"cursor": page["nextCursor"]}


def rows_by_sql(login: Database, route: Route) -> set[str] | None:
    """Return the ids in the view of a list, the first that the login may read; None for none."""
    for view in route.item_views:
        query = sql.SQL("select id::text from {}").format(sql.Identifier("api", view))
        try:
            return {key for (key,) in login.execute(query)}
        except psycopg.errors.InsufficientPrivilege:
            continue
    return None


def rows_by_model(me: Person, route: Route, world: World) -> set[str] | None:
    table = TABLES[route.item_views[0]]
    rights = MODEL[table].read
    if not matrix.is_told(me, rights):
        return None
    return {
        row["id"]
        for row in world.rows[table]
        if row.get("deleted_at") is None and matrix.may(me, rights, row, world)
    }


@pytest.fixture
def filled(empty_conninfo: str) -> Iterator[World]:
    """A school of the bench, and its people with a session and a login each."""
    migrations.migrate(empty_conninfo, lambda line: None)
    with psycopg.connect(empty_conninfo, autocommit=True) as db:
        Clock(db).set(NOW)
        history.fill(db, ADMISSIONS, SCALE, lambda line: None)
        with db.transaction():
            db.execute("set local session_replication_role = replica")
            db.execute(MORE)
        keys = {table: tuple(columns) for table, columns in db.execute(matrix.PRIMARY_KEYS)}
        world = World(School(), {table: matrix.rows_of(db, table) for table in keys}, keys)
        try:
            for name, role in PEOPLE.items():
                email = f"{name}@bench.test"
                user = world.one("school.users", email=email)["id"]
                login = matrix.login_of(db, name)
                open_session(db, user, name)
                db.execute("select auth.grant_sql(%s, %s)", (email, login))
                world.people.append(
                    Person(name, matrix.granted_to(role), role, user, login, token=name)
                )
            yield world
        finally:
            matrix.revoke_logins(db)


@pytest.mark.skipif(not THOROUGH, reason="takes long: OSTINATO_TEST_THOROUGH=1")
@pytest.mark.promise("access")
def test_a_person_sees_the_same_rows_over_http_and_in_sql_and_those_of_the_model(
    filled: World, empty_conninfo: str, figure: Figure
) -> None:
    rows = sum(len(rows) for table, rows in filled.rows.items() if table.startswith("school."))
    figure.count("rows", rows)
    assert rows > 10_000
    lists = [
        route
        for route in ROUTES
        if route.method == "GET" and "/me/" not in route.path and "{" not in route.path
        if TABLES.keys() & {*route.item_views}
    ]
    assert {view for route in lists for view in route.item_views} == TABLES.keys()
    gateway = make_conninfo(empty_conninfo, user="school_gateway", password="")
    settings = Settings(database_url=gateway, pool_max=4, scheduler="off")
    with running_server(settings) as server:
        for me in filled.people:
            own = make_conninfo(empty_conninfo, user=me.login, password="")
            with (
                client_of(server.url, me.token) as http,
                psycopg.connect(own, autocommit=True) as login,
            ):
                for route in lists:
                    told = rows_by_http(http, route.path)
                    figure.count("lists", 1)
                    figure.count("ids", len(told or ()))
                    what = f"{me.label} at {route.path}"
                    assert told == rows_by_sql(login, route), what
                    assert told == rows_by_model(me, route, filled), what

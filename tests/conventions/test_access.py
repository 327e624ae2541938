"""What is explained of a row is what happens: who is said to see it sees it, by the policy named.

The model of matrix.py says who sees what; the policies are then broken one at a time, and the
explanation has to say so.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from api.database.catalog import read_catalog
from api.http.routes import ROUTES
from tests.conventions import matrix
from tests.conventions.matrix import MODEL, Person, World
from tests.support.effort import THOROUGH
from tests.support.school import Callers, Refusal, School, token_hash

Database = psycopg.Connection[Any]
Answer = dict[str, Any]

PEOPLE = {**matrix.ROLES, **matrix.ANALYSTS_BESIDES}
RESOURCES = "select r.resource, r.stored_in::text, r.shown_by::text from school.resources() as r"
EXPLAINED = """
select i.id::text, school.explain_access(%s, %s::regclass, %s::regclass, i.id)
from unnest(%s::uuid[]) as i (id)
"""
LEFT_OUT = "Leaves it out. It is deleted, and nobody is shown what is."
POLICY = """
select p.polname::text
from pg_catalog.pg_policy as p
where p.polrelid = %s::regclass and p.polcmd = 'r'
  and exists (
    select from unnest(p.polroles) as r (role) where pg_has_role('school_' || %s, r.role, 'usage')
  )
"""


@pytest.fixture
def world(db: Database, school: School) -> Iterator[World]:
    db.prepare_threshold = None
    try:
        yield matrix.world_of(db, school)
    finally:
        matrix.revoke_logins(db)


def explained(
    db: Database, world: World, name: str, table: str, view: str | None, ids: list[str]
) -> dict[str, Answer]:
    """Explain rows of a table to the owner, for one person; nothing of it is kept."""
    with db.transaction(force_rollback=True):
        rows = db.execute(EXPLAINED, (world.school[name], table, view, ids)).fetchall()
    return dict(rows)


def some(rows: Iterable[str], *kinds: set[str]) -> list[str]:
    """All of the ids, when tests are thorough; else one of each kind and one of none."""
    ids = list(rows)
    if THOROUGH:
        return ids
    chosen = [next((key for key in ids if key in kind), None) for kind in kinds]
    chosen.append(next((key for key in ids if not any(key in kind for kind in kinds)), None))
    return list(dict.fromkeys(key for key in chosen if key is not None))


def visible(answers: dict[str, Answer]) -> set[str]:
    return {key for key, answer in answers.items() if answer["visible"]}


def deciding(answer: Answer) -> list[str]:
    return [policy["name"] for policy in answer["policies"] if policy["decides"]]


def test_every_wire_view_with_an_id_is_a_resource_of_the_wire(db: Database) -> None:
    catalog = read_catalog(db)
    named = {row[0] for row in db.execute(RESOURCES)}
    made = {
        view
        for (view,) in db.execute(
            "select c.relname::text from pg_catalog.pg_class as c"
            " join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attname = 'id'"
            " where c.relkind = 'v' and c.relnamespace = 'api'::regnamespace"
        )
    }
    (resource, *_) = catalog.functions["explain_access"].parameters
    assert named == made == set(resource.type.schema["enum"])


def test_what_is_explained_is_what_the_model_says_and_the_person_sees(
    db: Database, world: World, conninfo: Callable[..., str]
) -> None:
    """Rows of every resource, for every role; in SQL the person reads them, too."""
    wrong, count = [], 0
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        for resource, table, view in db.execute(RESOURCES).fetchall():
            rows = {row["id"]: row for row in world.rows[table]}
            assert rows, resource
            deleted = {key for key, row in rows.items() if row.get("deleted_at") is not None}
            for name, role in PEOPLE.items():
                me = Person(name, matrix.granted_to(role), role, world.school[name])
                sees = {
                    k for k, row in rows.items() if matrix.may(me, MODEL[table].read, row, world)
                }
                answers = explained(db, world, name, table, view, some(rows, sees, deleted))
                count += len(answers)
                told, shown = visible(answers), answers.keys() & (sees - deleted)
                if told != shown:
                    wrong.append(f"{name}, {resource}: {told} instead of {shown}")
                seen = rows_read(gateway, world.school.token(name), view)
                if seen is not None and told != answers.keys() & seen:
                    wrong.append(f"{name}, {resource}: {told}, but reads {seen}")
                policies = [policy for (policy,) in db.execute(POLICY, (table, role))]
                wrong += [
                    f"{name}, {resource} {key}: {offence}: {answer}"
                    for key, answer in answers.items()
                    for offence in offences(answer, policies or ["none"], key in deleted)
                ]
    print(f"{count} explanations")
    assert count > 200
    assert wrong == [], "\n".join(wrong)


def rows_read(gateway: Database, token: str, view: str) -> set[str] | None:
    """The ids that a person reads in a view; None when it is not theirs to read."""
    with gateway.transaction(force_rollback=True):
        gateway.execute("select auth.enter(%s, '', '', 10000)", (token_hash(token),))
        try:
            return {str(key) for (key,) in gateway.execute(f"select id from {view}".encode())}
        except psycopg.errors.InsufficientPrivilege:
            return None


def offences(answer: Answer, policies: list[str], is_deleted: bool) -> Iterator[str]:
    """What is wrong with who is said to decide: the one policy, or that the row is deleted."""
    first, *more = answer["policies"]
    shows = first["inWords"].startswith("Shows it. ")
    if not shows and not first["inWords"].startswith("Does not show it. "):
        yield "does not say what the policy does"
    if [first["name"]] != policies:
        yield "names another policy"
    if answer["visible"] is not (shows and not is_deleted):
        yield "contradicts itself"
    if [p["inWords"] for p in more] != [LEFT_OUT] * is_deleted:
        yield "does not say that it is deleted"
    if deciding(answer) != [(more[0] if shows and more else first)["name"]]:
        yield "names another that decides"


def test_a_policy_that_is_changed_changes_what_is_explained(db: Database, world: World) -> None:
    """Each policy by which people read a resource: dropped, false and true."""
    tried = set()
    for table in {row[1] for row in db.execute(RESOURCES)}:
        ids = [row["id"] for row in world.rows[table]]
        for name, role in matrix.ROLES.items():
            for (policy,) in db.execute(POLICY, (table, role)).fetchall():
                if (table, policy) in tried:
                    continue
                tried.add((table, policy))
                chosen = some(ids, visible(explained(db, world, name, table, None, ids[:20])))
                for change, seen, decides in (
                    ("drop policy {} on {}", [], "none"),
                    ("alter policy {} on {} using (false)", [], policy),
                    ("alter policy {} on {} using (true)", chosen, policy),
                ):
                    with db.transaction(force_rollback=True):
                        named = sql.Identifier(policy), matrix.name_of(table)
                        db.execute(sql.SQL(change).format(*named))
                        answers = explained(db, world, name, table, None, chosen)
                    assert visible(answers) == set(seen), (table, name, change)
                    assert {tuple(deciding(a)) for a in answers.values()} == {(decides,)}
    assert len(tried) > 40


def test_words_are_the_policys_own(db: Database, world: World) -> None:
    with db.transaction(force_rollback=True):
        db.execute("comment on policy select_staff on school.leads is 'Whom the moon shines on.'")
        ids = [world.school[lead] for lead in ("sams", "sues")]
        answers = explained(db, world, "sam", "school.leads", "api.lead", ids)
    words = {policy["inWords"] for a in answers.values() for policy in a["policies"]}
    assert {"Shows it. Whom the moon shines on.", "Does not show it. Whom the moon shines on."} <= (
        words
    )


# --- over HTTP ---------------------------------------------------------------------------------

LISTED_FOR_ONESELF = {"notification"}
"""Resources of which an admin sees their own rows only, and so explains no others."""


def test_over_http_who_is_said_to_see_a_row_finds_it_in_the_list(
    world: World, db: Database, client: Callable[[str], httpx.Client]
) -> None:
    """Every list that has no path of its own, each row of it explained for each who may list."""
    tables = {resource: table for resource, table, _ in db.execute(RESOURCES)}
    lists = {
        (views[-1], route.path)
        for route in ROUTES
        if route.method == "GET" and route.items and "{" not in route.path
        for views in [route.item_views]
        if views[-1] in tables and route.path != "/me/attendance"
    }
    assert len(lists) > 15
    root, wrong, found = client("root"), [], 0
    for resource, path in sorted(lists):
        for name in matrix.ROLES:
            sees = ids_of(client(name), path)
            if sees is None:
                continue
            for key in some((row["id"] for row in world.rows[tables[resource]]), sees):
                query = {"resource": resource, "id": key, "userId": world.school[name]}
                answer = root.get("/v1/access/explain", params=query)
                if answer.status_code == 404 and resource in LISTED_FOR_ONESELF:
                    assert name != "root" or key not in sees
                    continue
                found += 1
                if answer.json()["visible"] is not (key in sees):
                    wrong.append((name, path, key, answer.json()))
    assert found > 100
    assert wrong == [], json.dumps(wrong, indent=1)


def ids_of(http: httpx.Client, path: str) -> set[str] | None:
    """All ids of a list, page by page; None when it is refused."""
    found: set[str] = set()
    cursor = None
    while True:
        query = {"limit": "200"} if cursor is None else {"limit": "200", "cursor": cursor}
        answer = http.get(f"/v1{path}", params=query)
        if answer.status_code != 200:
            assert answer.status_code == 403, answer.text
            return None
        found |= {item["id"] for item in answer.json()["items"]}
        cursor = answer.json()["nextCursor"]
        if cursor is None:
            return found


def asked(client: httpx.Client, **query: str) -> tuple[int, Answer]:
    answer = client.get("/v1/access/explain", params=query)
    return answer.status_code, answer.json()


def test_an_explanation_reads_as_a_person_would_say_it(
    school: School, client: Callable[[str], httpx.Client]
) -> None:
    query = {"resource": "lead", "id": school["sues"]}
    assert asked(client("ada"), **query, userId=school["sam"]) == (
        200,
        {
            "visible": False,
            "policies": [
                {
                    "name": "select_staff",
                    "command": "select",
                    "decides": True,
                    "inWords": "Does not show it. Staff see the leads that are theirs or nobody's,"
                    " unless they are deleted.",
                }
            ],
        },
    )
    seen = asked(client("root"), **query, userId=school["ada"])[1]
    assert seen["visible"]
    assert [p["inWords"] for p in seen["policies"]] == ["Shows it. Admins see every lead."]
    none = asked(client("root"), **query, userId=school["sid"])[1]["policies"]
    assert [(p["name"], p["inWords"]) for p in none] == [
        ("none", "Does not show it. No policy shows school_student any of these.")
    ]


def test_who_is_disabled_is_said_to_be(
    school: School, client: Callable[[str], httpx.Client]
) -> None:
    ada = client("ada")
    query = {"resource": "lead", "id": school["sues"], "userId": school["sue"]}
    assert asked(ada, **query)[1]["visible"]
    ada.patch(f"/v1/users/{school['sue']}", json={"status": "disabled"}).raise_for_status()
    answer = asked(ada, **query)[1]
    assert (answer["visible"], deciding(answer)) == (False, ["disabled"])
    assert answer["policies"][0]["inWords"] == "Hides it. Who is disabled sees nothing."
    assert [policy["name"] for policy in answer["policies"]] == ["disabled", "select_staff"]


def test_what_is_deleted_is_said_to_be(
    school: School, client: Callable[[str], httpx.Client]
) -> None:
    ada = client("ada")
    ada.delete(f"/v1/leads/{school['fresh']}").raise_for_status()
    query = {"resource": "lead", "id": school["fresh"]}
    admins = asked(ada, **query, userId=school["ada"])[1]
    assert (admins["visible"], deciding(admins)) == (False, ["lead"])
    assert [p["inWords"] for p in admins["policies"]] == [
        "Shows it. Admins see every lead.",
        LEFT_OUT,
    ]
    owners = asked(ada, **query, userId=school["sam"])[1]
    assert (owners["visible"], deciding(owners)) == (False, ["select_staff"])


def test_what_cannot_be_explained_is_refused(
    db: Database, school: School, client: Callable[[str], httpx.Client]
) -> None:
    good = {"resource": "lead", "id": school["sues"], "userId": school["sam"]}
    for reader in ("sam", "tom", "sid"):
        assert asked(client(reader), **good)[1]["code"] == "forbidden"
        assert "explainAccess" not in client(reader).get("/v1/me").json()["operations"]
    ada = client("ada")
    assert "explainAccess" in ada.get("/v1/me").json()["operations"]
    nobody = "00000000-0000-4000-8000-000000000000"
    for wrong, status, code, pointer in (
        ({"resource": "credentials"}, 400, "invalid_request", "/resource"),
        ({"resource": "auth.sessions"}, 400, "invalid_request", "/resource"),
        ({"id": "x"}, 400, "invalid_request", "/id"),
        ({"id": nobody}, 404, "not_found", None),
        ({"resource": "admission"}, 404, "not_found", None),
        ({"userId": nobody}, 422, "unknown_reference", "/userId"),
    ):
        answered, problem = asked(ada, **{**good, **wrong})
        assert (answered, problem["code"]) == (status, code), wrong
        pointers = [error["pointer"] for error in problem.get("errors", [])]
        assert pointers == ([pointer] if pointer else []), wrong
    for missing in good:
        rest = {name: value for name, value in good.items() if name != missing}
        answered, problem = asked(ada, **rest)
        assert (answered, problem["errors"][0]["pointer"]) == (400, f"/{missing}")


def test_of_the_notifications_of_others_nothing_is_told(
    world: World, client: Callable[[str], httpx.Client]
) -> None:
    ada = client("ada")
    for row in world.rows["school.notifications"]:
        for name in ("ada", "sam"):
            status, answer = asked(
                ada, resource="notification", id=row["id"], userId=world.school[name]
            )
            if row["recipient_user_id"] == world.school["ada"]:
                assert (status, answer["visible"]) == (200, name == "ada")
            else:
                assert status == 404


# --- nobody becomes somebody else --------------------------------------------------------------

WHO = "select auth.user_id()::text, auth.role(), current_user::text"


def who(connection: Database) -> tuple[Any, ...]:
    return tuple(connection.execute(WHO).fetchall()[0])


def test_after_an_explanation_everybody_is_who_they_were(
    school: School, conninfo: Callable[..., str]
) -> None:
    ask = "select api.explain_access('lead', %s, %s)"
    with (
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
        gateway.transaction(),
    ):
        token = token_hash(school.token("ada"))
        gateway.execute("select auth.enter(%s, '', '', 10000)", (token,))
        before = who(gateway)
        assert before == (school["ada"], "admin", "school_admin")
        for name in ("sam", "root", "sid", "tom"):
            gateway.execute(ask, (school["sues"], school[name]))
            assert who(gateway) == before
        assert gateway.execute("show transaction_read_only").fetchone() == ("on",)
        with pytest.raises(psycopg.errors.ActiveSqlTransaction), gateway.transaction():
            gateway.execute("set transaction read write")


@pytest.mark.parametrize("reader", ["root", "ada", "sam", "sid", None])
@pytest.mark.parametrize("mode", ["read only", "read write"])
def test_the_setting_of_an_explanation_is_believed_of_admins_who_only_read(
    school: School, conninfo: Callable[..., str], reader: str | None, mode: str
) -> None:
    """And over HTTP nobody sets it: it is the function's, for one statement."""
    with (
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
        gateway.transaction(),
    ):
        gateway.execute(f"set transaction {mode}".encode())
        token = None if reader is None else token_hash(school.token(reader))
        gateway.execute("select auth.enter(%s, '', '', 10000)", (token,))
        before = who(gateway)
        for setting in (school["tom"], "nonsense", "", school["tom"].upper(), "0" * 36):
            gateway.execute("select set_config('ostinato.seen_as', %s, true)", (setting,))
            is_believed = (
                reader in ("root", "ada") and mode == "read only" and setting == school["tom"]
            )
            now = (school["tom"], "teacher", before[2]) if is_believed else before
            assert who(gateway) == now, setting


def test_a_login_of_ones_own_explains_nothing_and_stays_who_it_is(
    db: Database, world: World, conninfo: Callable[..., str]
) -> None:
    school = world.school
    for name in ("root", "ada", "sid"):
        with psycopg.connect(conninfo(matrix.login_of(db, name)), autocommit=True) as login:
            for mode in ("read only", "read write"):
                with login.transaction():
                    login.execute(f"set transaction {mode}".encode())
                    before = who(login)
                    login.execute(
                        "select set_config('ostinato.seen_as', %s, true)", (school["sam"],)
                    )
                    assert who(login) == before
            for other in ("ada", "sam"):
                with pytest.raises(psycopg.Error) as refusal:
                    login.execute(
                        "select api.explain_access('lead', %s, %s)", (school["sues"], school[other])
                    )
                is_ours = '"code": "forbidden"' in (refusal.value.diag.message_detail or "")
                assert is_ours or refusal.value.sqlstate == "42501"
            assert who(login) == before


def test_a_resource_that_no_schema_checked_is_refused(call: Callers, school: School) -> None:
    with pytest.raises(Refusal) as refusal:
        call("ada")(
            "explain_access", resource="credentials", id=school["sues"], user_id=school["sam"]
        )
    assert refusal.value.code == "invalid_request"

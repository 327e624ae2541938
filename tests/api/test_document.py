"""The OpenAPI document: what a typed client is made of, held against the catalog and answers."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.database.catalog import pascal, read_catalog
from api.http.routes import ROUTES
from api.problems import PROBLEMS
from tests.api.conftest import Site
from tests.support.contract import Contract
from tests.support.school import Database

SCHEMA = "#/components/schemas/"
TELLING = {"$ref", "type", "anyOf", "allOf", "enum", "const"}
# Objects of which nothing more can be said: what people or events put into them.
FREE = {
    "Notification/payload",
    "NotificationEvent/payload",
    "UserSetting/preferences",
}
# Null although the column that the view shows is not: there may be no row to show.
MISSING_ROWS = {("user_setting", "updatedAt")}


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.client(None).get("/openapi.json").json()
    return found


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def parts(schema: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every schema inside of a schema, with its place."""
    yield place, schema
    for name, member in schema.get("properties", {}).items():
        yield from parts(member, f"{place}/{name}")
    if "items" in schema:
        yield from parts(schema["items"], f"{place}/[]")
    for key in ("anyOf", "allOf"):
        for part in schema.get(key, ()):
            yield from parts(part, place)


def answers(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every schema of an answer, and every one that is named."""
    for operation in operations(document):
        for status, response in operation["responses"].items():
            for content in response.get("content", {}).values():
                yield f"{operation['operationId']} {status}", content["schema"]
    yield from document["components"]["schemas"].items()


def test_no_answer_and_no_member_is_without_a_type(document: dict[str, Any]) -> None:
    schemas = [pair for place, schema in answers(document) for pair in parts(schema, place)]
    assert len(schemas) > 900
    untyped = [place for place, schema in schemas if not TELLING & schema.keys()]
    assert untyped == []
    lists = [p for p, s in schemas if s.get("type") == "array" and "items" not in s]
    assert lists == []
    objects = {p for p, s in schemas if "object" in s.get("type", ()) and "properties" not in s}
    assert objects == FREE


def test_every_object_has_a_name_and_every_name_is_used(document: dict[str, Any]) -> None:
    inside = [
        place
        for place, schema in answers(document)
        for part_place, part in parts(schema, place)
        if "properties" in part and part_place != place
    ]
    assert inside == []
    text = json.dumps(document)
    names = document["components"]["schemas"].keys()
    assert {name for name in names if f'"{SCHEMA}{name}"' not in text} == set()
    pages = [n for n in document["components"]["schemas"] if n.endswith("Page")]
    assert len(pages) >= 20
    for name in pages:
        page = document["components"]["schemas"][name]
        assert page["required"] == ["items", "nextCursor"]


def origins(db: Database) -> dict[tuple[str, str], tuple[int, int]]:
    """The table and column that a wire view's column shows, as the server tells its clients."""
    views = db.execute(
        "select c.oid, c.relnamespace::regnamespace::text, c.relname::text, pg_get_viewdef(c.oid)"
        " from pg_catalog.pg_class as c"
        " where c.relnamespace::regnamespace::text in ('api', 'school') and c.relkind = 'v'"
    ).fetchall()
    shown, names = {}, {}
    for oid, schema, view, definition in views:
        result = db.execute(definition.rstrip(";") + " limit 0").pgresult
        assert result is not None
        for n in range(result.nfields):
            shown[oid, n + 1] = (result.ftable(n), result.ftablecol(n))
            if schema == "api":
                names[view, (result.fname(n) or b"").decode()] = (oid, n + 1)
    while any(origin in shown for origin in shown.values()):  # a view of a view
        shown = {column: shown.get(origin, origin) for column, origin in shown.items()}
    return {place: shown[column] for place, column in names.items()}


def test_null_stands_only_where_null_can_be(site: Site) -> None:
    not_null = dict.fromkeys(
        site.db.execute(
            "select attrelid, attnum from pg_catalog.pg_attribute where attnotnull"
        ).fetchall()
    )
    views = read_catalog(site.db).views
    shown = {place: origin for place, origin in origins(site.db).items() if origin[0]}
    assert len(shown) > 200
    nullable = {(v, c.name): c.nullable for v, columns in views.items() for c in columns}
    wrong = {place for place, origin in shown.items() if nullable[place] is (origin in not_null)}
    assert wrong == MISSING_ROWS
    made_up = {place for place in nullable.keys() - shown.keys() if nullable[place]}
    comments = {(v, c.name): c.comment or "" for v, columns in views.items() for c in columns}
    assert made_up
    assert all("null" in comments[place].lower() for place in made_up)


def test_a_status_has_the_words_of_its_table(site: Site, document: dict[str, Any]) -> None:
    checks = dict(
        site.db.execute(
            "select attrelid::text || '.' || attnum, pg_get_constraintdef(k.oid)"
            " from pg_catalog.pg_constraint as k join pg_catalog.pg_attribute as a"
            " on a.attrelid = k.conrelid and k.conkey = array[a.attnum]"
            " where k.contype = 'c' and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY%'"
        ).fetchall()
    )
    schemas = document["components"]["schemas"]
    compared = 0
    for (view, name), (table, column) in origins(site.db).items():
        if (check := checks.get(f"{table}.{column}")) is not None:
            member = schemas[pascal(view)]["properties"][name]
            words = [word for word in member["enum"] if word is not None]
            assert check.count("::text") == len(words), (view, name)
            assert all(f"'{word}'" in check for word in words), (view, name)
            compared += 1
    assert compared >= 14


def test_every_refusal_has_the_status_of_its_code(document: dict[str, Any]) -> None:
    shared = document["components"]["responses"]
    for operation in operations(document):
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                continue
            if "$ref" in response:
                response = shared[response["$ref"].rpartition("/")[2]]
            [content] = response["content"].values()
            assert content["schema"] == {"$ref": f"{SCHEMA}Problem"}
            codes = response["x-codes"]
            assert codes
            if status not in ("408", "431"):
                assert {PROBLEMS[code][0] for code in codes} == {int(status)}


def test_roles_are_those_who_may_call(document: dict[str, Any]) -> None:
    roles = {o["operationId"]: o["x-roles"] for o in operations(document)}
    everybody = ["super_admin", "admin", "staff", "teacher", "student"]
    assert roles["getMe"] == roles["changePassword"] == everybody
    assert roles["listJobs"] == everybody[:2]
    assert roles["createWebhook"] == everybody[:1]
    assert roles["importLeads"] == everybody[:3]
    assert roles["logIn"] == roles["requestAccess"] == []
    for operation in operations(document):
        refused = "403" in operation["responses"]
        assert refused or operation["x-roles"] in (everybody, [])


def test_everybody_is_told_what_they_may_call_as_the_document_says(
    site: Site, document: dict[str, Any]
) -> None:
    for person, role in {
        "root": "super_admin",
        "ada": "admin",
        "sam": "staff",
        "tom": "teacher",
        "sid": "student",
    }.items():
        me = site.client(person).get("/v1/me").json()
        named = {o["operationId"] for o in operations(document) if role in o["x-roles"]}
        assert me["operations"] == sorted(named)
        assert me["school"] == {"name": "My music school", "timezone": "UTC", "today": "2027-03-01"}


def test_every_answer_of_our_own_functions_says_what_it_is(site: Site) -> None:
    """What is no text and no row is JSON, and its comment names a type in the line Answers."""
    catalog = read_catalog(site.db)
    lists = {route.function for route in ROUTES if route.items or route.produces}
    silent = [
        name
        for name, function in catalog.functions.items()
        if function.returns == "json" and not function.answers and name not in lists
    ]
    assert silent == []
    told = [n for n, f in catalog.functions.items() if "Answers:" in f.summary + f.description]
    assert told == []


STAGE = {
    "id": "5f0c2a50-0000-4000-8000-000000000001",
    "name": "New",
    "position": 1,
    "kind": "open",
    "createdAt": "2026-01-01T00:00:00+00:00",
    "updatedAt": "2026-01-01T00:00:00+00:00",
    "version": 1,
}
HEADERS = {"X-Request-Id": "x", "ETag": '"1"', "Content-Type": "application/json"}
REFUSAL = {
    "type": "/problems/already_exists",
    "title": "t",
    "status": 409,
    "detail": "d",
    "code": "already_exists",
    "requestId": "x",
}
PROBLEM = {"X-Request-Id": "x", "Content-Type": "application/problem+json"}


@pytest.mark.parametrize(
    ("status", "headers", "body", "wrong"),
    [
        (200, HEADERS, STAGE, ""),
        (200, HEADERS, {**STAGE, "colour": "red"}, "colour"),
        (200, HEADERS, {k: v for k, v in STAGE.items() if k != "kind"}, "kind"),
        (200, HEADERS, {**STAGE, "kind": "ajar"}, "ajar"),
        (200, HEADERS, {**STAGE, "name": None}, "null"),
        (200, HEADERS, {**STAGE, "id": "7"}, "uuid"),
        (200, HEADERS, {**STAGE, "createdAt": "yesterday"}, "date-time"),
        (200, {**HEADERS, "Location": "/"}, STAGE, "Location of 200 is not documented"),
        (200, {"X-Request-Id": "x", "Content-Type": "application/json"}, STAGE, "ETag"),
        (200, {**HEADERS, "Content-Type": "text/html"}, STAGE, "text/html"),
        (201, HEADERS, STAGE, "201 is not documented"),
        (409, PROBLEM, REFUSAL, ""),
        (409, PROBLEM, {**REFUSAL, "code": "slot_full"}, "slot_full"),
        (409, PROBLEM, {**REFUSAL, "hint": "x"}, "hint"),
        (429, PROBLEM, REFUSAL, "429 is not documented"),
    ],
)
def test_an_answer_off_the_document_is_found(
    document: dict[str, Any], status: int, headers: dict[str, str], body: Any, wrong: str
) -> None:
    asked = httpx.Request("PATCH", f"http://x/v1/lead-stages/{STAGE['id']}")
    answer = httpx.Response(status, headers=headers, json=body, request=asked)
    wrongs = Contract(document).wrongs(answer)
    assert (wrong in str(wrongs)) if wrong else wrongs == []


def test_a_client_fails_the_test_that_gets_an_answer_off_the_document(site: Site) -> None:
    [[definition]] = site.db.execute(
        "select pg_get_functiondef('api.count_unread_notifications()'::regprocedure)"
    ).fetchall()
    site.db.execute(definition.replace("'count'", "'number'"))
    try:
        with pytest.raises(AssertionError, match="off its contract"):
            site.client("ada").get("/v1/notifications/unread-count")
    finally:
        site.db.execute(definition)

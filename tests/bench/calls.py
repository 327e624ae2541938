"""What a school can be asked: every reading route of the route table, as every role that may.

Nothing is named here but what the catalog does not tell. The ids that a path wants are those of
the caller's own lists; a filter takes the values of its domain, or that of the list's first item.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg import pq

from api.database.catalog import Catalog, Parameter, camel, read_catalog
from api.database.gateway import BEGIN, BEGIN_READ_ONLY, COMMIT, ENTER
from api.database.pipeline import Statement
from api.http.plans import Plan, encode, plans_of
from api.http.routes import EVENT_STREAM, PREFIX, ROUTES, Route
from api.http.schemas import BY_GATEWAY
from tests.bench.schools import PEOPLE, BenchSchool, token
from tests.support.school import token_hash

TODAY = "2027-03-01"
DAYS = {"p_date": TODAY, "p_from": "2026-03-01", "p_to": "2027-03-31", "p_on": TODAY}
TEXTS = {"p_tag": "new", "p_search": "lead7@bench", "p_token": "bench"}
QUICK_S = 1.0
"""What takes longer is not asked with its filters."""
LIMIT_MS = b"120000"
RIGHTS = """
select r.role, p.proname::text
from unnest(%s::text[]) as r (role)
join pg_catalog.pg_proc as p
  on has_function_privilege('school_' || r.role, p.oid, 'execute')
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
where n.nspname = 'api'
"""
NOT_FILTERS = BY_GATEWAY | {"p_limit", "p_cursor", "p_count"}
"""What leaves no row out. A total counts what there is, so it grows with it."""


@dataclass(frozen=True)
class Reading:
    """A call that reads: who, what, and how it goes over either way.

    ``name`` is the function's, with what tells it from its other calls: ``list_leads sort=name``.
    ``path`` is empty where HTTP answers no single time.
    """

    name: str
    function: str
    role: str
    statement: Statement
    path: str
    is_list: bool
    is_plain: bool

    @property
    def label(self) -> str:
        return f"{self.name} as {self.role}"


@dataclass(frozen=True)
class Answered:
    """An answer's document, and how many rows it shows."""

    document: Any
    rows: int


def enter(role: str | None) -> Statement:
    """Return the statement by which the gateway takes a role."""
    held = None if role is None else b"\\x" + token_hash(token(role)).hex().encode()
    return Statement(ENTER, (held, b"bench", b"127.0.0.1", LIMIT_MS))


def run(connection: psycopg.Connection[Any], statement: Statement) -> pq.abc.PGresult:
    """Run a statement as the gateway does; raise psycopg.Error when it fails."""
    result = connection.pgconn.exec_params(statement.sql, statement.values)
    if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        raise psycopg.errors.error_from_result(result)
    return result


def text_of(result: pq.abc.PGresult) -> bytes:
    """Return an answer's document; one that comes in rows, whole."""
    return b"".join(result.get_value(n, 0) or b"" for n in range(result.ntuples))


def ask(
    connection: psycopg.Connection[Any],
    role: str | None,
    statement: Statement,
    *,
    reads: bool = True,
) -> bytes:
    """Make a call in its own transaction, four statements as the gateway's; give the answer.

    Raises psycopg.Error when it is refused.
    """
    try:
        for step in (BEGIN_READ_ONLY if reads else BEGIN, enter(role)):
            run(connection, step)
        body = text_of(run(connection, statement))
        run(connection, COMMIT)
    except psycopg.Error:
        connection.pgconn.exec_(b"rollback")
        raise
    return body


def read(body: bytes) -> Answered:
    """Count the rows of an answer: the items of a list, the lines of a table, or the one."""
    try:
        document = json.loads(body)
    except ValueError:
        return Answered(None, body.count(b"\n"))
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        return Answered(document, len(document["items"]))
    return Answered(document, len(document) if isinstance(document, list) else 1)


class Reader:
    """Finds the reading calls of one school.

    ``limit`` is how many items a list shows; None leaves it at its default. ``filters`` asks each
    list with each of its filters, too.
    """

    def __init__(
        self,
        school: BenchSchool,
        connection: psycopg.Connection[Any],
        *,
        limit: int | None = None,
        filters: bool = False,
        wanted: Callable[[str], bool] = lambda label: True,
    ) -> None:
        with psycopg.connect(school.gateway, autocommit=True) as gateway:
            self.catalog: Catalog = read_catalog(gateway)
        self.plans: dict[Route, Plan] = plans_of(self.catalog)
        rights = connection.execute(RIGHTS, (list(PEOPLE),)).fetchall()
        self._rights = {(str(role), str(function)) for role, function in rights}
        self._connection = connection
        self._limit = limit
        self._filters = filters
        self._wanted = wanted
        self._items: dict[tuple[str, str], list[dict[str, Any]]] = {}

    def readings(self) -> Iterator[Reading]:
        """Every reading call that its role is not refused, as far as no filter is."""
        for role in PEOPLE:
            for route, plan in self.plans.items():
                if route.method != "GET" or route.open or not self.may(role, plan):
                    continue
                if self._wanted(f"{route.function} as {role}"):
                    yield from self._of(route, plan, role)

    def may(self, role: str, plan: Plan) -> bool:
        """Whether a role holds the right to call a plan's function."""
        return (role, plan.function.name) in self._rights

    def _of(self, route: Route, plan: Plan, role: str) -> Iterator[Reading]:
        for segments in self._segments(route, role):
            plain = self._reading(route, plan, role, segments, {}, self._suffix(route, segments))
            started = time.monotonic()
            found = self._answer(plain)
            is_quick = time.monotonic() - started < QUICK_S
            if found is None:
                continue
            yield plain
            if found.document and found.document.get("nextCursor") and self._limit is not None:
                cursor = {"p_cursor": found.document["nextCursor"]}
                yield self._reading(route, plan, role, segments, cursor, " page 2")
            if self._filters and is_quick and role != "super_admin":
                first = (found.document or {}).get("items") or [{}]
                for parameter in plan.input.query.values():
                    if parameter.name in NOT_FILTERS:
                        continue
                    for value in self._values(parameter, first[0], role):
                        shown = f"={value}" if "enum" in _of_one(parameter) else ""
                        name = f" {parameter.member}{shown}"
                        kept = {parameter.name: [value] if parameter.type.array else value}
                        yield self._reading(route, plan, role, segments, kept, name)
            if "name" not in segments:
                return

    @staticmethod
    def _suffix(route: Route, segments: dict[str, str]) -> str:
        return f" {segments['name']}" if "name" in segments else ""

    def _reading(
        self,
        route: Route,
        plan: Plan,
        role: str,
        segments: dict[str, str],
        given: dict[str, Any],
        suffix: str,
    ) -> Reading:
        parameters = {p.name: p for p in plan.function.parameters}
        query = dict(given)
        if self._limit is not None and "p_limit" in parameters:
            query["p_limit"] = self._limit
        for p in parameters.values():
            if p.default is None and p.segment not in segments:
                query.setdefault(p.name, DAYS.get(p.name) or TEXTS.get(p.name))
        values = {**{f"p_{name}": value for name, value in segments.items()}, **query}
        statement = plan.call(
            {name: encode(value, parameters[name].type) for name, value in values.items()}
        ).statement
        path = PREFIX + route.path.format(**segments)
        if query:
            shown = {parameters[n].member: _on_the_wire(v) for n, v in query.items()}
            path += "?" + urlencode(shown, doseq=True)
        return Reading(
            route.function + suffix,
            route.function,
            role,
            statement,
            "" if route.produces == EVENT_STREAM else path,
            route.items is not None,
            not given,
        )

    def _answer(self, reading: Reading) -> Answered | None:
        try:
            return read(ask(self._connection, reading.role, reading.statement))
        except psycopg.Error:
            return None

    def _segments(self, route: Route, role: str) -> Iterator[dict[str, str]]:
        """What to put into the path: the names of all, or the first ids that are not refused."""
        names = re.findall(r"{(\w+)}", route.path)
        if not names:
            yield {}
            return
        if len(names) > 1:
            return
        (name,) = names
        member = "id" if name.endswith("_id") else camel(name)
        for item in self._listed(route.path.partition("/{")[0], name.removesuffix("_id"), role):
            if item.get(member) is not None:
                yield {name: str(item[member])}

    def _listed(self, path: str, view: str, role: str) -> list[dict[str, Any]]:
        """The items of the list at a path, or of another list of the same view, as a role."""
        if (path, role) not in self._items:
            lists = [r for r in ROUTES if r.method == "GET" and "{" not in r.path]
            lists.sort(key=lambda r: (r.path != path, r.path))
            self._items[path, role] = []
            for route in lists:
                plan = self.plans.get(route)
                if plan is None or route.open or route.produces is not None:
                    continue
                if route.path != path and view not in route.item_views:
                    continue
                if not self.may(role, plan):
                    continue
                found = self._answer(self._reading(route, plan, role, {}, {}, ""))
                if found is not None and found.rows and found.document:
                    self._items[path, role] = found.document["items"]
                    break
        return self._items[path, role]

    def _values(self, parameter: Parameter, item: dict[str, Any], role: str) -> list[Any]:
        """What to filter by: each word of a domain, or a value that the first item has."""
        schema = _of_one(parameter)
        if "enum" in schema:
            return [value for value in schema["enum"] if value is not None]
        if parameter.type.base == "bool":
            return [True]
        if parameter.type.base == "date":
            return [DAYS.get(parameter.name, TODAY)]
        if parameter.name in TEXTS:
            return [TEXTS[parameter.name]]
        value = item.get(parameter.member)
        if value is None and parameter.type.base == "uuid":
            name = parameter.segment.removesuffix("_id")
            value = (item.get(camel(name)) or {}).get("id")
            if value is None:
                others = [r for r in ROUTES if name in r.item_views and "{" not in r.path]
                listed = self._listed(others[0].path, name, role) if others else []
                value = listed[0]["id"] if listed else None
        if value is None and parameter.type.base.startswith("int"):
            value = schema.get("minimum")
        return [] if value is None else [value]


def _of_one(parameter: Parameter) -> dict[str, Any]:
    """The schema of a value, or of each where there can be several."""
    schema: dict[str, Any] = parameter.type.schema
    return schema["items"] if parameter.type.array else schema


def _on_the_wire(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)

"""Plans: each route with its function, and how a request becomes the function's call."""

import json
from functools import lru_cache

from api.database.calls import Call
from api.database.catalog import Catalog, Function, WireType
from api.database.pipeline import Statement
from api.database.startup import StartupError
from api.http.routes import ROUTES, Route
from api.http.schemas import Input, input_of


class Plan:
    """A route with its function: how its input is read and its statement written.

    ``select`` is the statement with ``{call}`` in place of the call; ``takes`` are the names of
    the function's parameters.
    """

    def __init__(self, route: Route, function: Function, given: Input, select: str) -> None:
        self.route = route
        self.function = function
        self.input = given
        self.takes = frozenset(p.name for p in function.parameters)
        self.resource = function.view or route.resource
        self._select = select
        self._sql = lru_cache(maxsize=64)(self._sql_for)

    def call(self, arguments: dict[str, bytes]) -> Call:
        """The call with these arguments, by parameter name; the others take their defaults."""
        route = self.route
        return Call(
            self.function,
            Statement(self._sql(tuple(arguments)), tuple(arguments.values())),
            reads=route.method == "GET",
            status=route.status,
            long=route.long,
            secrets=route.secrets,
            resource=self.resource,
        )

    def _sql_for(self, names: tuple[str, ...]) -> bytes:
        types = {p.name: p.type.sql for p in self.function.parameters}
        passed = ", ".join(f"{name} => ${n}::{types[name]}" for n, name in enumerate(names, 1))
        return self._select.format(call=f"{self.function.sql}({passed})").encode()


def plan_of(route: Route, catalog: Catalog) -> Plan:
    """Raises LookupError, one line, when the database cannot serve the route."""
    where = f"{route.method} {route.path}"
    function = catalog.functions.get(route.function)
    if function is None:
        raise LookupError(f"{where}: there is no function api.{route.function}")
    if route.method == "GET" and function.volatility != "stable":
        raise LookupError(f"{where}: {function.signature} is not stable")
    answers = (view for possible in function.answers for view in possible)
    shown = (*route.item_views, *answers, *([route.resource] if route.resource else ()))
    if lacking := [view for view in shown if view not in catalog.views]:
        raise LookupError(f"{where}: there is no view or type api.{lacking[0]}")
    for name in (p.name for p in function.parameters):
        if not name.startswith("p_") or not name.isidentifier() or not name.isascii():
            raise LookupError(f"{where}: {function.signature} has a parameter named {name!r}")
    if function.returns == "row":
        columns = {column.name for column in catalog.views.get(function.view or "", ())}
        version = "r.version" if "version" in columns else "null"
        key = "r.id" if "id" in columns else "null"
        select = f"select pg_catalog.row_to_json(r), {version}, {key} from {{call}} as r"  # noqa: S608
    elif function.returns == "json" and route.items is None:
        select = "select r, r ->> 'version', r ->> 'id' from {call} as r"
    elif function.returns in ("json", "text", "texts", "void"):
        select = "select {call}"
    else:
        raise LookupError(f"{where}: {function.signature} returns {function.returns}")
    try:
        given = input_of(route, function)
    except LookupError as error:
        raise LookupError(f"{where}: {error.args[0]}") from None
    return Plan(route, function, given, select)


def plans_of(catalog: Catalog) -> dict[Route, Plan]:
    """The plan of every route that calls a function of the catalog. Raises StartupError."""
    try:
        return {route: plan_of(route, catalog) for route in ROUTES if not route.password}
    except LookupError as error:
        raise StartupError(str(error)) from error


def encode(value: object, kind: WireType) -> bytes:
    """A JSON value in PostgreSQL's text form of the type."""
    return _text(value, kind).encode()


def _text(value: object, kind: WireType) -> str:
    if kind.array and isinstance(value, list):
        element = WireType(kind.sql, kind.base, kind.schema)
        return "{" + ",".join(_element(item, element) for item in value) + "}"
    if kind.base in ("json", "jsonb"):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and kind.base.startswith("int"):
        return str(int(value))
    return str(value)


def _element(value: object, kind: WireType) -> str:
    if value is None:
        return "null"
    return '"' + _text(value, kind).replace("\\", "\\\\").replace('"', '\\"') + '"'

"""The OpenAPI 3.1 document, from the route table and the database's catalog and comments."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import psycopg

from api.database.catalog import Catalog, Parameter, Schema, camel, read_catalog
from api.http.answers import Components, or_null
from api.http.passwords import OPERATIONS
from api.http.plans import Plan, plan_of
from api.http.responses import FILE, json_content, responses_of, shared
from api.http.routes import PREFIX, ROUTES, Route
from api.http.schemas import BY_GATEWAY, object_schema
from api.http.tables import CSV, CSV_TYPES
from api.http.texts import examples, sections_of, text_of
from api.settings import Settings

_LITERAL = re.compile(r"(?:'(?P<text>[^']*)'(::[\w. ]+)?|(?P<json>-?\d+|true|false))")
_REFERENCE = re.compile(r'"#/components/(\w+)/(\w+)"')
LIMITS: Mapping[str, str] = {
    "date": "A date from 1900-01-01 to 2200-12-31.",
    "date-time": "RFC 3339, with zone, from 1900-01-01 to 2200-12-31.",
}
"""What the schema of a format does not tell of what comes in, by format."""

HEADERS: Mapping[str, tuple[str, str]] = {
    "If-Match": (
        'The `ETag` of the state to change, `"12"`; `*` is any.',
        r'^(\*|"[0-9]{1,18}")$',
    ),
    "Last-Event-ID": ("The `id` of the last event received.", "^[0-9]{1,18}$"),
    "Idempotency-Key": (
        "A repeat answers the first result, as long as the caller may see it",
        "^[!-~]{1,255}$",
    ),
}
"""What requests may have: the description and the pattern, by name."""


def document(connection: psycopg.Connection[Any], settings: Settings) -> Schema:
    """The document of a database. Raises LookupError, one line, when it cannot serve a route."""
    catalog = read_catalog(connection)
    plans = {route: plan_of(route, catalog) for route in ROUTES if not route.password}
    return describe(catalog, ROUTES, plans, settings)


def describe(
    catalog: Catalog, routes: Sequence[Route], plans: Mapping[Route, Plan], settings: Settings
) -> Schema:
    """The whole document; a route without a plan is one of the password routes.

    What is said of the whole, of each tag, and by example, are files of ``docs/``.
    """
    components = Components(catalog)
    everybody = max((function.roles for function in catalog.functions.values()), key=len)
    paths: dict[str, dict[str, Schema]] = {}
    for route in routes:
        path = re.sub(r"{(\w+)}", lambda match: "{" + camel(match[1]) + "}", PREFIX + route.path)
        operation = _operation(route, plans.get(route), components, everybody)
        paths.setdefault(path, {})[route.method.lower()] = operation
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Ostinato",
            "version": "1",
            "summary": "The back end of a music school.",
            "description": text_of("clients"),
            **_contact(settings),
        },
        "servers": [{"url": settings.base_url or "/"}],
        "tags": [{"name": n, "description": about} for n, about in sections_of("tags").items()],
        "paths": paths,
        "components": {
            "schemas": components.schemas,
            **shared(),
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer"},
                "ticket": {"type": "apiKey", "in": "query", "name": "ticket"},
            },
        },
        "security": [{"session": []}],
    }
    _drop_unused(document)
    return document


def _drop_unused(document: Schema) -> None:
    """Drop the schemas and responses that nothing refers to."""
    parts = document["components"]
    while True:
        named = set(_REFERENCE.findall(text(document).decode()))
        unused = [(k, n) for k in ("responses", "schemas") for n in parts[k] if (k, n) not in named]
        if not unused:
            return
        for kind, name in unused:
            del parts[kind][name]


def _contact(settings: Settings) -> Schema:
    if settings.contact is None:
        return {}
    kind = "url" if settings.contact.startswith("http") else "email"
    return {"contact": {"name": "Who runs this", kind: settings.contact}}


def _operation(
    route: Route, plan: Plan | None, components: Components, everybody: Collection[str]
) -> Schema:
    if plan is None:
        own = OPERATIONS[route.function]
        summary, description = own.summary, own.description
        asked: Schema | None = _asked(own.shape.schema)
        roles = () if route.open else everybody
        parameters: list[Schema] = []
    else:
        function, given = plan.function, plan.input
        summary, description, roles = function.summary, function.description, function.roles
        asked = _body(route, plan)
        parameters = [_parameter("path", m, p) for m, p in given.path.items()]
        parameters += [_parameter("query", m, p) for m, p in given.query.items()]
        parameters += _headers(route, plan)
    operation: Schema = {
        "operationId": camel(route.function),
        "summary": summary,
        "description": description or summary,
        "tags": [route.path.split("/")[1]],
        "x-roles": [*roles],
        "parameters": parameters,
        "responses": responses_of(route, plan, components, everybody),
    }
    if asked is not None:
        operation["requestBody"] = asked
    _exemplify(operation, examples().get(operation["operationId"], {}))
    if route.open:
        operation["security"] = []
    elif route.ticketed:
        operation["security"] = [{"session": []}, {"ticket": []}]
    return operation


def _exemplify(operation: Schema, example: Mapping[str, Any]) -> None:
    """Put the recorded bodies beside their schemas."""
    if "request" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
    if "response" in example:
        success = next(r for s, r in operation["responses"].items() if s.startswith("2"))
        [content] = success["content"].values()
        content["example"] = example["response"]


def _body(route: Route, plan: Plan) -> Schema | None:
    given = plan.input
    if given.text_body is not None and route.consumes:
        kinds = CSV_TYPES if route.consumes == CSV else (route.consumes,)
        return {"required": True, "content": {kind: {"schema": FILE} for kind in kinds}}
    return _asked(_members(given.body)) if given.body else None


def _asked(schema: Schema) -> Schema:
    return {"required": bool(schema["required"]), **json_content(schema)}


def _members(parameters: Mapping[str, Parameter]) -> Schema:
    """The body's schema as clients may send it: optional members may be null."""
    properties = {
        m: _described(p) if p.default is None else or_null(_described(p))
        for m, p in parameters.items()
    }
    return {**object_schema(parameters), "properties": properties}


def _described(parameter: Parameter) -> Schema:
    schema = parameter.type.schema
    if (limit := LIMITS.get(schema.get("format", ""))) is not None:
        schema = {**schema, "description": limit}
    match = _LITERAL.fullmatch(parameter.default or "")
    if match is None or parameter.name in BY_GATEWAY:
        return schema
    return {**schema, "default": json.loads(match["json"]) if match["json"] else match["text"]}


def _parameter(place: str, member: str, parameter: Parameter) -> Schema:
    required = place == "path" or parameter.default is None
    return {"name": member, "in": place, "required": required, "schema": _described(parameter)}


def _headers(route: Route, plan: Plan) -> list[Schema]:
    names = ["If-Match"] if "p_if_match" in plan.takes else []
    names += ["Last-Event-ID"] if "p_last_event_id" in plan.takes else []
    names += ["Idempotency-Key"] if route.keeps_key else []
    found = []
    for name in names:
        about, pattern = HEADERS[name]
        if name == "Idempotency-Key" and route.secrets:
            about += f"; a secret is answered once: a repeat has null in {', '.join(route.secrets)}"
        schema = {"type": "string", "pattern": pattern}
        found.append({"name": name, "in": "header", "description": about, "schema": schema})
    return found


def text(contents: Mapping[str, Any]) -> bytes:
    """The document as UTF-8 JSON."""
    return json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode()

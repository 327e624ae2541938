"""The OpenAPI 3.1 document, from the route table and the database's catalog and comments."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from api.database.catalog import Catalog, Column, Parameter, Schema, camel, read_catalog
from api.http.passwords import OPERATIONS
from api.http.plans import Plan, plan_of
from api.http.routes import PREFIX, ROUTES, Route
from api.http.schemas import BY_GATEWAY, object_schema
from api.problems import CONTENT_TYPE, PROBLEMS

ALWAYS_THERE = frozenset({"id", "createdAt", "updatedAt", "version"})
_LITERAL = re.compile(r"(?:'(?P<text>[^']*)'(::[\w. ]+)?|(?P<json>-?\d+|true|false))")

PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457. Refusals with a reason of their own carry further members.",
    "properties": {
        "type": {"type": "string", "pattern": "^/problems/[a-z_]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"enum": sorted(PROBLEMS)},
        "requestId": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
                "required": ["pointer", "message"],
            },
        },
        "conflicts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"code": {"enum": sorted(PROBLEMS)}, "message": {"type": "string"}},
                "required": ["code", "message"],
            },
        },
        "retryAfter": {"type": "integer", "description": "seconds"},
    },
    "required": ["type", "title", "status", "detail", "code", "requestId"],
}
SESSION: Schema = {
    "type": "object",
    "properties": {
        "accessToken": {"type": "string"},
        "tokenType": {"const": "Bearer"},
        "expiresAt": {"type": "string", "format": "date-time"},
        "user": {"type": "object"},
    },
    "required": ["accessToken", "tokenType", "expiresAt", "user"],
}


def document(connection: psycopg.Connection[Any]) -> Schema:
    """The document of a database. Raises LookupError, one line, when it cannot serve a route."""
    catalog = read_catalog(connection)
    plans = {route: plan_of(route, catalog) for route in ROUTES if not route.password}
    return describe(catalog, ROUTES, plans)


def describe(catalog: Catalog, routes: Sequence[Route], plans: Mapping[Route, Plan]) -> Schema:
    """The whole document; a route without a plan is one of the password routes."""
    paths: dict[str, dict[str, Schema]] = {}
    for route in routes:
        path = re.sub(r"{(\w+)}", lambda match: "{" + camel(match[1]) + "}", PREFIX + route.path)
        operation = _operation(route, plans.get(route))
        paths.setdefault(path, {})[route.method.lower()] = operation
    views = {name: _view(columns) for name, columns in catalog.views.items()}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "Ostinato", "version": "1", "description": "A music school's back end."},
        "paths": paths,
        "components": {
            "schemas": {**views, "Problem": PROBLEM, "Session": SESSION},
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
            "responses": {
                "Problem": {
                    "description": "A refusal",
                    "content": {CONTENT_TYPE: {"schema": _ref("Problem")}},
                }
            },
        },
        "security": [{"session": []}],
    }


def _operation(route: Route, plan: Plan | None) -> Schema:
    own = OPERATIONS.get(route.function) if route.password else None
    parameters: list[Schema] = []
    body: Schema | None = None
    if own is not None:
        body = _json(own.shape.schema)
        summary, description = own.summary, own.description
    else:
        assert plan is not None  # noqa: S101
        summary, description = plan.function.summary, plan.function.description
        given = plan.input
        parameters += [_parameter("path", m, p) for m, p in given.path.items()]
        parameters += [_parameter("query", m, p) for m, p in given.query.items()]
        if given.text_body is not None and route.consumes:
            body = {"content": {route.consumes: {"schema": {"type": "string"}}}}
        elif given.body:
            body = _json(_members(given.body))
        if "p_if_match" in plan.takes:
            parameters.append(_header("If-Match", 'the `ETag` of the state to change, `"12"`'))
        if "p_last_event_id" in plan.takes:
            parameters.append(_header("Last-Event-ID", "the `id` of the last event received"))
        if route.keeps_key:
            parameters.append(_header("Idempotency-Key", _repeated(route)))
    operation: Schema = {
        "operationId": camel(route.function),
        "summary": summary,
        "description": description,
        "tags": [route.path.split("/")[1]],
        "parameters": parameters,
        "responses": _responses(route, plan),
    }
    if body is not None:
        operation["requestBody"] = {"required": True, **body}
        if own is None and plan is not None and not plan.input.body_shape.schema["required"]:
            operation["requestBody"]["required"] = plan.input.text_body is not None
    if route.open:
        operation["security"] = []
    return operation


def _repeated(route: Route) -> str:
    what = "a repeat answers the first result, as long as the caller may see it"
    if not route.secrets:
        return what
    return f"{what}; a secret is answered once: a repeat has null in {', '.join(route.secrets)}"


def _responses(route: Route, plan: Plan | None) -> Schema:
    success: Schema = {"description": "Success"}
    if route.status != 204:
        if route.produces:
            success["content"] = {route.produces: {"schema": {"type": "string"}}}
        elif plan is None:
            success |= _json(_ref("Session"))
        elif route.items is not None:
            success |= _json(_page(route.item_views))
        elif plan.function.view is not None:
            success |= _json(_ref(plan.function.view))
        else:
            success |= _json({"type": "object"})
    codes = ["400", "404", "405", "406", "408", "413", "415", "422", "429", "431"]
    codes += ["500", "503", "504"]
    codes += ["401"] if route.open else ["401", "403"]
    codes += [] if route.method == "GET" else ["409", "412"]
    refusals = {code: {"$ref": "#/components/responses/Problem"} for code in sorted(codes)}
    return {str(route.status): success, **refusals}


def _page(views: Sequence[str]) -> Schema:
    items = _ref(views[0]) if len(views) == 1 else {"anyOf": [_ref(view) for view in views]}
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": items},
            "nextCursor": {"type": ["string", "null"]},
        },
        "required": ["items"],
    }


def _members(parameters: Mapping[str, Parameter]) -> Schema:
    """The body's schema as clients may send it: optional members may be null."""
    schema = object_schema(parameters)
    properties = {
        m: _described(p) if p.default is None else {"anyOf": [_described(p), {"type": "null"}]}
        for m, p in parameters.items()
    }
    return {**schema, "properties": properties}


def _described(parameter: Parameter) -> Schema:
    match = _LITERAL.fullmatch(parameter.default or "")
    if match is None or parameter.name in BY_GATEWAY:
        return parameter.type.schema
    default = json.loads(match["json"]) if match["json"] else match["text"]
    return {**parameter.type.schema, "default": default}


def _parameter(place: str, member: str, parameter: Parameter) -> Schema:
    required = place == "path" or parameter.default is None
    return {"name": member, "in": place, "required": required, "schema": _described(parameter)}


def _header(name: str, description: str) -> Schema:
    return {"name": name, "in": "header", "description": description, "schema": {"type": "string"}}


def _view(columns: Sequence[Column]) -> Schema:
    properties: Schema = {}
    for column in columns:
        # what goes out is not bounded as what comes in is
        schema = {k: v for k, v in column.type.schema.items() if k != "maxLength"}
        if column.type.base in ("json", "jsonb"):
            schema = {}
        if column.comment:
            schema["description"] = column.comment
        if column.name not in ALWAYS_THERE and "type" in schema:
            schema = {"anyOf": [schema, {"type": "null"}]}
        properties[column.name] = schema
    return {"type": "object", "properties": properties, "required": list(properties)}


def _json(schema: Schema) -> Schema:
    return {"content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def text(contents: Mapping[str, Any]) -> bytes:
    """The document as UTF-8 JSON."""
    return json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode()

"""What an operation answers: its success, and the refusals that its database function names."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from api.database.catalog import Schema, pascal, reference
from api.http.answers import Components
from api.http.passwords import OPERATIONS
from api.http.plans import Plan
from api.http.routes import EVENT_STREAM, Route
from api.problems import CONTENT_TYPE, PROBLEMS

_REFUSALS = re.compile(r"^Refusals: (.*)", re.MULTILINE | re.DOTALL)
_REMARK = re.compile(r"\([^)]*\)")
_CODE = re.compile(r"[a-z]+(?:_[a-z]+)*")

ALWAYS: Mapping[str, str] = {
    "400": "invalid_request",
    "406": "not_acceptable",
    "408": "invalid_request",
    "413": "body_too_large",
    "415": "unsupported_media_type",
    "431": "invalid_request",
    "500": "internal_error",
    "503": "unavailable",
    "504": "timeout",
}
"""The codes, by status, with which every operation can be refused."""

_TEXT: Schema = {"type": "string"}
FILE: Schema = {"type": "string", "format": "binary"}
HEADERS: Mapping[str, tuple[str, Schema]] = {
    "X-Request-Id": (
        "The request's own, or one that was made.",
        {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
    ),
    "Server-Timing": ("Milliseconds waited for a connection, and in the database.", _TEXT),
    "ETag": (
        "The version of what is answered, for `If-Match`.",
        {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
    ),
    "Location": ("Where to find what was created.", {"type": "string", "format": "uri-reference"}),
    "Idempotency-Replayed": ("Tells that this is the answer of an earlier request.", _TEXT),
    "Last-Event-ID": ("After which event the stream goes on.", _TEXT),
    "Content-Disposition": ("The name to save it by.", _TEXT),
    "Retry-After": ("Seconds to wait.", {"type": "string", "pattern": "^[0-9]+$"}),
    "WWW-Authenticate": ("How to authenticate.", _TEXT),
}


def shared() -> dict[str, Any]:
    """The headers and responses that operations refer to, as components."""
    always = {f"Refused{status}": _refused(status, [code]) for status, code in ALWAYS.items()}
    alone = {pascal(code): _refused(_status(code), [code]) for code in PROBLEMS}
    return {
        "headers": {
            name: {"description": about, "schema": schema}
            for name, (about, schema) in HEADERS.items()
        },
        "responses": {**always, **alone},
    }


def responses_of(
    route: Route, plan: Plan | None, components: Components, everybody: Collection[str]
) -> Schema:
    """The responses of a route by status; ``everybody`` are all roles that there are."""
    by_status: dict[str, list[str]] = {}
    for code in sorted(_codes(route, plan, everybody)):
        by_status.setdefault(_status(code), []).append(code)
    refused = {status: _shared(f"Refused{status}") for status in ALWAYS}
    for status, codes in by_status.items():
        refused[status] = _refused(status, codes) if codes[1:] else _shared(pascal(codes[0]))
    return {str(route.status): _success(route, plan, components), **dict(sorted(refused.items()))}


def _codes(route: Route, plan: Plan | None, everybody: Collection[str]) -> set[str]:
    """The codes of refusals that not every operation has."""
    if plan is None:
        own = set(OPERATIONS[route.function].refusals)
    else:
        said = _REFUSALS.search(plan.function.description)
        own = set(_CODE.findall(_REMARK.sub("", said[1] if said else ""))) & PROBLEMS.keys()
        own -= {"invalid_request"}
        if plan.input.path:
            own.add("not_found")
        if not route.open and set(plan.function.roles) != set(everybody):
            own.add("forbidden")
    if not route.open:
        own.add("unauthenticated")
    if route.keeps_key:
        own |= {"idempotency_key_reused", "not_found"}
    return own


def _success(route: Route, plan: Plan | None, components: Components) -> Schema:
    headers = ["X-Request-Id"] if route.open else ["X-Request-Id", "Server-Timing"]
    found: Schema = {"description": "Success"}
    if route.status == 204:
        return {**found, "headers": _headers(headers)}
    if route.produces:
        headers += ["Last-Event-ID"] if route.produces == EVENT_STREAM else []
        headers += ["Content-Disposition"] if route.filename else []
        found["content"] = {route.produces: {"schema": FILE if route.filename else _TEXT}}
    elif route.items is not None:
        found |= json_content(components.page_of(route.item_views))
    else:
        answers = plan.function.answers if plan else _of_password(route)
        found |= json_content(components.one_of(answers))
        headers += ["ETag"] if components.has(answers, "version") else []
        headers += ["Location"] if route.location else []
        headers += ["Idempotency-Replayed"] if route.keeps_key else []
    return {**found, "headers": _headers(headers)}


def _of_password(route: Route) -> tuple[tuple[str, ...], ...]:
    answers = OPERATIONS[route.function].answers
    return ((answers,),) if answers else ()


def _status(code: str) -> str:
    return str(PROBLEMS[code][0])


def _shared(name: str) -> Schema:
    return {"$ref": f"#/components/responses/{name}"}


def _refused(status: str, codes: list[str]) -> Schema:
    headers = ["X-Request-Id", "Server-Timing"]
    headers += ["WWW-Authenticate"] if status == "401" else []
    headers += ["Retry-After"] if status in ("429", "503") else []
    return {
        "description": ", ".join(codes),
        "x-codes": codes,
        "headers": _headers(headers),
        "content": {CONTENT_TYPE: {"schema": reference("problem")}},
    }


def _headers(names: Iterable[str]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def json_content(schema: Schema) -> Schema:
    """A JSON body of the schema."""
    return {"content": {"application/json": {"schema": schema}}}

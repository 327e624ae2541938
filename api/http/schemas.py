"""JSON Schemas of a route's input, made from the catalog, and strict reading against them.

Every reader raises `Problem` ``invalid_request`` with all errors found, each with the JSON pointer
of its member; a query parameter or path segment ``limit`` is pointed at as ``/limit``.
"""

import datetime
import json
import math
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

from api.database.catalog import Function, Parameter, Schema
from api.http.routes import Route
from api.http.tables import CSV
from api.problems import Problem, invalid

MAX_BODY = 1 << 20
MAX_LONG_BODY = 16 << 20
MAX_DEPTH = 32
MAX_QUERY_FIELDS = 100
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
    r"(Z|[+-](0\d|1[0-5]):[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)
BOOLEANS = {"true": True, "false": False}

BY_GATEWAY = frozenset(
    {
        "p_if_match",
        "p_present",
        "p_snapshot",
        "p_client_address",
        "p_requests_per_hour",
        "p_base_url",
    }
)
"""Parameters that never come from the body or the query."""


def is_date(text: str) -> bool:
    """A date that exists, from 1900-01-01 to 2200-12-31."""
    if not _DATE.fullmatch(text) or not "1900" <= text[:4] <= "2200":
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_instant(text: str) -> bool:
    """An RFC 3339 instant with zone, in the years of `is_date`."""
    match = _INSTANT.fullmatch(text)
    return match is not None and is_date(match[1])


FORMATS = {
    "date": is_date,
    "date-time": is_instant,
    "uuid": lambda text: UUID.fullmatch(text) is not None,
    "time": lambda text: re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text, re.ASCII) is not None,
}


class Shape:
    """A JSON Schema of an object, compiled."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._validator = Draft202012Validator(
            schema, formats=FORMATS, validate_formats=True, mask="the value"
        )

    def errors(self, value: object) -> list[tuple[str, str]]:
        """Pairs of JSON pointer and message; empty when ``value`` is valid."""
        if self._validator.is_valid(value):
            return []
        found = [pair for e in self._validator.iter_errors(value) for pair in _explain(e)]
        return sorted(set(found))


@dataclass(frozen=True, slots=True)
class Input:
    """Where a route's arguments come from. ``path``, ``query`` and ``body`` are by wire name."""

    path: Mapping[str, Parameter]
    query: Mapping[str, Parameter]
    body: Mapping[str, Parameter]
    text_body: Parameter | None
    path_shape: Shape
    query_shape: Shape
    body_shape: Shape


def input_of(route: Route, function: Function) -> Input:
    """Divide the parameters among path, query and body.

    Raises LookupError, one line, when a path segment or query name has no parameter.
    """
    segments = re.findall(r"{(\w+)}", route.path)
    own = [p for p in function.parameters if p.name not in BY_GATEWAY]
    by_segment = {p.segment: p for p in own}
    if lacking := [name for name in segments if name not in by_segment]:
        raise LookupError(f"{function.signature} lacks p_{lacking[0]}, a segment of {route.path}")
    path = {by_segment[name].member: by_segment[name] for name in segments}
    rest = {p.member: p for p in own if p.segment not in segments}
    if lacking := [name for name in route.query if name not in rest]:
        raise LookupError(f"{function.signature} lacks a parameter for ?{lacking[0]}=")
    taker = "rows" if route.consumes == CSV else "body"
    text_body = rest.pop(taker, None) if route.consumes else None
    if route.consumes and text_body is None:
        raise LookupError(f"{function.signature} lacks p_{taker} for a {route.consumes} body")
    all_query = route.consumes is not None or route.method in ("GET", "DELETE")
    query = {m: p for m, p in rest.items() if all_query or m in route.query}
    body = {m: p for m, p in rest.items() if m not in query}
    return Input(path, query, body, text_body, _shape_of(path), _shape_of(query), _shape_of(body))


def object_schema(parameters: Mapping[str, Parameter]) -> Schema:
    """The schema of an object with these members, in which null stands for an absent member."""
    return {
        "type": "object",
        "properties": {m: p.type.schema for m, p in parameters.items()},
        "required": [m for m, p in parameters.items() if p.default is None],
        "additionalProperties": False,
    }


def _shape_of(parameters: Mapping[str, Parameter]) -> Shape:
    return Shape(object_schema(parameters))


def read_query(query_string: str, given: Input) -> dict[str, Any]:
    """The query's values by wire name, converted to the types that the schemas name.

    A parameter of many values is given once for each of them; any other only once.
    """
    if not query_string:
        pairs = []
    else:
        try:
            pairs = parse_qsl(
                query_string,
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MAX_QUERY_FIELDS,
            )
        except ValueError:
            raise invalid(("", "the query cannot be read")) from None
    values: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    for name, text in pairs:
        parameter = given.query.get(name)
        if "\x00" in text:
            errors.append((_pointer([name]), "holds a NUL character"))
        if parameter and parameter.type.array:
            values.setdefault(name, []).append(_from_text(text, parameter.type.schema["items"]))
            continue
        if name in values:
            errors.append((_pointer([name]), "is given more than once"))
        values[name] = _from_text(text, parameter.type.schema) if parameter else text
    wrong = given.query_shape.errors(values)
    errors += dict.fromkeys((_parameter(at), said) for at, said in wrong)
    if errors:
        raise invalid(*errors)
    return values


def read_path(segments: Mapping[str, str], given: Input) -> dict[str, Any]:
    """The path's values by wire name. Raises ``not_found`` for an id that is no UUID."""
    values: dict[str, Any] = {}
    unknown_id = False
    for member, parameter in given.path.items():
        text = segments[parameter.segment]
        if "\x00" in text:
            raise invalid((_pointer([member]), "holds a NUL character"))
        if parameter.type.base == "uuid":
            unknown_id |= UUID.fullmatch(text) is None
        values[member] = _from_text(text, parameter.type.schema)
    errors = given.path_shape.errors(values)
    wrong = [e for e in errors if given.path[e[0].lstrip("/")].type.base != "uuid"]
    if wrong:
        raise invalid(*wrong)
    if unknown_id:
        raise Problem("not_found")
    return values


def _from_text(text: str, schema: Schema) -> str | float | bool:
    kind = schema.get("type")
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    if kind == "boolean":
        return BOOLEANS.get(text, text)
    return text


def read_members(
    raw: bytes, given: Shape, optional: Container[str]
) -> tuple[dict[str, Any], list[str]]:
    """The members of a JSON body (empty: none) and the names of those present.

    A null of one of the ``optional`` members is valid whatever its schema: it is among the names
    but not among the members.
    """
    document = parse_json(raw) if raw.strip() else {}
    if not isinstance(document, dict):
        raise invalid(("", "a JSON object is expected"))
    present = list(document)
    members = {
        name: value for name, value in document.items() if value is not None or name not in optional
    }
    if errors := given.errors(members):
        raise invalid(*errors)
    return members, present


def parse_json(raw: bytes) -> object:
    """Strict JSON: UTF-8, no duplicate members, finite numbers, no NUL, no lone surrogate."""
    try:
        document: object = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_not_finite,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        reason = error.args[0] if isinstance(error, _JsonError) else "the body is not valid JSON"
        raise invalid(("", reason)) from None
    if b"\\u" in raw or raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
        _inspect(document)
    return document


class _JsonError(ValueError):
    """JSON that parses, but that we do not take."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _JsonError("a member is given more than once")
    return found


def _not_finite(_: str) -> float:
    raise _JsonError("numbers must be finite")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _JsonError("a number is out of range")
    return number


def _inspect(document: object) -> None:
    """Refuse NUL, lone surrogates and nesting beyond MAX_DEPTH, wherever they are."""
    waiting: list[tuple[object, list[str | int]]] = [(document, [])]
    while waiting:
        value, path = waiting.pop()
        if len(path) > MAX_DEPTH:
            raise invalid(("", f"the body is nested deeper than {MAX_DEPTH} levels"))
        if isinstance(value, dict):
            waiting += [(name, path) for name in value]
            waiting += [(item, [*path, name]) for name, item in value.items()]
        elif isinstance(value, list):
            waiting += [(item, [*path, index]) for index, item in enumerate(value)]
        elif isinstance(value, str) and not is_storable(value):
            pointer = _pointer(path) if all(is_storable(str(s)) for s in path) else ""
            raise invalid((pointer, "holds a NUL character or half of a surrogate pair"))


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _pointer(path: Sequence[str | int]) -> str:
    return "".join("/" + str(s).replace("~", "~0").replace("/", "~1") for s in path)


def _parameter(pointer: str) -> str:
    """The pointer of a parameter, of one of its values, too: ``/status/1`` → ``/status``."""
    return "/".join(pointer.split("/")[:2])


def _explain(error: ValidationError) -> list[tuple[str, str]]:
    path, kind = error.instance_path, error.kind
    if isinstance(kind, ValidationErrorKind.Required):
        return [(_pointer([*path, kind.property]), "is required")]
    if isinstance(kind, ValidationErrorKind.AdditionalProperties):
        return [(_pointer([*path, name]), "is not known") for name in kind.unexpected]
    return [(_pointer(path), error.message)]

"""The schemas of what goes out: wire views and types are components, which answers refer to."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.database.catalog import Catalog, Column, Schema, pascal, reference
from api.problems import PROBLEMS

# What goes out is not bounded as what comes in is; of plain integers the format says enough.
_BOUNDS = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
_RANGE = frozenset({"minimum", "maximum"})
_REFUSAL = "refusal"  # the wire type of what a problem tells besides what every problem does
_PROBLEM: Schema = {
    "type": {"type": "string", "pattern": "^/problems/[a-z_]+$"},
    "title": {"type": "string"},
    "status": {"type": "integer"},
    "detail": {"type": "string"},
    "code": reference("problem_code"),
    "requestId": {"type": "string"},
}


class Components:
    """The schemas that the document names, by name: those of the catalog, and what is asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._views = catalog.views
        self.schemas: dict[str, Schema] = {
            pascal(view): _object(columns, catalog.comments[view])
            for view, columns in catalog.views.items()
            if view != _REFUSAL
        }
        problem = _object(catalog.views[_REFUSAL], "RFC 9457.")
        problem["properties"] = {**_PROBLEM, **problem["properties"]}
        problem["required"] = [*_PROBLEM, *problem["required"]]
        self.schemas |= {"Problem": problem, "ProblemCode": {"type": "string", "enum": [*PROBLEMS]}}

    def one_of(self, answers: Sequence[Sequence[str]]) -> Schema:
        """The schema of an answer: of each possible one, the views whose members it has."""
        return _any(self._with(views) for views in answers)

    def page_of(self, views: Sequence[str]) -> Schema:
        """The schema of a page of a list whose items are of the views."""
        name = "Or".join(pascal(view) for view in views) + "Page"
        self.schemas[name] = {
            "type": "object",
            "properties": {
                "items": {"type": "array", "items": _any(reference(view) for view in views)},
                "nextCursor": {
                    "type": ["string", "null"],
                    "description": "Where the list goes on, as cursor; null at its end.",
                },
                "total": {
                    "type": "integer",
                    "description": "Absent without count. How many there are, at most 10,000.",
                },
                "totalIsExact": {
                    "type": "boolean",
                    "description": "Absent without count. False when there are more.",
                },
            },
            "required": ["items", "nextCursor"],
        }
        return {"$ref": f"#/components/schemas/{name}"}

    def has(self, answers: Sequence[Sequence[str]], member: str) -> bool:
        """Whether an answer can have the member."""
        names = (c.name for views in answers for view in views for c in self._views[view])
        return member in names

    def _with(self, views: Sequence[str]) -> Schema:
        if len(views) == 1:
            return reference(views[0])
        name = "With".join(pascal(view) for view in views)
        columns = [column for view in views for column in self._views[view]]
        about = " ".join(self.schemas[pascal(view)]["description"] for view in views)
        self.schemas[name] = _object(columns, about)
        return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """The schema that allows null besides."""
    if "$ref" in schema:
        said = {k: v for k, v in schema.items() if k == "description"}
        rest = {k: v for k, v in schema.items() if k != "description"}
        return {**said, "anyOf": [rest, {"type": "null"}]}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    nullable: Schema = {**schema, "type": [*dict.fromkeys([*types, "null"])]}
    if "enum" in schema:
        nullable["enum"] = [*schema["enum"], None]
    return nullable


def _object(columns: Sequence[Column], about: str) -> Schema:
    return {
        "type": "object",
        "description": about,
        "properties": {column.name: _member(column) for column in columns},
        "required": [column.name for column in columns if not column.optional],
    }


def _member(column: Column) -> Schema:
    schema = _unbounded(column.type.schema)
    if column.choices:
        schema["enum"] = [*column.choices]
    if column.comment:
        schema["description"] = column.comment
    return or_null(schema) if column.nullable else schema


def _unbounded(schema: Mapping[str, Any]) -> Schema:
    left_out = _BOUNDS | _RANGE if "int" in schema.get("format", "") else _BOUNDS
    return {
        key: _unbounded(value) if key == "items" else value
        for key, value in schema.items()
        if key not in left_out
    }


def _any(schemas: Iterable[Schema]) -> Schema:
    first, *others = schemas
    return {"anyOf": [first, *others]} if others else first

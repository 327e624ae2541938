"""What the database offers, read from its catalog: functions, types, wire views, constraints.

Plain queries on pg_catalog, which every login may run. The result is immutable and is read once
per process, before the first request.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, LiteralString

import psycopg

from api.database.origins import read_origins

Schema = dict[str, Any]

MAX_TEXT = 10_000
DATE = r"^\d{4}-\d\d-\d\d$"
TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
_ANSWERS = re.compile(r"^Answers: ([a-z_ ]+)\.(?:\n|$)", re.MULTILINE)
_NULL = re.compile(r"(?:^|[.;] )null\b", re.IGNORECASE)
_ABSENT = re.compile(r"(?:^|[.;] )absent\b", re.IGNORECASE)

BASE_SCHEMAS: Mapping[str, Schema] = MappingProxyType(
    {
        "text": {"type": "string", "maxLength": MAX_TEXT},
        "uuid": {"type": "string", "format": "uuid"},
        "date": {"type": "string", "format": "date"},
        "time": {"type": "string", "pattern": TIME},
        "timestamptz": {"type": "string", "format": "date-time"},
        "int2": {"type": "integer", "format": "int32", "minimum": -(2**15), "maximum": 2**15 - 1},
        "int4": {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1},
        "int8": {"type": "integer", "format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1},
        "numeric": {"type": "number"},
        "float8": {"type": "number"},
        "bool": {"type": "boolean"},
        "json": {"type": "object"},
        "jsonb": {"type": "object"},
    }
)


@dataclass(frozen=True, slots=True)
class WireType:
    """A type as SQL names it (for the cast), its base type's name and its JSON Schema.

    ``base`` is ``uuid``, ``int4``, ``jsonb``, …; of an array it is the element's, and ``array`` is
    true. The schema of a wire type is a reference to its component.
    """

    sql: str
    base: str
    schema: Schema
    array: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A function's parameter: ``p_lead_id`` in SQL, ``lead_id`` in a path, ``leadId`` on the wire.

    ``default`` is the SQL expression of the default; a parameter without one is required.
    """

    name: str
    type: WireType
    default: str | None

    @property
    def segment(self) -> str:
        return self.name.removeprefix("p_")

    @property
    def member(self) -> str:
        return camel(self.segment)


@dataclass(frozen=True, slots=True)
class Function:
    """A callable function of schema ``api``.

    ``returns`` is ``void``, ``json`` (also for jsonb), ``text`` or ``row``, then ``view`` names the
    wire view or type; anything else has no form on the wire. ``sql`` is the quoted name,
    ``signature`` what ``regprocedure`` reads. ``answers`` are the wire views and types of what it
    answers, each a possible one, of which one has the members of several; ``roles`` are those whose
    people may call it.
    """

    name: str
    sql: str
    signature: str
    parameters: tuple[Parameter, ...]
    volatility: str
    returns: str
    view: str | None
    summary: str
    description: str
    answers: tuple[tuple[str, ...], ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a caller of a function relies on.

    ``parameters`` are name, type and whether there is a default, in order; ``is_positional`` tells
    that calls pass them by place, not by name.
    """

    parameters: tuple[tuple[str, str, bool], ...]
    returns: str
    is_stable: bool
    is_positional: bool

    def fits(self, found: "Signature | None") -> bool:
        """Whether calls planned with this one succeed with ``found``: it may take more."""
        if found is None or self.returns != found.returns or self.is_stable > found.is_stable:
            return False
        there = {name: (kind, default) for name, kind, default in found.parameters}
        for name, kind, default in self.parameters:
            found_kind, found_default = there.pop(name, ("", False))
            if kind != found_kind or default > found_default:
                return False
        own = [name for name, _, _ in self.parameters]
        in_place = own == [name for name, _, _ in found.parameters[: len(own)]]
        return all(default for _, default in there.values()) and (
            in_place or not self.is_positional
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a wire view or member of a wire type: its name is the wire name.

    ``nullable`` and ``optional`` tell that it can be null or absent, ``choices`` the only texts it
    can be, when there is such a list.
    """

    name: str
    type: WireType
    comment: str | None
    nullable: bool
    optional: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    """``views`` are the wire views and types, by name; ``comments`` say what each is.

    ``columns_of`` leads from (schema, table, constraint) to the constraint's single column.

    ``signatures`` are by qualified name; a function that exists twice has none.
    """

    server_version: int
    session_user: str
    functions: Mapping[str, Function]
    views: Mapping[str, tuple[Column, ...]]
    comments: Mapping[str, str]
    columns_of: Mapping[tuple[str, str, str], str] = field(repr=False)
    signatures: Mapping[str, Signature] = field(repr=False)


def camel(name: str) -> str:
    """``lead_id`` → ``leadId``."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


def pascal(name: str) -> str:
    """``course_plan`` → ``CoursePlan``."""
    return "".join(word.capitalize() for word in name.split("_"))


def reference(name: str) -> Schema:
    """The JSON Schema that refers to the component of a wire view or type."""
    return {"$ref": f"#/components/schemas/{pascal(name)}"}


def snake(member: str) -> str:
    """``leadId`` → ``lead_id``."""
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in member)


TYPES: LiteralString = """
select t.oid, t.typname, t.typtype::text, t.typbasetype,
  case when t.typcategory = 'A' then t.typelem else 0 end,
  pg_catalog.format_type(t.oid, null),
  case when t.typtype = 'd' then pg_catalog.obj_description(t.oid, 'pg_type') end
from pg_catalog.pg_type as t
where t.typtype in ('b', 'd')
  or (t.typtype = 'c' and t.typnamespace = pg_catalog.to_regnamespace('api'))
"""
FUNCTIONS: LiteralString = """
select p.proname, 'api.' || pg_catalog.quote_ident(p.proname),
  p.oid::pg_catalog.regprocedure::text, p.provolatile::text, p.proretset,
  r.typname, r.typtype::text, p.proargnames[1:p.pronargs], p.proargtypes::oid[],
  array(
    select pg_catalog.pg_get_function_arg_default(p.oid, n)
    from pg_catalog.generate_series(1, p.pronargs) as n
    order by n
  ),
  pg_catalog.obj_description(p.oid, 'pg_proc'),
  array(
    select v.role
    from pg_catalog.json_array_elements_text((
      select pg_catalog.obj_description(t.oid, 'pg_type')::json -> 'enum'
      from pg_catalog.pg_type as t
      where t.typname = 'user_role'
        and t.typnamespace = pg_catalog.to_regnamespace('api')
    )) with ordinality as v (role, place)
    where pg_catalog.has_function_privilege('school_' || v.role, p.oid, 'execute')
    order by v.place
  )
from pg_catalog.pg_proc as p
join pg_catalog.pg_type as r on r.oid = p.prorettype
where p.pronamespace = pg_catalog.to_regnamespace('api') and p.prokind = 'f'
order by p.proname
"""
SIGNATURES: LiteralString = """
select coalesce(json_agg(json_build_array(
  n.nspname || '.' || p.proname,
  array(
    select json_build_array(coalesce(p.proargnames[a.place], ''), s.nspname || '.' || t.typname,
      a.place > p.pronargs - p.pronargdefaults)
    from unnest(p.proargtypes::oid[]) with ordinality as a (type, place)
    join pg_catalog.pg_type as t on t.oid = a.type
    join pg_catalog.pg_namespace as s on s.oid = t.typnamespace
    order by a.place
  ),
  concat_ws(' ', case when p.proretset then 'setof' end, rs.nspname || '.' || r.typname),
  p.provolatile <> 'v'
)), '[]')
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
join pg_catalog.pg_type as r on r.oid = p.prorettype
join pg_catalog.pg_namespace as rs on rs.oid = r.typnamespace
where n.nspname in ('api', 'auth', 'jobs') and p.prokind = 'f'
"""
VIEWS: LiteralString = """
select c.relname, a.attname, a.atttypid, pg_catalog.col_description(c.oid, a.attnum),
  c.oid, a.attnum,
  case when a.attnum = 1 then coalesce(
    pg_catalog.obj_description(c.oid, 'pg_class'), pg_catalog.obj_description(c.reltype, 'pg_type')
  ) end
from pg_catalog.pg_class as c
join pg_catalog.pg_attribute as a on a.attrelid = c.oid
where c.relnamespace = pg_catalog.to_regnamespace('api') and c.relkind in ('v', 'c')
  and a.attnum > 0 and not a.attisdropped
order by c.relname, a.attnum
"""
CONSTRAINTS: LiteralString = """
select n.nspname, c.relname, k.conname, a.attname
from pg_catalog.pg_constraint as k
join pg_catalog.pg_class as c on c.oid = k.conrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum = k.conkey[1]
where n.nspname in ('school', 'auth', 'jobs') and pg_catalog.cardinality(k.conkey) = 1
"""


def read_catalog(connection: psycopg.Connection[Any]) -> Catalog:
    """Read everything. Raises LookupError, one line, for a type or function out of convention."""
    types = {row[0]: row[1:] for row in connection.execute(TYPES)}

    @cache
    def wire_type(oid: int) -> WireType:
        name, kind, base_oid, element_oid, sql, comment = types[oid]
        if kind == "d":
            base = wire_type(base_oid)
            schema = _fragment(sql, comment) or base.schema
            return WireType(sql, base.base, schema, base.array)
        if kind == "c":
            return WireType(sql, "composite", reference(name))
        if element_oid:
            element = wire_type(element_oid)
            return WireType(sql, element.base, {"type": "array", "items": element.schema}, True)
        if name not in BASE_SCHEMAS:
            return WireType(sql, name, {"type": "string", "maxLength": MAX_TEXT})
        return WireType(sql, name, BASE_SCHEMAS[name])

    functions: dict[str, Function] = {}
    for row in connection.execute(FUNCTIONS):
        *shape, text, roles = row
        name, sql, signature, volatility, is_set, result, kind, names, oids, defaults = shape
        if name in functions:
            raise LookupError(f"api.{name} exists with more than one signature")
        summary, _, description = (text or name.replace("_", " ")).partition("\n")
        functions[name] = Function(
            name,
            sql,
            signature,
            tuple(
                Parameter(parameter, wire_type(oid), default)
                for parameter, oid, default in zip(names or [], oids, defaults, strict=True)
            ),
            {"i": "stable", "s": "stable", "v": "volatile"}[volatility],
            _returns(is_set, result, kind),
            result if kind == "c" else None,
            summary.strip(),
            _ANSWERS.sub("", description).strip(),
            _answers(description, result if kind == "c" else None),
            tuple(roles),
        )
    views: dict[str, list[Column]] = {}
    comments: dict[str, str] = {}
    origins = read_origins(connection)
    for view, column, oid, comment, view_oid, number, about in connection.execute(VIEWS):
        held = origins.get((view_oid, number))
        views.setdefault(view, []).append(
            Column(
                column,
                wire_type(oid),
                comment,
                (held is not None and not held.not_null) or _NULL.search(comment or "") is not None,
                _ABSENT.search(comment or "") is not None,
                held.choices if held else (),
            )
        )
        if number == 1:
            comments[view] = about or ""
    return Catalog(
        connection.info.server_version,
        connection.execute("select session_user").fetchall()[0][0],
        functions,
        {view: tuple(columns) for view, columns in views.items()},
        comments,
        {(row[0], row[1], row[2]): row[3] for row in connection.execute(CONSTRAINTS)},
        signatures_from(connection.execute(SIGNATURES).fetchall()[0][0]),
    )


def signatures_from(rows: list[list[Any]]) -> dict[str, Signature]:
    """Read the answer of SIGNATURES. A name that is there twice is left out: calls are unclear."""
    result: dict[str, Signature] = {}
    for name, parameters, returns, is_stable in rows:
        known = tuple((parameter, kind, default) for parameter, kind, default in parameters)
        result[name] = Signature(known, returns, is_stable, not name.startswith("api."))
    twice = {name for name, count in Counter(row[0] for row in rows).items() if count > 1}
    return {name: signature for name, signature in result.items() if name not in twice}


def _answers(description: str, row: str | None) -> tuple[tuple[str, ...], ...]:
    """``Answers: user and invitation or person.`` → (("user", "invitation"), ("person",))."""
    if row is not None:
        return ((row,),)
    match = _ANSWERS.search(description)
    if match is None:
        return ()
    return tuple(tuple(one.split(" and ")) for one in match[1].split(" or "))


def _fragment(name: str, comment: str | None) -> Schema | None:
    """The JSON Schema in a domain's comment; None when there is no comment."""
    if comment is None:
        return None
    try:
        schema = json.loads(comment)
    except ValueError:
        schema = None
    if not isinstance(schema, dict):
        raise LookupError(f"the comment on domain {name} is not a JSON Schema object")
    return schema


def _returns(is_set: bool, result: str, kind: str) -> str:
    if is_set:
        return "texts" if result == "text" else "set"
    return "row" if kind == "c" else {"jsonb": "json"}.get(result, result)

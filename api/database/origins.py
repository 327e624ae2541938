"""What the columns of wire views can hold, by the columns of tables that they show.

PostgreSQL notes the origin of a view's column in the view's rule: a tree, written as text, in which
each target of the outermost query says which column of which table it is.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg

RULES: LiteralString = """
select r.ev_class, r.ev_action::text
from pg_catalog.pg_rewrite as r
join pg_catalog.pg_class as c on c.oid = r.ev_class
where c.relkind = 'v' and c.relnamespace in (
  pg_catalog.to_regnamespace('api'), pg_catalog.to_regnamespace('school')
)
"""
HELD: LiteralString = """
select a.attrelid, a.attnum, a.attnotnull,
  array(
    select pg_catalog.pg_get_constraintdef(k.oid)
    from pg_catalog.pg_constraint as k
    where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey = array[a.attnum]
      and a.atttypid = 'text'::pg_catalog.regtype
  )
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('school', 'auth', 'jobs') and c.relkind in ('r', 'p')
  and a.attnum > 0 and not a.attisdropped
"""
_TARGET = re.compile(
    r":resno (\d+) :resname \S+ :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+)"
)
_CHOICES = re.compile(r"CHECK \(\(\w+ = ANY \(ARRAY\[([^]]*)\]\)\)\)")
_TEXT = re.compile(r"'((?:[^']|'')*)'::text")


@dataclass(frozen=True, slots=True)
class Held:
    """What a column of a table can hold: null or not, and of a closed list of texts which."""

    not_null: bool
    choices: tuple[str, ...]


def read_origins(connection: psycopg.Connection[Any]) -> Mapping[tuple[int, int], Held]:
    """What is held by each column of a view, by (view's oid, number), that shows a table's."""
    held = {
        (table, number): Held(not_null, choices_of(checks))
        for table, number, not_null, checks in connection.execute(HELD)
    }
    found: dict[tuple[int, int], Held] = {}
    shown = {
        (view, number): origin
        for view, tree in connection.execute(RULES)
        for number, origin in targets(tree)
    }
    for column, first in shown.items():
        origin = first
        while origin in shown:  # a view of a view
            origin = shown[origin]
        if origin in held:
            found[column] = held[origin]
    return found


def targets(tree: str) -> list[tuple[int, tuple[int, int]]]:
    """The number of each column of a view, with the table's oid and the number of its origin."""
    found, depth, seen = [], 0, 0
    for match in _TARGET.finditer(tree):
        passed, seen = tree[seen : match.start()], match.end()
        depth += passed.count("{") - passed.count("\\{") - passed.count("}") + passed.count("\\}")
        if depth == 2:  # the query, its target; deeper ones are of queries inside
            found.append((int(match[1]), (int(match[2]), int(match[3]))))
    return found


def choices_of(checks: Iterable[str]) -> tuple[str, ...]:
    """The texts that a check of the form ``status in ('a', 'b')`` lets in; none without such."""
    lists = [match[1] for check in checks if (match := _CHOICES.fullmatch(check))]
    return tuple(text.replace("''", "'") for listed in lists[:1] for text in _TEXT.findall(listed))

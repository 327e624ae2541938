"""The map of the functions: ``python -m tests.tools.catalog_map [FUNCTION]``.

Without a function, the page ``build/map.md``: each function by schema and theme with what it is,
who calls it, the tables it reads and writes, and the tests that name it. With one, the walk down
from it, as a tree: what it calls, what the views it reads call, and the triggers, checks and
defaults of the tables it writes. The hops are the functions reached, each counted once; how many
they are without what only refuses is told, too (``fail…``, ``refuse_…``, ``…_conflict``, by the
verbs of docs/contributing.md, and what only they lead to). A trigger
counts when its event and its columns are written; one whose WHEN compares old with new, only when a
column changes that it compares. What the policies ask is not of the walk: it depends on who
calls.

Read from the catalog of a fresh database that is migrated in a throwaway folder.
"""

import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from api.database import migrations
from api.database.checkout import SQL, code_files
from api.database.embedded import EmbeddedServer
from api.http.routes import PREFIX, ROUTES
from tests.tools.sql_words import NAME, Write, calls_of, code_of, reads_of, writes_of

PROJECT = SQL.parent
PAGE = PROJECT / "build" / "map.md"
OURS: LiteralString = "('school', 'auth', 'jobs', 'api', 'analytics')"
REFUSES = re.compile(r"\.(fail|fail_\w+|refuse_\w+|\w+_conflict)$")
EVENTS = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}

FUNCTIONS: LiteralString = f"""
select
  format('%s.%s', p.pronamespace::regnamespace, p.proname),
  case p.provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end,
  case when p.prosecdef then 'definer' else 'invoker' end,
  coalesce(obj_description(p.oid, 'pg_proc'), ''),
  p.prosrc
from pg_catalog.pg_proc as p
where p.pronamespace::regnamespace::text in {OURS}
"""
TRIGGERS: LiteralString = f"""
select
  g.tgrelid::regclass::text,
  g.tgname,
  g.tgfoid::regproc::text,
  g.tgtype::integer,
  array(
    select a.attname::text
    from pg_catalog.pg_attribute as a
    where a.attrelid = g.tgrelid
      and a.attnum = any (g.tgattr)
  ),
  case when g.tgqual is null then '' else pg_get_triggerdef(g.oid) end
from pg_catalog.pg_trigger as g
join pg_catalog.pg_class as c on c.oid = g.tgrelid
where not g.tgisinternal
  and c.relnamespace::regnamespace::text in {OURS}
"""
# Of expressions the catalog keeps what they depend on: (kind, of which table, view or domain, on
# which function or view).
EXPRESSIONS: LiteralString = f"""
with expressions as (
  select
    'pg_policy'::regclass as class, p.oid, 'policy' as kind, p.polrelid::regclass::text as owner
  from pg_catalog.pg_policy as p
  union all
  select 'pg_rewrite'::regclass, r.oid, 'view', r.ev_class::regclass::text
  from pg_catalog.pg_rewrite as r
  union all
  select 'pg_attrdef'::regclass, d.oid, 'default', d.adrelid::regclass::text
  from pg_catalog.pg_attrdef as d
  union all
  select
    'pg_constraint'::regclass, k.oid, 'check',
    case when k.conrelid <> 0 then k.conrelid::regclass::text else k.contypid::regtype::text end
  from pg_catalog.pg_constraint as k
  where k.contype = 'c'
  union all
  select 'pg_class'::regclass, i.indexrelid, 'index', i.indrelid::regclass::text
  from pg_catalog.pg_index as i
)
select distinct e.kind, e.owner, coalesce(p.oid::regproc::text, c.oid::regclass::text)
from expressions as e
join pg_catalog.pg_depend as d on d.classid = e.class and d.objid = e.oid
left join pg_catalog.pg_proc as p on d.refclassid = 'pg_proc'::regclass and p.oid = d.refobjid
left join pg_catalog.pg_class as c
  on d.refclassid = 'pg_class'::regclass
  and c.oid = d.refobjid
  and c.oid::regclass::text <> e.owner
  and c.relkind in ('r', 'p', 'v')
where coalesce(p.pronamespace, c.relnamespace)::regnamespace::text in {OURS}
"""


@dataclass(frozen=True)
class Function:
    """A function: how it runs, and what its body names."""

    name: str
    volatility: str
    security: str
    comment: str
    calls: frozenset[str]
    reads: frozenset[str]
    writes: frozenset[Write]

    @property
    def summary(self) -> str:
        return self.comment.partition("\n")[0]


@dataclass(frozen=True)
class Trigger:
    table: str
    name: str
    function: str
    events: int
    columns: frozenset[str]
    condition: str

    @property
    def compared(self) -> frozenset[str]:
        """The columns of which WHEN asks how they change; none where it asks for anything else."""
        old, new = (
            set(re.findall(rf"\b{row}\.(\w+|\*)", self.condition)) for row in ("old", "new")
        )
        return frozenset() if "*" in new or new - old else frozenset(new)

    def fires_on(self, write: Write) -> bool:
        if write.table != self.table or not self.events & EVENTS[write.event]:
            return False
        if write.event != "update":
            return True
        return bool(
            (not self.columns or self.columns & write.columns)
            and (not self.compared or self.compared & (write.columns - write.kept))
        )


@dataclass(frozen=True)
class Catalog:
    functions: dict[str, Function]
    triggers: list[Trigger]
    expressions: list[tuple[str, str, str]]
    schedule: list[str]

    def steps(self, name: str) -> dict[str, str]:
        """The functions that one leads to at once, each with what leads there besides a call."""
        function = self.functions[name]
        found = dict.fromkeys(sorted(function.calls), "")
        for view in sorted(self.seen_through(function.reads)):
            self._add(found, f"view {view}", self.asked_by("view", view))
        for write in sorted(function.writes, key=lambda w: (w.table, w.event, sorted(w.columns))):
            fired = [trigger.function for trigger in self.triggers if trigger.fires_on(write)]
            self._add(found, f"trigger, {write.event} of {write.table}", sorted(fired))
            if write.event in ("insert", "update"):
                for kind in ("default", "check", "index"):
                    self._add(found, f"{kind} of {write.table}", self.asked_by(kind, write.table))
        return found

    def _add(self, found: dict[str, str], why: str, names: list[str]) -> None:
        for name in names:
            if name in self.functions:
                found.setdefault(name, why)

    def asked_by(self, kind: str, owner: str) -> list[str]:
        return sorted({used for k, o, used in self.expressions if (k, o) == (kind, owner)})

    def seen_through(self, relations: frozenset[str]) -> set[str]:
        """The relations and those below them, where they are views."""
        seen: set[str] = set()
        waiting = list(relations)
        while waiting:
            relation = waiting.pop()
            if relation not in seen:
                seen.add(relation)
                waiting += [n for n in self.asked_by("view", relation) if n not in self.functions]
        return seen


def read_catalog(db: psycopg.Connection[Any]) -> Catalog:
    with db.transaction(force_rollback=True):
        db.execute("set local search_path = ''")
        rows = db.execute(FUNCTIONS).fetchall()
        names = {row[0] for row in rows}
        functions = {}
        for name, volatility, security, comment, body in rows:
            code = code_of(body)
            functions[name] = Function(
                name,
                volatility,
                security,
                comment,
                frozenset(calls_of(code) & names),
                frozenset(reads_of(code)),
                frozenset(writes_of(code)),
            )
        triggers = [
            Trigger(table, name, function, events, frozenset(columns), condition)
            for table, name, function, events, columns, condition in db.execute(TRIGGERS)
        ]
        # A name that is a word of SQL comes in quotes: api."user".
        expressions = sorted(
            (kind, owner.replace('"', ""), used.replace('"', ""))
            for kind, owner, used in db.execute(EXPRESSIONS)
        )
        schedule = sorted(name for (name,) in db.execute("select s.name from jobs.schedule as s"))
    return Catalog(functions, triggers, expressions, schedule)


@dataclass
class Walk:
    """The tree below a function, and the functions met in it, itself included."""

    lines: list[str] = field(default_factory=list)
    met: set[str] = field(default_factory=set)


def walk(catalog: Catalog, name: str) -> Walk:
    walked = Walk()

    def down(name: str, why: str, depth: int) -> None:
        again = name in walked.met
        walked.met.add(name)
        steps = catalog.steps(name)
        mark = " ↑" if again and steps else ""
        walked.lines.append("  " * depth + name + mark + (f"  ({why})" if why else ""))
        if not again:
            for step, reason in steps.items():
                down(step, reason, depth + 1)

    down(name, "", 0)
    return walked


def way(catalog: Catalog, name: str) -> set[str]:
    """Return the functions met on the way down that do not only refuse, the first one included."""
    met = {name}
    waiting = [name]
    while waiting:
        steps = catalog.steps(waiting.pop())
        found = {step for step in steps if not REFUSES.search(step)} - met
        met |= found
        waiting += found
    return met


def callers(catalog: Catalog) -> dict[str, list[str]]:
    """Who calls each function: functions, triggers, views, policies, routes, schedule, Python."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for function in catalog.functions.values():
        for called in function.calls:
            found[called].add(function.name)
    for trigger in catalog.triggers:
        found[trigger.function].add(f"trigger on {trigger.table}")
    for kind, owner, used in catalog.expressions:
        found[used].add(f"{kind} {owner}" if kind == "view" else f"{kind} of {owner}")
    for route in ROUTES:
        if not route.password:
            found[f"api.{route.function}"].add(f"{route.method} {PREFIX}{route.path}")
    for name in catalog.schedule:
        found[f"jobs.{name}"].add("the schedule")
    texts = (*(PROJECT / "api").rglob("*.py"), *(SQL / "cron").glob("*.sql"))
    for path in texts:
        for name in named_in(path.read_text(encoding="utf-8")):
            found[name].add(shown(path))
    return {name: sorted(found[name]) for name in catalog.functions}


def naming_tests(catalog: Catalog) -> dict[str, list[str]]:
    """The tests that name each function: with its schema, or, of api, in quotes."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in (PROJECT / "tests").rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        for name in named_in(text):
            found[name].add(shown(path))
        for name in re.findall(r"[\"'](\w+)[\"']", text):
            found[f"api.{name}"].add(shown(path))
    return {name: sorted(found[name]) for name in catalog.functions}


def named_in(text: str) -> set[str]:
    return set(re.findall(rf"\b{NAME}\b", text))


def shown(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def rooms() -> dict[str, list[str]]:
    """The functions by the folders of their files."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in code_files():
        if path.is_relative_to(SQL / "functions"):
            schema = path.relative_to(SQL / "functions").parts[0]
            room = path.parent.relative_to(SQL / "functions").as_posix()
            found[room].append(f"{schema}.{path.stem}")
    return dict(sorted(found.items()))


def page(catalog: Catalog) -> Iterator[str]:
    """The lines of the page."""
    called_by, tested_by = callers(catalog), naming_tests(catalog)
    yield f"# The map: {len(catalog.functions)} functions"
    yield ""
    yield "Made by `make map` from the catalog; `make map F=api.create_admission` walks down."
    lost = sorted(name for name, who in called_by.items() if not who)
    yield ""
    yield f"Called by nobody here: {', '.join(lost) or 'none'}."
    for room, names in rooms().items():
        yield ""
        yield f"## {room}"
        for name in names:
            function = catalog.functions[name]
            yield ""
            yield f"### {name}"
            yield f"{function.summary} *{function.security}, {function.volatility}*"
            for title, listed in (
                ("called by", called_by[name]),
                ("calls", sorted(function.calls)),
                ("reads", sorted(function.reads)),
                ("writes", sorted({f"{w.table} ({w.event})" for w in function.writes})),
                ("tests", tested_by[name]),
            ):
                if listed:
                    yield f"- {title}: {', '.join(listed)}"


def main(arguments: list[str]) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedServer(Path(folder), durable=False) as server,
    ):
        migrations.migrate(server.owner, lambda line: None)
        with psycopg.connect(server.owner) as db:
            catalog = read_catalog(db)
    for name in arguments:
        if name not in catalog.functions:
            print(f"there is no function {name}", file=sys.stderr)
            return 1
        walked = walk(catalog, name)
        print("\n".join(walked.lines))
        print(f"\n{len(walked.met)} hops: the functions reached from {name}, itself included")
        print(f"{len(way(catalog, name))} of them on the way, without what only refuses")
    if not arguments:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text("\n".join(page(catalog)) + "\n", encoding="utf-8")
        print(shown(PAGE))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Make the baseline, the file that stands for all migrations: ``python -m tests.tools.baseline``.

The migrations are applied one after another to a database of a server of its own, by plain yoyo.
What they did as ``school_owner`` is dumped; what they did as the migrating login (roles, settings
of logins, rights on the database) is taken from their text, for it belongs to the cluster. Rows
that they inserted come along without the columns that PostgreSQL fills in anew in each database:
times, generated ids and keys.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString
from urllib.parse import urlencode

import psycopg
import sqlparse
from psycopg.conninfo import conninfo_to_dict

from api.database.checkout import SQL, checksum_of, migration_files, schema_folder, shown
from api.database.embedded import BIN, EmbeddedServer
from tests.tools.sql_words import NOT_CODE, code_of

SCHEMAS = ("school", "auth", "jobs", "api", "analytics", "trigrams")
CHANGE_OF_ROLE = re.compile(r"^(set local role school_owner;|reset role;)$", re.MULTILINE)
# Settings of pg_dump's session, and what is not ours to say.
LEFT_OUT = re.compile(r"SET |SELECT pg_catalog\.set_config|COMMENT ON EXTENSION")
HEAD = """\
-- Made by make baseline, of files whose SHA-256 is {}.
-- What the migrations up to {} make, for an empty database.\
"""
WHERE_OPERATORS_ARE = """\
-- The operators of pg_trgm lie where a DBA has it.
select pg_catalog.set_config('search_path', e.extnamespace::regnamespace::text, true)
from pg_catalog.pg_extension as e
where e.extname = 'pg_trgm';\
"""
OWN_OPERATORS = re.compile(r"\btrigrams\.(gin_trgm_ops)\b")

# The columns to fill, in order: those without a default, and those whose default calls nothing.
COLUMNS: LiteralString = """
select c.oid::regclass::text, array_agg(quote_ident(a.attname) order by a.attnum)
from pg_catalog.pg_class as c
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relkind = 'r'
  and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and a.attgenerated = ''
  and coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') !~ '\\(|CURRENT_|SESSION_'
group by c.oid
order by 1
"""
SEQUENCES: LiteralString = """
select format(
  'select pg_catalog.setval(%L, %s);', format('%I.%I', s.schemaname, s.sequencename), s.last_value
)
from pg_catalog.pg_sequences as s
where s.schemaname in ('school', 'auth', 'jobs')
  and s.last_value is not null
order by s.schemaname, s.sequencename
"""


def apply_with_yoyo(conninfo: str) -> None:
    """Apply all migrations as a DBA does who has nothing but yoyo."""
    url = "postgresql+psycopg:///?" + urlencode(conninfo_to_dict(conninfo))
    yoyo = [sys.executable, "-m", "yoyo", "apply", "--batch", "--no-config-file"]
    subprocess.run(
        [*yoyo, "--database", url, str(schema_folder())], check=True, capture_output=True
    )


def as_login(text: str) -> tuple[str, str]:
    """What a migration does as the migrating login, before and after it is ``school_owner``."""
    before, *rest = CHANGE_OF_ROLE.split(text)
    after = [part for change, part in pairwise(rest) if change == "reset role;"]
    own = [part.strip() if code_of(part).strip() else "" for part in (before, "".join(after))]
    return own[0], own[1]


def dumped(conninfo: str, section: str, made: str) -> Iterator[str]:
    """The statements of a section of pg_dump, without those schemas that ``made`` makes."""
    wanted = [f"--schema={schema}" for schema in SCHEMAS]
    form = ["--no-owner", "--no-privileges", f"--section={section}", "--extension=pg_trgm"]
    text = subprocess.run(
        [str(BIN / "pg_dump"), "--dbname", conninfo, *form, *wanted],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    # Without comments and psql's commands.
    bare = NOT_CODE.sub(lambda found: found[0] if found[0][0] in "'\"eE" else "", text)
    for statement in sqlparse.split(bare):
        schema = re.fullmatch(r"CREATE SCHEMA (\w+);", statement)
        is_made = schema is not None and f"create schema {schema[1]} " in made
        if statement.strip() and not (LEFT_OUT.match(statement) or is_made):
            yield OWN_OPERATORS.sub(r"\1", statement)


def rows(db: psycopg.Connection[Any]) -> Iterator[str]:
    """An insert for each table with rows, and where the sequences stand."""
    for table, columns in db.execute(COLUMNS).fetchall():
        values = ", ', ', ".join(f"quote_nullable({column}::text)" for column in columns)
        lines = [
            f"  ({line})"
            for (line,) in db.execute(f"select concat({values}) from {table} order by 1".encode())
        ]
        if lines:
            yield (
                f"insert into {table} ({', '.join(columns)})\noverriding system value\nvalues\n"
                + ",\n".join(lines)
                + ";"
            )
    yield from (statement for (statement,) in db.execute(SEQUENCES))


def baseline() -> str:
    """The text of the baseline of all migrations of this checkout."""
    files = migration_files()
    own = [as_login(path.read_text(encoding="utf-8")) for path in files.values()]
    before = [head for head, _ in own if head]
    after = [tail for _, tail in own if tail]
    with (
        TemporaryDirectory(prefix="ostinato-") as folder,
        EmbeddedServer(Path(folder), durable=False) as server,
    ):
        apply_with_yoyo(server.owner)
        tables = list(dumped(server.owner, "pre-data", "\n".join(before)))
        constraints = list(dumped(server.owner, "post-data", ""))
        with psycopg.connect(server.owner) as db:
            filled = list(rows(db))
    parts = [
        HEAD.format(checksum_of(files.values(), SQL), max(files).partition(".")[0]),
        *before,
        "set local role school_owner;\nset local search_path = '';",
        *tables,
        *filled,
        WHERE_OPERATORS_ARE,
        *constraints,
        "reset role;\nreset search_path;",
        *after,
    ]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    folder = SQL / "baseline"
    folder.mkdir(exist_ok=True)
    path = folder / f"{max(migration_files()).partition('.')[0]}.sql"
    text = baseline()
    for old in folder.glob("*.sql"):
        old.unlink()
    path.write_text(text, encoding="utf-8")
    print(f"{shown(path)}: {text.count(chr(10))} lines")


if __name__ == "__main__":
    main()

"""Taking locks without standing in anybody's way: short waits, pauses, many tries.

Whoever asks for a strong lock makes all who come later wait behind that request. With one forgotten
transaction elsewhere a long wait would stop the service, so each try is given up after a moment (a
second, unless another time is asked for), and those who are in the way are named.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, LiteralString, TypeVar

import psycopg

T = TypeVar("T")
Progress = Callable[[str], None]

TELL_AGAIN_S = 30.0
SHOWN_LETTERS = 60
IN_THE_WAY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

OUR_RELATIONS: LiteralString = """
select c.oid
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where n.nspname in ('school', 'auth', 'jobs', 'api', 'analytics')
"""
ANY_RELATION: LiteralString = "select c.oid from pg_catalog.pg_class as c"
YOYO_LOCK: LiteralString = "select pg_catalog.to_regclass('yoyo_lock')::oid"

# Who has had a lock for as long as a try lasts; another role's session shows only its name to a
# login without pg_read_all_stats.
_HOLDERS: LiteralString = """
with holders as (
  select distinct l.pid, l.virtualtransaction
  from pg_catalog.pg_locks as l
  join pg_catalog.pg_database as d on d.oid = l.database
  where d.datname = pg_catalog.current_database()
    and l.locktype = 'relation'
    and l.granted
    and l.pid is distinct from pg_catalog.pg_backend_pid()
    and l.relation in ({relations})
)
select
  h.pid,
  coalesce(a.usename::text, p.owner::text, 'unknown'),
  a.application_name,
  extract(epoch from clock_timestamp() - coalesce(a.xact_start, p.prepared))::integer,
  regexp_replace(btrim(a.query), '\\s+', ' ', 'g'),
  p.gid
from holders as h
left join pg_catalog.pg_stat_activity as a on a.pid = h.pid
left join pg_catalog.pg_prepared_xacts as p
  on h.pid is null and h.virtualtransaction = '-1/' || p.transaction::text
where coalesce(a.xact_start, p.prepared, '-infinity')
  <= clock_timestamp() - make_interval(secs => {seconds})
order by coalesce(a.xact_start, p.prepared), h.pid
limit 3
"""


class BusyError(RuntimeError):
    """A lock did not become free; the message is one line that names who is in the way."""


@dataclass(frozen=True)
class Patience:
    """How long, in seconds, a try waits for a lock, all tries together last, and a pause is."""

    lock_timeout: float = 1.0
    total: float = 300.0
    pause: float = 2.0

    def patiently(
        self,
        connection: psycopg.Connection[Any],
        what: str,
        progress: Progress,
        action: Callable[[], T],
        relations: LiteralString = OUR_RELATIONS,
    ) -> T:
        """Run ``action`` until it gets its locks; it must leave no trace of a try that fails.

        ``connection`` asks who is in the way, which ``progress`` is told. Raises BusyError when
        patience is at its end.
        """
        until = time.monotonic() + self.total
        told: tuple[list[int | None], float] = ([], 0.0)
        while True:
            try:
                return action()
            except IN_THE_WAY as error:
                names, pids = in_the_way(connection, self.lock_timeout, relations)
                if time.monotonic() > until:
                    raise BusyError(
                        f"{what}: in the way is {names}; it did not end within"
                        f" {self.total:g} s; end it and run again"
                    ) from error
                if pids != told[0] or time.monotonic() > told[1] + TELL_AGAIN_S:
                    told = (pids, time.monotonic())
                    progress(f"{what} waits: in the way is {names}")
            time.sleep(self.pause)


def in_the_way(
    connection: psycopg.Connection[Any], seconds: float, relations: LiteralString
) -> tuple[str, list[int | None]]:
    """Tell who has held locks on the relations that long: for people, and their process ids."""
    connection.execute("select pg_catalog.pg_stat_clear_snapshot()")
    query = _HOLDERS.replace("{relations}", relations).replace("{seconds}", str(seconds))
    rows = connection.execute(query.encode()).fetchall()
    if not rows:
        return "somebody who has gone meanwhile", []
    return "; ".join(_named(*row) for row in rows), [row[0] for row in rows]


def _named(
    pid: int | None,
    login: str,
    application: str | None,
    seconds: int | None,
    query: str | None,
    gid: str | None,
) -> str:
    age = "for an unknown time" if seconds is None else f"for {seconds} s"
    if pid is None:
        return f"the prepared transaction {gid!r} of {login}, open {age}"
    parts = [f"process {pid} ({login}, {application or 'no application name'}), open {age}"]
    if query:
        more = "…" if len(query) > SHOWN_LETTERS else ""
        parts.append(f"{query[:SHOWN_LETTERS]}{more}")
    return ": ".join(parts)

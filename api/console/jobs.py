"""Scheduled work, run by hand."""

import argparse
import json

from psycopg import sql

from api.console.connecting import ready_owner
from api.settings import Settings


def run_job(settings: Settings, chosen: argparse.Namespace) -> int:
    """Run one job as if on a date; print its run; 1 when it failed."""
    named = sql.SQL("select to_jsonb(jobs.run(p_name => {}{}))").format(
        sql.Literal(chosen.name),
        sql.SQL("")
        if chosen.on is None
        else sql.SQL(", p_on => {}::date").format(sql.Literal(chosen.on.isoformat())),
    )
    with ready_owner(settings) as connection:
        row = connection.execute(named).fetchone()
    run = {} if row is None else row[0]
    print(json.dumps(run, ensure_ascii=False))
    return 0 if run.get("error") is None else 1

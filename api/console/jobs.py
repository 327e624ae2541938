"""Scheduled work, run by hand."""

import argparse
import json

from psycopg import sql

from api.console.connecting import ready_owner
from api.settings import Settings


def run_job(settings: Settings, chosen: argparse.Namespace) -> int:
    """Run one job as if on a date; print each run, several when repeated; 1 when one failed."""
    named = sql.SQL("select to_jsonb(jobs.run(p_name => {}{}))").format(
        sql.Literal(chosen.name),
        sql.SQL("")
        if chosen.on is None
        else sql.SQL(", p_on => {}::date").format(sql.Literal(chosen.on.isoformat())),
    )
    with ready_owner(settings) as connection:
        while True:
            (run,) = connection.execute(named).fetchone() or (None,)
            connection.commit()
            print(json.dumps(run, ensure_ascii=False), flush=True)
            if run and run.get("error") is not None:
                return 1
            if not (chosen.repeat and run and run["rows_made"]):
                return 0

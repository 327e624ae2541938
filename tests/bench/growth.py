"""Why a call grows: the plan of the statement that took longest inside it."""

import re
from typing import LiteralString

import psycopg

from tests.bench.calls import Reading, enter, run
from tests.bench.schools import BenchSchool

WARM = 5
LINES, QUERY = 40, 400
SEEN: tuple[LiteralString, ...] = (
    "load 'auto_explain'",
    "set auto_explain.log_nested_statements = on",
    "set auto_explain.log_analyze = on",
    "set auto_explain.log_timing = off",
    "set auto_explain.log_min_duration = 0",
    "set client_min_messages = log",
    "set session authorization school_gateway",
)


def longest_statement(school: BenchSchool, reading: Reading) -> str:
    """Return text and plan of what took longest inside a call that has settled on its plans.

    Of two that took as long, as the one that calls the other does, it is the inner one.
    """
    told: list[tuple[float, int, str]] = []

    def listen(message: psycopg.errors.Diagnostic) -> None:
        text = message.message_primary or ""
        if found := re.match(r"duration: ([\d.]+) ms  plan:\n", text):
            told.append((float(found[1]), len(told), text[found.end() :]))

    with psycopg.connect(school.owner, autocommit=True) as connection:
        for statement in SEEN:
            connection.execute(statement)
        connection.execute("begin read only")
        run(connection, enter(reading.role))
        for _ in range(WARM):
            run(connection, reading.statement)
        connection.add_notice_handler(listen)
        run(connection, reading.statement)
    inner = [one for one in told if "api." + reading.function not in one[2].splitlines()[0]]
    most = max((one[0] for one in inner), default=0.0)
    took, _, text = next(one for one in inner if one[0] > 0.8 * most)
    query, plan = re.split(r"\n(?=[^\n]*\(cost=)", text, maxsplit=1)
    lines = [line for line in plan.splitlines() if not re.search("InitPlan|->  Result ", line)]
    shown = "\n".join([*lines[:LINES], *(["…"] if len(lines) > LINES else [])])
    return f"{took:.1f} ms\n{' '.join(query.split())[:QUERY]}\n{shown}"

import re
import tomllib
from collections.abc import Callable

import psycopg
import pytest

from api.database.catalog import read_catalog
from api.http.plans import plans_of
from api.http.routes import ROUTES
from tests.bench.__main__ import RATED, options_of
from tests.bench.calls import read
from tests.bench.check import EXPECTED, Cost, Found
from tests.bench.history import key
from tests.bench.load import measured
from tests.bench.plot import plot
from tests.bench.schools import PEOPLE
from tests.bench.writes import Write, calls, calls_made_once
from tests.support.school import Database, School

FUNCTIONS = {route.function for route in ROUTES}
EXPECTATIONS = tomllib.loads(EXPECTED.read_text(encoding="utf-8"))
WRITES = [
    *calls(("a", "b", "c"), ("d", "e", "f"), ("g", "h"), "s"),
    *calls_made_once(("g", "h"), "s"),
]


def test_the_expectations_name_calls_that_are_weighed_and_roles() -> None:
    weighed = {route.function for route in ROUTES if route.method == "GET"}
    weighed |= {write.function for write in WRITES}
    assert EXPECTATIONS.keys() == {"exceptions", *PEOPLE}
    named = [name for role in PEOPLE for name in EXPECTATIONS[role]]
    assert {name.split(" ")[0] for name in named} <= weighed
    assert {name.split(" ")[0] for name in EXPECTATIONS["exceptions"]} <= weighed


def test_the_expectations_name_indexes_that_exist(db: Database) -> None:
    named = {
        index
        for role in PEOPLE
        for known in EXPECTATIONS[role].values()
        for index in known.get("indexes", [])
    }
    rows = db.execute("select indexname::text from pg_catalog.pg_indexes").fetchall()
    assert named <= {name for (name,) in rows}


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.label)
def test_a_write_of_the_bench_is_a_call_of_the_catalog(
    write: Write, school: School, conninfo: Callable[..., str]
) -> None:
    with psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway:
        plans = plans_of(read_catalog(gateway))
    statement = write.sql(plans)
    assert f"api.{write.function}(" in statement
    assert re.search(r"\$\d", statement) is None
    method, path, body = write.request(7)
    assert method != "GET"
    assert "{" not in path
    assert body.startswith("{")


def test_a_number_makes_the_same_arguments_in_sql_as_in_json(db: Database) -> None:
    for write in WRITES:
        for argument in write.arguments.values():
            if not hasattr(argument, "sql"):
                continue
            for n in (1, 2, 9, 12):
                expression = argument.sql().replace(":n", str(n))
                row = db.execute(f"select ({expression})::text").fetchone()
                assert row == (argument.value(n),), write.label


def test_an_id_is_the_md5_of_a_word_and_a_number(db: Database) -> None:
    assert db.execute("select md5('lead ' || 7)::uuid::text").fetchone() == (key("lead", 7),)


def test_what_is_asked_at_a_fixed_rate_exists() -> None:
    assert RATED.keys() <= FUNCTIONS
    assert {write.function for write in WRITES} <= FUNCTIONS


def test_rows_of_an_answer_are_items_lines_or_one() -> None:
    assert read(b'{"items": [1, 2], "nextCursor": null}').rows == 2
    assert read(b'{"count": 3}').rows == 1
    assert read(b"id,name\r\n1,Ann\r\n").rows == 2


def test_growth_is_that_of_a_row_in_pages_or_in_rows_scanned() -> None:
    def cost(rows: int, pages: int, scanned: int) -> Cost:
        return Cost(rows, pages, scanned, {}, {})

    def growth(small: Cost, large: Cost) -> float:
        return Found(None, small, large).growth  # type: ignore[arg-type]

    assert growth(cost(20, 400, 100), cost(20, 400, 100)) <= 1
    assert growth(cost(20, 400, 100), cost(20, 400, 10_000)) > 90
    assert growth(cost(20, 400, 100), cost(20, 800, 100)) > 1.5


def test_percentiles_are_of_all_latencies() -> None:
    found = measured([float(n) for n in range(1, 101)], 2)
    assert (found.per_second, found.p50, found.p95) == (50, 50.5, 96)


def test_the_plot_shows_each_call_the_one_that_grows_most_first() -> None:
    cells = [
        {"side": "pgbench", "clients": 1, "call": name, "role": "admin", "size": size, "p50": p50}
        for name, size, p50 in (
            ("even", 10, 1.0),
            ("even", 100, 1.0),
            ("steep", 10, 1.0),
            ("steep", 100, 9.0),
        )
    ]
    picture = plot(cells)
    assert picture.index("steep as admin") < picture.index("even as admin")
    assert "x 9.00" in picture


def test_a_section_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options_of(["--only", "reads,nothing"])
    assert "nothing is none of" in capsys.readouterr().err

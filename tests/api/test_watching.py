"""What docs/operating.md and the dashboard tell operators to look at is there, and answers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from psycopg import sql

from api.database.checkout import SQL
from tests.conventions import matrix
from tests.support.asking import one
from tests.support.school import Conninfo, Database, School
from tests.support.servers import OUTSIDE_SERVER, Http, Server
from tests.support.waiting import until

DOCS = SQL.parent / "docs"
PAGE = (DOCS / "operating.md").read_text(encoding="utf-8")
DASHBOARD: dict[str, Any] = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]

TABLES = {
    name: re.findall(r"^\| (.*) \|$", text, re.MULTILINE)[2:]
    for name, text in re.findall(r"^### (Metrics|Alerts)\n(.*?)(?=^#)", PAGE, re.M | re.S)
}
QUERIES = dict(re.findall(r"^```sql (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))

# Words of PromQL, and labels, which a metric is not.
WORDS = frozenset(
    [
        "and",
        "on",
        "by",
        "le",
        "sum",
        "max",
        "min",
        "rate",
        "increase",
        "delta",
        "time",
        "topk",
        "histogram_quantile",
        "instance",
        "route",
        "method",
        "status",
        "code",
        "sqlstate",
        "reason",
        "name",
        "kind",
        "version",
        "code_layer",
    ]
)


def named(expression: str) -> set[str]:
    """The metrics that an expression of PromQL names."""
    bare = re.sub(r'"[^"]*"|\[[^]]*\]', " ", expression)
    return set(re.findall(r"[a-z_]{2,}", bare)) - WORDS


@pytest.fixture
def given(db: Database, school: School, server: Server, http: Http) -> set[str]:
    """The metrics that a process gives in which everything has happened once."""
    db.execute("select jobs.run('purge')")
    db.execute(
        "insert into jobs.runs (name, run_on, finished_at, error)"
        " values ('purge', '2027-03-01', now(), 'XX000')"
    )
    wrong = {"email": "ada@school.test", "password": "wrong"}
    assert http().post("/v1/auth/login", json=wrong).status_code == 401
    assert http(school.token("sam")).get("/v1/webhooks").status_code == 403
    text = httpx.get(f"{server.url}/metrics").text
    families = list(text_string_to_metric_families(text))
    return {sample.name for family in families for sample in family.samples} | {
        # its label has no value before one was counted
        family.name + "_total"
        for family in families
        if family.type == "counter"
    }


def test_the_expressions_of_the_page_and_of_the_dashboard_name_metrics_that_are_given(
    given: set[str],
) -> None:
    alerts = [re.findall(r"`([^`]+)`", line)[0] for line in TABLES["Alerts"]]
    shown = [target["expr"] for panel in PANELS for target in panel["targets"]]
    assert (len(alerts) > 10, len(shown) > 20) == (True, True)
    for expression in (*alerts, *shown):
        assert named(expression), expression
        assert named(expression) <= given, expression
        assert expression.count("(") == expression.count(")"), expression


def test_the_page_has_a_line_for_every_metric_and_the_dashboard_shows_them(
    given: set[str],
) -> None:
    told = {
        name for line in TABLES["Metrics"] for name in re.findall(r"`(\w+)`", line.split(" | ")[0])
    }
    families = {
        re.sub(r"_(bucket|count|sum)$", "", name)
        for name in given
        if not (name.startswith("process_") or name.endswith("_created"))
    }
    assert told == families
    shown = {
        re.sub(r"_(bucket|count|sum)$", "", name)
        for panel in PANELS
        for target in panel["targets"]
        for name in named(target["expr"])
    }
    unshown = {"job_enabled", "database_up", "job_last_failure_timestamp_seconds"}
    assert told - shown <= unshown


def test_the_dashboard_is_in_the_form_that_grafana_imports() -> None:
    assert DASHBOARD["schemaVersion"] >= 36
    assert DASHBOARD["title"]
    assert re.fullmatch(r"[a-z0-9-]{1,40}", DASHBOARD["uid"])
    variables = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    assert variables["datasource"]["query"] == "prometheus"
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        squares = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert not taken & squares, panel["title"]
        taken |= squares
    for panel in PANELS:
        assert panel["type"] in ("timeseries", "stat")
        for source in (panel, *panel["targets"], variables["instance"]):
            assert source["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        refs = [target["refId"] for target in panel["targets"]]
        assert sorted(set(refs)) == refs
        used = set(re.findall(r"\$(\w+)", json.dumps(panel["targets"])))
        assert used <= variables.keys() | {"__rate_interval"}


# --- the queries of the page, each as the login that it names ---


@pytest.fixture
def logins(db: Database, school: School, conninfo: Conninfo) -> Iterator[dict[str, str]]:
    """Connection strings: of an admin's login, of a monitor's, and of one that may migrate."""
    monitor, owner = (f"{name}_{db.info.dbname}" for name in ("monitor", "dba"))
    db.execute("select auth.grant_sql('ada@school.test', 'ada_watches')")
    for role, group in ((monitor, "pg_monitor"), (owner, "school_owner")):
        db.execute(
            sql.SQL("create role {} login in role {}").format(
                sql.Identifier(role), sql.Identifier(group)
            )
        )
    name = sql.Identifier(db.info.dbname)
    for role in (monitor, owner):
        db.execute(sql.SQL("grant connect on database {} to {}").format(name, sql.Identifier(role)))
    try:
        yield {
            "admin": conninfo("ada_watches"),
            "monitor": conninfo(monitor),
            "owner": conninfo(owner),
        }
    finally:
        matrix.revoke_logins(db)
        for role in (monitor, owner):
            db.execute(sql.SQL("drop owned by {0}; drop role {0}").format(sql.Identifier(role)))


def asked(conninfo: str, query: str) -> Any:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


def test_an_admin_finds_jobs_in_trouble(
    db: Database, school: School, logins: dict[str, str]
) -> None:
    query = QUERIES["jobs-in-trouble"]
    db.execute("select jobs.run(name) from jobs.schedule")
    assert asked(logins["admin"], query) == []
    db.execute(
        "update jobs.runs set started_at = now() - interval '3 hours',"
        " finished_at = now() - interval '3 hours' where name = 'purge'"
    )
    db.execute(
        "insert into jobs.runs (name, run_on, finished_at, error)"
        " values ('expire_offers', '2027-03-01', now(), '53100 disk full')"
    )
    found = asked(logins["admin"], query)
    assert sorted((line[0], line[4]) for line in found) == [
        ("expire_offers", "53100 disk full"),
        ("purge", None),
    ]
    db.execute("update jobs.schedule set is_enabled = false")
    assert asked(logins["admin"], query) == []


def test_an_admin_finds_an_outbox_in_trouble(
    db: Database, school: School, logins: dict[str, str]
) -> None:
    query = QUERIES["outbox-in-trouble"]
    db.execute("delete from school.deliveries")
    db.execute("select jobs.run('follow_ups_due')")
    db.execute("update school.deliveries set created_at = now()")
    assert asked(logins["admin"], query) == []
    db.execute("update school.deliveries set created_at = now() - interval '20 minutes'")
    mails = one(db, "select count(*) from school.deliveries")
    assert [line[:3] for line in asked(logins["admin"], query)] == [("email", "pending", mails)]
    db.execute("update school.deliveries set status = 'dead', next_attempt_at = now()")
    assert [line[:3] for line in asked(logins["admin"], query)] == [("email", "dead", mails)]


def test_a_monitor_finds_what_is_left_open(
    db: Database, school: School, logins: dict[str, str]
) -> None:
    left_open, short = QUERIES["transactions-left-open"], QUERIES["connections-short"]
    with psycopg.connect(logins["admin"], application_name="forgotten") as forgotten:
        forgotten.execute("select 1")
        of_now = left_open.replace("interval '15 minutes'", "interval '0'")
        assert of_now != left_open
        until(lambda: "forgotten" in {line[2] for line in asked(logins["monitor"], of_now)})
        assert "forgotten" not in {line[2] for line in asked(logins["monitor"], left_open)}
    assert asked(logins["monitor"], short) == []
    ((used, most),) = asked(logins["monitor"], short.replace("> 0.9 *", "> 0 *"))
    assert 0 < used < int(most)
    assert asked(logins["monitor"], QUERIES["standby-behind"]) == []


@pytest.mark.unsound("a superuser disables the last super_admin")
def test_the_login_that_migrates_finds_what_is_unsound(
    db: Database, school: School, logins: dict[str, str]
) -> None:
    query = QUERIES["unsound"]
    assert asked(logins["owner"], query) == []
    db.execute("alter table school.users disable trigger user")
    db.execute("update school.users set status = 'disabled' where role = 'super_admin'")
    assert [line[0] for line in asked(logins["owner"], query)] == ["no_super_admin"]


# --- the id of a request in the server's log ---


def test_the_line_of_the_page_shows_the_id_of_a_request_in_the_servers_log(
    db: Database, school: School, http: Http
) -> None:
    (line,) = re.findall(r"^log_line_prefix = '(.*)'$", PAGE, re.MULTILINE)
    folder = Path(one(db, "show data_directory"))
    name = one(db, "select pg_current_logfile()")
    log = folder.parent / "log" if name is None else folder / name
    if OUTSIDE_SERVER and not log.exists():
        pytest.skip("this server's log is somewhere else")
    db.execute(sql.SQL("alter system set log_line_prefix = {}").format(line))
    try:
        db.execute("select pg_reload_conf()")
        until(lambda: one(db, "show log_line_prefix") == line)
        sent = {"X-Request-Id": f"of-{db.info.backend_pid}"}
        wrong = {"name": "Violin"}

        def is_told() -> bool:
            http(school.token("ada")).post("/v1/instruments", json=wrong, headers=sent)
            told = log.read_text(encoding="utf-8", errors="replace")
            place = rf"school_gateway@{db.info.dbname} ostinato {sent['X-Request-Id']} ERROR: "
            return re.search(rf"^\d\S+ \S+ \S+ \[\d+\] {place}", told, re.MULTILINE) is not None

        until(is_told)
    finally:
        db.execute("alter system reset log_line_prefix")
        db.execute("select pg_reload_conf()")

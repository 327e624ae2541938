"""The demonstration school: loaded once through the command line, judged as a school like any."""

import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import httpx
import psycopg

from api.console.demo import DEMO_LOGINS
from api.database import migrations
from api.database.checkout import SQL
from api.http.routes import ROUTES
from tests.support.asking import one
from tests.support.console import console, console_process
from tests.support.demo import LOGINS, PASSWORD, PRINTED
from tests.support.school import NOW, Caller, open_session
from tests.support.servers import Cluster, conninfo_of


def counts(demo: psycopg.Connection[Any], query: str) -> dict[str, int]:
    return dict(demo.execute(query.encode()).fetchall())


def test_the_school_is_as_large_as_promised(demo: psycopg.Connection[Any]) -> None:
    assert counts(demo, "select role, count(*) from school.users group by role") == {
        "super_admin": 1,
        "admin": 1,
        "staff": 5,
        "teacher": 13,
        "student": 184,
    }
    assert counts(
        demo,
        "select 'instruments', count(*) from school.instruments"
        " union all select 'leads', count(*) from school.leads"
        " union all select 'lead names', count(distinct name) from school.leads"
        " union all select 'students under way', count(distinct student_id)"
        " from school.admissions where status = 'active' and start_date < school.today()"
        " union all select 'unowned leads', count(*) from school.leads where owner_id is null"
        " union all select 'leftovers', count(*) from pg_catalog.pg_namespace"
        " where nspname = 'demo'"
        " union all select 'open sessions', count(*) from auth.sessions"
        " union all select 'direct logins', count(*) from auth.direct_logins",
    ) == {
        "instruments": 6,
        "leads": 260,
        "lead names": 260,
        "students under way": 149,
        "unowned leads": 11,
        "leftovers": 0,
        "open sessions": 0,
        "direct logins": 0,
    }
    assert one(demo, "select school.clock() = %s", NOW), "the clock is as it was before"


def test_every_stage_has_leads_and_follow_ups_are_overdue_today_and_to_come(
    demo: psycopg.Connection[Any],
) -> None:
    stages = counts(
        demo,
        "select s.name, count(l.id) from school.lead_stages as s"
        " left join school.leads as l on l.stage_id = s.id group by s.name",
    )
    assert len(stages) == 6
    assert min(stages.values()) >= 10
    due = counts(
        demo,
        "select sign(follow_up_date - school.today())::text, count(*) from school.leads"
        " where follow_up_status = 'open' group by 1",
    )
    assert set(due) == {"-1", "0", "1"}


def test_some_classes_are_full_and_none_is_oversold(demo: psycopg.Connection[Any]) -> None:
    row = demo.execute(
        "select count(*) filter (where n.taken = k.capacity),"
        " count(*) filter (where n.taken < k.capacity),"
        " count(*) filter (where n.taken > k.capacity)"
        " from school.classroom_slots as k cross join lateral ("
        "   select count(*) as taken from school.classroom_enrollments as e"
        "   where e.classroom_slot_id = k.id and e.status = 'active') as n"
    ).fetchone()
    assert row is not None
    full, free, oversold = row
    assert full >= 10
    assert free >= 10
    assert oversold == 0


def test_every_plan_is_whole_and_has_classes_left(demo: psycopg.Connection[Any]) -> None:
    broken = demo.execute(
        "select a.id from school.admissions as a"
        " join school.course_plans as p on p.id = a.course_plan_id"
        " left join school.attendance as b on b.admission_id = a.id and b.status <> 'cancelled'"
        " where a.status <> 'cancelled'"
        " group by a.id, p.total_classes having count(b.id) <> p.total_classes"
        " or (count(b.id) filter (where b.class_date >= school.today()) > 0)"
        " <> (a.status <> 'completed')"
    ).fetchall()
    assert broken == []
    past = demo.execute(
        "select count(*) from school.attendance where class_date < school.today()"
    ).fetchone()
    assert past is not None
    assert past[0] > 500


def test_people_wait_come_once_stay_away_and_move(demo: psycopg.Connection[Any]) -> None:
    waiting = counts(demo, "select status, count(*) from school.waitlist_entries group by status")
    assert waiting.keys() == {
        "waiting", "offered", "admitted", "declined", "expired", "withdrawn",
    }  # fmt: skip
    trials = counts(demo, "select status, count(*) from school.trials group by status")
    assert trials.keys() == {"booked", "attended", "missed", "cancelled"}
    assert trials["booked"] == 4
    requests = counts(
        demo, "select status, count(*) from school.reschedule_requests group by status"
    )
    assert requests.keys() == {
        "pending", "approved", "rejected", "withdrawn", "expired", "closed",
    }  # fmt: skip
    assert requests["pending"] == 2
    admissions = counts(demo, "select status, count(*) from school.admissions group by status")
    assert admissions.keys() == {"active", "blocked", "cancelled", "completed"}
    access = counts(demo, "select status, count(*) from school.access_requests group by status")
    assert access == {"pending": 3, "approved": 2, "rejected": 1}
    few = counts(
        demo,
        "select 'absences', count(*) from school.attendance where absence_announced_at is not null"
        " union all select 'closures', count(*) from school.school_closures"
        " union all select 'pauses', count(*) from school.pauses"
        " union all select 'transfers', count(*) from school.notification_events"
        " where type = 'admission.transferred'",
    )
    assert few.pop("absences") >= 3
    assert few == {"closures": 2, "pauses": 1, "transfers": 1}
    assert demo.execute("select * from school.check_invariants()").fetchall() == []


def test_everything_was_done_by_somebody(demo: psycopg.Connection[Any]) -> None:
    assert demo.execute(
        "select count(*) from school.admissions where created_by is null"
        " union all select count(*) from school.lead_audit_events where actor_user_id is null"
        " union all select count(*) from school.notification_events as e"
        " join school.notification_types as t using (type)"
        " where e.actor_user_id is null and not t.is_scheduled"
        " and e.type not in ('access.requested', 'waitlist.expired')"
    ).fetchall() == [(0,), (0,), (0,)]


def test_the_school_has_a_past_of_seven_months(demo: psycopg.Connection[Any]) -> None:
    months = (
        "select to_char({0}, 'YYYY-MM') from {1}"
        " where {0} > school.clock() - interval '7 months' group by 1"
    )
    for column, table in (
        ("created_at", "school.leads"),
        ("created_at", "school.lead_audit_events"),
        ("created_at", "school.notifications"),
        ("marked_at", "school.attendance"),
    ):
        assert len(demo.execute(months.format(column, table).encode()).fetchall()) >= 6, table
    assert one(
        demo, "select count(*) from school.lead_audit_events where created_at > school.clock()",
    ) == 0  # fmt: skip
    assert one(demo, "select count(distinct source) from school.leads") == 7
    assert one(demo, "select count(*) from school.class_substitutes") >= 2
    assert one(demo, "select count(*) from school.admissions where renewed_from_id is not null") > 5
    read = counts(
        demo, "select (read_at is null)::text, count(*) from school.notifications group by 1"
    )
    assert read.keys() == {"true", "false"}
    assert one(demo, "select count(*) from school.notification_types where is_mailed") > 20
    # an import of history is no flood
    assert one(demo, "select count(*) from school.deliveries") == 0
    # each lead went from stage to stage in this order
    assert (
        demo.execute(
            "select lead_id from (select lead_id, created_at,"
            " lag(created_at) over (partition by lead_id order by sequence) as before"
            " from school.lead_audit_events) as e where created_at < before"
        ).fetchall()
        == []
    )


# Nothing is sent to anybody, and the office takes no class.
EMPTY = {"/webhooks", "/deliveries", "/me/attendance"}


def test_no_list_and_no_report_is_empty(
    demo: psycopg.Connection[Any], demo_http: httpx.Client
) -> None:
    lists = [r.path for r in ROUTES if r.method == "GET" and r.item_views and "{" not in r.path]
    reports = [r.path for r in ROUTES if r.path.startswith("/reports/")]
    assert len(lists) > 15
    assert len(reports) == 7
    for person in ("office", "staff", "teacher"):
        demo_http.headers["Authorization"] = f"Bearer {enter(demo, person)}"
        told = demo_http.get("/v1/me").json()
        for path in lists if person == "office" else []:
            answer = demo_http.get(f"/v1{path}")
            assert answer.status_code == 200, (path, answer.text)
            assert bool(answer.json()["items"]) is (path not in EMPTY), path
        for path in reports:
            if person == "teacher" and path in ("/reports/revenue", "/reports/renewals"):
                continue
            answer = demo_http.get(f"/v1{path}", params={"by": "month"})
            assert answer.status_code == 200, (person, told, path)
            whole = answer.json()
            members = [member for member in whole.values() if isinstance(member, list | dict)]
            assert all(members), (person, path)
            periods = [
                any(value for name, value in period.items() if name != "start")
                for period in whole["series"]
            ]
            assert any(periods), (person, path)


def test_no_view_and_no_question_of_analysts_is_empty(
    demo: psycopg.Connection[Any], cluster: Cluster
) -> None:
    views = [
        name
        for (name,) in demo.execute(
            "select relname::text from pg_class"
            " where relnamespace = 'analytics'::regnamespace and relkind = 'v'"
        )
    ]
    questions = re.findall(
        r"```sql\n(.*?)\n```", (SQL.parent / "docs" / "cookbook.md").read_text(), re.DOTALL
    )
    assert len(views) >= 12
    assert len(questions) == 10
    token = enter(demo, "office")
    with psycopg.connect(conninfo_of(demo, cluster, "school_gateway"), autocommit=True) as gateway:
        office = Caller(gateway, token)
        for view in views:
            assert office.rows(f"select * from analytics.{view}"), view
        for question in questions:
            assert office.rows(question), question


def enter(demo: psycopg.Connection[Any], name: str) -> str:
    """Open a session of one of the demonstration's logins; return its token."""
    user_id = one(
        demo, "select id::text from school.users where email = %s", f"{name}@ostinato.example"
    )
    open_session(demo, user_id, f"session-of-{name}")
    return f"session-of-{name}"


def test_people_are_made_up(demo: psycopg.Connection[Any]) -> None:
    assert (
        demo.execute(
            "select name, phone, email from (select name, phone, email from school.users"
            " union all select name, phone, email from school.leads) as p"
            r" where phone !~ '^\+1 \d{3} 555 01\d\d$'"
            r" or email !~ '@(example\.(com|net|org)|ostinato\.example)$'"
        ).fetchall()
        == []
    )


def test_the_printed_logins_work(demo_http: httpx.Client) -> None:
    for role, email in LOGINS.items():
        assert f"{role:<11}  {email}" in PRINTED[0]
        answer = demo_http.post("/v1/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        assert answer.json()["user"]["role"] == role
        demo_http.headers["Authorization"] = f"Bearer {answer.json()['accessToken']}"
        assert demo_http.get("/v1/me").json()["email"] == email
    mine = demo_http.get("/v1/me/attendance", params={"limit": 200}).json()["items"]
    assert len(mine) >= 16
    assert f"password {PASSWORD}" in PRINTED[0]


def test_a_second_load_is_refused_in_one_line_and_changes_nothing(
    demo: psycopg.Connection[Any], cluster: Cluster
) -> None:
    people = demo.execute("select count(*) from school.users").fetchone()
    again = console("demo", OWNER_DATABASE_URL=conninfo_of(demo, cluster))
    assert again.returncode == 2
    assert again.stdout == ""
    assert again.stderr == (
        "ostinato: This school has people already; the demonstration goes into an empty one.\n"
    )
    assert demo.execute("select count(*) from school.users").fetchone() == people


def test_a_failed_load_leaves_nothing_behind(empty_conninfo: str) -> None:
    migrations.migrate(empty_conninfo, progress=lambda line: None)
    with psycopg.connect(empty_conninfo) as db:
        db.execute(
            "alter table school.admissions add constraint nobody_is_admitted"
            " check (total_classes < 48)"
        )
    failed = console("demo", OWNER_DATABASE_URL=empty_conninfo)
    assert failed.returncode == 2
    assert "nobody_is_admitted" in failed.stderr.splitlines()[-1]
    with psycopg.connect(empty_conninfo) as db:
        assert db.execute("select count(*) from school.users").fetchone() == (0,)
        assert db.execute("select to_regnamespace('demo')").fetchone() == (None,)


def test_serving_fills_an_empty_school_once_and_names_the_logins_every_time(
    tmp_path: Path,
) -> None:
    def serve() -> tuple[str, str]:
        with console_process(
            "serve",
            "--demo-when-empty",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            DATA_DIR=str(tmp_path),
            PORT="0",
            SCHEDULER="off",
        ) as process:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if "student@" in line:
                    break
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=60)
            return "".join(lines) + rest, errors

    first, made = serve()
    second, kept = serve()
    assert "demonstration school" in made
    assert "demonstration school" not in kept
    for output in (first, second):
        assert "http://127.0.0.1:" in output
        assert PASSWORD in output
        assert all(email in output for email in LOGINS.values())


def test_the_demonstration_is_not_put_on_the_network(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::"):  # noqa: S104
        data = str(tmp_path / "data")
        done = console("serve", "--demo-when-empty", DATA_DIR=data, HOST=host, PORT="0")
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("ostinato: --demo-when-empty: ")
        assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists(), "it is refused before anything is made"


def test_on_the_network_a_known_password_that_still_opens_the_school_is_told(
    demo: psycopg.Connection[Any], cluster: Cluster
) -> None:
    def warnings(host: str) -> list[str]:
        """What serving says until it listens, and after it ended."""
        with console_process(
            "serve",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            DATABASE_URL=conninfo_of(demo, cluster, "school_gateway"),
            HOST=host,
            PORT="0",
            SCHEDULER="off",
        ) as process:
            assert process.stdout is not None
            assert "/v1" in process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            said, errors = process.communicate(timeout=60)
        assert PASSWORD not in said + errors
        return [line for line in errors.splitlines() if "warning: anybody" in line]

    network = "0.0.0.0"  # noqa: S104
    (warning,) = warnings(network)
    assert all(email in warning for email in LOGINS.values())
    assert warnings("127.0.0.1") == []
    attempts = counts(demo, "select kind, count(*) from auth.failed_attempts group by kind")
    assert attempts.keys() == {"reschedule_request"}, "looking counts as no attempt"
    demo.execute("update school.users set status = 'disabled' where email ~ '^(office|staff)@'")
    demo.execute(
        "update auth.credentials set password_hash = 'another' where user_id in"
        " (select id from school.users where email ~ '^(director|teacher)@')"
    )
    (warning,) = warnings(network)
    assert [email for email in LOGINS.values() if email in warning] == [LOGINS["student"]]
    demo.execute("update school.users set status = 'disabled' where email ~ '^student@'")
    assert warnings(network) == []


def test_the_known_logins_are_those_that_are_printed() -> None:
    text = (SQL / "demo" / "logins.sql").read_text(encoding="utf-8")
    assert re.findall(r"[a-z]+@ostinato\.example", text) == list(DEMO_LOGINS)

"""What surrounds an answer: request ids, timings, caching, CORS, and the pages of the process."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest
from openapi_spec_validator import validate

from api.addresses import networks
from api.http.routes import PREFIX, ROUTES
from tests.api.conftest import Site
from tests.support.asking import one, refused
from tests.support.races import behind

NOWHERE = "00000000-0000-4000-8000-000000000000"


def test_a_request_id_is_taken_or_made_and_returned(site: Site) -> None:
    ada = site.client("ada")
    for given in ("a", "Trace-1.2_3", "x" * 128):
        answer = ada.get("/v1/me", headers={"X-Request-Id": given})
        assert answer.headers["X-Request-Id"] == given
    for bad in (b"", b"x" * 129, b"a b", b"a;b", b"<script>", "caf\u00e9".encode("latin-1")):
        answer = ada.get("/v1/me", headers={b"X-Request-Id": bad})
        assert re.fullmatch(r"[0-9a-f]{24}", answer.headers["X-Request-Id"])
    made = {ada.get("/v1/me").headers["X-Request-Id"] for _ in range(20)}
    assert len(made) == 20
    problem = refused(ada.get("/v1/leads/x", headers={"X-Request-Id": "mine"}), 404, "not_found")
    assert problem["requestId"] == "mine"
    for path in ("/healthz", "/readyz", "/nowhere"):
        assert ada.get(path, headers={"X-Request-Id": "p1"}).headers["X-Request-Id"] == "p1"


def test_a_request_is_known_to_the_database_by_its_id_while_it_runs(site: Site) -> None:
    ada = site.client("ada")
    with psycopg.connect(site.conninfo) as blocker:
        row = "select from school.leads where id = %s for update"
        blocker.execute(row, (site.school["fresh"],))
        path = f"/v1/leads/{site.school['fresh']}"
        waiting = behind(
            site.db,
            blocker,
            ada.patch,
            path,
            json={"area": "S"},
            headers={"X-Request-Id": "who-waits"},
        )
        found = one(
            site.db,
            "select application_name, usename from pg_stat_activity"
            " where cardinality(pg_blocking_pids(pid)) > 0",
        )
        blocker.rollback()
        answer = waiting.result(30)
    assert found == ("ostinato who-waits", "school_gateway")
    assert answer.status_code == 200
    timing = re.fullmatch(r"pool;dur=([0-9.]+), db;dur=([0-9.]+)", answer.headers["Server-Timing"])
    assert timing is not None
    assert float(timing[2]) > 0
    left = site.db.execute(
        "select count(*) from pg_stat_activity where application_name like '%%who-waits%%'"
    ).fetchone()
    assert left == (0,), "the name is the transaction's, not the connection's"
    recorded = site.db.execute(
        "select distinct request_id from school.lead_audit_events where field = 'area'"
    ).fetchone()
    assert recorded == ("who-waits",)


def test_answers_with_data_of_people_are_not_stored_by_anybody(site: Site) -> None:
    ada = site.client("ada")
    for answer in (
        ada.get("/v1/leads"),
        ada.get(f"/v1/leads/{NOWHERE}"),
        ada.get("/v1/leads?x=1"),
        ada.put("/v1/leads"),
        ada.get("/v1/nothing"),
        ada.post("/v1/instruments", json={"name": "Cello"}),
        site.client(None).get("/v1/me"),
        site.client(None).post("/v1/auth/login", json={"email": "x@y.zz", "password": "x"}),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Vary"].split(", ")[0] == "Authorization"
        assert "server" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_time_of_an_answer_is_told_but_to_who_may_be_guessing(site: Site) -> None:
    ada, nobody = site.client("ada"), site.client(None)
    for answer in (ada.get("/v1/leads"), ada.get("/v1/access-requests"), nobody.get("/v1/me")):
        assert "db;dur=" in answer.headers["Server-Timing"]
    for route in ROUTES:
        if route.open:
            path = PREFIX + route.path.replace("{token}", "x")
            assert "Server-Timing" not in nobody.request(route.method, path, json={}).headers, path


@pytest.mark.settings(cors_origins=("https://school.test",))
def test_cors_lets_the_named_origin_in_and_no_other(
    http: Callable[..., httpx.Client], school: Any
) -> None:
    ada = http(school.token("ada"))
    origin = {"Origin": "https://school.test"}
    answer = ada.get("/v1/me", headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://school.test"
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {"ETag", "X-Request-Id", "Retry-After"} <= set(exposed.split(", "))
    assert {"Authorization", "Origin"} <= {w.strip() for w in answer.headers["Vary"].split(",")}
    assert "Access-Control-Allow-Credentials" not in answer.headers
    refused_answer = http().get("/v1/me", headers=origin)
    refused(refused_answer, 401, "unauthenticated")
    assert refused_answer.headers["Access-Control-Allow-Origin"] == "https://school.test"
    preflight = http().options(
        "/v1/leads",
        headers={
            **origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type, idempotency-key",
        },
    )
    assert preflight.status_code == 200
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "idempotency-key" in preflight.headers["Access-Control-Allow-Headers"].lower()
    for other in ("https://evil.test", "https://school.test.evil.test", "null"):
        answer = ada.get("/v1/me", headers={"Origin": other})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.settings(trusted_proxies=networks("127.0.0.0/8", "10.0.0.0/8"))
def test_the_client_address_is_the_last_hop_that_is_no_trusted_proxy(
    http: Callable[..., httpx.Client], db: psycopg.Connection[Any]
) -> None:
    login = {"email": "nobody@x.test", "password": "wrong"}
    for forwarded, address in (
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.8, 10.1.2.3", "203.0.113.8"),
        ("1.1.1.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("203.0.113.8:4711, 10.1.2.3:80", "203.0.113.8"),
        ("spoofed, 2001:db8::1", "2001:db8::/64"),
        ("[2001:db8:0:1::5]:4711, ::ffff:10.1.2.3", "2001:db8:0:1::/64"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ):
        db.execute("delete from auth.failed_attempts")
        http().post("/v1/auth/login", json=login, headers={"X-Forwarded-For": forwarded})
        found = db.execute("select subject from auth.failed_attempts where kind = 'address'")
        assert found.fetchall() == [(address,)], forwarded


def test_a_forwarded_address_of_an_untrusted_peer_counts_for_nothing(site: Site) -> None:
    site.client(None).post(
        "/v1/auth/login",
        json={"email": "nobody@x.test", "password": "wrong"},
        headers={"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7"},
    )
    found = site.db.execute(
        "select distinct subject from auth.failed_attempts where kind = 'address'"
    )
    assert found.fetchall() == [("127.0.0.1",)]


def test_the_process_tells_that_it_lives_and_what_it_has_done(site: Site) -> None:
    nobody = site.client(None)
    assert nobody.get("/healthz").json() == {"status": "ok"}
    assert nobody.get("/readyz").json() == {"status": "ready"}
    nobody.get(f"/v1/leads/{NOWHERE}")
    nobody.get("/v1/some/thing/unknown")
    metrics = nobody.get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain")
    text = metrics.text
    assert 'http_requests_total{method="GET",route="/v1/leads/{lead_id}",status="401"}' in text
    assert 'route="none"' in text
    assert NOWHERE not in text
    assert "unknown" not in text
    for name in (
        "http_request_seconds_bucket",
        "db_pool_size ",
        "db_pool_available ",
        "process_resident",
    ):
        assert name in text


def test_the_documentation_needs_nothing_from_elsewhere(site: Site) -> None:
    nobody = site.client(None)
    page = nobody.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "//" not in page.text.replace("<!doctype", "")
    found = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(found) == 4
    for asset in found:
        answer = nobody.get(f"/{asset}")
        assert answer.status_code == 200, asset
        assert answer.content
    for path in ("/docs/assets/../../../etc/passwd", "/docs/assets/%2e%2e/__init__.py"):
        assert nobody.get(path).status_code == 404


def test_the_openapi_document_is_valid_and_holds_every_route(site: Site) -> None:
    answer = site.client(None).get("/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    validate(document)
    described = {
        (method.upper(), re.sub(r"{\w+}", "{}", path))
        for path, operations in document["paths"].items()
        for method in operations
    }
    assert described == {
        (route.method, "/v1" + re.sub(r"{\w+}", "{}", route.path)) for route in ROUTES
    }
    operations = [o for path in document["paths"].values() for o in path.values()]
    assert len({o["operationId"] for o in operations}) == len(operations)
    for operation in operations:
        assert operation["summary"]
        assert any(code.startswith("2") for code in operation["responses"])
    text = json.dumps(document)
    for secret in ("p_if_match", "p_present", "p_client_address", "ifMatch", "requestsPerHour"):
        assert secret not in text
    create = document["paths"]["/v1/admissions"]["post"]
    assert {p["name"] for p in create["parameters"]} >= {"Idempotency-Key"}
    schema = create["requestBody"]["content"]["application/json"]["schema"]
    assert set(schema["required"]) == {"courseId", "coursePlanId", "startDate", "timeSlotIds"}
    assert schema["additionalProperties"] is False

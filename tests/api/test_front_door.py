"""What strangers are told and shown: addresses, metrics, times, and what a browser may do."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api.addresses import networks
from api.http.routes import PREFIX, ROUTES
from api.settings import Settings
from tests.api.conftest import Site
from tests.support.asking import refused
from tests.support.effort import THOROUGH

Http = Callable[..., httpx.Client]
CALENDAR = "/v1/me/calendar"
CHROMIUM = shutil.which("chromium")


def address_given(client: httpx.Client, host: str) -> str:
    """Where a calendar is said to be, in answer to a request with this Host."""
    answer = client.post(CALENDAR, headers={"Host": host, "X-Forwarded-Host": "evil.test"})
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    before, slash, _ = url.partition("/v1/calendar/")
    assert slash
    return before


def test_the_host_header_decides_no_address_but_of_this_machine(site: Site) -> None:
    una = site.client("una")
    here = site.url
    port = here.rpartition(":")[2]
    for host in ("evil.test", f"evil.test:{port}", "127.0.0.1@evil.test", "localhost/evil.test"):
        assert address_given(una, host) == here
    for host in ("", "a b", "localhost:evil", "[::1", "localhost.evil.test"):
        assert address_given(una, host) == here
    assert address_given(una, "localhost:1234") == "http://localhost:1234"
    assert address_given(una, f"127.0.0.1:{port}") == here
    assert address_given(una, "[::1]:8000") == "http://[::1]:8000"


@pytest.mark.settings(base_url="https://music.test/school")
def test_with_a_base_url_every_address_is_from_there(client: Callable[..., httpx.Client]) -> None:
    for host in ("evil.test", "localhost:1234"):
        assert address_given(client("una"), host) == "https://music.test/school"


@pytest.mark.settings(host="music.local")
def test_the_name_that_was_configured_may_be_asked_for(
    client: Callable[..., httpx.Client],
) -> None:
    assert address_given(client("una"), "Music.Local:80") == "http://Music.Local:80"


def test_a_base_url_is_one_or_the_process_does_not_start() -> None:
    for given, kept in (
        ("https://music.test", "https://music.test"),
        ("http://10.0.0.1:8000/", "http://10.0.0.1:8000"),
        ("https://[2001:db8::1]/school/", "https://[2001:db8::1]/school"),
        ("", None),
    ):
        assert Settings.from_environment({"BASE_URL": given}).base_url == kept
    for given in (
        "music.test",
        "ftp://a",
        "https://",
        "https://a/?b",
        "https://a/#b",
        "http://u@a",
    ):
        with pytest.raises(ValueError, match=r"^BASE_URL: "):
            Settings.from_environment({"BASE_URL": given})


def test_metrics_are_for_this_machine_and_not_for_whom_a_proxy_asks(site: Site) -> None:
    nobody = site.client(None)
    assert nobody.get("/metrics").status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        refused(nobody.get("/metrics", headers={header: "127.0.0.1"}), 404, "not_found")


@pytest.mark.settings(
    trusted_proxies=networks("127.0.0.0/8"), metrics_allow=networks("10.1.0.0/16", "::/0")
)
def test_metrics_are_for_the_networks_that_were_named(http: Http) -> None:
    nobody = http()
    refused(nobody.get("/metrics"), 404, "not_found")
    for forwarded, status in (
        ("10.1.2.3", 200),
        ("2001:db8::1", 200),
        ("::ffff:10.1.2.3", 200),
        ("10.2.0.1", 404),
        ("::ffff:10.2.0.1", 404),
        ("10.1.2.3, 203.0.113.7", 404),
        ("nonsense", 404),
    ):
        answer = nobody.get("/metrics", headers={"X-Forwarded-For": forwarded})
        assert answer.status_code == status, forwarded
    with pytest.raises(ValueError, match=r"^METRICS_ALLOW: "):
        Settings.from_environment({"METRICS_ALLOW": "10.0.0.1/33"})


@pytest.mark.settings(trusted_proxies=networks("127.0.0.0/8"))
def test_a_trusted_proxy_on_this_machine_opens_the_metrics_to_nobody(http: Http) -> None:
    for forwarded in ("203.0.113.7", "nonsense", "", "127.0.0.1"):
        answer = http().get("/metrics", headers={"X-Forwarded-For": forwarded, "Via": "1.1 proxy"})
        refused(answer, 404, "not_found")
    assert http().get("/metrics").status_code == 200, "asked directly"


def test_open_routes_tell_no_times(site: Site) -> None:
    nobody, ada = site.client(None), site.client("ada")
    opened = [route for route in ROUTES if route.open]
    assert len(opened) >= 4
    for route in opened:
        path = PREFIX + re.sub(r"{\w+}", "unknown", route.path)
        for body in (
            {},
            {"email": "ada@x.test", "password": "x" * 12, "name": "A", "role": "staff"},
        ):
            for client in (nobody, ada):
                answer = client.request(route.method, path, json=body)
                assert "Server-Timing" not in answer.headers, route.path
    login = {"email": "ada@x.test", "password": "wrong"}
    answer = nobody.post("/v1/auth/login", json=login)
    refused(answer, 401, "invalid_credentials")
    assert "Server-Timing" not in answer.headers
    for answer in (ada.get("/v1/me"), ada.get("/v1/access-requests")):
        assert re.fullmatch(r"pool;dur=[0-9.]+, db;dur=[0-9.]+", answer.headers["Server-Timing"])


@pytest.mark.settings(cors_origins=("https://school.test",))
def test_no_answer_may_be_taken_for_another_type_than_it_says(http: Http, school: object) -> None:
    nobody = http()
    origin = {"Origin": "https://school.test", "Access-Control-Request-Method": "POST"}
    for answer in (
        nobody.get("/healthz"),
        nobody.get("/readyz"),
        nobody.get("/metrics"),
        nobody.get("/openapi.json"),
        nobody.get("/docs"),
        nobody.get("/docs/start.js"),
        nobody.get("/docs/assets/swagger-ui.css"),
        nobody.get("/docs/assets/nothing.css"),
        nobody.get("/nowhere"),
        nobody.put("/healthz"),
        nobody.options("/v1/leads", headers=origin),
        nobody.options("/v1/leads"),
        nobody.get("/v1/me"),
        nobody.post("/v1/auth/login", json={}),
        nobody.post("/v1/auth/login", content=b"x" * 2_000_000),
        nobody.get("/healthz", headers={"X-Large": "x" * 70_000}),
    ):
        assert answer.headers.get_list("X-Content-Type-Options") == ["nosniff"], answer.url


def test_the_documentation_runs_no_script_but_its_own(site: Site) -> None:
    page = site.client(None).get("/docs")
    policy = dict(
        directive.strip().partition(" ")[::2]
        for directive in page.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert re.findall(r"<script[^>]*>(.*?)</script>", page.text, re.DOTALL) == ["", ""]
    assert " on" not in re.sub(r">[^<]*<", "><", page.text), "no handlers in attributes"
    start = site.client(None).get("/docs/start.js")
    assert start.headers["Content-Type"].startswith("text/javascript")
    assert b"SwaggerUIBundle" in start.content


@pytest.mark.skipif(CHROMIUM is None or not THOROUGH, reason="needs chromium, and takes long")
def test_a_browser_shows_the_documentation_under_its_policy(site: Site, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            CHROMIUM or "",
            *("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"),
            *("--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom"),
            f"{site.url}/docs#/leads",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.count('id="operations-tag-') > 20, done.stderr
    assert done.stdout.count("opblock-summary-path") > 15, "the operations of one group"
    assert "Content Security Policy" not in done.stderr

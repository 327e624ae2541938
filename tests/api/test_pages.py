"""Pages for people, and the texts of the OpenAPI document: what they say is true."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.background.webhooks import signature
from api.http.pages import OFFICE, OFFICE_AT
from api.http.texts import examples, sections_of, text_of
from api.problems import PROBLEMS
from api.settings import Settings
from tests.api.conftest import Site
from tests.support.asking import refused
from tests.support.servers import Http

NODE = shutil.which("node")
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = site.client(None).get("/openapi.json").json()
    return found


def links(page: httpx.Response) -> set[str]:
    """Return where a page leads on this server."""
    found = re.findall(r'(?:href|src)="([^"#]+)"', page.text)
    return {str(page.request.url.join(link)) for link in found}


def test_every_page_leads_somewhere_and_carries_no_script_or_style_within(site: Site) -> None:
    nobody = site.client(None)
    for path in ("/", "/problems", "/problems/slot_full"):
        page = nobody.get(path, headers=PAGE)
        assert page.status_code == 200
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert not re.search(r"<script[^>]*>[^<]|<style|style=|\son\w+=", page.text)
        found = links(page)
        assert len(found) >= 3
        assert {nobody.get(link).status_code for link in found} == {200}
    front = links(nobody.get("/"))
    assert {f"{site.url}/{path}" for path in ("docs", "openapi.json", "problems")} <= front


def test_a_browser_asks_for_the_front_office_at_once_and_keeps_each_version(site: Site) -> None:
    nobody = site.client(None)
    front = nobody.get("/")
    assert front.headers["Cache-Control"] == "no-cache"
    modules = {link for link in links(front) if link.endswith(".js")}
    assert len(modules) == len([*OFFICE.rglob("*.js")])
    for link in modules:
        headers = nobody.get(link).headers
        assert headers["Content-Type"] == "text/javascript"
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        gone = nobody.get(link.replace(OFFICE_AT, "/office/0123456789ab"))
        assert refused(gone, 404, "not_found")
        assert gone.headers["Cache-Control"] == "no-cache"


def test_the_front_office_is_small() -> None:
    parts = [path for path in OFFICE.rglob("*") if path.suffix in (".css", ".js")]
    size = sum(path.stat().st_size for path in parts)
    print(f"{size} bytes of script and style in {len(parts)} files")
    assert size < 150_000


def test_every_type_that_a_refusal_names_is_answered_as_page_and_as_json(
    site: Site, document: dict[str, Any]
) -> None:
    nobody = site.client(None)
    assert sections_of("problems").keys() == PROBLEMS.keys()
    listed = nobody.get("/problems", headers={"Accept": "application/json"}).json()["items"]
    assert [one["code"] for one in listed] == [*PROBLEMS]
    ids = {o["operationId"] for p in document["paths"].values() for o in p.values()}
    for one in listed:
        code = one["code"]
        status, title = PROBLEMS[code]
        assert (one["status"], one["title"], one["type"]) == (status, title, f"/problems/{code}")
        assert one["meaning"]
        assert one["whatToDo"]
        assert {o["operationId"] for o in one["operations"]} <= ids
        answer = nobody.get(f"/problems/{code}")
        assert answer.json() == one
        assert "Accept" in answer.headers["Vary"]
        page = nobody.get(f"/problems/{code}", headers=PAGE).text
        assert f"<h1>{title}</h1>" in page
        assert f"status {status}" in page
    full = {o["operationId"] for o in listed[[*PROBLEMS].index("slot_full")]["operations"]}
    assert {"createAdmission", "transferAdmission"} <= full
    problem = refused(nobody.get("/v1/me"), 401, "unauthenticated")
    assert nobody.get(problem["type"]).json()["code"] == "unauthenticated"
    refused(nobody.get("/problems/nothing"), 404, "not_found")
    refused(nobody.get("/problems", headers={"Accept": "image/png"}), 406, "not_acceptable")


def test_every_address_that_the_texts_name_is_one(document: dict[str, Any]) -> None:
    known = {re.sub("{.*?}", "{}", p.removeprefix("/v1")) for p in document["paths"]}
    for name in ("clients", "problems", "tags"):
        for method, path in re.findall(
            r"`(GET|POST|PUT|PATCH|DELETE) (?:/v1)?(/[^`? ]+)", text_of(name)
        ):
            generic = re.sub("{.*?}", "{}", path)
            assert generic in known, f"{name}: {method} {path}"
            names = [k for k in document["paths"] if re.sub("{.*?}", "{}", k) == f"/v1{generic}"]
            assert any(method.lower() in document["paths"][k] for k in names), f"{method} {path}"


def test_the_document_tells_how_to_use_it(document: dict[str, Any]) -> None:
    assert "jsonSchemaDialect" not in document
    said = document["info"]["description"]
    for recipe in ("nextCursor", "If-Match", "Idempotency-Key", "EventSource", "HMAC-SHA256"):
        assert recipe in said
    assert not re.search(r"\]\((?!/|#|https?:)", said), "a link that leads nowhere from /docs"
    used = {tag for p in document["paths"].values() for o in p.values() for tag in o["tags"]}
    assert {tag["name"] for tag in document["tags"]} == used
    assert all(tag["description"] for tag in document["tags"])
    with_example = [
        name
        for path in document["paths"].values()
        for operation in path.values()
        for name in [operation["operationId"]]
        if "example" in json.dumps(operation)
    ]
    assert set(with_example) == {n for n, e in examples().items() if e}
    assert document["servers"] == [{"url": "/"}]
    assert "contact" not in document["info"]


@pytest.mark.settings(base_url="https://school.test/api", contact="office@school.test")
def test_the_document_says_where_the_school_is_and_who_runs_it(http: Http, school: object) -> None:
    document = http().get("/openapi.json").json()
    assert document["servers"] == [{"url": "https://school.test/api"}]
    assert document["info"]["contact"]["email"] == "office@school.test"


def test_a_contact_is_an_address() -> None:
    for given in ("office@school.test", "https://school.test/help"):
        assert Settings.from_environment({"CONTACT": given}).contact == given
    for given in ("office", "javascript:alert(1)", "a b@c.de", "mailto:x@y.zz"):
        with pytest.raises(ValueError, match="CONTACT"):
            Settings.from_environment({"CONTACT": given})


def test_the_documentation_keeps_who_logged_in(site: Site) -> None:
    start = site.client(None).get("/docs/start.js").text
    assert "persistAuthorization: true" in start
    assert 'session: { name: "session"' in start
    bundle = site.client(None).get("/docs/assets/swagger-ui-bundle.js").text
    assert "authorizeWithPersistOption" in bundle, "what start.js calls"


def block(language: str) -> str:
    """Return the code of the recipe of webhooks in a language."""
    section = sections_of("clients")["Webhooks"]
    [code] = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(code)


def deliveries() -> list[tuple[list[str], bool]]:
    """Return secret, timestamp, signature and body of deliveries, and whether they are genuine."""
    now, old = str(int(time.time())), str(int(time.time()) - 400)
    body = '{"title": "Grüße"}'
    good = signature("s3cret", now, body)
    return [
        (["s3cret", now, good, body], True),
        (["other", now, good, body], False),
        (["s3cret", now, good, body + " "], False),
        (["s3cret", now, good[:-1], body], False),
        (["s3cret", now, good[3:], body], False),
        (["s3cret", str(int(now) - 1), good, body], False),
        (["s3cret", old, signature("s3cret", old, body), body], False),
    ]


def test_the_recipe_in_python_tells_genuine_webhooks_from_others() -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 - it is what the document tells people to run
    for (secret, timestamp, sent, body), is_genuine in deliveries():
        assert names["is_genuine"](secret, timestamp, sent, body.encode()) is is_genuine


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_the_recipe_in_node_tells_genuine_webhooks_from_others(tmp_path: Path) -> None:
    (tmp_path / "genuine.mjs").write_text(block("js"), encoding="utf-8")
    (tmp_path / "check.mjs").write_text(
        'import { isGenuine } from "./genuine.mjs";\n'
        "const [secret, timestamp, signature, body] = process.argv.slice(2);\n"
        "console.log(isGenuine(secret, timestamp, signature, Buffer.from(body)));\n",
        encoding="utf-8",
    )
    for arguments, is_genuine in deliveries():
        done = subprocess.run(
            [NODE or "", str(tmp_path / "check.mjs"), *arguments],
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.stdout == f"{is_genuine}\n".lower(), done.stderr

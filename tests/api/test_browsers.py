"""What browsers need: answers that other origins may read, compression, their words for CSV."""

import gzip
import json

import httpx
import pytest

from api.http.door import Door
from api.http.tables import CSV_TYPES
from api.settings import Settings
from tests.api.conftest import Site
from tests.support.asking import refused
from tests.support.listening import PATH
from tests.support.school import School
from tests.support.servers import Client, Http

ORIGIN = {"Origin": "https://school.test"}
ALLOWED = "Access-Control-Allow-Origin"
READABLE = {"Last-Event-ID", "Content-Disposition", "ETag", "Location", "Retry-After"}


@pytest.mark.settings(cors_origins=("https://school.test",))
def test_a_page_of_another_origin_may_read_every_answer(
    http: Http, client: Client, school: School
) -> None:
    ada, nobody = client("ada"), http()
    for answer in (
        ada.get("/v1/leads/export", headers=ORIGIN),
        nobody.get("/v1/nothing", headers=ORIGIN),
        nobody.get("/nothing", headers=ORIGIN),
        nobody.put("/v1/me", headers=ORIGIN),
        ada.get("/v1/leads?x=1", headers=ORIGIN),
        nobody.get("/v1/me", headers={**ORIGIN, "X-Large": "x" * 70_000}),
    ):
        assert answer.headers[ALLOWED] == "https://school.test", answer.status_code
        assert set(answer.headers["Access-Control-Expose-Headers"].split(", ")) >= READABLE
    other = nobody.get("/v1/me", headers={"Origin": "https://evil.test", "X-Large": "x" * 70_000})
    assert other.status_code == 431
    assert ALLOWED not in other.headers


@pytest.mark.settings(cors_origins=("https://school.test",))
def test_a_page_may_ask_whatever_it_asks_for(http: Http, school: School) -> None:
    asking = {**ORIGIN, "Access-Control-Request-Headers": "authorization, last-event-id"}
    for path, method in ((PATH, "GET"), ("/v1/leads", "POST"), ("/v1/nothing", "PATCH")):
        answer = http().options(path, headers={**asking, "Access-Control-Request-Method": method})
        assert answer.status_code == 200
        assert method in answer.headers["Access-Control-Allow-Methods"]
        assert "last-event-id" in answer.headers["Access-Control-Allow-Headers"]
        assert answer.headers[ALLOWED] == "https://school.test"
    assert http().options("/v1/nothing").status_code == 404


@pytest.mark.parametrize("origins", [("https://school.test",), ("*",)])
def test_a_page_may_read_that_it_was_sent_away_at_the_door(origins: tuple[str, ...]) -> None:
    door = Door(Settings(cors_origins=origins), [PATH])
    said = door.refusal([(b"origin", b"https://school.test")], closes=False).decode()
    allowed = "*" if origins == ("*",) else "https://school.test"
    assert f"access-control-allow-origin: {allowed}\r\n" in said
    assert "access-control-expose-headers: ETag" in said
    assert "access-control" not in door.refusal([], closes=False).decode()
    if origins != ("*",):
        other = door.refusal([(b"origin", b"https://evil.test")], closes=False)
        assert "access-control" not in other.decode()


def test_a_ticket_is_no_stream_to_the_door() -> None:
    door = Door(Settings(), [PATH])
    assert not door.counts(PATH.encode())
    assert not door.counts(f"{PATH}?ticket=x".encode())
    assert door.counts(b"/v1/notifications/stream-ticket")


def raw(person: httpx.Client, path: str, **headers: str) -> tuple[httpx.Headers, bytes]:
    """Return head and body of an answer as they came."""
    with person.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        return answer.headers, b"".join(answer.iter_raw())


def test_a_large_answer_is_compressed_for_who_asks(site: Site) -> None:
    # Not through the judging client: it reads what it judges.
    bearer = {"Authorization": f"Bearer {site.school.token('ada')}"}
    with httpx.Client(base_url=site.url, headers=bearer) as ada:
        whole, plain = raw(ada, "/v1/leads", **{"Accept-Encoding": "identity"})
        head, packed = raw(ada, "/v1/leads", **{"Accept-Encoding": "br;q=0.9, gzip"})
        assert "Content-Encoding" not in whole
        assert head["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed) == plain
        assert len(packed) == int(head["Content-Length"]) < len(plain)
        for given in (whole, head):
            assert "Accept-Encoding" in given["Vary"]
            assert "Authorization" in given["Vary"]
        head, _ = raw(ada, "/openapi.json", **{"Accept-Encoding": "gzip"})
        assert head["Content-Encoding"] == "gzip"
        head, small = raw(ada, "/v1/notifications/unread-count", **{"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in head
        assert len(small) < 1024


def test_the_version_is_the_same_however_it_is_sent(site: Site) -> None:
    ada = site.client("ada")
    lead = ada.get("/v1/leads").json()["items"][0]["id"]
    ada.patch(f"/v1/leads/{lead}", json={"address": "x" * 500}).raise_for_status()
    ada.patch(f"/v1/leads/{lead}", json={"lostReason": "y" * 500}).raise_for_status()
    plain = ada.get(f"/v1/leads/{lead}", headers={"Accept-Encoding": "identity"})
    packed = ada.get(f"/v1/leads/{lead}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] == plain.headers["ETag"] == f'"{plain.json()["version"]}"'
    match = {"If-Match": packed.headers["ETag"]}
    assert ada.patch(f"/v1/leads/{lead}", json={"area": "S"}, headers=match).status_code == 200
    refused(
        ada.patch(f"/v1/leads/{lead}", json={"area": "N"}, headers=match), 412, "version_mismatch"
    )


def test_a_stream_is_never_compressed(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.school.token('ada')}", "Accept-Encoding": "gzip"}
    with httpx.Client(base_url=site.url) as ada, ada.stream("GET", PATH, headers=headers) as answer:
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize(
    "kind",
    [*CSV_TYPES, *(f"{k}; charset=UTF-8" for k in CSV_TYPES), 'text/csv;charset="utf-8"'],
)
def test_an_import_takes_what_browsers_call_csv(site: Site, kind: str) -> None:
    rows = "name,phone,followUpDate\nÉva,+1 212 555 0177,2027-04-01\n"
    answer = site.client("sam").post(
        "/v1/leads/import?dryRun=true", content=rows.encode(), headers={"Content-Type": kind}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["rows"] == 1


def test_an_import_takes_nothing_else(site: Site) -> None:
    for kind in ("application/json", "text/html", "text/csv; charset=utf-16", "text/csv; x=y", ""):
        answer = site.client("sam").post(
            "/v1/leads/import", content=b"name\nx\n", headers={"Content-Type": kind}
        )
        refused(answer, 415, "unsupported_media_type")


def test_the_document_tells_what_browsers_may_send(site: Site) -> None:
    document = site.client(None).get("/openapi.json").json()
    paths = document["paths"]
    assert list(paths["/v1/leads/import"]["post"]["requestBody"]["content"]) == list(CSV_TYPES)
    for path in (PATH, "/v1/leads/export"):
        assert paths[path]["get"]["security"] == [{"session": []}, {"ticket": []}]
    assert [p["name"] for p in paths[PATH]["get"]["parameters"]] == ["lastEventId", "Last-Event-ID"]
    kinds = document["components"]["securitySchemes"]
    assert json.dumps(kinds["ticket"]) == '{"type": "apiKey", "in": "query", "name": "ticket"}'


def test_a_compressed_file_ends_with_its_own_end(client: Client, http: Http) -> None:
    # The middleware writes into the message that ends a file, and Falcon's is always the same.
    plain = {"Accept-Encoding": "identity"}
    for name in ("sam", "sue", "sam"):
        caller = client(name)
        zipped = caller.get("/v1/leads/export", headers={"Accept-Encoding": "gzip"})
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert zipped.text == caller.get("/v1/leads/export", headers=plain).text
    page = "/docs/assets/swagger-ui.css"
    zipped, again = (http().get(page, headers={"Accept-Encoding": "gzip"}) for _ in range(2))
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert zipped.text == again.text == http().get(page, headers=plain).text

"""The examples of the OpenAPI document, ``docs/examples.json``, recorded from the demonstration
school. ``OSTINATO_RECORD=1`` writes them anew; otherwise they must be what would be recorded, but
for ids and values that differ from school to school."""

import datetime
import json
import os
import re
from typing import Any

import httpx
import pytest
from jsonschema_rs import Draft202012Validator

from api.http.texts import DOCS
from tests.support.contract import Contract
from tests.support.demo import LOGINS, PASSWORD

FILE = DOCS / "examples.json"
MOST_ITEMS = 2
SECRET = re.compile(r"[0-9a-f]{64}")
TODAY = datetime.date(2027, 3, 1)
SERVES_NO_JSON = {"streamNotifications", "getCalendar"}


class Recorder:
    """Asks the demonstration school as its people, and keeps what was asked and answered."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self.document: dict[str, Any] = http.get("/openapi.json").json()
        self.found: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, str] = {}
        for role, email in LOGINS.items():
            body = {"email": email, "password": PASSWORD}
            self._tokens[role] = self.ask(None, "POST", "/auth/login", body)["accessToken"]

    def ask(self, role: str | None, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Return what is answered; the path is without ``/v1``."""
        headers = {} if role is None else {"Authorization": f"Bearer {self._tokens[role]}"}
        answer = self._http.request(method, f"/v1{path}", params=query, headers=headers, json=body)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        if answer.status_code == 204:
            told: Any = None
        elif "json" in answer.headers["Content-Type"]:
            told = answer.json()
        else:
            told = "".join(answer.text.splitlines(keepends=True)[: MOST_ITEMS + 1])
        kept = {"request": body, "response": trimmed(told)}
        self.found[self._operation(method, f"/v1{path}")] = {
            name: masked(value) for name, value in kept.items() if value is not None
        }
        return told

    def _operation(self, method: str, path: str) -> str:
        paths = self.document["paths"]
        for template in sorted(paths, key=lambda path: path.count("{")):
            pattern = re.sub(r"{\w+}", "[^/]+", template)
            if re.fullmatch(pattern, path) and method.lower() in paths[template]:
                name: str = paths[template][method.lower()]["operationId"]
                return name
        raise AssertionError(f"no operation {method} {path}")

    def reads(self) -> None:
        """Ask whatever needs no more than an id of a list, as the first of its roles."""
        ids: dict[str, str] = {}
        for path, operations in sorted(self.document["paths"].items()):
            operation = operations.get("get")
            if operation is None or operation["operationId"] in {*self.found, *SERVES_NO_JSON}:
                continue
            folder = path.removeprefix("/v1").partition("/{")[0]
            role = "student" if path == "/v1/me/attendance" else operation["x-roles"][-1]
            role = "admin" if "admin" in operation["x-roles"] and role != "student" else role
            parameters = {p["name"] for p in operation["parameters"]}
            query = {"limit": MOST_ITEMS} if "limit" in parameters else {}
            if "{" not in path:
                answer = self.ask(role, "GET", folder, **query)
                if isinstance(answer, dict) and answer.get("items"):
                    first = answer["items"][0]
                    ids[folder] = first.get("id") or first.get("name", "")
            elif ids.get(folder):
                one = re.sub(r"{\w+}", ids[folder], path.removeprefix("/v1"))
                self.ask(role, "GET", one, **query)


def trimmed(value: Any) -> Any:
    """Return the answer with two items of each list."""
    if isinstance(value, list):
        return [trimmed(item) for item in value[:MOST_ITEMS]]
    if isinstance(value, dict):
        return {name: trimmed(member) for name, member in value.items()}
    return value


def masked(value: Any) -> Any:
    """Return the value with one secret in place of all, and one address of the server."""
    text = SECRET.sub("0123456789abcdef" * 4, json.dumps(value))
    return json.loads(re.sub(r"http://127\.0\.0\.1:\d+/", "https://school.example/", text))


def a_lead_is_admitted(ask: Any) -> None:
    """Let a lead try a class, become a student, wait, pay and pause."""
    courses = ask("staff", "GET", "/courses", limit=2)["items"]
    course = courses[0]["id"]
    [plan, *_] = ask("staff", "GET", "/course-plans", courseId=course)["items"]
    stage = ask("staff", "GET", "/lead-stages")["items"][0]["id"]
    classes = ask("staff", "GET", "/classroom", courseId=course)["items"]
    free = [c for c in classes if c["free"] > 0]
    times = [c["timeSlotId"] for c in free][: plan["classesPerWeek"]]
    body = {
        "name": "Ida Berg",
        "phone": "+1 212 555 0199",
        "stageId": stage,
        "followUpDate": str(TODAY),
    }
    lead = ask("staff", "POST", "/leads", body)["id"]
    ask("staff", "PATCH", f"/leads/{lead}", {"area": "North"})
    ask("staff", "POST", f"/leads/{lead}/notes", {"body": "Plays the piano already."})
    ask("staff", "PUT", f"/leads/{lead}/tags/evenings")
    ask("staff", "POST", f"/leads/{lead}/follow-up", {"outcome": "done", "note": "Wants to try."})
    try_on = next(c for c in free)
    day = TODAY + datetime.timedelta(days=(try_on["weekday"] - TODAY.isoweekday()) % 7 + 7)
    booking = {
        "leadId": lead,
        "classroomSlotId": try_on["classroomSlotId"],
        "date": str(day),
    }
    ask("staff", "POST", "/trials", booking)
    wish = {
        "leadId": lead,
        "courseId": course,
        "coursePlanId": plan["id"],
        "startDate": str(TODAY + datetime.timedelta(days=1)),
        "timeSlotIds": times,
    }
    assert ask("staff", "POST", "/admissions/preview", wish)["ok"]
    admission = ask("staff", "POST", "/admissions", wish)["id"]
    ask("admin", "PATCH", f"/admissions/{admission}/payment", {"status": "paid"})
    week = {"from": str(day), "to": str(day + datetime.timedelta(days=6)), "reason": "holiday"}
    ask("staff", "POST", f"/admissions/{admission}/pause/preview", week)
    ask("staff", "POST", f"/admissions/{admission}/pause", week)
    second = ask(
        "staff", "POST", "/leads", {**body, "name": "Per Holm", "phone": "+1 212 555 0198"}
    )
    why = {"resource": "lead", "id": second["id"], "userId": second["ownerId"]}
    ask("admin", "GET", "/access/explain", **why)
    ask("staff", "POST", "/waitlist", {"leadId": second["id"], "courseId": courses[1]["id"]})
    ask("staff", "POST", "/leads/bulk", {"ids": [lead, second["id"]], "addTags": ["spring"]})


def the_office_works(ask: Any) -> None:
    """Let the office look after people, days and other systems."""
    new = {"email": "nora@ostinato.example", "name": "Nora Lind", "role": "staff"}
    ask("admin", "POST", "/users", new)
    wanted = {"email": "otto@people.example", "name": "Otto Brandt", "role": "teacher"}
    ask(None, "POST", "/access-requests", wanted)
    asked = ask("admin", "GET", "/access-requests", status="pending")["items"][0]["id"]
    ask("admin", "POST", f"/access-requests/{asked}/approve", {})
    days = {"startDate": "2027-04-05", "endDate": "2027-04-06", "reason": "Spring break"}
    ask("admin", "POST", "/closures/preview", days)
    ask("admin", "POST", "/closures", days)
    hook = {"url": "https://hooks.example/ostinato", "eventTypes": ["admission.created"]}
    ask("super_admin", "POST", "/webhooks", hook)
    ask("super_admin", "PATCH", "/settings", {"rescheduleNoticeHours": 24})
    ask("admin", "POST", "/jobs/follow_ups_due/run", {})
    ask("staff", "POST", "/notifications/stream-ticket")
    ask("staff", "POST", "/leads/export-ticket")
    ask("student", "POST", "/me/calendar")


def record(http: httpx.Client) -> Recorder:
    recorder = Recorder(http)
    a_lead_is_admitted(recorder.ask)
    the_office_works(recorder.ask)
    recorder.reads()
    return recorder


def kinds(value: Any, other: Any, place: str = "") -> list[str]:
    """Return where two values are not of the same kind; null is of any."""
    if value is None or other is None:
        return []
    if isinstance(value, dict) and isinstance(other, dict):
        both = value.keys() & other.keys()
        return [wrong for n in both for wrong in kinds(value[n], other[n], f"{place}/{n}")]
    if isinstance(value, list) and isinstance(other, list):
        return kinds(value[0], other[0], f"{place}/0") if value and other else []
    number = (int, float)
    alike = type(value) is type(other) or (isinstance(value, number) and isinstance(other, number))
    return [] if alike else [place]


def misfits(document: dict[str, Any], examples: dict[str, dict[str, Any]]) -> list[str]:
    """Return what the document does not allow in its examples."""
    contract = Contract(document)
    wrong = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            example = examples.get(operation["operationId"], {})
            name = operation["operationId"]
            if "request" in example:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                whole = {**schema, "components": document["components"]}
                errors = Draft202012Validator(whole).iter_errors(example["request"])
                wrong += [f"{name} request: {e.message}" for e in errors]
            if isinstance(example.get("response"), dict):
                asked = httpx.Request(method, f"http://x{re.sub('{.*?}', 'x', path)}")
                status = next(s for s in operation["responses"] if s.startswith("2"))
                answer = httpx.Response(int(status), json=example["response"], request=asked)
                wrong += [f"{name}: {w}" for w in contract.wrongs(answer) if w.startswith("/")]
    return wrong


def test_the_examples_are_what_the_demonstration_school_answers(demo_http: httpx.Client) -> None:
    recorder = record(demo_http)
    if os.environ.get("OSTINATO_RECORD"):
        text = json.dumps(dict(sorted(recorder.found.items())), indent=1, ensure_ascii=False)
        FILE.write_text(text + "\n", encoding="utf-8")
    kept: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    advice = "make examples records them anew"
    assert kept.keys() == recorder.found.keys(), advice
    assert misfits(recorder.document, kept) == [], advice
    found = recorder.found
    wrong = [w for name in kept for w in kinds(kept[name], found[name], name)]
    assert wrong == [], advice
    assert len(kept) > 60


@pytest.mark.parametrize(
    ("value", "other", "wrong"),
    [
        ({"a": 1, "b": [{"c": "x"}]}, {"a": 2.5, "b": [{"c": "y"}, {}]}, []),
        ({"a": None, "b": []}, {"a": "x", "b": [1]}, []),
        ({"a": 1}, {"a": "1"}, ["/a"]),
        ({"b": [{"c": "x"}]}, {"b": [{"c": ["x"]}]}, ["/b/0/c"]),
    ],
)
def test_values_of_another_kind_are_found(value: Any, other: Any, wrong: list[str]) -> None:
    assert kinds(value, other) == wrong

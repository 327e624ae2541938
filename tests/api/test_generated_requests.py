"""Requests that schemathesis makes up from the OpenAPI document, good ones and bad ones."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Site
from tests.support.asking import PROBLEM_MEMBERS
from tests.support.effort import rounds
from tests.support.promises import Figure
from tests.support.school import open_session

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
BOUNDED = settings(
    max_examples=rounds(2, 4),
    phases=[Phase.generate],
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
# Ids that exist, by path parameter.
KNOWN = {
    "leadId": "fresh",
    "userId": "sid",
    "courseId": "violin",
    "coursePlanId": "violin_8",
    "instrumentId": "violin_instrument",
    "timeSlotId": "monday",
    "classroomSlotId": "violin_monday",
    "admissionId": "sid_admission",
    "leadStageId": "stage_new",
    "teacherId": "tom",
}


class Sender:
    """Sends cases as one person and checks each answer; ``failures`` says what was wrong."""

    def __init__(self, site: Site, token: str) -> None:
        self._site = site
        self._headers = {"Authorization": f"Bearer {token}"}
        self.codes: list[int] = []
        self.failures: list[str] = []

    def _check(self, answer: schemathesis.Response) -> None:
        if answer.status_code < 400:
            return
        problem = answer.json()
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert problem.keys() >= PROBLEM_MEMBERS
        assert problem["status"] == answer.status_code

    def run(self, cases: SearchStrategy[schemathesis.Case[Any]]) -> None:
        BOUNDED(given(case=cases)(lambda case: self.send(case)))()

    def send(self, case: schemathesis.Case[Any]) -> None:
        generated = case.meta.generation.mode if case.meta is not None else None
        if generated is GenerationMode.POSITIVE and len(self.codes) % 2:
            # every other one is about something that exists
            for name in case.path_parameters.keys() & KNOWN.keys():
                case.path_parameters[name] = self._site.school[KNOWN[name]]
        answer = case.call(base_url=self._site.url, headers=self._headers, timeout=20)
        self.codes.append(answer.status_code)
        self._check(answer)
        try:
            case.validate_response(answer, checks=CHECKS, headers=self._headers)
        except FailureGroup as group:
            self.failures += [f"{case.operation.label}: {cause}" for cause in group.exceptions]


@pytest.mark.promise("contract")
@pytest.mark.parametrize("person", ["root", "sam"])
def test_no_generated_request_breaks_the_contract(site: Site, person: str, figure: Figure) -> None:
    document = site.client(None).get("/openapi.json").json()
    # We log in ourselves, and made-up headers are mostly no HTTP.
    del document["security"], document["components"]["securitySchemes"]
    for described in (o for path in document["paths"].values() for o in path.values()):
        described["parameters"] = [p for p in described["parameters"] if p["in"] != "header"]
    codes: list[int] = []
    failures: list[str] = []
    # A stream has no end to wait for; tests/api/test_stream.py listens to it.
    del document["paths"]["/v1/notifications/stream"]
    for result in schemathesis.openapi.from_dict(document).get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        token = f"{person}-{operation.label}".encode().hex()
        open_session(site.db, site.school[person], token)
        sender = Sender(site, token)
        sender.run(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        if operation.body or operation.query or operation.path_parameters:
            sender.run(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
        codes += sender.codes
        failures += sender.failures
    figure.count("requests", len(codes))
    figure.count("answered 5xx", sum(code >= 500 for code in codes))
    assert not failures, "\n\n".join(failures)
    assert {200, 400, 404} <= set(codes)
    assert len(codes) > 300

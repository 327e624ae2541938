"""The OpenAPI document as a judge: whether an answer is one that the document tells of."""

import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema_rs import Draft202012Validator

from api.http.schemas import FORMATS

# Headers that some answers of a kind have and others do not.
SOMETIMES = {"Idempotency-Replayed", "Server-Timing"}


class Contract:
    """An OpenAPI document, to which every member and header that it does not name is wrong."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = document["paths"]
        self._components = _closed(document["components"])
        self._patterns = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path)), path)
            for path in sorted(self._paths, key=lambda path: path.count("{"))
        ]
        self._validators: dict[tuple[str, str, str], Draft202012Validator] = {}

    def wrongs(self, answer: httpx.Response) -> list[str]:
        """Everything about an answer that the document does not tell of; reads the body."""
        status = str(answer.status_code)
        place = self._place(answer.request)
        if place is None:
            return [] if status in ("404", "405") else [f"{status} where there is no operation"]
        path, method = place
        responses = self._paths[path][method]["responses"]
        if status not in responses:
            return [f"{status} is not documented: {answer.read().decode()[:500]}"]
        response = responses[status]
        if "$ref" in response:
            response = self._components["responses"][response["$ref"].rpartition("/")[2]]
        told, content = response["headers"].keys(), response.get("content", {})
        sent = {n for n in self._components["headers"] if n in answer.headers}
        wrongs = [f"header {name} of {status} is not documented" for name in sorted(sent - told)]
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if not content:
            return wrongs + ([f"{status} has a body"] if answer.read() else [])
        if kind not in content:
            return [*wrongs, f"{status} is {kind or 'nothing'}, not {', '.join(content)}"]
        missing = told - sent - SOMETIMES
        if kind.endswith("json"):
            answer.read()
            body = answer.json()
            if "version" not in body:
                missing -= {"ETag"}
            if body.get("code") not in response.get("x-codes", [body.get("code")]):
                wrongs.append(f"{body.get('code')} is not documented")
            validator = self._validator((path, method, status), content[kind]["schema"])
            wrongs += [
                f"/{'/'.join(map(str, e.instance_path))}: {e.message[:500]}"
                for e in validator.iter_errors(body)
            ]
        return wrongs + [f"header {name} of {status} is not sent" for name in sorted(missing)]

    def _place(self, request: httpx.Request) -> tuple[str, str] | None:
        asked, method = request.url.raw_path.partition(b"?")[0].decode(), request.method.lower()
        return next(
            (
                (path, method)
                for pattern, path in self._patterns
                if method in self._paths[path] and pattern.fullmatch(asked)
            ),
            None,
        )

    def _validator(self, key: tuple[str, str, str], schema: Any) -> Draft202012Validator:
        if key not in self._validators:
            whole = {**_closed(schema), "components": {"schemas": self._components["schemas"]}}
            self._validators[key] = Draft202012Validator(
                whole, formats=FORMATS, validate_formats=True
            )
        return self._validators[key]


@cache
def contract_of(document: bytes) -> Contract:
    """Return the contract that a document is, the same for the same document."""
    return Contract(json.loads(document))


def _closed(schema: Any) -> Any:
    """Return the schema in which objects have no other members than those that it names."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    if closed.get("type") == "object" and isinstance(closed.get("properties"), dict):
        closed.setdefault("additionalProperties", False)
    return closed

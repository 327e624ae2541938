"""Pages for people: the front office, the documentation, and what each refusal means."""

import hashlib
import html
import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Any

import falcon
from falcon.asgi import Request, Response
from markdown_it import MarkdownIt

from api.database.catalog import Schema
from api.http.responders import JSON
from api.http.responses import ALWAYS
from api.http.texts import sections_of
from api.problems import PROBLEMS, Problem

HTML = "text/html"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OFFICE = Path(__file__).resolve().parents[1] / "office"
_OFFICE_FILES = sorted(path for path in OFFICE.rglob("*") if path.is_file())
# Where the front office's files are: another address with each change, so that a browser keeps them
# for ever and never mixes those of two versions.
OFFICE_AT = (
    "/office/" + hashlib.sha256(b"".join(p.read_bytes() for p in _OFFICE_FILES)).hexdigest()[:12]
)
_SITE = Path(__file__).resolve().parent / "site"
_PAGE = Template((_SITE / "page.html").read_text(encoding="utf-8"))
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def site(name: str) -> bytes:
    """A file that pages are made of."""
    return (_SITE / name).read_bytes()


def page(title: str, markdown: str, root: str = "") -> bytes:
    """A whole page; ``root`` is the way from its address to where the service begins."""
    content = _MARKDOWN.render(markdown)
    return _PAGE.substitute(title=html.escape(title), root=root, content=content).encode()


def office() -> bytes:
    """The front page: the front office, a client of the API like any other. It names all modules,
    so that a browser asks for them at once."""
    at = OFFICE_AT.removeprefix("/")
    modules = (f"{at}/{p.relative_to(OFFICE)}" for p in _OFFICE_FILES if p.suffix == ".js")
    links = "\n".join(f'<link rel="modulepreload" href="{module}">' for module in modules)
    index = Template((OFFICE / "index.html").read_text(encoding="utf-8"))
    return index.substitute(at=at, modules=links).encode()


class Problems:
    """The refusals at ``/problems`` and ``/problems/{code}``: as pages, or JSON for who wants that.

    ``document`` gives the OpenAPI document, which knows what each operation is refused with.
    """

    def __init__(self, document: Callable[[], Schema]) -> None:
        self._document = document

    async def on_get(self, req: Request, resp: Response) -> None:
        if _wants_page(req, resp):
            rows = "".join(
                f"| [`{code}`](problems/{code}) | {one['status']} | {one['title']} |\n"
                for code, one in self._all.items()
            )
            table = f"| code | status | title |\n| --- | --- | --- |\n{rows}"
            resp.data = page("Refusals", f"# Refusals\n\n{table}")
        else:
            resp.data = _json({"items": [*self._all.values()]})

    async def on_get_one(self, req: Request, resp: Response, code: str) -> None:
        one = self._all.get(code)
        if one is None:
            raise Problem("not_found")
        if not _wants_page(req, resp):
            resp.data = _json(one)
            return
        who = [f"`{o['method']} {o['path']}`: {o['summary']}" for o in one["operations"]]
        answering = "".join(f"- {line}\n" for line in who) or "Any operation.\n"
        resp.data = page(
            one["title"],
            f"# {one['title']}\n\n`{code}`, status {one['status']}\n\n{one['meaning']}\n\n"
            f"## What to do\n\n{one['whatToDo']}\n\n## Who answers it\n\n{answering}\n"
            "[All refusals](../problems)",
            "../",
        )

    @cached_property
    def _all(self) -> dict[str, dict[str, Any]]:
        answering = _operations_by_code(self._document())
        found = {}
        for code, (status, title) in PROBLEMS.items():
            meaning, _, remedy = sections_of("problems")[code].partition("\n\n")
            found[code] = {
                "type": f"/problems/{code}",
                "code": code,
                "status": status,
                "title": title,
                "meaning": meaning,
                "whatToDo": remedy,
                "operations": [] if code in ALWAYS.values() else answering.get(code, []),
            }
        return found


def _operations_by_code(document: Schema) -> dict[str, list[dict[str, str]]]:
    shared = document["components"]["responses"]
    found: dict[str, list[dict[str, str]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            who = {
                "operationId": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
            }
            for response in operation["responses"].values():
                named = response.get("$ref", "").rpartition("/")[2]
                for code in (shared[named] if named else response).get("x-codes", ()):
                    found.setdefault(code, []).append(who)
    return found


def _wants_page(req: Request, resp: Response) -> bool:
    wanted = req.client_prefers((JSON, HTML))
    if wanted is None:
        raise Problem("not_acceptable", f"This answers {HTML} or {JSON}.")
    resp.append_header("Vary", "Accept")
    if wanted == HTML:
        resp.content_type = f"{HTML}; charset=utf-8"
        resp.set_header("Content-Security-Policy", POLICY)
        return True
    resp.content_type = falcon.MEDIA_JSON
    return False


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

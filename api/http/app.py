"""The Falcon application: routes, plans and gateway become responders."""

import logging
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import falcon
from asgi_gzip import GZipMiddleware
from falcon.asgi import App, Request, Response
from openapi_ui_bundles import swagger_ui

from api.database.catalog import Catalog, Schema
from api.database.gateway import Gateway
from api.database.reads import Reads
from api.http import openapi, pages
from api.http.door import EXPOSED, Door
from api.http.envelope import Envelope
from api.http.metrics import Background, Metrics
from api.http.passwords import Passwords
from api.http.plans import plans_of
from api.http.readiness import Ready
from api.http.responders import JSON, responder_of
from api.http.routes import EVENT_STREAM, PREFIX, ROUTES
from api.http.streams import Application, Receive, Scope, Send, Streams
from api.problems import CONTENT_TYPE, Problem
from api.settings import Settings

log = logging.getLogger("ostinato")

COMPRESSED_FROM = 1024
COMPRESSION = 5
METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
CODES_BY_STATUS = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
}


def application(
    settings: Settings,
    catalog: Catalog,
    gateway: Gateway,
    background: Background,
    code_layer: str | None,
) -> Application:
    """The application over a gateway that it opens and closes, and so starts ``background``.

    ``code_layer`` is the checksum that the database notes of its functions, views and policies.
    Raises StartupError when the database cannot serve a route.
    """
    plans = plans_of(catalog)
    ready = Ready(gateway, catalog, plans.values(), code_layer)
    passwords = Passwords(settings, gateway)
    streams = Streams(settings, gateway)
    stream_paths = [PREFIX + r.path for r in ROUTES if r.produces == EVENT_STREAM]
    door = Door(settings, stream_paths)
    reads = Reads(settings, catalog, gateway)
    metrics = Metrics(settings, gateway, streams, background, ready, door, passwords, reads)
    middleware: list[Any] = []
    if settings.cors_origins:
        origins = "*" if "*" in settings.cors_origins else settings.cors_origins
        middleware.append(falcon.CORSMiddleware(allow_origins=origins, expose_headers=EXPOSED))
    middleware.append(
        Envelope(settings, gateway, reads, passwords, metrics, background, streams, door, ready)
    )
    app: App[Request, Response] = App(middleware=middleware)
    app.add_error_handler(Exception, _on_error)
    app.add_error_handler(falcon.HTTPError, _on_http_error)
    app.add_error_handler(Problem, _on_problem)

    resources: dict[str, Resource] = {}
    for route in ROUTES:
        resource = resources.setdefault(route.path, Resource())
        if route.produces == EVENT_STREAM:
            responder = streams.responder(plans[route])
        else:
            responder = responder_of(route, plans.get(route), gateway, reads, passwords, settings)
        setattr(resource, f"on_{route.method.lower()}", responder)
    for path, resource in resources.items():
        app.add_route(PREFIX + path, resource)

    @lru_cache(maxsize=1)
    def document() -> Schema:
        """The document, made when it is first asked for."""
        return openapi.describe(catalog, ROUTES, plans, settings)

    @lru_cache(maxsize=1)
    def contents() -> bytes:
        return openapi.text(document())

    app.add_route("/healthz", Fixed(lambda: b'{"status":"ok"}', JSON))
    app.add_route("/readyz", ready)
    app.add_route("/metrics", metrics)
    app.add_route("/openapi.json", Fixed(contents, JSON))
    html, script = f"{pages.HTML}; charset=utf-8", "text/javascript; charset=utf-8"
    app.add_route("/", Fixed(pages.office, html, pages.POLICY))
    app.add_route("/docs", Fixed(lambda: pages.site("docs.html"), html, pages.POLICY))
    app.add_route("/docs/start.js", Fixed(lambda: pages.site("docs.js"), script))
    app.add_route("/docs/page.css", Fixed(lambda: pages.site("page.css"), "text/css"))
    problems = pages.Problems(document)
    app.add_route("/problems", problems)
    app.add_route("/problems/{code}", problems, suffix="one")
    app.add_static_route("/docs/assets", str(Path(swagger_ui.static_path)))
    app.add_static_route(pages.OFFICE_AT, str(pages.OFFICE))
    app.add_sink(_nowhere, re.compile(f"/(?!docs/assets/|{pages.OFFICE_AT[1:]}/)"))
    # What compresses holds the head back until there is a body: no stream can wait so long.
    compressed = GZipMiddleware(_with_messages_of_its_own(app), COMPRESSED_FROM, COMPRESSION)
    return streams.carry(app, stream_paths, compressed)


def _with_messages_of_its_own(app: Application) -> Application:
    """The application, of whose messages each is sent once.

    Falcon sends one and the same at the end of every file, and what compresses writes into it:
    the end of one file would be the end of the next as well, whoever asked for that.
    """

    async def sending(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_own(message: dict[str, Any]) -> None:
            await send({**message})

        await app(scope, receive, send_own)

    return sending


class Resource:
    """The responders of a path, set as attributes ``on_get``, ``on_post``, …"""


class Fixed:
    """Answers the same bytes every time; ``policy`` says what a page may load."""

    def __init__(
        self, data: Callable[[], bytes], media_type: str, policy: str | None = None
    ) -> None:
        self._data = data
        self._media_type = media_type
        self._policy = policy

    async def on_get(self, req: Request, resp: Response) -> None:
        resp.data = self._data()
        resp.content_type = self._media_type
        if self._policy is not None:
            resp.set_header("Content-Security-Policy", self._policy)


async def _nowhere(req: Request, resp: Response | None, **segments: str) -> None:
    """There is nothing here, which a page of another origin may learn, too: its browser asks
    first whether it may ask."""
    if (
        resp is None
        or req.method != "OPTIONS"
        or req.get_header("Access-Control-Request-Method") is None
    ):
        raise Problem("not_found")
    resp.set_header("Allow", METHODS)


async def _on_problem(req: Request, resp: Response, problem: Problem, params: object) -> None:
    resp.status = problem.status
    resp.text = None
    resp.data = problem.body(req.context.caller.request_id)
    resp.content_type = CONTENT_TYPE
    resp.set_headers(problem.headers())


async def _on_http_error(
    req: Request, resp: Response, error: falcon.HTTPError, params: object
) -> None:
    code = CODES_BY_STATUS.get(error.status_code)
    if code is None:
        code = "invalid_request" if error.status_code < 500 else "internal_error"
    detail = error.description if code == "invalid_request" else None
    await _on_problem(req, resp, Problem(code, detail), params)
    if error.headers:
        resp.set_headers(error.headers)


async def _on_error(req: Request, resp: Response, error: Exception, params: object) -> None:
    log.error("request %s failed", req.context.caller.request_id, exc_info=error)
    await _on_problem(req, resp, Problem("internal_error"), params)

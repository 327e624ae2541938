"""The composition root: settings, catalog, gateway and routes become a Falcon application."""

import logging
import random
import re
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import falcon
import psycopg
from falcon.asgi import App, Request, Response
from openapi_ui_bundles import swagger_ui
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from api import logs
from api.addresses import Address, Networks, counted, read_address
from api.background.leader import Duty, Jobs, Leader
from api.background.mail import bury_old_mails, send_mails
from api.background.webhooks import send_webhooks
from api.database import migrations
from api.database.catalog import Catalog, read_catalog
from api.database.gateway import Caller, Gateway, Plan, plan_of
from api.database.soundness import keeps_stale_policies
from api.http import openapi
from api.http.connections import raise_file_limit
from api.http.passwords import Passwords
from api.http.readiness import Ready
from api.http.responders import JSON, responder_of
from api.http.routes import EVENT_STREAM, PREFIX, ROUTES, Route
from api.http.streams import Application, Streams
from api.problems import CONTENT_TYPE, Problem
from api.settings import Settings

log = logging.getLogger("ostinato")

GATEWAY_LOGIN = "school_gateway"
START_TIMEOUT_S = 10.0
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
EXPOSED = "ETag, Location, Retry-After, X-Request-Id, Server-Timing, Idempotency-Replayed"
METHODS = frozenset(falcon.HTTP_METHODS)
OPEN = frozenset((route.method, PREFIX + route.path) for route in ROUTES if route.open)
CODES_BY_STATUS = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
}
DOCS = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Ostinato</title>
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<link rel="icon" href="docs/assets/favicon-32x32.png">
</head>
<body>
<div id="ui"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = b'SwaggerUIBundle({url: "openapi.json", dom_id: "#ui", deepLinking: true})\n'
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
LOOPBACK = ("127.0.0.0/8", "::1/128")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class StartupError(Exception):
    """The application cannot serve; the message is one line that says why."""


def load_catalog(database_url: str) -> Catalog:
    """Read the catalog as the gateway's login, waiting a little for a server that is starting.

    Raises StartupError when it cannot be reached or the login is not the gateway's.
    """
    give_up = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with psycopg.connect(database_url, connect_timeout=5, autocommit=True) as connection:
                catalog = read_catalog(connection)
        except psycopg.OperationalError as error:
            if "starting up" in str(error) and time.monotonic() < give_up:
                time.sleep(0.2)
                continue
            raise StartupError(f"cannot reach the database: {_line(error)}") from error
        except LookupError as error:
            raise StartupError(_line(error)) from error
        if catalog.session_user != GATEWAY_LOGIN:
            raise StartupError(
                f"DATABASE_URL logs in as {catalog.session_user}, expected {GATEWAY_LOGIN}"
            )
        return catalog


def plans_of(catalog: Catalog) -> dict[Route, Plan]:
    """The plan of every route that calls a function of the catalog. Raises StartupError."""
    try:
        return {route: plan_of(route, catalog) for route in ROUTES if not route.password}
    except LookupError as error:
        raise StartupError(_line(error)) from error


def create_app(settings: Settings) -> Application:
    """The application. ``settings.database_url`` must be set. Raises StartupError."""
    if settings.database_url is None:
        raise StartupError("DATABASE_URL is not set")
    catalog = load_catalog(settings.database_url)
    warn_of_old_server(catalog.server_version)
    plans = plans_of(catalog)
    installed = migrations.gateway_installed(settings.database_url)
    for remark in migrations.standing_of(installed).remarks:
        log.warning("%s", remark)
    gateway = Gateway(settings, catalog)
    ready = Ready(gateway, catalog, plans.values(), installed.code_layer)
    passwords = Passwords(settings, gateway)
    streams = Streams(settings, gateway)
    duties: list[Duty] = []
    if settings.scheduler == "auto":
        duties = [Duty("scheduled jobs", 60, Jobs(gateway).run_due), *_sending(settings)]
    leader = Leader(gateway, duties)
    metrics = Metrics(settings, gateway, streams, leader, ready)
    middleware: list[Any] = []
    if settings.cors_origins:
        origins = "*" if "*" in settings.cors_origins else settings.cors_origins
        middleware.append(falcon.CORSMiddleware(allow_origins=origins, expose_headers=EXPOSED))
    middleware.append(Envelope(settings, gateway, passwords, metrics, leader, streams))
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
            responder = responder_of(route, plans.get(route), gateway, passwords, settings)
        setattr(resource, f"on_{route.method.lower()}", responder)
    for path, resource in resources.items():
        app.add_route(PREFIX + path, resource)

    contents = openapi.text(openapi.describe(catalog, ROUTES, plans))
    app.add_route("/healthz", Fixed(b'{"status":"ok"}', JSON))
    app.add_route("/readyz", ready)
    app.add_route("/metrics", metrics)
    app.add_route("/openapi.json", Fixed(contents, JSON))
    app.add_route("/docs", Fixed(DOCS, "text/html; charset=utf-8", DOCS_POLICY))
    app.add_route("/docs/start.js", Fixed(START, "text/javascript; charset=utf-8"))
    app.add_static_route("/docs/assets", str(Path(swagger_ui.static_path)))
    return streams.carry(app, [PREFIX + r.path for r in ROUTES if r.produces == EVENT_STREAM])


def _sending(settings: Settings) -> list[Duty]:
    """What the leader does for the outbox: nothing without a login for it, and then it says so."""
    if settings.sender_database_url is None:
        log.warning("no e-mail and no webhook is sent from here: SENDER_DATABASE_URL is not set")
        return []
    if settings.smtp_url is None:
        mail = Duty("old e-mail", 600, partial(bury_old_mails, settings))
    else:
        mail = Duty("e-mail", 10, partial(send_mails, settings))
    return [Duty("webhooks", 5, partial(send_webhooks, settings)), mail]


def serve_app() -> Application:
    """`create_app` from the environment, for uvicorn's factory mode: one line on a refusal."""
    try:
        settings = Settings.from_environment()
        logs.configure(settings.log_level)
        raise_file_limit()
        return create_app(settings)
    except (StartupError, ValueError) as error:
        sys.exit(f"ostinato: {error}")


def warn_of_old_server(version: int) -> None:
    """Warn of a server that keeps stale policies in cached plans (CVE-2026-14666)."""
    if keeps_stale_policies(version):
        log.warning(
            "PostgreSQL %s.%s may keep stale policies in cached plans after a role is revoked"
            " (CVE-2026-14666): update to 15.19, 16.15, 17.11, 18.6 or later",
            *divmod(version, 10_000),
        )


class Resource:
    """The responders of a path, set as attributes ``on_get``, ``on_post``, …"""


class Envelope:
    """What every request gets: an id, a known client address, common headers, a measurement."""

    def __init__(
        self,
        settings: Settings,
        gateway: Gateway,
        passwords: Passwords,
        metrics: "Metrics",
        leader: Leader,
        streams: Streams,
    ) -> None:
        self._trusted = Networks(settings.trusted_proxies)
        self._vary = "Authorization, Origin" if settings.cors_origins else "Authorization"
        self._gateway = gateway
        self._passwords = passwords
        self._metrics = metrics
        self._leader = leader
        self._streams = streams

    async def process_startup(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        await self._gateway.open()
        self._leader.start()
        self._streams.start()

    async def process_shutdown(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        await self._streams.close()
        await self._leader.stop()
        await self._gateway.close()
        self._passwords.close()

    async def process_request(self, req: Request, resp: Response) -> None:
        sent = req.get_header("X-Request-Id")
        if sent is not None and REQUEST_ID.fullmatch(sent):
            request_id = sent
        else:
            request_id = f"{random.getrandbits(96):024x}"
        req.context.started = time.perf_counter()
        req.context.client = address = self._client_address(req)
        counted_as = None if address is None else counted(address)
        req.context.caller = Caller(None, request_id, counted_as)
        resp.set_header("X-Request-Id", request_id)
        resp.set_header("X-Content-Type-Options", "nosniff")

    async def process_response(
        self, req: Request, resp: Response, resource: object, req_succeeded: bool
    ) -> None:
        template = req.uri_template
        elapsed = time.perf_counter() - req.context.started
        self._metrics.observe(template, req.method, resp.status_code, elapsed)
        if req.path.startswith(PREFIX):
            caller: Caller = req.context.caller
            resp.set_header("Cache-Control", "no-store")
            resp.append_header("Vary", self._vary)
            if (req.method, template) not in OPEN:  # there, time could tell who is known
                resp.set_header(
                    "Server-Timing", f"pool;dur={caller.pool_ms:.2f}, db;dur={caller.db_ms:.2f}"
                )

    def _client_address(self, req: Request) -> Address | None:
        """The peer, or when that is a trusted proxy the last hop that is not one."""
        client = req.scope.get("client")
        address = read_address(client[0] if client else None)
        for hop in reversed((req.get_header("X-Forwarded-For") or "").split(",")):
            before = read_address(hop)
            if before is None or address not in self._trusted:
                break
            address = before
        return address


class Metrics:
    """Prometheus metrics of this process, in a registry of their own.

    They are there for clients in METRICS_ALLOW, or without it on this machine. Who comes through a
    proxy that is not trusted, or does not tell for whom it asks, could be anybody, and finds
    nothing.
    """

    def __init__(
        self,
        settings: Settings,
        gateway: Gateway,
        streams: Streams,
        leader: Leader,
        ready: Ready,
    ) -> None:
        self._readers = Networks(settings.metrics_allow or LOOPBACK)
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        labels = ("method", "route", "status")
        self._requests = Counter(
            "http_requests", "Requests answered", labels, registry=self._registry
        )
        self._seconds = Histogram(
            "http_request_seconds", "Time to answer", labels[:2], registry=self._registry
        )
        for name in ("pool_size", "pool_available", "requests_waiting"):
            gauge = Gauge(f"db_{name}", f"Database {name}", registry=self._registry)
            gauge.set_function(partial(self._of_pool, gateway, name))
        gauge = Gauge("notification_streams", "Streams of notices open", registry=self._registry)
        gauge.set_function(lambda: streams.open)
        gauge = Gauge("leader", "Whether this process runs the schedule", registry=self._registry)
        gauge.set_function(lambda: leader.leads)
        gauge = Gauge(
            "code_layer_differs",
            "Whether the database runs other functions, views and policies than this checkout's",
            registry=self._registry,
        )
        gauge.set_function(lambda: ready.code_layer_differs)

    def observe(self, template: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request; ``template`` is the route's path, None when none matched."""
        method = method if method in METHODS else "other"
        route = template or "none"
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)

    @staticmethod
    def _of_pool(gateway: Gateway, name: str) -> float:
        return gateway.pool.get_stats().get(name, 0)

    async def on_get(self, req: Request, resp: Response) -> None:
        address: Address | None = req.context.client
        is_hidden = any(map(req.get_header, FORWARDED)) and address == read_address(req.remote_addr)
        if is_hidden or address not in self._readers:
            raise Problem("not_found")
        resp.data = generate_latest(self._registry)
        resp.content_type = CONTENT_TYPE_LATEST


class Fixed:
    """Answers the same bytes every time; ``policy`` says what a page may load."""

    def __init__(self, data: bytes, media_type: str, policy: str | None = None) -> None:
        self._data = data
        self._media_type = media_type
        self._policy = policy

    async def on_get(self, req: Request, resp: Response) -> None:
        resp.data = self._data
        resp.content_type = self._media_type
        if self._policy is not None:
            resp.set_header("Content-Security-Policy", self._policy)


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


def _line(error: BaseException) -> str:
    return " ".join(str(error.args[0] if error.args else error).split())

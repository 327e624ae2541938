"""What every request gets, whatever it asks for."""

import random
import re
import time
from collections.abc import Mapping
from typing import Any

from falcon.asgi import Request, Response

from api.addresses import Address, counted, is_in, read_address
from api.database.calls import Caller
from api.database.gateway import Gateway
from api.database.reads import Reads
from api.http.door import Door
from api.http.metrics import Background, Metrics
from api.http.pages import OFFICE_AT
from api.http.passwords import Passwords
from api.http.readiness import Ready
from api.http.routes import PREFIX, ROUTES
from api.http.signals import drain
from api.http.streams import Streams
from api.logs import REQUEST_ID
from api.settings import Settings

KEPT_FOR_EVER = "public, max-age=31536000, immutable"
SENT_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
OPEN = frozenset((route.method, PREFIX + route.path) for route in ROUTES if route.open)


class Envelope:
    """What every request gets: an id, a known client address, common headers, a measurement."""

    def __init__(
        self,
        settings: Settings,
        gateway: Gateway,
        reads: Reads,
        passwords: Passwords,
        metrics: Metrics,
        background: Background,
        streams: Streams,
        door: Door,
        ready: Ready,
    ) -> None:
        self._drain_seconds = settings.drain_seconds
        self._ready = ready
        self._trusted = settings.trusted_proxies
        self._vary = "Authorization, Origin" if settings.cors_origins else "Authorization"
        self._gateway = gateway
        self._reads = reads
        self._passwords = passwords
        self._metrics = metrics
        self._background = background
        self._streams = streams
        self._door = door

    async def process_startup(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        await self._gateway.open()
        await self._reads.open()
        scope.get("state", {})["door"] = self._door
        self._background.start()
        self._metrics.start()
        self._streams.start()
        if self._drain_seconds:
            drain(self._drain_seconds, self._ready.end)

    async def process_shutdown(self, scope: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        await self._streams.close()
        await self._background.stop()
        await self._metrics.stop()
        await self._reads.close()
        await self._gateway.close()
        self._passwords.close()

    async def process_request(self, req: Request, resp: Response) -> None:
        sent = req.get_header("X-Request-Id")
        if sent is not None and SENT_ID.fullmatch(sent):
            request_id = sent
        else:
            request_id = f"{random.getrandbits(96):024x}"
        REQUEST_ID.set(request_id)
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
        else:
            kept = req.path.startswith(f"{OFFICE_AT}/") and req_succeeded
            resp.set_header("Cache-Control", KEPT_FOR_EVER if kept else "no-cache")

    def _client_address(self, req: Request) -> Address | None:
        """The peer, or when that is a trusted proxy the last hop that is not one."""
        client = req.scope.get("client")
        address = read_address(client[0] if client else None)
        for hop in reversed((req.get_header("X-Forwarded-For") or "").split(",")):
            before = read_address(hop)
            if before is None or not is_in(address, self._trusted):
                break
            address = before
        return address

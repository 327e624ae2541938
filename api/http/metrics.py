"""What a process tells of itself to Prometheus."""

from collections.abc import Iterator
from functools import partial
from typing import Protocol

import falcon
from falcon.asgi import Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from api.addresses import Address, is_in, networks, read_address
from api.database.gateway import Gateway
from api.http.door import Door
from api.http.readiness import Ready
from api.http.streams import Streams
from api.problems import Problem
from api.settings import Settings

METHODS = frozenset(falcon.HTTP_METHODS)
LOOPBACK = networks("127.0.0.0/8", "::1/128")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class Background(Protocol):
    """What the process does besides answering; it starts and ends with the application."""

    @property
    def holds_lease(self) -> bool: ...

    def start(self) -> None: ...

    async def stop(self) -> None: ...


class Refused(Collector):
    """The requests that were sent away at the door, which are no requests to anybody else."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(
            "requests_refused", "Requests sent away because there were too many", self._door.refused
        )


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
        background: Background,
        ready: Ready,
        door: Door,
    ) -> None:
        self._readers = settings.metrics_allow or LOOPBACK
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
        gauge = Gauge(
            "requests_inside", "Requests that are being answered", registry=self._registry
        )
        gauge.set_function(lambda: door.inside)
        self._registry.register(Refused(door))
        gauge = Gauge(
            "notification_streams", "Streams of notifications open", registry=self._registry
        )
        gauge.set_function(lambda: streams.open)
        # Operators watch it by this name.
        gauge = Gauge("leader", "Whether this process runs the schedule", registry=self._registry)
        gauge.set_function(lambda: background.holds_lease)
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
        if is_hidden or not is_in(address, self._readers):
            raise Problem("not_found")
        resp.data = generate_latest(self._registry)
        resp.content_type = CONTENT_TYPE_LATEST

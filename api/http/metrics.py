"""What a service tells of itself to Prometheus: all its processes together, and its database.

Those that count keep plain numbers, which are copied into instruments; with more than one process
these lie in files that all of them share (prometheus_client's multiprocess mode).
"""

import asyncio
import os
import platform
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, Protocol

import falcon
import psutil
import psycopg
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
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from api import VERSION
from api.addresses import Address, is_in, networks, read_address
from api.database.checkout import code_checksum
from api.database.gateway import CONNECT_TIMEOUT_S, Gateway
from api.database.reads import Reads
from api.http.door import Door
from api.http.passwords import Passwords
from api.http.readiness import Ready
from api.http.streams import Streams
from api.problems import Problem
from api.settings import Settings

METHODS = frozenset(falcon.HTTP_METHODS)
LOOPBACK = networks("127.0.0.0/8", "::1/128")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
PATIENCE_S = 2.0
"""How long the database has to answer."""
REFRESH_S = 1.0
"""How often a process copies its numbers to where the others find them."""
ASK = "select json_build_object('samples', jobs.metrics(), 'installed', auth.installed())"
FAMILIES = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}

Numbers = Callable[[], Mapping[str, float]]
"""The present values by label; of what has none, one by the empty text."""


class Background(Protocol):
    """What the process does besides answering; it starts and ends with the application."""

    def holds_lease(self, work: Literal["jobs", "outbox"]) -> bool: ...

    def start(self) -> None: ...

    async def stop(self) -> None: ...


class Instruments:
    """The instruments of a process, which follow numbers that are kept elsewhere.

    ``shared``: it is one of several, and `registry` has all of them. What is up or down belongs to
    those that live; what is counted stays when its process ends.
    """

    def __init__(self, *, shared: bool) -> None:
        self.shared = shared
        self.registry = CollectorRegistry()
        if shared:
            MultiProcessCollector(self.registry)
        self._own = None if shared else self.registry
        self._gauges: list[tuple[Gauge, Callable[[], float]]] = []
        self._counters: list[tuple[Counter, str | None, Numbers, dict[str, float]]] = []
        labels = ("method", "route", "status")
        self.requests = Counter("http_requests", "Requests answered", labels, registry=self._own)
        self.seconds = Histogram(
            "http_request_seconds", "Time to answer", labels[:2], registry=self._own
        )

    def gauge(
        self,
        name: str,
        text: str,
        value: Callable[[], float],
        mode: Literal["livesum", "livemax"] = "livesum",
    ) -> None:
        """Show a value that goes up and down, added up or the largest of all processes."""
        gauge = Gauge(name, text, registry=self._own, multiprocess_mode=mode)
        self._gauges.append((gauge, value))

    def counter(self, name: str, text: str, label: str | None, numbers: Numbers) -> None:
        """Show what only grows, by the label if there is one."""
        labels = () if label is None else (label,)
        counter = Counter(name, text, labels, registry=self._own)
        self._counters.append((counter, label, numbers, {}))

    def refresh(self) -> None:
        """Copy the numbers as they are now."""
        for gauge, value in self._gauges:
            gauge.set(value())
        for counter, label, numbers, seen in self._counters:
            for key, number in dict(numbers()).items():
                one = counter if label is None else counter.labels(key)
                one.inc(number - seen.get(key, 0))
                seen[key] = number


class Processes(Collector):
    """What the system knows of the processes of the service, by their ids."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for pid in sorted({path.stem.rpartition("_")[2] for path in self._folder.glob("*.db")}):
            if not psutil.pid_exists(int(pid)):
                mark_process_dead(int(pid), str(self._folder))
                continue
            for family in ProcessCollector(pid=partial(str, pid), registry=None).collect():
                known = found.setdefault(
                    family.name, Metric(family.name, family.documentation, family.type)
                )
                for sample in family.samples:
                    known.add_sample(sample.name, {"pid": pid}, sample.value)
        yield from found.values()


class Database(Collector):
    """What lies in the database, as it was last asked, and whether this version fits to it."""

    def __init__(self, settings: Settings, ready: Ready) -> None:
        self._url = settings.database_url or ""
        self._ready = ready
        self._samples: list[dict[str, Any]] | None = None
        self._build = {
            "version": VERSION,
            "code_layer": code_checksum()[:12],
            "python": platform.python_version(),
        }

    async def ask(self) -> None:
        """Ask, on a connection of its own: the pool's may all be taken, or lost."""
        self._samples = None
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                await psycopg.AsyncConnection.connect(
                    self._url,
                    autocommit=True,
                    prepare_threshold=None,
                    connect_timeout=CONNECT_TIMEOUT_S,
                    application_name="ostinato metrics",
                ) as connection,
            ):
                row = await (await connection.execute(ASK)).fetchone()
        except (psycopg.Error, TimeoutError):
            return
        if row is not None:
            self._samples = row[0]["samples"]
            self._ready.note_installed(row[0]["installed"])

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("build", "What is running", self._build)
        yield GaugeMetricFamily(
            "code_layer_differs",
            "Whether the database runs other functions, views and policies than this checkout's",
            self._ready.code_layer_differs,
        )
        if self._ready.migrations_pending is not None:
            yield GaugeMetricFamily(
                "migrations_pending",
                "Migrations of this checkout that the database has not had",
                self._ready.migrations_pending,
            )
        yield GaugeMetricFamily(
            "database_up",
            f"Whether the database answered within {PATIENCE_S:g} s",
            self._samples is not None,
        )
        for _, samples in groupby(self._samples or (), lambda sample: sample["name"]):
            first, *others = samples
            family = FAMILIES[first["kind"]](first["name"], first["help"], labels=[first["label"]])
            for sample in (first, *others):
                family.add_metric([sample["labelValue"]], sample["value"])
            yield family


class Metrics:
    """Prometheus metrics of this process and those beside it.

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
        passwords: Passwords,
        reads: Reads,
    ) -> None:
        self._readers = settings.metrics_allow or LOOPBACK
        self._database = Database(settings, ready)
        self._instruments = show = Instruments(shared=settings.workers > 1)
        show.registry.register(self._database)
        if show.shared:
            show.registry.register(Processes(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])))
        else:
            ProcessCollector(registry=show.registry)
        self._copying: asyncio.Task[None] | None = None
        for name in ("pool_size", "pool_available", "requests_waiting"):
            show.gauge(f"db_{name}", f"Database {name}", partial(self._of_pool, gateway, name))
        show.counter("db_exchanges", "Round trips", None, lambda: {"": gateway.exchanges})
        show.counter("db_seconds", "Time they took", None, lambda: {"": gateway.exchange_seconds})
        show.counter(
            "db_errors", "Errors of PostgreSQL, refusals too", "sqlstate", lambda: gateway.sqlstates
        )
        show.counter(
            "db_pool_errors",
            "Calls that got no connection or lost it",
            "reason",
            lambda: gateway.pool_errors,
        )
        if reads.has_standby:
            show.counter(
                "standby_reads",
                "Reads that the standby could answer; all but answered went on to the primary",
                "outcome",
                lambda: reads.outcomes,
            )
        show.gauge("requests_inside", "Requests that are being answered", lambda: door.inside)
        show.counter(
            "requests_refused",
            "Requests sent away because there were too many",
            None,
            lambda: {"": door.refused},
        )
        show.counter("logins_refused", "Logins refused", "code", lambda: passwords.refused)
        show.gauge("notification_streams", "Streams of notifications open", lambda: streams.open)
        # Operators watch it by this name.
        show.gauge(
            "leader",
            "Whether a process here runs the schedule",
            lambda: background.holds_lease("jobs"),
            "livemax",
        )
        show.gauge(
            "outbox_leader",
            "Whether a process here sends the outbox",
            lambda: background.holds_lease("outbox"),
            "livemax",
        )

    def observe(self, template: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request; ``template`` is the route's path, None when none matched."""
        method = method if method in METHODS else "other"
        route = template or "none"
        self._instruments.requests.labels(method, route, status).inc()
        self._instruments.seconds.labels(method, route).observe(seconds)

    def start(self) -> None:
        """Begin to let the other processes know, in the running event loop."""
        if self._instruments.shared:
            self._copying = asyncio.create_task(self._copy())

    async def stop(self) -> None:
        """Leave the last numbers behind; what is up or down ends with the process."""
        if self._copying is not None:
            self._copying.cancel()
            await asyncio.gather(self._copying, return_exceptions=True)
            self._instruments.refresh()
            mark_process_dead(os.getpid())

    async def _copy(self) -> None:
        while True:
            self._instruments.refresh()
            await asyncio.sleep(REFRESH_S)

    @staticmethod
    def _of_pool(gateway: Gateway, name: str) -> float:
        return gateway.pool.get_stats().get(name, 0)

    async def on_get(self, req: Request, resp: Response) -> None:
        address: Address | None = req.context.client
        is_hidden = any(map(req.get_header, FORWARDED)) and address == read_address(req.remote_addr)
        if is_hidden or not is_in(address, self._readers):
            raise Problem("not_found")
        await self._database.ask()
        self._instruments.refresh()
        resp.data = generate_latest(self._instruments.registry)
        resp.content_type = CONTENT_TYPE_LATEST
